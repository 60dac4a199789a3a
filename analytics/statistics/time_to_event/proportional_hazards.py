r"""Score test of whether hazards are proportional, against effects that change with time.

Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from scipy.special import chdtrc

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray
from analytics.statistics.time_to_event.hazard_fit import HazardFit
from analytics.statistics.time_to_event.risk_sets import RiskSets

Transform = Literal["km", "identity"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProportionalHazardsTest:
    """Score test that no effect changes with a function of time.

    Attributes
    ----------
    transform : {"km", "identity"}
        The function of time: 1 minus Kaplan-Meier just before, or the time.
    statistic : float
        Chi-squared of all covariates together.
    df : int
        Degrees of freedom: covariates.
    p_value : float
        In [0, 1].
    covariate_statistics, covariate_p_values : tuple of float
        One test for each covariate, with 1 degree of freedom.
    """

    transform: Transform
    statistic: float
    df: int
    p_value: float
    covariate_statistics: tuple[float, ...]
    covariate_p_values: tuple[float, ...]


def proportional_hazards_test(
    fit: HazardFit, *, transform: Transform = "km"
) -> ProportionalHazardsTest:
    r"""Test proportional hazards of a Cox model.

    Parameters
    ----------
    fit : HazardFit
        From `fit_cox`.
    transform : {"km", "identity"}
        How an effect might change with time.

    Returns
    -------
    ProportionalHazardsTest
        The joint test and one for each covariate. Where only one time has events nothing can
        change, and the statistics are 0.

    Raises
    ------
    InvalidInputError
        If the fit isn't a Cox model, or `transform` isn't one of the two.

    Notes
    -----
    Adds :math:`\theta_j\, g(t)\, x_j`, g centred over events, and tests :math:`\theta = 0`:

    .. math:: u = \sum_{events} g(t)(x - \bar x(t)),\quad
              V = I_{gg} - I_g I^{-1} I_g

    with I the information and :math:`I_g, I_{gg}` the same weighted by g and its square. Takes
    units as independent, also after a clustered fit.

    References
    ----------
    .. [1] Grambsch PM, Therneau TM (1994), Biometrika 81:515-526; as R's survival 3 computes it.
    """
    if fit.model != "cox":
        raise InvalidInputError("fit must be a Cox model")
    if transform not in get_args(Transform):
        raise InvalidInputError("transform must be km or identity")
    likelihood, terms, sets = fit.likelihood, fit.terms, fit.likelihood.sets
    g = _centred(_time_function(sets, transform), sets)
    seen = np.column_stack([sets.event_total(column) for column in likelihood.x.T])
    residual = seen - sets.n_events[:, None] * likelihood.covariate_means(terms)
    u = g @ residual
    plain, once, twice = (likelihood.information(terms, weight) for weight in (g**0, g, g**2))
    variance = twice - once @ np.linalg.solve(plain, once)
    k = len(u)
    if not g.any():
        return _result(transform, 0.0, np.zeros(k))
    statistic = float(u @ np.linalg.solve(variance, u))
    return _result(transform, statistic, u**2 / np.diag(variance))


def _time_function(sets: RiskSets, transform: Transform) -> FloatArray:
    """Return the function of time at each event position."""
    if transform == "km":
        return 1 - sets.survival_before
    return sets.time


def _centred(g: FloatArray, sets: RiskSets) -> FloatArray:
    """Subtract the mean over events; exactly 0 where all are equal."""
    if np.ptp(g) == 0:
        return np.zeros_like(g)
    return np.asarray(g - np.average(g, weights=sets.n_events), dtype=np.float64)


def _result(
    transform: Transform, statistic: float, by_covariate: FloatArray
) -> ProportionalHazardsTest:
    """Add p values."""
    return ProportionalHazardsTest(
        transform=transform,
        statistic=statistic,
        df=len(by_covariate),
        p_value=float(chdtrc(len(by_covariate), statistic)),
        covariate_statistics=tuple(by_covariate.tolist()),
        covariate_p_values=tuple(chdtrc(1, by_covariate).tolist()),
    )
