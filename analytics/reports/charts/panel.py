"""Neutral charts: what a figure shows, in terms that every office program has.

A figure becomes one `Panel` for each pair of its axes. A panel is a bar chart, a line chart, an XY
chart or a drawing; what no office program draws is a drawing, with the reason why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["bar", "line", "xy", "drawing"]
Grouping = Literal["clustered", "stacked", "overlaid"]
Symbol = Literal["circle", "square", "diamond", "triangle", "x", "tick", "dash", "arrow", "none"]
Dash = Literal["solid", "dash", "dot", "dashdot"]
Number = float | None

BLACK: Final = "#0B0C0C"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Intervals round the points of a series.

    Attributes
    ----------
    axis : {"x", "y"}
        Along which axis they lie; for bars that of the values.
    plus, minus : tuple of float
        Lengths above and below each point, not below 0, in units of the axis; 0 where there is no
        interval.
    colour : str
        ``#RRGGBB``.
    width : float
        Points.
    has_caps : bool
        Whether the ends are drawn.
    """

    axis: Literal["x", "y"]
    plus: tuple[float, ...]
    minus: tuple[float, ...]
    colour: str = BLACK
    width: float = 1.5
    has_caps: bool = True

    @property
    def has_any(self) -> bool:
        """Whether any point has an interval."""
        return any(self.plus) or any(self.minus)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series of bars or points.

    Attributes
    ----------
    name : str
        In the legend and above its column of the data; may be empty.
    x, y : tuple of float or None
        Coordinates of points; of bars the places of the categories (0, 1, 2…) and the values,
        whichever way the bars lie (see `Panel.is_horizontal`). In a line chart x is the place of
        the category. Dates are days since 30 December 1899, as spreadsheets count. None where a
        line is interrupted or a value is withheld.
    colour : str
        ``#RRGGBB``.
    opacity : float
        0 to 1.
    symbol : str
        Marker; ``none`` for a line only, and for bars.
    is_filled : bool
        False for an outline.
    size : float
        Of the marker, in points.
    line_width : float
        Points; 0 for no line between the points.
    dash : str
        Of the line.
    errors : tuple of Errors
        Intervals, at most one for each axis.
    labels : tuple of str
        Text at each point, empty where none; empty tuple without labels.
    label_place : str
        ``right``, ``left``, ``above``, ``below``, ``centre``; of bars ``centre``, ``inside`` (at
        the base) or ``outside`` (beyond the end).
    label_places : tuple of str
        Of each point where they differ; otherwise empty.
    label_colour : str
        ``#RRGGBB``.
    colours, symbols : tuple of str
        Colour and marker of each point where they differ; otherwise empty.
    point_names : tuple of str
        What each point is, for the data sheet; otherwise empty.
    in_legend : bool
        Whether the legend has it.
    base : float
        From where bars start.
    """

    name: str
    x: tuple[Number, ...]
    y: tuple[Number, ...]
    colour: str = BLACK
    opacity: float = 1.0
    symbol: Symbol = "none"
    is_filled: bool = True
    size: float = 8.0
    line_width: float = 0.0
    dash: Dash = "solid"
    errors: tuple[Errors, ...] = ()
    labels: tuple[str, ...] = ()
    label_place: str = "right"
    label_places: tuple[str, ...] = ()
    label_colour: str = BLACK
    colours: tuple[str, ...] = ()
    symbols: tuple[Symbol, ...] = ()
    point_names: tuple[str, ...] = ()
    in_legend: bool = True
    base: float = 0.0

    @property
    def is_bars(self) -> bool:
        """Whether these are bars: no marker and no line."""
        return self.symbol == "none" and not self.line_width and not self.symbols


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark of an axis with its own text; lines of the text are separated by line feeds."""

    at: float
    text: str
    is_bold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """One axis.

    Attributes
    ----------
    title : str
        Empty without one.
    low, high : float
        Ends, low below high; powers are not taken on a logarithmic axis.
    is_fixed : bool
        Whether the figure sets the ends; otherwise they were worked out from the data, and a
        program may choose its own.
    step : float
        Between two marks; 0 where the marks are `ticks`, or the program's own.
    number_format : str
        As spreadsheets write them, such as ``0`` or ``£#,##0``.
    is_log, is_reversed, is_date : bool
        Logarithmic; running the other way; days since 30 December 1899.
    is_hidden : bool
        Whether neither its marks nor its line are drawn.
    ticks : tuple of Tick
        Marks with text, where the axis is one of names or has marks of its own.
    has_grid : bool
        Whether lines cross the panel at the marks.
    """

    title: str = ""
    low: float = 0.0
    high: float = 1.0
    is_fixed: bool = False
    step: float = 0.0
    number_format: str = "General"
    is_log: bool = False
    is_reversed: bool = False
    is_date: bool = False
    is_hidden: bool = False
    ticks: tuple[Tick, ...] = ()
    has_grid: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A line from one place to another: no difference, a launch, a link.

    Attributes
    ----------
    x0, y0, x1, y1 : float
        Ends, in units of the axes; one that crosses the panel ends at the ends of the axes.
    colour : str
        ``#RRGGBB``.
    width : float
        Points.
    dash : str
        Of the line.
    name : str
        What it is, where the figure says so beside it; otherwise empty.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    colour: str = BLACK
    width: float = 1.0
    dash: Dash = "solid"
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Text at a place of the panel.

    Attributes
    ----------
    text : str
        Lines are separated by line feeds.
    x, y : float
        In units of the axes.
    place : str
        Where the text stands from there: ``right``, ``left``, ``above``, ``below``, ``centre``.
    rise : int
        1 for a text that is moved up by its own height, -1 for one that is moved down.
    is_bold : bool
        Whether it is.
    colour : str
        ``#RRGGBB``.
    """

    text: str
    x: float
    y: float
    place: str = "centre"
    rise: int = 0
    is_bold: bool = False
    colour: str = BLACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle of a drawing, in units of the axes."""

    x0: float
    y0: float
    x1: float
    y1: float
    fill: str
    outline: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One chart.

    Attributes
    ----------
    kind : {"bar", "line", "xy", "drawing"}
        Bars of categories; lines over categories; points and lines over numbers, dates or named
        places; or a drawing, which no office program has as a chart.
    title : str
        Above it; empty without one.
    categories : tuple of str
        Of a bar or line chart, in the order of the data; the first at the top of horizontal bars.
    series : tuple of Series
        In the order of the figure. A bar chart may have points among its bars.
    x, y : Axis
        Of horizontal bars x is the axis of values.
    is_horizontal : bool
        Whether bars lie.
    grouping : {"clustered", "stacked", "overlaid"}
        How bars of one category stand.
    references : tuple of Reference
        Lines; in a bar chart one coordinate is the place of a category.
    words : tuple of Words
        Text that belongs to a place of the panel.
    boxes : tuple of Box
        Of a drawing.
    place : tuple of float
        Left, bottom, right and top as shares of the figure.
    reason : str
        Why a drawing is none of the charts: ``drawn``, ``icons``, or the type of a trace that
        nothing draws.
    """

    kind: Kind
    title: str = ""
    categories: tuple[str, ...] = ()
    series: tuple[Series, ...] = ()
    x: Axis = Axis()
    y: Axis = Axis()
    is_horizontal: bool = False
    grouping: Grouping = "clustered"
    references: tuple[Reference, ...] = ()
    words: tuple[Words, ...] = ()
    boxes: tuple[Box, ...] = ()
    place: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 1.0)
    reason: str = ""

    @property
    def is_chart(self) -> bool:
        """Whether an office program has it as a chart."""
        return self.kind != "drawing"
