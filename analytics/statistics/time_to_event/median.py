"""Median time to an event, read from a Kaplan-Meier curve or from a cumulative incidence.

Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

import math

import numpy as np

from analytics.statistics.inputs import FloatArray
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.time_to_event.curves import CumulativeIncidenceCurve, SurvivalCurve

_TOLERANCE = 1e-12


def median_duration(curve: SurvivalCurve) -> float | NotEstimable:
    """Time by which half the units have had the event.

    Parameters
    ----------
    curve : SurvivalCurve
        The curve.

    Returns
    -------
    float or NotEstimable
        First time with survival of at most 0.5; midway to the next drop when exactly 0.5, as
        R does. Reason ``"not_reached"``.
    """
    median = _first_at_half(curve.time, curve.survival_probability)
    if math.isinf(median):
        return NotEstimable(reason="not_reached", detail="Fewer than half have had the event.")
    return median


def median_interval(curve: SurvivalCurve) -> Interval | NotEstimable:
    """Interval of the median: the times at which the limits of the curve reach 0.5.

    Parameters
    ----------
    curve : SurvivalCurve
        The curve; its level and its standard error, clustered or not, carry over.

    Returns
    -------
    Interval or NotEstimable
        In the units of time. The upper limit is infinite where the upper limit of the curve never
        reaches 0.5. Reason ``"not_reached"`` when the lower one never does.

    References
    ----------
    .. [1] Brookmeyer R, Crowley J (1982), Biometrics 38:29-41.
    """
    begun = curve.survival_probability < 1
    low = _first_at_half(curve.time[begun], curve.conf_low[begun])
    if math.isinf(low):
        return NotEstimable(reason="not_reached", detail="The curve stays clearly above one half.")
    return Interval(
        low=low,
        high=_first_at_half(curve.time[begun], curve.conf_high[begun]),
        level=curve.level,
        method="brookmeyer_crowley_log_log",
    )


def incidence_median(curve: CumulativeIncidenceCurve) -> float | NotEstimable:
    """Time by which half of all units have had the event of interest, competing events counted.

    Parameters
    ----------
    curve : CumulativeIncidenceCurve
        The curve.

    Returns
    -------
    float or NotEstimable
        First time with an incidence of at least 0.5; midway to the next rise when exactly 0.5.
        Reason ``"not_reached"``: also for good, where competing events leave fewer than half.
    """
    median = _first_at_half(curve.time, 1 - curve.incidence)
    if math.isinf(median):
        return NotEstimable(reason="not_reached", detail="Fewer than half have had the event.")
    return median


def _first_at_half(time: FloatArray, falling: FloatArray) -> float:
    """First time at which a falling curve is at most 0.5; infinite when it never is."""
    reached = np.flatnonzero(falling <= 0.5 + _TOLERANCE)
    if len(reached) == 0:
        return math.inf
    first = int(reached[0])
    later = np.flatnonzero(falling < 0.5 - _TOLERANCE)
    if falling[first] >= 0.5 - _TOLERANCE and len(later):
        return float(time[first] + time[later[0]]) / 2
    return float(time[first])
