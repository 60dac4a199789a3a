"""Intervals, funnels and control charts are right as often as they say, or the docs say why not."""

import pytest

from tests.simulation.study import Finding
from tests.simulation.variation import (
    study_direct_standardisation,
    study_false_alarms,
    study_funnel,
    study_interval_coverage,
    study_run_length,
)

pytestmark = pytest.mark.simulation

# Monte Carlo error at this many standard errors: about 1 false failure in 2,000 findings.
ERRORS = 3.5
# Counts are whole, so that no interval or limit hits its level exactly (Brown, Cai and DasGupta
# 2001 for proportions); for means of 4 and more, and averaged over shares, by less than this.
DISCRETE = 0.015


def found(findings: tuple[Finding, ...], *words: str) -> Finding:
    texts = {f"{item.scenario}; {item.method}": item for item in findings}
    (one,) = (item for text, item in texts.items() if all(word in text for word in words))
    return one


def test_interval_coverage():
    findings = study_interval_coverage()
    for item in findings:
        slack = ERRORS * item.monte_carlo_error
        if not item.assumptions_hold:
            assert item.value < 0.75
        elif item.method in {"exact Poisson", "Clopper-Pearson"}:
            assert item.value > item.nominal - slack
        else:
            assert abs(item.value - item.nominal) < slack + DISCRETE


def test_direct_standardisation():
    for item in study_direct_standardisation():
        assert abs(item.value - item.nominal) < ERRORS * item.monte_carlo_error + DISCRETE
        assert item.not_estimable < 0.01 * item.replicates


def test_false_alarms():
    findings = study_false_alarms()
    known = found(findings, "limits known", "Points outside")
    assert known.gap_in_errors < ERRORS
    for rules in ("NHS", "Western Electric"):
        calm = found(findings, " independent months, limits from", rules)
        assert 0.10 < calm.value < 0.25
        assert found(findings, "correlation", rules).value > 3 * calm.value


def test_run_length():
    (item,) = study_run_length()
    assert item.gap_in_errors < ERRORS


def test_funnel():
    findings = study_funnel()
    for item in findings:
        if item.assumptions_hold:
            assert abs(item.value - item.nominal) < ERRORS * item.monte_carlo_error + DISCRETE
    assert found(findings, "vary", "adjustment none").value > 0.35
    # Trimming the tails takes part of the ordinary variation away with the outliers.
    for words in (("multiplicative",), ("additive", "square_root"), ("additive", "log")):
        assert 0.08 < found(findings, "vary", *words).value < 0.25
