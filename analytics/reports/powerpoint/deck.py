"""A pack as a PowerPoint presentation whose charts can be edited."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pptx.opc.constants import RELATIONSHIP_TYPE

from analytics.errors import NotAllowedError
from analytics.reports.pack import Pack, Progress
from analytics.reports.powerpoint.furniture import close
from analytics.reports.powerpoint.pages import Slides
from analytics.reports.powerpoint.template import opened, saved
from analytics.reports.powerpoint.text import LANGUAGE, mark_language

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a file inside a zip archive may have."""
MADE_BY: Final = "EMMIE Explorer"


def presentation(
    pack: Pack, template: Path | None = None, progress: Progress | None = None
) -> bytes:
    """Return a pack as a PowerPoint presentation.

    A title slide, one slide for each exhibit (more where its rows would not be legible on one), and
    the tables at the end. Charts are native: Edit Data opens their numbers, and intervals are error
    bars. The same pack gives the same bytes.

    Parameters
    ----------
    pack : Pack
        What is presented.
    template : Path, optional
        The user's presentation, whose layouts are used; ours without one.
    progress : callable, optional
        Called with how many exhibits are done, and of how many.

    Raises
    ------
    ExportError
        If the template can't be used.
    NotAllowedError
        If an exhibit is for the screen only.
    """
    for item in pack.items:
        if item.exhibit.is_shown_only:
            message = f"“{item.exhibit.headline}” may be shown on the screen but not put in a file."
            raise NotAllowedError(message)
    found = opened(template)
    slides = Slides(found, pack)
    slides.title()
    for done, item in enumerate(pack.items, start=1):
        slides.item(item)
        if progress is not None:
            progress(done, len(pack.items))
    slides.appendix()
    for slide in found.presentation.slides:
        close(slide)
    _describe(found.presentation, pack)
    return _fixed(saved(found.presentation), pack.prepared_at)


def _describe(made: Any, pack: Pack) -> None:
    """Write the properties of the file, and the language of its words."""
    about = made.core_properties
    at = pack.prepared_at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    about.title, about.author, about.last_modified_by = pack.title, MADE_BY, MADE_BY
    about.subject, about.keywords, about.comments = pack.marking, "", ""
    about.created = about.modified = at
    about.revision, about.language = 1, LANGUAGE
    for slide in made.slides:
        mark_language(slide._element)
        if slide.has_notes_slide:
            mark_language(slide.notes_slide._element)
    package = made.part.package
    for name, one in list(package._rels.items()):
        if one.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            package.drop_rel(name)


def _fixed(made: bytes, at: datetime) -> bytes:
    """Return the file with the time of the pack on everything in it."""
    moment = at.astimezone(UTC)
    stamp = max((moment.year, moment.month, moment.day, moment.hour, moment.minute, 0), EPOCH)
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(made)) as given,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as fixed,
    ):
        for one in given.infolist():
            info = zipfile.ZipInfo(one.filename, stamp)
            info.compress_type = zipfile.ZIP_DEFLATED
            fixed.writestr(info, given.read(one))
    return stream.getvalue()
