"""Entries: answers that are given in the app, kept as an extract of their own.

Every save writes a whole new file beside the old one, makes it durable, and renames it over the
old one. A crash at any point leaves the old file or the new one, each whole; what was saved before
stays. A lock that the operating system holds keeps savers apart and ends with its process.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from analytics.errors import EntriesError
from analytics.extracts.casework_contracts import AUDIT_ANSWERS
from analytics.extracts.durable import UNFINISHED, make_folder, put

ENTRIES_VARIABLE: Final = "EMMIE_ENTRIES"
ENTRY_EXTRACTS: Final = (AUDIT_ANSWERS.name,)
FILE: Final = f"{AUDIT_ANSWERS.name}.parquet"
LOCK: Final = f".{AUDIT_ANSWERS.name}.lock"
PATIENCE_SECONDS: Final = 15.0
_TICK: Final = timedelta(microseconds=1)
_SCHEMA: Final = pa.schema(
    [
        (name, column.dtype.type.to_pyarrow())
        for name, column in AUDIT_ANSWERS.schema.columns.items()
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAnswer:
    """One answer to be saved; the fields are columns of the contract ``audit_answers``."""

    plan_id: str
    child_id: str
    local_authority: str
    question: str
    answer: str
    answered_by: str


def save_answers(
    folder: Path, answers: Sequence[NewAnswer], *, patience: float = PATIENCE_SECONDS
) -> None:
    """Add answers to the entries of one evaluation; when this returns, they are on the disk.

    Parameters
    ----------
    folder : Path
        Folder of the evaluation's entries; made when it is not there.
    answers : sequence of NewAnswer
        What was answered; saved together or not at all. Earlier answers stay as history.
    patience : float
        Seconds to wait while somebody else saves.

    Raises
    ------
    EntriesError
        When nothing could be saved. A file that cannot be read is not touched, and a copy of it
        is kept beside it.
    """
    if not answers:
        return
    try:
        make_folder(folder)
        # Never a lock that is only a file: it would outlive a process that was killed.
        lock = FileLock(
            folder / LOCK, timeout=patience, mode=0o600, thread_local=False, fallback_to_soft=False
        )
        with lock:
            _sweep(folder)
            before = _read(folder / FILE)
            put(folder / FILE, _as_file(pa.concat_tables([before, _rows(answers, before)])))
    except Timeout:
        raise EntriesError(
            "Somebody else is saving answers. Nothing was saved; save again."
        ) from None
    except (OSError, NotImplementedError):
        raise EntriesError("The folder of entries cannot be written. Nothing was saved.") from None


def _sweep(folder: Path) -> None:
    """Remove what saves left unfinished; whoever holds the lock is the only one who saves."""
    for path in folder.glob(f".*{UNFINISHED}"):
        path.unlink(missing_ok=True)


def _read(path: Path) -> pa.Table:
    """Return every row of the file, or none when there is no file yet."""
    if not path.exists():
        return _SCHEMA.empty_table()
    try:
        found = pq.read_table(
            path, page_checksum_verification=True, partitioning=None, memory_map=False
        )
        if found.schema.equals(_SCHEMA):
            return found
    except (OSError, pa.ArrowException):
        pass
    _keep_aside(path)
    raise EntriesError(
        f"{path.name} cannot be read as the answers that were saved. It has been left as it is, a "
        "copy is kept beside it, and nothing was saved."
    )


def _keep_aside(path: Path) -> None:
    """Copy a broken file, under a name that stands for its bytes, so that one copy is enough."""
    with suppress(OSError):
        content = path.read_bytes()
        name = f"{path.stem}.broken-{hashlib.sha256(content).hexdigest()[:12]}"
        put(path.with_name(name), content)


def _rows(answers: Sequence[NewAnswer], before: pa.Table) -> pa.Table:
    """Return the new rows; later than every row before, even when the clock was set back."""
    now = datetime.now(UTC)
    if before.num_rows:
        now = max(now, pc.max(before["answered_at"]).as_py() + _TICK)
    return pa.Table.from_pylist(
        [asdict(one) | {"answer_id": uuid4().hex, "answered_at": now} for one in answers],
        schema=_SCHEMA,
    )


def _as_file(table: pa.Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(table, buffer, write_page_checksum=True)
    return buffer.getvalue()
