r"""Cox proportional hazards: how covariates multiply the rate of an event.

Assumes that hazards are proportional (see `proportional_hazards_test`) and that censoring says
nothing about what would have come after, given the covariates. Method notes:
``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import binary_vector, float_vector, group_codes, whole_counts
from analytics.statistics.results import NotEstimable
from analytics.statistics.time_to_event.hazard_fit import HazardFit, HazardInputs
from analytics.statistics.time_to_event.risk_sets import RiskSets


def fit_cox(
    duration: ArrayLike,
    event_observed: ArrayLike,
    covariates: ArrayLike,
    *,
    entry: ArrayLike | None = None,
    stratum: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> HazardFit | NotEstimable:
    r"""Fit a Cox model by maximum partial likelihood, Efron's ties.

    Parameters
    ----------
    duration : array_like of float, shape (n,)
        Time of the event or the end of observation. Complete.
    event_observed : array_like of bool or 0/1, shape (n,)
        Whether the event ended it (else censored). With competing events, ``event == cause`` gives
        that cause's own hazard.
    covariates : array_like of float, shape (n, k)
        Covariates, any units; categories as 0/1 columns. Complete.
    entry : array_like of float, shape (n,), optional
        Time after which each unit is under observation, below its duration.
    stratum : array_like, shape (n,), optional
        Each stratum has its own baseline hazard.
    cluster : array_like, shape (n,), optional
        Cluster label, for example the family; gives the sandwich by cluster.

    Returns
    -------
    HazardFit or NotEstimable
        Reasons: ``"no_cases"``, ``"no_events"``, ``"too_few_clusters"`` (no more than covariates),
        ``"collinear"`` (a covariate doesn't vary among those at risk, or follows from others),
        ``"separation"`` (some combination of covariates orders the events perfectly, for instance a
        group without events).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another shape, or out of range.

    Notes
    -----
    Newton steps on standardised covariates, halved while the likelihood falls; no convergence in 30
    steps is read as separation. Clustered covariance: score residuals times the inverse information
    summed within clusters, :math:`\sum_g D_g D_g'` [2]_.

    References
    ----------
    .. [1] Cox DR (1972), JRSS B 34:187-220; Efron B (1977), JASA 72:557-565.
    .. [2] Lin DY, Wei LJ (1989), JASA 84:1074-1078; Lee EW, Wei LJ, Amato DA (1992).
    """
    durations = float_vector(duration, name="duration")
    n = len(durations)
    happened = binary_vector(event_observed, name="event_observed", length=n)
    entries = None if entry is None else float_vector(entry, name="entry", length=n)
    if entries is not None and (entries >= durations).any():
        raise InvalidInputError("entry must be below duration")
    strata = None if stratum is None else group_codes(stratum, name="stratum", length=n)[0]
    inputs = HazardInputs.of(covariates, happened, cluster)
    if isinstance(inputs, NotEstimable):
        return inputs
    return inputs.fit("cox", RiskSets.of(durations, happened, entries, strata))


def fit_cause_specific(
    duration: ArrayLike,
    event: ArrayLike,
    covariates: ArrayLike,
    *,
    cause: int = 1,
    stratum: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
) -> HazardFit | NotEstimable:
    """Fit the hazard of one cause among those who have had no event yet.

    Parameters
    ----------
    duration, covariates, stratum, cluster
        As in `fit_cox`.
    event : array_like of int, shape (n,)
        0 = censored, 1, 2, ... = cause of the event.
    cause : int
        Cause of interest, at least 1.

    Returns
    -------
    HazardFit or NotEstimable
        As `fit_cox`. Other causes end follow-up, so the ratio says how the rate of this cause
        differs, not how many have it in the end: see `fit_fine_gray` for that.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another shape, or out of range.

    References
    ----------
    .. [1] Prentice RL et al. (1978), Biometrics 34:541-554.
    """
    codes = whole_counts(event, name="event")
    if cause < 1:
        raise InvalidInputError("cause must be at least 1")
    return fit_cox(duration, codes == cause, covariates, stratum=stratum, cluster=cluster)
