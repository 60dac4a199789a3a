"""Exhibits of areas: the gap in every year, each area beside its own neighbours."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.emmie.area_change.answer import AreaChangeAnswer
from analytics.emmie.area_change.outcomes import AreaOutcome, AreaYear
from analytics.emmie.area_change.places import OwnNeighbours
from analytics.exhibits import theme, wording
from analytics.exhibits.area_words import UNIT_WORDS, launched, name_of, year_title
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin


def gap_over_time(answer: AreaChangeAnswer, chosen: AreaOutcome) -> Exhibit:
    """Return both groups and England in every year, and the gap between the groups."""
    found = _gap_sentence(answer, chosen)
    years = [item.year for item in chosen.years]
    has_gap = any(item.gap.difference for item in chosen.years)
    below = "; below, the difference with its 95% interval" if has_gap else ""
    return Exhibit(
        key=f"area_gap_{chosen.measure}",
        headline=_gap_headline(answer, chosen),
        subtitle=(
            f"{chosen.label}, {labels_of(answer)[0]}, {wording.lower_first(labels_of(answer)[1])} "
            f"and England, {years[0]} to {years[-1]}{below}"
        ),
        figure=theme.as_dict(_gap_figure(answer, chosen)),
        table=_gap_table(answer, chosen),
        alt_text=f"Line chart, {years[0]} to {years[-1]}. {found}",
        notes=(
            launched(answer),
            "Each area counts alike; the pooled figures in the table count each child alike. Areas "
            "without a figure in a year are not in that year.",
            f"Source: {chosen.source}. Licence: {chosen.licence}.",
        ),
        **origin(answer.provenance),
        sentences=(found,),
    )


def labels_of(answer: AreaChangeAnswer) -> tuple[str, str]:
    """Return what the treated areas and the others are called."""
    if len(answer.treated) == 1:
        return name_of(answer, answer.treated[0]), "Mean of its neighbours"
    return answer.with_label, answer.without_label


def _gap(item: AreaYear | None) -> float | None:
    if item is None or item.gap.treated is None or item.gap.comparison is None:
        return None
    return item.gap.treated - item.gap.comparison


def _gap_headline(answer: AreaChangeAnswer, chosen: AreaOutcome) -> str:
    """Return how the gap before the launch compares with the newest one."""
    by_year = {item.year: item for item in chosen.years}
    before, last = _gap(by_year.get(answer.launch_year - 1)), _gap(chosen.years[-1])
    if before is None or last is None:
        return "The gap is not known in every year"
    year = f"{answer.launch_year - 1}"
    return (
        f"Gap {wording.signed(before)} before the launch ({year}), "
        f"{wording.signed(last)} in {chosen.years[-1].year}"
    )


def _gap_sentence(answer: AreaChangeAnswer, chosen: AreaOutcome) -> str:
    wanted = {chosen.years[0].year, answer.launch_year - 1, answer.cross_year, answer.last_year}
    parts = [
        f"{wording.signed(gap)} in {item.year}"
        for item in chosen.years
        if (item.year in wanted or item is chosen.years[-1]) and (gap := _gap(item)) is not None
    ]
    return f"Difference ({UNIT_WORDS[chosen.unit]}): {wording.listed(parts)}."


def _gap_figure(answer: AreaChangeAnswer, chosen: AreaOutcome) -> go.Figure:
    has_gap = any(item.gap.difference for item in chosen.years)
    built = _panels(2 if has_gap else 1)
    years = [item.year for item in chosen.years]
    first, second = labels_of(answer)
    for name, values, colour, dash in (
        (first, [item.gap.treated for item in chosen.years], theme.DARK_BLUE, "solid"),
        (second, [item.gap.comparison for item in chosen.years], theme.TURQUOISE, "dash"),
        ("England", [item.england for item in chosen.years], theme.ORANGE, "dashdot"),
    ):
        built.add_trace(
            go.Scatter(
                x=years,
                y=[None if value is None else wording.rounded(value, 2) for value in values],
                name=name,
                mode="lines+markers",
                connectgaps=False,
                line={"color": colour, "width": 2, "dash": dash},
                marker={"size": 6},
                hovertemplate="%{x}<br>" + name + ": %{y:.1f}<extra></extra>",
            ),
            row=1,
            col=1,
        )
    built.update_yaxes(
        title_text=UNIT_WORDS[chosen.unit].capitalize(), rangemode="tozero", row=1, col=1
    )
    if has_gap:
        _add_gap(built, chosen.years)
    for row in range(1, 3 if has_gap else 2):
        built.add_vline(
            x=answer.launch_year - 0.5,
            line_color=theme.DARK_GREY,
            line_width=1,
            line_dash="dash",
            row=row,
            col=1,
        )
    built.add_annotation(
        x=answer.launch_year - 0.4,
        y=0,
        yref="y domain",
        text="Launch",
        showarrow=False,
        xanchor="left",
        yanchor="bottom",
        font={"size": 14, "color": theme.TEXT},
    )
    built.update_xaxes(title_text=year_title(), row=2 if has_gap else 1, col=1)
    built.update_xaxes(dtick=2, tickformat="d")
    return built


def _panels(rows: int) -> go.Figure:
    return theme.panels(
        rows,
        height=300 + 220 * (rows - 1),
        shared_xaxes=True,
        row_heights=[0.6, 0.4][:rows],
        vertical_spacing=0.1 if rows > 1 else 0,
    )


def _add_gap(built: go.Figure, years: Sequence[AreaYear]) -> None:
    shown = [(item.year, item.gap.difference) for item in years if item.gap.difference]
    values = [one.value for _, one in shown]
    built.add_trace(
        go.Scatter(
            x=[year for year, _ in shown],
            y=values,
            name="Difference",
            showlegend=False,
            mode="markers",
            marker={"color": theme.DARK_PINK, "size": 8},
            error_y=theme.error_bars(
                values, [one.conf_int for _, one in shown], colour=theme.DARK_PINK
            ),
            customdata=[wording.signed(value) for value in values],
            hovertemplate="%{x}<br>Difference: %{customdata}<extra></extra>",
        ),
        row=2,
        col=1,
    )
    built.add_hline(y=0, line_color=theme.DARK_GREY, line_width=1, row=2, col=1)
    built.update_yaxes(title_text="Difference", row=2, col=1)


def _gap_table(answer: AreaChangeAnswer, chosen: AreaOutcome) -> Table:
    first, second = labels_of(answer)
    rows: list[tuple[Cell, ...]] = [
        (
            item.year,
            number_words(item.gap.treated),
            number_words(item.gap.treated_pooled),
            item.gap.n_treated,
            number_words(item.gap.comparison),
            number_words(item.gap.comparison_pooled),
            item.gap.n_comparison,
            number_words(item.england),
            "" if (gap := _gap(item)) is None else wording.signed(gap),
            wording.interval(item.gap.difference.conf_int) if item.gap.difference else "",
        )
        for item in chosen.years
    ]
    unit = UNIT_WORDS[chosen.unit]
    return Table(
        columns=(
            "Year",
            f"{first} ({unit})",
            f"{first}, pooled",
            "Areas",
            second,
            f"{second}, pooled",
            "Areas compared with",
            "England",
            "Difference",
            "95% interval",
        ),
        rows=tuple(rows),
    )


def number_words(value: float | None) -> str:
    """Return a figure to one decimal place, or that there is none."""
    return wording.NOT_AVAILABLE if value is None else wording.fixed(value, 1)


def one_by_one(answer: AreaChangeAnswer, chosen: AreaOutcome) -> Exhibit | None:
    """Return each treated area beside the mean of its own neighbours; None for a single area."""
    shown = [item for item in chosen.own if item.value is not None and item.neighbours is not None]
    if len(shown) < 2:
        return None
    lower = sum((item.value or 0) < (item.neighbours or 0) for item in shown)
    headline = f"{lower} of {len(shown)} areas were below their own neighbours"
    return Exhibit(
        key=f"area_one_by_one_{chosen.measure}",
        headline=headline,
        subtitle=(
            f"{chosen.label} in {answer.cross_year}, each area and the mean of its own statistical "
            f"neighbours ({answer.comparison.neighbour_model} model)"
        ),
        figure=theme.as_dict(_own_figure(answer, chosen, shown)),
        table=Table(
            columns=(
                "Area",
                f"{answer.cross_year} ({UNIT_WORDS[chosen.unit]})",
                "95% interval",
                "Its neighbours",
                "Neighbours with a figure",
                "Difference",
                f"Before the launch ({chosen.before.first_year} to {chosen.before.last_year})",
                "Its neighbours before",
                "Note",
            ),
            rows=tuple(_own_row(answer, item) for item in chosen.own),
        ),
        alt_text=f"Dot plot of {len(shown)} areas and their neighbours. {headline}.",
        notes=(
            "Other treated areas are not counted among an area's neighbours. Areas are not ranked: "
            "one year of one area varies by chance.",
            "Intervals say how far chance alone would move the area's own count (Byar; Wilson for "
            "percentages); there is none in days.",
            "An open mark means that the figure is unlike the area's other years, which may be "
            "recording.",
        ),
        **origin(answer.provenance),
    )


def _own_row(answer: AreaChangeAnswer, item: OwnNeighbours) -> tuple[Cell, ...]:
    known = item.value is not None and item.neighbours is not None
    return (
        name_of(answer, item.code),
        number_words(item.value),
        wording.interval(item.conf_int),
        number_words(item.neighbours),
        item.n_neighbours,
        wording.signed((item.value or 0) - (item.neighbours or 0)) if known else "",
        number_words(item.before),
        number_words(item.neighbours_before),
        "Unlike its other years" if item.unusual else "",
    )


def _own_figure(
    answer: AreaChangeAnswer, chosen: AreaOutcome, shown: list[OwnNeighbours]
) -> go.Figure:
    built = theme.figure(height=110 + 36 * len(shown))
    labels = [name_of(answer, item.code) for item in shown]
    built.add_trace(
        go.Scatter(
            x=[item.neighbours for item in shown],
            y=labels,
            name="Mean of its neighbours",
            mode="markers",
            marker={
                "color": theme.TURQUOISE,
                "symbol": "line-ns",
                "size": 16,
                "line": {"width": 3, "color": theme.TURQUOISE},
            },
            hovertemplate="%{y}<br>Its neighbours: %{x:.1f}<extra></extra>",
        )
    )
    built.add_trace(
        go.Scatter(
            x=[item.value for item in shown],
            y=labels,
            name="Area",
            mode="markers",
            marker={
                "color": theme.DARK_BLUE,
                "symbol": ["circle-open" if item.unusual else "circle" for item in shown],
                "size": 11,
                "line": {"width": 2},
            },
            error_x=theme.error_bars(
                [item.value for item in shown],
                [item.conf_int for item in shown],
                colour=theme.DARK_BLUE,
            ),
            hovertemplate="%{y}: %{x:.1f}<extra></extra>",
        )
    )
    built.update_xaxes(title_text=UNIT_WORDS[chosen.unit].capitalize(), rangemode="tozero")
    built.update_yaxes(autorange="reversed", showgrid=False)
    return built
