"""Exhibits of interrupted series of cases: outcomes, one outcome month by month, health checks."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.effect.outcome_series import OutcomeSeries
from analytics.emmie.effect.results import EffectRow
from analytics.emmie.effect.series import SeriesAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.effect_claims import moved_of
from analytics.exhibits.effect_forms import drawn_outcomes
from analytics.exhibits.exhibit import Exhibit, Table, assumptions_exhibit, origin
from analytics.exhibits.forest import (
    Form,
    difference_in_words,
    estimate_words,
    multiplicity_note,
    why_not,
)
from analytics.exhibits.match_checks import health_checks

FORM_WORDS: dict[Form, str] = {
    "frequency": "Of 100 cases since the change, how many had each outcome",
    "difference": "Average difference from the old course since the change (points)",
    "ratio": "Share since the change over the share expected on the old course",
}

FITTED_TO = (
    "Lines and estimates are fitted to what may be shown: a withheld month has the share of all "
    "months with which it is withheld."
)


def series_exhibits(
    released: Released[SeriesAnswer], *, form: Form = "difference", outcome: str = ""
) -> tuple[Exhibit, ...]:
    """Return the outcomes, one of them month by month, and the health checks."""
    answer = released.answer
    one = next((item for item in answer.outcomes if item.key == outcome), answer.outcomes[0])
    shown = [_outcomes(released, form, one)]
    if one.points:
        shown.append(_months(released, one))
    if answer.checks:
        shown.append(health_checks(answer.checks, answer.provenance))
    if answer.assumptions:
        shown.append(assumptions_exhibit(answer.provenance, answer.assumptions))
    return tuple(shown)


def _main(answer: SeriesAnswer) -> tuple[EffectRow, ...]:
    return tuple(row for row in answer.rows if row.series == "main")


def _outcomes(released: Released[SeriesAnswer], form: Form, one: OutcomeSeries) -> Exhibit:
    answer = released.answer
    main = _main(answer)
    drawn = drawn_outcomes(
        answer.rows if form == "difference" else main,
        form,
        arms=("Since the change", "Expected on the old course"),
        level=answer.level,
        outcome=one.key,
        words={
            "main": "Against its old course",
            "alternative": f"Also against {answer.labels[1]}",
        },
    )
    found = tuple(_sentence(row) for row in main)
    return Exhibit(
        key=f"outcomes_{form}",
        headline=_headline(answer),
        subtitle=(
            f"{FORM_WORDS[form]}; {answer.labels[0].lower()}, change on "
            f"{wording.day(answer.change_on)}, {wording.percent(answer.level)} intervals"
        ),
        figure=drawn.figure,
        table=drawn.table,
        alt_text=" ".join((drawn.kind, *found)),
        notes=_notes(released),
        **origin(answer.provenance, () if answer.failed_checks else moved_of(answer.rows)),
        sentences=found,
    )


def _headline(answer: SeriesAnswer) -> str:
    primary = [row for row in _main(answer) if row.primary]
    if answer.failed_checks:
        return "Not reliable enough to quote: a health check failed"
    if any(row.difference is None for row in primary):
        return "Too few months or cases for every main outcome"
    moved = [row for row in primary if row.differs_as_intended]
    n = len(primary)
    if not moved:
        return "No main outcome clearly left its old course as intended"
    many = f"All {n}" if len(moved) == n else f"{len(moved)} of {n}"
    return f"{many} main outcomes left their old course as intended"


def _sentence(row: EffectRow) -> str:
    if row.difference is None or row.treated is None or row.comparison is None:
        return f"{row.label}: {why_not(row)}."
    chance = "" if row.excludes_no_effect else ", which could be chance"
    first, second = wording.percent(row.treated), wording.percent(row.comparison)
    shown = estimate_words(row, row.difference, "difference")
    return (
        f"{row.label}: {first} since the change, against {second}"
        f"{wording.rounded_apart(shown, first, second)} expected on the old course: difference "
        f"{difference_in_words(row)}{chance}."
    )


def _months(released: Released[SeriesAnswer], one: OutcomeSeries) -> Exhibit:
    """Return one outcome month by month, with the fitted lines and the old course carried on."""
    answer = released.answer
    row = next(row for row in _main(answer) if row.key == one.key)
    return Exhibit(
        key="month_by_month",
        headline=f"{one.label}, month by month, against its old course",
        subtitle=(
            f"Share of cases (%), {answer.labels[0].lower()}, {answer.provenance.place}, "
            f"{one.points[0].month:%B %Y} to {one.points[-1].month:%B %Y}"
        ),
        figure=theme.as_dict(_lines(one, answer)),
        table=Table(
            columns=("Month", "Share", "Fitted (%)", "Expected on the old course (%)"),
            rows=tuple(
                (
                    f"{point.month:%B %Y}",
                    wording.percent(point.share.value),
                    wording.fixed(100 * point.fitted),
                    wording.fixed(100 * point.expected),
                )
                for point in one.points
            ),
        ),
        alt_text=f"Line of monthly shares with a fitted line before and since. {_sentence(row)}",
        notes=(
            "A gap is a month with few cases, or one that would give such a month away.",
            released.statement,
        ),
        **origin(answer.provenance),
    )


def _lines(one: OutcomeSeries, answer: SeriesAnswer) -> go.Figure:
    built = theme.figure(height=400)
    months = [point.month.isoformat() for point in one.points]
    built.add_trace(
        go.Scatter(
            x=months,
            y=[
                None if point.share.value is None else 100 * point.share.value
                for point in one.points
            ],
            name="Seen",
            mode="markers",
            marker={"color": theme.TURQUOISE, "size": 7},
            hovertemplate="%{x|%B %Y}: %{y:.0f}%<extra></extra>",
        )
    )
    new = [point for point in one.points if point.month >= answer.change_on]
    old = [point for point in one.points if point.month < answer.change_on]
    for name, points, values, dash in (
        ("Fitted", old, [point.fitted for point in old], "solid"),
        ("Fitted", new, [point.fitted for point in new], "solid"),
        ("Old course", new, [point.expected for point in new], "dash"),
    ):
        built.add_trace(
            go.Scatter(
                x=[point.month.isoformat() for point in points],
                y=[100 * value for value in values],
                name=name,
                mode="lines",
                showlegend=points is new,
                line={"color": theme.DARK_BLUE, "dash": dash, "width": 3},
                hoverinfo="skip",
            )
        )
    built.add_vline(
        x=answer.change_on.isoformat(), line_color=theme.DARK_GREY, line_width=1, line_dash="dot"
    )
    built.add_annotation(
        x=answer.change_on.isoformat(),
        y=0,
        yref="paper",
        text=theme.wrapped(answer.change_label, 14),
        showarrow=False,
        xanchor="right",
        yanchor="bottom",
        align="right",
    )
    built.update_yaxes(rangemode="tozero", title_text="Share of cases (%)")
    return built


def _has_withheld(answer: SeriesAnswer) -> bool:
    return any(point.share.is_withheld for one in answer.outcomes for point in one.points)


def _notes(released: Released[SeriesAnswer]) -> tuple[str, ...]:
    answer = released.answer
    return (
        "Interrupted series: a straight line before the change and one since, with errors of "
        "neighbouring months tied to each other. The old course carried on is what is compared "
        "with. It supposes that nothing else changed then.",
        "The difference follows a straight line too, so that of the middle month is its average.",
        f"“Also against {answer.labels[1]}” is the same for the gap between the two groups of "
        "areas: it takes out what changed in both.",
        "Months in which fewer than four in five cases have a known outcome are left out, so the "
        "outcomes of six months have few months since the change.",
        *([FITTED_TO] if _has_withheld(answer) else []),
        multiplicity_note(answer.rows),
        *((answer.analysis.note,) if answer.analysis.note else ()),
        released.statement,
    )
