"""A replaced file is picked up, and only then is anything read again."""

from __future__ import annotations

import os
from pathlib import Path

from analytics.ask import ask
from analytics.emmie.case_outcomes import CaseOutcomesAnswer, CaseOutcomesQuestion
from analytics.extracts.library import open_library
from tests.helpers.folders import SAMPLE, case, tiny_library, write_rows


def closed(library: object) -> tuple[int, str]:
    answer = ask(CaseOutcomesQuestion(), "tiny", library=library).answer
    assert isinstance(answer, CaseOutcomesAnswer)
    points = [p for s in answer.series if s.group == "outcome_20" for p in s.points]
    return sum(point.share.n or 0 for point in points), answer.provenance.fingerprint


def test_a_replaced_file_is_picked_up(tmp_path: Path) -> None:
    library = tiny_library(tmp_path, {"cases": [case(n) for n in range(10)]})
    signature, first = library.signature(), closed(library)
    store = library.evaluation("tiny").store
    assert library.evaluation("tiny").store is store
    assert library.signature() == signature
    path = tmp_path / "tiny" / "cases.parquet"
    write_rows(path, [case(n) for n in range(17)])
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns + 1_000_000))
    assert library.signature() != signature
    second = closed(library)
    assert (first[0], second[0]) == (10, 17)
    assert first[1] != second[1]
    assert library.evaluation("tiny").store is not store


def test_a_repaired_file_is_used_again(tmp_path: Path) -> None:
    library = tiny_library(tmp_path, {"cases": [case(n) for n in range(10)]})
    path = tmp_path / "tiny" / "cases.parquet"
    good = path.read_bytes()
    path.write_bytes(b"nothing")
    assert not library.evaluation("tiny").store.statuses["cases"].usable
    path.write_bytes(good)
    assert closed(library)[0] == 10


def test_a_changed_protocol_is_picked_up(tmp_path: Path) -> None:
    library = tiny_library(tmp_path, {"cases": [case(1)]})
    signature = library.signature()
    path = tmp_path / "tiny" / "evaluation.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"Tiny"', '"Renamed"'), "utf-8")
    assert library.signature() != signature
    assert library.evaluation("tiny").protocol.evaluation.name == "Renamed"


def test_a_new_folder_is_a_new_evaluation(tmp_path: Path) -> None:
    library = tiny_library(tmp_path, {"cases": [case(1)]})
    (tmp_path / "second").mkdir()
    for path in (tmp_path / "tiny").iterdir():
        (tmp_path / "second" / path.name).write_bytes(path.read_bytes())
    assert library.names() == ("second", "tiny")


def test_the_fingerprint_is_of_the_bytes(tmp_path: Path) -> None:
    one = tiny_library(tmp_path / "one", {"cases": [case(1)]}).evaluation("tiny").store
    same = tiny_library(tmp_path / "two", {"cases": [case(1)]}).evaluation("tiny").store
    other = tiny_library(tmp_path / "three", {"cases": [case(2)]}).evaluation("tiny").store
    assert one.fingerprint("cases") == same.fingerprint("cases") != other.fingerprint("cases")


def test_the_environment_names_the_folder(monkeypatch, tmp_path: Path) -> None:
    open_library.cache_clear()
    monkeypatch.setenv("EMMIE_DATA", str(tmp_path))
    assert open_library().root == tmp_path.resolve()
    monkeypatch.delenv("EMMIE_DATA")
    open_library.cache_clear()
    assert open_library().root == SAMPLE
