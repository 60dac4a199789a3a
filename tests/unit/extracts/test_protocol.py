"""A protocol that cannot be used says so, with file and field, and the rest goes on."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from analytics.ask import ask, evaluations_for
from analytics.disclosure.policy import POLICIES
from analytics.emmie.audit import AuditQuestion
from analytics.emmie.case_outcomes import CaseOutcomesAnswer, CaseOutcomesQuestion
from analytics.emmie.data_status import DataQuestion
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.overview import OverviewQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.emmie.study import Unanswered
from analytics.errors import ProtocolError, UnknownEvaluationError, UnknownQuestionError
from analytics.extracts.library import Library
from analytics.extracts.protocol import PolicyName, read_protocol
from tests.helpers.folders import EFFECT_PROTOCOL, FSP, RPS, case, tiny_library


@pytest.fixture
def two(tmp_path: Path) -> Library:
    """Return a library of two evaluations, ``tiny`` and ``other``."""
    library = tiny_library(tmp_path, {"cases": [case(1)]}, EFFECT_PROTOCOL, policy="dfe_cin")
    shutil.copytree(tmp_path / "tiny", tmp_path / "other")
    return library


def edit(old: str, new: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


FAULTS = {
    "not toml": (lambda path: path.write_text("[evaluation\nname = ", encoding="utf-8"), ""),
    "not utf-8": (lambda path: path.write_bytes(b"\xff\xfe\x00"), ""),
    "empty": (lambda path: path.write_text("", encoding="utf-8"), "evaluation"),
    "unknown field": (edit("[matching]", "[matching]\ncalliper = 1"), "matching.calliper"),
    "unknown table": (edit("[matching]", "[mathcing]\nx = 1\n[matching]"), "mathcing"),
    "wrong design": (edit('"matched_historical_comparison"', '"magic"'), "evaluation.design"),
    "wrong date": (edit("2020-03-31", '"soon"'), "evaluation.as_at"),
    "wrong direction": (edit('intended = "lower"', 'intended = "down"'), "intended"),
    "missing field": (edit('place = "Nowhere"', ""), "evaluation.place"),
    "no default policy": (edit("default =", "cases ="), "disclosure.default"),
    "unknown policy": (edit('default = "dfe_cin"', 'default = "none_at_all"'), "disclosure"),
    "no arms": (edit("[arms]", "[reported_too]"), ""),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_names_file_and_field(two: Library, name: str) -> None:
    change, field = FAULTS[name]
    change(two.root / "tiny" / "evaluation.toml")
    with pytest.raises(ProtocolError) as raised:
        two.evaluation("tiny")
    assert "tiny/evaluation.toml" in str(raised.value)
    assert field in str(raised.value)

    answer = ask(EffectQuestion(), "tiny", library=two).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == "unusable_extract"
    assert "tiny/evaluation.toml" in "".join(answer.details)

    states = ask(DataQuestion(), library=two).answer
    (faulty,) = [folder for folder in states.folders if folder.fault]
    assert faulty.name == "tiny"
    assert field in (faulty.fault or "")
    assert {folder.name for folder in states.folders} >= {"other", "benchmarks"}

    assert set(evaluations_for(OverviewQuestion, two)) == {"other"}
    other = ask(CaseOutcomesQuestion(), "other", library=two).answer
    assert isinstance(other, CaseOutcomesAnswer)


IMPOSSIBLE = {
    "arms are missing": ('[arms]\nintervention = "New"\ncomparison = "Old"\n', ""),
    "covariate is no column": ('"assessed_risk"]', '"shoe_size"]'),
    "covariate is text": ('"assessed_risk"]', '"ethnic_group"]'),
    "event has no kind": ('event = "victim"\n', ""),
    "assumption about no extract": (
        "[arms]",
        '[[assumptions]]\ntext = "Made up."\nextracts = ["horoscopes"]\n[arms]',
    ),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_protocol_that_asks_the_impossible_never_raises(tmp_path: Path, name: str) -> None:
    """A field that makes no sense is a fault of the protocol, not an error of the page."""
    old, new = IMPOSSIBLE[name]
    assert old in EFFECT_PROTOCOL
    rows = [
        case(n, arm="intervention" if n % 2 else "comparison", age_years=n % 9) for n in range(40)
    ]
    library = tiny_library(
        tmp_path,
        {"cases": rows, "cp_plans": [], "events": []},
        EFFECT_PROTOCOL.replace(old, new, 1),
    )
    answer = ask(EffectQuestion(), "tiny", library=library).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == "unusable_extract"
    assert "evaluation.toml" in "".join(answer.details)


def test_an_extract_that_the_protocol_does_not_list_is_named(tmp_path: Path) -> None:
    rows = [case(n, arm="intervention" if n % 2 else "comparison") for n in range(40)]
    library = tiny_library(tmp_path, {"cases": rows, "events": []}, EFFECT_PROTOCOL)
    answer = ask(EffectQuestion(), "tiny", library=library).answer
    assert isinstance(answer, Unanswered)
    assert "cp_plans" in "".join(answer.details)


def test_an_extract_without_a_contract_is_named(tmp_path: Path) -> None:
    library = tiny_library(tmp_path, {"cases": [case(1)]})
    path = tmp_path / "tiny" / "evaluation.toml"
    edit('["cases"]', '["cases", "horoscopes"]')(path)
    status = library.evaluation("tiny").store.statuses["horoscopes"]
    assert not status.usable
    assert status.findings[0].table == "horoscopes"
    assert library.evaluation("tiny").store.statuses["cases"].usable


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ProtocolError, match=r"empty/evaluation\.toml"):
        read_protocol(tmp_path / "empty")


def test_unknown_evaluations_and_questions(sample: Library) -> None:
    with pytest.raises(UnknownEvaluationError, match="atlantis"):
        ask(EffectQuestion(), "atlantis", library=sample)
    with pytest.raises(UnknownQuestionError):
        ask(EffectQuestion(), library=sample)
    with pytest.raises(UnknownEvaluationError):
        ask(EffectQuestion(), f"../sample_data/{FSP}", library=sample)


def test_questions_that_a_protocol_does_not_ask(sample: Library) -> None:
    for question, evaluation in (
        (EffectQuestion(), RPS),
        (RepeatPlansQuestion(), FSP),
        (AuditQuestion(), FSP),
    ):
        answer = ask(question, evaluation, library=sample).answer
        assert isinstance(answer, Unanswered)
        assert answer.reason == "not_in_protocol"


def test_every_policy_that_a_protocol_may_name_exists() -> None:
    assert set(get_args(PolicyName)) == set(POLICIES)
