"""Opens the app in process, and remembers what was seen, so that many tests can look at one run."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
import streamlit as st
from streamlit.testing.v1 import AppTest

from analytics.extracts.library import open_library

PAGES_FOLDER = Path(__file__).resolve().parents[2] / "pages"
TITLES = {
    "overview": None,
    "effect": "Effect",
    "mechanism": "Mechanism",
    "moderators": "Moderators",
    "implementation": "Implementation",
    "economic_cost": "Economic cost",
    "case_outcomes": "Case outcomes",
    "statistical_neighbours": "Statistical neighbours",
    "repeat_plans": "Repeat plans",
    "published_evidence": "Published evidence",
    "briefing": "Briefing",
    "methods": "Methods",
    "data": "Data",
}
"""First heading of each page; the overview's is a question, whose words may change."""
PAGES = tuple(TITLES)
START = "data"
SECONDS = 120


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A chart as it was sent to the browser."""

    alt: str
    spec: str


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """One exhibit as it stands on a page."""

    key: str
    headline: str
    texts: tuple[str, ...]
    charts: tuple[Chart, ...]
    tables: tuple[pd.DataFrame, ...] = field(hash=False, compare=False)
    has_download: bool

    @property
    def subtitle(self) -> str:
        """The line under the headline."""
        return self.texts[1]


@dataclass(frozen=True, kw_only=True)
class Opened:
    """One page as a viewer sees it."""

    name: str
    titles: tuple[str, ...]
    exhibits: Mapping[str, Exhibit]
    cards: tuple[str, ...]
    informed: tuple[str, ...]
    failures: tuple[str, ...]
    main_text: str
    everything: str
    values: Mapping[str, Any]

    @property
    def charts(self) -> tuple[Chart, ...]:
        """Every chart of the page."""
        return tuple(chart for exhibit in self.exhibits.values() for chart in exhibit.charts)


class Session:
    """One viewer's session, which starts on a page that asks little.

    ``query`` is what stands in the link; several values of one parameter are a list.
    """

    def __init__(self, query: Mapping[str, str | list[str]] | None = None) -> None:
        self.app = AppTest.from_file(PAGES_FOLDER / "navigation.py", default_timeout=SECONDS)
        self.app.query_params.update(query or {})
        self.app.switch_page(f"{START}.py").run()
        self.page = START

    def open(self, page: str) -> Opened:
        """Change the page, and look at it.

        AppTest gives filters that are kept across pages their values back with the second run on
        another page. What a browser gets with the first one is tested in ``tests/browser``.
        """
        if page != self.page:
            self.app.switch_page(f"{page}.py").run()
            self.app.run()
            self.page = page
        return self.look()

    def choose(self, kind: str, key: str, value: Any) -> Opened:
        """Set one control, and look at the page."""
        getattr(self.app, kind)(key=key).set_value(value)
        self.app.run()
        return self.look()

    def look(self) -> Opened:
        """Return what the page shows."""
        main = list(self.app.main)
        blocks = [node for node in main if _key(node).startswith("exhibit_")]
        shown = [_exhibit(block) for block in blocks]
        return Opened(
            name=self.page,
            titles=tuple(title.value for title in self.app.title),
            exhibits={exhibit.key: exhibit for exhibit in shown},
            cards=tuple(_key(node)[5:] for node in main if _key(node).startswith("card_")),
            informed=tuple(_words(info.value) for info in self.app.info),
            failures=tuple(
                str(node.value) for kind in ("exception", "error") for node in self.app.get(kind)
            ),
            main_text="\n".join(_texts(main)),
            everything="\n".join([*_texts(list(self.app)), *map(_raw, self.app)]),
            values=dict(self.app.session_state.items()),
        )


def _key(node: Any) -> str:
    return str(getattr(node, "key", None) or "")


def _exhibit(block: Any) -> Exhibit:
    nodes = list(block)
    headers = [node.value for node in nodes if node.type == "header"]
    return Exhibit(
        key=_key(block).removeprefix("exhibit_"),
        headline=_words(headers[0]),
        texts=tuple(_texts(nodes)),
        charts=tuple(
            Chart(alt=node.proto.alt, spec=node.proto.spec)
            for node in nodes
            if node.type == "plotly_chart"
        ),
        tables=tuple(_table(node) for node in nodes if _is_table(node)),
        has_download=any(_key(node).startswith("download_") for node in nodes),
    )


def _is_table(node: Any) -> bool:
    return node.type == "html" and "<table" in node.proto.body


def _table(node: Any) -> pd.DataFrame:
    """Return a table of the page; it is well-formed, so that an XML parser reads it."""
    root = ET.fromstring(node.proto.body)  # noqa: S314 - our own page
    head = ["".join(cell.itertext()) for cell in root.iter("th")]
    rows = [["".join(cell.itertext()) for cell in row.iter("td")] for row in root.iter("tr")]
    return pd.DataFrame([row for row in rows if row], columns=head)


def _texts(nodes: list[Any]) -> Iterator[str]:
    """Yield what can be read: words, cells and text alternatives."""
    for node in nodes:
        if _is_table(node):
            yield _table(node).to_csv()
        elif node.type == "plotly_chart":
            yield node.proto.alt
        elif isinstance(value := getattr(node, "value", None), str):
            yield _words(value)
        if label := getattr(node, "label", None):
            yield _words(label)


def _raw(node: Any) -> str:
    """Return the whole message that the browser gets for one element."""
    return str(getattr(node, "proto", ""))


def _words(markdown: str) -> str:
    return re.sub(r"\\([^\w\s]|_)", r"\1", markdown)


FILTERS: dict[str, dict[str, str | list[str]]] = {
    "none": {},
    "local authority": {"la": "Southampton"},
    "period": {"from": "2018-01-01", "to": "2019-12-31"},
    "age band": {"age": "5 to 9 years"},
    "sex": {"sex": "Female"},
    "ethnic group": {"ethnic": "White"},
    "category": {"category": "Neglect"},
    "two authorities": {"la": ["Southampton", "Portsmouth"]},
    "nobody there": {"la": "City of London"},
    "nothing yet": {"from": "2028-01-01", "to": "2028-12-31"},
}
"""Links: what stands behind the question mark. Bound filters carry the words, not the codes."""

CHOSEN: dict[str, dict[str, Any]] = {
    "none": {},
    "local authority": {"la": ["E06000045"]},
    "period": {"from": date(2018, 1, 1), "to": date(2019, 12, 31)},
    "age band": {"age": ["5-9"]},
    "sex": {"sex": ["F"]},
    "ethnic group": {"ethnic": ["white"]},
    "category": {"category": ["NEG"]},
    "two authorities": {"la": ["E06000045", "E06000044"]},
    "nobody there": {"la": ["E09000001"]},
    "nothing yet": {"from": date(2028, 1, 1), "to": date(2028, 12, 31)},
}
"""What each link of :data:`FILTERS` means."""


@cache
def seen(page: str, filters: str = "none") -> Opened:
    """Return the page of the sample with these filters; opened once, for every test that looks."""
    return _walk(filters)[page]


@cache
def _walk(filters: str) -> dict[str, Opened]:
    session = Session(FILTERS[filters])
    return {page: session.open(page) for page in PAGES}


def forget_everything() -> None:
    """Let the next question open the data folder anew."""
    open_library.cache_clear()
    st.cache_data.clear()
