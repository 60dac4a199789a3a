"""The question of service use, its answer, and what of it may be shown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Self

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import withhold_count
from analytics.emmie.effect.analyses import AnalysisQuestion, chosen_analysis
from analytics.emmie.effect.outcome_change import rounded_estimate
from analytics.emmie.effect.results import (
    AnalysisInfo,
    EffectRow,
    Unit,
    with_holm,
)
from analytics.emmie.service_use.counts import Counted, count_service_use
from analytics.emmie.service_use.estimates import Rates, Sensitivity, SideTotal, estimate_rates
from analytics.emmie.study import Provenance, Study, Unanswered
from analytics.extracts.protocol import Direction, Outcome
from analytics.statistics.results import HealthCheck

EXTRACTS = ("people", "service_use")

UNITS: dict[str, Unit] = {"person_year": "100_person_years", "100_sessions": "100_sessions"}
"""Every rate is per hundred, so that it reads as a natural frequency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceUseQuestion(AnalysisQuestion["ServiceUseAnswer"]):
    """Ask how often things happened to people before and after allocation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOutcome:
    """One kind of service use.

    Attributes
    ----------
    unit : str
        What a rate is per: ``person_year`` or ``100_sessions``.
    people : str
        Whose it is.
    n_people, n_without, n_not_followed : int or None
        People with exposure on both sides; those with none on a side, who are left out; those of
        the first followed for less than about six months. None when withheld.
    n_families, n_families_with : int or None
        Families, and those with an event; the second is never kept after disclosure control.
    rates : Rates or None
        None when nobody has exposure on both sides.
    reason : str or None
        Why there is no estimate; ``withheld`` after disclosure control.
    """

    key: str
    label: str
    unit: Literal["person_year", "100_sessions"]
    people: Literal["child", "adult"]
    intended: Direction | None
    primary: bool
    n_people: int | None
    n_without: int | None
    n_not_followed: int | None
    n_families: int | None
    n_families_with: int | None
    rates: Rates | None
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceUseAnswer:
    """Rates of service use before and after, with unequal exposure.

    Attributes
    ----------
    analysis : AnalysisInfo
        Which analysis.
    assumptions : tuple of str
        What the extracts assume.
    level : float
        Confidence level.
    """

    provenance: Provenance
    analysis: AnalysisInfo
    outcomes: tuple[ServiceOutcome, ...]
    assumptions: tuple[str, ...]
    level: float

    def disclose(self, policy: Policy) -> Self:
        """Withhold what comes from few people or families."""
        return replace(
            self, outcomes=tuple(_disclose(outcome, policy) for outcome in self.outcomes)
        )

    @property
    def rows(self) -> tuple[EffectRow, ...]:
        """Every outcome with Holm's p-values; after disclosure control only."""
        return with_holm([_row(outcome) for outcome in self.outcomes], level=self.level)

    @property
    def checks(self) -> tuple[HealthCheck, ...]:
        """Health checks of the primary outcomes, or of all where none is primary."""
        primary = [item for item in self.outcomes if item.primary] or list(self.outcomes)
        return tuple(check for item in primary if item.rates for check in item.rates.checks)

    @property
    def failed_checks(self) -> tuple[HealthCheck, ...]:
        """The health checks that forbid quoting the results."""
        return tuple(check for check in self.checks if check.status == "fail")


def answer_service_use(question: ServiceUseQuestion, study: Study) -> ServiceUseAnswer | Unanswered:
    """Estimate rates before and after allocation.

    Parameters
    ----------
    question : ServiceUseQuestion
        Analysis and confidence level.
    study : Study
        Evaluation, filters and viewer; filters apply to people.

    Returns
    -------
    ServiceUseAnswer or Unanswered
        Unanswered when the protocol has no such analysis, or the filters leave nobody.
    """
    provenance = study.provenance(*EXTRACTS)
    chosen = chosen_analysis(study.protocol, question.analysis, "rate_ratio")
    if chosen is None:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    counted = count_service_use(study, chosen.outcomes)
    if not counted:
        return Unanswered(reason="no_rows", provenance=provenance)
    return ServiceUseAnswer(
        provenance=provenance,
        analysis=chosen.info,
        outcomes=tuple(
            _outcome(item, counted.get(item.key), question.level) for item in chosen.outcomes
        ),
        assumptions=tuple(item.text for item in study.protocol.assumptions),
        level=question.level,
    )


def _outcome(outcome: Outcome, counted: Counted | None, level: float) -> ServiceOutcome:
    rates = estimate_rates(counted, level) if counted else None
    n_people = int(counted.families.people @ counted.families.repeats) if counted else 0
    return ServiceOutcome(
        key=outcome.key,
        label=outcome.label,
        unit=outcome.unit,
        people=outcome.people or "adult",
        intended=outcome.intended,
        primary=outcome.primary,
        n_people=n_people,
        n_without=counted.n_without if counted else 0,
        n_not_followed=n_people - counted.n_followed if counted else 0,
        n_families=int(counted.families.repeats.sum()) if counted else 0,
        n_families_with=len(set(counted.users.family.tolist())) if counted else 0,
        rates=rates,
        reason=rates.reason if rates else "no_cases",
    )


def _row(outcome: ServiceOutcome) -> EffectRow:
    rates = outcome.rates
    return EffectRow(
        key=outcome.key,
        label=outcome.label,
        unit=UNITS[outcome.unit],
        treated=rates.after.rate if rates else None,
        comparison=rates.before.rate if rates else None,
        difference=rates.difference if rates else None,
        ratio=rates.ratio if rates else None,
        p_value=rates.ratio.p_value if rates and rates.ratio else None,
        intended=outcome.intended,
        primary=outcome.primary,
        reason=outcome.reason,
    )


def _disclose(outcome: ServiceOutcome, policy: Policy) -> ServiceOutcome:
    """Withhold an outcome whose events come from few people or families, and small counts.

    A count of events isn't one of people, but where few people had them all it tells of those few.
    """
    rates = outcome.rates
    people = (outcome.n_people or 0, outcome.n_families or 0, outcome.n_families_with or 0)
    users = (rates.before.n_users or 0, rates.after.n_users or 0) if rates else ()
    hides_people = policy.is_small(outcome.n_without or 0) or policy.is_small(people[0])
    is_few = any(policy.is_small(cell) for cell in (*people, *users))
    released = replace(
        outcome,
        # The number left out would follow from this and the number allocated.
        n_people=None if hides_people else outcome.n_people,
        n_families=withhold_count(outcome.n_families, policy),
        n_without=withhold_count(outcome.n_without, policy),
        n_not_followed=_neither_small(outcome.n_not_followed, outcome.n_people, policy),
        n_families_with=None,
    )
    if rates is None:
        return released
    rates = _withheld(rates) if is_few else _disclose_rates(rates, outcome, policy)
    if hides_people:
        rates = _without_exposure(rates)
    return replace(released, rates=rates, reason="withheld" if is_few else outcome.reason)


def _neither_small(part: int | None, whole: int | None, policy: Policy) -> int | None:
    """Return a part of a known whole, unless it or the rest is small."""
    if part is None or policy.is_small(part) or policy.is_small((whole or 0) - part):
        return None
    return part


def _withheld(rates: Rates) -> Rates:
    return Rates(
        before=_empty(rates.before),
        after=_empty(rates.after),
        difference=None,
        ratio=None,
        raw_ratio=None,
        dispersion=None,
        sensitivity=(),
        checks=(),
        reason="withheld",
    )


def _without_exposure(rates: Rates) -> Rates:
    """Withhold the exposure, which tells how many people there are when each has a year.

    It is events over the rate, and people are those not followed over their share, so the events
    and that share go too; exact quotients of whole numbers would give them back, so they are
    rounded.
    """
    tells = ("share_without_exposure", "share_followed_six_months")
    return replace(
        rates,
        before=_coarse(rates.before),
        after=_coarse(rates.after),
        difference=rounded_estimate(rates.difference, 1),
        raw_ratio=None if rates.raw_ratio is None else round(rates.raw_ratio, 2),
        sensitivity=tuple(
            replace(choice, ratio=rounded_estimate(choice.ratio, 2)) for choice in rates.sensitivity
        ),
        checks=tuple(
            replace(
                check,
                value=None if check.name in tells or check.value is None else round(check.value, 2),
            )
            for check in rates.checks
        ),
    )


def _coarse(side: SideTotal) -> SideTotal:
    """Return one side's rate to one decimal place, without what it is made of."""
    limits = side.conf_int
    return replace(
        side,
        exposure=None,
        events=None,
        rate=None if side.rate is None else round(side.rate, 1),
        conf_int=None
        if limits is None
        else replace(limits, low=round(limits.low, 1), high=round(limits.high, 1)),
    )


def _empty(side: SideTotal) -> SideTotal:
    return replace(side, events=None, rate=None, conf_int=None, n_users=None)


def _disclose_rates(rates: Rates, outcome: ServiceOutcome, policy: Policy) -> Rates:
    """Withhold how many had an event where few had none, and choices that leave few people out."""
    small_shares = {
        "share_without_exposure": policy.is_small(outcome.n_without or 0),
        "share_followed_six_months": _neither_small(
            outcome.n_not_followed, outcome.n_people, policy
        )
        is None,
    }
    return replace(
        rates,
        before=_users_of(rates.before, outcome, policy),
        after=_users_of(rates.after, outcome, policy),
        sensitivity=tuple(
            _disclose_choice(choice, outcome, policy) for choice in rates.sensitivity
        ),
        checks=tuple(
            replace(check, value=None) if small_shares.get(check.name) else check
            for check in rates.checks
        ),
    )


def _users_of(side: SideTotal, outcome: ServiceOutcome, policy: Policy) -> SideTotal:
    return replace(side, n_users=_neither_small(side.n_users, outcome.n_people, policy))


def _disclose_choice(choice: Sensitivity, outcome: ServiceOutcome, policy: Policy) -> Sensitivity:
    """Withhold a choice that differs from the main estimate by few people."""
    left_out = (choice.n_left_out or 0, choice.n_users_left_out or 0)
    hides = policy.is_small(outcome.n_without or 0)
    released = replace(choice, n_left_out=None, n_users_left_out=None)
    if any(policy.is_small(cell) for cell in (*left_out, choice.n_people or 0)):
        return replace(released, ratio=None, n_people=None, reason="withheld")
    return replace(released, n_people=None if hides else choice.n_people)
