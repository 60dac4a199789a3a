"""What the server sends: security headers on everything, scripts compressed."""

from __future__ import annotations

import re
import urllib.request
from http.client import HTTPMessage

import pytest

from tests.browser.real_app import Server

pytestmark = pytest.mark.browser

HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "SAMEORIGIN",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


def fetch(url: str, accept: str = "gzip") -> tuple[HTTPMessage, bytes]:
    request = urllib.request.Request(url, headers={"Accept-Encoding": accept})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.headers, answer.read()


def script_of(server: Server) -> str:
    _, body = fetch(server.url + "/", "identity")
    found = re.search(r'src="([^"]+\.js)"', body.decode())
    assert found
    return server.url + "/" + found[1].lstrip("./")


@pytest.mark.parametrize("path", ["/", "/effect", "/_stcore/health", "/_stcore/host-config"])
def test_every_response_carries_the_security_headers(server: Server, path: str) -> None:
    headers, _ = fetch(server.url + path)
    for name, value in HEADERS.items():
        assert headers.get_all(name) == [value]


def test_scripts_carry_the_security_headers(server: Server) -> None:
    headers, _ = fetch(script_of(server))
    for name, value in HEADERS.items():
        assert headers.get_all(name) == [value]


def test_scripts_are_compressed(server: Server) -> None:
    url = script_of(server)
    packed_headers, packed = fetch(url)
    plain_headers, plain = fetch(url, "identity")
    assert packed_headers["content-encoding"] == "gzip"
    assert plain_headers["content-encoding"] is None
    assert len(packed) < len(plain) / 2


def test_small_answers_are_not_compressed(server: Server) -> None:
    headers, body = fetch(server.url + "/_stcore/health")
    assert headers["content-encoding"] is None
    assert body == b"ok"
