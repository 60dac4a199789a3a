"""Errors that a review found in the rules of Effect and of strength, and in what is released."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN
from analytics.disclosure.suppression import Share
from analytics.emmie import effect_verdict as rules
from analytics.emmie.contrast import Contrast, Estimate, OutcomeEffect, disclose_outcome, rounded_p
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.effect.association import AssociationQuestion
from analytics.emmie.effect.change import ChangeAnswer, ChangeQuestion, answer_change
from analytics.emmie.effect.results import EffectRow
from analytics.emmie.effect.series import SeriesAnswer, SeriesQuestion, answer_series
from analytics.emmie.effect_verdict import Found, design_facts, effect_verdict
from analytics.emmie.service_use import ServiceUseQuestion
from analytics.emmie.study import Study
from analytics.statistics.results import Interval
from tests.helpers.folders import FSP, study_of
from tests.unit.emmie.test_service_use import person, tiny, use

CHANGE = date(2019, 7, 1)


@pytest.fixture
def study(sample) -> Study:
    return study_of(sample, FSP)


def estimate(value: float, half: float, p_value: float = 0.02) -> Estimate:
    limits = Interval(low=value - half, high=value + half, level=0.95, method="made by hand")
    return Estimate(value=value, conf_int=limits, p_value=p_value)


def contrast(treated: int, n: int, comparison: int, m: int) -> Contrast:
    share, base = treated / n, comparison / m
    return Contrast(
        treated=Share.of(treated, n),
        comparison=Share.of(comparison, m),
        difference=estimate(share - base, 0.05),
        ratio=estimate(share / base, 0.3),
    )


def row(key: str, limits: tuple[float, float], **fields) -> EffectRow:
    value = sum(limits) / 2
    fields = {"unit": "share", "intended": "lower", "label": key} | fields
    return EffectRow(key=key, difference=estimate(value, limits[1] - value), **fields)


@pytest.mark.parametrize(
    ("whole", "matched", "n"),
    [
        ((21, 61, 23, 42), (18, 23), 34),
        ((54, 114, 19, 118), (53, 14), 90),
        ((10, 69, 30, 85), (9, 25), 59),
        ((50, 258, 22, 268), (48, 21), 229),
    ],
)
def test_all_cases_and_rounded_matched_ones_leave_three_counts_in_each_arm(
    whole: tuple[int, int, int, int], matched: tuple[int, int], n: int
) -> None:
    """Whoever sees all cases knows that a matched count is never above theirs."""
    events, size, other, other_size = whole
    outcome = OutcomeEffect(
        key="x",
        label="",
        phrase="",
        intended="lower",
        primary=True,
        unadjusted=contrast(*whole),
        adjusted=contrast(matched[0], n, matched[1], n),
    )
    shown = disclose_outcome(outcome, (size, other_size), DFE_CIN).adjusted
    assert shown.rounded
    if shown.treated.value is None:
        return

    def left(one: int, two: int, step: int) -> bool:
        rounded = [round(step * round(count / step) / n, 2) for count in (one, two)]
        ratio = round((one / n) / (two / n), 1) if two else None
        return (
            rounded == [shown.treated.value, shown.comparison.value]
            and round(one / n - two / n, 2) == shown.difference.value
            and (shown.ratio is None or ratio == shown.ratio.value)
        )

    possible = [
        {
            pair
            for pair in product(
                range(max(0, events - size + n), min(n, events) + 1),
                range(max(0, other - other_size + n), min(n, other) + 1),
            )
            if left(*pair, step)
        }
        for step in (1, 5)
    ]
    assert any(
        matched in pairs and all(len({pair[arm] for pair in pairs}) >= 3 for arm in (0, 1))
        for pairs in possible
    )


def test_released_p_values_are_rounded_up() -> None:
    assert [rounded_p(p) for p in (None, 0.0, 0.0123, 0.029, 0.9999)] == [
        None, 0.001, 0.013, 0.029, 1.0,
    ]  # fmt: skip
    assert [rounded_p(p, rough=True) for p in (1e-9, 0.0028, 0.01, 0.024)] == [
        0.001, 0.01, 0.01, 0.03,
    ]  # fmt: skip


def test_no_released_p_value_is_finer_than_the_figure_it_stands_by(sample) -> None:
    """An exact p-value of four small cells has one solution."""
    answer = ask(AssociationQuestion(), FSP, library=sample).answer
    p_values = [group.phi.p_value for pair in answer.pairs for group in pair.groups if group.phi]
    areas = ask(ChangeQuestion(analysis="areas"), FSP, library=sample).answer
    p_values += [item.p_value for item in areas.rows if item.p_value is not None]
    matched = ask(EffectQuestion(analysis="matched"), FSP, library=sample).answer
    rough = [item.p_value for item in matched.rows if item.rounded]
    assert p_values
    assert rough
    assert all(p == round(p, 3) for p in p_values)
    assert all(p in {0.001, round(p, 2)} for p in rough)


def test_fitted_lines_do_not_tell_the_months_since_the_change(study: Study, sample) -> None:
    """Three months and a straight line: exact ends leave one count to each month.

    The line of the unreleased answer has few solutions in whole numbers; the released has many.
    """
    raw = answer_series(SeriesQuestion(analysis="series"), study)
    shown = ask(SeriesQuestion(analysis="series"), FSP, library=sample).answer
    assert isinstance(raw, SeriesAnswer)
    assert isinstance(shown, SeriesAnswer)
    tried = 0
    for exact, released in zip(raw.outcomes, shown.outcomes, strict=True):
        new = [place for place, point in enumerate(exact.points) if point.month >= CHANGE]
        if len(new) != 3 or not released.points:
            continue
        tried += 1
        sizes = np.array([exact.points[place].share.n for place in new], dtype=float)
        counts = np.array(list(product(range(16), repeat=3)))
        # The mean of three points lies on their least squares line.
        means = (counts / sizes).mean(axis=1)
        low, high = (
            np.mean([released.points[place].fitted for place in new]) + step
            for step in (-0.005, 0.005)
        )
        inside = counts[(means >= low) & (means <= high)]
        assert all(len(set(column)) >= 3 for column in inside.T) or not len(inside)
        lines = [value for p in released.points for value in (p.fitted, p.expected)]
        lines += [released.fitted, released.expected]
        assert all(value == round(value, 2) for value in lines)
    assert tried


def test_one_outcome_that_moved_apart_before_fails_though_another_moved_by_chance(
    study: Study,
) -> None:
    """The check names the worst outcome, not the one whose estimate happens to be nearest to 0."""
    raw = answer_change(ChangeQuestion(analysis="areas"), study)
    assert isinstance(raw, ChangeAnswer)
    first, second, *others = raw.outcomes
    noisy = replace(first, difference=estimate(0.001, 0.1), year_before=estimate(0.02, 0.1))
    apart = replace(second, difference=estimate(-0.15, 0.05), year_before=estimate(-0.12, 0.05))
    fine = [replace(one, primary=False) for one in others]
    answer = replace(raw, outcomes=(noisy, apart, *fine)).disclose(DFE_CIN)
    check = next(check for check in answer.checks if check.name == "pre_trend")
    assert (check.status, check.value) == ("fail", pytest.approx(-0.12))


def test_the_smaller_group_of_a_weighted_analysis_may_be_the_comparison(sample) -> None:
    answer = ask(EffectQuestion(analysis="weighted"), FSP, library=sample).answer
    assert rules._smaller(replace(answer, n_treated=300, n_comparison=12)) == 12
    assert rules._smaller(replace(answer, n_treated=300, n_comparison=None)) is None


def test_one_of_three_secondary_outcomes_of_children_is_no_improvement_yet(study: Study) -> None:
    """0.024 once is chance enough when three were looked at."""
    keys = [item.key for item in study.protocol.outcomes if item.is_child_outcome]
    assert len(keys) == 3
    limits = ((-0.09, -0.01), (-0.11, 0.01), (-0.06, 0.07))
    rows = tuple(
        row(key, ends, p_value=p)
        for key, ends, p in zip(keys, limits, (0.024, 0.07, 0.9), strict=True)
    )
    found = Found(estimator="matched", rows=rows, failed=(), n_smaller_group=200)
    assert design_facts(study, found).n_child_as_intended == 0
    clear = (replace(rows[0], p_value=0.01), *rows[1:])
    assert design_facts(study, replace(found, rows=clear)).n_child_as_intended == 1


def test_nothing_moved_and_nothing_compared_is_not_not_shown(study: Study) -> None:
    rows = (row("a", (-0.2, 0.2), intended=None, primary=True),)
    for estimator, word in (("area_series", "can't tell"), ("rate_ratio", "can't tell"),
                            ("area_difference_in_differences", "not shown")):  # fmt: skip
        found = Found(estimator=estimator, rows=rows, failed=(), n_smaller_group=9)
        assert effect_verdict(study, found).word == word


def test_few_people_without_time_do_not_follow_from_events_and_rate(tmp_path: Path) -> None:
    """Everybody has a year before: events over the rate would be the number of people."""
    people = [person(n) for n in range(60)]
    uses = [use(n, 2 + n % 2, 1 + n % 3, time=0 if n < 3 else 300) for n in range(60)]
    library = tiny(tmp_path, people, uses, policy="dfe_cin")
    outcome = ask(ServiceUseQuestion(), "tiny", library=library).answer.outcomes[0]
    rates = outcome.rates
    assert (outcome.n_people, rates.before.events, rates.after.events) == (None, None, None)
    checks = {check.name: check.value for check in rates.checks}
    assert checks["share_followed_six_months"] is None
    shown = (rates.before.rate, rates.after.rate, rates.difference.value)
    assert all(value == round(value, 1) for value in shown)
    assert rates.raw_ratio == round(rates.raw_ratio, 2)
