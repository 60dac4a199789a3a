"""What is entered is never lost: not by a crash, not by another saver, not by a broken file."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import ModuleType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from filelock import FileLock

from analytics.access.viewer import PUBLIC
from analytics.errors import EntriesError
from analytics.extracts import entries
from analytics.extracts.engine import Store
from analytics.extracts.entries import ENTRY_EXTRACTS, FILE, LOCK, save_answers
from analytics.extracts.library import Library, open_library
from tests.helpers.folders import case, tiny_library
from tests.helpers.saving import (
    PROCESSES,
    STEPS,
    answer,
    save_and_die,
    save_many,
    save_until_killed,
    saved,
)

KILLS = 40
SAVERS, EACH = 4, 12


NOON = datetime(2024, 4, 2, 12, tzinfo=UTC)


def clock_at(moment: datetime) -> type[datetime]:
    """Return a clock that has stopped."""

    class Stopped(datetime):
        @classmethod
        def now(cls, tz=None):
            assert tz is UTC
            return moment

    return Stopped


def plans(folder: Path) -> list[str]:
    return [row["plan_id"] for row in saved(folder)]


def test_answers_are_kept_in_order_with_who_and_when(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "datetime", clock_at(NOON))
    save_answers(tmp_path, [answer("P1"), answer("P1", "issue_dropped", "no")])
    monkeypatch.setattr(entries, "datetime", clock_at(NOON + timedelta(hours=2)))
    save_answers(tmp_path, [answer("P1", said="no")])
    rows = saved(tmp_path)
    assert [row["answer"] for row in rows] == ["yes", "no", "no"]
    assert {row["answered_by"] for row in rows} == {"tester"}
    hours = [(row["answered_at"] - NOON) / timedelta(hours=1) for row in rows]
    assert hours == [0, 0, 2]
    assert len({row["answer_id"] for row in rows}) == 3


def test_the_file_keeps_its_contract(tmp_path: Path) -> None:
    save_answers(tmp_path, [answer("P1"), answer("P2", said="not_known")])
    store = Store(tmp_path, ENTRY_EXTRACTS)
    status = store.statuses["audit_answers"]
    assert status.usable
    assert (status.rows, status.findings) == (2, ())
    rows = store.records(store.table("audit_answers", PUBLIC))
    assert {row["plan_id"] for row in rows} == {"P1", "P2"}


def test_nothing_to_save_makes_no_file(tmp_path: Path) -> None:
    save_answers(tmp_path / "entries", [])
    assert not (tmp_path / "entries").exists()


@pytest.fixture(autouse=True)
def _plain_main(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start children without the main module, which is a page after a test has opened the app."""
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_only_the_apps_own_user_can_read_what_is_entered(tmp_path: Path) -> None:
    save_answers(tmp_path / "entries" / "one", [answer("P1")])
    for path in (tmp_path / "entries", tmp_path / "entries" / "one"):
        assert path.stat().st_mode & 0o077 == 0
    assert (tmp_path / "entries" / "one" / FILE).stat().st_mode & 0o077 == 0


def test_a_clock_that_was_set_back_does_not_make_an_old_answer_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries, "datetime", clock_at(NOON))
    save_answers(tmp_path, [answer("P1")])
    monkeypatch.setattr(entries, "datetime", clock_at(NOON - timedelta(hours=1)))
    save_answers(tmp_path, [answer("P1", said="no")])
    first, second = saved(tmp_path)
    assert second["answered_at"] > first["answered_at"]


def test_the_new_file_is_durable_before_it_takes_the_place_of_the_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_answers(tmp_path, [answer("P0")])
    done: list[str] = []
    flush, rename = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        kind = "folder" if Path(f"/proc/self/fd/{handle}").resolve().is_dir() else "file"
        done.append(f"flush {kind}")
        flush(handle)

    def replace(path: Path, target: Path) -> Path:
        done.append("rename")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    save_answers(tmp_path, [answer("P1")])
    assert done == ["flush file", "rename", "flush folder"]


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_each_step_leaves_the_old_file_or_the_new_one(tmp_path: Path, step: str) -> None:
    save_answers(tmp_path, [answer("P0")])
    process = PROCESSES.Process(target=save_and_die, args=(tmp_path, "P1", step))
    process.start()
    process.join(60)
    assert process.exitcode == -9
    is_in_place = STEPS.index(step) >= STEPS.index("after the rename")
    assert plans(tmp_path) == ["P0", "P1"][: 1 + is_in_place]
    save_answers(tmp_path, [answer("P2")])
    assert plans(tmp_path)[-1] == "P2"
    assert len(plans(tmp_path)) == 2 + is_in_place
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([FILE, LOCK])


def test_kills_at_random_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """A process saves without pause and is killed; the next one goes on in the same folder."""
    rng = np.random.default_rng(20240331)
    acknowledged: list[str] = []
    for number in range(KILLS):
        ours, theirs = PROCESSES.Pipe(duplex=False)
        process = PROCESSES.Process(target=save_until_killed, args=(tmp_path, f"K{number}", theirs))
        process.start()
        theirs.close()
        assert ours.poll(60)
        time.sleep(float(rng.uniform(0, 0.04)))
        process.kill()
        process.join(60)
        assert process.exitcode == -9
        acknowledged += everything(ours)
        rows = saved(tmp_path)
        found = [row["plan_id"] for row in rows]
        assert set(acknowledged) <= set(found)
        # Each save is whole: two answers, or none.
        assert all(found.count(plan) == 2 for plan in set(found))
        # At most the one save of each process that was cut off before it could tell.
        assert len(set(found)) <= len(acknowledged) + number + 1
    assert len(acknowledged) >= KILLS
    assert Store(tmp_path, ENTRY_EXTRACTS).statuses["audit_answers"].findings == ()


def everything(pipe) -> list[str]:
    found = []
    try:
        while True:
            found.append(pipe.recv())
    except (EOFError, OSError):
        pipe.close()
        return found


def test_savers_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    savers = [
        PROCESSES.Process(target=save_many, args=(tmp_path, f"S{number}", EACH))
        for number in range(SAVERS)
    ]
    for process in savers:
        process.start()
    for process in savers:
        process.join(120)
        assert process.exitcode == 0
    expected = {f"S{one}-{number}" for one in range(SAVERS) for number in range(EACH)}
    assert set(plans(tmp_path)) == expected
    assert len(plans(tmp_path)) == len(expected)


def test_a_saver_who_has_to_wait_too_long_is_told(tmp_path: Path) -> None:
    save_answers(tmp_path, [answer("P0")])
    with (
        FileLock(tmp_path / LOCK, thread_local=False),
        pytest.raises(EntriesError, match="Somebody else is saving"),
    ):
        save_answers(tmp_path, [answer("P1")], patience=0.1)
    assert plans(tmp_path) == ["P0"]


def other_columns(path: Path) -> None:
    pq.write_table(pa.table({"plan_id": ["P0"]}), path)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def one_byte_changed(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[content.index(b"domestic_abuse")] ^= 1
    path.write_bytes(content)


def no_parquet(path: Path) -> None:
    path.write_text("nothing")


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    "damage", [other_columns, cut_short, one_byte_changed, no_parquet, emptied]
)
def test_a_broken_file_is_never_overwritten(tmp_path: Path, damage) -> None:
    save_answers(tmp_path, [answer("SECRET-PLAN")])
    damage(tmp_path / FILE)
    broken = (tmp_path / FILE).read_bytes()
    for _ in range(2):
        with pytest.raises(EntriesError, match=r"audit_answers\.parquet cannot be read") as error:
            save_answers(tmp_path, [answer("P1")])
        assert "SECRET" not in str(error.value)
        assert str(tmp_path) not in str(error.value)
        assert (tmp_path / FILE).read_bytes() == broken
    (kept,) = tmp_path.glob("*.broken-*")
    assert kept.read_bytes() == broken


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(EntriesError, match="cannot be written"):
        save_answers(tmp_path / "entries", [answer("P1")])
    tmp_path.chmod(0o700)


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "entries").write_text("in the way")
    with pytest.raises(EntriesError, match="cannot be written"):
        save_answers(tmp_path / "entries", [answer("P1")])


def test_the_disk_being_full_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_answers(tmp_path, [answer("P0")])

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EntriesError, match="Nothing was saved"):
        save_answers(tmp_path, [answer("P1")])
    monkeypatch.undo()
    assert plans(tmp_path) == ["P0"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([FILE, LOCK])


def test_the_library_notices_what_is_entered(tmp_path: Path) -> None:
    library = tiny_library(tmp_path / "data", {"cases": [case(1)]})
    assert library.entries_folder("tiny") == tmp_path / "entries" / "tiny"
    first, empty = library.signature(), library.entries("tiny")
    assert not empty.statuses["audit_answers"].usable
    save_answers(library.entries_folder("tiny"), [answer("P1")])
    second = library.signature()
    assert library.entries("tiny").statuses["audit_answers"].rows == 1
    save_answers(library.entries_folder("tiny"), [answer("P2")])
    assert len({first, second, library.signature()}) == 3
    assert library.entries("tiny").statuses["audit_answers"].rows == 2


def test_the_environment_names_the_folder_of_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny_library(tmp_path / "data", {"cases": [case(1)]})
    monkeypatch.setenv("EMMIE_ENTRIES", str(tmp_path / "elsewhere"))
    open_library.cache_clear()
    library = open_library(tmp_path / "data")
    assert library.entries_folder("tiny") == tmp_path / "elsewhere" / "tiny"
    open_library.cache_clear()
    assert Library(tmp_path / "data").entries_folder("tiny") == tmp_path / "entries" / "tiny"
