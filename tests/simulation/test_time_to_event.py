"""Time to an event: intervals and tests are as right as they say, or the docs say why not."""

import pytest

from tests.simulation.study import Finding
from tests.simulation.time_to_event import (
    study_broken_assumptions,
    study_cox_in_families,
    study_incidence_in_families,
    study_tests_in_families,
)

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


def assert_nominal(findings: tuple[Finding, ...]) -> None:
    for item in findings:
        if item.assumptions_hold and item.nominal is not None:
            assert item.gap_in_errors < ERRORS, item


def test_incidence_in_families():
    findings = study_incidence_in_families()
    assert_nominal(findings)
    assert found(findings, "variance 1 ", "each child").value < 0.92


def test_tests_in_families():
    findings = study_tests_in_families()
    assert_nominal(findings)
    for test in ("Gray", "log-rank; ", "difference at one year; "):
        assert found(findings, "variance 1 ", test).value > 0.08


def test_cox_in_families():
    findings = study_cox_in_families()
    assert_nominal(findings)
    assert found(findings, "258 cases", "inverse information").value < 0.90
    assert found(findings, "16 families", "clustered").value < 0.93


def test_broken_assumptions():
    findings = study_broken_assumptions()
    assert_nominal(findings)
    assert found(findings, "by chance", "1 - Kaplan-Meier").value > 0.03
    assert found(findings, "family's risk", "Aalen-Johansen").value < -0.02
    assert found(findings, "for 360 days", "log hazard ratio").value > 0.3
    assert found(findings, "for 1080 days", "log hazard ratio").value > 0.45
    assert found(findings, "for 1080 days", "power").value > 0.8
