"""How many come back within two years, by which adversities were there together.

Methods: ``docs/methods/questions/repeat_plan_factors.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from analytics.disclosure.partitions import Counts, withheld_groups
from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import withhold_count
from analytics.emmie.repeat_plans.endings import ASPECTS, WITH_ENDINGS, followed_endings
from analytics.emmie.repeat_plans.factors import asks_factors
from analytics.emmie.repeat_plans.followed import HORIZON, Followed
from analytics.emmie.repeat_plans.returns import TWO_YEARS
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.time_to_event.horizon import at_horizon


@dataclass(frozen=True, slots=True, kw_only=True)
class TogetherQuestion(Question["TogetherAnswer"]):
    """Ask how many return, by combination of adversities.

    Attributes
    ----------
    within_days : int
        How soon.
    level : float
        Confidence level of every interval, between 0 and 1.
    """

    within_days: int = TWO_YEARS
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinationReturns:
    """Plans with one combination of adversities.

    Attributes
    ----------
    states : tuple of bool
        Whether each of ``ASPECTS`` was there.
    n : int or None
        Plans that ended; None when withheld.
    share : float or None
        Estimated share followed by another within the time; None when withheld, or when follow-up
        is too short.
    conf_int : Interval or None
        Allows for siblings.
    cells : tuple of int
        Returns, competing events and neither within the time; empty after release.
    """

    states: tuple[bool, ...]
    n: int | None
    share: float | None
    conf_int: Interval | None
    cells: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class TogetherAnswer:
    """Returns by combination.

    Attributes
    ----------
    combinations : tuple of CombinationReturns
        Those that occur; by number of adversities, then by number of plans.
    overall : CombinationReturns
        All of them.
    n_later : int or None
        Returns after that time and within the horizon of other questions, which show them all; not
        kept after release.
    """

    provenance: Provenance
    combinations: tuple[CombinationReturns, ...]
    overall: CombinationReturns
    n_later: int | None
    within_days: int
    assumptions: tuple[str, ...]
    level: float

    def disclose(self, policy: Policy) -> Self:
        """Withhold all combinations of as many adversities as one that is small.

        How many plans have none, one, two or three is shown elsewhere, so a single combination
        could be worked out from the others of its number.
        """
        numbers = sorted({sum(one.states) for one in self.combinations})
        of = {
            number: [one.cells for one in self.combinations if sum(one.states) == number]
            for number in numbers
        }
        sums = [tuple(map(sum, zip(*of[number], strict=True))) for number in numbers]
        everything = any(withheld_groups(sums, policy))
        out = {number for number in numbers if any(withheld_groups(of[number], policy))}
        is_small = any(withheld_groups([self.overall.cells], policy))
        is_small = is_small or policy.is_small(self.n_later or 0)
        return replace(
            self,
            combinations=tuple(
                _released(one, is_out=everything or sum(one.states) in out, policy=policy)
                for one in self.combinations
            ),
            overall=_released(self.overall, is_out=is_small, policy=policy),
            n_later=None,
        )


def _released(one: CombinationReturns, *, is_out: bool, policy: Policy) -> CombinationReturns:
    if is_out:
        return replace(one, n=None, share=None, conf_int=None, cells=())
    return replace(one, n=withhold_count(one.n, policy), cells=())


def answer_together(question: TogetherQuestion, study: Study) -> TogetherAnswer | Unanswered:
    """Estimate how many return within some time, by combination of adversities.

    Parameters
    ----------
    question : TogetherQuestion
        How soon.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    TogetherAnswer or Unanswered
    """
    repeat = study.protocol.repeat
    provenance = study.provenance(*WITH_ENDINGS)
    if repeat is None or not asks_factors(study.protocol):
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    known = followed_endings(study, repeat.history_from).order_by("plan_id")
    rows = study.store.rows(known.select("days", "event", "cause", "family_id", *ASPECTS))
    if rows.empty:
        return Unanswered(reason="no_rows", provenance=provenance)
    followed = Followed.of(rows, question.within_days)
    within_horizon = Followed.of(rows, max(HORIZON, *repeat.within_days))
    flags = rows[list(ASPECTS)].to_numpy(dtype=np.bool_)
    found = [
        _returns(tuple(bool(state) for state in states), followed.part(mask), question)
        for states in np.unique(flags, axis=0)
        for mask in [(flags == states).all(axis=1)]
    ]
    return TogetherAnswer(
        provenance=provenance,
        combinations=tuple(sorted(found, key=lambda one: (sum(one.states), -(one.n or 0)))),
        overall=_returns((), followed, question),
        n_later=int((within_horizon.event == 1).sum() - (followed.event == 1).sum()),
        within_days=question.within_days,
        assumptions=study.protocol.assumed_of(*WITH_ENDINGS),
        level=question.level,
    )


def _returns(
    states: tuple[bool, ...], followed: Followed, question: TogetherQuestion
) -> CombinationReturns:
    found = at_horizon(
        followed.days,
        followed.event,
        estimand="incidence",
        horizon=question.within_days,
        cluster=followed.family,
        level=question.level,
    )
    return CombinationReturns(
        states=states,
        n=len(followed.days),
        share=None if isinstance(found, NotEstimable) else found.estimate,
        conf_int=None if isinstance(found, NotEstimable) else found.conf_int,
        cells=followed.cells,
    )
