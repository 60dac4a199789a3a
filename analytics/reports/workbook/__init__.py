"""A pack as a workbook: numbers as numbers, tables as tables, charts that read from cells."""

from analytics.reports.workbook.build import workbook

__all__ = ["workbook"]
