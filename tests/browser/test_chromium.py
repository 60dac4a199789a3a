"""Chromium as it draws files: in its sandbox where there is one, and never from the network."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

from analytics.reports import chromium, pictures
from analytics.reports.document import drawing, pdf, web_page
from tests.helpers.packs import BARS, item, pack

pytestmark = pytest.mark.usefixtures("chromium_path")
PAGE = '<!doctype html><html data-ready="1"><body>Nothing</body></html>'
PNG = b"\x89PNG"


def test_without_a_sandbox_it_is_opened_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chromium refuses its sandbox to root; nobody told it here that root asks."""
    refused = Event()
    monkeypatch.setattr(chromium, "_is_root", lambda: False)
    monkeypatch.setattr(chromium, "_HAS_NO_SANDBOX", refused)
    assert chromium.photographed(PAGE, width=200, height=100).startswith(PNG)
    if sys.platform != "win32" and os.geteuid() == 0:
        assert refused.is_set()


class Listener(ThreadingHTTPServer):
    """Answers with a picture, and remembers that it was asked."""

    asked: list[str]


class _Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "image/svg+xml")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener(("127.0.0.1", 0), _Handler) as server:
        server.asked = []
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def fetching(listener: Listener) -> dict[str, Any]:
    """Return a figure that asks for a picture from elsewhere."""
    source = f"http://127.0.0.1:{listener.server_port}/picture.svg"
    picture = {"source": source, "xref": "paper", "yref": "paper", "x": 0, "y": 1}
    images = [picture | {"sizex": 0.2, "sizey": 0.2}]
    return BARS | {"layout": BARS["layout"] | {"images": images}}


def test_no_file_fetches_anything(listener: Listener, fetching: dict[str, Any]) -> None:
    one = item(figure=fetching)
    assert pictures.png(one).startswith(PNG)
    assert web_page(pack(one), drawn="still")
    assert pdf(pack(one)).startswith(b"%PDF")
    assert listener.asked == []


def test_without_its_policy_it_would_have_fetched(
    listener: Listener, fetching: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, "FETCHES_NOTHING", "")
    drawing.drawn([fetching])
    assert listener.asked
