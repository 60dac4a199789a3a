"""The exhibit of level and slope: how far shares left their old course at the change."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.case_outcomes import Group
from analytics.emmie.case_outcomes.course import CourseAnswer
from analytics.emmie.contrast import Estimate, includes_zero
from analytics.emmie.effect.outcome_series import OutcomeSeries
from analytics.exhibits import theme, wording
from analytics.exhibits.case_words import GROUP_WORDS, OUTCOME_22_NOTE, codes_line
from analytics.exhibits.exhibit import Exhibit, Table, origin
from analytics.exhibits.forest import REASON_WORDS

_COLOURS: dict[Group, str] = {"outcome_20": theme.DARK_BLUE, "out_of_court": theme.TURQUOISE}


def course_exhibit(released: Released[CourseAnswer]) -> Exhibit:
    """Return the change of level and of slope of both shares, with intervals."""
    answer = released.answer
    rows = _rows(answer)
    sentences = tuple(_sentence(group, one) for group, one in answer.courses)
    return Exhibit(
        key="level_and_slope",
        headline=_headline(answer),
        subtitle=(
            f"Interrupted series of the monthly share of closed cases, "
            f"{answer.labels[0]}, change on {wording.day(answer.change_on)}, "
            f"95% intervals; {codes_line(answer.out_of_court_codes)}"
        ),
        figure=theme.as_dict(_figure(rows)) if rows else None,
        table=Table(
            columns=("Outcome", "Measure", "Estimate", "95% interval", "p"),
            rows=tuple(
                (
                    GROUP_WORDS[group],
                    f"{label} ({unit})",
                    wording.points(found.value),
                    wording.interval(found.conf_int, scale=100),
                    wording.p_value(found.p_value),
                )
                for group, label, unit, found in rows
            ),
        ),
        alt_text="Forest plot of changes of level and slope. " + " ".join(sentences),
        notes=(
            "A straight line before the change and one since; errors of neighbouring months are "
            "tied to each other (first-order autoregressive, restricted maximum likelihood). The "
            "last months are left out where more than one in five cases is open.",
            "Level is the jump in the first month; slope is how much steeper the share moves in a "
            "year than before. With few months since the change, a slope is hardly known.",
            f"“Against {answer.labels[1]}” is the average difference of the gap between the two "
            "groups of areas: it takes out what changed in both.",
            "Other things changed in the same month, so this is no effect of the plans by itself.",
            OUTCOME_22_NOTE,
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _rows(answer: CourseAnswer) -> list[tuple[Group, str, str, Estimate]]:
    found = []
    for group, one in answer.courses:
        for label, unit, estimate in (
            ("Level at the change", "points", one.jump),
            ("Average since", "points", one.average),
            (f"Average against {answer.labels[1]}", "points", one.against_others),
            ("Slope before", "points a year", one.trend),
            ("Change of slope", "points a year", one.slope),
        ):
            if estimate is not None:
                found.append((group, label, unit, estimate))
    return found


def _headline(answer: CourseAnswer) -> str:
    parts = []
    for group, one in answer.courses:
        if one.jump is None or includes_zero(one.jump):
            continue
        name = "out-of-court" if group == "out_of_court" else "Outcome 20"
        parts.append(f"{name} {wording.points(one.jump.value, places=0)}")
    if not parts:
        return "No clear jump in either share at the change"
    return f"Level at the change: {', '.join(parts)} points"


def _sentence(group: Group, one: OutcomeSeries) -> str:
    name = GROUP_WORDS[group]
    if one.jump is None or one.slope is None:
        return f"{name}: {REASON_WORDS.get(one.reason or '', 'not estimable')}."
    return (
        f"{name}: level {_with_limits(one.jump)} points at the change; slope "
        f"{_with_limits(one.slope)} points a year against the old course."
    )


def _with_limits(found: Estimate) -> str:
    chance = ", which could be chance" if includes_zero(found) else ""
    limits = wording.interval(found.conf_int, scale=100)
    return f"{wording.points(found.value)} ({limits}{chance})"


def _figure(rows: list[tuple[Group, str, str, Estimate]]) -> go.Figure:
    """Draw one panel for points and one for points a year; each row holds both outcomes."""
    units = list(dict.fromkeys(unit for _, _, unit, _ in rows))
    labels = [list(dict.fromkeys(row[1] for row in rows if row[2] == unit)) for unit in units]
    height = 110 + sum(40 + 62 * len(mine) for mine in labels)
    built = theme.panels(
        len(units),
        height=height,
        row_heights=[len(mine) for mine in labels],
        vertical_spacing=80 / height if len(units) > 1 else 0,
    )
    for number, (unit, mine) in enumerate(zip(units, labels, strict=True), start=1):
        for group, colour in _COLOURS.items():
            found = [row for row in rows if row[0] == group and row[2] == unit]
            shift = -0.15 if group == "outcome_20" else 0.15
            built.add_trace(
                go.Scatter(
                    x=[100 * row[3].value for row in found],
                    y=[mine.index(row[1]) + shift for row in found],
                    mode="markers",
                    name=GROUP_WORDS[group],
                    legendgroup=group,
                    showlegend=number == 1,
                    marker={
                        "color": colour,
                        "size": 11,
                        "symbol": "circle" if group == "outcome_20" else "diamond",
                    },
                    error_x=theme.error_bars(
                        [row[3].value for row in found],
                        [row[3].conf_int for row in found],
                        colour=colour,
                        scale=100,
                        thickness=2,
                    ),
                    hovertemplate="%{x:+.1f}<extra></extra>",
                ),
                row=number,
                col=1,
            )
        built.add_vline(x=0, line_color=theme.DARK_GREY, line_width=1, row=number, col=1)
        built.update_yaxes(
            tickmode="array",
            tickvals=list(range(len(mine))),
            ticktext=[theme.wrapped(label, 16) for label in mine],
            range=[len(mine) - 0.5, -0.5],
            showgrid=False,
            row=number,
            col=1,
        )
        built.update_xaxes(title_text=f"Difference, {unit}", row=number, col=1)
    return built
