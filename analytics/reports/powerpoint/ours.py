"""Our own template, made by code: 16 to 9, Arial, the Government Analysis Function's colours."""

from __future__ import annotations

import re
from typing import Any, Final

from pptx import Presentation
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.oxml import parse_xml
from pptx.slide import SlideLayout
from pptx.util import Pt

from analytics.exhibits import theme
from analytics.reports.powerpoint.area import Area
from analytics.reports.powerpoint.text import LANGUAGE

WIDTH, HEIGHT = 960.0, 540.0
"""A slide of 16 to 9, in points."""
MARGIN: Final = 30.0
TITLE_SIZE, SUBTITLE_SIZE, FOOTER_SIZE = 28, 16, 10
EXHIBIT, TITLE_SLIDE = "Exhibit", "Title Slide"
SUBTITLE, FIGURE, FOOTER, MARKING = (
    "Statistical subtitle",
    "Figure",
    "Footer of the exhibit",
    "Marking",
)
_NAMESPACES: Final = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)


def template() -> Any:
    """Return our template: 16 to 9, Arial, our colours, and the two layouts that are used."""
    presentation = Presentation()
    presentation.slide_width, presentation.slide_height = Pt(WIDTH), Pt(HEIGHT)
    master = presentation.slide_master
    _colour_theme(master)
    _set_master(master)
    title, exhibit, *others = presentation.slide_layouts
    for layout in others:
        presentation.slide_layouts.remove(layout)
    title.name, exhibit.name = TITLE_SLIDE, EXHIBIT
    wide = WIDTH - 2 * MARGIN
    _fill(
        title,
        _placeholder(2, "Title", 'type="ctrTitle"', Area(MARGIN, 120, wide, 130), 40, is_bold=True),
        _placeholder(3, "Subtitle", 'type="subTitle" idx="1"', Area(MARGIN, 262, wide, 190), 20),
    )
    _fill(
        exhibit,
        _placeholder(
            2, "Title", 'type="title"', Area(MARGIN, 22, wide, 70), TITLE_SIZE, is_bold=True
        ),
        _placeholder(
            3, SUBTITLE, 'type="body" idx="13"', Area(MARGIN, 92, wide, 42), SUBTITLE_SIZE
        ),
        _placeholder(4, FIGURE, 'idx="14"', Area(MARGIN, 136, wide, 334), 16),
        _placeholder(5, MARKING, 'type="body" idx="15"', Area(MARGIN, 5, wide, 17), 12),
        _placeholder(
            6, FOOTER, 'type="body" idx="16"', Area(MARGIN, 474, wide - 50, 60), FOOTER_SIZE
        ),
        _placeholder(
            7, "Slide Number", 'type="sldNum" idx="12"', Area(WIDTH - 76, 512, 46, 20), 12
        ),
    )
    return presentation


def _fill(layout: SlideLayout, *shapes: str) -> None:
    tree = layout.shapes._spTree
    for one in list(layout.placeholders):
        tree.remove(one.element)
    for shape in shapes:
        tree.append(parse_xml(shape))


def _placeholder(
    number: int, name: str, kind: str, area: Area, size: int, *, is_bold: bool = False
) -> str:
    words = f"<a:r><a:t>{name}</a:t></a:r>"
    if "sldNum" in kind:
        words = (
            '<a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum">'
            "<a:t>‹#›</a:t></a:fld>"
        )
    anchor = "b" if 'type="title"' in kind or "ctrTitle" in kind else "t"
    align = "r" if "sldNum" in kind else "l"
    left, top, wide, high = (round(12700 * part) for part in _parts(area))
    return (
        f'<p:sp {_NAMESPACES}><p:nvSpPr><p:cNvPr id="{number}" name="{name}"/>'
        f'<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph {kind}/></p:nvPr></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{left}" y="{top}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'
        f'</p:spPr><p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}">'
        f'<a:normAutofit/></a:bodyPr><a:lstStyle><a:lvl1pPr marL="0" indent="0" algn="{align}">'
        f'<a:lnSpc><a:spcPct val="100000"/></a:lnSpc><a:spcBef><a:spcPts val="0"/></a:spcBef>'
        f'<a:buNone/><a:defRPr sz="{size * 100}" b="{int(is_bold)}" lang="{LANGUAGE}">'
        f'<a:solidFill><a:srgbClr val="{theme.TEXT[1:]}"/></a:solidFill></a:defRPr></a:lvl1pPr>'
        f"</a:lstStyle><a:p>{words}</a:p></p:txBody></p:sp>"
    )


def _parts(area: Area) -> tuple[float, float, float, float]:
    return area.left, area.top, area.width, area.height


def _set_master(master: Any) -> None:
    """Stretch the places of the master from 4:3 to 16:9."""
    for one in master.placeholders:
        one.left, one.width = round(one.left * 4 / 3), round(one.width * 4 / 3)


def _colour_theme(master: Any) -> None:
    """Write our colours and fonts into the theme, so that what the user adds looks alike."""
    part = master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    words = part.blob.decode()
    words = re.sub(r'(<a:latin typeface=")Calibri[^"]*(")', r"\1Arial\2", words)
    for number, colour in enumerate(theme.CATEGORICAL, start=1):
        words = re.sub(
            rf"(<a:accent{number}>).*?(</a:accent{number}>)",
            rf'\1<a:srgbClr val="{colour[1:]}"/>\2',
            words,
        )
    part._blob = words.encode()
