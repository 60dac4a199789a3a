"""Variation between teams: how far apart they lie, and whether chance alone would do that.

Methods: ``docs/methods/questions/implementation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal, Self

import ibis
import numpy as np

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, withhold_series
from analytics.emmie.implementation.fidelity import scored
from analytics.emmie.implementation.steps import deliveries, path_to
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.engine import UnusableExtractError
from analytics.extracts.protocol import Protocol, Step
from analytics.statistics.inputs import FloatArray
from analytics.statistics.results import NotEstimable
from analytics.statistics.variation.funnel import funnel, funnel_limits

FEWEST_TEAMS = 3
GRID = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsQuestion(Question["TeamsAnswer"]):
    """Ask how teams differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPoint:
    """One team.

    Attributes
    ----------
    team : str
        Pseudonymised identifier.
    n : int or None
        Deliveries; None when few.
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
        Teams outside the limits.
    expected_outside_95 : float
        Teams that would be outside the 95% limits by chance.
    phi : float or None
        Mean square of the teams' trimmed z-scores: about 1 when only chance is at work.
    left_out : int
        Days before the as-at date in which a delivery started too late to be counted; 0 for
        fidelity.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsAnswer:
    """One funnel for the key step and one for fidelity, where the evaluation has them."""

    provenance: Provenance
    funnels: tuple[TeamFunnel, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold teams with small counts; the common share tells the rest, so none is alone."""
        return replace(self, funnels=tuple(_disclose(one, policy) for one in self.funnels))


def key_step(protocol: Protocol) -> Step | None:
    """Return the last step that is no end, which all deliveries should reach."""
    steps = [step for step in protocol.steps if step.after is not None and not step.is_end]
    return steps[-1] if steps else None


def extracts_used(protocol: Protocol) -> tuple[str, ...]:
    """Return the extracts that compare teams in an evaluation."""
    there = protocol.evaluation.extracts
    used = []
    if "delivery_steps" in there and key_step(protocol) is not None:
        used.append("delivery_steps")
    if "fidelity" in there and protocol.components:
        used.append("fidelity")
    return tuple(used)


def answer_teams(question: TeamsQuestion, study: Study) -> TeamsAnswer | Unanswered:
    """Count by team, and place each team in its funnel.

    Parameters
    ----------
    question : TeamsQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    TeamsAnswer or Unanswered
        No funnel where fewer than three teams can be compared.
    """
    del question
    used = extracts_used(study.protocol)
    provenance = study.provenance(*used)
    if not used:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    found, broken = [], []
    for extract in used:
        try:
            one = _by_step(study) if extract == "delivery_steps" else _by_fidelity(study)
        except UnusableExtractError as error:
            broken.append(error)
            continue
        if one is not None:
            found.append(one)
    if broken and not found:
        raise broken[0]
    return TeamsAnswer(provenance=provenance, funnels=tuple(found))


def _by_step(study: Study) -> TeamFunnel | None:
    """Compare the shares of deliveries that reached the key step, of those that had the time."""
    step = key_step(study.protocol)
    if step is None:
        return None
    within = {one.key: one.within_days or 0 for one in study.protocol.steps}
    days = sum(within[key] for key in path_to(step.key, study.protocol.steps))
    wide = deliveries(study)
    wide = wide.filter(wide.started_on <= study.protocol.evaluation.as_at - timedelta(days=days))
    found = _by_team(study, wide, wide[step.key].notnull())
    return None if found is None else replace(found, label=step.label, left_out=days)


def _by_fidelity(study: Study) -> TeamFunnel | None:
    """Compare mean scores; chance is how much deliveries of the same team differ.

    A mean of n scores with that spread varies like a proportion of ``n * worth`` independent
    units, so the funnel of proportions gives its limits.
    """
    rows = study.table("fidelity")
    scores = scored(rows.filter(rows.met.notnull()), study.protocol.components)
    counts = study.store.records(
        scores.group_by("team_id")
        .aggregate(total=scores.score.sum(), squares=(scores.score**2).sum(), n=scores.count())
        .order_by("team_id")
    )
    n = np.array([row["n"] for row in counts], dtype=float)
    total = np.array([row["total"] for row in counts], dtype=float)
    if len(counts) < FEWEST_TEAMS or n.sum() <= len(n):
        return None
    squares = np.array([row["squares"] for row in counts], dtype=float)
    within = float((squares - total**2 / n).sum() / (n.sum() - len(n)))
    centre = float(total.sum() / n.sum())
    if within <= 0 or not 0 < centre < 1:
        return None
    worth = centre * (1 - centre) / within
    names = [row["team_id"] for row in counts]
    return _placed("fidelity", names, n, np.minimum(total, n), worth=worth)


def _by_team(study: Study, rows: ibis.Table, yes: Any) -> TeamFunnel | None:
    counts = study.store.records(
        rows.group_by("team_id").aggregate(events=yes.sum(), n=rows.count()).order_by("team_id")
    )
    if len(counts) < FEWEST_TEAMS:
        return None
    n = np.array([row["n"] for row in counts], dtype=float)
    events = np.array([row["events"] or 0 for row in counts], dtype=float)
    return _placed("step", [row["team_id"] for row in counts], n, events)


def _placed(
    of: Literal["step", "fidelity"],
    teams: list[str],
    n: FloatArray,
    events: FloatArray,
    *,
    worth: float = 1.0,
) -> TeamFunnel | None:
    """Place teams in their funnel; a delivery stands for ``worth`` independent units."""
    placed = funnel("proportion", events * worth, n * worth)
    if isinstance(placed, NotEstimable):
        return None
    is_count = of == "step"
    return TeamFunnel(
        of=of,
        label="",
        centre=placed.limits.centre,
        points=tuple(
            TeamPoint(
                team=team,
                n=int(n[i]),
                events=int(events[i]) if is_count else None,
                value=float(placed.value[i]),
                position=int(placed.position[i]),
            )
            for i, team in enumerate(teams)
        ),
        limits=_drawn(placed.limits.centre, n, worth),
        outside_95=placed.outside_95,
        outside_998=placed.outside_998,
        expected_outside_95=placed.expected_outside_95,
        phi=None if isinstance(placed.dispersion, NotEstimable) else placed.dispersion.phi,
        left_out=0,
    )


def _drawn(centre: float, n: FloatArray, worth: float) -> tuple[LimitsAt, ...]:
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


def _disclose(one: TeamFunnel, policy: Policy) -> TeamFunnel:
    """Withhold teams of few deliveries, and small counts of the key step."""
    shares = withhold_series(
        [
            Share.of(point.n or 0 if point.events is None else point.events, point.n or 0)
            for point in one.points
        ],
        policy,
        groupings=[[0] * len(one.points)],
    )
    return replace(
        one,
        points=tuple(
            replace(point, n=share.n, events=None, value=None, position=0)
            if share.is_withheld
            else point
            for point, share in zip(one.points, shares, strict=True)
        ),
    )
