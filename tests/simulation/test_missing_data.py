"""Imputation is right when values are missing at random, and nothing is when they aren't."""

import pytest

from tests.simulation.missing_data import METHODS, study_missing_values, study_siblings

pytestmark = pytest.mark.simulation
# Findings are judged one by one; 3.3 errors keep a study of 16 right 98 times in 100.
ERRORS = 3.3
# Bias that would be worth a sentence in a report: two percentage points.
NOTABLE = 0.02
COMPLETE, IMPUTED = METHODS


@pytest.fixture(scope="module")
def findings():
    return {(f.scenario, f.method, f.measure): f for f in study_missing_values()}


def test_nominal_where_assumptions_hold(findings):
    for finding in findings.values():
        if finding.assumptions_hold:
            assert finding.gap_in_errors < ERRORS, finding


@pytest.mark.parametrize(
    "scenario", ["outcome missing by arm and trait", "trait missing by arm and outcome"]
)
def test_complete_cases_are_biased_when_imputation_is_not(findings, scenario):
    assert abs(findings[scenario, COMPLETE, "bias"].value) > NOTABLE
    assert findings[scenario, COMPLETE, "coverage"].gap_in_errors > ERRORS
    assert abs(findings[scenario, IMPUTED, "bias"].value) < NOTABLE


@pytest.mark.parametrize("method", METHODS)
def test_both_are_biased_when_the_outcome_decides(findings, method):
    scenario = "outcome missing because of the outcome, in one arm"
    assert abs(findings[scenario, method, "bias"].value) > NOTABLE
    assert findings[scenario, method, "coverage"].value < 0.8


def test_siblings_cost_imputation_little():
    found = {(f.method, f.measure): f for f in study_siblings()}
    assert found[IMPUTED, "bias"].gap_in_errors < ERRORS
    # The imputation model takes siblings for strangers, which this much kinship forgives.
    assert found[IMPUTED, "coverage"].value > 0.9
