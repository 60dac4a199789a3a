r"""Summaries of group-time effects: overall, by group, by time since adoption, by period.

Method notes: ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.errors import InvalidInputError
from analytics.statistics.before_after.staggered import GroupTimeEffects
from analytics.statistics.inference import symmetric_interval, two_sided_p
from analytics.statistics.inputs import (
    BoolArray,
    FloatArray,
    IntArray,
    critical_z,
    random_generator,
    read_only,
)
from analytics.statistics.results import Interval

By = Literal["group", "event_time", "period"]
_BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AverageEffect:
    """One average of group-time effects after adoption.

    Attributes
    ----------
    estimate : float
        In units of the outcome.
    std_error : float
        Clustered by unit; allows for the estimated sizes of the groups.
    conf_int : Interval
        Normal interval.
    p_value : float
        Two-sided, in [0, 1].
    """

    estimate: float
    std_error: float
    conf_int: Interval
    p_value: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AggregatedEffects:
    """Averages of group-time effects, and the average of these averages.

    Attributes
    ----------
    by : {"group", "event_time", "period"}
        What the averages are taken by.
    key : ndarray of int, shape (k,)
        First treated period, periods since adoption (0 is the first treated one), or period.
    estimate, std_error : ndarray of float, shape (k,)
        In units of the outcome; both 0 at event time -1, the base.
    conf_low, conf_high : ndarray of float, shape (k,)
        Pointwise normal interval.
    band_low, band_high : ndarray of float, shape (k,)
        Simultaneous band: holds all `k` true values at once with probability `level`.
    band_critical : float
        What replaces 1.96 in the band.
    seed : int
        Of the bootstrap behind the band.
    level : float
        Confidence level.
    overall : AverageEffect
        Groups weighted by size; event times from 0 on, or periods, weighted equally.
    """

    by: By
    key: IntArray
    estimate: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    band_low: FloatArray
    band_high: FloatArray
    band_critical: float
    seed: int
    level: float
    overall: AverageEffect


def average_group_time_effects(effects: GroupTimeEffects, *, level: float = 0.95) -> AverageEffect:
    """Average all cells after adoption, each weighted by the size of its group.

    Parameters
    ----------
    effects : GroupTimeEffects
        Cells.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    AverageEffect
        What R did calls "simple".

    Raises
    ------
    InvalidInputError
        If `level` is out of range.

    References
    ----------
    .. [1] Callaway B, Sant'Anna PHC (2021), Journal of Econometrics 225:200-230, eq. 3.10.
    """
    critical_z(level)
    late = effects.period >= effects.group
    return _average_effect(*_weighted(effects, late, by_size=True), level=level)


def aggregate_group_time_effects(
    effects: GroupTimeEffects, *, by: By, seed: int, draws: int = 1_000, level: float = 0.95
) -> AggregatedEffects:
    r"""Average group-time effects by group, by event time, or by period.

    Parameters
    ----------
    effects : GroupTimeEffects
        Cells.
    by : {"group", "event_time", "period"}
        Event times before adoption are kept, as a look at the trends before.
    seed : int
        Of the multiplier bootstrap behind the simultaneous band.
    draws : int
        Bootstrap draws, at least 100.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    AggregatedEffects
        There is always a cell after adoption: without never-treated units the last group is only
        compared with.

    Raises
    ------
    InvalidInputError
        If `level` or `seed` is out of range, or `draws` too few.

    Notes
    -----
    By event time and by period, groups are weighted by size, and the estimated sizes add to the
    influence of each unit. The band's critical value is the quantile of
    :math:`\max_k |\sum_i v_i \psi_{ik}| / (n s_k)` over draws of standard normal
    :math:`v_i`; random signs gave too narrow a band with 57 units.

    References
    ----------
    .. [1] Callaway B, Sant'Anna PHC (2021), Journal of Econometrics 225:200-230, eqs. 3.4, 3.7 and
       3.8, section 4.1 (algorithm 1).
    """
    z = critical_z(level)
    if draws < 100:
        raise InvalidInputError("draws must be at least 100")
    late = effects.period >= effects.group
    label = {
        "group": effects.group,
        "event_time": effects.period - effects.group,
        "period": effects.period,
    }[by]
    kept = np.ones_like(late) if by == "event_time" else late
    key = np.unique(label[kept])
    parts = [_weighted(effects, kept & (label == k), by_size=by != "group") for k in key]
    estimate = np.array([value for value, _ in parts])
    influence = np.column_stack([psi for _, psi in parts])
    std_error = np.sqrt((influence**2).sum(axis=0)) / len(influence)
    critical = max(z, _band_critical(influence, std_error, seed, draws, level))
    arrays = {
        "key": key,
        "estimate": estimate,
        "std_error": std_error,
        "conf_low": estimate - z * std_error,
        "conf_high": estimate + z * std_error,
        "band_low": estimate - critical * std_error,
        "band_high": estimate + critical * std_error,
    }
    for array in arrays.values():
        read_only(array)
    return AggregatedEffects(
        **arrays,
        by=by,
        band_critical=critical,
        seed=seed,
        level=level,
        overall=_overall(effects, by, key, estimate, influence, level),
    )


def _overall(
    effects: GroupTimeEffects,
    by: By,
    key: IntArray,
    estimate: FloatArray,
    influence: FloatArray,
    level: float,
) -> AverageEffect:
    """Average of the averages."""
    if by == "group":
        value, psi = _size_weighted(effects, key, estimate, influence)
    else:
        late = key >= 0 if by == "event_time" else np.ones_like(key, dtype=np.bool_)
        value, psi = float(estimate[late].mean()), influence[:, late].mean(axis=1)
    return _average_effect(value, psi, level=level)


def _weighted(
    effects: GroupTimeEffects, kept: BoolArray, *, by_size: bool
) -> tuple[float, FloatArray]:
    """Average of the kept cells and each unit's influence on it."""
    estimate, influence = effects.estimate[kept], effects.influence[:, kept]
    if by_size:
        return _size_weighted(effects, effects.group[kept], estimate, influence)
    return float(estimate.mean()), influence.mean(axis=1)


def _size_weighted(
    effects: GroupTimeEffects, group: IntArray, estimate: FloatArray, influence: FloatArray
) -> tuple[float, FloatArray]:
    """Average weighted by the size of the groups, whose estimation adds to the influence."""
    member = (effects.unit_group[:, None] == group) * effects.unit_weight[:, None]
    size = member.mean(axis=0)
    share = size / size.sum()
    value = float(share @ estimate)
    return value, influence @ share + (member - size) @ (estimate - value) / size.sum()


def _average_effect(estimate: float, influence: FloatArray, *, level: float) -> AverageEffect:
    """Infer normally from the influence of each unit."""
    se = float(np.sqrt((influence**2).sum())) / len(influence)
    return AverageEffect(
        estimate=estimate,
        std_error=se,
        conf_int=symmetric_interval(estimate, se, level=level, method="normal"),
        p_value=two_sided_p(estimate / se),
    )


def _band_critical(
    influence: FloatArray, std_error: FloatArray, seed: int, draws: int, level: float
) -> float:
    """Quantile of the largest absolute t statistic over random multipliers of the units."""
    varies = std_error > 0
    scaled = influence[:, varies] / (len(influence) * std_error[varies])
    generator = random_generator(seed)
    largest = np.empty(draws)
    for start in range(0, draws, _BATCH):
        stop = min(start + _BATCH, draws)
        multipliers = generator.standard_normal((stop - start, len(influence)))
        largest[start:stop] = np.abs(multipliers @ scaled).max(axis=1)
    return float(np.quantile(largest, level))
