"""The exhibit of an authority and its comparators over the years."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.emmie.neighbours.comparison import (
    Comparator,
    ComparisonAnswer,
    RateSeries,
    YearFigure,
)
from analytics.emmie.neighbours.measures import MEASURES, RECODED_FROM
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table
from analytics.exhibits.neighbour_words import (
    TREND_NOTE,
    UNIT_WORDS,
    axis_title,
    direction_note,
    figure_words,
    interval_note,
    published,
    recoded_note,
    symbol_notes,
    trend_words,
    with_interval,
)

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


def years_of(answer: ComparisonAnswer) -> Exhibit:
    """Return the authority, its neighbours, its region and England over the years."""
    years = [figure.year for figure in answer.series[0].figures]
    said = tuple(
        sentence
        for sentence in (
            _latest_sentence(answer),
            trend_words(answer.trend, f"the figure of {answer.area_name}"),
            trend_words(answer.gap_trend, "its distance from the neighbours' median"),
        )
        if sentence
    )
    return Exhibit(
        key=f"years_{answer.measure}",
        headline=_years_headline(answer),
        subtitle=(
            f"{answer.label}, {UNIT_WORDS[answer.unit]}, {answer.area_name} and comparators, "
            f"{years[0]} to {years[-1]}"
        ),
        figure=theme.as_dict(_lines(answer)),
        table=_years_table(answer),
        alt_text=f"Line chart, {years[0]} to {years[-1]}. {' '.join(said)}",
        notes=_years_notes(answer),
        **published(answer, answer.area_name),
        sentences=said,
    )


def _years_headline(answer: ComparisonAnswer) -> str:
    trend = answer.trend
    if trend is None:
        return f"{answer.area_name}: no figure has been published"
    words = {
        "rising": "rising by more than chance",
        "falling": "falling by more than chance",
        "unclear": "no trend beyond chance",
        "too_few": "too few years for a trend",
        "recoded": "the coding changed",
    }
    return f"{answer.area_name}: {words[trend.course]}, {trend.first_year} to {trend.last_year}"


def _lines(answer: ComparisonAnswer) -> go.Figure:
    built = theme.figure(height=440)
    own, others = answer.series[0], answer.series[1]
    if others.comparator == "neighbours":
        _add_band(
            built,
            [(one.year, one.lowest, one.highest) for one in others.figures],
            theme.TURQUOISE,
            "Range of the neighbours",
        )
    _add_band(
        built,
        [
            (one.year, one.conf_int.low, one.conf_int.high)
            if one.conf_int
            else (one.year, None, None)
            for one in own.figures
        ],
        theme.DARK_BLUE,
        "",
    )
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
    if MEASURES[answer.measure].is_recoded:
        built.add_vline(
            x=RECODED_FROM - 0.5,
            line_color=theme.DARK_GREY,
            line_width=1,
            line_dash="dash",
            annotation_text="Coding changed",
            annotation_font_size=14,
        )
    built.update_yaxes(title_text=axis_title(answer.unit), rangemode="tozero")
    built.update_xaxes(dtick=2, tickformat="d")
    return built


def _add_band(
    built: go.Figure,
    limits: Sequence[tuple[int, float | None, float | None]],
    colour: str,
    name: str,
) -> None:
    """Draw a band, one piece for each run of years without a gap."""
    runs: list[list[tuple[int, float, float]]] = [[]]
    for year, low, high in limits:
        if low is None or high is None:
            runs.append([])
        else:
            runs[-1].append((year, low, high))
    for number, run in enumerate(run for run in runs if run):
        years = [year for year, _, _ in run]
        built.add_trace(
            go.Scatter(
                x=[*years, *reversed(years)],
                y=[*(high for _, _, high in run), *(low for _, low, _ in reversed(run))],
                name=name,
                fill="toself",
                fillcolor=theme.fade(colour, 0.15),
                line={"width": 0},
                mode="lines",
                hoverinfo="skip",
                showlegend=bool(name) and number == 0,
            )
        )


def _rounded(value: float | None) -> float | None:
    return None if value is None else wording.rounded(value, 2)


def _latest_sentence(answer: ComparisonAnswer) -> str:
    known = [one for one in answer.series[0].figures if one.value is not None]
    if not known or known[-1].value is None:
        return f"No figure has been published for {answer.area_name}."
    latest = known[-1]
    others = [
        f"{series.label} {wording.fixed(value, 1)}"
        for series in answer.series[1:]
        if (value := _in_year(series, latest.year)) is not None
    ]
    return (
        f"{answer.label}, {UNIT_WORDS[answer.unit]}, in {latest.year}: {answer.area_name} "
        f"{with_interval(latest.value or 0.0, latest.conf_int)}; {wording.listed(others)}."
    )


def _in_year(series: RateSeries, year: int) -> float | None:
    return next((figure.value for figure in series.figures if figure.year == year), None)


def _years_table(answer: ComparisonAnswer) -> Table:
    own, others = answer.series[0], answer.series[1]
    has_neighbours = others.comparator == "neighbours"
    rows = []
    for index, figure in enumerate(own.figures):
        cells: list[Cell] = [figure.year]
        cells.extend(
            figure_words(series.figures[index].value, series.figures[index].symbol)
            for series in answer.series
        )
        cells.insert(2, wording.interval(figure.conf_int))
        if has_neighbours:
            cells.insert(4, _range(others.figures[index]))
        rows.append(tuple(cells))
    columns = ["Year", *(series.label for series in answer.series)]
    columns[1] = f"{own.label} ({UNIT_WORDS[answer.unit]})"
    columns.insert(2, "95% interval")
    if has_neighbours:
        columns.insert(4, "Range of the neighbours")
    return Table(columns=tuple(columns), rows=tuple(rows))


def _range(figure: YearFigure) -> str:
    if figure.lowest is None or figure.highest is None:
        return ""
    return f"{wording.fixed(figure.lowest, 1)} to {wording.fixed(figure.highest, 1)}"


def _years_notes(answer: ComparisonAnswer) -> tuple[str, ...]:
    notes = [*recoded_note(answer.measure), direction_note(answer.agreed), TREND_NOTE]
    if answer.unit == "per_10000":
        notes.append(
            "Rates use the population aged 0 to 17 of the preceding mid-year, as the Department "
            "for Education does."
        )
    if any(figure.conf_int for figure in answer.series[0].figures):
        notes.append(interval_note(answer.unit, has_counts=True))
    if answer.neighbours:
        notes.append(
            f"Statistical neighbours ({answer.neighbour_model} model): "
            f"{wording.listed(list(answer.neighbours))}. The line is the median of those with a "
            "figure, the band their lowest and highest."
        )
    notes += symbol_notes(
        {figure.symbol for series in answer.series for figure in series.figures if figure.symbol}
    )
    if answer.unit in ("per_10000", "percent"):
        notes.append("England and regional counts are rounded to the nearest ten by the publisher.")
    return tuple(notes)
