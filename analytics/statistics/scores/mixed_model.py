r"""Scores of the same respondents over waves or time: linear mixed models.

Assumes normal respondents and residuals, and that who misses a wave does so at random given the
scores seen. Method notes: ``docs/methods/estimators/scores.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.statistics.inference import symmetric_interval, two_sided_p
from analytics.statistics.inputs import FloatArray, IntArray, critical_z, float_vector, group_codes
from analytics.statistics.results import HealthCheck, Interval, NotEstimable
from analytics.statistics.scores._mixed_likelihood import fit_reml
from analytics.statistics.scores._waves import respondents_check, wave_columns

# Share of the residual variance below which a variance of respondents is at its border, 0.
_BORDER = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanRow:
    """One fixed effect.

    Attributes
    ----------
    estimate : float
        In units of the score.
    std_error : float
        Its standard error.
    conf_int : Interval
        Normal interval.
    p_value : float
        Two-sided, in [0, 1].
    """

    estimate: float
    std_error: float
    conf_int: Interval
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedModelResult:
    """Fitted model.

    Attributes
    ----------
    intercept : MeanRow
        Mean score at the first wave, or at time 0.
    effects : tuple of MeanRow
        Change from the first wave, one per later wave; or the mean slope per unit of time.
    sd_intercept : float
        Standard deviation between respondents, from 0.
    sd_slope : float or None
        Standard deviation of the slopes; None without random slopes.
    sd_residual : float
        Standard deviation within respondents.
    n, n_respondents : int
        Scores and distinct respondents.
    checks : tuple of HealthCheck
        ``"variance_border"`` and ``"respondents"``.
    """

    intercept: MeanRow
    effects: tuple[MeanRow, ...]
    sd_intercept: float
    sd_slope: float | None
    sd_residual: float
    n: int
    n_respondents: int
    checks: tuple[HealthCheck, ...]


def score_over_waves(
    scores: ArrayLike, waves: ArrayLike, respondents: ArrayLike, *, level: float = 0.95
) -> MixedModelResult | NotEstimable:
    r"""Mean change of a score from the first wave, with an intercept for each respondent.

    Parameters
    ----------
    scores : array_like of float, shape (n,)
        Scores, any units. Complete: who missed a wave has no row for it.
    waves : array_like, shape (n,)
        Wave; the first in sorted order is the reference.
    respondents : array_like, shape (n,)
        Who answered.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    MixedModelResult or NotEstimable
        Reasons: ``"no_cases"``, ``"no_variation"`` (one wave, or scores that the model leaves no
        residual), ``"too_few_cases"`` (nobody answered twice), ``"not_converged"``.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or `level` is out of range.

    Notes
    -----
    :math:`y_{iw} = \mu + \delta_w + u_i + \epsilon_{iw}`, restricted maximum likelihood.

    References
    ----------
    .. [1] Laird NM, Ware JH (1982), Biometrics 38:963-974.
    """
    critical_z(level)
    y = float_vector(scores, name="scores")
    x = wave_columns(waves, len(y))
    people, n_people = group_codes(respondents, name="respondents", length=len(y))
    ones = np.ones((len(y), 1))
    return _fit(y, np.column_stack([ones, x]), ones, people, n_people, level)


def score_over_time(
    scores: ArrayLike, times: ArrayLike, respondents: ArrayLike, *, level: float = 0.95
) -> MixedModelResult | NotEstimable:
    r"""Mean slope of a score over time, with an intercept and a slope for each respondent.

    Parameters
    ----------
    scores : array_like of float, shape (n,)
        Scores, any units. Complete.
    times : array_like of float, shape (n,)
        Time of each score. Complete.
    respondents : array_like, shape (n,)
        Whose score it is.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    MixedModelResult or NotEstimable
        Reasons as `score_over_waves`; ``"too_few_cases"`` when there are no more scores than twice
        the respondents.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or `level` is out of range.

    Notes
    -----
    :math:`y_{it} = \mu + u_i + (\beta + v_i)t + \epsilon_{it}`, :math:`(u_i, v_i)` correlated,
    restricted maximum likelihood.

    References
    ----------
    .. [1] Laird NM, Ware JH (1982), Biometrics 38:963-974.
    """
    critical_z(level)
    y = float_vector(scores, name="scores")
    t = float_vector(times, name="times", length=len(y))
    people, n_people = group_codes(respondents, name="respondents", length=len(y))
    design = np.column_stack([np.ones(len(y)), t])
    return _fit(y, design, design, people, n_people, level)


def _problem(
    y: FloatArray, design: FloatArray, n_random: int, n_people: int
) -> NotEstimable | None:
    """Reason why the model can't be fitted, or None."""
    if len(y) == 0:
        return NotEstimable(reason="no_cases", detail="There are no scores.")
    if design.shape[1] == 1 or (np.ptp(design[:, 1:], axis=0) == 0).any():
        return NotEstimable(reason="no_variation", detail="There is only one wave or time.")
    if np.ptp(y) == 0:
        return NotEstimable(reason="no_variation", detail="All scores are equal.")
    if len(y) <= n_random * n_people or n_people < 3:
        return NotEstimable(
            reason="too_few_cases",
            detail="Too few scores of the same respondents to tell them from chance.",
        )
    return None


def _fit(
    y: FloatArray,
    design: FloatArray,
    varying: FloatArray,
    people: IntArray,
    n_people: int,
    level: float,
) -> MixedModelResult | NotEstimable:
    """Wald inference from the fitted model."""
    if problem := _problem(y, design, varying.shape[1], n_people):
        return problem
    fit = fit_reml(y, design, varying, people)
    if isinstance(fit, NotEstimable):
        return fit
    rows = tuple(
        _row(float(b), math.sqrt(v), level)
        for b, v in zip(fit.coefficients, np.diag(fit.covariance), strict=True)
    )
    sd = np.sqrt(np.diag(fit.random_covariance))
    return MixedModelResult(
        intercept=rows[0],
        effects=rows[1:],
        sd_intercept=float(sd[0]),
        sd_slope=float(sd[1]) if len(sd) > 1 else None,
        sd_residual=math.sqrt(fit.residual_variance),
        n=len(y),
        n_respondents=n_people,
        checks=(
            _border_check(fit.random_covariance, varying, fit.residual_variance),
            respondents_check(n_people),
        ),
    )


def _row(estimate: float, se: float, level: float) -> MeanRow:
    """Wald inference."""
    return MeanRow(
        estimate=estimate,
        std_error=se,
        conf_int=symmetric_interval(estimate, se, level=level, method="wald"),
        p_value=two_sided_p(estimate / se),
    )


def _border_check(spread: FloatArray, varying: FloatArray, residual: float) -> HealthCheck:
    """Judge whether a variance between respondents is estimated at 0."""
    scale = np.sqrt((varying**2).mean(axis=0))
    smallest = float(np.linalg.eigvalsh(spread * np.outer(scale, scale))[0]) / residual
    return HealthCheck(
        name="variance_border",
        value=smallest,
        threshold=_BORDER,
        status="pass" if smallest >= _BORDER else "review",
        meaning=(
            "Smallest variance between respondents over the variance within. At 0 respondents don't"
            " differ beyond chance, and the model is simpler than it was meant to be."
        ),
        source="Our own rule (docs/methods/estimators/scores.md)",
    )
