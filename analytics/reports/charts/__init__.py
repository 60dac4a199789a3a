"""Figures as neutral charts, the same for slides and workbook."""

from analytics.reports.charts.convert import panels
from analytics.reports.charts.panel import (
    Axis,
    Box,
    Errors,
    Panel,
    Reference,
    Series,
    Tick,
    Words,
)

__all__ = ["Axis", "Box", "Errors", "Panel", "Reference", "Series", "Tick", "Words", "panels"]
