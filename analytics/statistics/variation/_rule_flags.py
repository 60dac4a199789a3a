"""Points of every pattern that a set of rules looks for, on one control chart or on many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from analytics.statistics.inputs import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from analytics.statistics.variation.control_rules import RuleSet

Rule = Literal["outside_limits", "trend", "two_of_three", "four_of_five", "shift"]
Flags = dict[Rule, tuple[BoolArray, BoolArray]]

# A point this near the centre line, in standard deviations, is on it: the mean is only rounded.
ON_THE_LINE = 1e-9
# Just over 3, so that rounding calls no point outside that is on its limit.
LIMIT = 3 + 1e-9


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
