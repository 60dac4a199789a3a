"""Comparisons of two groups are right as often as they say, or the docs say why not."""

import pytest

from tests.simulation.study import Finding
from tests.simulation.two_groups import (
    study_families_of_siblings,
    study_incidents_in_spells,
    study_sixteen_families,
    study_small_arms,
)

pytestmark = pytest.mark.simulation

# Monte Carlo error at this many standard errors: about 1 false failure in 2,000 findings.
ERRORS = 3.5


def found(findings: tuple[Finding, ...], *words: str) -> Finding:
    (one,) = (item for item in findings if all(word in f"{item}" for word in words))
    return one


def test_families_of_siblings():
    findings = study_families_of_siblings()
    for item in findings:
        if item.assumptions_hold:
            assert item.gap_in_errors < ERRORS
    together = "families in one group"
    assert found(findings, "correlation 0.3", together, "ignoring").value > 0.09
    assert found(findings, "correlation 0.6", together, "ignoring").value > 0.14
    # Where siblings fall in both groups independently, what they share cancels.
    assert found(findings, "correlation 0.6", "either group", "ignoring").value < 0.07


def test_sixteen_families():
    findings = study_sixteen_families()
    assert found(findings, "8 with the", "CR2").gap_in_errors < ERRORS
    assert found(findings, "8 with the", "ignoring").value > 0.09
    # Four families against twelve: CR1 fails, CR2 is a little above its level.
    assert found(findings, "4 with the", "CR1").value > 0.12
    assert 0.05 < found(findings, "4 with the", "CR2").value < 0.08


def test_small_arms():
    findings = study_small_arms()
    for item in findings:
        if item.method == "Wald":
            assert item.value < 0.94
        else:
            # Counts are whole numbers: score intervals err on the wide side in the smallest arms.
            assert 0.95 - ERRORS * item.monte_carlo_error < item.value < 0.975


def test_incidents_in_spells():
    findings = study_incidents_in_spells()
    assert found(findings, "alone", "Poisson").gap_in_errors < ERRORS
    assert found(findings, "3 at a time", "Poisson").value > 0.15
    for spell in ("alone", "3 at a time"):
        within = found(findings, spell, "within")
        assert 0.03 < within.value < 0.05 + ERRORS * within.monte_carlo_error
