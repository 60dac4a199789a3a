"""Processes that save answers, some of them until they are killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from analytics.extracts import durable, entries
from analytics.extracts.entries import FILE, NewAnswer, save_answers
from tests.helpers.folders import PLACE

PROCESSES = get_context("forkserver")
"""Children start from a small process that has imported what they need, so that they start fast."""
PROCESSES.set_forkserver_preload(["tests.helpers.saving"])


def answer(plan: str, question: str = "domestic_abuse", said: str = "yes") -> NewAnswer:
    """Return one answer to be saved."""
    return NewAnswer(
        plan_id=plan,
        child_id=f"of-{plan}",
        local_authority=PLACE,
        question=question,
        answer=said,
        answered_by="tester",
    )


def saved(folder: Path) -> list[dict[str, Any]]:
    """Return the rows of the file, read anew and in full."""
    table = pq.read_table(folder / FILE, page_checksum_verification=True)
    return table.to_pylist()


def save_many(folder: Path, who: str, times: int) -> None:
    """Save some answers one by one."""
    for number in range(times):
        save_answers(folder, [answer(f"{who}-{number}")])


def save_until_killed(folder: Path, who: str, acknowledge: Connection) -> None:
    """Save one pair of answers after the other, and tell after each save which one it was."""
    number = 0
    while True:
        plan = f"{who}-{number}"
        save_answers(folder, [answer(plan), answer(plan, "issue_dropped")])
        acknowledge.send(plan)
        number += 1


def save_and_die(folder: Path, plan: str, step: str) -> None:
    """Save an answer and be killed by the system at one step of it."""
    die_at(step)
    save_answers(folder, [answer(plan)])


def die_at(step: str) -> None:
    """Make this process kill itself at a step of the next save."""
    if step in ("before the lock", "in the middle of the file"):
        _DYING[step]()
        return
    module, name, is_after = {
        "before it is flushed": (os, "fsync", False),
        "after it is flushed": (os, "fsync", True),
        "before the rename": (Path, "replace", False),
        "after the rename": (Path, "replace", True),
        "before the folder is flushed": (durable, "_settle", False),
        "after the folder is flushed": (durable, "_settle", True),
    }[step]
    done = getattr(module, name)

    def dying(*args: Any, **more: Any) -> None:
        if is_after:
            done(*args, **more)
        kill_me()

    setattr(module, name, dying)


def kill_me() -> None:
    """End this process as a crash does: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def _die_before_the_lock() -> None:
    entries.FileLock = lambda *_, **__: kill_me()  # type: ignore[assignment]


def _die_in_the_middle() -> None:
    whole = os.fdopen

    def half(handle: int, mode: str) -> Any:
        file = whole(handle, mode)
        write = file.write

        def write_half(content: bytes) -> None:
            write(content[: len(content) // 2])
            file.flush()
            kill_me()

        file_like = type("Half", (), {"write": staticmethod(write_half)})()
        file_like.__class__.__enter__ = lambda self: self
        file_like.__class__.__exit__ = lambda self, *_: None
        return file_like

    os.fdopen = half  # type: ignore[assignment]


_DYING: dict[str, Callable[[], None]] = {
    "before the lock": _die_before_the_lock,
    "in the middle of the file": _die_in_the_middle,
}
STEPS = (
    *_DYING,
    "before it is flushed",
    "after it is flushed",
    "before the rename",
    "after the rename",
    "before the folder is flushed",
    "after the folder is flushed",
)
"""Where a save can be cut off; from the rename on, the new answers are there."""
