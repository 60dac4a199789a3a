"""How cells look: one plain face, large enough to read, nothing told by colour alone."""

from __future__ import annotations

from typing import Any, Final

FONT: Final = "Arial"
BODY, HEADING, TITLE = 12, 14, 16
FIRST_COLUMN: Final = 52
"""Width of the first column in characters: what is above the table is read there."""
WIDE: Final = 96
PIXELS_A_CHARACTER: Final = 9
"""Of the widest digit of the body's face."""


def options() -> dict[str, Any]:
    """Return how a workbook is written: no text becomes a formula, a number or a link."""
    return {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
        "default_format_properties": {"font_name": FONT, "font_size": BODY},
        "default_column_width": 80,
        "default_row_height": 20,
    }


class Styles:
    """The formats of one workbook, each made once.

    Parameters
    ----------
    book : xlsxwriter.Workbook
        The workbook they belong to.
    """

    def __init__(self, book: Any) -> None:
        self._book = book
        self._numbers: dict[tuple[str, bool], Any] = {}
        wrapped = {"text_wrap": True, "valign": "top"}
        self.words = book.add_format(wrapped)
        self.beside = book.add_format({**wrapped, "indent": 1})
        self.bold = book.add_format({**wrapped, "bold": True})
        self.title = book.add_format({**wrapped, "bold": True, "font_size": TITLE})
        self.heading = book.add_format({**wrapped, "bold": True, "font_size": HEADING})
        self.header = book.add_format({**wrapped, "bold": True, "bottom": 1})
        self.header_of_numbers = book.add_format(
            {**wrapped, "bold": True, "bottom": 1, "align": "right"}
        )
        self.symbol = book.add_format({**wrapped, "align": "right"})
        self.link = book.add_format({**wrapped, "underline": 1, "font_color": "#0B5394"})

    def number(self, form: str, *, at_left: bool = False) -> Any:
        """Return the format of a number; in the first column it stands at the left, as labels."""
        key = form, at_left
        if key not in self._numbers:
            self._numbers[key] = self._book.add_format(
                {"num_format": form, "valign": "top", "align": "left" if at_left else "right"}
            )
        return self._numbers[key]
