r"""Pooling estimates of several areas: common or random effects.

Assumes independent estimates with known variances, about normal, and, for random effects, areas
that are a sample of those the answer is for. Method notes:
``docs/methods/estimators/subgroups.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from analytics.errors import InvalidInputError
from analytics.statistics.inference import symmetric_interval, two_sided_p
from analytics.statistics.inputs import FloatArray, critical_z, float_vector, positive_vector
from analytics.statistics.results import HealthCheck, Interval, NotEstimable
from analytics.statistics.subgroups.between_areas import estimate_tau2, tau2_interval

PoolMethod = Literal["common", "REML", "DL", "PM"]
FEW_AREAS = 5
NARROWER = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledEstimate:
    """Estimate over areas.

    Attributes
    ----------
    estimate : float
        Mean effect, in the units of the areas' estimates (log for ratios).
    std_error : float
        Its standard error; Hartung-Knapp for random effects.
    conf_int : Interval
        Student t for random effects (method ``"hartung_knapp"``), normal for a common effect.
    p_value : float
        Two-sided, that the mean effect is 0.
    wald_conf_int : Interval
        Normal interval that takes the variance between areas as known: too narrow with few areas.
    prediction_interval : Interval or None
        Where the effect of a further area lies; None for a common effect.
    method : {"common", "REML", "DL", "PM"}
        How the variance between areas was estimated.
    tau2 : float
        Variance between areas, from 0.
    tau2_conf_int : Interval
        Q-profile interval of it, from 0.
    i2 : float
        Share of the variation that is between areas, in [0, 1).
    h2 : float
        Total over within-area variation, from 1.
    q : float
        Cochran's Q.
    q_p_value : float
        That all areas have the same effect.
    n_areas : int
        Areas, k.
    weights : tuple of float
        Share of each area in the estimate; their sum is 1.
    checks : tuple of HealthCheck
        ``"few_areas"``, and for random effects ``"hartung_knapp_narrower"``.
    """

    estimate: float
    std_error: float
    conf_int: Interval
    p_value: float
    wald_conf_int: Interval
    prediction_interval: Interval | None
    method: PoolMethod
    tau2: float
    tau2_conf_int: Interval
    i2: float
    h2: float
    q: float
    q_p_value: float
    n_areas: int
    weights: tuple[float, ...]
    checks: tuple[HealthCheck, ...]


def pool_estimates(
    estimates: ArrayLike,
    std_errors: ArrayLike,
    *,
    method: PoolMethod = "REML",
    level: float = 0.95,
) -> PooledEstimate | NotEstimable:
    r"""Pool the estimates of several areas.

    Parameters
    ----------
    estimates : array_like of float, shape (k,)
        One per area, on a scale where they are about normal: differences, log ratios. Complete:
        the caller leaves out, and counts, areas without an estimate.
    std_errors : array_like of float, shape (k,)
        Above 0.
    method : {"REML", "DL", "PM", "common"}
        Variance between areas: restricted maximum likelihood, DerSimonian-Laird, Paule-Mandel; or
        one common effect.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    PooledEstimate or NotEstimable
        Reasons: ``"no_cases"``, ``"too_few_cases"`` (one area), ``"no_variation"`` (all estimates
        equal: no Hartung-Knapp standard error), ``"not_converged"`` (REML).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, a standard error isn't above 0, or `level` is
        out of range.

    Notes
    -----
    With :math:`w_i = 1/(s_i^2 + \hat\tau^2)` and :math:`\hat\mu = \sum w_i y_i/\sum w_i`,

    .. math:: \mathrm{SE}^2 = \frac{\sum w_i(y_i - \hat\mu)^2}{(k - 1)\sum w_i},\quad
        \hat\mu \pm t_{k-1}\mathrm{SE},\quad
        \hat\mu \pm t_{k-1}\sqrt{\mathrm{SE}^2 + \hat\tau^2}

    the second for a further area. :math:`I^2 = \hat\tau^2/(\hat\tau^2 + \tilde s^2)` with the
    typical variance :math:`\tilde s^2 = (k-1)\sum v_i/((\sum v_i)^2 - \sum v_i^2)`,
    :math:`v_i = 1/s_i^2`; :math:`H^2 = 1/(1 - I^2)`. As metafor ``rma(test = "knha")``.

    References
    ----------
    .. [1] Hartung J, Knapp G (2001), Statistics in Medicine 20:3875-3889.
    .. [2] IntHout J, Ioannidis JPA, Rovers MM, Goeman JJ (2016), BMJ Open 6:e010247.
    .. [3] Higgins JPT, Thompson SG (2002), Statistics in Medicine 21:1539-1558, eq. 9.
    """
    critical_z(level)
    y = float_vector(estimates, name="estimates")
    v = positive_vector(std_errors, name="std_errors", length=len(y)) ** 2
    if len(y) == 0:
        return NotEstimable(reason="no_cases", detail="No area has an estimate.")
    if (v == 0).any():
        raise InvalidInputError("a standard error is too small to square")
    if len(y) == 1:
        return NotEstimable(reason="too_few_cases", detail="Only one area has an estimate.")
    if method != "common" and np.ptp(y) == 0:
        return NotEstimable(reason="no_variation", detail="All areas have the same estimate.")
    tau2 = 0.0 if method == "common" else estimate_tau2(y, v, method=method)
    if isinstance(tau2, NotEstimable):
        return tau2
    return _pooled(y, v, tau2, method, level)


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledWithoutOne:
    """What the pooled estimate would be without one area.

    Attributes
    ----------
    left_out : int
        Position of the area.
    pooled : PooledEstimate or NotEstimable
        From the others.
    """

    left_out: int
    pooled: PooledEstimate | NotEstimable


def leave_one_out(
    estimates: ArrayLike,
    std_errors: ArrayLike,
    *,
    method: PoolMethod = "REML",
    level: float = 0.95,
) -> tuple[PooledWithoutOne, ...]:
    """Pool again without each area in turn.

    Parameters
    ----------
    estimates, std_errors, method, level
        As `pool_estimates`.

    Returns
    -------
    tuple of PooledWithoutOne
        One per area, in the order given.

    Raises
    ------
    InvalidInputError
        As `pool_estimates`.

    References
    ----------
    .. [1] Viechtbauer W, Cheung MWL (2010), Research Synthesis Methods 1:112-125.
    """
    y = float_vector(estimates, name="estimates")
    se = float_vector(std_errors, name="std_errors", length=len(y))
    return tuple(
        PooledWithoutOne(
            left_out=i,
            pooled=pool_estimates(np.delete(y, i), np.delete(se, i), method=method, level=level),
        )
        for i in range(len(y))
    )


def _pooled(
    y: FloatArray, v: FloatArray, tau2: float, method: PoolMethod, level: float
) -> PooledEstimate:
    """Inference given the variance between areas."""
    k = len(y)
    w = 1 / (v + tau2)
    mean = float(w @ y / w.sum())
    wald = 1 / math.sqrt(float(w.sum()))
    scale = float(w @ (y - mean) ** 2) / (k - 1)
    common = method == "common"
    se = wald if common else wald * math.sqrt(scale)
    df = None if common else k - 1
    q = _cochran_q(y, v)
    i2 = _i_squared(v, q, tau2, common=common)
    return PooledEstimate(
        estimate=mean,
        std_error=se,
        conf_int=symmetric_interval(
            mean, se, level=level, method="wald" if common else "hartung_knapp", df=df
        ),
        p_value=two_sided_p(mean / se, df),
        wald_conf_int=symmetric_interval(mean, wald, level=level, method="wald"),
        prediction_interval=None
        if common
        else symmetric_interval(
            mean, math.sqrt(se**2 + tau2), level=level, method="prediction_t", df=df
        ),
        method=method,
        tau2=tau2,
        tau2_conf_int=tau2_interval(y, v, level=level),
        i2=i2,
        h2=1 / (1 - i2),
        q=q,
        q_p_value=float(chdtrc(k - 1, q)),
        n_areas=k,
        weights=tuple(float(share) for share in w / w.sum()),
        checks=(_few_areas(k), *(() if common else (_narrower(scale),))),
    )


def _cochran_q(y: FloatArray, v: FloatArray) -> float:
    """Weighted sum of squares about the common effect."""
    w = 1 / v
    return float(w @ (y - w @ y / w.sum()) ** 2)


def _i_squared(v: FloatArray, q: float, tau2: float, *, common: bool) -> float:
    """Share of variation between areas: from Q for a common effect, else from tau2."""
    k = len(v)
    if common:
        return max(0.0, 1 - (k - 1) / q) if q > 0 else 0.0
    w = 1 / v
    typical = (k - 1) * float(w.sum()) / (float(w.sum()) ** 2 - float(w @ w))
    return tau2 / (tau2 + typical)


def _few_areas(k: int) -> HealthCheck:
    """Judge whether there are areas enough to know how much they differ."""
    return HealthCheck(
        name="few_areas",
        value=k,
        threshold=FEW_AREAS,
        status="pass" if k >= FEW_AREAS else "review",
        meaning="Areas pooled; with few, how much they differ is hardly known.",
        source="Our own rule; Röver, Knapp and Friede 2015, BMC Medical Research Methodology 15:99",
    )


def _narrower(scale: float) -> HealthCheck:
    """Judge whether areas agree so well by luck that the standard error is too small."""
    return HealthCheck(
        name="hartung_knapp_narrower",
        value=math.sqrt(scale),
        threshold=NARROWER,
        status="pass" if math.sqrt(scale) >= NARROWER else "review",
        meaning=(
            "Hartung-Knapp standard error over the one from the areas' own variances. Clearly below"
            " 1 the areas agree better than their own errors allow: read the wider interval."
        ),
        source="Röver, Knapp and Friede 2015, BMC Medical Research Methodology 15:99; 0.95 our own",
    )
