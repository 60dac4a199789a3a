r"""Share who give one answer over waves, by generalised estimating equations (GEE).

Allows for answers of the same respondent, and for respondents who miss a wave at random. Method
notes: ``docs/methods/estimators/scores.md``.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, expit

from analytics.statistics.inference import exponential, ratio_interval, two_sided_p
from analytics.statistics.inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    binary_vector,
    critical_z,
    group_codes,
)
from analytics.statistics.results import HealthCheck, Interval, NotEstimable
from analytics.statistics.scores._waves import respondents_check, wave_columns


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveShare:
    """One wave.

    Attributes
    ----------
    share : float
        Fitted share, in (0, 1).
    conf_int : Interval
        Interval of `share`.
    odds_ratio : float or None
        Odds against the first wave; None for the first.
    odds_ratio_conf_int : Interval or None
        Its interval.
    log_odds_ratio, std_error : float or None
        Its natural logarithm, and the standard error of that.
    p_value : float or None
        Two-sided Wald against the first wave.
    n : int
        Respondents of the wave.
    """

    share: float
    conf_int: Interval
    odds_ratio: float | None
    odds_ratio_conf_int: Interval | None
    log_odds_ratio: float | None
    std_error: float | None
    p_value: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveShares:
    """Shares over waves.

    Attributes
    ----------
    waves : tuple of WaveShare
        In sorted order of the waves.
    correlation : float or None
        Exchangeable working correlation of answers of the same respondent; None when nobody
        answered twice.
    p_value : float
        Joint Wald test that the shares of all waves are equal.
    n_respondents : int
        Distinct respondents.
    checks : tuple of HealthCheck
        ``"respondents"``.
    """

    waves: tuple[WaveShare, ...]
    correlation: float | None
    p_value: float
    n_respondents: int
    checks: tuple[HealthCheck, ...]


def share_over_waves(
    answers: ArrayLike, waves: ArrayLike, respondents: ArrayLike, *, level: float = 0.95
) -> WaveShares | NotEstimable:
    r"""Share answering yes in each wave, and odds ratios against the first.

    Parameters
    ----------
    answers : array_like of bool or 0/1, shape (n,)
        Whether the answer was given. Complete: who missed a wave has no row for it.
    waves : array_like, shape (n,)
        Wave; the first in sorted order is the reference.
    respondents : array_like, shape (n,)
        Who answered.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    WaveShares or NotEstimable
        Reasons: ``"no_cases"``, ``"no_variation"`` (one wave, or nobody changes),
        ``"separation"`` (everybody or nobody in a wave answers yes), ``"too_few_clusters"`` (no
        more respondents than waves), ``"not_converged"``.

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, or `level` is out of range.

    Notes
    -----
    Logit link, exchangeable working correlation, robust standard errors, normal intervals:
    statsmodels ``GEE``.

    References
    ----------
    .. [1] Liang KY, Zeger SL (1986), Biometrika 73:13-22.
    """
    z = critical_z(level)
    flags = binary_vector(answers, name="answers")
    wave, n_waves = group_codes(waves, name="waves", length=len(flags))
    people, n_people = group_codes(respondents, name="respondents", length=len(flags))
    if problem := _problem(flags, wave, n_waves, n_people):
        return problem
    design = np.column_stack([np.ones(len(flags)), wave_columns(wave, len(flags))])
    fitted = _fit(flags.astype(np.float64), design, people, repeated=n_people < len(flags))
    if isinstance(fitted, NotEstimable):
        return fitted
    beta, covariance, correlation = fitted
    sizes = np.bincount(wave)
    return WaveShares(
        waves=tuple(_wave(j, beta, covariance, int(sizes[j]), z, level) for j in range(n_waves)),
        correlation=correlation,
        p_value=float(
            chdtrc(n_waves - 1, beta[1:] @ np.linalg.solve(covariance[1:, 1:], beta[1:]))
        ),
        n_respondents=n_people,
        checks=(respondents_check(n_people),),
    )


def _problem(flags: BoolArray, wave: IntArray, n_waves: int, n_people: int) -> NotEstimable | None:
    """Reason why the shares can't be modelled, or None."""
    if len(flags) == 0:
        return NotEstimable(reason="no_cases", detail="Nobody answered.")
    if n_waves == 1:
        return NotEstimable(reason="no_variation", detail="There is only one wave.")
    yes, n = np.bincount(wave, weights=flags), np.bincount(wave)
    if ((yes == 0) | (yes == n)).any():
        return NotEstimable(
            reason="separation", detail="In one wave everybody, or nobody, gives the answer."
        )
    if n_people <= n_waves:
        return NotEstimable(reason="too_few_clusters", detail="No more respondents than waves.")
    return None


def _fit(
    y: FloatArray, design: FloatArray, people: IntArray, *, repeated: bool
) -> tuple[FloatArray, FloatArray, float | None] | NotEstimable:
    """Coefficients, robust covariance and working correlation."""
    from statsmodels.genmod.cov_struct import Exchangeable, Independence  # noqa: PLC0415
    from statsmodels.genmod.families import Binomial  # noqa: PLC0415
    from statsmodels.genmod.generalized_estimating_equations import GEE  # noqa: PLC0415

    structure = Exchangeable() if repeated else Independence()
    failed = NotEstimable(reason="not_converged", detail="The estimating equations don't converge.")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            result = GEE(y, design, groups=people, family=Binomial(), cov_struct=structure).fit()
        except (Warning, np.linalg.LinAlgError, ValueError):
            return failed
    covariance = np.asarray(result.cov_params(), dtype=np.float64)
    if np.linalg.matrix_rank(covariance, hermitian=True) < len(covariance):
        return NotEstimable(
            reason="no_variation",
            detail="Respondents change so alike, or not at all, that there is no standard error.",
        )
    correlation = float(structure.dep_params) if repeated else None
    return np.asarray(result.params, dtype=np.float64), covariance, correlation


def _wave(
    j: int, beta: FloatArray, covariance: FloatArray, n: int, z: float, level: float
) -> WaveShare:
    """Share of one wave, and its odds ratio against the first."""
    vector = np.zeros(len(beta))
    vector[[0, j]] = 1
    eta = float(vector @ beta)
    half = z * math.sqrt(float(vector @ covariance @ vector))
    share_interval = Interval(
        low=float(expit(eta - half)), high=float(expit(eta + half)), level=level, method="gee_logit"
    )
    if j == 0:
        b = se = ratio = ratio_limits = p_value = None
    else:
        b, se = float(beta[j]), math.sqrt(float(covariance[j, j]))
        ratio, p_value = exponential(b), two_sided_p(b / se)
        ratio_limits = ratio_interval(b, se, level=level, method="gee_log")
    return WaveShare(
        share=float(expit(eta)),
        conf_int=share_interval,
        odds_ratio=ratio,
        odds_ratio_conf_int=ratio_limits,
        log_odds_ratio=b,
        std_error=se,
        p_value=p_value,
        n=n,
    )
