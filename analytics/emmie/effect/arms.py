"""Two arms of cases: the plain contrast, and the one adjusted by pairs or by weights.

Methods: ``docs/methods/questions/effect.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from analytics.disclosure.suppression import Share
from analytics.emmie.contrast import Contrast, Estimate, no_contrast
from analytics.statistics.inputs import BoolArray, FloatArray, IntArray
from analytics.statistics.propensity.balance import (
    BalanceTable,
    balance_checks,
    balance_table,
    weighted_balance_table,
)
from analytics.statistics.propensity.diagnostics import score_overlap, weighting_checks
from analytics.statistics.propensity.entropy_balancing import entropy_balance
from analytics.statistics.propensity.matching import MatchResult, nearest_neighbour_match
from analytics.statistics.propensity.score import fit_propensity, score_checks
from analytics.statistics.propensity.weighted_contrasts import weighted_contrast
from analytics.statistics.results import HealthCheck, NotEstimable
from analytics.statistics.two_groups.clustered import (
    clustered_risk_difference,
    clustered_risk_ratio,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Arms:
    """Cases with complete covariates.

    ``values`` (n, k) are the covariates, ``treated`` (n,) the arm, ``family`` (n,) a code.
    """

    covariates: tuple[str, ...]
    values: FloatArray
    treated: BoolArray
    family: IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class CovariateBalance:
    """Standardised mean differences of one covariate; None when not estimable or withheld.

    ``cells`` are the cases with and without a yes-or-no covariate in each group; empty after
    disclosure control and for other covariates.
    """

    covariate: str
    unadjusted: float | None
    adjusted: float | None
    cells: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Adjustment:
    """How the arms are made alike: by pairs, by weights, or not at all.

    Attributes
    ----------
    match : MatchResult or None
        The pairs.
    weights : ndarray of float, shape (n,), or None
        Entropy balancing weights.
    balance, checks : tuple
        What they brought about.
    reason : str or None
        Why there is neither.
    """

    match: MatchResult | None = None
    weights: FloatArray | None = None
    balance: tuple[CovariateBalance, ...] = ()
    checks: tuple[HealthCheck, ...] = ()
    reason: str | None = None


def match_arms(arms: Arms, caliper: float) -> Adjustment:
    """Pair each intervention case with the nearest comparison case within the caliper."""
    fit = fit_propensity(arms.values, arms.treated)
    if isinstance(fit, NotEstimable):
        return Adjustment(reason=fit.reason)
    match = nearest_neighbour_match(fit.linear_predictor, arms.treated, caliper=caliper)
    if isinstance(match, NotEstimable):
        return Adjustment(reason=match.reason)
    table = balance_table(arms.values, arms.covariates, arms.treated, match)
    groups = (
        arms.treated,
        ~arms.treated,
        match.treated_index,
        match.comparison_index,
    )
    return Adjustment(
        match=match,
        balance=_balance(table, arms, groups),
        checks=(*balance_checks(table, match), *score_checks(fit, arms.treated)[:1]),
    )


def weight_arms(arms: Arms) -> Adjustment:
    """Weight the comparison cases to the covariate means of the intervention cases."""
    fit = fit_propensity(arms.values, arms.treated)
    if isinstance(fit, NotEstimable):
        return Adjustment(reason=fit.reason)
    balanced = entropy_balance(arms.values, arms.treated)
    if isinstance(balanced, NotEstimable):
        return Adjustment(reason=balanced.reason)
    table = weighted_balance_table(
        arms.values, arms.covariates, arms.treated, balanced.weights, estimand="ATT"
    )
    overlap = score_overlap(fit.propensity_score, arms.treated)
    if isinstance(table, NotEstimable) or isinstance(overlap, NotEstimable):
        return Adjustment(reason="no_overlap")
    return Adjustment(
        weights=balanced.weights,
        balance=_balance(table, arms, (arms.treated, ~arms.treated)),
        checks=(*weighting_checks(table, overlap), *score_checks(fit, arms.treated)[:1]),
    )


def plain_contrast(outcome: FloatArray, arms: Arms, level: float) -> Contrast:
    """Compare the arms among the cases whose outcome is known."""
    return _contrast(outcome, arms, np.flatnonzero(~np.isnan(outcome)), level)


def adjusted_contrast(
    outcome: FloatArray, arms: Arms, adjustment: Adjustment, level: float
) -> Contrast:
    """Compare the arms within pairs whose outcomes are known, or with weights."""
    if adjustment.match is not None:
        rows = _known_pairs(outcome, adjustment.match)
        return _contrast(outcome, arms, np.concatenate(rows), level)
    if adjustment.weights is not None:
        return _weighted(outcome, arms, adjustment.weights, level)
    return no_contrast(adjustment.reason or "no_cases")


def families_check(
    outcomes: Sequence[FloatArray], arms: Arms, adjustment: Adjustment
) -> tuple[HealthCheck, ...]:
    """Return the check of the degrees of freedom that families leave, for the worst outcome."""
    found = []
    for outcome in outcomes:
        rows = np.flatnonzero(~np.isnan(outcome))
        if adjustment.match is not None:
            rows = np.concatenate(_known_pairs(outcome, adjustment.match))
        result = clustered_risk_difference(
            outcome[rows], arms.treated[rows], arms.family[rows], vcov_type="CR2"
        )
        if not isinstance(result, NotEstimable):
            found.append((result.df, result.checks))
    return min(found, default=(0.0, ()), key=lambda pair: pair[0])[1]


def discordant(outcome: FloatArray, match: MatchResult) -> tuple[int, int]:
    """Return the pairs in which only the intervention, and only the comparison case has it."""
    one, other = (outcome[rows] == 1 for rows in _known_pairs(outcome, match))
    return int((one & ~other).sum()), int((~one & other).sum())


def _known_pairs(outcome: FloatArray, match: MatchResult) -> tuple[IntArray, IntArray]:
    first, second = match.treated_index, match.comparison_index
    both = ~np.isnan(outcome[first]) & ~np.isnan(outcome[second])
    return first[both], second[both]


def _contrast(outcome: FloatArray, arms: Arms, rows: IntArray, level: float) -> Contrast:
    """Compare the arms among ``rows``, with families as clusters.

    Pairs are left out of the variance: cases of a pair are alike, so that makes it no smaller. CR2
    keeps its size when few families are left, which the two-way sandwich does not.
    """
    y, arm, family = outcome[rows], arms.treated[rows], arms.family[rows]
    if arm.all() or not arm.any():
        return no_contrast("empty_arm")
    difference = clustered_risk_difference(y, arm, family, vcov_type="CR2", level=level)
    ratio = clustered_risk_ratio(y, arm, family, vcov_type="CR2", level=level)
    return Contrast(
        treated=Share.of(int(y[arm].sum()), int(arm.sum())),
        comparison=Share.of(int(y[~arm].sum()), int((~arm).sum())),
        difference=estimate_of(difference),
        ratio=estimate_of(ratio),
        reason=difference.reason if isinstance(difference, NotEstimable) else None,
    )


def _weighted(outcome: FloatArray, arms: Arms, weights: FloatArray, level: float) -> Contrast:
    rows = np.flatnonzero(~np.isnan(outcome))
    y, arm = outcome[rows], arms.treated[rows]
    if arm.all() or not arm.any():
        return no_contrast("empty_arm")
    options: Any = {"cluster": arms.family[rows], "vcov_type": "CR2", "level": level}
    difference = weighted_contrast(y, arm, weights[rows], **options)
    ratio = weighted_contrast(y, arm, weights[rows], measure="risk_ratio", **options)
    one, other = (float(np.average(y[side], weights=weights[rows][side])) for side in (arm, ~arm))
    return Contrast(
        treated=Share(events=None, n=None, value=one),
        comparison=Share(events=None, n=None, value=other),
        difference=estimate_of(difference),
        ratio=estimate_of(ratio),
        reason=difference.reason if isinstance(difference, NotEstimable) else None,
        weighted=True,
    )


def estimate_of(result: Any) -> Estimate | None:
    """Return the number, interval and p-value of a kernel's result."""
    if isinstance(result, NotEstimable):
        return None
    return Estimate(
        value=result.estimate, conf_int=result.conf_int, p_value=getattr(result, "p_value", None)
    )


def _balance(
    table: BalanceTable, arms: Arms, groups: tuple[Any, ...]
) -> tuple[CovariateBalance, ...]:
    return tuple(
        CovariateBalance(
            covariate=row.covariate,
            unadjusted=row.smd_unadjusted,
            adjusted=row.smd_adjusted,
            cells=_cells([arms.values[group, place] for group in groups]),
        )
        for place, row in enumerate(table.rows)
    )


def _cells(groups: list[FloatArray]) -> tuple[int, ...]:
    """Return the cases with and without a yes-or-no covariate in each group."""
    if not all(np.isin(group, (0, 1)).all() for group in groups):
        return ()
    return tuple(int(cell) for group in groups for cell in (group.sum(), (1 - group).sum()))
