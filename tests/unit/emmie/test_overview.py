"""The rules behind the word of Effect, the overview's answer, and the counts of the audit."""

from __future__ import annotations

import pandas as pd
import pytest

from analytics.access.viewer import PUBLIC
from analytics.ask import ask
from analytics.emmie import effect_verdict as rules
from analytics.emmie.audit import AuditAnswer, AuditQuestion
from analytics.emmie.contrast import Estimate
from analytics.emmie.effect.results import EffectRow
from analytics.emmie.effect_verdict import Found, design_facts, effect_verdict, main_analysis
from analytics.emmie.overview import OverviewAnswer, OverviewQuestion
from analytics.emmie.study import Study
from analytics.extracts.code_lists import GAP_BANDS
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.statistics.results import HealthCheck, Interval
from tests.helpers.folders import FSP, RPS, SAMPLE

HER, SOS, CAM = (
    "family_safeguarding_hertfordshire",
    "signs_of_safety_ten_areas",
    "family_safeguarding_cambridgeshire",
)
LETTERS = ["effect", "mechanism", "moderators", "implementation", "economic_cost"]
SCALES = ["maryland", "nesta", "foundations", "cost_band"]
GOOD, CHANCE, BAD = (0.02, 0.10), (-0.01, 0.10), (-0.10, -0.02)


def row(limits: tuple[float, float] | None, key: str = "a", **fields) -> EffectRow:
    found = None
    if limits is not None:
        interval = Interval(low=limits[0], high=limits[1], level=0.95, method="made by hand")
        found = Estimate(value=sum(limits) / 2, conf_int=interval)
    known = {"unit": "share", "intended": "higher", "primary": True, "label": f"Outcome {key}"}
    return EffectRow(key=key, difference=found, **(known | fields))


def found(*rows: EffectRow, estimator: str = "matched", **fields) -> Found:
    return Found(estimator=estimator, rows=rows, **({"failed": (), "n_smaller_group": 99} | fields))


def study(sample, name: str = FSP, filters: Filters = NO_FILTERS) -> Study:
    return Study(evaluation=sample.evaluation(name), filters=filters, viewer=PUBLIC, library=sample)


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no other analysis speak."""
    monkeypatch.setattr(rules, "found_by", lambda *_: "nothing")


@pytest.mark.usefixtures("alone")
@pytest.mark.parametrize(
    ("limits", "word"),
    [
        ((GOOD, GOOD, GOOD), "shown"),
        ((GOOD, GOOD, CHANCE), "not shown"),
        ((GOOD, BAD, GOOD), "not shown"),
        ((CHANCE, CHANCE, CHANCE), "not shown"),
        ((BAD, BAD, BAD), "not shown"),
        ((GOOD, None, GOOD), "can't tell"),
    ],
)
def test_every_main_outcome_must_differ_as_intended(sample, limits, word) -> None:
    rows = [row(one, key=str(place)) for place, one in enumerate(limits)]
    verdict = effect_verdict(study(sample), found(*rows))
    assert verdict.word == word
    assert verdict.reasons


@pytest.mark.usefixtures("alone")
def test_other_outcomes_do_not_bear_on_the_word(sample) -> None:
    rows = [row(GOOD), row(BAD, key="b", primary=False)]
    assert effect_verdict(study(sample), found(*rows)).word == "shown"


@pytest.mark.usefixtures("alone")
def test_an_outcome_must_stand_after_adjusting_for_several(sample) -> None:
    assert effect_verdict(study(sample), found(row(GOOD, p_adjusted=0.06))).word == "not shown"
    assert effect_verdict(study(sample), found(row(GOOD, p_adjusted=0.04))).word == "shown"


def test_a_failed_health_check_means_that_nobody_can_tell(sample) -> None:
    check = HealthCheck(
        name="overlap", value=0.1, threshold=0.2, status="fail", meaning="QQ", source="ours"
    )
    verdict = effect_verdict(study(sample), found(row(GOOD), failed=(check,)))
    assert verdict.word == "can't tell"
    assert any("QQ" in reason and "0.10" in reason for reason in verdict.reasons)


def test_without_a_comparison_group_nothing_is_shown(sample) -> None:
    for estimator in ("rate_ratio", "interrupted_series", "area_series", "cross_section"):
        verdict = effect_verdict(study(sample), found(row(GOOD), estimator=estimator))
        assert verdict.word == "can't tell"
        assert any("no comparison group" in reason for reason in verdict.reasons)


@pytest.mark.parametrize(("limits", "word"), [(CHANCE, "not shown"), (GOOD, "can't tell")])
def test_where_no_direction_is_good_nothing_is_shown_to_be_better(sample, limits, word) -> None:
    rows = row(limits, intended=None)
    answer = found(rows, estimator="area_difference_in_differences")
    assert effect_verdict(study(sample, SOS), answer).word == word


@pytest.mark.parametrize(
    ("limits", "word"), [(GOOD, "shown"), (CHANCE, "shown"), (BAD, "not shown")]
)
def test_another_comparison_that_clearly_contradicts_counts(
    monkeypatch, sample, limits, word
) -> None:
    other = found(row(limits), estimator="difference_in_differences")
    monkeypatch.setattr(rules, "found_by", lambda *_: other)
    verdict = effect_verdict(study(sample), found(row(GOOD)))
    assert verdict.word == word
    assert any("opposite" in reason for reason in verdict.reasons) is (word == "not shown")
    unsure = any("does not bear out" in reason for reason in verdict.reasons)
    assert unsure is (limits is CHANCE)


def test_no_analysis_and_no_answer_mean_that_nobody_can_tell(sample) -> None:
    assert effect_verdict(study(sample, RPS), None).word == "can't tell"
    nobody = study(sample, FSP, Filters(local_authorities=("E09000001",)))
    main = main_analysis(nobody)
    assert isinstance(main, str)
    assert effect_verdict(nobody, main).reasons == (main,)


def test_facts_for_the_ratings_are_those_of_the_main_analysis(sample) -> None:
    mine = study(sample)
    children = next(item.key for item in mine.protocol.outcomes if item.is_child_outcome)
    rows = [row(GOOD), row(CHANCE, key="b"), row(GOOD, key=children, primary=False)]
    facts = design_facts(mine, found(*rows))
    assert (facts.n_primary, facts.n_primary_as_intended, facts.n_child_as_intended) == (2, 1, 1)
    assert facts.estimator == "matched"
    assert facts.has_logic_model
    nothing = design_facts(study(sample, CAM), None)
    assert nothing.estimator is None
    assert nothing.n_primary == 0


@pytest.fixture(scope="module")
def answers(sample) -> dict[str, OverviewAnswer]:
    return {name: ask(OverviewQuestion(), name, library=sample).answer for name in sample.names()}


def test_every_evaluation_has_five_letters_and_four_ratings_with_reasons(answers) -> None:
    assert len(answers) == 5
    for answer in answers.values():
        assert [item.letter for item in answer.verdicts] == LETTERS
        assert all(item.reasons for item in answer.verdicts)
        assert [item.scale for item in answer.ratings] == SCALES
        assert all(item.gained or item.lost for item in answer.ratings)


def test_the_five_designs_reach_the_levels_that_they_can_bear(answers) -> None:
    levels = {
        name: {item.scale: item.level for item in answer.ratings}
        for name, answer in answers.items()
    }
    assert {name: level["maryland"] for name, level in levels.items()} == {
        FSP: "2",
        HER: "2",
        RPS: "1",
        SOS: "3",
        CAM: "none",
    }
    assert levels[CAM]["foundations"] == "NL2"
    assert levels[FSP]["foundations"] == "NL2", "one of three secondary outcomes is chance"


def test_no_effect_is_claimed_where_nothing_was_compared(answers) -> None:
    for name in (RPS, CAM, HER):
        assert answers[name].verdicts[0].word == "can't tell"
    assert answers[CAM].primary == ()


def test_the_website_furniture_of_a_rating_is_no_rating(answers) -> None:
    assert "not rated" in answers[CAM].rating_note.lower()


@pytest.fixture(scope="module")
def audit(sample) -> AuditAnswer:
    answer = ask(AuditQuestion(), RPS, library=sample).answer
    assert isinstance(answer, AuditAnswer)
    return answer


def test_the_audit_counts_the_rows(audit: AuditAnswer) -> None:
    families = pd.read_parquet(SAMPLE / RPS / "audit_families.parquet")
    assert (audit.n_families, audit.n_children) == (16, 38)
    assert audit.n_conferences == len(pd.read_parquet(SAMPLE / RPS / "conferences.parquet"))
    assert {band.key: band.share.events for band in audit.bands} == {
        band: int(families["gap_band"].eq(band).sum()) for band in GAP_BANDS
    }
    assert sum(band.share.events for band in audit.bands) == 16
    for feature in audit.features:
        known = families[feature.key].dropna()
        assert (feature.share.events, feature.share.n) == (int(known.sum()), len(known))
        assert feature.conf_int.low <= feature.share.value <= feature.conf_int.high
