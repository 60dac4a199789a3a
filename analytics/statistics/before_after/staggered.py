r"""Effects by group and period when units were treated at different times.

Never uses a unit already treated as comparison. Method notes:
``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.statistics.before_after.panel import NEVER, Panel
from analytics.statistics.inputs import BoolArray, FloatArray, IntArray, critical_z, read_only
from analytics.statistics.results import HealthCheck, NotEstimable, Status

ComparisonGroup = Literal["never_treated", "not_yet_treated"]
UNITS_NEEDED = 2
UNITS_PASS = 5
# A standard error below this share of the largest outcome is rounding, not information.
_ZERO_SHARE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroupTimeEffects:
    """Average effect on each group, the units first treated together, in each period.

    Attributes
    ----------
    group, period : ndarray of int, shape (n_cells,)
        First treated period of the group, and period; sorted by both.
    estimate : ndarray of float, shape (n_cells,)
        In units of the outcome. Before adoption: difference from the base period, 0 without effects
        if trends are parallel; exactly 0 in the base period.
    std_error, conf_low, conf_high : ndarray of float, shape (n_cells,)
        Clustered by unit, normal; 0 in the base period.
    level : float
        Confidence level.
    n_treated, n_comparison : ndarray of int, shape (n_cells,)
        Units behind each cell.
    influence : ndarray of float, shape (n_units_used, n_cells)
        Influence of each unit; the variance is their sum of squares over their squared number.
    unit_group : ndarray of int, shape (n_units_used,)
        Group of each unit used; 0 for never.
    unit_weight : ndarray of float, shape (n_units_used,)
        Weight, mean 1 over the units used.
    comparison_group : {"never_treated", "not_yet_treated"}
        Who is compared with.
    n_always_treated : int
        Units left out because they were treated from the first period on.
    checks : tuple of HealthCheck
        Units in the smallest group; units in the smallest comparison.
    """

    group: IntArray
    period: IntArray
    estimate: FloatArray
    std_error: FloatArray
    conf_low: FloatArray
    conf_high: FloatArray
    level: float
    n_treated: IntArray
    n_comparison: IntArray
    influence: FloatArray
    unit_group: IntArray
    unit_weight: FloatArray
    comparison_group: ComparisonGroup
    n_always_treated: int
    checks: tuple[HealthCheck, ...]


def group_time_effects(
    panel: Panel, *, comparison_group: ComparisonGroup = "never_treated", level: float = 0.95
) -> GroupTimeEffects | NotEstimable:
    r"""Callaway and Sant'Anna's group-time average treatment effects, without covariates.

    Parameters
    ----------
    panel : Panel
        Units, periods and first treated period; effects are on the weighted average unit.
    comparison_group : {"never_treated", "not_yet_treated"}
        The second also uses units treated later than the periods compared.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    GroupTimeEffects or NotEstimable
        Cells without a comparison unit are left out. Reasons: ``"empty_arm"`` (no unit is treated
        after the first period, or none is left to compare with), ``"too_few_clusters"`` (a group or
        its comparison has a single unit), ``"no_variation"`` (all units of a group, and of its
        comparison, changed alike).

    Raises
    ------
    InvalidInputError
        If `level` is out of range.

    Notes
    -----
    .. math:: ATT(g,t) = E[Y_t - Y_{g-1} \mid G = g] - E[Y_t - Y_{g-1} \mid C]

    with base period g-1 in every cell, before adoption too (R did: ``base_period = "universal"``),
    and no anticipation. Not yet treated: treated after both t and g-1. Supposes
    parallel trends between each group and its comparison. Unit i of n has influence
    :math:`n w_i (\Delta Y_i - \overline{\Delta Y}_g)/\sum_g w` in the group, minus the same in
    the comparison.

    References
    ----------
    .. [1] Callaway B, Sant'Anna PHC (2021), Journal of Econometrics 225:200-230, eqs. 2.8 and 2.9,
       theorem 2.
    """
    z = critical_z(level)
    used = (panel.first_treated == NEVER) | (panel.first_treated > panel.periods[0])
    if not (panel.first_treated > panel.periods[0]).any():
        return NotEstimable(
            reason="empty_arm", detail="No unit is treated after the panel's first period."
        )
    unit_group = panel.first_treated[used]
    weight = panel.weights[used] / panel.weights[used].mean()
    cells = _cells(panel, used, unit_group, weight, comparison_group)
    if not cells:
        return NotEstimable(reason="empty_arm", detail="No unit is left to compare with.")
    group, period, estimate, n_treated, n_comparison = (
        np.array(column) for column in list(zip(*cells, strict=True))[:5]
    )
    if min(n_treated.min(), n_comparison.min()) < UNITS_NEEDED:
        return NotEstimable(
            reason="too_few_clusters", detail="A group, or its comparison, has a single unit."
        )
    influence = np.column_stack([cell[5] for cell in cells])
    std_error = np.sqrt((influence**2).sum(axis=0)) / len(influence)
    floor = _ZERO_SHARE * float(np.abs(panel.outcome).max())
    if (std_error[period != group - 1] <= floor).any():
        return NotEstimable(reason="no_variation", detail="All units of a group changed alike.")
    arrays = {
        "group": group,
        "period": period,
        "estimate": estimate,
        "std_error": std_error,
        "conf_low": estimate - z * std_error,
        "conf_high": estimate + z * std_error,
        "n_treated": n_treated,
        "n_comparison": n_comparison,
        "influence": influence,
        "unit_group": unit_group,
        "unit_weight": weight,
    }
    for array in arrays.values():
        read_only(array)
    return GroupTimeEffects(
        **arrays,
        level=level,
        comparison_group=comparison_group,
        n_always_treated=int((~used).sum()),
        checks=(
            _size_check("units_in_smallest_group", int(n_treated.min())),
            _size_check("units_in_smallest_comparison", int(n_comparison.min())),
        ),
    )


def _cells(
    panel: Panel,
    used: BoolArray,
    unit_group: IntArray,
    weight: FloatArray,
    comparison_group: ComparisonGroup,
) -> list[tuple[int, int, float, int, int, FloatArray]]:
    """Group, period, estimate, units on both sides and influence of every cell that has both."""
    outcome = panel.outcome[used]
    found = []
    for g in np.unique(unit_group[unit_group != NEVER]):
        base = outcome[:, int(g - panel.periods[0]) - 1]
        for t, now in zip(panel.periods, outcome.T, strict=True):
            other = _comparison(unit_group, g, max(t, g - 1), comparison_group)
            if other.any():
                found.append((g, t, *_cell(now - base, unit_group == g, other, weight)))
    return found


def _comparison(
    unit_group: IntArray, group: int, latest: int, comparison_group: ComparisonGroup
) -> BoolArray:
    """Units that may be compared with a group when the later of the two periods is `latest`."""
    never = unit_group == NEVER
    if comparison_group == "never_treated":
        return np.asarray(never, dtype=np.bool_)
    return np.asarray(never | ((unit_group > latest) & (unit_group != group)), dtype=np.bool_)


def _cell(
    change: FloatArray, treated: BoolArray, other: BoolArray, weight: FloatArray
) -> tuple[float, int, int, FloatArray]:
    """Estimate, units on both sides, and influence of each unit."""
    influence = np.zeros(len(change))
    means = []
    for side, sign in ((treated, 1.0), (other, -1.0)):
        share = weight[side] / weight[side].sum()
        means.append(float(share @ change[side]))
        influence[side] = sign * len(change) * share * (change[side] - means[-1])
    return means[0] - means[1], int(treated.sum()), int(other.sum()), influence


def _size_check(name: str, value: int) -> HealthCheck:
    """Judge the number of units on one side of the smallest cell."""
    status: Status = "pass" if value >= UNITS_PASS else "review"
    return HealthCheck(
        name=name,
        value=float(value),
        threshold=float(UNITS_PASS),
        status=status,
        meaning=(
            "Units on this side of the smallest cell. With fewer than 5 its standard error is too "
            "small and its interval too narrow."
        ),
        source="R did warns below 5 units; Callaway and Sant'Anna 2021",
    )
