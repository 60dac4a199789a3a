r"""Rules that tell special causes from common-cause variation on a control chart.

Every rule has false alarms, and together they have more: about one in six charts of 24 months shows
a signal where nothing happens, and most do when neighbouring months are alike (measured in
``tests/simulation/variation.py``). Assumes independent points. Method notes:
``docs/methods/estimators/variation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analytics.statistics.variation._rule_flags import Rule, rule_flags
from analytics.statistics.variation.control_limits import ControlLimits

Direction = Literal["increase", "decrease", "neutral"]
Variation = Literal[
    "common_cause",
    "special_cause_improvement",
    "special_cause_concern",
    "special_cause_neutral_high",
    "special_cause_neutral_low",
]


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


def _icons(direction: Direction) -> dict[bool, Variation]:
    """Icons of high and low signals."""
    if direction == "neutral":
        return {True: "special_cause_neutral_high", False: "special_cause_neutral_low"}
    up_is_good = direction == "increase"
    return {
        up_is_good: "special_cause_improvement",
        not up_is_good: "special_cause_concern",
    }
