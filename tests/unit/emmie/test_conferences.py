"""Conferences by risk, and what agencies did: by hand, a second way, and under disclosure."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN, PUBLISHED
from analytics.disclosure.release import release
from analytics.disclosure.suppression import Share
from analytics.emmie.conferences import (
    PARTS,
    AgenciesAnswer,
    AgenciesQuestion,
    AgencyParts,
    ConferencesAnswer,
    ConferencesQuestion,
    RiskCount,
    _agency,
)
from analytics.exhibits.conferences import agency_exhibits, conference_exhibits
from analytics.extracts.filters import Filters
from tests.helpers.folders import OTHER_PLACE, PLACE, RPS, SAMPLE, Row, tiny_library

AGENCIES_PROTOCOL = """
[[agencies]]
key = "police"
label = "Police"

[[agencies]]
key = "school"
label = "School"
"""


def conference(number: int, **changes) -> Row:
    return {
        "conference_id": f"K{number}",
        "family_id": f"F{number}",
        "local_authority": PLACE,
        "held_on": date(2020, 1, 2),
        "risk": "inside_home",
        "previously_planned": False,
    } | changes


def at(number: int, agency: str, answers: str) -> Row:
    """Return what an agency did; ``answers`` holds the first letters of what is true."""
    return {
        "conference_id": f"K{number}",
        "agency": agency,
        "involved": "w" in answers,
        "invited": "i" in answers,
        "attended": "a" in answers,
        "contributed": "c" in answers,
    }


CONFERENCES = [
    conference(1, previously_planned=True),
    conference(2, risk="outside_home"),
    conference(3, local_authority=OTHER_PLACE),
]
AGENCIES = [
    at(1, "police", "wiac"),
    at(2, "police", "wic"),  # in writing
    at(3, "police", "w"),
    at(1, "school", ""),
    at(2, "school", "ia"),  # does not work with the family: not counted
    at(3, "school", "wi"),
]


def library(root: Path, policy: str = "published"):
    return tiny_library(
        root,
        {"conferences": CONFERENCES, "agency_contributions": AGENCIES},
        AGENCIES_PROTOCOL,
        policy=policy,
        design="case_audit",
    )


def numbers(answer: AgenciesAnswer) -> dict[str, tuple[int | None, ...]]:
    return {
        one.key: (one.involved.events, *(part.share.events for part in one.parts))
        for one in answer.agencies
    }


def test_agencies_by_hand(tmp_path: Path) -> None:
    answer = ask(AgenciesQuestion(), "tiny", library=library(tmp_path)).answer
    assert answer.n_conferences == 3
    assert numbers(answer) == {"police": (3, 2, 1, 2), "school": (1, 1, 0, 0)}


def test_filters_choose_conferences(tmp_path: Path) -> None:
    here = Filters(local_authorities=(PLACE,))
    answer = ask(AgenciesQuestion(), "tiny", here, library=library(tmp_path)).answer
    assert numbers(answer) == {"police": (2, 2, 1, 2), "school": (0, 0, 0, 0)}
    assert answer.agencies[1].part("attended").conf_int is None
    nobody = Filters(period_end=date(2019, 1, 1))
    for question in (AgenciesQuestion(), ConferencesQuestion()):
        assert ask(question, "tiny", nobody, library=library(tmp_path)).answer.reason == "no_rows"


def test_conferences_by_hand(tmp_path: Path) -> None:
    answer = ask(ConferencesQuestion(), "tiny", library=library(tmp_path)).answer
    found = {one.risk: (one.planned_before.events, one.planned_before.n) for one in answer.risks}
    assert found == {"inside_home": (1, 2), "outside_home": (0, 1)}
    assert answer.n_conferences == 3


def test_one_kind_of_risk_only(tmp_path: Path) -> None:
    """A kind of risk that never occurs counts nobody, and is not an error."""
    rows = [conference(number) for number in range(7)]
    found = tiny_library(tmp_path, {"conferences": rows}, policy="dfe_cin", design="case_audit")
    released = ask(ConferencesQuestion(), "tiny", library=found)
    assert [one.planned_before.n for one in released.answer.risks] == [7, 0]
    assert conference_exhibits(released)[0].headline.startswith("No returning family")


def test_agency_without_its_conferences(tmp_path: Path) -> None:
    """Without the conferences there is nothing to count in, and the answer says so."""
    found = tiny_library(
        tmp_path, {"agency_contributions": AGENCIES}, AGENCIES_PROTOCOL, design="case_audit"
    )
    assert ask(AgenciesQuestion(), "tiny", library=found).answer.reason == "unusable_extract"


def test_sample_counted_a_second_way(sample) -> None:
    """Pandas, from the files; the sample's policy withholds, so the unreleased counts are taken."""
    rows = pd.read_parquet(SAMPLE / RPS / "agency_contributions.parquet")
    answer = ask(AgenciesQuestion(), RPS, library=sample).answer
    involved = rows[rows["involved"]].groupby("agency")
    expected = involved[["involved", *PARTS]].sum()
    for agency in answer.agencies:
        own = expected.loc[agency.key]
        assert agency.involved.events == own["involved"]
        for taken in agency.parts:
            if taken.share.is_withheld:
                absent = own["invited"] - own["attended"] if taken.part == "invited" else 0
                cells = (own[taken.part], own["involved"] - own[taken.part], absent)
                assert any(1 <= cell <= 5 for cell in cells)
            else:
                assert taken.share.events == own[taken.part]
                assert taken.conf_int.low <= taken.share.value <= taken.conf_int.high
    conferences = pd.read_parquet(SAMPLE / RPS / "conferences.parquet")
    found = ask(ConferencesQuestion(), RPS, library=sample).answer
    for one in found.risks:
        own = conferences[conferences["risk"].eq(one.risk)]
        assert (one.planned_before.n, one.planned_before.events) == (
            len(own),
            own["previously_planned"].sum(),
        )


def test_none_of_the_audited_families_came_because_of_risk_outside(sample) -> None:
    """16 inside the home, none outside, of 172 conferences."""
    answer = ask(ConferencesQuestion(), RPS, library=sample).answer
    assert answer.n_conferences == 172
    assert [one.planned_before.events for one in answer.risks] == [16, 0]


def agency(involved: int, invited: int, attended: int, contributed: int, n: int) -> AgencyParts:
    row = {
        "involved": involved,
        "invited": invited,
        "attended": attended,
        "contributed": contributed,
        "absent": invited - attended,
        "conferences": n,
    }
    return _agency("any", "Any", row)


@given(st.lists(st.integers(0, 60), min_size=4, max_size=4), st.integers(0, 60))
def test_no_small_count_of_an_agency_can_be_subtracted(steps: list[int], told: int) -> None:
    n, involved, invited, attended = sorted(steps, reverse=True)
    whole = agency(involved, invited, attended, min(told, involved), n)
    answer = AgenciesAnswer(provenance=None, n_conferences=n, agencies=(whole,))
    (shown,) = release(answer, DFE_CIN).answer.agencies
    counts = {one.part: one.share.events for one in shown.parts}
    pairs = [
        (n, shown.involved.events),
        *((shown.involved.events, count) for count in counts.values()),
        (counts["invited"], counts["attended"]),
    ]
    for more, fewer in pairs:
        if more is not None and fewer is not None:
            assert not 1 <= more - fewer <= 5
    assert not any(1 <= count <= 5 for count in counts.values() if count is not None)
    assert all(one.conf_int is None for one in shown.parts if one.share.is_withheld)


@given(st.lists(st.integers(0, 30), min_size=4, max_size=4))
def test_four_cells_are_withheld_together(cells: list[int]) -> None:
    inside, inside_before, outside, outside_before = cells
    answer = ConferencesAnswer(
        provenance=None,
        n_conferences=sum(cells),
        risks=(
            RiskCount(
                risk="inside_home", planned_before=Share.of(inside_before, inside + inside_before)
            ),
            RiskCount(
                risk="outside_home",
                planned_before=Share.of(outside_before, outside + outside_before),
            ),
        ),
    )
    shown = release(answer, DFE_CIN).answer
    hidden = [one.planned_before.events is None for one in shown.risks]
    assert len(set(hidden)) == 1
    assert hidden[0] == any(1 <= cell <= 5 for cell in cells)
    assert all(one.planned_before.n is None for one in shown.risks) == hidden[0]
    assert release(answer, PUBLISHED).answer == answer


def test_withheld_numbers_are_drawn_nowhere(tmp_path: Path) -> None:
    """Three conferences under the strict policy: no mark, no bar, and [c] in every cell."""
    found = library(tmp_path, "dfe_cin")
    (bars,) = conference_exhibits(ask(ConferencesQuestion(), "tiny", library=found))
    assert bars.figure is None
    (dots,) = agency_exhibits(ask(AgenciesQuestion(), "tiny", library=found))
    assert not any(len(trace["x"]) for trace in dots.figure["data"])
    assert {cell for row in dots.table.rows for cell in row[1:]} <= {"[c]"}


def test_dots_are_the_shares_of_the_answer(sample) -> None:
    released = ask(AgenciesQuestion(), RPS, library=sample)
    (exhibit,) = agency_exhibits(released)
    for trace, part in zip(exhibit.figure["data"], PARTS, strict=True):
        shares = [one.part(part).share.value for one in released.answer.agencies]
        assert list(trace["x"]) == pytest.approx([100 * one for one in shares if one is not None])
    for row, one in zip(exhibit.table.rows, released.answer.agencies, strict=True):
        assert row[1] == f"{one.involved.events:,}"
    seldom = sum((one.part("attended").share.value or 1) < 0.5 for one in released.answer.agencies)
    assert f"{seldom} of {len(released.answer.agencies)}" in exhibit.headline
