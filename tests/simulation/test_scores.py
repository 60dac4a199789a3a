"""Agreement intervals and tests of repeated answers are right, or the docs say why not."""

import pytest

from tests.simulation.scores import (
    study_agreement,
    study_cluster_icc,
    study_repeated_respondents,
)
from tests.simulation.study import Finding

pytestmark = pytest.mark.simulation

# Monte Carlo error at this many standard errors: about 1 false failure in 2,000 findings.
ERRORS = 3.5


def found(findings: tuple[Finding, ...], *words: str) -> Finding:
    texts = {f"{item.scenario}; {item.method}": item for item in findings}
    (one,) = (item for text, item in texts.items() if all(word in text for word in words))
    return one


def test_agreement():
    findings = study_agreement()
    for item in findings:
        # First-order intervals: they fall short by about 0.7 over the number of units.
        short = 0.7 / int(item.scenario.split()[0])
        assert item.value > item.nominal - short - ERRORS * item.monte_carlo_error
        assert item.value < item.nominal + ERRORS * item.monte_carlo_error
    for method in ("Cohen", "Krippendorff"):
        assert found(findings, "258 units", method).gap_in_errors < ERRORS
        assert found(findings, "25 units", method).value < 0.95


def test_repeated_respondents():
    findings = study_repeated_respondents()
    for effect in ("wave", "role"):
        many = found(findings, "80 people", f"by {effect};", "respondents linked")
        assert many.gap_in_errors < ERRORS
        few = found(findings, "16 people", f"by {effect};", "respondents linked")
        # With 16 people the Wald test on the log scale is cautious.
        assert 0.01 < few.value < 0.05 + ERRORS * few.monte_carlo_error
    for people in ("16", "80"):
        # Answers of the same person taken as different people's: differences between people look
        # too sure, changes within people too unsure.
        assert found(findings, f"{people} people", "by role;", "not linked").value > 0.09
        assert found(findings, f"{people} people", "by wave;", "not linked").value < 0.02


def test_cluster_icc():
    for item in study_cluster_icc():
        if item.assumptions_hold:
            # Exact for equal sizes; unequal ones are near it.
            slack = 0.01 if "one to four" in item.scenario else 0
            assert abs(item.value - 0.95) < ERRORS * item.monte_carlo_error + slack
        else:
            assert 0.8 < item.value < 0.93
