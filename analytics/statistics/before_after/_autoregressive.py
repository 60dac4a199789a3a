r"""Regression whose errors are each like the one before: AR(1), by restricted maximum likelihood.

Method notes: ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.statistics.inputs import FloatArray, IntArray

LARGEST = 0.98


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AutoregressiveFit:
    """Generalised least squares with first-order autoregressive errors.

    Attributes
    ----------
    coefficients : ndarray of float, shape (k,)
        In units of the outcome per unit of each column.
    covariance : ndarray of float, shape (k, k)
        Of `coefficients`, the autocorrelation taken as known.
    autocorrelation : float
        Between neighbouring periods, in [-0.98, 0.98].
    residuals : ndarray of float, shape (n,)
        Innovations: what each period adds to what the one before foretold; equal variances.
    """

    coefficients: FloatArray
    covariance: FloatArray
    autocorrelation: float
    residuals: FloatArray


def fit_autoregressive(y: FloatArray, X: FloatArray, period: IntArray) -> AutoregressiveFit:
    r"""Fit a regression with AR(1) errors.

    Parameters
    ----------
    y : ndarray of float, shape (n,)
        Outcome.
    X : ndarray of float, shape (n, k)
        Design of full column rank, ``n > k``.
    period : ndarray of int, shape (n,)
        Ascending; gaps are allowed and count as longer distances.

    Returns
    -------
    AutoregressiveFit
        At the largest restricted likelihood.

    Notes
    -----
    With correlation :math:`\rho^{|t-s|}` and the rows whitened by
    :math:`(e_i - \rho^{d_i} e_{i-1}) / \sqrt{1 - \rho^{2 d_i}}`, d the distance to the row before,

    .. math:: -2\ell(\rho) = (n-k)\log S + \sum_i \log(1 - \rho^{2 d_i}) + \log|X'R^{-1}X|

    S the whitened sum of squares; covariance :math:`S/(n-k)\,(X'R^{-1}X)^{-1}`.

    References
    ----------
    .. [1] Cheang WK, Reinsel GC (2000), JASA 95:1173-1184.
    """
    from scipy.optimize import minimize_scalar  # noqa: PLC0415 - slow to import

    gaps = np.diff(period)

    def criterion(rho: float) -> float:
        _, root, whitened, log_determinant = _solve(y, X, gaps, rho)
        n, k = X.shape
        curvature = 2 * float(np.log(np.abs(np.diag(root))).sum())
        fit = (n - k) * float(np.log(whitened @ whitened))
        return float(fit + log_determinant + curvature)

    grid = np.linspace(-LARGEST, LARGEST, 41)
    best = int(np.argmin([criterion(float(rho)) for rho in grid]))
    bounds = (float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)]))
    found = minimize_scalar(criterion, bounds=bounds, method="bounded", options={"xatol": 1e-9})
    rho = float(found.x)
    b, root, whitened, _ = _solve(y, X, gaps, rho)
    inverse = np.linalg.inv(root)
    scale = float(whitened @ whitened) / (len(y) - X.shape[1])
    return AutoregressiveFit(
        coefficients=b,
        covariance=np.asarray(scale * inverse @ inverse.T, dtype=np.float64),
        autocorrelation=rho,
        residuals=whitened,
    )


def _solve(
    y: FloatArray, X: FloatArray, gaps: IntArray, rho: float
) -> tuple[FloatArray, FloatArray, FloatArray, float]:
    """Coefficients, triangular root of the information, innovations, log determinant of R."""
    carried = rho**gaps
    spread = 1 - carried * carried
    both = np.column_stack([X, y])
    both[1:] = (both[1:] - carried[:, None] * both[:-1]) / np.sqrt(spread)[:, None]
    Q, root = np.linalg.qr(both[:, :-1])
    b = np.linalg.solve(root, Q.T @ both[:, -1])
    return b, root, both[:, -1] - both[:, :-1] @ b, float(np.log(spread).sum())
