"""The exhibit of the tide: out-of-court disposals of all crime in the force, by year."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.case_outcomes import CaseOutcomesAnswer
from analytics.emmie.case_outcomes.force_trend import ForceTrendAnswer, ForceYear
from analytics.emmie.case_outcomes.periods import Break
from analytics.exhibits import theme, wording
from analytics.exhibits.case_words import (
    OUTCOME_22_NOTE,
    break_words,
    codes_line,
)
from analytics.exhibits.exhibit import Exhibit, Table, origin


def force_trend_exhibit(
    released: Released[ForceTrendAnswer], cases: CaseOutcomesAnswer | None = None
) -> Exhibit:
    """Return the all-crime share by year, with the two years that are compared marked.

    Parameters
    ----------
    released : Released[ForceTrendAnswer]
        Published figures.
    cases : CaseOutcomesAnswer, optional
        The evaluation's own cases, to set beside them.
    """
    answer = released.answer
    sentences = (_rise_sentence(answer), *_beside(answer, cases))
    return Exhibit(
        key="force_trend",
        headline=_headline(answer),
        subtitle=(
            f"Out-of-court disposals as a share of all assigned outcomes, all crime, "
            f"{answer.force}, years to March; {codes_line(answer.out_of_court_codes)}"
        ),
        figure=theme.as_dict(_figure(answer)),
        table=Table(
            columns=(
                "Year ending March",
                "Out-of-court disposals",
                "All assigned outcomes",
                "Share (%)",
                "95% interval (%)",
            ),
            rows=tuple(
                (
                    _year(one.year),
                    f"{one.events:,}",
                    f"{one.assigned:,}",
                    wording.fixed(100 * one.share, 1),
                    wording.interval(one.conf_int, scale=100),
                )
                for one in answer.years
            ),
        ),
        alt_text=f"Line of the all-crime share by year. {' '.join(sentences)}",
        notes=(
            "Outcomes of investigations into all crime, by year; the shares of cases of neglect "
            "are by day of recording. Compare directions, not levels.",
            "Intervals say how far chance alone would move a year's share. A year in which a code "
            "that counts has no published figure is left out.",
            *(f"{break_words(one)} from {wording.day(one.on)}." for one in answer.breaks),
            OUTCOME_22_NOTE,
            f"Licence: {answer.licence}.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=sentences,
    )


def _year(year: int) -> str:
    return f"{year - 1}/{year % 100:02d}"


def _compared(answer: ForceTrendAnswer) -> list[ForceYear]:
    return [one for one in answer.years if one.year in answer.compared]


def _headline(answer: ForceTrendAnswer) -> str:
    if answer.rise is None or answer.rise_conf_int is None:
        return "All crime: out-of-court share by year"
    moved = wording.points(answer.rise)
    limits = answer.rise_conf_int
    if limits.low <= 0 <= limits.high:
        return f"All crime: out-of-court share about level ({moved} points)"
    verb = "rose" if answer.rise > 0 else "fell"
    return (
        f"All crime: out-of-court share {verb} by {wording.fixed(abs(100 * answer.rise), 1)} points"
    )


def _rise_sentence(answer: ForceTrendAnswer) -> str:
    compared = _compared(answer)
    if answer.rise is None or answer.rise_conf_int is None or len(compared) != 2:
        first, last = (_year(year) for year in answer.compared)
        return f"{answer.force}: no published figures for both {first} and {last}."
    old, new = compared
    limits = wording.interval(answer.rise_conf_int, scale=100)
    before, since = (wording.percent(one.share, places=1) for one in compared)
    return (
        f"{answer.force}, all crime: {before} of assigned outcomes in {_year(old.year)} and "
        f"{since} in {_year(new.year)} were out-of-court disposals: "
        f"{wording.points(answer.rise)} points ({limits}){_not_alike(answer)}."
    )


def _not_alike(answer: ForceTrendAnswer) -> str:
    """Say where the two years that are compared do not count the same codes."""
    first, last = answer.compared
    between = [
        f"{break_words(one)} only from {wording.day(one.on)}"
        for one in _changes_of_coding(answer)
        if first < _first_year(one) <= last
    ]
    return f", but not counted alike ({wording.listed(between)})" if between else ""


def _beside(answer: ForceTrendAnswer, cases: CaseOutcomesAnswer | None) -> list[str]:
    """Set the evaluation's own cases beside the tide, where their codes are the same."""
    if cases is None or cases.out_of_court_codes != answer.out_of_court_codes:
        return []
    found = []
    for one in cases.series:
        if one.group != "out_of_court" or one.before is None or one.after is None:
            continue
        if one.before.value is None or one.after.value is None:
            continue
        moved = wording.points(one.after.value - one.before.value)
        found.append(f"Beside it, cases of neglect, {one.series}: {moved} points since the change.")
    return found


def _figure(answer: ForceTrendAnswer) -> go.Figure:
    built = theme.figure(height=380)
    first, last = answer.years[0].year, answer.years[-1].year
    by_year = {one.year: one for one in answer.years}
    years = list(range(first, last + 1))
    for part in _parts(answer, years):
        _add_years(built, part, [by_year.get(year) for year in part])
    top = 1.35 * max(100 * one.share for one in answer.years)
    _marks(built, answer)
    built.update_yaxes(title_text=theme.wrapped("% of all assigned outcomes", 30), range=[0, top])
    step = 1 if len(years) <= 6 else 2
    built.update_xaxes(
        tickmode="array",
        tickvals=years[::step],
        ticktext=[_year(year) for year in years[::step]],
        range=[first - 0.5, last + 0.5],
    )
    return built


def _parts(answer: ForceTrendAnswer, years: list[int]) -> list[list[int]]:
    """Return the years in parts, a new one where other codes begin to count."""
    starts = {_first_year(one) for one in _changes_of_coding(answer)}
    parts: list[list[int]] = []
    for year in years:
        if not parts or year in starts:
            parts.append([])
        parts[-1].append(year)
    return parts


def _changes_of_coding(answer: ForceTrendAnswer) -> list[Break]:
    """Return the changes of what the counted codes record."""
    return [one for one in answer.breaks if set(one.codes) & set(answer.out_of_court_codes)]


def _first_year(one: Break) -> int:
    """Return the year to 31 March that a change of coding falls in."""
    return one.on.year + (one.on.month > 3)


def _add_years(built: go.Figure, years: list[int], shown: list[ForceYear | None]) -> None:
    built.add_trace(
        go.Scatter(
            x=years,
            y=[None if one is None else wording.rounded(100 * one.share, 2) for one in shown],
            mode="lines+markers",
            connectgaps=False,
            name="All crime",
            showlegend=False,
            line={"color": theme.DARK_GREY, "width": 2},
            marker={"size": 7},
            error_y=theme.error_bars(
                [None if one is None else one.share for one in shown],
                [None if one is None else one.conf_int for one in shown],
                colour=theme.DARK_GREY,
                scale=100,
            ),
            hovertemplate="Year ending March %{x}: %{y:.1f}%<extra></extra>",
        )
    )


def _marks(built: go.Figure, answer: ForceTrendAnswer) -> None:
    """Name the compared years at the foot, and changes of recording between years at the top."""
    style = {"showarrow": False, "font": {"size": 13, "color": theme.MUTED}}
    if answer.rise is not None:
        low, high = answer.compared
        built.add_vrect(x0=low, x1=high, fillcolor=theme.BAND, line_width=0, layer="below")
        built.add_annotation(
            x=(low + high) / 2,
            y=0,
            yref="paper",
            yanchor="bottom",
            text="years<br>compared",
            **style,
        )
    for place, one in enumerate(answer.breaks):
        x = one.on.year + 0.5
        built.add_vline(x=x, line_color=theme.DARK_GREY, line_dash="dot", line_width=1)
        is_last = place == len(answer.breaks) - 1 and place > 0
        built.add_annotation(
            x=x,
            y=1,
            yref="paper",
            yanchor="top",
            text=theme.wrapped(break_words(one), 16),
            align="left" if is_last else "right",
            xanchor="left" if is_last else "right",
            xshift=5 if is_last else -5,
            **style,
        )
