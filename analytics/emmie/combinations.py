"""Findings of the audit that come together in one family, and changes that come on top of others.

Methods: ``docs/methods/questions/audit_counts.md``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from operator import and_, or_
from typing import Any, Final, Literal, Self

import ibis

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, withhold_share
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.statistics.results import Interval
from analytics.statistics.two_groups.proportions import wilson_interval

EXTRACTS = ("audit_families",)

Flags = tuple[str, ...]
Topic = Literal["adversities", "endings"]
TOPICS: Final[dict[Topic, tuple[Flags, ...]]] = {
    "adversities": (
        ("domestic_abuse",),
        ("parental_mental_health",),
        ("substance_misuse", "alcohol_misuse"),
    ),
    "endings": (
        ("incomplete_intervention",),
        ("no_sustained_change",),
        ("disguised_compliance_missed",),
    ),
}
"""What is combined: each set holds the families with at least one of its flags."""

CHANGES: Final[Flags] = ("changed_worker", "changed_manager", "changed_chair")
"""Each one is asked of families with the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinationsQuestion(Question["CombinationsAnswer"]):
    """Ask which findings of the audit come together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Combination:
    """Families with the same answers to every set.

    Attributes
    ----------
    states : tuple of bool or None
        For each set: yes, no, or None where the audit does not say.
    families : int or None
        Number of families; None when withheld.
    """

    states: tuple[bool | None, ...]
    families: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """Every combination that occurs, the most frequent first.

    Attributes
    ----------
    topic : str
        Key of ``TOPICS``.
    sets : tuple of tuple of str
        Flags of each set.
    combinations : tuple of Combination
        They divide the families.
    n_families : int or None
        All audited families; None when withheld.
    """

    topic: Topic
    sets: tuple[Flags, ...]
    combinations: tuple[Combination, ...]
    n_families: int | None

    def at_least(self, number: int) -> int | None:
        """Return families with at least so many of the sets; None when any count is withheld."""
        return self._total(one for one in self.combinations if one.states.count(True) >= number)

    def none_of_them(self) -> int | None:
        """Return families with a no for every set; None when any count is withheld."""
        return self._total(one for one in self.combinations if set(one.states) == {False})

    def _total(self, chosen: Iterable[Combination]) -> int | None:
        if any(one.families is None for one in self.combinations):
            return None
        return sum(one.families or 0 for one in chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nested:
    """Families with one more change, of those with every change before it.

    ``share`` counts only families for which the audit says; ``conf_int`` is Wilson's.
    """

    flag: str
    share: Share
    conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CombinationsAnswer:
    """Combinations of each topic, and changes nested in one another."""

    provenance: Provenance
    topics: tuple[Combined, ...]
    changes: tuple[Nested, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold a topic as a whole when one combination is small, and changes from there on.

        Sets overlap, and their sizes stand among the features of the audit, so that a single
        withheld combination could be worked out from the others.
        """
        return replace(
            self,
            topics=tuple(_withheld(topic, policy) for topic in self.topics),
            changes=_withheld_changes(self.changes, policy),
        )


def _withheld(topic: Combined, policy: Policy) -> Combined:
    if not any(policy.is_small(one.families or 0) for one in topic.combinations):
        return topic
    return replace(topic, combinations=(), n_families=None)


def _withheld_changes(changes: tuple[Nested, ...], policy: Policy) -> tuple[Nested, ...]:
    shown = []
    for change in changes:
        share = withhold_share(change.share, policy)
        if share.is_withheld:
            break
        shown.append(replace(change, share=share))
    return tuple(shown)


def answer_combinations(
    question: CombinationsQuestion, study: Study
) -> CombinationsAnswer | Unanswered:
    """Count combinations; the engine does the counting.

    Parameters
    ----------
    question : CombinationsQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer; only the authority filter has a column in an audit.

    Returns
    -------
    CombinationsAnswer or Unanswered
    """
    del question
    provenance = study.provenance(*EXTRACTS)
    if "audit_families" not in study.protocol.evaluation.extracts:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    families = study.table("audit_families")
    topics = tuple(_combined(study, families, topic) for topic in TOPICS)
    if not topics[0].n_families:
        return Unanswered(reason="no_rows", provenance=provenance)
    return CombinationsAnswer(
        provenance=provenance, topics=topics, changes=_nested(study, families)
    )


def _combined(study: Study, families: ibis.Table, topic: Topic) -> Combined:
    sets = TOPICS[topic]
    names = [f"set_{place}" for place in range(len(sets))]
    rows = families.mutate(
        **{name: _any_of(families, flags) for name, flags in zip(names, sets, strict=True)}
    )
    counts = study.store.records(rows.group_by(names).aggregate(families=rows.count()))
    found = [
        Combination(
            states=tuple(None if row[name] is None else bool(row[name]) for name in names),
            families=int(row["families"]),
        )
        for row in counts
    ]
    return Combined(
        topic=topic,
        sets=sets,
        combinations=tuple(sorted(found, key=_order)),
        n_families=sum(one.families or 0 for one in found),
    )


def _any_of(families: ibis.Table, flags: Flags) -> Any:
    """Return yes where one flag is yes, no where all are no, and nothing where it is not said."""
    return reduce(or_, (families[flag] for flag in flags))


def _order(one: Combination) -> tuple[int, int, str]:
    """Most families first; then the combination of more sets."""
    return (-(one.families or 0), -one.states.count(True), str(one.states))


def _nested(study: Study, families: ibis.Table) -> tuple[Nested, ...]:
    counts: dict[str, Any] = {}
    for place, flag in enumerate(CHANGES):
        told = reduce(and_, (families[one] for one in CHANGES[:place]), families[flag].notnull())
        counts[f"n_{flag}"] = told.sum()
        counts[f"yes_{flag}"] = (told & families[flag]).sum()
    row = study.store.records(families.aggregate(**counts))[0]
    return tuple(
        Nested(flag=flag, share=Share.of(yes, n), conf_int=wilson_interval(yes, n))
        for flag in CHANGES
        if (n := int(row[f"n_{flag}"] or 0))
        for yes in (int(row[f"yes_{flag}"] or 0),)
    )
