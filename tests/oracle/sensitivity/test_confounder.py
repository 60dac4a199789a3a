"""Tipping points against episensr's expected values and whole populations counted out."""

import numpy as np
import pytest

from analytics.statistics.sensitivity.confounder import (
    adjust_for_confounder,
    bounding_factor,
    confounding_factor,
    tipping_grid,
)
from analytics.statistics.sensitivity.e_value import e_value
from analytics.statistics.two_groups.ratios import risk_ratio
from tests.helpers.oracles import reference

RTOL = 1e-12
PRINTED = 1e-4

ORACLE = reference("sensitivity")["confounder"]


def test_adjusted_ratio_equals_episensr():
    case = ORACLE["tyndall_RR"]
    a, c, b, d = case["table"]
    crude = risk_ratio(events_treated=a, n_treated=a + b, events_comparison=c, n_comparison=c + d)
    assert (crude.estimate, crude.conf_int.low, crude.conf_int.high) == pytest.approx(
        tuple(case["observed"]), abs=PRINTED
    )
    adjusted = adjust_for_confounder(
        crude.estimate,
        crude.conf_int,
        prevalence_treated=case["prevalence_treated"],
        prevalence_comparison=case["prevalence_comparison"],
        strength=case["strength"],
    )
    assert adjusted.estimate == pytest.approx(case["adjusted"], abs=PRINTED)
    assert adjusted.confounding_factor == pytest.approx(case["factor"], abs=PRINTED)


def test_confounding_factor_equals_episensr_array():
    case = ORACLE["array_binary"]
    factor = confounding_factor(
        prevalence_treated=case["prevalence_treated"],
        prevalence_comparison=case["prevalence_comparison"],
        strength=case["strength"],
    )
    assert case["observed"] / factor == pytest.approx(case["adjusted"], abs=PRINTED)


@pytest.mark.parametrize("true_ratio", [0.5, 1.0, 1.8])
@pytest.mark.parametrize(("p1", "p0"), [(0.6, 0.2), (0.1, 0.7)])
@pytest.mark.parametrize("strength", [0.4, 3.0])
def test_a_population_counted_out(true_ratio, p1, p0, strength):
    baseline = 0.1
    risk_treated = baseline * true_ratio * (p1 * strength + (1 - p1))
    risk_comparison = baseline * (p0 * strength + (1 - p0))
    factor = confounding_factor(prevalence_treated=p1, prevalence_comparison=p0, strength=strength)
    assert risk_treated / risk_comparison / factor == pytest.approx(true_ratio, rel=RTOL)


@pytest.mark.parametrize("ratio", [0.48, 1.0, 2.2])
def test_tipping_grid_brings_the_ratio_to_one(ratio):
    shares = np.linspace(0, 1, 11)
    grid = tipping_grid(ratio, prevalence_treated=shares, prevalence_comparison=shares)
    candidates = np.geomspace(1e-4, 1e4, 161)
    for i, p1 in enumerate(shares):
        for j, p0 in enumerate(shares):
            strength = grid.strength[i, j]
            factors = (1 + (candidates - 1) * p1) / (1 + (candidates - 1) * p0)
            if np.isinf(strength):
                # No strength searched crosses the ratio.
                assert (factors < ratio).all() or (factors > ratio).all()
                continue
            factor = confounding_factor(
                prevalence_treated=p1, prevalence_comparison=p0, strength=strength
            )
            assert factor == pytest.approx(ratio, rel=1e-9)


def test_bounding_factor_is_the_worst_distribution():
    # The arm ratio is p1 / p0; the worst shares have p1 = 1.
    arm_ratio, outcome_ratio = 2.5, 3.5
    p0 = np.linspace(0.001, 1 / arm_ratio, 400)
    worst = max(
        confounding_factor(
            prevalence_treated=min(1.0, arm_ratio * share),
            prevalence_comparison=share,
            strength=outcome_ratio,
        )
        for share in p0
    )
    expected = bounding_factor(arm_ratio=arm_ratio, outcome_ratio=outcome_ratio)
    assert worst == pytest.approx(expected, rel=RTOL)


def test_the_e_value_is_where_the_bounding_factor_is_the_ratio():
    value = e_value(2.4, measure="risk_ratio").estimate
    assert bounding_factor(arm_ratio=value, outcome_ratio=value) == pytest.approx(2.4, rel=RTOL)
