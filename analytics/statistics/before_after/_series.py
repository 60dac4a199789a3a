"""The lag of a Newey-West covariance, and the checks of every series.

Method notes: ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

import numpy as np
from scipy.special import chdtrc

from analytics.errors import InvalidInputError
from analytics.statistics.before_after._segments import Segments
from analytics.statistics.inputs import FloatArray
from analytics.statistics.results import HealthCheck, Status

POINTS_PASS = 8
LENGTH_PASS = 100
DURBIN_WATSON_RANGE = (1.5, 2.5)


def newey_west_lag(lag: int | None, n: int) -> int:
    """Return the given lag, or ``4 (n/100)^(2/9)`` rounded down (Newey and West 1994).

    Parameters
    ----------
    lag : int or None
        Largest lag, at least 0 and below `n`.
    n : int
        Fitted periods.

    Returns
    -------
    int
        Lag.

    Raises
    ------
    InvalidInputError
        If the lag is out of range.
    """
    chosen = int(4 * (n / 100) ** (2 / 9)) if lag is None else lag
    if not 0 <= chosen < n:
        raise InvalidInputError("lag must be at least 0 and below the number of periods")
    return chosen


def series_checks(segments: Segments, residuals: FloatArray) -> tuple[HealthCheck, ...]:
    """Judge length and autocorrelation of a segmented regression.

    Parameters
    ----------
    segments : Segments
        Design.
    residuals : ndarray of float, shape (n,)
        Standardised residuals; 0 in periods left out.

    Returns
    -------
    tuple of HealthCheck
        ``"points_before"``, ``"points_after"``, ``"series_length"``, ``"durbin_watson"``,
        ``"ljung_box"``.
    """
    n = int(segments.is_fitted.sum())
    both = segments.is_fitted[1:] & segments.is_fitted[:-1]
    energy = float(residuals @ residuals)
    low, high = DURBIN_WATSON_RANGE
    watson = float((np.diff(residuals)[both] ** 2).sum()) / energy
    lags = np.arange(1, max(1, min(12, n // 5)) + 1)
    correlation = np.array([residuals[k:] @ residuals[:-k] for k in lags]) / energy
    p_value = float(chdtrc(len(lags), n * (n + 2) * float((correlation**2 / (n - lags)).sum())))
    return (
        _points("points_before", segments.n_before),
        _points("points_after", segments.n_after),
        HealthCheck(
            name="series_length",
            value=float(n),
            threshold=float(LENGTH_PASS),
            status="pass" if n >= LENGTH_PASS else "review",
            meaning=(
                "Periods in the fit. In shorter series Newey-West intervals are much too narrow, "
                "and autoregressive ones a little."
            ),
            source="Our own simulation",
        ),
        HealthCheck(
            name="durbin_watson",
            value=watson,
            threshold=low,
            status="pass" if low <= watson <= high else "review",
            meaning="Near 2 when neighbouring residuals are unrelated; lower when they are alike.",
            source="Durbin and Watson 1950; 1.5 and 2.5 are a rule of thumb",
        ),
        HealthCheck(
            name="ljung_box",
            value=p_value,
            threshold=0.05,
            status="pass" if p_value >= 0.05 else "review",
            meaning=(
                "p-value of no autocorrelation up to a year. A small one asks for a longer "
                "Newey-West lag, or for the season in the model."
            ),
            source="Ljung and Box 1978, Biometrika 65:297-303",
        ),
    )


def _points(name: str, value: int) -> HealthCheck:
    """Judge the number of periods in a segment."""
    status: Status = "pass" if value >= POINTS_PASS else "review"
    return HealthCheck(
        name=name,
        value=float(value),
        threshold=float(POINTS_PASS),
        status=status,
        meaning="Periods in the segment; with fewer than 8 its slope is hardly determined.",
        source="Penfold and Zhang 2013, Academic Pediatrics 13:S38-S44",
    )
