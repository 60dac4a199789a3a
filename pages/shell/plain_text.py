"""Text that Markdown shows as it is."""

from __future__ import annotations

import re

NO_BREAK = "\u2060"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#+~$|:])")


def plain(text: str) -> str:
    """Return text that Markdown shows as it is; no line ends between a minus and its pounds."""
    return _MARKDOWN.sub(r"\\\1", text.replace("−£", f"−{NO_BREAK}£"))
