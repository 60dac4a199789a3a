r"""Difference in cumulative incidence between two groups made alike by strata.

Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.statistics.inference import symmetric_interval
from analytics.statistics.inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    binary_vector,
    float_vector,
    group_codes,
    missing_arm,
)
from analytics.statistics.results import HealthCheck, Interval, NotEstimable, Status
from analytics.statistics.time_to_event.horizon_group import Group, HorizonEstimate, Question

COMPARED_PASS, COMPARED_REVIEW = 0.95, 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardisedDifference:
    """Cumulative incidence at a horizon in the treated, and in others standardised to them.

    Attributes
    ----------
    horizon : float
        In the units of the durations (days).
    treated, comparison : float
        Incidence in the treated units that are compared, and in comparison units weighted to the
        strata of those.
    estimate, std_error : float
        Treated minus comparison, in [-1, 1]; the error allows for clusters.
    conf_int : Interval
        Wald, within range.
    n_treated, n_comparison : int
        Units, in all strata.
    n_compared : int
        Treated units in strata where both groups can be estimated.
    n_strata : int
        Those strata.
    check : HealthCheck
        ``"compared_share"``.
    """

    horizon: float
    treated: float
    comparison: float
    estimate: float
    std_error: float
    conf_int: Interval
    n_treated: int
    n_comparison: int
    n_compared: int
    n_strata: int
    check: HealthCheck


def standardised_difference(
    duration: ArrayLike,
    event: ArrayLike,
    treated: ArrayLike,
    stratum: ArrayLike,
    *,
    horizon: float,
    cause: int = 1,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> StandardisedDifference | NotEstimable:
    r"""Difference in cumulative incidence, standardised to the strata of the treated.

    Parameters
    ----------
    duration : array_like of float, shape (n,)
        Time from the start to the first event or the end of observation; at least 0. Complete.
    event : array_like of int, shape (n,)
        0 = censored, 1, 2, ... = cause of the event. Censorings come after events of that time.
    treated : array_like of bool or 0/1, shape (n,)
        Group. Complete.
    stratum : array_like, shape (n,)
        Label of each unit's stratum: a combination of what confounds. Complete.
    horizon : float
        Above 0.
    cause : int
        Cause of interest, at least 1.
    cluster : array_like, shape (n,), optional
        Cluster label, for example the family; each unit by itself when omitted.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    StandardisedDifference or NotEstimable
        Reasons: ``"no_cases"``, ``"empty_arm"``, ``"no_overlap"`` (no stratum in which both groups
        have two clusters and are followed to the horizon), ``"too_few_clusters"``.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or out of range.

    Notes
    -----
    .. math:: \hat\Delta = \sum_s \frac{n_{1s}}{n_1}\{F_{1s}(\tau) - F_{0s}(\tau)\}

    with the Aalen-Johansen incidence of each group and stratum; an average effect in the treated
    if the strata hold all that confounds. Influence of unit i:
    :math:`w_s\,\partial F_{as}/\partial w_i`, with minus in the comparison group, and for a treated
    one :math:`(\Delta_s - \hat\Delta)/n_1` besides, as the weights are estimated too. Variance: sum
    of squares of clusters' totals.

    References
    ----------
    .. [1] Hernan MA, Robins JM (2020), Causal Inference: What If, chapter 13 (standardisation).
    .. [2] Aalen OO, Johansen S (1978), Scandinavian Journal of Statistics 5:141-150.
    """
    asked = Question("incidence", horizon, cause, level)
    durations = float_vector(duration, name="duration")
    n = len(durations)
    events = float_vector(event, name="event", length=n)
    arm = binary_vector(treated, name="treated", length=n)
    strata, n_strata = group_codes(stratum, name="stratum", length=n)
    labels = group_codes(np.arange(n) if cluster is None else cluster, name="cluster", length=n)[0]
    missing = missing_arm(int(arm.sum()), int((~arm).sum()))
    if missing is not None:
        return missing
    parts = [
        part
        for one in range(n_strata)
        if (part := _stratum(durations, events, arm, labels, strata == one, asked)) is not None
    ]
    n_compared = sum(part.n_treated for part in parts)
    if not n_compared:
        return NotEstimable(
            reason="no_overlap", detail="No stratum holds enough of both groups for long enough."
        )
    weights = np.array([part.n_treated / n_compared for part in parts])
    one, other = (float(weights @ [part.shares[group] for part in parts]) for group in (0, 1))
    totals = sum(
        (
            part.influence(weight, one - other, n_compared)
            for part, weight in zip(parts, weights, strict=True)
        ),
        start=np.zeros(n),
    )
    by_cluster = np.bincount(labels, weights=totals)
    std_error = math.sqrt(float(by_cluster @ by_cluster))
    limits = symmetric_interval(one - other, std_error, level=level, method="wald")
    return StandardisedDifference(
        horizon=float(horizon),
        treated=one,
        comparison=other,
        estimate=one - other,
        std_error=std_error,
        conf_int=Interval(
            low=max(limits.low, -1.0), high=min(limits.high, 1.0), level=level, method="wald"
        ),
        n_treated=int(arm.sum()),
        n_comparison=int((~arm).sum()),
        n_compared=n_compared,
        n_strata=len(parts),
        check=_compared_check(n_compared / int(arm.sum())),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Stratum:
    """Both groups of one stratum: rows, incidences, and each unit's influence on its own."""

    rows: tuple[IntArray, IntArray]
    shares: tuple[float, float]
    own: tuple[FloatArray, FloatArray]
    n: int

    @property
    def n_treated(self) -> int:
        """Treated units."""
        return len(self.rows[0])

    def influence(self, weight: float, difference: float, n_compared: int) -> FloatArray:
        """Influence of every unit on the standardised difference; 0 outside the stratum."""
        found = np.zeros(self.n)
        apart = self.shares[0] - self.shares[1] - difference
        found[self.rows[0]] = weight * self.own[0] + apart / n_compared
        found[self.rows[1]] = -weight * self.own[1]
        return found


def _stratum(
    durations: FloatArray,
    events: FloatArray,
    arm: BoolArray,
    labels: IntArray,
    inside: BoolArray,
    asked: Question,
) -> _Stratum | None:
    """Estimate both groups of a stratum; None when one of them can't be."""
    rows, shares, own = [], [], []
    for units in (arm, ~arm):
        chosen = np.flatnonzero(inside & units)
        if not len(chosen):
            return None
        group = Group.from_rows(durations[chosen], events[chosen], labels[chosen], asked)
        found = group.estimate(asked)
        if not isinstance(found, HorizonEstimate):
            return None
        rows.append(chosen)
        shares.append(found.estimate)
        own.append(group.weighted.unit_influence(durations[chosen], events[chosen]))
    return _Stratum((rows[0], rows[1]), (shares[0], shares[1]), (own[0], own[1]), len(durations))


def _compared_check(share: float) -> HealthCheck:
    """Judge how many treated units have comparison units like them."""
    status: Status = (
        "pass" if share >= COMPARED_PASS else "review" if share >= COMPARED_REVIEW else "fail"
    )
    return HealthCheck(
        name="compared_share",
        value=share,
        threshold=COMPARED_PASS,
        status=status,
        meaning=(
            "Share of the treated in strata that hold enough of both groups. The difference is of "
            "those only."
        ),
        source="Our own rule",
    )
