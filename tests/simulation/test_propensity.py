"""Matched and weighted effects are right under their assumptions and fail as documented."""

import numpy as np
import pytest

from analytics.statistics.propensity.balance import weighted_balance_table
from analytics.statistics.propensity.diagnostics import score_overlap, weighting_checks
from analytics.statistics.propensity.score import fit_propensity
from analytics.statistics.propensity.weights import propensity_weights
from tests.simulation.propensity import (
    APART,
    CONFOUNDED,
    draw,
    study_broken_assumptions,
    study_matched_standard_errors,
    study_models_right_and_wrong,
)

pytestmark = pytest.mark.simulation
# Findings are judged one by one; 3.3 errors keep a study of 16 right 98 times in 100.
ERRORS = 3.3
# Bias that would be worth a sentence in a report: two percentage points.
NOTABLE = 0.02


def by_method(findings):
    return {(f.method, f.measure): f for f in findings}


def assert_nominal(findings):
    for finding in findings:
        assert finding.not_estimable == 0
        if finding.assumptions_hold:
            assert finding.gap_in_errors < ERRORS, finding


def test_matched_pairs_of_siblings():
    findings = study_matched_standard_errors()
    assert_nominal(findings)
    found = by_method(findings)
    # Pairs alone don't know of siblings, who share the arm.
    assert found["matched, clustered by pair", "coverage"].value < 0.94
    assert found["matched, clustered by pair", "bias"].gap_in_errors < ERRORS


def test_one_wrong_model_is_forgiven_and_two_are_not():
    findings = study_models_right_and_wrong()
    assert_nominal(findings)
    found = by_method(findings)
    for method in ("inverse probability, score wrong", "doubly robust, both wrong"):
        assert found[method, "bias"].value > NOTABLE
        assert found[method, "coverage"].value < 0.85


def test_broken_assumptions():
    findings = study_broken_assumptions()
    assert_nominal(findings)
    confounded = by_method(f for f in findings if f.scenario == CONFOUNDED)
    for (_, measure), finding in confounded.items():
        if measure == "bias":
            assert finding.value > NOTABLE
        else:
            assert finding.value < 0.91
    apart = by_method(f for f in findings if f.scenario == APART)
    assert apart["inverse probability", "coverage"].value < 0.85
    assert apart["doubly robust", "coverage"].value < 0.9


def test_the_checks_see_poor_overlap():
    """What a reader is told in the scenarios with and without overlap."""
    verdicts = []
    for options in ({}, {"intercept": -6.0, "slope": 3.2}):
        data = draw(np.random.default_rng(7), **options)
        score = fit_propensity(data.covariates, data.treated).propensity_score
        weights = propensity_weights(score, data.treated, estimand="ATE")
        table = weighted_balance_table(
            data.covariates, ("x", "square"), data.treated, weights, estimand="ATE"
        )
        checks = weighting_checks(table, score_overlap(score, data.treated))
        verdicts.append({check.name: check.status for check in checks})
    assert verdicts[0]["effective_sample_share"] == "pass"
    assert verdicts[1]["effective_sample_share"] == "fail"
