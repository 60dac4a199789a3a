"""The edges of the sensitivity analyses."""

from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from analytics.errors import InvalidInputError
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.sensitivity.confounder import (
    adjust_for_confounder,
    bounding_factor,
    confounding_factor,
    tipping_grid,
)
from analytics.statistics.sensitivity.e_value import e_value, e_value_risk_difference
from analytics.statistics.sensitivity.hodges_lehmann import hodges_lehmann_bounds
from analytics.statistics.sensitivity.negative_control import (
    bias_shifted_estimate,
    negative_control_outcome,
)
from analytics.statistics.sensitivity.rosenbaum import (
    discordant_pairs,
    rosenbaum_binary,
    rosenbaum_signed_rank,
)
from analytics.statistics.sensitivity.specification import (
    Specification,
    run_specifications,
    specification_curve,
)

NAN = float("nan")
INF = float("inf")


def interval(low: float, high: float) -> Interval:
    return Interval(low=low, high=high, level=0.95, method="wald")


def reason(result: object) -> str:
    assert isinstance(result, NotEstimable)
    assert result.detail
    return result.reason


def table(a: int, n1: int, c: int, n0: int) -> dict[str, int]:
    return {"events_treated": a, "n_treated": n1, "events_comparison": c, "n_comparison": n0}


def test_no_effect_has_an_e_value_of_one():
    result = e_value(1.0, measure="risk_ratio", conf_int=interval(0.8, 1.25))
    assert (result.estimate, result.limit) == (1, 1)
    assert e_value(0.0, measure="standardised_mean_difference").limit is None
    same = e_value_risk_difference(**table(5, 20, 5, 20))
    assert (same.estimate, same.limit) == (1, 1)


@pytest.mark.parametrize("estimate", [0.0, -1.0, NAN, INF])
def test_impossible_ratio(estimate):
    with pytest.raises(InvalidInputError):
        e_value(estimate, measure="risk_ratio")


def test_malformed_e_value():
    with pytest.raises(InvalidInputError):
        e_value(2.0, measure="odds_ratio")
    with pytest.raises(InvalidInputError):
        e_value(2.0, measure="risk_ratio", conf_int=interval(2.1, 3))
    with pytest.raises(InvalidInputError):
        e_value(0.5, measure="risk_ratio", conf_int=interval(-0.1, 3))
    with pytest.raises(InvalidInputError):
        e_value_risk_difference(**table(5, 4, 1, 2))
    with pytest.raises(InvalidInputError):
        e_value_risk_difference(**table(1, 4, 1, 2), level=1.0)


@pytest.mark.parametrize(
    ("estimate", "measure"),
    [
        (900.0, "standardised_mean_difference"),
        (-900.0, "standardised_mean_difference"),
        (1e35, "hazard_ratio_common"),
        (1e-300, "hazard_ratio_common"),
    ],
)
def test_too_extreme_to_convert(estimate, measure):
    assert reason(e_value(estimate, measure=measure)) == "not_available"


def test_e_value_of_a_difference_without_events_or_cases():
    assert reason(e_value_risk_difference(**table(0, 0, 1, 5))) == "empty_arm"
    assert reason(e_value_risk_difference(**table(0, 0, 0, 0))) == "no_cases"
    assert reason(e_value_risk_difference(**table(0, 9, 1, 5))) == "no_events"


def test_everybody_has_the_event_in_one_arm():
    result = e_value_risk_difference(**table(20, 20, 5, 20))
    assert result.risk_ratio == 4
    assert 1 < result.limit < result.estimate


def test_no_pairs():
    none = {"treated_only": 0, "comparison_only": 0}
    assert reason(rosenbaum_binary(**none, alternative="less")) == "no_events"
    assert reason(rosenbaum_signed_rank([], alternative="less")) == "no_cases"
    assert reason(rosenbaum_signed_rank([0, 0], alternative="less")) == "no_variation"
    assert reason(hodges_lehmann_bounds([])) == "no_cases"
    assert reason(hodges_lehmann_bounds([0.0] * 5_001)) == "not_available"


def test_pairs_that_all_point_one_way():
    result = rosenbaum_binary(treated_only=10, comparison_only=0, alternative="greater")
    assert result.bounds[0].p_value_high == pytest.approx(0.5**10)
    assert result.critical_gamma == pytest.approx(0.05**0.1 / (1 - 0.05**0.1))
    wrong = rosenbaum_binary(treated_only=10, comparison_only=0, alternative="less")
    assert wrong.critical_gamma is None
    assert all(bound.p_value_high == 1 for bound in wrong.bounds)
    ranks = rosenbaum_signed_rank(np.arange(1, 13), alternative="greater")
    again = rosenbaum_signed_rank(
        np.arange(1, 13), alternative="greater", gammas=[ranks.critical_gamma]
    )
    assert again.bounds[0].p_value_high == pytest.approx(0.05)
    assert rosenbaum_signed_rank(np.arange(1, 13), alternative="less").critical_gamma is None


def test_a_single_pair():
    (bound,) = hodges_lehmann_bounds([3.0], gammas=[2])
    assert (bound.low, bound.high) == (3, 3)


@pytest.mark.parametrize(
    "changes",
    [
        {"gammas": [0.9]},
        {"gammas": [NAN]},
        {"alpha": 0.5},
        {"alpha": 0.0},
        {"alternative": "two-sided"},
        {"treated_only": -1},
    ],
)
def test_malformed_rosenbaum(changes):
    given = {"treated_only": 3, "comparison_only": 4, "alternative": "less"} | changes
    with pytest.raises(InvalidInputError):
        rosenbaum_binary(**given)


def test_malformed_pairs():
    with pytest.raises(InvalidInputError):
        discordant_pairs([1, 0], [1])
    with pytest.raises(InvalidInputError):
        discordant_pairs([1, 2], [1, 0])
    with pytest.raises(InvalidInputError):
        rosenbaum_signed_rank([1.0, NAN], alternative="less")


def test_a_cause_that_cannot_explain_it():
    grid = tipping_grid(2.0, prevalence_treated=[0.5, 0.2], prevalence_comparison=[0.25, 0.5])
    assert np.isinf(grid.strength[0]).all()
    tenths = tipping_grid(3.0, prevalence_treated=[0.3], prevalence_comparison=[0.1])
    assert np.isinf(tenths.strength).all()
    assert tipping_grid(1.0, prevalence_treated=[0.5], prevalence_comparison=[0.5]).strength == 1
    with pytest.raises(ValueError, match="read-only"):
        grid.strength[0, 0] = 1


@pytest.mark.parametrize(
    "call",
    [
        lambda: confounding_factor(prevalence_treated=1.1, prevalence_comparison=0.5, strength=2),
        lambda: confounding_factor(prevalence_treated=NAN, prevalence_comparison=0.5, strength=2),
        lambda: confounding_factor(prevalence_treated=0.1, prevalence_comparison=0.5, strength=0),
        lambda: bounding_factor(arm_ratio=0.9, outcome_ratio=2),
        lambda: tipping_grid(0, prevalence_treated=[0.1], prevalence_comparison=[0.1]),
        lambda: tipping_grid(2, prevalence_treated=[-0.1], prevalence_comparison=[0.1]),
        lambda: adjust_for_confounder(
            2,
            interval(0, 3),
            prevalence_treated=0.1,
            prevalence_comparison=0.1,
            strength=1,
        ),
        lambda: negative_control_outcome(estimate=0, std_error=0, margin=1),
        lambda: negative_control_outcome(estimate=NAN, std_error=1, margin=1),
        lambda: negative_control_outcome(estimate=0, std_error=1, margin=0),
        lambda: negative_control_outcome(estimate=0, std_error=1, margin=1, level=0.5),
        lambda: bias_shifted_estimate(
            estimate=0, std_error=1, control_estimate=0, control_std_error=1, covariance=1.5
        ),
        lambda: bias_shifted_estimate(
            estimate=0, std_error=1, control_estimate=0, control_std_error=1, covariance=NAN
        ),
        lambda: bias_shifted_estimate(
            estimate=0, std_error=1, control_estimate=0, control_std_error=1, covariance=1
        ),
        lambda: run_specifications({}, lambda _: None),
        lambda: run_specifications({"a": ()}, lambda _: None),
        lambda: run_specifications({"a": ("x", "x")}, lambda _: None),
    ],
)
def test_malformed(call):
    with pytest.raises(InvalidInputError):
        call()


@pytest.mark.parametrize(
    ("estimate", "std_error", "status"),
    [(0.0, 0.01, "pass"), (0.03, 0.01, "pass"), (0.04, 0.04, "review"), (0.2, 0.01, "fail")],
)
def test_negative_control_status(estimate, std_error, status):
    result = negative_control_outcome(estimate=estimate, std_error=std_error, margin=0.05)
    assert result.check.status == status
    assert result.check.source
    with pytest.raises(FrozenInstanceError):
        result.margin = 1


def specification(code: str, estimate: float | None, name: str = "model") -> Specification:
    return Specification(
        choices=((name, code),),
        estimate=estimate,
        conf_int=None if estimate is None else interval(estimate - 1, estimate + 1),
        problem=None,
    )


def test_curves_at_the_edge():
    assert reason(specification_curve([])) == "not_available"
    assert reason(specification_curve([specification("a", None)])) == "not_available"
    flat = specification_curve([specification("a", -2.0), specification("b", 2.0)])
    assert (flat.median, flat.share_same_side, flat.share_significant) == (0, 0, 0)
    one = specification_curve([specification("a", 3.0)], null=1.0)
    assert (one.share_same_side, one.share_significant) == (1, 1)
    assert one.influences[0].spread == 0
    with pytest.raises(InvalidInputError):
        specification_curve([specification("a", 1.0), specification("a", 1.0, name="sample")])
    with pytest.raises(InvalidInputError):
        specification_curve([specification("a", INF)])
