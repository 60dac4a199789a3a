"""Exhibits of published rates: an authority beside its neighbours, region and England."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.plan_rates import Comparator, PlanRatesAnswer, RateSeries, YearFigure
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table
from analytics.extracts.code_lists import DFE_SYMBOL

COLOURS: dict[Comparator, str] = {
    "area": theme.DARK_BLUE,
    "neighbours": theme.TURQUOISE,
    "region": theme.DARK_PINK,
    "england": theme.ORANGE,
}
DASHES: dict[Comparator, str] = {
    "area": "solid",
    "neighbours": "dash",
    "region": "dot",
    "england": "dashdot",
}
UNIT_WORDS = {
    "per_10000": "per 10,000 children aged 0 to 17",
    "percent": "per cent",
    "days": "working days",
    "per_worker": "cases per worker",
    "count": "number",
}


def plan_rate_exhibits(released: Released[PlanRatesAnswer]) -> tuple[Exhibit, ...]:
    """Return the comparison over the years as one exhibit."""
    answer = released.answer
    years = [figure.year for figure in answer.series[0].figures]
    sentences = (_latest_sentence(answer),)
    return (
        Exhibit(
            key=answer.measure,
            headline=_headline(answer),
            subtitle=(
                f"{answer.label}, {UNIT_WORDS[answer.unit]}, {answer.area_name} and comparators, "
                f"{years[0]} to {years[-1]}"
            ),
            figure=theme.as_dict(_lines(answer)),
            table=_table(answer),
            alt_text=f"Line chart, {years[0]} to {years[-1]}. {sentences[0]}",
            notes=_notes(answer),
            source=f"{answer.source}. Licence: {answer.licence}",
            synthetic=False,
            sentences=sentences,
        ),
    )


def _lines(answer: PlanRatesAnswer) -> go.Figure:
    built = theme.figure(height=440)
    own = answer.series[0]
    if any(figure.conf_int for figure in own.figures):
        _add_band(built, own.figures)
    for series in answer.series:
        built.add_trace(
            go.Scatter(
                x=[figure.year for figure in series.figures],
                y=[_rounded(figure.value) for figure in series.figures],
                name=series.label,
                mode="lines+markers",
                connectgaps=False,
                line={
                    "color": COLOURS[series.comparator],
                    "width": 3 if series.comparator == "area" else 2,
                    "dash": DASHES[series.comparator],
                },
                marker={"size": 7 if series.comparator == "area" else 5},
                hovertemplate="%{x}<br>" + series.label + ": %{y:.1f}<extra></extra>",
            )
        )
    built.update_yaxes(title_text=UNIT_WORDS[answer.unit].capitalize(), rangemode="tozero")
    built.update_xaxes(dtick=2, tickformat="d")
    return built


def _add_band(built: go.Figure, figures: Sequence[YearFigure]) -> None:
    """Draw the interval as a band, one piece for each run of years without a gap."""
    for run in _runs(figures):
        years = [figure.year for figure in run]
        highs = [figure.conf_int.high for figure in run if figure.conf_int]
        lows = [figure.conf_int.low for figure in run if figure.conf_int]
        built.add_trace(
            go.Scatter(
                x=[*years, *reversed(years)],
                y=[*highs, *reversed(lows)],
                fill="toself",
                fillcolor=theme.fade(theme.DARK_BLUE, 0.15),
                line={"width": 0},
                hoverinfo="skip",
                showlegend=False,
            )
        )


def _runs(figures: Sequence[YearFigure]) -> list[list[YearFigure]]:
    runs: list[list[YearFigure]] = [[]]
    for figure in figures:
        if figure.conf_int is None:
            runs.append([])
        else:
            runs[-1].append(figure)
    return [run for run in runs if run]


def _rounded(value: float | None) -> float | None:
    return None if value is None else wording.rounded(value, 2)


def _by_comparator(answer: PlanRatesAnswer) -> dict[Comparator, RateSeries]:
    return {series.comparator: series for series in answer.series}


def _latest(answer: PlanRatesAnswer) -> YearFigure | None:
    """Return the authority's newest figure."""
    shown = [figure for figure in answer.series[0].figures if figure.value is not None]
    return shown[-1] if shown else None


def _in_year(series: RateSeries | None, year: int) -> float | None:
    if series is None:
        return None
    return next((figure.value for figure in series.figures if figure.year == year), None)


def _versus(figure: YearFigure, other: float) -> str:
    """Return higher, similar or lower; similar when the interval holds the other figure."""
    if figure.value is None:
        return "not compared with"
    if figure.conf_int and figure.conf_int.low <= other <= figure.conf_int.high:
        return "similar to"
    if figure.conf_int is None and abs(figure.value - other) < 0.05:
        return "the same as"
    return "higher than" if figure.value > other else "lower than"


def _headline(answer: PlanRatesAnswer) -> str:
    latest = _latest(answer)
    if latest is None:
        return f"{answer.area_name}: no figure has been published"
    neighbours = _in_year(_by_comparator(answer).get("neighbours"), latest.year)
    if neighbours is None:
        return f"{answer.area_name}: {wording.fixed(latest.value, 1)} in {latest.year}"
    versus = f"{_versus(latest, neighbours)} its neighbours"
    return f"{answer.area_name}: {wording.lower_first(answer.label)} {versus} ({latest.year})"


def _latest_sentence(answer: PlanRatesAnswer) -> str:
    latest = _latest(answer)
    if latest is None:
        return f"No figure has been published for {answer.area_name}."
    others = [
        f"{series.label} {wording.fixed(value, 1)}"
        for series in answer.series[1:]
        if (value := _in_year(series, latest.year)) is not None
    ]
    limits = f" (95% interval {wording.interval(latest.conf_int)})" if latest.conf_int else ""
    return (
        f"{answer.label}, {UNIT_WORDS[answer.unit]}, in {latest.year}: {answer.area_name} "
        f"{wording.fixed(latest.value, 1)}{limits}; "
        f"{wording.listed(others)}."
    )


def _table(answer: PlanRatesAnswer) -> Table:
    own = answer.series[0]
    rows = []
    for index, figure in enumerate(own.figures):
        cells: list[Cell] = [figure.year]
        cells.extend(_cell(series.figures[index]) for series in answer.series)
        cells.insert(2, wording.interval(figure.conf_int))
        rows.append(tuple(cells))
    unit = UNIT_WORDS[answer.unit]
    columns = ["Year", *(series.label for series in answer.series)]
    columns[1] = f"{own.label} ({unit})"
    columns.insert(2, "95% interval")
    return Table(columns=tuple(columns), rows=tuple(rows))


def _cell(figure: YearFigure) -> str:
    if figure.value is None:
        return f"[{figure.symbol}]" if figure.symbol else wording.NOT_AVAILABLE
    return wording.fixed(figure.value, 1)


def _notes(answer: PlanRatesAnswer) -> tuple[str, ...]:
    notes = [
        "No direction is agreed as good for these figures, so they are called higher, similar or "
        "lower.",
    ]
    if answer.unit == "per_10000":
        notes.append(
            "Rates use the population aged 0 to 17 of the preceding mid-year, as the Department "
            "for Education does. The band shows how much the count could vary by chance "
            "(Byar's interval, exact below ten)."
        )
    elif any(figure.conf_int for figure in answer.series[0].figures):
        notes.append("The band is a Wilson interval: how much the share could vary by chance.")
    if answer.neighbours:
        notes.append(
            f"Statistical neighbours ({answer.neighbour_model} model): "
            f"{wording.listed(list(answer.neighbours))}. The line is the median of those with a "
            "figure."
        )
    symbols = {
        figure.symbol for series in answer.series for figure in series.figures if figure.symbol
    }
    notes.extend(f"[{symbol}]: {DFE_SYMBOL[symbol]}." for symbol in sorted(symbols))
    if answer.unit in ("per_10000", "percent"):
        notes.append("England and regional counts are rounded to the nearest ten by the publisher.")
    return tuple(notes)
