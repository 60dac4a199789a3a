r"""Fine-Gray: how covariates relate to the cumulative incidence of a cause among competing ones.

Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import BoolArray, FloatArray, float_vector
from analytics.statistics.results import NotEstimable
from analytics.statistics.time_to_event.hazard_fit import HazardFit, HazardInputs
from analytics.statistics.time_to_event.life_table import LifeTable, life_table_from_rows
from analytics.statistics.time_to_event.partial_likelihood import (
    LikelihoodTerms,
    PartialLikelihood,
)
from analytics.statistics.time_to_event.risk_sets import LateMembers, RiskSets


def fit_fine_gray(
    duration: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    *,
    cause: int = 1,
    cluster: ArrayLike | None = None,
) -> HazardFit | NotEstimable:
    r"""Fit proportional subdistribution hazards of one cause.

    Parameters
    ----------
    duration : array_like of float, shape (n,)
        Time from the start to the first event or the end of observation; at least 0. Complete.
    event : array_like of int, shape (n,)
        0 = censored, 1, 2, ... = cause of the event.
    covariates : array_like of float, shape (n, k)
        Covariates, any units; categories as 0/1 columns. Complete.
    cause : int
        Cause of interest, at least 1.
    cluster : array_like, shape (n,), optional
        Cluster label; the sandwich then sums over clusters instead of units.

    Returns
    -------
    HazardFit or NotEstimable
        Reasons as `fit_cox`.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another shape, or out of range.

    Notes
    -----
    A unit with a competing event at s stays in the risk set at t > s with weight
    :math:`\hat G(t^-) / \hat G(s^-)`, G the Kaplan-Meier curve of being uncensored, the same for
    all units. Breslow's ties. The sandwich allows for G being estimated [1]_.

    References
    ----------
    .. [1] Fine JP, Gray RJ (1999), JASA 94:496-509, equations 7 and 8.
    .. [2] Zhou B, Fine J, Latouche A, Labopin M (2012), Biostatistics 13:371-383 (clusters).
    """
    durations = float_vector(duration, name="duration")
    codes = float_vector(event, name="event", length=len(durations))
    if cause < 1:
        raise InvalidInputError("cause must be at least 1")
    table = life_table_from_rows(durations, codes)
    happened = np.asarray(codes == cause, dtype=np.bool_)
    inputs = HazardInputs.of(covariates, happened, cluster)
    if isinstance(inputs, NotEstimable):
        return inputs
    competing = np.asarray((codes > 0) & ~happened, dtype=np.bool_)
    sets = _with_late_members(RiskSets.of(durations, happened), durations, competing, table)

    def correction(likelihood: PartialLikelihood, terms: LikelihoodTerms) -> FloatArray:
        return _censoring_scores(likelihood, terms, durations, codes, table)

    return inputs.fit("fine_gray", sets, correction)


def _uncensored_before(table: LifeTable, times: FloatArray) -> FloatArray:
    """Probability of being uncensored just before given times; events leave after censorings."""
    stays = np.cumprod(1 - table.n_censored / table.n_at_risk)
    at = np.searchsorted(table.time, times, side="left")
    return np.asarray(np.concatenate(([1.0], stays))[at], dtype=np.float64)


def _with_late_members(
    sets: RiskSets, duration: FloatArray, competing: BoolArray, table: LifeTable
) -> RiskSets:
    """Keep units with a competing event in the risk sets after it."""
    unit = np.flatnonzero(competing)
    late = LateMembers(
        unit=unit,
        since=np.searchsorted(sets.time, duration[unit], side="right"),
        weight=1 / _uncensored_before(table, duration[unit]),
        uncensored=_uncensored_before(table, sets.time),
    )
    return replace(sets, late=late)


def _censoring_scores(
    likelihood: PartialLikelihood,
    terms: LikelihoodTerms,
    duration: FloatArray,
    codes: FloatArray,
    table: LifeTable,
) -> FloatArray:
    r"""Contribution of each unit to the score through the estimated G, shape (n, k).

    :math:`\psi_i = \int q(u)/\pi(u)\, dM^c_i(u)`, with q the total score after u of the units that
    had a competing event before it, and pi the number at risk.
    """
    sets, late = likelihood.sets, likelihood.sets.late
    if late is None:
        return np.zeros_like(likelihood.x)
    censored = table.n_censored > 0
    u, at_risk = table.time[censored], table.n_at_risk[censored]
    hazard = table.n_censored[censored] / at_risk
    joined = np.searchsorted(u, duration[late.unit], side="right")
    after = np.searchsorted(sets.time, u, side="left")
    weight = late.weight * terms.risk[late.unit]
    rate = terms.inverse[0] * late.uncensored
    own = np.searchsorted(u, duration, side="right")
    is_censored = codes == 0

    def before(values: FloatArray) -> FloatArray:
        joining = np.bincount(joined, values, minlength=len(u) + 1)
        return np.cumsum(joining, dtype=np.float64)[:-1]

    def from_then_on(values: FloatArray) -> FloatArray:
        return np.concatenate((np.cumsum(values[::-1])[::-1], [0.0]))[after]

    psi = np.empty_like(likelihood.x)
    for k, x in enumerate(likelihood.x.T):
        drift = late.uncensored * terms.s1[:, k] * terms.square[0]
        q = before(weight * x[late.unit]) * from_then_on(rate) - before(weight) * from_then_on(
            drift
        )
        share = q / at_risk
        compensator = np.concatenate(([0.0], np.cumsum(share * hazard)))[own]
        jump = np.where(is_censored, np.concatenate(([0.0], share))[own], 0.0)
        psi[:, k] = jump - compensator
    return psi
