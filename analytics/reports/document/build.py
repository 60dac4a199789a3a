"""The report as a web page, and the same page printed."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final, Literal

from analytics.reports import chromium
from analytics.reports.document import drawing
from analytics.reports.document.contents import contents
from analytics.reports.document.page import page
from analytics.reports.pack import Pack, Progress

_NAME: Final = re.compile(rb"\(node(\d{8})\)")
_DATE: Final = re.compile(rb"\(D:\d{14}([^)]*)\)")


def web_page(
    pack: Pack,
    *,
    drawn: Literal["still", "live"],
    presenting: bool = False,
    progress: Progress | None = None,
) -> bytes:
    """Return the report as one web page that needs no network.

    Parameters
    ----------
    pack : Pack
        What is in it.
    drawn : {"still", "live"}
        Whether its figures are pictures that Chromium has drawn here, or are drawn by whoever
        opens the page with a library inside it (some 5 MB), which needs no Chromium here.
    presenting : bool
        Whether it opens with one exhibit at a time.
    progress : callable, optional
        Called with how many of the figures are drawn, and of how many; from another thread.

    Returns
    -------
    bytes
        UTF-8. A figure that can't be drawn leaves its table and a sentence that says so.

    Raises
    ------
    ExportError
        There is no Chromium for a still page, it stopped, or it took too long.
    NotAllowedError
        An exhibit is for the screen only.
    """
    shown = contents(pack)
    figures = [item.figure for item in shown if item.figure is not None]
    if drawn == "live":
        return page(pack, shown, live=figures, presenting=presenting).encode()
    pictures = drawing.drawn(figures, progress=progress)
    return page(pack, shown, pictures=pictures, presenting=presenting).encode()


def pdf(pack: Pack, *, progress: Progress | None = None) -> bytes:
    """Return the report as a tagged PDF with bookmarks, on A4.

    Each exhibit has a page; long tables, and what can be said, are in an appendix.

    Parameters
    ----------
    pack : Pack
        What is in it.
    progress : callable, optional
        Called with how many of the figures are drawn, and of how many; from another thread.

    Raises
    ------
    ExportError
        There is no Chromium, it is too old, it stopped, or it took too long.
    NotAllowedError
        An exhibit is for the screen only.
    """
    shown = contents(pack, on_paper=True)
    figures = [item.figure for item in shown if item.figure is not None]
    html = page(pack, shown, live=figures, on_paper=True)
    content = chromium.printed(html, progress=progress)
    return _settled(content, pack.prepared_at)


def _settled(content: bytes, prepared_at: datetime) -> bytes:
    """Return the PDF with what differs from run to run replaced, by as many characters.

    That is the time at which Chromium wrote it, and the numbers by which it calls its elements,
    which count what else the page happened to build; every offset in the file stays true.
    """
    prepared = f"{prepared_at.astimezone(UTC):%Y%m%d%H%M%S}".encode()
    named = {
        name: b"%08d" % place for place, name in enumerate(sorted(set(_NAME.findall(content))))
    }
    content = _NAME.sub(lambda found: b"(node" + named[found[1]] + b")", content)
    return _DATE.sub(rb"(D:" + prepared + rb"\1)", content)
