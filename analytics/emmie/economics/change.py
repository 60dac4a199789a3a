"""The change in an outcome that a saving rests on: from the Effect answer, after disclosure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from analytics.disclosure.policy import strictest
from analytics.emmie import effect, service_use
from analytics.emmie.effect import EffectQuestion, answer_effect
from analytics.emmie.effect.results import EffectRow
from analytics.emmie.service_use import ServiceUseQuestion, answer_service_use
from analytics.emmie.study import Study, Unanswered
from analytics.extracts.engine import UnusableExtractError
from analytics.extracts.protocol import Direction
from analytics.statistics.results import Interval

PER: Final[dict[str, float]] = {"share": 1.0, "person_year": 1.0, "100_person_years": 100.0}
"""How many cases or person-years a difference is per; other units can't be priced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeChange:
    """One outcome's change.

    Attributes
    ----------
    avoided : float
        Outcomes avoided per case, or per person-year: positive when the outcome moved the way that
        is intended.
    conf_int : Interval
        Of the same.
    """

    key: str
    label: str
    avoided: float
    conf_int: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Every outcome with an estimate, or why there is none.

    Attributes
    ----------
    why_not : str
        Reason of the Effect question when it has no answer; empty otherwise.
    failed : tuple of str
        Names of health checks that failed.
    """

    outcomes: tuple[OutcomeChange, ...] = ()
    why_not: str = ""
    failed: tuple[str, ...] = ()

    def of(self, key: str) -> OutcomeChange | None:
        """Return the change of one outcome, or None without an estimate."""
        return next((one for one in self.outcomes if one.key == key), None)


def measured_changes(study: Study, outcomes: Iterable[str]) -> Changes:
    """Return the change in the named outcomes by the evaluation's main analyses.

    Rates of service use come from the analysis of rates, outcomes of cases from the comparison of
    cases.
    """
    kinds = {one.key: one.kind for one in study.protocol.outcomes}
    wanted = [(key, kinds.get(key) == "service_use") for key in outcomes]
    parts = []
    if any(is_rate for _, is_rate in wanted):
        parts.append(_asked(study, answer_service_use, ServiceUseQuestion(), service_use.EXTRACTS))
    if not all(is_rate for _, is_rate in wanted):
        parts.append(_asked(study, answer_effect, EffectQuestion(), effect.EXTRACTS))
    keys = {key for key, _ in wanted}
    return Changes(
        outcomes=tuple(one for part in parts for one in part.outcomes if one.key in keys),
        why_not=next((part.why_not for part in parts if part.why_not), ""),
        failed=tuple(name for part in parts for name in part.failed),
    )


def _asked(
    study: Study, answering: Callable[..., Any], question: Any, extracts: tuple[str, ...]
) -> Changes:
    """Ask one Effect question, and take its rows after disclosure control."""
    try:
        found = answering(question, study)
    except UnusableExtractError:
        return Changes(why_not="unusable_extract")
    if isinstance(found, Unanswered):
        return Changes(why_not=found.reason)
    policies = tuple(study.protocol.policy_of(extract) for extract in extracts)
    answer = found.disclose(strictest(policies))
    checks = getattr(answer, "checks", ())
    return Changes(
        outcomes=tuple(one for row in answer.rows if (one := _change(row)) is not None),
        failed=tuple(check.name for check in checks if check.status == "fail"),
    )


def _change(row: EffectRow) -> OutcomeChange | None:
    """Return one row of the Effect answer as outcomes avoided."""
    estimate, per = row.difference, PER.get(row.unit)
    if row.series != "main" or estimate is None or row.intended is None or per is None:
        return None
    one = Interval(
        low=estimate.conf_int.low / per,
        high=estimate.conf_int.high / per,
        level=estimate.conf_int.level,
        method=estimate.conf_int.method,
    )
    avoided, conf_int = avoided_from(estimate.value / per, one, row.intended)
    return OutcomeChange(key=row.key, label=row.label, avoided=avoided, conf_int=conf_int)


def avoided_from(
    difference: float, conf_int: Interval, intended: Direction
) -> tuple[float, Interval]:
    """Turn a difference so that it is positive when the outcome moved the way that is intended."""
    if intended == "higher":
        return difference, conf_int
    turned = Interval(
        low=-conf_int.high, high=-conf_int.low, level=conf_int.level, method=conf_int.method
    )
    return -difference, turned
