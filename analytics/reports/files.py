"""Every kind of file that a pack can become, under one name each."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from analytics.errors import InvalidInputError
from analytics.reports.document import pdf, web_page
from analytics.reports.pack import NO_MARKING, Pack, Progress
from analytics.reports.powerpoint import presentation
from analytics.reports.workbook import workbook

LONGEST_NAME: Final = 80
TEMPLATE_VARIABLE: Final = "EMMIE_TEMPLATE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A kind of file.

    Attributes
    ----------
    suffix : str
        Ending of the file's name, without the dot.
    label, noun, what : str
        Its name, the same inside a sentence, and what it is good for.
    mime : str
        Type for the browser.
    make : callable
        Makes the whole file; told of its progress.
    """

    suffix: str
    label: str
    noun: str
    what: str
    mime: str
    make: Callable[[Pack, Progress | None], bytes]


_OFFICE: Final = "application/vnd.openxmlformats-officedocument"


def pack_template() -> Path | None:
    """Return the PowerPoint template that ``EMMIE_TEMPLATE`` names; None for our own."""
    named = os.environ.get(TEMPLATE_VARIABLE)
    return Path(named) if named else None


def _slides(pack: Pack, progress: Progress | None = None) -> bytes:
    return presentation(pack, template=pack_template(), progress=progress)


def _workbook(pack: Pack, progress: Progress | None = None) -> bytes:
    return workbook(pack, progress=progress)


def _web_page(pack: Pack, progress: Progress | None = None) -> bytes:
    return web_page(pack, drawn="still", progress=progress)


def _pdf(pack: Pack, progress: Progress | None = None) -> bytes:
    return pdf(pack, progress=progress)


KINDS: Final = (
    Kind(
        suffix="pptx",
        label="PowerPoint",
        noun="slides",
        what="One exhibit a slide, with charts that can be edited and notes to speak from.",
        mime=f"{_OFFICE}.presentationml.presentation",
        make=_slides,
    ),
    Kind(
        suffix="xlsx",
        label="Workbook",
        noun="workbook",
        what="One sheet an exhibit: its numbers as numbers, its chart, and the notes.",
        mime=f"{_OFFICE}.spreadsheetml.sheet",
        make=_workbook,
    ),
    Kind(
        suffix="html",
        label="Web page",
        noun="web page",
        what="One file that opens without a network, to read, print or present from.",
        mime="text/html",
        make=_web_page,
    ),
    Kind(
        suffix="pdf",
        label="PDF",
        noun="PDF",
        what="The same report to print and to file, tagged for screen readers.",
        mime="application/pdf",
        make=_pdf,
    ),
)


def kind_of(suffix: str) -> Kind:
    """Return the kind of file with a suffix.

    Raises
    ------
    InvalidInputError
        When there is none.
    """
    for kind in KINDS:
        if kind.suffix == suffix.lower().lstrip("."):
            return kind
    known = ", ".join(f".{kind.suffix}" for kind in KINDS)
    raise InvalidInputError(f"A briefing becomes one of {known}.")


def file_name(pack: Pack, suffix: str) -> str:
    """Return the name of the file: title, marking, and whether it is made up."""
    marked = "" if pack.marking == NO_MARKING else f"{pack.marking}_"
    synthetic = "_synthetic" if pack.synthetic else ""
    plain = unicodedata.normalize("NFKD", f"{marked}{pack.title}").encode("ascii", "ignore")
    name = re.sub(r"[^A-Za-z0-9]+", "_", plain.decode()).strip("_")[:LONGEST_NAME]
    return f"{name or 'briefing'}{synthetic}.{suffix}"
