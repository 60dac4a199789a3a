"""One pair of axes of a figure, with what is drawn on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analytics.reports.charts import axes, values
from analytics.reports.charts.panel import Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """One pair of axes of a figure, with what is drawn on it.

    Attributes
    ----------
    x_key, y_key : str
        Names of the axes as traces have them: ``x``, ``y2``.
    x, y : dict
        Layouts of the axes.
    traces : tuple of dict
        Visible ones, in order.
    x_names, y_names : tuple of str
        What the axes stand for; empty for numbers.
    """

    x_key: str
    y_key: str
    x: dict[str, Any]
    y: dict[str, Any]
    traces: tuple[dict[str, Any], ...]
    x_names: tuple[str, ...]
    y_names: tuple[str, ...]

    def at_x(self, value: Any) -> Number:
        """Return where a value stands on the horizontal axis."""
        return axes.place(self.x_names, value)

    def at_y(self, value: Any) -> Number:
        """Return where a value stands on the vertical axis."""
        return axes.place(self.y_names, value)

    @property
    def has_bars(self) -> bool:
        """Whether bars are drawn on it."""
        return any(trace.get("type") == "bar" for trace in self.traces)

    @property
    def place(self) -> tuple[float, float, float, float]:
        """Left, bottom, right and top as shares of the figure."""
        left, right = values.listed(self.x.get("domain")) or (0.0, 1.0)
        bottom, top = values.listed(self.y.get("domain")) or (0.0, 1.0)
        return float(left), float(bottom), float(right), float(top)
