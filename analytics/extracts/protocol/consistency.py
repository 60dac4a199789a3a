"""What a protocol asks for and cannot be: keys that nothing defines, fields that are missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from analytics.extracts.code_lists import AUDIT_FLAGS, EVENT_KIND, ROLE
from analytics.extracts.contracts import CASES
from analytics.extracts.protocol.analysis import Matching, Outcome

if TYPE_CHECKING:
    from analytics.extracts.protocol.reading import Protocol


def impossible(protocol: Protocol) -> Iterator[str]:
    """Yield what the protocol asks for and cannot be, with the place in the file."""
    if "default" not in protocol.disclosure:
        yield "disclosure.default is missing"
    for place, outcome in enumerate(protocol.outcomes):
        yield from _impossible_outcome(outcome, f"outcomes.{place}")
    if protocol.change is not None and not _starts_a_quarter(protocol.change.on):
        yield "change.on must be the first day of a quarter, so that no period has both sides"
    for place, coding in enumerate(protocol.coding_changes):
        if not _starts_a_quarter(coding.on):
            yield f"coding_changes.{place}.on must be the first day of a quarter"
    follow_up = protocol.repeat.follow_up_from if protocol.repeat is not None else None
    if follow_up is not None and not _starts_a_quarter(follow_up):
        yield "repeat.follow_up_from must be the first day of a quarter"
    if protocol.force is not None and protocol.force.first_year >= protocol.force.last_year:
        yield "force.first_year must come before force.last_year"
    if protocol.matching is not None:
        yield from _impossible_matching(protocol, protocol.matching)
    yield from _repeated(protocol)
    yield from _unknown(protocol)


def _starts_a_quarter(day: date) -> bool:
    return (day.day, day.month % 3) == (1, 1)


def _impossible_outcome(outcome: Outcome, where: str) -> Iterator[str]:
    if outcome.kind == "police_outcome" and not outcome.codes:
        yield f"{where}.codes is missing"
    if outcome.kind == "event" and outcome.event not in EVENT_KIND:
        yield f"{where}.event must be one of {', '.join(EVENT_KIND)}"
    if outcome.kind in ("plan", "event") and not outcome.within_days:
        yield f"{where}.within_days is missing"
    if outcome.kind == "published" and not outcome.measure:
        yield f"{where}.measure is missing"
    if outcome.kind == "service_use" and not outcome.people:
        yield f"{where}.people is missing"
    if outcome.kind in ("police_outcome", "plan", "event"):
        if not outcome.phrase:
            yield f"{where}.phrase is missing"
        if outcome.intended is None:
            yield f"{where}.intended is missing"


def _impossible_matching(protocol: Protocol, matching: Matching) -> Iterator[str]:
    yield from (
        f"arms.{arm} is missing"
        for arm in ("intervention", "comparison")
        if arm not in protocol.arms
    )
    if not matching.covariates:
        yield "matching.covariates is empty"
    if matching.caliper <= 0:
        yield "matching.caliper must be above 0"
    columns = CASES.schema.columns
    for name in matching.covariates:
        kind = columns[name].dtype.type if name in columns else None
        if kind is None or not (name == "sex" or kind.is_numeric() or kind.is_boolean()):
            yield f"matching.covariates: {name} is no number or flag of the cases"


def _keys(items: Collection[Any]) -> list[str]:
    return [item.key for item in items]


def _repeated(protocol: Protocol) -> Iterator[str]:
    """Yield each section that defines a key twice."""
    for name in (
        "area_groups",
        "outcomes",
        "analyses",
        "subgroups",
        "themes",
        "instruments",
        "items",
        "skills",
        "steps",
        "components",
        "courses",
        "agencies",
        "measures",
        "research_questions",
    ):
        keys = _keys(getattr(protocol, name))
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            yield f"{name}: {key} is defined twice"


def _unknown(protocol: Protocol) -> Iterator[str]:
    """Yield each key that is used and that nothing defines."""
    defined: dict[str, Collection[str]] = {
        "theme": _keys(protocol.themes),
        "item": _keys(protocol.items),
        "skill": _keys(protocol.skills),
        "step": _keys(protocol.steps),
        "component": _keys(protocol.components),
        "course": _keys(protocol.courses),
        "post": ROLE,
        "audit": AUDIT_FLAGS,
        "agency_attended": _keys(protocol.agencies),
        "agency_contributed": _keys(protocol.agencies),
        "outcome": _keys(protocol.outcomes),
    }
    uses = [
        *(
            ("outcome", key, f"analyses.{one.key}")
            for one in protocol.analyses
            for key in one.outcomes
        ),
        *(
            ("outcome", key, f"correlations.{place}")
            for place, one in enumerate(protocol.correlations)
            for key in (one.first, one.second)
        ),
        *((one.kind, one.of, f"measures.{one.key}") for one in protocol.measures),
    ]
    if protocol.economics is not None:
        priced: list[Any] = [*protocol.economics.activities, *protocol.economics.savings]
        uses += [
            (line.counted, line.of, f"economics: {line.key}")
            for line in priced
            if line.counted in ("step", "course")
        ]
        uses += [
            ("outcome", line.outcome, f"economics: {line.key}")
            for line in protocol.economics.savings
        ]
    for link in protocol.logic_model.links if protocol.logic_model else ():
        for name in link.evidence:
            kind, _, key = name.partition(":")
            uses.append((kind, key, f"logic_model: {link.source} to {link.target}"))
    for kind, key, where in uses:
        if key not in defined.get(kind, ()):
            yield f"{where}: no {kind} is called {key}"
    yield from _unknown_extracts(protocol)
    yield from _unknown_keys(protocol)


def _unknown_extracts(protocol: Protocol) -> Iterator[str]:
    """Yield each extract that an assumption is about and that the evaluation does not have."""
    known = set(protocol.evaluation.extracts)
    for place, assumption in enumerate(protocol.assumptions):
        for name in sorted(set(assumption.extracts) - known):
            yield f"assumptions.{place}.extracts: {name} is no extract of this evaluation"


def _unknown_keys(protocol: Protocol) -> Iterator[str]:
    """Yield each reference to another section that is not there."""
    instruments, measures = _keys(protocol.instruments), _keys(protocol.measures)
    steps = _keys(protocol.steps)
    references = [
        *(
            (item.instrument, instruments, f"items.{item.key}.instrument")
            for item in protocol.items
        ),
        *(
            (key, measures, f"recommendations.{place}.measures")
            for place, one in enumerate(protocol.recommendations)
            for key in one.measures
        ),
        *(
            (key, measures, f"research_questions.{one.key}.measures")
            for one in protocol.research_questions
            for key in one.measures
        ),
        *((step.after, steps, f"steps.{step.key}.after") for step in protocol.steps if step.after),
    ]
    if protocol.logic_model is not None:
        nodes = _keys(protocol.logic_model.nodes)
        for link in protocol.logic_model.links:
            references += [(end, nodes, "logic_model.links") for end in (link.source, link.target)]
    for key, known, where in references:
        if key not in known:
            yield f"{where}: nothing is called {key}"
