"""Icon array: a hundred similar cases in each group, and how many had the outcome."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.emmie.effect.results import EffectRow, natural_frequency
from analytics.exhibits import theme
from analytics.exhibits.exhibit import Cell, Table
from analytics.statistics.two_groups.absolute_effects import NaturalFrequencies

SIDE = 10


def icon_figure(row: EffectRow, arms: tuple[str, str]) -> go.Figure | None:
    """Return two squares of a hundred icons, filled where the outcome happened.

    Parameters
    ----------
    row : EffectRow
        Shares, after disclosure control.
    arms : tuple of str
        Names of the two groups.

    Returns
    -------
    Figure or None
        None when the shares are not shown, or are too small for whole cases of a hundred.
    """
    found = natural_frequency(row)
    if found is None or found.denominator != SIDE * SIDE:
        return None
    margin = {"l": 4, "r": 4, "t": 92, "b": 4}
    built = theme.panels(1, 2, height=340, layout={"margin": margin}, horizontal_spacing=0.06)
    for column, (count, arm) in enumerate(
        zip((found.treated, found.comparison), arms, strict=True), start=1
    ):
        _square(built, count, arm, column)
    return built


def _square(built: go.Figure, count: int, arm: str, column: int) -> None:
    """Draw one group; icons with the outcome are filled, the others are outlines."""
    for filled in (True, False):
        places = [place for place in range(SIDE * SIDE) if (place < count) is filled]
        built.add_trace(
            go.Scatter(
                x=[place % SIDE for place in places],
                y=[place // SIDE for place in places],
                mode="markers",
                marker={
                    "symbol": "square" if filled else "square-open",
                    "size": 11,
                    "color": theme.DARK_BLUE if filled else theme.DARK_GREY,
                    "line": {"width": 1},
                },
                hoverinfo="skip",
                showlegend=False,
            ),
            row=1,
            col=column,
        )
    axis = {"visible": False, "fixedrange": True, "constrain": "domain"}
    built.update_xaxes(range=[-0.6, SIDE - 0.4], row=1, col=column, **axis)
    built.update_yaxes(
        range=[SIDE - 0.4, -0.6],
        scaleanchor="x" if column == 1 else f"x{column}",
        row=1,
        col=column,
        **axis,
    )
    built.add_annotation(
        text=f"<b>{count} of 100</b><br>{theme.wrapped(arm, 20)}",
        x=0.5,
        xref="x domain" if column == 1 else f"x{column} domain",
        y=1,
        yref="paper",
        yanchor="bottom",
        showarrow=False,
        align="center",
        font={"size": 14, "color": theme.TEXT},
    )


def fewer_words(found: NaturalFrequencies) -> str:
    """Return the difference as whole cases: "45 fewer of 100 (35 to 55 fewer)"."""
    low, high = sorted((found.difference_low, found.difference_high))
    if low < 0 < high:
        limits = f"{-low} fewer to {high} more"
    elif high <= 0:
        limits = f"{-high} to {-low} fewer"
    else:
        limits = f"{low} to {high} more"
    size = abs(found.difference)
    word = "fewer" if found.difference < 0 else "more"
    said = "no difference" if size == 0 else f"{size} {word} of {found.denominator:,}"
    return f"{said} ({limits})"


def frequency_table(
    rows: tuple[EffectRow, ...], *, arms: tuple[str, str], not_shown: dict[str, str]
) -> Table:
    """Return each outcome as whole numbers of similar cases.

    Parameters
    ----------
    rows : tuple of EffectRow
        One row for each outcome.
    arms : tuple of str
        Names of the two groups.
    not_shown : dict of str to str
        For outcomes without natural frequencies, why.
    """
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        found = natural_frequency(row)
        if found is None:
            cells.append((row.label, "", "", not_shown.get(row.key, "")))
            continue
        people = f"of {found.denominator:,}"
        cells.append(
            (
                row.label,
                f"{found.treated:,} {people}",
                f"{found.comparison:,} {people}",
                fewer_words(found),
            )
        )
    return Table(
        columns=("Outcome", arms[0], arms[1], "Difference (with its interval)"), rows=tuple(cells)
    )
