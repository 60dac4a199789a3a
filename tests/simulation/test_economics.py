"""Drawn net benefits come out as the closed form says, or the docs say why not."""

import pytest

from tests.simulation.economics import (
    study_drawn_mean,
    study_percentile_interval,
    study_value_of_one_input,
)

pytestmark = pytest.mark.simulation

# Monte Carlo error at this many standard errors: about 1 false failure in 2,000 findings.
ERRORS = 3.5


def test_drawn_mean():
    for finding in study_drawn_mean():
        assert finding.gap_in_errors < ERRORS


def test_percentile_interval_needs_independent_inputs():
    independent, correlated = study_percentile_interval()
    assert independent.gap_in_errors < ERRORS
    assert correlated.value < 0.95 - 5 * correlated.monte_carlo_error


def test_value_of_one_input_is_a_little_high_with_few_draws():
    many, few = study_value_of_one_input()
    assert many.gap_in_errors < ERRORS
    assert 0 < few.value < 0.04
    assert few.gap_in_errors > ERRORS
