"""The shelf: what is saved comes back as it was, and nothing that was there is lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analytics.access.viewer import PUBLIC, Viewer
from analytics.emmie.audit import AuditQuestion
from analytics.emmie.combinations import CombinationsQuestion
from analytics.errors import BriefingError, NotAllowedError
from analytics.exhibits.making import make, name_of
from analytics.exhibits.recipe import Recipe
from analytics.exhibits.repeat_plans import audit_exhibits
from analytics.reports.pack import Pack
from analytics.reports.ready_made import item_of
from analytics.reports.shelf import Shelf

AT = datetime(2026, 11, 23, 10, 42, tzinfo=UTC)
SOUTHAMPTON = Viewer(name="S", local_authorities=frozenset({"E06000045"}))
HAMPSHIRE = Viewer(name="H", local_authorities=frozenset({"E10000014"}))


@pytest.fixture(scope="module")
def pack() -> Pack:
    recipe = Recipe(
        build=name_of(audit_exhibits),
        questions=(AuditQuestion(), CombinationsQuestion()),
        evaluations=("repeat_plans_southampton",),
    )
    made = make(recipe, SOUTHAMPTON)
    assert isinstance(made, tuple)
    items = tuple(item_of(one, "none", AT) for one in made[:2])
    return Pack(title="Board", items=items, prepared_at=AT, version="1")


def test_a_briefing_comes_back_as_it_was_saved(tmp_path: Path, pack: Pack) -> None:
    shelf = Shelf(tmp_path / "new" / "folder")
    found = shelf.load(shelf.save(pack))
    assert found == pack
    assert [one.exhibit.figure for one in found.items] == [one.exhibit.figure for one in pack.items]
    assert [one.exhibit.stamp for one in found.items] == [one.exhibit.stamp for one in pack.items]


def test_saving_again_takes_the_place_of_the_old_one(tmp_path: Path, pack: Pack) -> None:
    shelf = Shelf(tmp_path)
    key = shelf.save(pack)
    assert shelf.save(replace(pack, title="Other"), key) == key
    assert shelf.load(key).title == "Other"
    assert [one.title for one in shelf.listed(PUBLIC)] == ["Other"]


def test_what_somebody_else_saved_meanwhile_is_not_written_over(tmp_path: Path, pack: Pack) -> None:
    shelf = Shelf(tmp_path)
    key = shelf.save(pack)
    later = replace(pack, title="Theirs", prepared_at=AT + timedelta(minutes=1))
    shelf.save(later, key, seen=AT)
    with pytest.raises(BriefingError, match="Somebody else"):
        shelf.save(replace(pack, title="Mine"), key, seen=AT)
    assert shelf.load(key).title == "Theirs"


def test_only_who_may_see_its_authorities_may_open_it(tmp_path: Path, pack: Pack) -> None:
    shelf = Shelf(tmp_path)
    key = shelf.save(pack)
    assert shelf.open(key, SOUTHAMPTON) == shelf.open(key, PUBLIC) == pack
    with pytest.raises(NotAllowedError):
        shelf.open(key, HAMPSHIRE)
    assert shelf.listed(HAMPSHIRE) == ()


@pytest.mark.parametrize("key", ["../../etc/passwd", "a/b", "short", "x" * 60, "käse-und-brot"])
def test_a_key_is_never_a_path(tmp_path: Path, key: str) -> None:
    with pytest.raises(BriefingError, match="no such briefing"):
        Shelf(tmp_path).load(key)


def test_a_list_for_the_screen_only_is_not_saved(tmp_path: Path, pack: Pack) -> None:
    item = pack.items[0]
    hidden = replace(item, exhibit=replace(item.exhibit, is_shown_only=True))
    with pytest.raises(NotAllowedError):
        Shelf(tmp_path).save(replace(pack, items=(hidden,)))
    with pytest.raises(NotAllowedError):
        Shelf(tmp_path).keep("abcdefgh", hidden)
    assert list(tmp_path.rglob("*.json")) == []


def test_an_empty_briefing_is_not_saved(tmp_path: Path, pack: Pack) -> None:
    with pytest.raises(BriefingError, match="at least one"):
        Shelf(tmp_path).save(replace(pack, items=()))


def test_a_broken_file_is_left_as_it_is_and_hides_no_other(tmp_path: Path, pack: Pack) -> None:
    shelf = Shelf(tmp_path)
    key, broken = shelf.save(pack), shelf.save(pack)
    path = tmp_path / "briefings" / f"{broken}.json"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(BriefingError, match="cannot be read"):
        shelf.load(broken)
    assert [one.key for one in shelf.listed(PUBLIC)] == [key]
    assert len(path.read_bytes()) == 100


def test_the_seal_is_made_once(tmp_path: Path) -> None:
    assert Shelf(tmp_path).secret() == Shelf(tmp_path).secret()
    assert Shelf(tmp_path).secret() != Shelf(tmp_path / "other").secret()


def _save_for_ever(folder: str, pack: Pack, key: str) -> None:
    n = 0
    while True:
        n += 1
        Shelf(Path(folder)).save(replace(pack, title=f"Version {n}"), key)


@pytest.mark.parametrize("after", [0.05, 0.11, 0.17])
def test_a_kill_between_two_saves_loses_nothing(tmp_path: Path, pack: Pack, after: float) -> None:
    shelf = Shelf(tmp_path)
    key = shelf.save(pack)
    saver = multiprocessing.get_context("fork").Process(
        target=_save_for_ever, args=(str(tmp_path), pack, key)
    )
    saver.start()
    time.sleep(after)
    os.kill(saver.pid or 0, signal.SIGKILL)
    saver.join()
    found = shelf.load(key)
    assert replace(found, title=pack.title) == pack
    assert shelf.save(replace(pack, title="After"), key) == key
    assert shelf.load(key).title == "After"
