r"""Rules that tell special causes from common-cause variation on a control chart.

Every rule has false alarms, and together they have more: about one in six charts of 24 months shows
a signal where nothing happens, and most do when neighbouring months are alike (measured in
``tests/simulation/variation.py``). Assumes independent points. Method notes:
``docs/methods/estimators/variation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.statistics.inputs import BoolArray, FloatArray, IntArray
from analytics.statistics.variation.control_limits import ControlLimits

Rule = Literal["outside_limits", "trend", "two_of_three", "four_of_five", "shift"]
Direction = Literal["increase", "decrease", "neutral"]
Variation = Literal[
    "common_cause",
    "special_cause_improvement",
    "special_cause_concern",
    "special_cause_neutral_high",
    "special_cause_neutral_low",
]
Flags = dict[Rule, tuple[BoolArray, BoolArray]]

# A point this near the centre line, in standard deviations, is on it: the mean is only rounded.
ON_THE_LINE = 1e-9
# Just over 3, so that rounding calls no point outside that is on its limit.
LIMIT = 3 + 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Which rules are applied, besides a point outside the limits.

    Attributes
    ----------
    name : str
        Code of the set.
    shift_points : int
        Points in a row on one side of the centre line that make a shift; at least 2.
    trend_steps : int or None
        Rises (or falls) in a row that make a trend, one fewer than its points; None for no rule.
    near_limit_only : bool
        How two points of three beyond two standard deviations are counted: True, only points
        inside the limits count, and all three lie on one side; False, points outside count too,
        and the third lies anywhere.
    four_of_five : bool
        Whether four points of five beyond one standard deviation on one side are a signal.
    """

    name: str
    shift_points: int
    trend_steps: int | None
    near_limit_only: bool
    four_of_five: bool


NHS_RULES = RuleSet(
    name="nhs_making_data_count",
    shift_points=7,
    trend_steps=6,
    near_limit_only=True,
    four_of_five=False,
)
"""NHS England's Making Data Count, as NHSRplotthedots applies it."""

WESTERN_ELECTRIC_RULES = RuleSet(
    name="western_electric",
    shift_points=8,
    trend_steps=None,
    near_limit_only=False,
    four_of_five=True,
)
"""Western Electric (1956), Statistical Quality Control Handbook, tests 1 to 4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlChart:
    """A control chart with its signals.

    Attributes
    ----------
    limits : ControlLimits
        Points, centre lines and limits.
    rules : RuleSet
        Rules applied.
    improvement_direction : {"increase", "decrease", "neutral"}
        Which way is better; ``"neutral"`` when nobody can say.
    signals : tuple of tuple of str
        Rules that each point belongs to: ``"outside_limits"``, ``"trend"``, ``"two_of_three"``,
        ``"four_of_five"``, ``"shift"``, in this order. All points of a pattern are marked.
    variation : tuple of str
        Each point's icon: ``"common_cause"``, ``"special_cause_improvement"``,
        ``"special_cause_concern"``, or without a better direction ``"special_cause_neutral_high"``
        and ``"special_cause_neutral_low"``. Its direction is that of the first of its signals.
    """

    limits: ControlLimits
    rules: RuleSet
    improvement_direction: Direction
    signals: tuple[tuple[Rule, ...], ...]
    variation: tuple[Variation, ...]


def apply_rules(
    limits: ControlLimits,
    *,
    rules: RuleSet = NHS_RULES,
    improvement_direction: Direction = "neutral",
) -> ControlChart:
    """Find the signals of a control chart.

    Parameters
    ----------
    limits : ControlLimits
        From `individuals_chart`, `proportion_chart`, `rate_chart` or `count_chart`.
    rules : RuleSet
        Rules to apply.
    improvement_direction : {"increase", "decrease", "neutral"}
        Which way is better.

    Returns
    -------
    ControlChart
        Limits and signals. No pattern crosses a phase or a gap.

    References
    ----------
    .. [1] NHS England, Making Data Count; NHSRplotthedots, ``ptd_calculate_point_type``.
    .. [2] Western Electric (1956), Statistical Quality Control Handbook.

    Examples
    --------
    >>> from analytics.statistics.variation.individuals_charts import individuals_chart
    >>> limits = individuals_chart([4, 5, 4, 6, 5, 4, 5, 30, 5, 4, 6, 5])
    >>> chart = apply_rules(limits, improvement_direction="decrease")
    >>> chart.signals[7], chart.variation[7], chart.variation[-1]
    (('outside_limits',), 'special_cause_concern', 'common_cause')
    """
    z = (limits.value - limits.centre_line) / limits.std_dev
    flags = rule_flags(limits.value, z, limits.segment, rules)
    icons = _icons(improvement_direction)
    signals, variation = [], []
    for point in range(len(z)):
        found = tuple(rule for rule, (high, low) in flags.items() if high[point] or low[point])
        signals.append(found)
        variation.append(icons[bool(flags[found[0]][0][point])] if found else "common_cause")
    return ControlChart(
        limits=limits,
        rules=rules,
        improvement_direction=improvement_direction,
        signals=tuple(signals),
        variation=tuple(variation),
    )


def rule_flags(value: FloatArray, z: FloatArray, segment: IntArray, rules: RuleSet) -> Flags:
    """Mark the points of every pattern, on one chart or on many of the same layout.

    Parameters
    ----------
    value : ndarray of float, shape (..., n)
        Points.
    z : ndarray of float, shape (..., n)
        Points about the centre line, in standard deviations.
    segment : ndarray of int, shape (n,)
        Stretch of neighbouring periods of one phase; not decreasing.
    rules : RuleSet
        Rules to apply.

    Returns
    -------
    dict
        For each rule two arrays of bool, shape (..., n): points of high (or rising) patterns, and
        of low (or falling) ones. No point is in both.
    """
    flags: Flags = {"outside_limits": (z > LIMIT, z < -LIMIT)}
    if rules.trend_steps is not None:
        flags["trend"] = _trend(value, segment, rules.trend_steps)
    flags["two_of_three"] = (
        _two_of_three(z, segment, rules.near_limit_only),
        _two_of_three(-z, segment, rules.near_limit_only),
    )
    if rules.four_of_five:
        flags["four_of_five"] = (
            _some_of(z > 1, segment, 4, 5),
            _some_of(z < -1, segment, 4, 5),
        )
    length = rules.shift_points
    flags["shift"] = (
        _some_of(z > ON_THE_LINE, segment, length, length),
        _some_of(z < -ON_THE_LINE, segment, length, length),
    )
    return flags


def _windows(flags: BoolArray, width: int) -> BoolArray:
    """View every stretch of `width` points; shape (..., n - width + 1, width)."""
    return np.lib.stride_tricks.sliding_window_view(flags, width, axis=-1)


def _members(found: BoolArray, segment: IntArray, width: int) -> BoolArray:
    """Mark all points of the stretches found, unless a stretch crosses a segment."""
    n = len(segment)
    whole = found & (segment[width - 1 :] == segment[: n - width + 1])
    marked = np.zeros((*found.shape[:-1], n), dtype=np.bool_)
    for offset in range(width):
        marked[..., offset : offset + n - width + 1] |= whole
    return marked


def _some_of(flags: BoolArray, segment: IntArray, least: int, width: int) -> BoolArray:
    """Mark the flagged points of stretches of `width` with at least `least` flagged."""
    if len(segment) < width:
        return np.zeros(flags.shape, dtype=np.bool_)
    return flags & _members(_windows(flags, width).sum(axis=-1) >= least, segment, width)


def _two_of_three(z: FloatArray, segment: IntArray, near_limit_only: bool) -> BoolArray:
    """Mark points beyond two standard deviations that have company, on the high side."""
    if not near_limit_only:
        return _some_of(z > 2, segment, 2, 3)
    if len(segment) < 3:
        return np.zeros(z.shape, dtype=np.bool_)
    near = (z > 2) & (z <= LIMIT)
    found = (_windows(near, 3).sum(axis=-1) >= 2) & _windows(z > ON_THE_LINE, 3).all(axis=-1)
    return near & _members(found, segment, 3)


def _trend(value: FloatArray, segment: IntArray, steps: int) -> tuple[BoolArray, BoolArray]:
    """Mark rising and falling stretches; a turning point belongs to the one that starts there."""
    if len(segment) <= steps:
        none = np.zeros(value.shape, dtype=np.bool_)
        return none, none
    change = np.diff(value, axis=-1)
    rising = _members(_windows(change > 0, steps).sum(axis=-1) == steps, segment, steps + 1)
    falling = _members(_windows(change < 0, steps).sum(axis=-1) == steps, segment, steps + 1)
    both = rising & falling
    turns_down = both.copy()
    turns_down[..., :-1] &= change < 0
    turns_up = both & ~turns_down
    return rising & ~turns_down, falling & ~turns_up


def _icons(direction: Direction) -> dict[bool, Variation]:
    """Icons of high and low signals."""
    if direction == "neutral":
        return {True: "special_cause_neutral_high", False: "special_cause_neutral_low"}
    up_is_good = direction == "increase"
    return {
        up_is_good: "special_cause_improvement",
        not up_is_good: "special_cause_concern",
    }
