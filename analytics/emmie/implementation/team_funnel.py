"""A funnel of teams: where each lies against what chance allows, and what of it may be shown.

Methods: ``docs/methods/questions/implementation.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, withhold_series
from analytics.emmie.implementation.steps import hidden_steps
from analytics.extracts.protocol import Step
from analytics.statistics.inputs import FloatArray
from analytics.statistics.results import NotEstimable
from analytics.statistics.variation.funnel import funnel, funnel_limits

FEWEST_TEAMS = 3
GRID = 60
NEAREST, SMALLEST_SHOWN = 5, 10
"""To what the size of a team is rounded in the funnel of fidelity, and the least it is shown as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPoint:
    """One team.

    Attributes
    ----------
    team : str
        Pseudonymised identifier.
    n : int or None
        Deliveries; None when few. For fidelity, after disclosure control, to the nearest 5, at
        least 10.
    events : int or None
        Those that reached the key step; None when withheld, and for fidelity.
    value : float or None
        Share that reached the key step, or mean fidelity score; None when withheld.
    position : int
        -2 to 2, as `Funnel.position`; 0 when withheld.
    """

    team: str
    n: int | None
    events: int | None
    value: float | None
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitsAt:
    """Funnel limits at one size."""

    n: float
    low_95: float
    high_95: float
    low_998: float
    high_998: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """What the steps of delivery on the same page tell about the key step.

    Attributes
    ----------
    key : str
        The key step.
    steps : tuple of Step
        From `steps.in_order`.
    reached : tuple of int
        Deliveries that reached each of them.
    late : Share
        Deliveries that started too late for the funnel, and those of them that reached the key
        step: the page's totals hold them, the teams don't.
    """

    key: str
    steps: tuple[Step, ...]
    reached: tuple[int, ...]
    late: Share

    def hides_total(self, policy: Policy) -> bool:
        """Return whether the page withholds how many reached the key step."""
        reached = {step.key: n for step, n in zip(self.steps, self.reached, strict=True)}
        return self.key in hidden_steps(self.steps, reached, policy)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamFunnel:
    """Teams against what chance allows around their common share.

    Attributes
    ----------
    of : {"step", "fidelity"}
        Share of deliveries that reached the key step, or mean share of the model done.
    label : str
        Label of the key step; empty for fidelity.
    centre : float
        Common share, between 0 and 1.
    outside_95, outside_998 : int
        Teams outside the limits, of those shown.
    expected_outside_95 : float
        Teams that would be outside the 95% limits by chance, of those shown.
    phi : float or None
        Mean square of the trimmed z-scores of the teams shown: about 1 when only chance is at work.
    left_out : int
        Days before the as-at date in which a delivery started too late to be counted; 0 for
        fidelity.
    worth : float
        Independent units that one delivery stands for; 1 for a step.
    is_common_of_all : bool
        Whether the common share is that of all teams, and not of those shown.
    is_rounded : bool
        Whether the teams' sizes are rounded.
    elsewhere : Elsewhere or None
        What the page's totals tell; None for fidelity and after disclosure control.
    """

    of: Literal["step", "fidelity"]
    label: str
    centre: float
    points: tuple[TeamPoint, ...]
    limits: tuple[LimitsAt, ...]
    outside_95: int
    outside_998: int
    expected_outside_95: float
    phi: float | None
    left_out: int
    worth: float = 1.0
    is_common_of_all: bool = True
    is_rounded: bool = False
    elsewhere: Elsewhere | None = None

    def disclose(self, policy: Policy) -> TeamFunnel | None:
        """Return the funnel of the teams that may be shown; None when they are fewer than three.

        A withheld team is in no figure but the common share, and not in that either where few
        deliveries started too late: with the page's totals the share would tell those few.
        """
        if not policy.largest_withheld:
            return replace(self, elsewhere=None)
        if self.elsewhere is not None and self.elsewhere.hides_total(policy):
            return None
        shares = self._withheld(policy)
        shown = [
            point for point, share in zip(self.points, shares, strict=True) if not share.is_withheld
        ]
        if len(shown) < FEWEST_TEAMS:
            return None
        is_of_all = self.elsewhere is None or not _has_small(self.elsewhere.late, policy)
        common_of = self.points if is_of_all else shown
        kept = funnel_of(self.of, shown, worth=self.worth, common_of=common_of)
        if kept is None:
            return None
        by_team = {point.team: point for point in kept.points}
        points = [
            by_team.get(point.team, replace(point, n=share.n, events=None, value=None, position=0))
            for point, share in zip(self.points, shares, strict=True)
        ]
        released = replace(
            kept,
            label=self.label,
            left_out=self.left_out,
            points=tuple(points),
            phi=None if kept.phi is None else round(kept.phi, 1),
            is_common_of_all=is_of_all,
        )
        return released._rounded() if self.of == "fidelity" else released

    def _withheld(self, policy: Policy) -> list[Share]:
        """Return the teams' shares as they may be shown beside the page's totals.

        The teams add up to the funnel, and with the late deliveries to the page's totals.
        """
        shares = [
            Share.of(point.n or 0 if point.events is None else point.events, point.n or 0)
            for point in self.points
        ]
        late = [self.elsewhere.late] if self.elsewhere else []
        groupings = [[0] * len(shares) + [1] * len(late), [0] * len(shares + late)]
        return withhold_series([*shares, *late], policy, groupings=groupings)[: len(shares)]

    def _rounded(self) -> TeamFunnel:
        """Round sizes and mean scores, from which those of the other funnel could be taken away.

        A team's deliveries with a record of fidelity, less those that reached the key step, would
        be a count of families too.
        """
        points = tuple(
            replace(
                point,
                n=None if point.n is None else rounded_size(point.n),
                value=None if point.value is None else round(point.value, 2),
            )
            for point in self.points
        )
        sizes = np.array([point.n for point in points if point.value is not None], dtype=float)
        limits = _limits(self.centre, sizes, self.worth)
        return replace(self, points=points, limits=limits, is_rounded=True)


def rounded_size(n: int) -> int:
    """Return the size of a team to the nearest 5, at least 10."""
    return max(SMALLEST_SHOWN, (n + NEAREST // 2) // NEAREST * NEAREST)


def funnel_of(
    of: Literal["step", "fidelity"],
    points: Sequence[TeamPoint],
    *,
    worth: float = 1.0,
    common_of: Sequence[TeamPoint] | None = None,
) -> TeamFunnel | None:
    """Place teams in their funnel.

    Parameters
    ----------
    of : {"step", "fidelity"}
        What is compared.
    points : sequence of TeamPoint
        Teams with size and value.
    worth : float
        Independent units that one delivery stands for, above 0.
    common_of : sequence of TeamPoint, optional
        Teams whose common share is the centre; ``points`` when omitted.

    Returns
    -------
    TeamFunnel or None
        None where no team, or every delivery, has what is counted.
    """
    n, value = _sizes_and_values(points)
    everyone = _sizes_and_values(common_of or points)
    centre = float(everyone[0] @ everyone[1] / everyone[0].sum())
    placed = funnel("proportion", value * n * worth, n * worth, centre=centre)
    if isinstance(placed, NotEstimable):
        return None
    return TeamFunnel(
        of=of,
        label="",
        centre=centre,
        points=tuple(
            replace(point, position=int(placed.position[i])) for i, point in enumerate(points)
        ),
        limits=_limits(centre, n, worth),
        outside_95=placed.outside_95,
        outside_998=placed.outside_998,
        expected_outside_95=placed.expected_outside_95,
        phi=None if isinstance(placed.dispersion, NotEstimable) else placed.dispersion.phi,
        left_out=0,
        worth=worth,
    )


def _sizes_and_values(points: Sequence[TeamPoint]) -> tuple[FloatArray, FloatArray]:
    n = np.array([point.n or 0 for point in points], dtype=float)
    return n, np.array([point.value or 0.0 for point in points], dtype=float)


def _limits(centre: float, n: FloatArray, worth: float) -> tuple[LimitsAt, ...]:
    """Return the limits from a little below the smallest team to a little above the largest."""
    grid = np.linspace(max(n.min() * 0.8, 1), n.max() * 1.1, GRID)
    limits = funnel_limits("proportion", grid * worth, centre=centre)
    columns = (limits.low_95, limits.high_95, limits.low_998, limits.high_998)
    return tuple(
        LimitsAt(
            n=float(at), low_95=float(a), high_95=float(b), low_998=float(c), high_998=float(d)
        )
        for at, a, b, c, d in zip(grid, *columns, strict=True)
    )


def _has_small(share: Share, policy: Policy) -> bool:
    events, n = share.events or 0, share.n or 0
    return any(policy.is_small(cell) for cell in (events, n - events, n))
