"""The shelf: what is saved comes back as it was, and nothing that was there is lost."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analytics.access.viewer import PUBLIC, Viewer
from analytics.emmie.audit import AuditQuestion
from analytics.emmie.combinations import CombinationsQuestion
from analytics.errors import BriefingError, EmmieError, NotAllowedError
from analytics.exhibits.making import make, name_of
from analytics.exhibits.recipe import Recipe
from analytics.exhibits.repeat_plans import audit_exhibits
from analytics.reports.pack import Pack
from analytics.reports.ready_made import item_of
from analytics.reports.refreshed import refreshed
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
    found = shelf.open(shelf.save(pack, PUBLIC).key, PUBLIC).pack
    assert found == pack
    assert [one.exhibit.figure for one in found.items] == [one.exhibit.figure for one in pack.items]
    assert [one.exhibit.stamp for one in found.items] == [one.exhibit.stamp for one in pack.items]


def test_saving_again_takes_the_place_of_the_old_one(tmp_path: Path, pack: Pack) -> None:
    shelf = Shelf(tmp_path)
    first = shelf.save(pack, PUBLIC)
    second = shelf.save(replace(pack, title="Other"), PUBLIC, first.key, seen=first.mark)
    assert second.key == first.key
    assert shelf.open(first.key, PUBLIC) == second
    assert [one.title for one in shelf.listed(PUBLIC)] == ["Other"]


@pytest.mark.parametrize(
    "theirs",
    [
        {"title": "Theirs"},
        {"items": "reversed"},
        {"prepared_at": AT + timedelta(minutes=1)},
    ],
)
def test_what_somebody_else_saved_meanwhile_is_not_written_over(
    tmp_path: Path, pack: Pack, theirs: dict[str, Any]
) -> None:
    if theirs.get("items"):
        theirs = {"items": pack.items[::-1]}
    shelf = Shelf(tmp_path)
    first = shelf.save(pack, PUBLIC)
    other = shelf.save(replace(pack, **theirs), PUBLIC, first.key, seen=first.mark)
    with pytest.raises(BriefingError, match="Somebody else"):
        shelf.save(replace(pack, title="Mine"), PUBLIC, first.key, seen=first.mark)
    assert shelf.open(first.key, PUBLIC) == other


def test_only_who_may_see_its_authorities_may_open_it(tmp_path: Path, pack: Pack) -> None:
    shelf = Shelf(tmp_path)
    key = shelf.save(pack, SOUTHAMPTON).key
    assert shelf.open(key, SOUTHAMPTON) == shelf.open(key, PUBLIC)
    for refused in (shelf.open, shelf.remove):
        with pytest.raises(NotAllowedError):
            refused(key, HAMPSHIRE)
    with pytest.raises(NotAllowedError):
        shelf.save(pack, HAMPSHIRE)
    assert shelf.listed(HAMPSHIRE) == ()


def test_what_does_not_say_whom_it_counts_is_for_nobody_in_particular(
    tmp_path: Path, pack: Pack
) -> None:
    item = pack.items[0]
    unknown = replace(item, exhibit=replace(item.exhibit, stamp=None))
    with pytest.raises(NotAllowedError):
        Shelf(tmp_path).save(replace(pack, items=(unknown,)), PUBLIC)
    shelf = Shelf(tmp_path)
    key = shelf.save(pack, PUBLIC).key
    path = tmp_path / "briefings" / f"{key}.json"
    content = json.loads(path.read_bytes())
    for one in content["items"]:
        del one["exhibit"]["stamp"]
    path.write_text(json.dumps(content))
    with pytest.raises(NotAllowedError):
        shelf.open(key, SOUTHAMPTON)


def test_a_question_that_is_asked_no_longer_leaves_the_frozen_exhibit(
    tmp_path: Path, pack: Pack
) -> None:
    shelf = Shelf(tmp_path)
    key = shelf.save(pack, PUBLIC).key
    path = tmp_path / "briefings" / f"{key}.json"
    path.write_text(path.read_text().replace('"AuditQuestion"', '"FormerQuestion"'))
    found = shelf.open(key, PUBLIC).pack
    assert found == pack
    (fresh, _) = refreshed(found.items, PUBLIC, AT)
    assert isinstance(fresh, EmmieError)
    assert "no longer" in str(fresh)


def test_views_are_kept_for_who_may_see_them_and_not_for_ever(
    tmp_path: Path, pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analytics.reports.shelf.MOST_VIEWS", 2)
    shelf = Shelf(tmp_path)
    for name in ("view-one", "view-two", "view-three"):
        shelf.keep(name, pack.items[0])
    assert shelf.kept("view-one", PUBLIC) is None
    assert shelf.kept("view-three", PUBLIC) == pack.items[0]
    assert shelf.kept("view-three", HAMPSHIRE) is None
    (tmp_path / "views" / "view-two.json").write_text("{")
    assert shelf.kept("view-two", PUBLIC) is None


@pytest.mark.parametrize("key", ["../../etc/passwd", "a/b", "short", "x" * 60, "käse-und-brot"])
def test_a_key_is_never_a_path(tmp_path: Path, key: str) -> None:
    with pytest.raises(BriefingError, match="no such briefing"):
        Shelf(tmp_path).open(key, PUBLIC)


def test_a_list_for_the_screen_only_is_not_saved(tmp_path: Path, pack: Pack) -> None:
    item = pack.items[0]
    hidden = replace(item, exhibit=replace(item.exhibit, is_shown_only=True))
    with pytest.raises(NotAllowedError):
        Shelf(tmp_path).save(replace(pack, items=(hidden,)), PUBLIC)
    with pytest.raises(NotAllowedError):
        Shelf(tmp_path).keep("abcdefgh", hidden)
    assert list(tmp_path.rglob("*.json")) == []


def test_an_empty_briefing_is_not_saved(tmp_path: Path, pack: Pack) -> None:
    with pytest.raises(BriefingError, match="at least one"):
        Shelf(tmp_path).save(replace(pack, items=()), PUBLIC)


def test_a_broken_file_is_left_as_it_is_and_hides_no_other(tmp_path: Path, pack: Pack) -> None:
    shelf = Shelf(tmp_path)
    key, broken = shelf.save(pack, PUBLIC).key, shelf.save(pack, PUBLIC).key
    path = tmp_path / "briefings" / f"{broken}.json"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(BriefingError, match="cannot be read"):
        shelf.open(broken, PUBLIC)
    assert [one.key for one in shelf.listed(PUBLIC)] == [key]
    assert len(path.read_bytes()) == 100


def test_a_broken_seal_seals_nothing(tmp_path: Path) -> None:
    (tmp_path / ".seal").write_bytes(b"")
    with pytest.raises(BriefingError, match="seal"):
        Shelf(tmp_path).secret()


def test_the_seal_is_made_once(tmp_path: Path) -> None:
    assert Shelf(tmp_path).secret() == Shelf(tmp_path).secret()
    assert Shelf(tmp_path).secret() != Shelf(tmp_path / "other").secret()


def _save_for_ever(folder: str, pack: Pack, key: str, mark: str) -> None:
    n = 0
    while True:
        n += 1
        changed = replace(pack, title=f"Version {n}")
        mark = Shelf(Path(folder)).save(changed, PUBLIC, key, seen=mark).mark


@pytest.mark.parametrize("after", [0.05, 0.11, 0.17])
def test_a_kill_between_two_saves_loses_nothing(tmp_path: Path, pack: Pack, after: float) -> None:
    shelf = Shelf(tmp_path)
    saved = shelf.save(pack, PUBLIC)
    saver = multiprocessing.get_context("fork").Process(
        target=_save_for_ever, args=(str(tmp_path), pack, saved.key, saved.mark)
    )
    saver.start()
    time.sleep(after)
    os.kill(saver.pid or 0, signal.SIGKILL)
    saver.join()
    found = shelf.open(saved.key, PUBLIC)
    assert replace(found.pack, title=pack.title) == pack
    after = shelf.save(replace(pack, title="After"), PUBLIC, saved.key, seen=found.mark)
    assert shelf.open(saved.key, PUBLIC) == after
    assert not list(tmp_path.rglob("*.part"))
