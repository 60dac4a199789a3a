"""The command line: exit statuses, released JSON, and messages without a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analytics.__main__ import QUESTIONS, main
from analytics.extracts.library import Library
from tests.helpers.folders import FSP, RPS, SAMPLE
from tests.helpers.walking import small_counts_in

OK, BROKEN, MISUSED = 0, 1, 2
ARGUMENTS = {
    "overview": ["--evaluation", FSP],
    "effect": ["--evaluation", FSP],
    "service-use": ["--evaluation", "family_safeguarding_hertfordshire"],
    "area-change": ["--evaluation", "signs_of_safety_ten_areas"],
    "mechanism": ["--evaluation", FSP],
    "implementation": ["--evaluation", FSP],
    "economic-cost": ["--evaluation", FSP],
    "moderators": ["--evaluation", FSP],
    "case-outcomes": ["--evaluation", FSP],
    "case-path": ["--evaluation", FSP],
    "level-and-slope": ["--evaluation", FSP],
    "force-trend": ["--evaluation", FSP],
    "conference-times": ["--evaluation", RPS],
    "assessment-times": ["--evaluation", RPS],
    "re-referrals": ["--evaluation", RPS],
    "statistical-neighbours": ["--local-authority", "E06000045"],
    "repeat-plans": ["--evaluation", RPS],
    "returns-by-group": ["--evaluation", RPS],
    "ever-before": ["--evaluation", RPS],
    "return-factors": ["--evaluation", RPS],
    "returns-together": ["--evaluation", RPS],
    "what-if": ["--evaluation", RPS],
    "follow-up": ["--evaluation", RPS],
    "current-plans": ["--evaluation", RPS],
    "audit-tally": ["--evaluation", RPS],
    "audit": ["--evaluation", RPS],
    "audit-combinations": ["--evaluation", RPS],
    "conferences": ["--evaluation", RPS],
    "agencies": ["--evaluation", RPS],
    "quoted-figures": ["--evaluation", RPS],
    "evidence": ["--evaluation", FSP],
    "reproduction": ["--evaluation", FSP],
    "methods": [],
    "data": [],
}
POLICY = dict.fromkeys(
    (
        "overview",
        "effect",
        "service-use",
        "mechanism",
        "moderators",
        "implementation",
        "economic-cost",
        "case-outcomes",
        "case-path",
        "level-and-slope",
        "conference-times",
        "assessment-times",
        "re-referrals",
        "repeat-plans",
        "returns-by-group",
        "ever-before",
        "return-factors",
        "returns-together",
        "what-if",
        "follow-up",
        "current-plans",
        "audit-tally",
        "agencies",
    ),
    "dfe_cin",
)


def refuse(constant: str) -> Any:
    raise AssertionError(f"{constant} is not JSON")


def asked(capsys, *arguments: str) -> tuple[int, dict[str, Any], str]:
    status = main(["ask", *arguments, "--data", str(SAMPLE)])
    captured = capsys.readouterr()
    return status, json.loads(captured.out, parse_constant=refuse), captured.err


def test_every_question_is_tried() -> None:
    assert set(ARGUMENTS) == set(QUESTIONS)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_prints_a_released_answer(capsys, question: str) -> None:
    status, released, error = asked(capsys, question, *ARGUMENTS[question])
    assert status == OK
    assert error == ""
    assert set(released) == {"answer", "policy", "statement"}
    assert released["policy"] == POLICY.get(question, "published")
    assert released["statement"]
    assert released["answer"]


@pytest.mark.parametrize("question", ["current-plans", "audit-tally"])
def test_no_case_is_printed(capsys, question: str) -> None:
    """The command line counts; a child is listed only to a viewer who may see cases."""
    main(["ask", question, "--evaluation", RPS, "--data", str(SAMPLE)])
    printed = capsys.readouterr().out
    for extract, column in (("children", "child_id"), ("cp_plans", "family_id")):
        keys = pd.read_parquet(SAMPLE / RPS / f"{extract}.parquet", columns=[column])[column]
        assert not any(f'"{key}"' in printed for key in keys)


def test_json_on_one_line(capsys) -> None:
    arguments = ["ask", "audit", "--evaluation", RPS, "--data", str(SAMPLE)]
    assert main([*arguments, "--json"]) == OK
    one_line = capsys.readouterr().out
    assert main(arguments) == OK
    indented = capsys.readouterr().out
    assert one_line.count("\n") == 1 < indented.count("\n")
    assert json.loads(one_line) == json.loads(indented)


def test_an_authority_narrows(capsys) -> None:
    arguments = ["effect", "--evaluation", FSP]
    _, everyone, _ = asked(capsys, *arguments)
    places = ["--local-authority", "E10000014", "--local-authority", "E06000044"]
    status, some, _ = asked(capsys, *arguments, *places)
    assert status == OK
    assert some["answer"]["n_treated"] < everyone["answer"]["n_treated"]
    assert some["answer"]["provenance"]["filters_used"] == ["local_authority"]
    assert small_counts_in(some) == []


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["effect", "--evaluation", RPS], "not_in_protocol"),
        (["effect", "--evaluation", FSP, "--local-authority", "E09000001"], "no_rows"),
        (["statistical-neighbours", "--local-authority", "E99999999"], "no_rows"),
    ],
)
def test_a_question_without_an_answer(capsys, arguments: list[str], reason: str) -> None:
    status, released, _ = asked(capsys, *arguments)
    assert status == BROKEN
    assert released["answer"]["reason"] == reason


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["effect", "--evaluation", "atlantis"], "atlantis"),
        (["overview", "--evaluation", "atlantis"], "atlantis"),
        (["effect"], "--evaluation"),
        (["statistical-neighbours"], "--local-authority"),
        (["evidence", "--evaluation", "atlantis"], "atlantis"),
    ],
)
def test_misuse_is_explained(capsys, arguments: list[str], named: str) -> None:
    status = main(["ask", *arguments, "--data", str(SAMPLE)])
    captured = capsys.readouterr()
    assert status == MISUSED
    assert captured.out == ""
    assert named in captured.err
    assert captured.err.count("\n") == 1
    assert "Traceback" not in captured.err


@pytest.mark.parametrize("arguments", [[], ["ask"], ["ask", "horoscope"], ["dance"]])
def test_unknown_commands(capsys, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as raised:
        main(arguments)
    assert raised.value.code == MISUSED
    assert "Traceback" not in capsys.readouterr().err


def test_a_folder_of_data_that_is_not_there(capsys, tmp_path: Path) -> None:
    status = main(["ask", "effect", "--evaluation", FSP, "--data", str(tmp_path / "nowhere")])
    assert status == MISUSED
    assert "Traceback" not in capsys.readouterr().err


def test_check_of_the_sample(capsys) -> None:
    assert main(["check", str(SAMPLE)]) == OK
    shown = capsys.readouterr().out
    for name in (FSP, RPS):
        assert f"{name}/cp_plans.parquet" in shown


def test_check_of_one_evaluation(capsys) -> None:
    assert main(["check", str(SAMPLE / RPS)]) == OK
    shown = capsys.readouterr().out
    assert RPS in shown
    assert FSP not in shown


def test_check_of_a_broken_extract(capsys, copied_library: Library) -> None:
    (copied_library.root / FSP / "events.parquet").write_bytes(b"no parquet")
    assert main(["check", str(copied_library.root)]) == BROKEN
    captured = capsys.readouterr()
    assert f"{FSP}/events.parquet: not used" in captured.out
    assert f"{RPS}/cp_plans.parquet" in captured.out
    assert captured.err == ""


def test_check_of_a_broken_protocol(capsys, copied_library: Library) -> None:
    (copied_library.root / FSP / "evaluation.toml").write_text("[evaluation", encoding="utf-8")
    assert main(["check", str(copied_library.root)]) == BROKEN
    captured = capsys.readouterr()
    assert "evaluation.toml" in captured.out
    assert f"{RPS}/cp_plans.parquet" in captured.out


def test_check_of_broken_published_figures(capsys, copied_library: Library) -> None:
    """A folder of evaluations holds the published figures too."""
    (copied_library.root / "benchmarks" / "areas.parquet").write_bytes(b"no parquet")
    assert main(["check", str(copied_library.root)]) == BROKEN
    assert "areas" in capsys.readouterr().out


def test_check_of_no_folder(capsys, tmp_path: Path) -> None:
    for path in (tmp_path / "nowhere", tmp_path):
        assert main(["check", str(path)]) == MISUSED
        captured = capsys.readouterr()
        assert path.name in captured.err
        assert "Traceback" not in captured.err


@pytest.mark.parametrize(
    "named",
    ["signs_of_safety_ten_areas", "Signs_Of_Safety_ten_areas", " signs of safety in TEN areas "],
)
def test_an_evaluation_goes_by_its_folder_or_its_title(capsys, named: str) -> None:
    status, answer, _ = asked(capsys, "overview", "--evaluation", named)
    assert status == OK
    assert answer["answer"]["provenance"]["evaluation"] == "signs_of_safety_ten_areas"


@pytest.mark.parametrize("arguments", [["ask", "effect"], ["brief", "--out", "board.xlsx"]])
def test_an_unknown_name_is_answered_with_the_known_ones(
    capsys, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    named = ["--evaluation", "nonsense", "--data", str(SAMPLE)]
    assert main([*arguments, *named]) == MISUSED
    said = capsys.readouterr().err
    assert "'nonsense'" in said
    assert f"{FSP}: Family Safety Plans in cases of neglect" in said
    assert f"{RPS}: Why children return to child protection plans" in said
    assert list(tmp_path.iterdir()) == []
