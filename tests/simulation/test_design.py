"""Studies of the planned size find the effect as often as planned, or the docs say why not.

Power of `two_proportions`, `two_means`, `design_effect`, `difference_in_differences`,
`interrupted_time_series` and `families_to_exclude_zero`, by drawing the studies.
"""

import pytest

from tests.simulation.design import (
    study_before_and_after,
    study_families_of_siblings,
    study_few_authorities,
    study_more_families,
)

pytestmark = pytest.mark.simulation

# Monte Carlo error at this many standard errors: about 1 false failure in 2,000 findings.
ERRORS = 3.5


@pytest.mark.parametrize(
    "study",
    [
        study_families_of_siblings,
        study_few_authorities,
        study_before_and_after,
        study_more_families,
    ],
)
def test_power_is_what_was_planned(study):
    for finding in study():
        if finding.assumptions_hold:
            assert finding.gap_in_errors < ERRORS, finding


def test_siblings_planned_as_if_independent_lose_power():
    _, without = study_families_of_siblings()
    assert without.value < 0.7 < without.nominal


def test_few_authorities_planned_with_a_normal_lose_power():
    normal = [item for item in study_few_authorities() if not item.assumptions_hold]
    assert all(item.value < item.nominal - 0.01 for item in normal)
    assert normal[0].value < normal[0].nominal - 0.1


def test_a_series_planned_without_its_autocorrelation_loses_power():
    (without,) = (item for item in study_before_and_after() if not item.assumptions_hold)
    assert without.value < without.nominal - 0.15
