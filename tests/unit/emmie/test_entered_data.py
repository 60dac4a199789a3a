"""What the Data page tells of answers that were entered in the app, and to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

from analytics.access.viewer import PUBLIC
from analytics.access.viewers import read_viewers
from analytics.ask import ask, enter
from analytics.emmie.data_status import DataQuestion
from analytics.emmie.repeat_plans.audit_entry import AuditEntry
from analytics.emmie.repeat_plans.audit_tool import AuditToolQuestion
from analytics.exhibits.data_status import data_exhibits
from analytics.exhibits.exhibit import Exhibit
from analytics.extracts.entries import FILE
from analytics.extracts.filters import NO_FILTERS
from analytics.extracts.library import Library
from tests.helpers.folders import RPS, SAMPLE

MANAGER = read_viewers(SAMPLE)["southampton_manager"]


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(SAMPLE, tmp_path)


def entered(library: Library, times: int = 3) -> list[str]:
    """Answer two questions about some children, and one of the two again; return the children."""
    cases = ask(AuditToolQuestion(), RPS, NO_FILTERS, MANAGER, library=library).answer.cases
    for case in cases[:times]:
        for answers in (
            (("domestic_abuse", "yes"), ("issue_dropped", "no")),
            (("domestic_abuse", "no"),),
        ):
            enter(AuditEntry(plan_id=case.plan_id, answers=answers), RPS, MANAGER, library=library)
    return [case.child_id for case in cases[:times]]


def shown(library: Library, viewer=MANAGER) -> Exhibit | None:
    exhibits = data_exhibits(ask(DataQuestion(), viewer=viewer, library=library))
    return next((one for one in exhibits if one.key == "data_entries"), None)


def test_how_many_and_when_and_in_which_file(library: Library) -> None:
    children = entered(library)
    (entries,) = ask(DataQuestion(), viewer=MANAGER, library=library).answer.entries
    rows = pd.read_parquet(library.entries_folder(RPS) / FILE)
    assert (entries.n_answers, entries.n_children) == (len(rows), len(children)) == (9, 3)
    assert entries.last_at == rows.answered_at.max()
    assert datetime.now(UTC) - entries.last_at < timedelta(minutes=5)
    exhibit = shown(library)
    assert exhibit.headline == "9 answers entered in the app"
    assert exhibit.table.rows[0][1:5] == ("audit_answers.parquet", "Used", "9", "3")
    assert exhibit.download.rows == ()


def test_no_path_and_no_value_of_a_row(library: Library, tmp_path: Path) -> None:
    children = entered(library)
    told = repr(ask(DataQuestion(), viewer=MANAGER, library=library).answer.entries)
    told += repr(shown(library))
    assert str(tmp_path) not in told
    assert not [child for child in children if child in told]


def test_nobody_else_is_told(library: Library) -> None:
    entered(library)
    assert shown(library, PUBLIC) is None
    assert ask(DataQuestion(), viewer=PUBLIC, library=library).answer.entries == ()
    assert shown(library, replace(MANAGER, may_see_cases=False)) is None


def test_only_answers_about_the_viewers_own_authority(library: Library) -> None:
    entered(library)
    elsewhere = replace(MANAGER, local_authorities=frozenset({"E06000044"}))
    (entries,) = ask(DataQuestion(), viewer=elsewhere, library=library).answer.entries
    assert (entries.n_answers, entries.n_children, entries.last_at) == (0, 0, None)


def test_before_the_first_answer(library: Library) -> None:
    exhibit = shown(library)
    assert exhibit.headline == "No answer has been entered in the app yet"
    assert exhibit.table.rows[0][2:] == ("Nothing yet", "0", "0", "")


def test_a_broken_file_is_told(library: Library) -> None:
    entered(library)
    (library.entries_folder(RPS) / FILE).write_bytes(b"nothing")
    exhibit = shown(library)
    assert exhibit.headline == "1 file of answers cannot be read"
    assert exhibit.table.rows[0][1:] == ("audit_answers.parquet", "Cannot be read", "", "", "")
