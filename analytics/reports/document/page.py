"""The template filled in; its policy lets it run its own scripts and fetch nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analytics.exhibits import html, wording
from analytics.reports.document import drawing
from analytics.reports.document.contents import Shown, is_short
from analytics.reports.pack import NO_MARKING, SYNTHETIC, Pack
from analytics.reports.symbols import SYMBOLS

STYLES: Final = ("report.css", "presenting.css", "paper.css")
SCRIPTS: Final = ("fitting.js", "presenting.js", "report.js")


def page(
    pack: Pack,
    shown: Sequence[Shown],
    *,
    pictures: Sequence[drawing.Picture | None] = (),
    live: Sequence[dict[str, Any]] | None = None,
    presenting: bool = False,
    on_paper: bool = False,
) -> str:
    """Return the whole page.

    Parameters
    ----------
    pack : Pack
        What it is made of.
    shown : sequence of Shown
        Its exhibits.
    pictures : sequence of Picture or None
        The figures, drawn; None for one that could not be.
    live : sequence of dict, optional
        The figures to be drawn by whoever opens the page; then there are no pictures.
    presenting : bool
        Whether it opens with one exhibit at a time.
    on_paper : bool
        Whether it is to be printed, with an appendix.
    """
    style = "".join(map(drawing.script, STYLES)) + _margins(pack)
    scripts = [drawing.script(name) for name in SCRIPTS]
    if live is not None:
        scripts += [drawing.library(), drawing.script("draw.js")]
    return (
        _environment()
        .get_template("report.html.jinja")
        .render(
            pack=pack,
            shown=shown,
            pictures=pictures,
            live=live is not None,
            figures=Markup(drawing.as_data(live or ())),  # noqa: S704 - escaped there
            presenting=presenting,
            paper=on_paper,
            has_marking=pack.marking != NO_MARKING,
            style=Markup(style),  # noqa: S704 - ours
            scripts=[Markup(script) for script in scripts],  # noqa: S704 - ours
            security=_security(style, scripts, live=live is not None),
            prepared=wording.moment(pack.prepared_at),
            symbols=SYMBOLS,
            synthetic=SYNTHETIC,
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kept"] = kept
    environment.filters["cell"] = lambda cell: kept("" if cell is None else str(cell))
    environment.filters["address"] = address
    environment.tests["long"] = html.is_long
    environment.tests["short"] = is_short
    return environment


def kept(text: str) -> Markup:
    """Return text in which no line ends between a minus and its pounds."""
    return Markup(html.kept(text))  # noqa: S704 - escaped there


def address(svg: str) -> str:
    """Return a picture as an address that holds it."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _margins(pack: Pack) -> str:
    """Return what stands in the margin of every printed page: marking, synthetic data, number."""
    marking = _quoted(pack.marking)
    synthetic = _quoted(SYNTHETIC) if pack.synthetic else '""'
    weight = "bold" if pack.marking != NO_MARKING else "normal; color: #505a5f"
    return f"""
@page {{
  @top-center {{ content: {marking}; font-weight: {weight}; }}
  @top-right {{ content: {synthetic}; }}
  @bottom-left {{ content: "EMMIE Explorer {_quoted(pack.version)[1:-1]}"; }}
  @bottom-center {{ content: {marking}; font-weight: {weight}; }}
  @bottom-right {{ content: "Page " counter(page) " of " counter(pages); }}
}}
"""


def _quoted(text: str) -> str:
    """Return a text as a string of a style sheet; everything but plain characters is escaped."""
    plain = re.compile(r"[\w ,.:/()–-]")
    parts = (c if plain.fullmatch(c) else f"\\{ord(c):x} " for c in text)
    return f'"{"".join(parts)}"'


def _security(style: str, scripts: Sequence[str], *, live: bool) -> str:
    """Return the page's policy: its own scripts, style and pictures, and nothing from elsewhere."""
    allowed = " ".join(map(_hash, scripts))
    # The library sets styles on what it draws, one by one.
    styles = "'unsafe-inline'" if live else _hash(style)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {styles}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
