"""The language of a workbook, which the library that writes it can't be told."""

from __future__ import annotations

import io
import zipfile
from typing import Final

CORE: Final = "docProps/core.xml"
LANGUAGE: Final = "en-GB"
_END: Final = b"</cp:coreProperties>"
_LIBRARY: Final = b'"en-US"'


def in_british_english(content: bytes) -> bytes:
    """Return the workbook with its language said: in its properties and in its charts."""
    result = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as given,
        zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as written,
    ):
        for part in given.infolist():
            data = given.read(part)
            if part.filename == CORE:
                said = f"<dc:language>{LANGUAGE}</dc:language>".encode()
                data = data.replace(_END, said + _END)
            elif part.filename.startswith("xl/charts/chart"):
                data = data.replace(b"lang=" + _LIBRARY, f'lang="{LANGUAGE}"'.encode())
                data = data.replace(
                    b"<c:lang val=" + _LIBRARY, f'<c:lang val="{LANGUAGE}"'.encode()
                )
            written.writestr(part, data, zipfile.ZIP_DEFLATED)
    return result.getvalue()
