"""How often something was done and to how many: counted by the engine, then protected.

A cost is a count times a known price, so a count that may not be shown may not be costed either.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from analytics.disclosure.policy import Policy, strictest
from analytics.emmie.study import Study
from analytics.extracts.protocol.economics import Counted, Economics

ROUND_TO: Final = 5
EXTRACT_OF: Final[dict[str, str]] = {
    "treated_cases": "cases",
    "treated_families": "cases",
    "people": "people",
    "families": "people",
    "delivery_families": "delivery_steps",
    "step": "delivery_steps",
    "course": "training",
    "post_months": "workforce_months",
}
"""Extract that each count comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counting:
    """What is counted: the kind, and the step, course, role or kind of person."""

    counted: Counted
    of: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A count after disclosure control; ``value`` is None when it is withheld."""

    value: float | None
    is_rounded: bool = False


def countings(economics: Economics) -> tuple[Counting, ...]:
    """Return everything that the protocol's costs and savings count."""
    found = [
        Counting(counted=line.counted, of=line.of, roles=line.roles)
        for line in economics.activities
    ]
    found += [Counting(counted=line.counted, of=line.of) for line in economics.savings]
    if economics.families is not None:
        found.append(Counting(counted=economics.families, of=economics.families_of))
    return tuple(dict.fromkeys(one for one in found if one.counted != "assumed"))


def count_all(study: Study, wanted: Iterable[Counting]) -> dict[Counting, Quantity]:
    """Count, and protect counts that come from the same extract against each other.

    Returns
    -------
    dict of Counting to Quantity
        A count of 1 to the policy's limit is withheld. Where two counts of one extract, or one of
        them and their total, lie that close to each other, every count of that extract is rounded
        to the nearest five.
    """
    wanted = tuple(wanted)
    raw = {one: _count(study, one) for one in wanted}
    found: dict[Counting, Quantity] = {}
    for extract in dict.fromkeys(EXTRACT_OF[one.counted] for one in wanted):
        policy = strictest((study.protocol.policy_of(extract),))
        mine = {one: raw[one] for one in wanted if EXTRACT_OF[one.counted] == extract}
        found |= _protected(mine, policy)
    return found


def _protected(
    counts: dict[Counting, tuple[float, tuple[float, ...]]], policy: Policy
) -> dict[Counting, Quantity]:
    """Withhold small counts; round all when a difference between two would be small."""
    everything = {value for number, beside in counts.values() for value in (number, *beside)}
    is_close = any(
        policy.is_small(round(abs(first - second))) for first in everything for second in everything
    )
    return {
        one: Quantity(
            value=None
            if policy.is_small(round(number))
            else (ROUND_TO * round(number / ROUND_TO) if is_close else number),
            is_rounded=is_close,
        )
        for one, (number, _) in counts.items()
    }


def _count(study: Study, one: Counting) -> tuple[float, tuple[float, ...]]:
    """Return a count, and the totals that it is part of."""
    table = study.table(EXTRACT_OF[one.counted])
    wanted: dict[str, Any] = {}
    match one.counted:
        case "treated_cases" | "treated_families":
            treated = table.filter(table.arm == "intervention")
            wanted = {"n": _of_families(treated, one.counted == "treated_families")}
            table = treated
        case "people" | "families":
            chosen = table.filter(table.kind == one.of) if one.of else table
            wanted = {"n": _of_families(chosen, one.counted == "families")}
            table = chosen
        case "delivery_families":
            wanted = {"n": table.family_id.nunique()}
        case "step":
            here = (table.step == one.of).ifelse(table.delivery_id, None)
            wanted = {"n": here.nunique(), "total": table.delivery_id.nunique()}
        case "course":
            rows = table.filter(table.course == one.of)
            table = rows.filter(rows.role.isin(one.roles)) if one.roles else rows
            wanted = {"n": table.completed_on.notnull().sum(), "total": table.count()}
        case _:
            rows = table.filter(table.role == one.of)
            change = study.protocol.change
            table = rows if change is None else rows.filter(rows.month >= change.on)
            wanted = {"n": table.posts_filled.sum()}
    row = study.store.records(table.aggregate(**wanted))[0]
    totals = (float(row["total"] or 0),) if "total" in row else ()
    return float(row["n"] or 0), totals


def _of_families(table: Any, families: bool) -> Any:
    return table.family_id.nunique() if families else table.count()
