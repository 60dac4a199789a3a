r"""Funnel limits: how far from the common value an area may lie by chance, given its size.

Assumes independent counts. Where areas differ by more than chance for reasons nobody acts on, ask
for adjusted limits. A point outside is a reason to look, not a finding: the result says how many
would be outside by chance. Method notes: ``docs/methods/estimators/variation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gdtrib

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import (
    FloatArray,
    IntArray,
    critical_z,
    float_vector,
    positive_vector,
    read_only,
)
from analytics.statistics.results import HealthCheck, NotEstimable
from analytics.statistics.variation.over_dispersion import (
    OverDispersion,
    over_dispersion_check,
    proportion_over_dispersion,
    ratio_over_dispersion,
)

Kind = Literal["proportion", "rate", "ratio"]
Adjustment = Literal["none", "multiplicative", "additive"]

WARNING_LEVEL, ALARM_LEVEL = 0.95, 0.998
MIN_EXPECTED = 5.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FunnelLimits:
    """Limits at given sizes, for drawing the funnel or judging areas.

    Attributes
    ----------
    kind : {"proportion", "rate", "ratio"}
        What is compared.
    denominator : ndarray of float, shape (n,)
        Units, population or expected events.
    centre : float
        Common value: a proportion, events per unit of the denominator, or 1.
    low_95, high_95, low_998, high_998 : ndarray of float, shape (n,)
        Limits, same unit as `centre`; within [0, 1] for a proportion, at least 0 otherwise.
    adjustment : {"none", "multiplicative", "additive"}
        What was done: ``"none"`` also where no over-dispersion was found.
    """

    kind: Kind
    denominator: FloatArray
    centre: float
    low_95: FloatArray
    high_95: FloatArray
    low_998: FloatArray
    high_998: FloatArray
    adjustment: Adjustment

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        for array in (self.low_95, self.high_95, self.low_998, self.high_998, self.denominator):
            read_only(array)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Funnel:
    """Areas against their funnel limits.

    Attributes
    ----------
    value : ndarray of float, shape (n_areas,)
        Proportion, rate or ratio of each area, in the unit of ``limits.centre``.
    limits : FunnelLimits
        Limits at each area's own denominator.
    position : ndarray of int, shape (n_areas,)
        -2 below the 99.8% limit, -1 below the 95% limit, 0 within, 1 above 95%, 2 above 99.8%.
    outside_95, outside_998 : int
        Areas outside each pair of limits.
    expected_outside_95, expected_outside_998 : float
        Areas that would be outside by chance if all shared the centre: 5% and 0.2% of them. Limits
        adjusted for over-dispersion leave more outside; the method notes say how many.
    dispersion : OverDispersion or NotEstimable
        Variation between areas beyond chance, whether or not the limits are adjusted for it.
    health : tuple of HealthCheck
        Over-dispersion (where it can be estimated) and small expected counts.
    """

    value: FloatArray
    limits: FunnelLimits
    position: IntArray
    outside_95: int
    outside_998: int
    expected_outside_95: float
    expected_outside_998: float
    dispersion: OverDispersion | NotEstimable
    health: tuple[HealthCheck, ...]

    def __post_init__(self) -> None:
        """Make the arrays read-only."""
        read_only(self.value)
        read_only(self.position)


def funnel_limits(
    kind: Kind,
    denominator: ArrayLike,
    *,
    centre: float,
    dispersion: OverDispersion | None = None,
    adjustment: Adjustment = "none",
) -> FunnelLimits:
    r"""95% and 99.8% limits at given sizes.

    Parameters
    ----------
    kind : {"proportion", "rate", "ratio"}
        What is compared.
    denominator : array_like, shape (n,)
        Units, population or expected events, above 0: the areas' own, or a grid to draw.
    centre : float
        Common value, above 0 (below 1 for a proportion); 1 for a ratio.
    dispersion : OverDispersion, optional
        Needed for an adjustment.
    adjustment : {"none", "multiplicative", "additive"}
        Widen the limits by ``sqrt(phi)``, or add ``tau_squared`` to the variance. Not done where
        `dispersion` shows none (phi at most 1, tau_squared 0).

    Returns
    -------
    FunnelLimits
        Limits.

    Raises
    ------
    InvalidInputError
        If an argument is missing or out of range, an adjustment is asked for without
        `dispersion`, or that is of another kind.

    Notes
    -----
    Unadjusted proportion: :math:`p_0 \pm z\sqrt{p_0(1-p_0)/n}`, the values whose Wilson interval
    ends at :math:`p_0`. Unadjusted rate or ratio with E expected: the (continuous) counts x with
    :math:`P(X \ge x \mid E) = \alpha/2` and :math:`P(X \le x \mid E) = \alpha/2`, over E, so
    that an area is outside exactly when its exact Poisson interval excludes the centre.

    Adjusted, on the scale g of `dispersion` with standard error s:
    :math:`g^{-1}\big(g(c) \pm z\sqrt{\phi s^2}\big)` or
    :math:`g^{-1}\big(g(c) \pm z\sqrt{s^2 + \tau^2}\big)`.

    References
    ----------
    .. [1] Spiegelhalter DJ (2005), Statistics in Medicine 24:1185-1202.
    .. [2] PHEindicatormethods 2.0.0, ``calculate_funnel_limits``.
    """
    size = positive_vector(denominator, name="denominator")
    if not 0 < centre < (1 if kind == "proportion" else np.inf):
        raise InvalidInputError("centre must be above 0, and below 1 for a proportion")
    if adjustment != "none" and dispersion is None:
        raise InvalidInputError("an adjustment needs the dispersion")
    if dispersion and (kind == "proportion") != (dispersion.transform == "arcsine"):
        raise InvalidInputError("dispersion must be that of the same kind of measure")
    if dispersion is None or not _found(dispersion, adjustment):
        adjustment = "none"
        pairs = [_plain(kind, size, centre, level) for level in (WARNING_LEVEL, ALARM_LEVEL)]
    else:
        pairs = [
            _adjusted(kind, size, centre, level, dispersion, adjustment)
            for level in (WARNING_LEVEL, ALARM_LEVEL)
        ]
    return FunnelLimits(
        kind=kind,
        denominator=size.copy(),
        centre=centre,
        low_95=pairs[0][0],
        high_95=pairs[0][1],
        low_998=pairs[1][0],
        high_998=pairs[1][1],
        adjustment=adjustment,
    )


def funnel(
    kind: Kind,
    events: ArrayLike,
    denominator: ArrayLike,
    *,
    centre: float | None = None,
    adjustment: Adjustment = "none",
    transform: Literal["square_root", "log"] = "square_root",
) -> Funnel | NotEstimable:
    """Place each area within, above or below the funnel.

    Parameters
    ----------
    kind : {"proportion", "rate", "ratio"}
        What is compared.
    events : array_like, shape (n_areas,)
        Events, at least 0 (at most `denominator` for a proportion); need not be whole. Complete.
    denominator : array_like, shape (n_areas,)
        Units, population or expected events, above 0. For directly standardised rates: events
        over the rate. Complete.
    centre : float, optional
        Common value. When omitted: all events over all denominators; 1 for a ratio.
    adjustment : {"none", "multiplicative", "additive"}
        Over-dispersion adjustment of the limits.
    transform : {"square_root", "log"}
        Scale of the over-dispersion of rates and ratios; proportions use the arcsine root.

    Returns
    -------
    Funnel or NotEstimable
        Reasons: ``"no_cases"`` (no areas), ``"no_events"`` (no area has an event),
        ``"no_variation"`` (everybody has), and with an adjustment those of the over-dispersion.

    Raises
    ------
    InvalidInputError
        If an argument is missing, of another length or out of range.

    References
    ----------
    .. [1] PHEindicatormethods 2.0.0, ``assign_funnel_significance``.

    Examples
    --------
    >>> areas = funnel("rate", [30, 52, 95], [10000, 11000, 12000])
    >>> areas.position.tolist(), round(areas.expected_outside_95, 2)
    ([-2, 0, 2], 0.15)
    """
    size = positive_vector(denominator, name="denominator")
    x = float_vector(events, name="events", length=len(size))
    if (x < 0).any() or (kind == "proportion" and (x > size).any()):
        raise InvalidInputError("events must be at least 0, and at most n for a proportion")
    if len(x) == 0:
        return NotEstimable(reason="no_cases", detail="There are no areas.")
    if centre is None:
        centre = 1.0 if kind == "ratio" else float(x.sum() / size.sum())
    if centre == 0 or (kind == "proportion" and centre == 1):
        return NotEstimable(
            reason="no_events" if centre == 0 else "no_variation",
            detail="No area, or every unit, has the event.",
        )
    dispersion = (
        proportion_over_dispersion(x, size, centre=centre)
        if kind == "proportion"
        else ratio_over_dispersion(x, size * centre, transform=transform)
    )
    usable = dispersion if isinstance(dispersion, OverDispersion) else None
    if isinstance(dispersion, NotEstimable) and adjustment != "none":
        return dispersion
    limits = funnel_limits(kind, size, centre=centre, dispersion=usable, adjustment=adjustment)
    return _placed(x / size, limits, dispersion)


def _placed(
    value: FloatArray, limits: FunnelLimits, dispersion: OverDispersion | NotEstimable
) -> Funnel:
    """Compare the areas with their limits."""
    above = (value > limits.high_95).astype(np.int64) + (value > limits.high_998)
    below = (value < limits.low_95).astype(np.int64) + (value < limits.low_998)
    position: IntArray = above - below
    checks = [_small_counts(limits)]
    if isinstance(dispersion, OverDispersion):
        checks.insert(0, over_dispersion_check(dispersion))
    return Funnel(
        value=value,
        limits=limits,
        position=position,
        outside_95=int((position != 0).sum()),
        outside_998=int((np.abs(position) == 2).sum()),
        expected_outside_95=(1 - WARNING_LEVEL) * len(value),
        expected_outside_998=(1 - ALARM_LEVEL) * len(value),
        dispersion=dispersion,
        health=tuple(checks),
    )


def _plain(
    kind: Kind, size: FloatArray, centre: float, level: float
) -> tuple[FloatArray, FloatArray]:
    """Limits from counting alone."""
    if kind == "proportion":
        half = critical_z(level) * np.sqrt(centre * (1 - centre) / size)
        return np.maximum(centre - half, 0), np.minimum(centre + half, 1)
    tail = (1 - level) / 2
    low = np.maximum(gdtrib(1, 1 - tail, size * centre) - 1, 0)
    return low / size, gdtrib(1, tail, size * centre) / size


def _adjusted(
    kind: Kind,
    size: FloatArray,
    centre: float,
    level: float,
    dispersion: OverDispersion,
    adjustment: Adjustment,
) -> tuple[FloatArray, FloatArray]:
    """Limits widened on the scale on which the over-dispersion was measured."""
    expected = size if kind == "proportion" else size * centre
    std_error = (1.0 if dispersion.transform == "log" else 0.5) / np.sqrt(expected)
    if adjustment == "multiplicative":
        half = critical_z(level) * np.sqrt(dispersion.phi) * std_error
    else:
        half = critical_z(level) * np.sqrt(std_error**2 + dispersion.tau_squared)
    if dispersion.transform == "log":
        return centre * np.exp(-half), centre * np.exp(half)
    if dispersion.transform == "square_root":
        return centre * np.maximum(1 - half, 0) ** 2, centre * (1 + half) ** 2
    middle = np.arcsin(np.sqrt(centre))
    low, high = np.maximum(middle - half, 0), np.minimum(middle + half, np.pi / 2)
    return np.sin(low) ** 2, np.sin(high) ** 2


def _found(dispersion: OverDispersion, adjustment: Adjustment) -> bool:
    """Say whether there is anything to adjust for."""
    if adjustment == "multiplicative":
        return dispersion.phi > 1
    return adjustment == "additive" and dispersion.tau_squared > 0


def _small_counts(limits: FunnelLimits) -> HealthCheck:
    """Judge how many areas have so few expected events that limits say little."""
    expected = limits.denominator * limits.centre
    if limits.kind == "proportion":
        expected = np.minimum(expected, limits.denominator - expected)
    share = float((expected < MIN_EXPECTED).mean())
    return HealthCheck(
        name="small_expected_counts",
        value=share,
        threshold=0.0,
        status="pass" if share == 0 else "review",
        meaning=(
            "Share of areas with fewer than 5 expected events (or non-events). Their limits are so "
            "wide that only extreme differences show, and those of proportions are approximate."
        ),
        source="The rule of 5 expected counts (Cochran 1954); its use for funnels is our own.",
    )
