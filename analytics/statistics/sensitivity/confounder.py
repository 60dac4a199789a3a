r"""Tipping points: which unmeasured yes/no cause would bring a risk ratio to no effect.

Method notes: ``docs/methods/estimators/sensitivity.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, float_vector, read_only
from analytics.statistics.results import Interval

# A difference of prevalences below this is rounding: no strength is enough there.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustedRatio:
    """A risk ratio as it would be without one assumed cause.

    Attributes
    ----------
    estimate : float
        Adjusted risk ratio, above 0.
    conf_int : Interval
        Its interval; takes the assumed values as known.
    confounding_factor : float
        What the observed ratio was divided by.
    """

    estimate: float
    conf_int: Interval
    confounding_factor: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TippingGrid:
    """How strong a cause must be to bring a risk ratio to 1, by its share in each arm.

    Attributes
    ----------
    prevalence_treated : ndarray of float, shape (a,)
        Shares of the treated with the cause.
    prevalence_comparison : ndarray of float, shape (b,)
        Shares of the comparison arm with it.
    strength : ndarray of float, shape (a, b)
        Risk ratio of the cause with the outcome that is needed: below 1 for a protective cause,
        infinite where no strength is enough.
    """

    prevalence_treated: FloatArray
    prevalence_comparison: FloatArray
    strength: FloatArray


def confounding_factor(
    *, prevalence_treated: float, prevalence_comparison: float, strength: float
) -> float:
    r"""Ratio by which one unmeasured yes/no cause multiplies a risk ratio.

    Parameters
    ----------
    prevalence_treated, prevalence_comparison : float
        Share of each arm with the cause, in [0, 1].
    strength : float
        Risk ratio of the cause with the outcome, the same in both arms; above 0.

    Returns
    -------
    float
        Above 0; 1 when the shares are equal or the strength is 1.

    Raises
    ------
    InvalidInputError
        If a value is out of range.

    Notes
    -----
    .. math:: \frac{1 + (\gamma - 1)p_T}{1 + (\gamma - 1)p_C}

    References
    ----------
    .. [1] Schlesselman JJ (1978), American Journal of Epidemiology 108:3-8.
    .. [2] Lin DY, Psaty BM, Kronmal RA (1998), Biometrics 54:948-963, eq. 2.9.

    Examples
    --------
    >>> round(confounding_factor(
    ...     prevalence_treated=0.8, prevalence_comparison=0.05, strength=0.63), 4)
    0.7173
    """
    shares = np.array([prevalence_treated, prevalence_comparison])
    if not ((shares >= 0) & (shares <= 1)).all():
        raise InvalidInputError("a prevalence must be from 0 to 1")
    _check_ratio(strength)
    treated, comparison = 1 + (strength - 1) * shares
    return float(treated / comparison)


def adjust_for_confounder(
    estimate: float,
    conf_int: Interval,
    *,
    prevalence_treated: float,
    prevalence_comparison: float,
    strength: float,
) -> AdjustedRatio:
    """Risk ratio and interval as they would be without one assumed cause.

    Parameters
    ----------
    estimate : float
        Observed risk ratio, above 0.
    conf_int : Interval
        Its interval, above 0.
    prevalence_treated, prevalence_comparison, strength : float
        As in `confounding_factor`.

    Returns
    -------
    AdjustedRatio
        Estimate and limits divided by the confounding factor.

    Raises
    ------
    InvalidInputError
        If a value is out of range.
    """
    factor = confounding_factor(
        prevalence_treated=prevalence_treated,
        prevalence_comparison=prevalence_comparison,
        strength=strength,
    )
    for value in (estimate, conf_int.low, conf_int.high):
        _check_ratio(value)
    adjusted = Interval(
        low=conf_int.low / factor,
        high=conf_int.high / factor,
        level=conf_int.level,
        method=conf_int.method,
    )
    return AdjustedRatio(estimate=estimate / factor, conf_int=adjusted, confounding_factor=factor)


def bounding_factor(*, arm_ratio: float, outcome_ratio: float) -> float:
    r"""Most by which causes of two given strengths could multiply a risk ratio.

    Parameters
    ----------
    arm_ratio : float
        Largest risk ratio between the arm and the cause, at least 1.
    outcome_ratio : float
        Largest risk ratio between the cause and the outcome, at least 1.

    Returns
    -------
    float
        At least 1, whatever the cause's distribution.

    Raises
    ------
    InvalidInputError
        If a ratio is below 1 or not finite.

    Notes
    -----
    .. math:: B = \frac{RR_{EU} RR_{UD}}{RR_{EU} + RR_{UD} - 1}

    References
    ----------
    .. [1] Ding P, VanderWeele TJ (2016), Epidemiology 27:368-377, eq. 1.
    """
    for ratio in (arm_ratio, outcome_ratio):
        _check_ratio(ratio)
        if ratio < 1:
            raise InvalidInputError("the two strengths must be at least 1")
    return arm_ratio * outcome_ratio / (arm_ratio + outcome_ratio - 1)


def tipping_grid(
    risk_ratio: float, *, prevalence_treated: ArrayLike, prevalence_comparison: ArrayLike
) -> TippingGrid:
    r"""Strength that a cause would need, for every combination of its shares in the arms.

    Parameters
    ----------
    risk_ratio : float
        What is to be explained away: an estimate or a confidence limit, above 0.
    prevalence_treated : array_like of float, shape (a,)
        Shares in [0, 1].
    prevalence_comparison : array_like of float, shape (b,)
        Shares in [0, 1].

    Returns
    -------
    TippingGrid
        Strengths; infinite where no strength is enough.

    Raises
    ------
    InvalidInputError
        If a value is out of range.

    Notes
    -----
    `confounding_factor` equal to the risk ratio R, solved for the strength:
    :math:`\gamma = 1 + (R - 1)/(p_T - R p_C)`, where that is above 0.

    References
    ----------
    .. [1] Lin DY, Psaty BM, Kronmal RA (1998), Biometrics 54:948-963, section 2.
    """
    _check_ratio(risk_ratio)
    treated = float_vector(prevalence_treated, name="prevalence_treated")
    comparison = float_vector(prevalence_comparison, name="prevalence_comparison")
    for shares in (treated, comparison):
        if ((shares < 0) | (shares > 1)).any():
            raise InvalidInputError("a prevalence must be from 0 to 1")
    gap = treated[:, None] - risk_ratio * comparison[None, :]
    reachable = np.abs(gap) > _ROUNDING * max(risk_ratio, 1.0)
    excess = np.divide(risk_ratio - 1, gap, out=np.full(gap.shape, np.inf), where=reachable)
    strength = np.where(excess > -1, 1 + excess, np.inf)
    if risk_ratio == 1:
        strength = np.ones_like(gap)
    for array in (treated, comparison, strength):
        read_only(array)
    return TippingGrid(
        prevalence_treated=treated, prevalence_comparison=comparison, strength=strength
    )


def _check_ratio(value: float) -> None:
    if not 0 < value < np.inf:
        raise InvalidInputError("a ratio must be above 0 and finite")
