r"""Weighted least squares with the covariance that the design asks for, contrasts and joint tests.

Method notes: ``docs/methods/estimators/cluster_robust.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import fdtrc

from analytics.errors import InvalidInputError
from analytics.statistics._two_way import crossed_codes, two_way_variance
from analytics.statistics.cluster_robust import (
    SatterthwaiteTerms,
    cluster_covariance,
    hotelling_df,
    satterthwaite_df,
)
from analytics.statistics.inference import symmetric_interval, two_sided_p
from analytics.statistics.inputs import (
    FloatArray,
    IntArray,
    critical_z,
    float_matrix,
    float_vector,
    group_codes,
    positive_vector,
    read_only,
)
from analytics.statistics.results import Interval, NotEstimable

CovarianceType = Literal["classical", "HC1", "CR0", "CR1", "CR2"]
# A column whose part outside the others' span is below this share of it adds nothing.
_RANK_TOLERANCE = 1e-10
# A variance below this share of what independent units would give is rounding, not information.
_ZERO_VARIANCE_SHARE = 1e-18


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinearFit:
    """Least squares coefficients and their covariance.

    Attributes
    ----------
    coefficients : ndarray of float, shape (k,)
        In units of the outcome per unit of each column.
    covariance : ndarray of float, shape (k, k)
        Of `coefficients`.
    residuals : ndarray of float, shape (n,)
        Outcome minus fitted value.
    n : int
        Units.
    n_clusters : int or None
        Clusters, the smaller number when clustered two ways; None without clusters.
    df : float
        Degrees of freedom when no contrast has its own: clusters minus 1, or n minus k.
    vcov_type : {"classical", "HC1", "CR0", "CR1", "CR2"}
        Covariance.
    one_way : tuple of ndarray of float, shape (k, k)
        Covariances of each grouping when clustered two ways, else empty.
    terms : SatterthwaiteTerms or None
        For the degrees of freedom of a contrast; None unless CR2.
    """

    coefficients: FloatArray
    covariance: FloatArray
    residuals: FloatArray
    n: int
    n_clusters: int | None
    df: float
    vcov_type: CovarianceType
    one_way: tuple[FloatArray, ...]
    terms: SatterthwaiteTerms | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearContrast:
    """One linear combination of coefficients.

    Attributes
    ----------
    estimate : float
        Combination, in units of the outcome.
    std_error : float
        Its standard error, above 0.
    df : float
        Degrees of freedom: Satterthwaite for CR2, clusters minus 1 for CR0 and CR1, else n minus k.
    statistic : float
        Estimate over standard error.
    p_value : float
        Two-sided Student t, in [0, 1].
    conf_int : Interval
        Student t interval.
    """

    estimate: float
    std_error: float
    df: float
    statistic: float
    p_value: float
    conf_int: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class WaldTest:
    """Joint test that several linear combinations are all 0.

    Attributes
    ----------
    statistic : float
        F statistic; for CR2 scaled as Hotelling's T squared.
    df_numerator : int
        Combinations tested.
    df_denominator : float
        Above 0; may be a fraction for CR2.
    p_value : float
        In [0, 1].
    """

    statistic: float
    df_numerator: int
    df_denominator: float
    p_value: float


def fit_linear(
    outcome: ArrayLike,
    design: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    cluster: ArrayLike | None = None,
    second_cluster: ArrayLike | None = None,
    vcov_type: CovarianceType = "CR2",
) -> LinearFit | NotEstimable:
    r"""Weighted least squares.

    Parameters
    ----------
    outcome : array_like of float, shape (n,)
        Complete.
    design : array_like of float, shape (n, k)
        Columns, the intercept among them where there is one. Complete.
    weights : array_like of float, shape (n,), optional
        Above 0: leave units of weight 0 out, because they would count as units.
    cluster : array_like, shape (n,), optional
        Cluster label; needed for CR0, CR1 and CR2.
    second_cluster : array_like, shape (n,), optional
        Second grouping, for CR0 and CR1; need not be nested in the first.
    vcov_type : {"classical", "HC1", "CR0", "CR1", "CR2"}
        Covariance; CR2 corrects for few clusters. Weights are sampling or matching weights: CR2's
        working model has equal variances whatever they are.

    Returns
    -------
    LinearFit or NotEstimable
        Reasons: ``"no_cases"``, ``"too_few_cases"`` (no more units than columns), ``"collinear"``,
        ``"too_few_clusters"`` (fewer than two), ``"no_variation"`` (the fit leaves no residual).

    Raises
    ------
    InvalidInputError
        If an input is incomplete, of another length, a weight isn't above 0, there is no such
        `vcov_type`, or the groupings don't go with it.

    Notes
    -----
    Two ways :math:`V = V_1 + V_2 - V_{12}`, each with its own factor.

    References
    ----------
    .. [1] Liang KY, Zeger SL (1986), Biometrika 73:13-22.
    .. [2] Cameron AC, Gelbach JB, Miller DL (2011), JBES 29:238-249, eq. 2.3.
    .. [3] Pustejovsky JE, Tipton E (2018), JBES 36:672-683.
    """
    y = float_vector(outcome, name="outcome")
    X = float_matrix(design, name="design", length=len(y))
    given = np.ones(len(y)) if weights is None else weights
    w = positive_vector(given, name="weights", length=len(y))
    groupings = _groupings(cluster, second_cluster, vcov_type, len(y))
    if problem := _problem(X, w, groupings):
        return problem
    root = np.sqrt(w)
    solution = np.linalg.lstsq(X * root[:, None], y * root, rcond=None)[0]
    coefficients = np.asarray(solution, dtype=np.float64)
    residuals = y - X @ coefficients
    if float(residuals @ residuals) <= _ZERO_VARIANCE_SHARE * max(float(y @ y), 1e-300):
        return NotEstimable(reason="no_variation", detail="The model leaves no residual variation.")
    covariance, one_way, terms = _covariance(X, residuals, w, groupings, vcov_type)
    n_clusters = min((size for _, size in groupings), default=None)
    for array in (coefficients, residuals, covariance, *one_way):
        read_only(array)
    return LinearFit(
        coefficients=coefficients,
        covariance=covariance,
        residuals=residuals,
        n=len(y),
        n_clusters=n_clusters,
        df=float(n_clusters - 1 if n_clusters else len(y) - X.shape[1]),
        vcov_type=vcov_type,
        one_way=one_way,
        terms=terms,
    )


def linear_contrast(
    fit: LinearFit, vector: ArrayLike, *, level: float = 0.95
) -> LinearContrast | NotEstimable:
    """Estimate one combination of coefficients.

    Parameters
    ----------
    fit : LinearFit
        Fitted model.
    vector : array_like of float, shape (k,)
        Weights of the coefficients, for example ``(0, 1)`` for the second of two.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    LinearContrast or NotEstimable
        Reason ``"too_few_clusters"`` when the clusters leave the combination no variance. When a
        two-way variance isn't positive, the larger one-way variance is used.

    Raises
    ------
    InvalidInputError
        If `vector` has another length or `level` is out of range.
    """
    critical_z(level)
    c = float_vector(vector, name="vector", length=len(fit.coefficients))
    estimate = float(c @ fit.coefficients)
    one_way = [float(c @ matrix @ c) for matrix in fit.one_way]
    variance = two_way_variance(float(c @ fit.covariance @ c), one_way)
    df = fit.df if fit.terms is None else satterthwaite_df(fit.terms, c)
    if variance <= _variance_floor(fit) or df is None:
        return NotEstimable(
            reason="too_few_clusters",
            detail="The clusters leave this contrast no variance to measure.",
        )
    se = math.sqrt(variance)
    method = "cluster_t" if fit.n_clusters else "t"
    return LinearContrast(
        estimate=estimate,
        std_error=se,
        df=df,
        statistic=estimate / se,
        p_value=two_sided_p(estimate / se, df),
        conf_int=symmetric_interval(estimate, se, level=level, method=method, df=df),
    )


def wald_test(fit: LinearFit, matrix: ArrayLike) -> WaldTest | NotEstimable:
    r"""Test jointly that combinations of coefficients are 0.

    Parameters
    ----------
    fit : LinearFit
        Fitted model.
    matrix : array_like of float, shape (q, k)
        One combination per row, linearly independent.

    Returns
    -------
    WaldTest or NotEstimable
        Reason ``"too_few_clusters"`` when the clusters can't carry a test of `q` combinations.

    Raises
    ------
    InvalidInputError
        If `matrix` has another number of columns.

    Notes
    -----
    :math:`Q = (Cb)'(CVC')^{-1}Cb`. CR0, CR1: :math:`F = Q/q` on :math:`q` and :math:`G-1`.
    CR2, with :math:`\eta` degrees of freedom: :math:`F = \frac{\eta-q+1}{\eta q}Q` on :math:`q`
    and :math:`\eta-q+1`, the HTZ test of clubSandwich.

    References
    ----------
    .. [1] Pustejovsky JE, Tipton E (2018), JBES 36:672-683, section 3.2.
    """
    C = float_matrix(matrix, name="matrix")
    if C.shape[1] != len(fit.coefficients):
        raise InvalidInputError("matrix must have one column per coefficient")
    q = len(C)
    spread = C @ fit.covariance @ C.T
    estimate = C @ fit.coefficients
    too_few = NotEstimable(
        reason="too_few_clusters", detail="The clusters can't carry a joint test of so many terms."
    )
    variances = np.diag(spread)
    if (variances <= _variance_floor(fit)).any():
        return too_few
    scale_free = spread / np.sqrt(np.outer(variances, variances))
    if np.linalg.eigvalsh(scale_free)[0] <= _RANK_TOLERANCE:
        return too_few
    quadratic = float(estimate @ np.linalg.solve(spread, estimate))
    scale, df = 1.0, fit.df
    if fit.terms is not None:
        eta = hotelling_df(fit.terms, C)
        if eta is None or eta - q + 1 <= 0:
            return too_few
        scale, df = (eta - q + 1) / eta, eta - q + 1
    statistic = scale * quadratic / q
    return WaldTest(
        statistic=float(statistic),
        df_numerator=q,
        df_denominator=df,
        p_value=float(fdtrc(q, df, statistic)),
    )


def _variance_floor(fit: LinearFit) -> float:
    """Variance below which the clusters' scores are rounding."""
    return _ZERO_VARIANCE_SHARE * float(fit.residuals @ fit.residuals) / fit.n


def _groupings(
    cluster: ArrayLike | None, second: ArrayLike | None, vcov_type: CovarianceType, n: int
) -> tuple[tuple[IntArray, int], ...]:
    """Codes and number of groups of each grouping."""
    if vcov_type not in get_args(CovarianceType):
        raise InvalidInputError("vcov_type must be classical, HC1, CR0, CR1 or CR2")
    if (cluster is None) == vcov_type.startswith("CR"):
        raise InvalidInputError("CR0, CR1 and CR2 need a cluster; the others take none")
    if second is not None and vcov_type not in {"CR0", "CR1"}:
        raise InvalidInputError("two-way clustering is for CR0 and CR1")
    given = [("cluster", cluster), ("second_cluster", second)]
    return tuple(
        group_codes(labels, name=name, length=n) for name, labels in given if labels is not None
    )


def _problem(
    X: FloatArray, w: FloatArray, groupings: tuple[tuple[IntArray, int], ...]
) -> NotEstimable | None:
    """Reason why the model can't be fitted, or None."""
    n, k = X.shape
    if n == 0:
        return NotEstimable(reason="no_cases", detail="There are no cases.")
    if n <= k:
        return NotEstimable(reason="too_few_cases", detail="No more cases than coefficients.")
    diagonal = np.abs(np.diag(np.linalg.qr(X * np.sqrt(w)[:, None], mode="r")))
    lengths = np.linalg.norm(X * np.sqrt(w)[:, None], axis=0)
    if (diagonal <= _RANK_TOLERANCE * lengths).any():
        return NotEstimable(reason="collinear", detail="A column is a combination of the others.")
    if any(size < 2 for _, size in groupings):
        return NotEstimable(reason="too_few_clusters", detail="There are fewer than two clusters.")
    return None


def _covariance(
    X: FloatArray,
    residuals: FloatArray,
    w: FloatArray,
    groupings: tuple[tuple[IntArray, int], ...],
    vcov_type: CovarianceType,
) -> tuple[FloatArray, tuple[FloatArray, ...], SatterthwaiteTerms | None]:
    """Covariance, its one-way parts when clustered two ways, and the terms of CR2."""
    n, k = X.shape
    if vcov_type == "classical":
        scale = float(w @ (residuals * residuals)) / (n - k)
        return scale * np.linalg.inv(X.T @ (X * w[:, None])), (), None
    if vcov_type == "HC1":
        codes = np.arange(n, dtype=np.int64)
        return cluster_covariance(X, residuals, codes, weights=w, kind="CR1").matrix, (), None
    one_way = [
        cluster_covariance(X, residuals, codes, weights=w, kind=vcov_type) for codes, _ in groupings
    ]
    if len(groupings) == 1:
        return one_way[0].matrix, (), one_way[0].terms
    both = crossed_codes(groupings[0][0], groupings[1][0])
    crossed = cluster_covariance(X, residuals, both, weights=w, kind=vcov_type)
    parts = tuple(part.matrix for part in one_way)
    return parts[0] + parts[1] - crossed.matrix, parts, None
