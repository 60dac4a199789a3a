"""From a figure to its charts: one for each pair of axes, with everything that is drawn on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle
from typing import Any, Final

from analytics.exhibits import theme
from analytics.reports.charts import axes, bands, bars, marks, traces, values
from analytics.reports.charts.panel import Axis, Number, Panel, Series
from analytics.reports.charts.plot import Plot

DRAWABLE: Final = ("bar", "scatter", "scattergl")


def panels(figure: dict[str, Any] | None) -> tuple[Panel, ...]:
    """Return the charts of a figure, from the top left to the bottom right.

    Parameters
    ----------
    figure : dict or None
        A Plotly figure as plain data; None for none.

    Returns
    -------
    tuple of Panel
        A drawing where an office program has no such chart; what no rule here reads is a drawing
        whose reason names the type of trace.
    """
    if figure is None:
        return ()
    layout = dict(figure.get("layout") or {})
    given = [
        trace
        for trace in figure.get("data") or ()
        if trace.get("visible") not in traces.HIDDEN or trace.get("visible") is None
    ]
    unknown = [trace for trace in given if trace.get("type", "scatter") not in DRAWABLE]
    found = [
        Panel(kind="drawing", reason=str(trace["type"]), title=values.plain(trace.get("name")))
        for trace in unknown
    ]
    plots = _plots(layout, [trace for trace in given if trace not in unknown])
    found += [_panel(plot, plots, layout) for plot in plots]
    return tuple(sorted(found, key=lambda panel: (-round(panel.place[3], 3), panel.place[0])))


def _plots(layout: dict[str, Any], given: Sequence[dict[str, Any]]) -> tuple[Plot, ...]:
    """Return each pair of axes on which something is drawn."""
    palette = cycle(values.listed(layout.get("colorway")) or theme.CATEGORICAL)
    coloured = [{**trace, "_colour": next(palette)} for trace in given]
    keys = dict.fromkeys(
        (str(one.get("xaxis") or "x"), str(one.get("yaxis") or "y")) for one in coloured
    )
    found = []
    for x_key, y_key in keys:
        mine = tuple(
            one
            for one in coloured
            if (one.get("xaxis") or "x", one.get("yaxis") or "y") == (x_key, y_key)
        )
        x = dict(layout.get(f"xaxis{x_key[1:]}") or {})
        y = dict(layout.get(f"yaxis{y_key[1:]}") or {})
        found.append(
            Plot(
                x_key=x_key,
                y_key=y_key,
                x=x,
                y=y,
                traces=tuple(bands.marked(mine)),
                x_names=tuple(axes.names_of(x, mine, "x")),
                y_names=tuple(axes.names_of(y, mine, "y")),
            )
        )
    return tuple(found)


def _panel(plot: Plot, plots: Sequence[Plot], layout: dict[str, Any]) -> Panel:
    series = _series(plot)
    lines = marks.lines(layout, plot)
    texts = marks.texts(layout, plot)
    x = _axis(plot, "x", series, plots, layout)
    y = _axis(plot, "y", series, plots, layout)
    found = Panel(
        kind="xy",
        series=series,
        x=x,
        y=y,
        place=plot.place,
        title=marks.title(layout, plot),
    )
    found = marks.placed(found, lines, texts)
    if plot.x.get("visible") is False and plot.y.get("visible") is False:
        return _with_rows(marks.drawing(found, layout, plot), plot)
    if plot.has_bars:
        return bars.panel(found, plot.traces, str(layout.get("barmode") or "group"))
    return _with_rows(_line_chart(found, plot), plot)


def _series(plot: Plot) -> tuple[Series, ...]:
    found: list[Series] = []
    for trace in plot.traces:
        colour = values.colour(trace["_colour"], theme.DARK_BLUE)
        if trace.get("type") == "bar":
            is_lying = trace.get("orientation") == "h"
            category, value = (plot.at_y, plot.at_x) if is_lying else (plot.at_x, plot.at_y)
            found.append(traces.of_bars(trace, category, value, colour))
        else:
            found += traces.of_points(trace, plot.at_x, plot.at_y, colour)
    return tuple(found)


def _axis(
    plot: Plot,
    letter: str,
    series: Sequence[Series],
    plots: Sequence[Plot],
    layout: dict[str, Any],
) -> Axis:
    """Return one axis; axes that a figure makes alike have the same ends."""
    own = plot.x if letter == "x" else plot.y
    key = plot.x_key if letter == "x" else plot.y_key
    root = own.get("matches") or key
    alike = [
        one
        for one in plots
        if one is not plot
        and root
        in (
            (one.x_key if letter == "x" else one.y_key),
            (one.x if letter == "x" else one.y).get("matches"),
        )
    ]
    used = _used(plot, letter, series)
    for one in alike:
        used += [*_used(one, letter, _series(one)), *marks.used(layout, one, letter)]
    used += marks.used(layout, plot, letter)
    is_value = plot.has_bars and letter == _value_letter(plot)
    raw = [one for trace in plot.traces for one in values.listed(trace.get(letter))]
    return axes.of(
        own,
        plot.x_names if letter == "x" else plot.y_names,
        used,
        from_zero=is_value and not any(trace.get("base") is not None for trace in plot.traces),
        is_date=any(values.is_date(one) for one in raw),
    )


def _value_letter(plot: Plot) -> str:
    lying = any(trace.get("orientation") == "h" for trace in plot.traces)
    return "x" if lying else "y"


def _used(plot: Plot, letter: str, series: Sequence[Series]) -> list[Number]:
    """Return everything that is drawn along an axis, with the ends of intervals."""
    found: list[Number] = []
    for one in series:
        is_values = letter == (_value_letter(plot) if one.is_bars else "y")
        along = one.y if is_values else one.x
        found += along
        if one.is_bars and is_values:
            found.append(one.base)
        for error in one.errors:
            if error.axis == letter:
                for at, plus, minus in zip(along, error.plus, error.minus, strict=True):
                    found += [] if at is None else [at + plus, at - minus]
    return found


def _line_chart(found: Panel, plot: Plot) -> Panel:
    """Return a chart over names as one of lines over categories; others as they are."""
    if not plot.x_names or plot.y_names:
        return found
    labels = {int(tick.at): tick.text for tick in found.x.ticks}
    names = [values.plain(name) for name in plot.x_names]
    return replace(
        found,
        kind="line",
        categories=tuple(labels.get(place, name) for place, name in enumerate(names)),
    )


def _with_rows(found: Panel, plot: Plot) -> Panel:
    """Return a chart of rows with the first row at the top, without an axis that runs down."""
    is_rows = bool(plot.y_names or found.y.ticks or found.y.is_hidden)
    if not (is_rows and found.y.is_reversed):
        return found
    total = found.y.low + found.y.high

    def turned(at: float) -> float:
        return axes.turned(total, at)

    return replace(
        found,
        y=axes.flipped(found.y),
        series=tuple(_turned(one, total) for one in found.series),
        references=tuple(
            replace(one, y0=turned(one.y0), y1=turned(one.y1)) for one in found.references
        ),
        words=tuple(replace(one, y=turned(one.y)) for one in found.words),
        boxes=tuple(replace(one, y0=turned(one.y1), y1=turned(one.y0)) for one in found.boxes),
    )


def _turned(one: Series, total: float) -> Series:
    """Return a series upside down, with the upper ends of its intervals where the lower were."""
    return replace(
        one,
        y=tuple(None if at is None else axes.turned(total, at) for at in one.y),
        errors=tuple(
            replace(error, plus=error.minus, minus=error.plus) if error.axis == "y" else error
            for error in one.errors
        ),
    )
