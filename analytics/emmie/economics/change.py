"""The change in an outcome that a saving rests on: from the Effect answer, after disclosure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from analytics.disclosure.policy import strictest
from analytics.emmie import effect
from analytics.emmie.effect import EffectQuestion, answer_effect
from analytics.emmie.study import Study, Unanswered
from analytics.extracts.engine import UnusableExtractError
from analytics.extracts.protocol import Direction
from analytics.statistics.results import Interval


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


def measured_changes(study: Study) -> Changes:
    """Return the change in each outcome by the evaluation's main analysis."""
    try:
        found: Any = answer_effect(EffectQuestion(), study)
    except UnusableExtractError:
        return Changes(why_not="unusable_extract")
    if isinstance(found, Unanswered):
        return Changes(why_not=found.reason)
    policies = tuple(study.protocol.policy_of(extract) for extract in effect.EXTRACTS)
    answer = found.disclose(strictest(policies))
    return Changes(
        outcomes=tuple(one for row in answer.outcomes if (one := _change(row)) is not None),
        failed=tuple(check.name for check in answer.checks if check.status == "fail"),
    )


def _change(row: Any) -> OutcomeChange | None:
    """Return one row of the Effect answer as outcomes avoided."""
    estimate = row.matched.difference
    if estimate is None or row.intended is None:
        return None
    avoided, conf_int = avoided_from(estimate.value, estimate.conf_int, row.intended)
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
