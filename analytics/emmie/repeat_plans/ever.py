"""Whether a child had ever been on a plan: what is counted, and what the extract alone would show.

An extract begins on some day, so it misses plans that ended earlier (left truncation); a stored
count of earlier plans reaches further back.
Methods: ``docs/methods/questions/time_to_repeat_plan.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

import numpy as np
import pandas as pd

from analytics.disclosure.partitions import Counts, withheld_groups
from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, hidden
from analytics.emmie.repeat_plans.returns import plans_in_order
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.contracts import CP_PLANS
from analytics.extracts.filters import apply_filters
from analytics.statistics.inputs import IntArray
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.time_to_event.horizon import at_horizon

EXTRACTS = ("cp_plans",)
LENGTHS = (1, 2, 4)
"""Years of a period, the shortest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EverQuestion(Question["EverAnswer"]):
    """Ask how many plans that start are of a child who had been on one before."""

    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Starts:
    """Plans that started in some years.

    Attributes
    ----------
    first_year, last_year : int
        Years to 31 March.
    counted, seen : Share
        With an earlier plan by the stored count, and with one that the extract holds.
    counted_conf_int, seen_conf_int : Interval or None
        Allow for siblings; None when withheld.
    """

    first_year: int
    last_year: int
    counted: Share
    seen: Share
    counted_conf_int: Interval | None
    seen_conf_int: Interval | None

    @property
    def cells(self) -> Counts:
        """Seen, counted but not seen, and first plans."""
        counted, seen, n = self.counted.events or 0, self.seen.events or 0, self.counted.n or 0
        return seen, counted - seen, n - counted


@dataclass(frozen=True, slots=True, kw_only=True)
class EverAnswer:
    """Plans that started, by whether the child had been on one before.

    Attributes
    ----------
    whole : Starts
        All years together.
    periods : tuple of Starts
        In periods of one, two or four years, oldest first: the shortest of which none is withheld.
    finer : tuple of tuple of Starts
        Shorter periods to choose from, the shortest first; empty after release.
    n_without : int or None
        Plans without a stored count; they are left out.
    """

    provenance: Provenance
    whole: Starts
    periods: tuple[Starts, ...]
    finer: tuple[tuple[Starts, ...], ...]
    n_without: int | None
    history_from: date
    level: float

    def disclose(self, policy: Policy) -> Self:
        """Show the shortest periods of which none is small; withhold where all are too short."""
        is_out = withheld_groups([self.whole.cells], policy)[0]
        periods = next(
            (
                some
                for some in (*self.finer, self.periods)
                if not any(withheld_groups([one.cells for one in some], policy))
            ),
            self.periods,
        )
        out = withheld_groups([one.cells for one in periods], policy)
        return replace(
            self,
            whole=_withheld(self.whole) if is_out else self.whole,
            periods=tuple(
                _withheld(one) if is_small or is_out else one
                for one, is_small in zip(periods, out, strict=True)
            ),
            finer=(),
            n_without=None if policy.is_small(self.n_without or 0) else self.n_without,
        )


def answer_ever(question: EverQuestion, study: Study) -> EverAnswer | Unanswered:
    """Count plans that started, by whether an earlier one is counted and whether it is seen.

    Parameters
    ----------
    question : EverQuestion
        Confidence level.
    study : Study
        Evaluation, filters and viewer; the period is that in which the plan started.

    Returns
    -------
    EverAnswer or Unanswered
    """
    repeat = study.protocol.repeat
    provenance = study.provenance(*EXTRACTS)
    if repeat is None:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    plans = plans_in_order(study)
    seen = plans.previous_end.notnull()
    plans = plans.filter(plans.started_on >= repeat.history_from).mutate(
        seen=seen,
        counted=seen | (plans.previous_plans > 0).fill_null(False),
        known=seen | plans.previous_plans.notnull(),
        year=plans.started_on.year() + (plans.started_on.month() > 3).cast("int64"),
    )
    plans = apply_filters(plans, study.filters, dict(CP_PLANS.roles))
    rows = study.store.rows(
        plans.order_by("plan_id").select("year", "seen", "counted", "known", "family_id")
    )
    known = rows[rows["known"]]
    if known.empty:
        return Unanswered(reason="no_rows", provenance=provenance)
    periods = [_in_periods(known, length, question.level) for length in LENGTHS]
    return EverAnswer(
        provenance=provenance,
        whole=_starts(known, question.level),
        periods=periods[-1],
        finer=tuple(periods[:-1]),
        n_without=len(rows) - len(known),
        history_from=repeat.history_from,
        level=question.level,
    )


def _in_periods(rows: pd.DataFrame, length: int, level: float) -> tuple[Starts, ...]:
    """Return periods of so many years, counted back from the last year."""
    last = rows["year"].max()
    period = (last - rows["year"]) // length
    return tuple(_starts(group, level) for _, group in rows.groupby(-period))


def _starts(rows: pd.DataFrame, level: float) -> Starts:
    family = rows["family_id"].factorize()[0].astype(np.int64)
    counted, seen = (rows[name].to_numpy(dtype=np.int64) for name in ("counted", "seen"))
    return Starts(
        first_year=int(rows["year"].min()),
        last_year=int(rows["year"].max()),
        counted=Share.of(int(counted.sum()), len(rows)),
        seen=Share.of(int(seen.sum()), len(rows)),
        counted_conf_int=clustered_interval(counted, family, level),
        seen_conf_int=clustered_interval(seen, family, level),
    )


def clustered_interval(happened: IntArray, family: IntArray, level: float) -> Interval | None:
    """Return the interval of a share, families as clusters; None with fewer than two of them.

    A share is the incidence at a horizon that everybody reaches.
    """
    found = at_horizon(
        np.ones(len(happened)),
        happened,
        estimand="incidence",
        horizon=1,
        cluster=family,
        level=level,
    )
    return None if isinstance(found, NotEstimable) else found.conf_int


def _withheld(one: Starts) -> Starts:
    return replace(
        one,
        counted=hidden(replace(one.counted, n=None)),
        seen=hidden(replace(one.seen, n=None)),
        counted_conf_int=None,
        seen_conf_int=None,
    )
