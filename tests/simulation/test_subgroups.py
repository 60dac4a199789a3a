"""Pooled intervals and families of tests are right as often as they say, or the docs say why."""

import pytest

from tests.simulation.study import Finding
from tests.simulation.subgroups import (
    study_interaction_in_families,
    study_interaction_size,
    study_many_outcomes,
    study_pooling,
)

pytestmark = pytest.mark.simulation

# Monte Carlo error at this many standard errors: about 1 false failure in 2,000 findings.
ERRORS = 3.5
# Hartung-Knapp with unequal standard errors and a variance estimated at 0 falls short by up to this
# (IntHout, Ioannidis and Borm 2014 report the like).
FEW_AREAS = 0.02


def found(findings: tuple[Finding, ...], *words: str) -> Finding:
    texts = {f"{item.scenario}; {item.method}": item for item in findings}
    (one,) = (item for text, item in texts.items() if all(word in text for word in words))
    return one


def test_pooling():
    findings = study_pooling()
    for item in findings:
        if item.assumptions_hold:
            assert item.value > item.nominal - ERRORS * item.monte_carlo_error - FEW_AREAS
            assert item.value < item.nominal + ERRORS * item.monte_carlo_error + FEW_AREAS
    for areas in ("4 areas", "10 areas"):
        adjusted = found(findings, areas, "0.3", "REML, Hartung-Knapp")
        normal = found(findings, areas, "0.3", "DerSimonian-Laird")
        common = found(findings, areas, "0.3", "common effect")
        assert common.value < 0.75 < normal.value < adjusted.value - 0.01
        assert 0.80 < found(findings, areas, "0.3", "prediction").value < 0.93


def test_interaction_size():
    findings = study_interaction_size()
    for item in findings:
        if item.assumptions_hold:
            # Chi-squared with 30 to 60 cases an arm: a little above nominal.
            assert abs(item.value - 0.05) < ERRORS * item.monte_carlo_error + 0.01
    rare = found(findings, "risk 0.05", "odds_ratio")
    assert 0.065 < rare.value < 0.12
    assert found(findings, "risk 0.05", "risk_difference").value < 0.08


def test_interaction_in_families():
    findings = study_interaction_in_families()
    clustered = found(findings, "cases in families")
    assert abs(clustered.value - 0.05) < ERRORS * clustered.monte_carlo_error
    assert found(findings, "; counts").value > 0.14


def test_many_outcomes():
    findings = study_many_outcomes()
    holm = found(findings, "Holm")
    assert holm.value < 0.05 + ERRORS * holm.monte_carlo_error
    assert found(findings, "one by one").value > 0.2
