"""What goes with a return to a plan: Cox and Fine-Gray models with families as clusters.

Association, never effect: nothing here says why children return.
Methods: ``docs/methods/questions/repeat_plan_factors.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Self

import numpy as np

from analytics.disclosure.partitions import Counts, withheld_groups
from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import withhold_count
from analytics.emmie.repeat_plans.endings import WITH_ENDINGS, followed_endings
from analytics.emmie.repeat_plans.factor_disclosure import (
    NONE,
    CodeCells,
    code_cells,
    tells_too_much,
)
from analytics.emmie.repeat_plans.factor_list import COLUMNS, FACTORS, FEWEST, Coded, coded
from analytics.emmie.repeat_plans.factor_models import SPLIT, Models, Ratio, models_of
from analytics.emmie.repeat_plans.followed import HORIZON, Followed
from analytics.emmie.repeat_plans.groups import COLUMN
from analytics.emmie.repeat_plans.spells import spells
from analytics.emmie.repeat_plans.summary import released_kinds
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.protocol import Protocol
from analytics.statistics.results import HealthCheck, NotEstimable

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorsQuestion(Question["FactorsAnswer"]):
    """Ask what was more frequent among plans that another one followed.

    Attributes
    ----------
    level : float
        Confidence level of every interval, between 0 and 1.
    """

    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFound:
    """One level of a factor; ratios are against the factor's first level, which has none.

    Attributes
    ----------
    n, n_returns : int
        Plans that ended, and those that another followed.
    alone, adjusted : Ratio or None
        Of the rate of return among those still followed: with this factor only, and with all.
    subdistribution : Ratio or None
        Fine-Gray, with all factors: on the side on which more, or fewer, return in the end.
    p_constant : float or None
        Whether the adjusted ratio is the same at any time (proportional hazards).
    early, late : Ratio or None
        The adjusted ratio in the first year and after it, for a factor whose ratio changes.
    """

    level: str
    n: int
    n_returns: int
    alone: Ratio | None = None
    adjusted: Ratio | None = None
    subdistribution: Ratio | None = None
    p_constant: float | None = None
    early: Ratio | None = None
    late: Ratio | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorFound:
    """One factor.

    Attributes
    ----------
    p_value, p_holm : float or None
        Wald test of all its adjusted ratios together, and with Holm's correction over the factors.
    is_constant : bool
        Whether the test of proportional hazards passes for each of its levels.
    codes : tuple of CodeCells
        What its levels are made of, where the view draws curves by the same column; not kept after
        release.
    """

    key: str
    levels: tuple[LevelFound, ...]
    p_value: float | None
    p_holm: float | None
    is_constant: bool
    codes: tuple[CodeCells, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorsAnswer:
    """What goes with a return.

    Attributes
    ----------
    factors : tuple of FactorFound
        In the order of the list.
    left_out : tuple of str
        Factors of which a level has too few returns, or too few plans without one.
    n, n_families, n_returns, n_competing : int or None
        Plans that ended, families, returns, and competing events.
    n_without : int or None
        Plans that ended and of whose end nothing is recorded; they are left out.
    without : tuple of int
        Their returns, competing events and neither; not kept after release.
    checks : tuple of HealthCheck
        Events per coefficient, and the global test of proportional hazards.
    split_at : int
        Day that divides the first period from the second.
    horizon : int
        Days for which a plan is followed at most.
    """

    provenance: Provenance
    factors: tuple[FactorFound, ...]
    left_out: tuple[str, ...]
    n: int | None
    n_families: int | None
    n_returns: int | None
    n_competing: int | None
    n_without: int | None
    without: Counts
    checks: tuple[HealthCheck, ...]
    split_at: int
    fewest: int
    horizon: int
    level: float

    def disclose(self, policy: Policy) -> Self:
        """Withhold a factor as a whole where one of its levels has few of anything.

        Also where it would tell something small beside the curves by group, and everything where
        few of the plans without a record of their ending had one kind of end: the view counts all.
        """
        if any(policy.is_small(cell) for cell in self.without):
            return self._withheld()
        small = {
            factor.key
            for factor in self.factors
            if _is_small(factor, policy)
            or tells_too_much(factor.key, factor.codes, self.without, policy)
        }
        n_returns, n_competing, _ = released_kinds(self.cells, policy)
        return replace(
            self,
            factors=tuple(
                replace(factor, codes=()) for factor in self.factors if factor.key not in small
            ),
            left_out=(*self.left_out, *sorted(small)),
            n=withhold_count(self.n, policy),
            n_families=withhold_count(self.n_families, policy),
            n_returns=n_returns,
            n_competing=n_competing,
            n_without=withhold_count(self.n_without, policy),
            without=NONE,
        )

    @property
    def cells(self) -> Counts:
        """Returns, competing events, and neither."""
        n, returns, competing = self.n or 0, self.n_returns or 0, self.n_competing or 0
        return returns, competing, n - returns - competing

    def _withheld(self) -> Self:
        return replace(
            self,
            factors=(),
            left_out=(*self.left_out, *sorted(factor.key for factor in self.factors)),
            n=None,
            n_families=None,
            n_returns=None,
            n_competing=None,
            n_without=None,
            checks=(),
            without=NONE,
        )


def _is_small(factor: FactorFound, policy: Policy) -> bool:
    cells = [(level.n_returns, level.n - level.n_returns) for level in factor.levels]
    return any(withheld_groups(cells, policy))


def asks_factors(protocol: Protocol) -> bool:
    """Return whether an evaluation records how plans ended."""
    return protocol.repeat is not None and "plan_endings" in protocol.evaluation.extracts


def answer_factors(question: FactorsQuestion, study: Study) -> FactorsAnswer | Unanswered:
    """Fit what goes with a return.

    Parameters
    ----------
    question : FactorsQuestion
        Confidence level.
    study : Study
        Evaluation, filters and viewer; filters apply to the plan that ended.

    Returns
    -------
    FactorsAnswer or Unanswered
    """
    repeat = study.protocol.repeat
    provenance = study.provenance(*WITH_ENDINGS)
    if repeat is None or not asks_factors(study.protocol):
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    known = followed_endings(study, repeat.history_from).order_by("plan_id")
    rows = study.store.rows(known.select("days", "event", "cause", "family_id", *COLUMNS))
    if rows.empty:
        return Unanswered(reason="no_rows", provenance=provenance)
    horizon = max(HORIZON, *repeat.within_days)
    followed = Followed.of(rows, horizon)
    found = [coded(factor, rows, followed.event == 1) for factor in FACTORS]
    used = [one for one in found if one is not None]
    if not used:
        return Unanswered(
            reason="not_estimable", details=("too_few_events",), provenance=provenance
        )
    models = models_of(followed, used, question.level)
    if isinstance(models, NotEstimable):
        return Unanswered(reason="not_estimable", details=(models.reason,), provenance=provenance)
    others = _without_record(study, repeat.history_from)
    without = Followed.of(others, horizon)
    return FactorsAnswer(
        provenance=provenance,
        factors=tuple(
            replace(
                _found(one, followed, models), codes=_codes(one, rows, followed, others, without)
            )
            for one in used
        ),
        left_out=tuple(
            factor.key for factor, one in zip(FACTORS, found, strict=True) if one is None
        ),
        n=len(rows),
        n_families=followed.n_families,
        n_returns=followed.n(1),
        n_competing=followed.n(2),
        n_without=len(others),
        without=without.cells,
        checks=models.checks,
        split_at=SPLIT,
        fewest=FEWEST,
        horizon=horizon,
        level=question.level,
    )


def _without_record(study: Study, history_from: date) -> pd.DataFrame:
    """Return the plans that ended and of whose end nothing is recorded."""
    every = spells(study, history_from)
    others = every.anti_join(study.unfiltered("plan_endings"), "plan_id").order_by("plan_id")
    return study.store.rows(others.select("days", "event", "cause", "family_id", "category"))


def _codes(
    one: Coded, rows: pd.DataFrame, known: Followed, others: pd.DataFrame, without: Followed
) -> tuple[CodeCells, ...]:
    if one.key not in COLUMN.values():
        return ()
    has_code = one.key in others.columns
    return code_cells(
        rows[one.key].astype(str).to_numpy(np.str_),
        one.labels,
        known,
        (others[one.key] if has_code else others["family_id"][:0]).astype(str).to_numpy(np.str_),
        without,
    )


def _found(one: Coded, followed: Followed, models: Models) -> FactorFound:
    tests = models.tests[one.key]
    levels = tuple(
        LevelFound(
            level=level,
            n=int(np.count_nonzero(one.labels == level)),
            n_returns=int(np.count_nonzero((one.labels == level) & (followed.event == 1))),
            **models.ratios.get((one.key, level), {}),
        )
        for level in one.levels
    )
    return FactorFound(
        key=one.key,
        levels=levels,
        p_value=tests.p_value,
        p_holm=tests.p_holm,
        is_constant=tests.is_constant,
    )
