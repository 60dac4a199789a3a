"""The exhibit of level and slope: how far shares left their old course at the change."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.case_outcomes import CaseOutcomesAnswer, Group
from analytics.emmie.case_outcomes.course import CourseAnswer
from analytics.emmie.contrast import Estimate, includes_zero
from analytics.emmie.effect.outcome_series import OutcomeSeries
from analytics.exhibits import theme, wording
from analytics.exhibits.case_control_words import both_sides
from analytics.exhibits.case_words import (
    GROUP_WORDS,
    OUTCOME_22_NOTE,
    break_words,
    codes_line,
    span_words,
)
from analytics.exhibits.effect_series import FITTED_TO
from analytics.exhibits.exhibit import Exhibit, Table, origin
from analytics.exhibits.forest import REASON_WORDS

_COLOURS: dict[Group, str] = {"outcome_20": theme.DARK_BLUE, "out_of_court": theme.TURQUOISE}


def _has_withheld(answer: CourseAnswer) -> bool:
    return any(point.share.is_withheld for one in answer.months for point in one.points)


def course_exhibit(
    released: Released[CourseAnswer], cases: CaseOutcomesAnswer | None = None
) -> Exhibit:
    """Return how far both shares left their old course, alone and against other areas.

    Parameters
    ----------
    released : Released[CourseAnswer]
        Interrupted series of both shares.
    cases : CaseOutcomesAnswer, optional
        The shares of all closed cases, whose raw change is told apart from the series.
    """
    answer = released.answer
    rows = _rows(answer)
    sentences = tuple(_sentence(answer, group, one) for group, one in answer.courses)
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
            *reconciled(answer, cases),
            f"“Against {answer.labels[1]}” is the average difference of the gap between the two "
            "groups of areas: it takes out what changed in both. With one area to compare with, "
            "nobody can tell how far areas drift apart by themselves.",
            "A straight line before the change and one since; errors of neighbouring months are "
            "tied to each other (first-order autoregressive, restricted maximum likelihood). With "
            "few months since the change, a slope is hardly known.",
            *([FITTED_TO] if _has_withheld(answer) else []),
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
    """Return how far Outcome 20 moved more than elsewhere, or what cannot be told."""
    one = dict(answer.courses)["outcome_20"]
    if one.average is None:
        return "Outcome 20: no course before and since to compare"
    since = f"Outcome 20: {wording.points(one.average.value)} points"
    if one.against_others is None:
        return f"{since}, with no area to compare with"
    if includes_zero(one.against_others):
        return f"{since}, but no clear difference from {answer.labels[1]}"
    return f"{since}, but {wording.points(one.against_others.value)} against {answer.labels[1]}"


def _sentence(answer: CourseAnswer, group: Group, one: OutcomeSeries) -> str:
    """Return the level and the average, the reading against other areas, and the doubt."""
    name = GROUP_WORDS[group]
    if one.reason == "coding_break":
        breaks = wording.listed(
            [f"{break_words(found)} from {wording.day(found.on)}" for found in answer.breaks]
        )
        return f"{name}: no estimate, because the months do not count alike ({breaks})."
    if one.jump is None or one.slope is None or one.average is None:
        return f"{name}: {REASON_WORDS.get(one.reason or '', 'not estimable')}."
    return (
        f"{name}: level {_with_limits(one.jump)} points at the change and "
        f"{wording.points(one.average.value)} on average since{_against(answer, one)}. "
        f"Since then it moves by {_with_limits(one.slope)} points a year more than before."
    )


def _against(answer: CourseAnswer, one: OutcomeSeries) -> str:
    if one.against_others is None:
        return ", with no area to compare with: no reason to put it down to the new process"
    doubt = (
        "not to be told apart from what happened there"
        if includes_zero(one.against_others)
        else "other things changed in that month too, so this is not the new process by itself"
    )
    return f", but {_with_limits(one.against_others)} against {answer.labels[1]}: {doubt}"


def _with_limits(found: Estimate) -> str:
    chance = ", which could be chance" if includes_zero(found) else ""
    limits = wording.interval(found.conf_int, scale=100)
    return f"{wording.points(found.value)} ({limits}{chance})"


def reconciled(answer: CourseAnswer, cases: CaseOutcomesAnswer | None) -> tuple[str, ...]:
    """Say why figures of one fall differ: which months count, and whether lines are fitted.

    Parameters
    ----------
    answer : CourseAnswer
        After disclosure control.
    cases : CaseOutcomesAnswer or None
        The same cases, by period.
    """
    courses, every = dict(answer.courses), dict(answer.with_unfinished)
    jump, average = courses["outcome_20"].jump, courses["outcome_20"].average
    if jump is None or average is None:
        return ()
    found = [
        f"Why figures of Outcome 20 differ: the level, {wording.points(jump.value)} points, is the "
        f"jump in the first month between two fitted lines; {wording.points(average.value)} is "
        "its average over the months since."
    ]
    left_out = [
        one.period
        for series in answer.months
        if series.group == "outcome_20"
        for one in series.points
        if not one.is_settled
    ]
    if left_out:
        months = span_words(left_out[0], left_out[-1], "month")
        with_them = (
            f" With them the level would be {wording.points(every['outcome_20'].value)}."
            if "outcome_20" in every
            else ""
        )
        found.append(
            f"Unfinished months ({months}) are in neither: more than one in five of their cases "
            f"are open, and quick endings are not like others.{with_them}"
        )
    raw = _raw(answer, cases)
    if raw is not None:
        found.append(
            f"The raw change, {wording.points(raw)}, takes all closed cases as they are, those of "
            "unfinished months too."
        )
    return (" ".join(found),)


def _raw(answer: CourseAnswer, cases: CaseOutcomesAnswer | None) -> float | None:
    for one in cases.series if cases else ():
        if (one.group, one.series) == ("outcome_20", answer.labels[0]):
            sides = both_sides(one)
            return None if sides is None else sides[1] - sides[0]
    return None


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
