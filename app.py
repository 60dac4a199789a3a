"""The server: serves the pages, compressed and with security headers, and warms up beside them.

Streamlit runs ``pages/navigation.py``, not this file; why is told in
``docs/decisions/0007-server-and-router.md``.
"""

from __future__ import annotations

import gc
import sys
import threading
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

ROOT = Path(__file__).resolve().parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

SECURITY_HEADERS = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"SAMEORIGIN",
    b"referrer-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}


class SecurityHeaders:
    """Adds security headers to every response."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to what comes back."""

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message.setdefault("headers", [])
                message["headers"].extend(SECURITY_HEADERS.items())
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _warm_up() -> None:
    """Read the extracts and import what the first page needs, then keep the collector off them."""
    from pages.shell.warm_up import warm_up  # noqa: PLC0415 - slow, and not needed to listen

    warm_up()
    gc.collect()
    gc.freeze()


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[MutableMapping[str, Any]]:
    """Warm up beside the first requests."""
    threading.Thread(target=_warm_up, daemon=True, name="warm-up").start()
    yield {}


app = st.App(
    ROOT / "pages" / "navigation.py",
    lifespan=lifespan,
    middleware=[Middleware(SecurityHeaders), Middleware(GZipMiddleware, minimum_size=1000)],
)
