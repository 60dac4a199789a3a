r"""Answers on an ordered scale over waves or roles, respondents followed or not.

Proportional-odds regression with a covariance that allows for answers of the same respondent.
Respondents of different clusters are independent. Method notes:
``docs/methods/estimators/scores.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from analytics.errors import InvalidInputError
from analytics.statistics.inference import exponential, ratio_interval, two_sided_p
from analytics.statistics.inputs import (
    FloatArray,
    IntArray,
    critical_z,
    float_matrix,
    float_vector,
    group_codes,
    read_only,
)
from analytics.statistics.results import HealthCheck, Interval, NotEstimable
from analytics.statistics.scores._cumulative_logit import CumulativeLogit, fit_cumulative_logit
from analytics.statistics.scores._waves import respondents_check, wave_columns
from analytics.statistics.scores.counts import answer_codes

PROPORTIONAL_ODDS_P = 0.05
# A column that varies, or adds to the others, by less than this share of itself doesn't.
_RANK_TOLERANCE = 1e-9
_SEPARATED = NotEstimable(
    reason="separation", detail="A covariate predicts the lowest or highest answers perfectly."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OddsRatioRow:
    """Effect of one covariate on giving a higher answer.

    Attributes
    ----------
    coefficient : float
        Log odds ratio, the same at every cut of the scale.
    std_error : float
        Of `coefficient`.
    odds_ratio : float
        Above 1 when answers are higher.
    conf_int : Interval
        Interval of `odds_ratio`.
    p_value : float
        Two-sided Wald, in [0, 1].
    """

    coefficient: float
    std_error: float
    odds_ratio: float
    conf_int: Interval
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProportionalOddsFit:
    """Fitted proportional-odds model.

    Attributes
    ----------
    effects : tuple of OddsRatioRow
        One per covariate.
    thresholds : ndarray of float, shape (n_used - 1,)
        Log odds of answering at or below each cut when every covariate is 0.
    covariance : ndarray of float, shape (k, k)
        Of the coefficients.
    log_likelihood : float
        Of independent answers.
    answers_used : tuple of int
        Answers that somebody gave; the cuts lie between them.
    n : int
        Answers.
    n_clusters : int or None
        Distinct respondents; None when they can't be followed.
    df : float or None
        Student t degrees of freedom, respondents minus 1; None for the normal.
    checks : tuple of HealthCheck
        ``"proportional_odds"`` (with three answers or more) and ``"respondents"``.
    """

    effects: tuple[OddsRatioRow, ...]
    thresholds: FloatArray
    covariance: FloatArray
    log_likelihood: float
    answers_used: tuple[int, ...]
    n: int
    n_clusters: int | None
    df: float | None
    checks: tuple[HealthCheck, ...]

    def __post_init__(self) -> None:
        """Mark the arrays read-only."""
        read_only(self.thresholds)
        read_only(self.covariance)


@dataclass(frozen=True, slots=True)
class _Rows:
    """Answers (n,), covariates (n, k), counts (n,) and cluster codes (n,) or None."""

    codes: IntArray
    x: FloatArray
    counts: FloatArray
    clusters: IntArray | None


def fit_proportional_odds(
    answers: ArrayLike,
    covariates: ArrayLike,
    *,
    n_answers: int,
    counts: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    level: float = 0.95,
) -> ProportionalOddsFit | NotEstimable:
    r"""Regress an ordered answer on covariates, with one odds ratio for all cuts of the scale.

    Parameters
    ----------
    answers : array_like of int, shape (n,)
        Codes from 0, lowest first. Complete.
    covariates : array_like of float, shape (n, k)
        Without an intercept; categories as 0/1 columns. Complete.
    n_answers : int
        Answers on offer; those nobody gave are left out of the scale.
    counts : array_like of int, shape (n,), optional
        Equal answers that each row stands for, from 1; with `cluster`, all of one respondent.
    cluster : array_like, shape (n,), optional
        Respondent, or family. Without it every answer counts as another person's.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    ProportionalOddsFit or NotEstimable
        Reasons: ``"no_cases"``, ``"no_variation"`` (one answer only), ``"collinear"``,
        ``"separation"``, ``"too_few_clusters"`` (no more respondents than covariates plus 1).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of the wrong shape, or `level` is out of range.

    Notes
    -----
    .. math:: \mathrm{logit}\,P(y \le j) = \theta_j - x'\beta,\quad
        V = \frac{G}{G-1} A^{-1}\Big(\sum_g s_g s_g'\Big)A^{-1}

    with observed information :math:`A` and each respondent's summed score :math:`s_g`; without
    `cluster` :math:`V = A^{-1}`. The check of proportional odds fits one logistic regression per
    cut and tests by Wald whether their coefficients are equal, with the same clusters.

    References
    ----------
    .. [1] McCullagh P (1980), Journal of the Royal Statistical Society B 42:109-142.
    .. [2] Liang KY, Zeger SL (1986), Biometrika 73:13-22 (working independence).
    .. [3] Brant R (1990), Biometrics 46:1171-1178 (separate cuts).
    """
    critical_z(level)
    codes = answer_codes(answers, n_answers=n_answers)
    x = float_matrix(covariates, name="covariates")
    if len(x) != len(codes):
        raise InvalidInputError("covariates must have one row per answer")
    weight = (
        np.ones(len(x)) if counts is None else float_vector(counts, name="counts", length=len(x))
    )
    if (weight < 1).any() or (weight != np.floor(weight)).any():
        raise InvalidInputError("counts must be whole numbers from 1")
    clusters = None if cluster is None else group_codes(cluster, name="cluster", length=len(x))[0]
    if problem := _problem(codes, x, clusters):
        return problem
    centre, spread = x.mean(axis=0), x.std(axis=0)
    used, used_codes = np.unique(codes, return_inverse=True)
    rows = _Rows(used_codes.astype(np.int64), (x - centre) / spread, weight, clusters)
    fit = fit_cumulative_logit(rows.codes, rows.x, weight, len(used))
    if fit is None:
        return _SEPARATED
    cuts = len(used) - 1
    coefficients = fit.parameters[cuts:] / spread
    covariance = _covariance(fit, clusters)[cuts:, cuts:] / np.outer(spread, spread)
    n_clusters = None if clusters is None else int(clusters.max()) + 1
    df = None if n_clusters is None else float(n_clusters - 1)
    return ProportionalOddsFit(
        effects=tuple(
            _effect(float(b), math.sqrt(v), df, level)
            for b, v in zip(coefficients, np.diag(covariance), strict=True)
        ),
        thresholds=fit.parameters[:cuts] + centre @ coefficients,
        covariance=covariance,
        log_likelihood=fit.log_likelihood,
        answers_used=tuple(int(answer) for answer in used),
        n=int(weight.sum()),
        n_clusters=n_clusters,
        df=df,
        checks=(
            *(() if len(used) == 2 else (_proportional_odds_check(rows, len(used)),)),
            respondents_check(n_clusters),
        ),
    )


def answers_over_waves(
    answers: ArrayLike,
    waves: ArrayLike,
    *,
    n_answers: int,
    respondents: ArrayLike | None = None,
    level: float = 0.95,
) -> ProportionalOddsFit | NotEstimable:
    """Odds of a higher answer in each later wave against the first.

    Parameters
    ----------
    answers : array_like of int, shape (n,)
        Codes from 0, lowest first. Complete: who didn't answer a wave has no row for it.
    waves : array_like, shape (n,)
        Wave; the first in sorted order is the reference.
    n_answers : int
        Answers on offer.
    respondents : array_like, shape (n,), optional
        Who answered. Without it the waves are treated as different people, and a check says so.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    ProportionalOddsFit or NotEstimable
        One effect per later wave, in sorted order; reasons as `fit_proportional_odds`, and
        ``"no_variation"`` when there is only one wave.

    Raises
    ------
    InvalidInputError
        As `fit_proportional_odds`.
    """
    x = wave_columns(waves, len(answer_codes(answers, n_answers=n_answers)))
    if len(x) and x.shape[1] == 0:
        return NotEstimable(reason="no_variation", detail="There is only one wave.")
    return fit_proportional_odds(answers, x, n_answers=n_answers, cluster=respondents, level=level)


def _problem(codes: IntArray, x: FloatArray, clusters: IntArray | None) -> NotEstimable | None:
    """Reason why the model can't be fitted, or None."""
    n, k = x.shape
    if n == 0:
        return NotEstimable(reason="no_cases", detail="Nobody answered.")
    if np.ptp(codes) == 0:
        return NotEstimable(reason="no_variation", detail="Everybody gave the same answer.")
    spread = x.std(axis=0)
    constant = (spread <= _RANK_TOLERANCE * np.abs(x).max(axis=0)).any()
    scaled = (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0) / math.sqrt(n)
    if constant or np.linalg.matrix_rank(scaled, tol=_RANK_TOLERANCE) < k:
        return NotEstimable(reason="collinear", detail="A covariate adds nothing to the others.")
    if clusters is not None and clusters.max() + 1 <= k + 1:
        return NotEstimable(
            reason="too_few_clusters", detail="No more respondents than coefficients."
        )
    return None


def _cluster_scores(scores: FloatArray, clusters: IntArray | None) -> FloatArray:
    """Sum the scores of each respondent."""
    if clusters is None:
        return scores
    columns = [np.bincount(clusters, weights=column) for column in scores.T]
    return np.column_stack(columns)


def _covariance(fit: CumulativeLogit, clusters: IntArray | None) -> FloatArray:
    """Inverse information, or the sandwich over respondents."""
    bread = np.asarray(np.linalg.inv(fit.information), dtype=np.float64)
    if clusters is None:
        return bread
    totals = _cluster_scores(fit.scores, clusters) @ bread
    factor = len(totals) / (len(totals) - 1)
    return np.asarray(factor * totals.T @ totals, dtype=np.float64)


def _effect(b: float, se: float, df: float | None, level: float) -> OddsRatioRow:
    """Wald inference on the log scale."""
    return OddsRatioRow(
        coefficient=b,
        std_error=se,
        odds_ratio=exponential(b),
        conf_int=ratio_interval(
            b, se, level=level, method="log_wald" if df is None else "cluster_t", df=df
        ),
        p_value=two_sided_p(b / se, df),
    )


def _proportional_odds_check(rows: _Rows, n_used: int) -> HealthCheck:
    """Judge whether one odds ratio does for all cuts of the scale."""
    p_value = _equal_cuts_p(rows, n_used)
    return HealthCheck(
        name="proportional_odds",
        value=p_value,
        threshold=PROPORTIONAL_ODDS_P,
        status="pass" if p_value is not None and p_value >= PROPORTIONAL_ODDS_P else "review",
        meaning=(
            "p-value of the test that the odds ratio is the same at every cut of the scale. When it"
            " is small, or can't be had because a cut is too thin, read the cuts one by one."
        ),
        source="Brant 1990, Biometrics 46:1171-1178; 0.05 is our own rule",
    )


def _equal_cuts_p(rows: _Rows, n_used: int) -> float | None:
    """Wald test of equal coefficients over the cuts; None when a cut can't be fitted."""
    k = rows.x.shape[1]
    slopes, influence = [], []
    # A row of several respondents has several scores, not one large one.
    root = np.ones(len(rows.x)) if rows.clusters is not None else np.sqrt(rows.counts)
    for cut in range(1, n_used):
        fit = fit_cumulative_logit((rows.codes >= cut).astype(np.int64), rows.x, rows.counts, 2)
        if fit is None:
            return None
        totals = _cluster_scores(fit.scores / root[:, None], rows.clusters)
        slopes.append(fit.parameters[1:])
        influence.append(np.linalg.solve(fit.information, totals.T)[1:])
    first = np.concatenate(influence)
    contrast = np.kron(np.column_stack([-np.ones(n_used - 2), np.eye(n_used - 2)]), np.eye(k))
    difference = contrast @ np.concatenate(slopes)
    spread = contrast @ (first @ first.T) @ contrast.T
    if np.linalg.matrix_rank(spread, hermitian=True) < len(difference):
        return None
    return float(chdtrc(len(difference), difference @ np.linalg.solve(spread, difference)))
