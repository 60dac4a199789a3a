"""The effect, value or number of families at which an intervention pays for itself.

Method notes: ``docs/methods/estimators/economics.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from analytics.errors import InvalidInputError
from analytics.statistics.results import NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEvenResult:
    """Values at which net benefit is 0, each with the others as stated.

    Attributes
    ----------
    net_benefit : float
        Pounds, as stated.
    effect : float or NotEstimable
        Outcomes avoided per family; reason ``"not_reached"`` when one is worth nothing.
    unit_cost : float or NotEstimable
        Worth of one outcome avoided; reason ``"not_reached"`` when none is avoided.
    n_families : float or NotEstimable
        Families over which the set-up cost is spread; 0 without one. Reason ``"not_reached"``
        when a family costs as much as it brings, or more.
    """

    net_benefit: float
    effect: float | NotEstimable
    unit_cost: float | NotEstimable
    n_families: float | NotEstimable


def break_even(
    *,
    n_families: int,
    effect: float,
    unit_cost: float,
    cost_per_family: float,
    set_up_cost: float = 0.0,
) -> BreakEvenResult | NotEstimable:
    r"""Switching values of effect, unit cost and number of families.

    Parameters
    ----------
    n_families : int
        Families that receive the intervention, 0 or more.
    effect : float
        Outcomes avoided per family; any finite number.
    unit_cost : float
        Pounds that one avoided outcome saves, 0 or more.
    cost_per_family : float
        Pounds for each family, 0 or more.
    set_up_cost : float
        Pounds whatever the number of families, 0 or more.

    Returns
    -------
    BreakEvenResult or NotEstimable
        Reason ``"no_cases"`` without a family.

    Raises
    ------
    InvalidInputError
        If a value is negative (the effect may be) or not finite.

    Notes
    -----
    With :math:`NB = n (e u - c) - F`, each solved for 0:

    .. math:: e^* = (c + F/n) / u, \quad u^* = (c + F/n) / e, \quad n^* = F / (e u - c)

    How likely an uncertain input is to be beyond its value: `probability_above` of its
    distribution.

    References
    ----------
    .. [1] HM Treasury (2022), The Green Book, annex 5 (switching values).

    Examples
    --------
    >>> result = break_even(n_families=100, effect=0.1, unit_cost=4000, cost_per_family=500)
    >>> result.effect, result.unit_cost
    (0.125, 5000.0)
    """
    amounts = (unit_cost, cost_per_family, set_up_cost)
    if n_families < 0 or not all(0 <= amount < math.inf for amount in amounts):
        raise InvalidInputError("families and amounts must be finite and 0 or more")
    if not math.isfinite(effect):
        raise InvalidInputError("effect must be finite")
    if n_families == 0:
        return NotEstimable(reason="no_cases", detail="No family receives the intervention.")
    cost = cost_per_family + set_up_cost / n_families
    margin = effect * unit_cost - cost_per_family
    families: float | NotEstimable = NotEstimable(
        reason="not_reached", detail="Each family costs as much as it brings, or more."
    )
    if margin > 0 or (margin == 0 and set_up_cost == 0):
        families = set_up_cost / margin if margin > 0 else 0.0
    return BreakEvenResult(
        net_benefit=n_families * margin - set_up_cost,
        effect=(
            cost / unit_cost
            if unit_cost > 0
            else NotEstimable(reason="not_reached", detail="An avoided outcome is worth nothing.")
        ),
        unit_cost=(
            cost / effect
            if effect > 0
            else NotEstimable(reason="not_reached", detail="No outcome is avoided.")
        ),
        n_families=families,
    )
