"""What if plans had stayed open until three months' sustained change: a simulation.

Its assumptions are the viewer's; only the difference it starts from is estimated.
Methods: ``docs/methods/questions/repeat_what_if.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, Self

import ibis

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import shown_cells, withhold_count
from analytics.emmie.economics.parts import UnitPrice
from analytics.emmie.economics.prices import UnknownPriceError, prices_of, read_tables
from analytics.emmie.repeat_plans.avoiding import (
    Assumed,
    Avoided,
    Basis,
    ByShare,
    avoided,
    by_share_due,
)
from analytics.emmie.repeat_plans.early_endings import (
    DAYS_IN_A_YEAR,
    EarlyEndings,
    Group,
    estimate_early_endings,
    repeat_plan_months,
)
from analytics.emmie.repeat_plans.spells import spells
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.engine import UnusableExtractError
from analytics.statistics.results import HealthCheck, Interval, NotEstimable

EXTRACTS = ("cp_plans", "children", "plan_endings")
COMMON_CATEGORIES = ("NEG", "EMO")
"""Categories that are strata of their own; the others are one together."""

SEED = 20240331
N_DRAWS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfQuestion(Question["WhatIfAnswer"]):
    """Ask what staying open until sustained change would have avoided and taken.

    Attributes
    ----------
    within_days : int
        How soon after the end of a plan another one counts.
    share_due : float
        Share of the difference in returns that is due to the early ending, between 0 and 1.
    extra_months : float
        Months until sustained change would have been seen, most likely average over families.
    extra_spread : float
        How far that average may lie on either side, in months.
    never_share : float
        Share of plans in which it would never have been seen, between 0 and 1.
    longest_months : float
        Extra months after which those plans would have ended all the same.
    price_year : str or None
        Financial year of prices; the newest that the price index holds when None.
    seed, n_draws : int
        Of the draws.
    level : float
        Level of every interval, between 0 and 1.
    """

    within_days: int = 730
    share_due: float = 0.5
    extra_months: float = 3.0
    extra_spread: float = 2.0
    never_share: float = 0.2
    longest_months: float = 12.0
    price_year: str | None = None
    seed: int = SEED
    n_draws: int = N_DRAWS
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """The unit cost of one child on a plan for one month.

    Attributes
    ----------
    price : UnitPrice or None
    year : str
        Financial year of the prices.
    years : tuple of str
        Years that the price index holds.
    why_not : str
        Why there is no price: the protocol names none, or the price tables can't be used.
    """

    price: UnitPrice | None = None
    year: str = ""
    years: tuple[str, ...] = ()
    why_not: Literal["", "not_named", "unreadable"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfAnswer:
    """What was estimated, what was assumed, and what follows.

    Attributes
    ----------
    question : WhatIfQuestion
        The assumptions.
    early, sustained : Group
        Plans that ended without sustained change, and with it.
    comparison : float or None
        Share of returns after sustained change, spread over the strata of the early endings.
    difference : float or None
        Share after an early ending minus that; None when withheld.
    difference_conf_int : Interval or None
        Allows for siblings.
    n_compared : int or None
        Early endings in strata with both kinds of ending; only these can avoid anything.
    n_years : float
        Years over which the plans ended.
    result : Avoided or None
        What follows from the assumptions; None when withheld.
    by_share : tuple of ByShare
        Starts avoided for other shares that may be due to the early ending.
    priced : Priced
        Unit cost of a plan-month.
    """

    provenance: Provenance
    question: WhatIfQuestion
    early: Group
    sustained: Group
    comparison: float | None
    difference: float | None
    difference_conf_int: Interval | None
    n_compared: int | None
    n_years: float
    checks: tuple[HealthCheck, ...]
    result: Avoided | None
    by_share: tuple[ByShare, ...]
    priced: Priced
    assumptions: tuple[str, ...]

    @property
    def is_yearly(self) -> bool:
        """Whether the plans ended over at least a year, so that a year's worth can be given."""
        return self.n_years >= 1

    def disclose(self, policy: Policy) -> Self:
        """Withhold everything when either group, its returns or what is left of it is small."""
        groups = (self.early, self.sustained)
        sizes = shown_cells([group.n or 0 for group in groups], policy)
        small = any(policy.is_small(cell) for group in groups for cell in group.cells)
        shown = [replace(group, n=n) for group, n in zip(groups, sizes, strict=True)]
        if not small and None not in sizes:
            rest = (self.early.n or 0) - (self.n_compared or 0)
            left = None if policy.is_small(rest) else withhold_count(self.n_compared, policy)
            return replace(
                self,
                early=shown[0].without_returns(),
                sustained=shown[1].without_returns(),
                n_compared=left,
            )
        return replace(
            self,
            early=shown[0].withheld(),
            sustained=shown[1].withheld(),
            comparison=None,
            difference=None,
            difference_conf_int=None,
            n_compared=None,
            checks=(),
            result=None,
            by_share=(),
        )


def answer_what_if(question: WhatIfQuestion, study: Study) -> WhatIfAnswer | Unanswered:
    """Simulate plans that had stayed open until three months' sustained change.

    Parameters
    ----------
    question : WhatIfQuestion
        Window and assumptions.
    study : Study
        Evaluation, filters and viewer; the period is that in which a plan ended.

    Returns
    -------
    WhatIfAnswer or Unanswered
        Unanswered when every plan ended after sustained change, or none did.

    Raises
    ------
    UnusableExtractError
        When an extract broke its contract; without usable price tables months are not priced.
    """
    provenance = study.provenance(*EXTRACTS)
    repeat = study.protocol.repeat
    if repeat is None:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    rows = study.store.rows(_endings(study, repeat.history_from))
    if rows.empty:
        return Unanswered(reason="no_rows", provenance=provenance)
    if rows["sustained"].all():
        return Unanswered(
            reason="not_estimable", details=("every_change_sustained",), provenance=provenance
        )
    found = estimate_early_endings(rows, question.within_days, question.level)
    if isinstance(found, NotEstimable):
        return Unanswered(reason="not_estimable", details=(found.reason,), provenance=provenance)
    n_years = _years(study, repeat.history_from)
    return _answer(question, study, found, n_years, _priced(study, question.price_year))


def _answer(
    question: WhatIfQuestion,
    study: Study,
    found: EarlyEndings,
    n_years: float,
    priced: Priced,
) -> WhatIfAnswer:
    basis = Basis(
        n_early=found.early.n or 0,
        n_compared=found.n_compared,
        difference=found.difference,
        std_error=found.std_error,
        repeat_plan_months=repeat_plan_months(study, level=question.level),
        price=None if priced.price is None else priced.price.uprated,
    )
    assumed = Assumed(
        share_due=question.share_due,
        extra_months=question.extra_months,
        extra_spread=question.extra_spread,
        never_share=question.never_share,
        longest_months=question.longest_months,
        seed=question.seed,
        n_draws=question.n_draws,
        level=question.level,
    )
    return WhatIfAnswer(
        provenance=study.provenance(*EXTRACTS),
        question=question,
        early=found.early,
        sustained=found.sustained,
        comparison=found.comparison,
        difference=found.difference,
        difference_conf_int=found.conf_int,
        n_compared=found.n_compared,
        n_years=n_years,
        checks=(found.check,),
        result=avoided(basis, assumed),
        by_share=by_share_due(basis, assumed),
        priced=priced,
        assumptions=study.protocol.assumed_of(*EXTRACTS),
    )


def _priced(study: Study, year: str | None) -> Priced:
    """Return the unit cost in the prices of a year; of the newest when none is asked for."""
    repeat = study.protocol.repeat
    if repeat is None or not repeat.plan_month_cost:
        return Priced(why_not="not_named")
    try:
        tables = read_tables(study.library)
        prices = prices_of(tables, year or tables.index[-1]["financial_year"])
        price = prices.cost(repeat.plan_month_cost)
    except (UnusableExtractError, UnknownPriceError):
        return Priced(why_not="unreadable")
    return Priced(price=price, year=prices.year, years=tuple(prices.deflator))


def _years(study: Study, history_from: date) -> float:
    """Return the years in which the plans may have ended, within filters."""
    as_at = study.protocol.evaluation.as_at
    first = max(history_from, study.filters.period_start or history_from)
    last = min(as_at, study.filters.period_end or as_at)
    return max((last - first).days + 1, 0) / DAYS_IN_A_YEAR


def _endings(study: Study, history_from: date) -> ibis.Table:
    """Return each plan that ended, its follow-up, and what is known of its ending."""
    followed = spells(study, history_from)
    endings = study.unfiltered("plan_endings")
    adversities = (
        endings.domestic_abuse.cast("int8")
        + endings.parental_mental_health.cast("int8")
        + (endings.substance_misuse | endings.alcohol_misuse).cast("int8")
    )
    known = endings.select("plan_id", sustained="sustained_change", adversities=adversities)
    category = study.unfiltered("cp_plans").select("plan_id", "category")
    joined = followed.join(known, "plan_id").join(category, "plan_id")
    common = joined.category.isin(COMMON_CATEGORIES)
    return joined.order_by("plan_id").select(
        "family_id",
        "days",
        "event",
        "sustained",
        stratum=ibis.ifelse(common, joined.category, "other") + joined.adversities.cast("string"),
    )
