"""What a piece of evidence, a link and a logic model amount to, on rows made by hand."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN, PUBLISHED, STAFF
from analytics.emmie.contrast import Estimate
from analytics.emmie.effect.results import EffectRow
from analytics.emmie.mechanism.evidence import (
    OutcomeSeen,
    Piece,
    Sources,
    piece,
)
from analytics.emmie.mechanism.groups import GroupsQuestion, answer_groups
from analytics.emmie.mechanism.logic_model import (
    LinkFound,
    LogicModelAnswer,
    LogicModelQuestion,
    standing,
)
from analytics.emmie.mechanism.skills import SkillsQuestion, answer_skills
from analytics.emmie.mechanism.surveys import SurveysQuestion, answer_surveys
from analytics.emmie.mechanism.themes import ThemesQuestion, answer_themes
from analytics.emmie.mechanism.verdict import mechanism_verdict, verdict_of
from analytics.emmie.study import Provenance
from analytics.extracts.library import Library
from analytics.statistics.results import Interval
from tests.helpers.folders import OTHER_PLACE, Row, study_of, tiny_library
from tests.helpers.practice_rows import (
    OBSERVED_EMPATHY,
    STAFF_SURVEY,
    interview,
    meeting,
    part,
    reply,
    skill_score,
)

NAMED = """
[[area_groups]]
key = "new"
label = "New"
areas = ["E06000045"]

[[area_groups]]
key = "old"
label = "Old"
areas = ["E10000014"]

[[themes]]
key = "clear_goals"
label = "Clear goals"
kind = "mechanism"

[[themes]]
key = "no_time"
label = "No time"
kind = "barrier"

[[themes]]
key = "some_families"
label = "With some families"
kind = "moderator"

[[items]]
key = "confident"
instrument = "staff_survey"
label = "I am confident"
intended = "higher"

[[items]]
key = "stressed"
instrument = "staff_survey"
label = "I am stressed"
intended = "lower"

[[components]]
key = "plan_used"
label = "Plan used"

[[components]]
key = "visit_made"
label = "Visit made"

[[outcomes]]
key = "fewer"
label = "Fewer"
kind = "event"
event = "victim"
phrase = "had one"
within_days = 90
primary = true
intended = "lower"

[[logic_model.nodes]]
key = "training"
label = "Training"
stage = "activity"

[[logic_model.nodes]]
key = "clarity"
label = "Clarity"
stage = "mechanism"

[[logic_model.nodes]]
key = "safety"
label = "Safety"
stage = "outcome"

[[logic_model.links]]
source = "training"
target = "clarity"
evidence = ["theme:clear_goals", "component:plan_used"]

[[logic_model.links]]
source = "clarity"
target = "safety"
evidence = ["item:confident"]
"""
PROTOCOL = STAFF_SURVEY + OBSERVED_EMPATHY + NAMED


def themes(theme: str, yes: int, no: int, *, second_differs: int = 0) -> list[Row]:
    """Return interviews coded twice; the second coder differs in the last ones."""
    rows = []
    for number in range(yes + no):
        is_present = number < yes
        agrees = number < yes + no - second_differs
        rows.append(interview(number, theme, is_present))
        again = is_present if agrees else not is_present
        rows.append(interview(number, theme, again, coder="second"))
    return rows


def library(tmp_path: Path, policy: str = "published", **extracts: list[Row]) -> Library:
    return tiny_library(tmp_path, extracts, PROTOCOL, policy=policy)


def judged(name: str, found: Library, policy=PUBLISHED, outcomes: tuple = ()) -> Piece:
    """Judge one piece of evidence as the logic model does."""
    mine = study_of(found)
    kinds = ("mechanism", "barrier", "moderator")
    asked = mine.protocol.evaluation.extracts

    def released(extract, answer, question):
        if extract not in asked:
            return None
        return answer(question, mine).disclose(policy)

    sources = Sources(
        themes=released("coded_interviews", answer_themes, ThemesQuestion(kinds=kinds)),
        surveys=released("survey_responses", answer_surveys, SurveysQuestion()),
        skills=released("skill_scores", answer_skills, SkillsQuestion()),
        outcomes=outcomes,
    )
    return piece(name, mine, sources)


@pytest.mark.parametrize(
    ("theme", "yes", "no", "finding"),
    [
        ("clear_goals", 10, 10, "for"),
        ("clear_goals", 9, 11, "unclear"),
        ("no_time", 12, 8, "against"),
        ("no_time", 9, 11, "unclear"),
        ("some_families", 20, 0, "unclear"),
    ],
)
def test_a_theme_counts_when_half_raise_it(
    tmp_path: Path, theme: str, yes: int, no: int, finding: str
) -> None:
    found = library(tmp_path, coded_interviews=themes(theme, yes, no))
    assert judged(f"theme:{theme}", found).finding == finding


def test_themes_on_which_coders_disagree_are_unclear(tmp_path: Path) -> None:
    rows = themes("clear_goals", 12, 8, second_differs=7)
    found = judged("theme:clear_goals", library(tmp_path, coded_interviews=rows))
    assert (found.finding, found.why) == ("unclear", "unreliable")


def test_a_withheld_role_is_left_out_of_a_theme(tmp_path: Path) -> None:
    rows = [
        *(interview(number, "clear_goals", number < 12) for number in range(20)),
        *(interview(20 + n, "clear_goals", n < 1, role="police_officer") for n in range(10)),
    ]
    found = judged("theme:clear_goals", library(tmp_path, coded_interviews=rows), STAFF)
    assert (found.share.events, found.share.n) == (12, 20)


def followed(first: list[float], second: list[float], item: str = "confident") -> list[Row]:
    return [
        *(reply(number, 1, score, item=item) for number, score in enumerate(first)),
        *(reply(number, 2, score, item=item) for number, score in enumerate(second)),
    ]


LOW, HIGH = [1, 2, 2, 3, 4] * 12, [3, 4, 4, 5, 5] * 12


@pytest.mark.parametrize(
    ("item", "first", "second", "finding"),
    [
        ("confident", LOW, HIGH, "for"),
        ("confident", HIGH, LOW, "against"),
        ("stressed", HIGH, LOW, "for"),
        ("stressed", LOW, HIGH, "against"),
    ],
)
def test_a_change_counts_by_the_intended_direction(
    tmp_path: Path, item: str, first: list[float], second: list[float], finding: str
) -> None:
    found = judged(
        f"item:{item}", library(tmp_path, survey_responses=followed(first, second, item))
    )
    assert (found.finding, found.basis) == (finding, "change")


@pytest.mark.parametrize(
    ("scores", "finding"),
    [([4, 5, 5, 4, 3] * 10, "for"), ([1, 2, 2, 3, 4] * 10, "against"), ([3, 4] * 10, "unclear")],
)
def test_one_wave_is_judged_by_its_level(tmp_path: Path, scores: list[float], finding: str) -> None:
    rows = [reply(number, 1, score) for number, score in enumerate(scores)]
    found = judged("item:confident", library(tmp_path, survey_responses=rows))
    assert (found.finding, found.basis) == (finding, "perceived")


def test_a_change_is_unclear_when_most_who_are_followed_leave(tmp_path: Path) -> None:
    few_stay = followed(LOW, HIGH[:29])
    found = judged("item:confident", library(tmp_path, survey_responses=few_stay))
    assert (found.finding, found.why) == ("unclear", "attrition")


def test_a_workforce_asked_anew_is_not_attrition(tmp_path: Path) -> None:
    rows = [
        *(reply(number, 1, score) for number, score in enumerate(LOW)),
        *(reply(100 + number, 2, score) for number, score in enumerate(HIGH)),
    ]
    assert judged("item:confident", library(tmp_path, survey_responses=rows)).finding == "for"


@pytest.mark.parametrize(("rise", "finding"), [(1.5, "for"), (-1.5, "against"), (0.0, "unclear")])
def test_a_skill_counts_by_its_change(tmp_path: Path, rise: float, finding: str) -> None:
    meetings = [meeting(n, 1 + n % 2, n // 2) for n in range(40)]
    scores = [
        skill_score(n, 3 + (rise if n % 2 else 0) + 0.25 * ((n // 2) % 3 - 1) * (-1) ** n)
        for n in range(40)
    ]
    for row in scores:
        row["score"] = min(5.0, max(1.0, row["score"]))
    found = judged("skill:empathy", library(tmp_path, observations=meetings, skill_scores=scores))
    assert found.finding == finding


@pytest.mark.parametrize(
    ("done", "finding"), [(16, "for"), (15, "unclear"), (10, "unclear"), (9, "against")]
)
def test_what_was_done_counts_by_its_share(tmp_path: Path, done: int, finding: str) -> None:
    rows = [part(number, "plan_used", number < done) for number in range(20)]
    found = judged("component:plan_used", library(tmp_path, fidelity=rows))
    assert (found.finding, found.basis) == (finding, "delivered")


def test_what_was_not_collected_is_nothing_to_judge(tmp_path: Path) -> None:
    found = library(tmp_path, fidelity=[part(1, "visit_made", True)])
    names = ("theme:clear_goals", "item:confident", "skill:empathy", "component:plan_used")
    for name in (*names, "outcome:fewer"):
        assert judged(name, found).finding == "none"


def outcome(low: float, high: float, *, comparison: bool = True, failed: bool = False) -> tuple:
    estimate = Estimate(
        value=(low + high) / 2,
        conf_int=Interval(low=low, high=high, level=0.95, method="test"),
    )
    row = EffectRow(key="fewer", label="Fewer", unit="share", difference=estimate, intended="lower")
    return (OutcomeSeen(row=row, has_comparison=comparison, is_failed=failed),)


@pytest.mark.parametrize(
    ("seen", "finding", "why"),
    [
        (outcome(-0.3, -0.1), "for", ""),
        (outcome(0.1, 0.3), "against", ""),
        (outcome(-0.1, 0.3), "unclear", ""),
        (outcome(-0.3, -0.1, comparison=False), "unclear", "no_comparison"),
        (outcome(-0.3, -0.1, failed=True), "unclear", "check_failed"),
    ],
)
def test_an_outcome_counts_against_others_only(
    tmp_path: Path, seen: tuple, finding: str, why: str
) -> None:
    found = library(tmp_path, fidelity=[part(1, "visit_made", True)])
    judged_piece = judged("outcome:fewer", found, outcomes=seen)
    assert (judged_piece.finding, judged_piece.why) == (finding, why)


def bare(finding: str, basis: str = "perceived") -> Piece:
    return Piece(kind="theme", of="x", label="X", finding=finding, basis=basis)


@pytest.mark.parametrize(
    ("findings", "word"),
    [
        ((), "no_evidence"),
        (("none",), "no_evidence"),
        (("for", "none"), "supported"),
        (("for", "unclear"), "mixed"),
        (("for", "against"), "mixed"),
        (("unclear",), "mixed"),
        (("against", "unclear"), "not_supported"),
    ],
)
def test_standing_of_a_link(findings: tuple[str, ...], word: str) -> None:
    assert standing(tuple(bare(finding) for finding in findings)) == word


def link(*pieces: Piece, mechanism: bool = True) -> LinkFound:
    return LinkFound(
        number=1,
        source="a",
        target="b",
        label="",
        touches_mechanism=mechanism,
        standing=standing(pieces),
        pieces=pieces,
    )


def model(*links: LinkFound, design: str = "before_and_after") -> LogicModelAnswer:
    provenance = Provenance(
        evaluation="e",
        title="",
        place="",
        document="",
        design=design,
        as_at=None,
        synthetic=False,
        fingerprint="",
    )
    return LogicModelAnswer(provenance=provenance, nodes=(), links=links)


CHANGED, SAID, DONE = bare("for", "change"), bare("for"), bare("for", "delivered")
COMPARED = bare("for", "outcome")
FELL, RARE = bare("against", "change"), bare("against", "delivered")


@pytest.mark.parametrize(
    ("links", "word"),
    [
        ((), "can't tell"),
        ((link(COMPARED, mechanism=False),), "can't tell"),
        ((link(COMPARED), link(COMPARED, SAID)), "shown"),
        ((link(COMPARED), link(COMPARED, CHANGED)), "shown"),
        ((link(COMPARED), link(CHANGED)), "can't tell"),
        ((link(CHANGED), link(CHANGED, SAID)), "can't tell"),
        ((link(COMPARED), link(SAID)), "can't tell"),
        ((link(SAID), link(SAID)), "can't tell"),
        ((link(DONE),), "can't tell"),
        ((link(COMPARED), link(bare("unclear"))), "can't tell"),
        ((link(COMPARED), link()), "can't tell"),
        ((link(COMPARED), link(RARE)), "can't tell"),
        ((link(CHANGED), link(FELL)), "not shown"),
        ((link(CHANGED), link(FELL, SAID)), "not shown"),
        ((link(CHANGED, FELL),), "can't tell"),
        ((link(COMPARED), link(FELL, mechanism=False)), "shown"),
    ],
)
def test_verdict(links: tuple[LinkFound, ...], word: str) -> None:
    found = verdict_of(model(*links))
    assert (found.letter, found.word) == ("mechanism", word)
    assert found.reasons


@settings(deadline=None, derandomize=True)
@given(
    st.lists(
        st.lists(st.sampled_from((CHANGED, SAID, DONE, FELL, RARE, bare("unclear")))).map(
            lambda pieces: link(*pieces)
        )
    )
)
def test_nothing_without_a_comparison_shows_a_mechanism(links: list[LinkFound]) -> None:
    assert verdict_of(model(*links)).word != "shown"


def test_a_change_over_waves_is_called_consistent_not_shown() -> None:
    (reason,) = verdict_of(model(link(CHANGED, SAID))).reasons
    assert "consistent with" in reason
    assert "compared with nobody" in reason


def test_reasons_count_every_link_at_a_mechanism_once() -> None:
    links = (
        link(COMPARED),
        link(CHANGED),
        link(SAID),
        link(DONE),
        link(RARE),
        link(FELL),
        link(),
        link(SAID, RARE),
    )
    reasons = verdict_of(model(*links)).reasons
    assert sum(int(reason.split()[0]) for reason in reasons) == len(links)


def test_an_audit_says_that_it_has_nobody_to_compare() -> None:
    assert "came back" in verdict_of(model(link(SAID), design="case_audit")).reasons[-1]


def test_the_logic_model_is_answered_through_the_door(tmp_path: Path) -> None:
    found = library(
        tmp_path,
        coded_interviews=themes("clear_goals", 15, 5),
        fidelity=[part(number, "plan_used", number < 18) for number in range(20)],
        survey_responses=followed(LOW, HIGH),
    )
    answer = ask(LogicModelQuestion(), "tiny", library=found).answer
    assert [one.standing for one in answer.links] == ["supported", "supported"]
    assert [one.strength for one in answer.links] == ["delivered", "change"]
    assert mechanism_verdict(study_of(found)).word == "can't tell"


def test_a_broken_extract_leaves_the_rest_of_the_logic_model(tmp_path: Path) -> None:
    library(
        tmp_path,
        coded_interviews=themes("clear_goals", 15, 5),
        survey_responses=followed(LOW, HIGH),
    )
    (tmp_path / "tiny" / "survey_responses.parquet").write_bytes(b"not a parquet file")
    answer = ask(LogicModelQuestion(), "tiny", library=Library(tmp_path)).answer
    assert [one.standing for one in answer.links] == ["supported", "no_evidence"]


def test_themes_withhold_small_counts_tests_and_kappa(tmp_path: Path) -> None:
    rows = themes("clear_goals", 3, 17, second_differs=1)
    answer = answer_themes(ThemesQuestion(), study_of(library(tmp_path, coded_interviews=rows)))
    (theme,) = answer.disclose(DFE_CIN).themes
    assert theme.roles[0].share.is_withheld
    assert theme.roles[0].conf_int is None
    assert theme.p_value is None
    assert (theme.kappa, theme.no_kappa, theme.pairs) == (None, "withheld", ())
    (shown,) = answer.disclose(STAFF).themes
    assert shown.roles[0].share.events == 3


def test_families_words_are_never_under_the_policy_of_staff(tmp_path: Path) -> None:
    rows = [interview(number, "clear_goals", number < 4, role="parent") for number in range(20)]
    answer = answer_themes(ThemesQuestion(), study_of(library(tmp_path, coded_interviews=rows)))
    assert answer.disclose(STAFF).themes[0].roles[0].share.is_withheld


def test_rare_answers_are_put_together(tmp_path: Path) -> None:
    scores = [1] * 2 + [2] * 8 + [3] * 9 + [4] * 10 + [5] * 7
    rows = [reply(number, 1, score) for number, score in enumerate(scores)]
    answer = answer_surveys(SurveysQuestion(), study_of(library(tmp_path, survey_responses=rows)))
    (item,) = answer.disclose(DFE_CIN).surveys[0].items
    assert item.answers == ((1, 2), (3,), (4, 5))
    assert item.waves[0].counts == (10, 9, 17)
    (whole,) = answer.disclose(PUBLISHED).surveys[0].items
    assert whole.waves[0].counts == (2, 8, 9, 10, 7)


def test_a_wave_with_few_who_agree_is_withheld_and_its_change_with_it(tmp_path: Path) -> None:
    rows = followed([4] * 3 + [2] * 27, [4] * 20 + [2] * 10)
    answer = answer_surveys(SurveysQuestion(), study_of(library(tmp_path, survey_responses=rows)))
    (item,) = answer.disclose(DFE_CIN).surveys[0].items
    assert item.waves[0].agree.is_withheld
    assert item.waves[0].counts == ()
    assert (item.change.size, item.change.odds_ratio, item.change.p_value) == (None, None, None)
    assert not item.waves[1].agree.is_withheld


def test_those_who_left_cannot_be_worked_out_from_the_first_wave(tmp_path: Path) -> None:
    rows = followed([4] * 20 + [2] * 20, [4] * 12 + [2] * 25)
    rows = [row for row in rows if not (row["wave"] == 2 and int(row["respondent_id"][1:]) < 4)]
    answer = answer_surveys(SurveysQuestion(), study_of(library(tmp_path, survey_responses=rows)))
    found = answer.disclose(DFE_CIN).surveys[0].attrition
    (item,) = found.items
    assert item.stayed.is_withheld
    assert item.left.is_withheld
    assert item.p_value is None


def test_a_group_cannot_be_worked_out_from_the_others(tmp_path: Path) -> None:
    rows = [
        *(reply(number, 1, 4 if number < 3 else 2) for number in range(20)),
        *(reply(50 + n, 1, 4 if n < 10 else 2, local_authority=OTHER_PLACE) for n in range(20)),
    ]
    answer = answer_groups(GroupsQuestion(), study_of(library(tmp_path, survey_responses=rows)))
    (item,) = answer.disclose(DFE_CIN).surveys[0].items
    assert all(one.share.is_withheld and one.conf_int is None for one in item.shares)
    assert (item.difference, item.p_value, item.reason) == (None, None, "withheld")


def test_few_meetings_are_withheld_with_the_change_that_rests_on_them(tmp_path: Path) -> None:
    meetings = [meeting(n, 1 if n < 4 else 2, n % 7) for n in range(24)]
    scores = [skill_score(n, 1 + n % 5) for n in range(24)]
    answer = answer_skills(
        SkillsQuestion(), study_of(library(tmp_path, observations=meetings, skill_scores=scores))
    )
    released = answer.disclose(DFE_CIN)
    assert released.meetings[0] == replace(released.meetings[0], observed=None, coded=None)
    for skill in released.skills:
        assert (skill.waves[0].n, skill.waves[0].mean, skill.change) == (None, None, None)
