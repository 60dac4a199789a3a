"""Variation between teams: how far apart they lie, and whether chance alone would do that.

Methods: ``docs/methods/questions/implementation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Self

import ibis
import numpy as np

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share
from analytics.emmie.implementation.fidelity import scored
from analytics.emmie.implementation.steps import deliveries, in_order, path_to
from analytics.emmie.implementation.team_funnel import (
    FEWEST_TEAMS,
    Elsewhere,
    TeamFunnel,
    TeamPoint,
    funnel_of,
)
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.engine import UnusableExtractError
from analytics.extracts.protocol import Protocol, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsQuestion(Question["TeamsAnswer"]):
    """Ask how teams differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamsAnswer:
    """One funnel for the key step and one for fidelity, where the evaluation has them."""

    provenance: Provenance
    funnels: tuple[TeamFunnel, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold teams with small counts, and those from which they could be worked out."""
        found = (one.disclose(policy) for one in self.funnels)
        return replace(self, funnels=tuple(one for one in found if one is not None))


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
    latest = study.protocol.evaluation.as_at - timedelta(days=days)
    points = _by_team(study, wide.filter(wide.started_on <= latest), step)
    found = funnel_of("step", points) if len(points) >= FEWEST_TEAMS else None
    if found is None:
        return None
    elsewhere = _elsewhere(study, wide, step, points)
    return replace(found, label=step.label, left_out=days, elsewhere=elsewhere)


def _elsewhere(
    study: Study, wide: ibis.Table, step: Step, points: tuple[TeamPoint, ...]
) -> Elsewhere:
    """Count the steps of all deliveries, and what of the key step the teams leave out."""
    steps = in_order(study.protocol.steps)
    total = study.store.records(
        wide.aggregate(n_=wide.count(), **{one.key: wide[one.key].notnull().sum() for one in steps})
    )[0]
    events = sum(point.events or 0 for point in points)
    n = sum(point.n or 0 for point in points)
    return Elsewhere(
        key=step.key,
        steps=steps,
        reached=tuple(int(total[one.key] or 0) for one in steps),
        late=Share.of(int(total[step.key] or 0) - events, int(total["n_"]) - n),
    )


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
    points = [
        TeamPoint(
            team=row["team_id"],
            n=int(row["n"]),
            events=None,
            value=min(1.0, row["total"] / row["n"]),
            position=0,
        )
        for row in counts
    ]
    return funnel_of("fidelity", points, worth=worth)


def _by_team(study: Study, rows: ibis.Table, step: Step) -> tuple[TeamPoint, ...]:
    there = rows[step.key].notnull().sum()
    counts = study.store.records(
        rows.group_by("team_id").aggregate(events=there, n=rows.count()).order_by("team_id")
    )
    return tuple(
        TeamPoint(
            team=row["team_id"],
            n=int(row["n"]),
            events=int(row["events"] or 0),
            value=(row["events"] or 0) / row["n"],
            position=0,
        )
        for row in counts
    )
