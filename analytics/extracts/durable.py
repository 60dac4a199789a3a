"""Files that are whole or not there: written beside the old one, made durable, then renamed."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

UNFINISHED: Final = ".part"


def make_folder(folder: Path) -> None:
    """Make the folder and those above it, for the app's own user only, and their names durable."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(mode=0o700, exist_ok=True)
    _settle(folder.parent)


def put(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Put a whole file in its place: write another one, make it durable, rename it.

    Parameters
    ----------
    path : Path
        File to be there; a crash at any point leaves the old one or the new one.
    content : bytes
        All of it.
    mode : int
        Who may read it; the app's own user only, unless told otherwise.

    Raises
    ------
    OSError
        When it cannot be written; nothing is left behind.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            Path(name).chmod(mode)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _settle(path.parent)


def _settle(folder: Path) -> None:
    """Make the names in a folder durable, where the system can (POSIX)."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
