"""Fidelity: how much of the model was done as it says.

Methods: ``docs/methods/questions/implementation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

import ibis
import numpy as np
import pandas as pd

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, withhold_count, withhold_series
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.protocol import Component
from analytics.statistics.linear_models import (
    LinearContrast,
    LinearFit,
    fit_linear,
    linear_contrast,
)
from analytics.statistics.results import Interval
from analytics.statistics.two_groups.proportions import wilson_interval

EXTRACTS = ("fidelity",)


@dataclass(frozen=True, slots=True, kw_only=True)
class FidelityQuestion(Question["FidelityAnswer"]):
    """Ask how much of the model was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDone:
    """One part of the model: deliveries in which it was done, of those where the record tells."""

    component: Component
    share: Share
    conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FidelityAnswer:
    """The fidelity score and its parts.

    Attributes
    ----------
    score : float or None
        Mean over deliveries of the weighted share of parts done, of those where the record tells;
        between 0 and 1. None when withheld.
    conf_int : Interval or None
        Student t interval, clustered by team where there are at least two.
    n_deliveries, n_teams : int or None
        Deliveries with at least one part known, and their teams.
    is_clustered : bool
        Whether the interval allows for teams.
    parts : tuple of PartDone
        In the order of the protocol.
    """

    provenance: Provenance
    score: float | None
    conf_int: Interval | None
    n_deliveries: int | None
    n_teams: int | None
    is_clustered: bool
    parts: tuple[PartDone, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts; the score could tell a lone one, so none stands alone."""
        shares = withhold_series(
            [part.share for part in self.parts], policy, groupings=[[0] * len(self.parts)]
        )
        is_small = policy.is_small(self.n_deliveries or 0)
        return replace(
            self,
            score=None if is_small else self.score,
            conf_int=None if is_small else self.conf_int,
            n_deliveries=withhold_count(self.n_deliveries, policy),
            parts=tuple(
                replace(part, share=share, conf_int=None if share.is_withheld else part.conf_int)
                for part, share in zip(self.parts, shares, strict=True)
            ),
        )


def answer_fidelity(question: FidelityQuestion, study: Study) -> FidelityAnswer | Unanswered:
    """Count the parts done, and take the mean score over deliveries.

    Parameters
    ----------
    question : FidelityQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    FidelityAnswer or Unanswered
    """
    del question
    provenance = study.provenance(*EXTRACTS)
    components = study.protocol.components
    if not components or "fidelity" not in study.protocol.evaluation.extracts:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    rows = study.table("fidelity")
    rows = rows.filter(rows.met.notnull(), rows.component.isin([one.key for one in components]))
    counts = {
        row["component"]: (int(row["events"]), int(row["n"]))
        for row in study.store.records(
            rows.group_by("component").aggregate(events=rows.met.sum(), n=rows.count())
        )
    }
    if not counts:
        return Unanswered(reason="no_rows", provenance=provenance)
    scores = study.store.rows(scored(rows, components))
    interval = _interval(scores)
    return FidelityAnswer(
        provenance=provenance,
        score=float(scores["score"].mean()),
        conf_int=interval,
        n_deliveries=len(scores),
        n_teams=int(scores["team_id"].nunique()),
        is_clustered=interval is not None and interval.method == "cluster_t",
        parts=tuple(_part(one, *counts[one.key]) for one in components if one.key in counts),
    )


def scored(rows: ibis.Table, components: tuple[Component, ...]) -> ibis.Table:
    """Return one row per delivery with its team and its score, not executed.

    ``rows`` are those of ``fidelity`` in which the record tells.
    """
    weight = ibis.cases(
        *((rows.component == one.key, float(one.weight)) for one in components), else_=0.0
    )
    weighted = rows.mutate(known=weight, done=ibis.ifelse(rows.met, weight, 0.0))
    totals = weighted.group_by("delivery_id").aggregate(
        team_id=weighted.team_id.max(), done=weighted.done.sum(), known=weighted.known.sum()
    )
    totals = totals.filter(totals.known > 0)
    return totals.select("team_id", score=totals.done / totals.known)


def _part(component: Component, events: int, n: int) -> PartDone:
    return PartDone(
        component=component, share=Share.of(events, n), conf_int=wilson_interval(events, n)
    )


def _interval(scores: pd.DataFrame) -> Interval | None:
    """Return the interval of the mean score: clustered by team, or of single deliveries."""
    design = np.ones((len(scores), 1))
    values = scores["score"].to_numpy()
    attempts: tuple[dict[str, Any], ...] = (
        {"cluster": scores["team_id"].to_numpy()},
        {"vcov_type": "HC1"},
    )
    for options in attempts:
        fit = fit_linear(values, design, **options)
        found = linear_contrast(fit, [1.0]) if isinstance(fit, LinearFit) else fit
        if isinstance(found, LinearContrast):
            return replace(
                found.conf_int,
                low=max(found.conf_int.low, 0.0),
                high=min(found.conf_int.high, 1.0),
            )
    return None
