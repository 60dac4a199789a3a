"""Before and after: tests and intervals are as right as they say, or the docs say why not."""

import pytest

from tests.simulation.before_after import (
    study_broken_parallel_trends,
    study_few_authorities,
    study_interrupted_series,
    study_staggered_adoption,
)
from tests.simulation.study import Finding

pytestmark = pytest.mark.simulation

# Monte Carlo error at this many standard errors: about 1 false failure in 2,000 findings.
ERRORS = 3.5


def found(findings: tuple[Finding, ...], *words: str) -> Finding:
    (one,) = (
        item
        for item in findings
        if all(word in f"{item.scenario}; {item.method}; {item.measure}" for word in words)
    )
    return one


def test_few_authorities():
    findings = study_few_authorities()
    exchangeable, unequal = "lasting shocks", "three times"
    assert found(findings, exchangeable, "permutation").gap_in_errors < ERRORS
    # Satterthwaite's t is an approximation; with three treated clusters it errs on the safe side.
    cautious = found(findings, exchangeable, "CR2")
    assert 0.02 < cautious.value < 0.05 + ERRORS * cautious.monte_carlo_error
    assert found(findings, exchangeable, "classical").value > 0.15
    # Where few treated authorities vary more, CR2 stays near its level and the others do not.
    assert found(findings, unequal, "CR2").value < 0.09
    assert found(findings, unequal, "CR1").value > 0.09
    assert found(findings, unequal, "permutation").value > 0.12


def test_interrupted_series():
    findings = study_interrupted_series()
    for item in findings:
        if item.assumptions_hold:
            assert item.gap_in_errors < ERRORS
    assert found(findings, "48 months, autocorrelation 0.4", "least squares").value > 0.14
    for item in findings:
        if item.method == "autoregressive":
            assert item.value < 0.08 + ERRORS * item.monte_carlo_error
    # Newey-West with a short series is no remedy: that is why length is a check.
    assert found(findings, "24 months, autocorrelation 0.0", "Newey-West").value > 0.1
    short, long = (
        found(findings, f"{n} months, autocorrelation 0.4", "Newey-West").value for n in (24, 120)
    )
    assert long < short


def test_staggered_adoption():
    findings = study_staggered_adoption()
    assert found(findings, "two-way").value < -1
    assert found(findings, "group-time", "bias").gap_in_errors < ERRORS
    # Normal intervals of 60 authorities: a little short of their level.
    coverage = found(findings, "group-time", "coverage")
    assert coverage.value > 0.95 - 0.01 - ERRORS * coverage.monte_carlo_error


def test_broken_parallel_trends():
    findings = study_broken_parallel_trends()
    assert found(findings, "average effect").value > 1
    # A test that finds nothing does not protect.
    assert found(findings, "found nothing").value > 1
    assert found(findings, "power").value < 0.8
