"""Health checks of designs on cases that no kernel makes by itself.

Thresholds: ``docs/methods/questions/effect.md``.
"""

from __future__ import annotations

from typing import Final

from analytics.statistics.results import HealthCheck, Status

OWN_RULE = "Our own rule (docs/methods/questions/effect.md)"
MISSING_PASS, MISSING_REVIEW = 0.05, 0.2
AREAS_NEEDED, AREAS_PASS = 2, 10
SEVERITY: Final[dict[Status, int]] = {"pass": 0, "review": 1, "fail": 2}
"""Which of several checks of one kind is the worst."""


def missing_covariates_check(n_incomplete: int, n: int) -> HealthCheck:
    """Judge the share of cases that are left out because a covariate is missing."""
    share = n_incomplete / n if n else 0.0
    status: Status = "review" if share <= MISSING_REVIEW else "fail"
    return HealthCheck(
        name="missing_covariates",
        value=share,
        threshold=MISSING_PASS,
        status="pass" if share <= MISSING_PASS else status,
        meaning="Share of cases left out because a covariate is missing.",
        source=OWN_RULE,
    )


def areas_check(n_with: int, n_without: int) -> HealthCheck:
    """Judge how many authorities the smaller group has."""
    smaller = min(n_with, n_without)
    status: Status = "review" if smaller >= AREAS_NEEDED else "fail"
    return HealthCheck(
        name="areas_in_smaller_group",
        value=float(smaller),
        threshold=float(AREAS_PASS),
        status="pass" if smaller >= AREAS_PASS else status,
        meaning=(
            "Authorities in the group that has fewer. With one, what is particular to that place "
            "can't be told from the intervention, however many families live there."
        ),
        source="Our own rule, after Conley and Taber 2011",
    )


def pre_trend_check(gap: float | None, effect: float | None, *, clear: bool) -> HealthCheck:
    """Judge whether the groups of areas moved apart in the year before, when nothing had changed.

    Parameters
    ----------
    gap : float or None
        Difference-in-differences of a primary outcome between the two years before.
    effect : float or None
        The estimate that stands beside it.
    clear : bool
        Whether its interval leaves out zero.
    """
    large = gap is not None and effect is not None and abs(gap) > abs(effect) / 2
    status: Status = "fail" if clear and large else "review" if clear or large else "pass"
    return HealthCheck(
        name="pre_trend",
        value=gap,
        threshold=None,
        status="review" if gap is None else status,
        meaning=(
            "How far the groups moved apart between the two years before. Fails when that is more "
            "than chance and more than half the estimate; passing does not show that they would "
            "have gone on alike."
        ),
        source=OWN_RULE,
    )
