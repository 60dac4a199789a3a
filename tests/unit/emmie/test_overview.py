"""The rules behind the words of the overview, and the counts of the audit."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analytics.ask import ask
from analytics.disclosure.suppression import Share
from analytics.emmie import overview
from analytics.emmie.audit import AuditAnswer, AuditCount, AuditQuestion
from analytics.emmie.contrast import Estimate
from analytics.emmie.effect import EffectAnswer, EffectQuestion
from analytics.emmie.overview import OverviewAnswer, OverviewQuestion, Verdict, practice_share
from analytics.emmie.study import Unanswered
from analytics.extracts.code_lists import GAP_BANDS
from analytics.extracts.protocol import Practice
from analytics.statistics.results import HealthCheck, Interval
from tests.helpers.folders import FSP, RPS, SAMPLE

LETTERS = ["effect", "mechanism", "moderators", "implementation", "economic_cost"]


def estimate(low: float, high: float) -> Estimate:
    limits = Interval(low=low, high=high, level=0.95, method="made by hand")
    return Estimate(value=(low + high) / 2, conf_int=limits)


@pytest.fixture(scope="module")
def effect(sample) -> EffectAnswer:
    answer = ask(EffectQuestion(), FSP, library=sample).answer
    assert isinstance(answer, EffectAnswer)
    return answer


def with_primary(effect: EffectAnswer, *limits: tuple[float, float] | None) -> EffectAnswer:
    """Return the answer with these limits of the primary outcomes, by each one's good direction."""
    limits_left = list(limits)
    outcomes = []
    for outcome in effect.outcomes:
        difference = outcome.adjusted.difference
        if outcome.primary:
            mine = limits_left.pop(0)
            if mine is None:
                difference = None
            else:
                low, high = mine if outcome.intended == "higher" else (-mine[1], -mine[0])
                difference = estimate(low, high)
        outcomes.append(replace(outcome, adjusted=replace(outcome.adjusted, difference=difference)))
    assert not limits_left
    passed = tuple(replace(check, status="pass") for check in effect.checks)
    return replace(effect, outcomes=tuple(outcomes), checks=passed, unmatched_reason=None)


def verdict(monkeypatch, sample, found, letter: str = "effect", name: str = FSP) -> Verdict:
    """Return a verdict when the question behind it gets this answer."""
    answerer = "answer_effect" if letter == "effect" else "answer_audit"
    monkeypatch.setattr(overview, answerer, lambda question, study: found)
    answer = ask(OverviewQuestion(), name, library=sample).answer
    assert isinstance(answer, OverviewAnswer)
    assert [item.letter for item in answer.verdicts] == LETTERS
    return next(item for item in answer.verdicts if item.letter == letter)


GOOD, CHANCE, BAD = (0.02, 0.10), (-0.01, 0.10), (-0.10, -0.02)


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
def test_the_word_for_the_effect(monkeypatch, sample, effect, limits, word) -> None:
    found = verdict(monkeypatch, sample, with_primary(effect, *limits))
    assert found.word == word
    assert found.reasons


@pytest.mark.parametrize("status", ["fail", "review"])
def test_a_failed_health_check_means_that_nobody_can_tell(
    monkeypatch, sample, effect, status
) -> None:
    good = with_primary(effect, GOOD, GOOD, GOOD)
    check = HealthCheck(
        name="overlap", value=0.1, threshold=0.2, status=status, meaning="QQ", source="ours"
    )
    found = verdict(monkeypatch, sample, replace(good, checks=(*good.checks, check)))
    assert found.word == ("can't tell" if status == "fail" else "shown")
    assert any("QQ" in reason for reason in found.reasons) is (status == "fail")


def test_no_match_means_that_nobody_can_tell(monkeypatch, sample, effect) -> None:
    good = with_primary(effect, GOOD, GOOD, GOOD)
    found = verdict(monkeypatch, sample, replace(good, unmatched_reason="separation"))
    assert found.word == "can't tell"


def test_no_answer_means_that_nobody_can_tell(monkeypatch, sample) -> None:
    found = verdict(monkeypatch, sample, Unanswered(reason="no_rows"))
    assert found.word == "can't tell"


def test_letters_without_data_say_so(sample) -> None:
    for name, known in ((FSP, {"effect"}), (RPS, {"implementation"})):
        answer = ask(OverviewQuestion(), name, library=sample).answer
        for item in answer.verdicts:
            assert item.reasons
            if item.letter not in known:
                assert item.word == "can't tell"
    assert ask(OverviewQuestion(), FSP, library=sample).answer.maryland_level == 2
    assert ask(OverviewQuestion(), RPS, library=sample).answer.maryland_level == 1


@pytest.fixture(scope="module")
def audit(sample) -> AuditAnswer:
    answer = ask(AuditQuestion(), RPS, library=sample).answer
    assert isinstance(answer, AuditAnswer)
    return answer


def seen(audit: AuditAnswer, sample, *shares: float) -> AuditAnswer:
    """Return the audit with these shares of good practice out of a hundred families."""
    practices = sample.evaluation(RPS).protocol.practice
    wanted = dict(zip((item.flag for item in practices), shares, strict=True))
    expected = {item.flag: item.expected for item in practices}
    features = []
    for feature in audit.features:
        if feature.key in wanted:
            good = round(100 * wanted[feature.key])
            events = good if expected[feature.key] else 100 - good
            feature = replace(feature, share=Share.of(events, 100))  # noqa: PLW2901
        features.append(feature)
    return replace(audit, features=tuple(features))


@pytest.mark.parametrize(
    ("shares", "word"),
    [
        ((0.8, 0.9, 1, 0.8, 0.8, 0.8), "shown"),
        ((0.79, 0.9, 1, 0.8, 0.8, 0.8), "can't tell"),
        ((0.5, 0.9, 1, 0.8, 0.8, 0.8), "can't tell"),
        ((0.49, 0.9, 1, 0.8, 0.8, 0.8), "not shown"),
        ((0.2, 0.2, 0.2, 0.2, 0.2, 0.2), "not shown"),
    ],
)
def test_the_word_for_the_implementation(monkeypatch, sample, audit, shares, word) -> None:
    found = verdict(monkeypatch, sample, seen(audit, sample, *shares), "implementation", RPS)
    assert found.word == word
    assert len(found.reasons) == 6


def test_the_share_of_practice_seen() -> None:
    count = AuditCount(key="flag", label="", share=Share.of(3, 16), conf_int=None)
    good = Practice(flag="flag", label="", expected=True)
    bad = Practice(flag="flag", label="", expected=False)
    assert practice_share(good, {"flag": count}).events == 3
    assert practice_share(bad, {"flag": count}).events == 13
    assert practice_share(bad, {"flag": count}).value == 13 / 16
    assert practice_share(good, {}) is None
    withheld = replace(count, share=Share(events=None, n=16, value=None, symbol="c"))
    assert practice_share(good, {"flag": withheld}) is None


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
