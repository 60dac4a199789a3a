r"""Restricted maximum likelihood of a linear mixed model with one grouping.

The arithmetic behind `mixed_model`. Method notes: ``docs/methods/estimators/scores.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.statistics.inputs import FloatArray, IntArray
from analytics.statistics.results import NotEstimable

_TOLERANCE = 1e-10
_MAX_EVALUATIONS = 2000
_RESTARTS = 5
# Standard deviation between groups over that within, beyond which nothing is left within.
_LARGEST_FACTOR = 1e5
# Residual below this share of the scores' own squares is rounding.
_ZERO_RESIDUAL_SHARE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RemlFit:
    """Maximum of the restricted likelihood.

    Attributes
    ----------
    coefficients : ndarray of float, shape (k,)
        Fixed effects.
    covariance : ndarray of float, shape (k, k)
        Of the fixed effects, the variances taken as known.
    random_covariance : ndarray of float, shape (q, q)
        Of the random effects.
    residual_variance : float
        Above 0.
    criterion : float
        Minus twice the restricted log likelihood.
    """

    coefficients: FloatArray
    covariance: FloatArray
    random_covariance: FloatArray
    residual_variance: float
    criterion: float


@dataclass(frozen=True, slots=True)
class _Sums:
    """Cross-products: by group (g, ., .) with the random columns, overall without."""

    zz: FloatArray
    zx: FloatArray
    zr: FloatArray
    xx: FloatArray
    rr: float
    n: int


def fit_reml(
    y: FloatArray, design: FloatArray, random: FloatArray, groups: IntArray
) -> RemlFit | NotEstimable:
    r"""Fit by minimising the profiled criterion over the relative factor of the random effects.

    Parameters
    ----------
    y : ndarray of float, shape (n,)
        Outcome.
    design : ndarray of float, shape (n, k)
        Fixed effects, full column rank.
    random : ndarray of float, shape (n, q)
        Random effects, q of 1 or 2.
    groups : ndarray of int, shape (n,)
        Group codes from 0, each one present.

    Returns
    -------
    RemlFit or NotEstimable
        Reasons: ``"collinear"``, ``"no_variation"`` (no residual left), ``"not_converged"``.

    Notes
    -----
    With :math:`V = I + Z\Lambda\Lambda'Z'` and :math:`r^2` the weighted residual sum of squares,

    .. math:: \log|V| + \log|X'V^{-1}X| + (n - k)(1 + \log(2\pi r^2/(n - k)))

    from the groups' cross-products only, as lme4. A variance of 0 is inside the search region.

    References
    ----------
    .. [1] Bates D, Maechler M, Bolker B, Walker S (2015), Journal of Statistical Software 67(1),
       eqs. 39-42.
    """
    if np.linalg.matrix_rank(design) < design.shape[1]:
        return NotEstimable(reason="collinear", detail="A column is a combination of the others.")
    start = np.asarray(np.linalg.lstsq(design, y, rcond=None)[0], dtype=np.float64)
    sums = _sums(y - design @ start, design, random, groups)
    if _within(sums) <= _ZERO_RESIDUAL_SHARE * float(y @ y):
        return NotEstimable(reason="no_variation", detail="The model leaves no residual variation.")
    theta, settled = _minimise(sums)
    criterion, shift, bread, residual = _profile(theta, sums)
    if not settled:
        return NotEstimable(reason="not_converged", detail="The likelihood has no clear maximum.")
    factor = _factor(theta)
    return RemlFit(
        coefficients=start + shift,
        covariance=residual * bread,
        random_covariance=residual * factor @ factor.T,
        residual_variance=residual,
        criterion=criterion,
    )


def _sums(r: FloatArray, X: FloatArray, Z: FloatArray, groups: IntArray) -> _Sums:
    """Cross-products by group."""
    n_groups = int(groups.max()) + 1

    def by_group(left: FloatArray, right: FloatArray) -> FloatArray:
        flat = (left[:, :, None] * right[:, None, :]).reshape(len(left), -1)
        columns = [np.bincount(groups, weights=c, minlength=n_groups) for c in flat.T]
        sums = np.column_stack(columns).reshape(n_groups, left.shape[1], -1)
        return np.asarray(sums, dtype=np.float64)

    columns = np.column_stack([X, r])
    return _Sums(
        zz=by_group(Z, Z),
        zx=by_group(Z, X),
        zr=by_group(Z, r[:, None]),
        xx=columns.T @ columns,
        rr=float(r @ r),
        n=len(r),
    )


def _within(sums: _Sums) -> float:
    """Residual sum of squares when every group has its own free effects."""
    k = sums.xx.shape[0] - 1
    right = np.concatenate([sums.zx, sums.zr], axis=2)
    inverse = np.linalg.pinv(sums.zz, hermitian=True)
    cross = sums.xx - np.einsum("gij,gil,glk->jk", right, inverse, right)
    # Columns that vary between groups only have nothing left but rounding.
    scale = np.sqrt(np.diag(sums.xx)[:k])
    scaled = cross[:k, :k] / np.outer(scale, scale)
    explained = np.linalg.pinv(scaled, rcond=1e-9, hermitian=True)
    moment = cross[:k, k] / scale
    return float(cross[k, k] - moment @ explained @ moment)


def _factor(theta: FloatArray) -> FloatArray:
    """Lower triangular relative factor of one or two random effects."""
    if len(theta) == 1:
        return theta.reshape(1, 1)
    return np.array([[theta[0], 0.0], [theta[1], theta[2]]])


def _profile(theta: FloatArray, sums: _Sums) -> tuple[float, FloatArray, FloatArray, float]:
    """Criterion, shift of the coefficients, inverse of X'V^-1X and residual variance."""
    factor = _factor(theta)
    k = sums.xx.shape[0] - 1
    inner = np.eye(len(factor)) + factor.T @ sums.zz @ factor
    right = factor.T @ np.concatenate([sums.zx, sums.zr], axis=2)
    cross = sums.xx - np.einsum("gij,gik->jk", right, np.linalg.solve(inner, right))
    bread = np.linalg.inv(cross[:k, :k])
    shift = bread @ cross[:k, k]
    df = sums.n - k
    residual = max(float(cross[k, k] - cross[:k, k] @ shift), 1e-300) / df
    log_v = float(np.linalg.slogdet(inner)[1].sum())
    log_x = float(np.linalg.slogdet(cross[:k, :k])[1])
    return log_v + log_x + df * (1 + np.log(2 * np.pi * residual)), shift, bread, residual


def _minimise(sums: _Sums) -> tuple[FloatArray, bool]:
    """Search from a start and again from where it ended; and whether that settled."""
    from scipy.optimize import minimize  # noqa: PLC0415 - slow to import

    one = sums.zz.shape[1] == 1
    free = (0.0, _LARGEST_FACTOR)
    bounds = [free] if one else [free, (-_LARGEST_FACTOR, _LARGEST_FACTOR), free]
    scale = np.sqrt(sums.n / np.einsum("gii->i", sums.zz))
    unit = scale if one else np.array([scale[0], scale[1], scale[1]])
    theta = np.array([1.0]) if one else np.array([1.0, 0.0, 1.0])
    best = np.inf
    options = {"xatol": _TOLERANCE, "fatol": _TOLERANCE, "maxfev": _MAX_EVALUATIONS}
    for _ in range(_RESTARTS):
        found = minimize(
            lambda values: _profile(values * unit, sums)[0],
            theta,
            method="Nelder-Mead",
            bounds=bounds,
            options=options,
        )
        theta = np.asarray(found.x, dtype=np.float64)
        if found.success and best - found.fun < 1e-7:
            return theta * unit, True
        best = float(found.fun)
    return theta * unit, False
