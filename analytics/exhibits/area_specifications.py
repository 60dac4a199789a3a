"""Exhibits that test the change of areas: the years before the launch, and other choices."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.emmie.area_change.answer import AreaChangeAnswer
from analytics.emmie.area_change.estimates import AreaChange, EventYear
from analytics.emmie.area_change.outcomes import AreaOutcome
from analytics.emmie.contrast import Estimate
from analytics.exhibits import theme, wording
from analytics.exhibits.area_words import UNIT_WORDS, launched, year_title
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin

MOST_TIMES = 10
"""How many times the change a drift can be before its number says nothing more."""


def alternatives(answer: AreaChangeAnswer, chosen: AreaOutcome) -> Exhibit | None:
    """Return the change of one measure under the other choices; None without an interval."""
    options = [(label, change) for label, change in _options(answer, chosen) if change.difference]
    if len(options) < 2:
        return None
    clear = sum(_is_clear(change) for _, change in options)
    values = [change.difference.value for _, change in options if change.difference]
    signs = {value < 0 for value in values}
    headline = (
        f"{clear} of {len(options)} choices find a clear change"
        if len(signs) == 1
        else f"The direction of change depends on the choice ({clear} of {len(options)} clear)"
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            label,
            _years(change.first_year, change.launch_year - 1),
            _years(change.launch_year, change.last_year),
            wording.signed(change.difference.value) if change.difference else "",
            wording.interval(change.difference.conf_int if change.difference else None),
            wording.p_value(change.difference.p_value if change.difference else None),
        )
        for label, change in options
    )
    return Exhibit(
        key=f"area_alternatives_{chosen.measure}",
        headline=headline,
        subtitle=(
            f"{chosen.label}: change against the others ({UNIT_WORDS[chosen.unit]}) under "
            f"{len(options)} choices, {wording.percent(answer.level)} intervals"
        ),
        figure=theme.as_dict(_figure(options, UNIT_WORDS[chosen.unit])),
        table=Table(
            columns=("Choice", "Before", "After", "Change", "Interval", "p-value"), rows=rows
        ),
        alt_text=f"Forest plot of {len(options)} choices. {headline}.",
        notes=(
            "The year of the document alone is a part of the years after the launch: where it "
            "stands out and later years don't, the difference did not last.",
        ),
        **origin(answer.provenance),
    )


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first} to {last}"


def _options(answer: AreaChangeAnswer, chosen: AreaOutcome) -> list[tuple[str, AreaChange]]:
    labels = dict(answer.labels)
    found: list[tuple[str, AreaChange]] = []
    if chosen.change:
        found.append(("As above", chosen.change))
    if chosen.to_cross_year:
        found.append((f"Up to {answer.cross_year} only", chosen.to_cross_year))
    if chosen.without_unusual:
        found.append(("Without areas with a figure unlike their others", chosen.without_unusual))
    if chosen.weighted:
        found.append(("Areas weighted by size", chosen.weighted))
    found += [(labels.get(key, key), change) for key, change in chosen.alternatives]
    return found


def _is_clear(change: AreaChange) -> bool:
    return change.difference is not None and not _holds_zero(change.difference)


def _figure(options: list[tuple[str, AreaChange]], unit: str) -> go.Figure:
    found = [(label, change.difference) for label, change in options if change.difference]
    built = theme.figure(height=90 + 66 * len(found), showlegend=False)
    values = [one.value for _, one in found]
    built.add_trace(
        go.Scatter(
            x=values,
            y=list(range(len(found))),
            mode="markers",
            marker={"color": theme.DARK_BLUE, "size": 11},
            error_x=theme.error_bars(
                values, [one.conf_int for _, one in found], colour=theme.DARK_BLUE, thickness=2
            ),
            customdata=[wording.signed(value) for value in values],
            hovertemplate="Change: %{customdata}<extra></extra>",
        )
    )
    built.add_vline(x=0, line_color=theme.DARK_GREY, line_width=1)
    built.update_xaxes(title_text=f"Change, {unit}")
    built.update_yaxes(
        tickvals=list(range(len(found))),
        ticktext=[theme.wrapped(label, 24) for label, _ in found],
        range=[len(found) - 0.5, -0.5],
        showgrid=False,
    )
    return built


def event_study(answer: AreaChangeAnswer, chosen: AreaOutcome) -> Exhibit | None:
    """Return how the gap moved around the launch, in areas with every year; None for one area."""
    change = chosen.change
    if change is None or not change.events:
        return None
    base = change.launch_year - 1
    early = [one for one in change.events if one.year < base]
    said = _said(change, early, UNIT_WORDS[chosen.unit])
    return Exhibit(
        key=f"area_event_study_{chosen.measure}",
        headline=_event_headline(change, early),
        subtitle=(
            f"{chosen.label}: change of the difference since {base}, {UNIT_WORDS[chosen.unit]}, "
            f"areas with every year, {wording.percent(answer.level)} intervals"
        ),
        figure=theme.as_dict(_event_figure(change, UNIT_WORDS[chosen.unit])),
        table=Table(
            columns=("Year", f"Change since {base}", "Interval"),
            rows=tuple(
                (
                    one.year,
                    wording.signed(one.estimate.value),
                    "" if one.year == base else wording.interval(one.estimate.conf_int),
                )
                for one in change.events
            ),
        ),
        alt_text=f"Event study from {change.first_year} to {change.last_year}. {' '.join(said)}",
        notes=(
            f"{base} is the year that every other one is compared with. Not finding a move before "
            "the launch is no proof of parallel courses after it: with so few years a trend could "
            "hide (Roth 2022). Finding one needn't be a trend either: one odd year does it.",
            launched(answer),
        ),
        **origin(answer.provenance),
        sentences=said,
    )


def _event_headline(change: AreaChange, early: list[EventYear]) -> str:
    """Return what the years before the launch can tell, and no more."""
    if not early:
        return "One year before the launch tells no trend"
    years = f"{len(early) + 1} years"
    status = {check.name: check.status for check in change.checks}
    if status.get("pre_trend_test") == "fail":
        return f"The gap was not steady over the {years} before the launch"
    if status.get("pre_trend_power") == "pass":
        return f"No move of the gap shown in {years} before the launch"
    return f"Can't tell whether the gap moved in {years} before the launch"


def _said(change: AreaChange, early: list[EventYear], unit: str) -> tuple[str, ...]:
    """Return each earlier year with its interval, what the test says, and what it can't see."""
    if not early:
        return ()
    base = change.launch_year - 1
    each = wording.listed(
        [
            f"{wording.signed(one.estimate.value)} ({wording.interval(one.estimate.conf_int)}) in "
            f"{one.year}"
            for one in early
        ]
    )
    said = [f"Against {base} the gap was {each}, {unit}."]
    found = {check.name: check for check in change.checks}
    test, power = found.get("pre_trend_test"), found.get("pre_trend_power")
    if test is not None and test.value is not None:
        p_value = f"p {wording.p_value(test.value)}"
        said.append(
            f"That the areas moved alike over these {len(early) + 1} years is unlikely "
            f"({p_value}): the change since then can't be told from a course already under way, "
            "or from one odd year."
            if test.status == "fail"
            else f"The test doesn't rule out that the areas moved alike ({p_value})."
        )
    if power is not None and power.value is not None:
        times = f"{wording.fixed(power.value, 1)} times"
        said.append(
            "A drift that this test would miss one time in five could make up "
            f"{times if power.value < MOST_TIMES else f'over {MOST_TIMES} times'} the change since."
        )
    return tuple(said)


def _holds_zero(one: Estimate) -> bool:
    return one.conf_int.low <= 0 <= one.conf_int.high


def _event_figure(change: AreaChange, unit: str) -> go.Figure:
    built = theme.figure(height=340, showlegend=False)
    values = [one.estimate.value for one in change.events]
    built.add_trace(
        go.Scatter(
            x=[one.year for one in change.events],
            y=values,
            mode="markers",
            marker={"color": theme.DARK_BLUE, "size": 9},
            error_y=theme.error_bars(
                values, [one.estimate.conf_int for one in change.events], colour=theme.DARK_BLUE
            ),
            customdata=[wording.signed(value) for value in values],
            hovertemplate="%{x}<br>Change: %{customdata}<extra></extra>",
        )
    )
    built.add_hline(y=0, line_color=theme.DARK_GREY, line_width=1)
    built.add_vline(
        x=change.launch_year - 0.5, line_color=theme.DARK_GREY, line_width=1, line_dash="dash"
    )
    built.update_yaxes(title_text=f"Change, {unit}")
    built.update_xaxes(title_text=year_title(), dtick=1, tickformat="d")
    return built
