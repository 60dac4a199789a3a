r"""Judging a diagnostic against its thresholds.

Method notes: ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

from analytics.statistics.results import HealthCheck, Status

OVERLAP_PASS = 0.95
OVERLAP_REVIEW = 0.8
OWN_RULE = "Our own rule (docs/methods/estimators/propensity.md)"


def overlap_check(share: float) -> HealthCheck:
    """Judge the share of treated units within the range of the comparison units' scores."""
    return share_check(
        "overlap",
        share,
        (OVERLAP_PASS, OVERLAP_REVIEW),
        "Share of treated cases with a score within the range of the comparison cases.",
    )


def share_check(
    name: str, value: float, thresholds: tuple[float, float], meaning: str
) -> HealthCheck:
    """Pass from the first threshold, review from the second, else fail."""
    status: Status = (
        "pass" if value >= thresholds[0] else "review" if value >= thresholds[1] else "fail"
    )
    return HealthCheck(
        name=name,
        value=value,
        threshold=thresholds[0],
        status=status,
        meaning=meaning,
        source=OWN_RULE,
    )


def ceiling_check(
    name: str, value: float | None, thresholds: tuple[float, float], meaning: str, source: str
) -> HealthCheck:
    """Pass up to the first threshold, review up to the second, else fail."""
    status: Status = "fail"
    if value is None or value <= thresholds[0]:
        status = "pass"
    elif value <= thresholds[1]:
        status = "review"
    return HealthCheck(
        name=name,
        value=value,
        threshold=thresholds[0],
        status=status,
        meaning=meaning,
        source=source,
    )
