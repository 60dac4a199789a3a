r"""Covariance of a regression of a series that allows for autocorrelation.

Method notes: ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

import numpy as np

from analytics.statistics.inputs import FloatArray


def newey_west(scores: FloatArray, bread: FloatArray, lag: int) -> FloatArray:
    r"""Covariance that allows for autocorrelation up to a lag.

    Parameters
    ----------
    scores : ndarray of float, shape (n, k)
        Residual times derivative of each period of the calendar; rows of 0 in periods left out.
    bread : ndarray of float, shape (k, k)
        Inverse of the information.
    lag : int
        Largest lag, at least 0.

    Returns
    -------
    ndarray of float, shape (k, k)
        :math:`B(\Gamma_0 + \sum_{l=1}^{L}(1 - l/(L+1))(\Gamma_l + \Gamma_l'))B`; no small-sample
        factor.

    References
    ----------
    .. [1] Newey WK, West KD (1987), Econometrica 55:703-708, eq. 5.
    """
    meat = scores.T @ scores
    for step in range(1, lag + 1):
        lagged = scores[step:].T @ scores[:-step]
        meat = meat + (1 - step / (lag + 1)) * (lagged + lagged.T)
    return np.asarray(bread @ meat @ bread, dtype=np.float64)
