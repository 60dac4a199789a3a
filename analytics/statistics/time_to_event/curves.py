r"""Time-to-event curves and how to read them at chosen times.

The estimators are in `analytics.statistics.time_to_event.survival`. Method notes:
``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, IntArray, float_vector, read_only
from analytics.statistics.time_to_event._limits import zero_limit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurvivalCurve:
    """Kaplan-Meier curve at every distinct time of an event or censoring.

    Attributes
    ----------
    time : ndarray of float, shape (m,)
        Distinct times, ascending, in the units of the input (days).
    survival_probability, std_error, conf_low, conf_high : ndarray of float, shape (m,)
        Probability of no event up to and including each time; Greenwood, or infinitesimal jackknife
        over clusters; log-log interval; all in [0, 1].
    n_at_risk, n_events, n_censored : ndarray of int, shape (m,)
        Units under observation just before, and leaving at, each time.
    n, n_clusters : int
        Units and clusters; equal when each unit is its own cluster.
    level : float
        Confidence level.
    method : str
        ``"kaplan_meier_log_log"``.
    """

    time: FloatArray
    survival_probability: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    n_at_risk: IntArray
    n_events: IntArray
    n_censored: IntArray
    n: int
    n_clusters: int
    level: float
    method: str

    def __post_init__(self) -> None:
        """Mark the arrays read-only."""
        _freeze(self)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CumulativeIncidenceCurve:
    """Aalen-Johansen cumulative incidence of one cause at every distinct time.

    Attributes
    ----------
    time : ndarray of float, shape (m,)
        Distinct times of any event or censoring, ascending (days).
    incidence, std_error, conf_low, conf_high : ndarray of float, shape (m,)
        Probability of this cause up to and including each time; infinitesimal jackknife;
        complementary log-log interval; in [0, 1].
    event_free : ndarray of float, shape (m,)
        Probability of no event of any cause; incidences of all causes and this sum to 1.
    n_at_risk, n_events, n_competing, n_censored : ndarray of int, shape (m,)
        Units under observation just before, and leaving at, each time.
    cause : int
        Event code.
    n, n_clusters : int
        Units and clusters; equal when each unit is its own cluster.
    level : float
        Confidence level.
    method : str
        ``"aalen_johansen_ij"``.
    """

    time: FloatArray
    incidence: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    event_free: FloatArray
    n_at_risk: IntArray
    n_events: IntArray
    n_competing: IntArray
    n_censored: IntArray
    cause: int
    n: int
    n_clusters: int
    level: float
    method: str

    def __post_init__(self) -> None:
        """Mark the arrays read-only."""
        _freeze(self)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CurveReading:
    """A curve read at chosen times.

    Attributes
    ----------
    time, estimate, std_error, conf_low, conf_high : ndarray of float, shape (m,)
        As asked, and the step function there. Before the first time of a curve the incidence is 0
        (survival 1) with standard error 0 and the interval described in `incidence_at`.
    n_at_risk : ndarray of int, shape (m,)
        Units under observation just before each time; 0 beyond the end of follow-up, where the
        estimate only carries the last value forward.
    level : float
        Confidence level.
    """

    time: FloatArray
    estimate: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    n_at_risk: IntArray
    level: float

    def __post_init__(self) -> None:
        """Mark the arrays read-only."""
        _freeze(self)


def incidence_at(curve: CumulativeIncidenceCurve, times: ArrayLike) -> CurveReading:
    """Cumulative incidence at chosen times.

    Parameters
    ----------
    curve : CumulativeIncidenceCurve
        The curve.
    times : array_like of float, shape (m,)
        Times of at least 0, any order.

    Returns
    -------
    CurveReading
        Values of the step function. While the incidence is 0 its interval is the exact binomial one
        for no events among the units at risk.

    Raises
    ------
    InvalidInputError
        If a time is missing, infinite or below 0.
    """
    before = (0.0, 0.0, 0.0, float(zero_limit(curve.n, curve.level)))
    columns = (curve.incidence, curve.std_error, curve.conf_low, curve.conf_high)
    return _read(curve, times, columns, before)


def survival_at(curve: SurvivalCurve, times: ArrayLike) -> CurveReading:
    """Survival probability at chosen times; parameters, returns and errors as in `incidence_at`."""
    before = (1.0, 0.0, 1 - float(zero_limit(curve.n, curve.level)), 1.0)
    columns = (curve.survival_probability, curve.std_error, curve.conf_low, curve.conf_high)
    return _read(curve, times, columns, before)


def _read(
    curve: CumulativeIncidenceCurve | SurvivalCurve,
    times: ArrayLike,
    columns: tuple[FloatArray, ...],
    before: tuple[float, ...],
) -> CurveReading:
    """Evaluate right-continuous step functions."""
    asked = float_vector(times, name="times")
    if (asked < 0).any():
        raise InvalidInputError("times must be at least 0")
    step = np.searchsorted(curve.time, asked, side="right")
    estimate, std_error, low, high = (
        np.concatenate(([start], column))[step]
        for start, column in zip(before, columns, strict=True)
    )
    at_risk = np.append(curve.n_at_risk, 0)[np.searchsorted(curve.time, asked, side="left")]
    return CurveReading(
        time=asked.copy(),
        estimate=estimate,
        std_error=std_error,
        conf_low=low,
        conf_high=high,
        n_at_risk=at_risk,
        level=curve.level,
    )


def _freeze(curve: SurvivalCurve | CumulativeIncidenceCurve | CurveReading) -> None:
    """Mark every array of a curve read-only."""
    for field in fields(curve):
        value = getattr(curve, field.name)
        if isinstance(value, np.ndarray):
            read_only(value)
