"""The template: layouts and placeholders, ours made by code or those of the user's presentation.

A user's presentation (.pptx) needs two layouts:

- one for the title slide: called "Title Slide", or any with a centred title. Its title gets the
  name of the pack, its first other placeholder the date, version and marking;
- one for exhibits: called "Exhibit", or the first with a title and exactly one place for content of
  at least 560 by 230 points (20 by 8 cm). The figure takes that place.

Placeholders of the second called "Statistical subtitle", "Footer of the exhibit" and "Marking" are
filled where there are such; otherwise those words take room from the figure's place. A placeholder
of slide numbers is kept. Fonts and colours of titles are the template's; charts keep the Government
Analysis Function's colours. Slides that the presentation has are left out.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from zipfile import BadZipFile

from pptx import Presentation
from pptx.enum.shapes import PP_PLACEHOLDER
from pptx.exc import PackageNotFoundError
from pptx.slide import SlideLayout

from analytics.errors import ExportError
from analytics.reports.powerpoint import ours
from analytics.reports.powerpoint.area import Area
from analytics.reports.powerpoint.ours import EXHIBIT, FOOTER, MARKING, SUBTITLE, TITLE_SLIDE

LEAST: Final = (560.0, 230.0)
"""Width and height that the figure of a slide needs, in points."""
NEEDED: Final = (
    "A template needs a layout for the title slide (called “Title Slide”, or with a centred title) "
    "and one for exhibits: called “Exhibit”, or the first that has a title and one place for "
    "content at least 20 cm wide and 8 cm high."
)
_CONTENT: Final = (
    PP_PLACEHOLDER.OBJECT,
    PP_PLACEHOLDER.CHART,
    PP_PLACEHOLDER.BODY,
    PP_PLACEHOLDER.TABLE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A presentation without slides, and what its layouts offer.

    Attributes
    ----------
    presentation : pptx.presentation.Presentation
        To which slides are added.
    title_layout, exhibit_layout : SlideLayout
        Of the first slide, and of all others.
    figure, subtitle, footer, marking : Area
        Where they stand on a slide.
    places : dict of str to int
        Placeholders of our own names by their name, with their number.
    is_ours : bool
        Whether it was made by code.
    """

    presentation: Any
    title_layout: SlideLayout
    exhibit_layout: SlideLayout
    figure: Area
    subtitle: Area
    footer: Area
    marking: Area
    places: dict[str, int]
    is_ours: bool


def opened(path: Path | None) -> Template:
    """Return the template: the user's, or ours.

    Parameters
    ----------
    path : Path or None
        A presentation (.pptx or .potx that was saved as .pptx); its slides are left out. None for
        ours.

    Raises
    ------
    ExportError
        If it can't be read, or lacks a layout.
    """
    if path is None:
        return _found(ours.template(), is_ours=True)
    try:
        presentation = Presentation(str(path))
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError, OSError) as error:
        message = f"The template {path.name} is not a PowerPoint presentation (.pptx)."
        raise ExportError(message) from error
    _drop_slides(presentation)
    return _found(presentation, is_ours=False)


def _found(presentation: Any, *, is_ours: bool) -> Template:
    layouts = list(presentation.slide_layouts)
    title = _title_layout(layouts)
    exhibit = _exhibit_layout(layouts)
    if title is None or exhibit is None:
        names = ", ".join(f"“{layout.name}”" for layout in layouts) or "none"
        message = f"{NEEDED} This one has: {names}."
        raise ExportError(message)
    named = {
        one.name: one.placeholder_format.idx
        for one in places(exhibit)
        if one.name in (SUBTITLE, FOOTER, MARKING)
    }
    content = _area(_content(exhibit))
    if is_ours:
        areas = {one.name: _area(one) for one in places(exhibit)}
        return Template(
            presentation=presentation,
            title_layout=title,
            exhibit_layout=exhibit,
            figure=content,
            subtitle=areas[SUBTITLE],
            footer=areas[FOOTER],
            marking=areas[MARKING],
            places=named,
            is_ours=True,
        )
    return _carved(presentation, title, exhibit, content, named)


def _carved(
    presentation: Any,
    title: SlideLayout,
    exhibit: SlideLayout,
    content: Area,
    named: dict[str, int],
) -> Template:
    """Return the user's template; what it has no placeholder for takes room from the figure."""
    areas = {one.name: _area(one) for one in places(exhibit) if one.name in named}
    top, bottom = content.top, content.bottom
    subtitle, footer, marking = (areas.get(name) for name in (SUBTITLE, FOOTER, MARKING))
    if marking is None:
        marking = Area(content.left, top, content.width, 16)
        top = marking.bottom
    if subtitle is None:
        subtitle = Area(content.left, top, content.width, 40)
        top = subtitle.bottom + 4
    if footer is None:
        footer = Area(content.left, bottom - 50, content.width, 50)
        bottom = footer.top - 4
    return Template(
        presentation=presentation,
        title_layout=title,
        exhibit_layout=exhibit,
        figure=Area(content.left, top, content.width, bottom - top),
        subtitle=subtitle,
        footer=footer,
        marking=marking,
        places=named,
        is_ours=False,
    )


def _title_layout(layouts: list[SlideLayout]) -> SlideLayout | None:
    kinds = {
        layout.name: [one.placeholder_format.type for one in places(layout)] for layout in layouts
    }
    named = [layout for layout in layouts if layout.name == TITLE_SLIDE and _has_title(layout)]
    centred = [one for one in layouts if PP_PLACEHOLDER.CENTER_TITLE in kinds[one.name]]
    return next(iter([*named, *centred]), None)


def _exhibit_layout(layouts: list[SlideLayout]) -> SlideLayout | None:
    fitting = [one for one in layouts if _has_title(one) and _content(one) is not None]
    named = [one for one in fitting if one.name == EXHIBIT]
    return next(iter([*named, *fitting]), None)


def _has_title(layout: SlideLayout) -> bool:
    titles = (PP_PLACEHOLDER.TITLE, PP_PLACEHOLDER.CENTER_TITLE)
    return any(one.placeholder_format.type in titles for one in places(layout))


def _content(layout: SlideLayout) -> Any:
    """Return the one large place for content; None where there is none, or several."""
    large = [
        one
        for one in places(layout)
        if one.placeholder_format.type in _CONTENT
        and one.width is not None
        and one.width.pt >= LEAST[0]
        and one.height.pt >= LEAST[1]
    ]
    return large[0] if len(large) == 1 else None


def places(layout: SlideLayout) -> list[Any]:
    """Return the placeholders of a layout."""
    found: Any = layout.placeholders
    return list(found)


def _area(placeholder: Any) -> Area:
    return Area(
        placeholder.left.pt, placeholder.top.pt, placeholder.width.pt, placeholder.height.pt
    )


def _drop_slides(presentation: Any) -> None:
    listed = presentation.slides._sldIdLst
    for one in list(listed):
        presentation.part.drop_rel(one.rId)
        listed.remove(one)


def saved(presentation: Any) -> bytes:
    """Return a presentation as a file."""
    stream = io.BytesIO()
    presentation.save(stream)
    return stream.getvalue()
