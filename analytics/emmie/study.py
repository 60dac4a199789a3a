"""What every question is asked of, and what every answer carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, Literal, Self, TypeVar

import ibis
from typing_extensions import TypeIs

from analytics.access.viewer import Viewer
from analytics.disclosure.policy import Policy
from analytics.disclosure.release import Released
from analytics.emmie.published_areas import areas_of
from analytics.extracts.contract_rules import FilterRole
from analytics.extracts.contracts import CONTRACTS
from analytics.extracts.engine import Store, UnusableExtractError
from analytics.extracts.filters import Filters
from analytics.extracts.library import Evaluation, Library
from analytics.extracts.protocol import Protocol

AnswerT = TypeVar("AnswerT")
FoundT = TypeVar("FoundT")

NoAnswer = Literal["no_rows", "unusable_extract", "not_in_protocol", "not_estimable", "no_registry"]
"""Why there is no answer."""


class Question(Generic[AnswerT]):
    """Base of every question; says which kind of answer it gets."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where an answer comes from.

    Attributes
    ----------
    evaluation : str
        Folder name; empty for published figures.
    title, place, document : str
        The evaluation in words, and the document that it follows.
    design : str
        Code of the design.
    as_at : date or None
        Last day that the extract knows of.
    synthetic : bool
        Whether the rows are made up.
    fingerprint : str
        Changes when an extract changes.
    published : str
        Who published the figures that it rests on besides the extracts; empty when none does.
    seed : int or None
        Seed of the generator of a synthetic extract.
    filters_used, filters_unused : tuple of str
        Active filters that were applied, and those that mean nothing for this answer.
    confined_to : tuple of str
        Names of the only authorities whose rows the viewer may count; empty when all are counted.
    """

    evaluation: str
    title: str
    place: str
    document: str
    design: str
    as_at: date | None
    synthetic: bool
    fingerprint: str
    published: str = ""
    seed: int | None = None
    filters_used: tuple[FilterRole, ...] = ()
    filters_unused: tuple[FilterRole, ...] = ()
    confined_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """The answer that there is no answer, and why.

    Attributes
    ----------
    reason : str
        ``no_rows`` (the filters or the viewer's scope leave nothing), ``unusable_extract`` (an
        extract broke its contract), ``not_in_protocol`` (the evaluation does not ask this),
        ``not_estimable`` (too little to estimate from), or ``no_registry`` (the registry of methods
        can't be read).
    details : tuple of str
        Facts behind the reason, such as broken rules; never values of a row.
    provenance : Provenance or None
        What was asked, when that is known.
    """

    reason: NoAnswer
    details: tuple[str, ...] = ()
    provenance: Provenance | None = None

    def disclose(self, policy: Policy) -> Self:
        """Return the same: it holds no counts."""
        del policy
        return self


def is_unanswered(released: Released[Any]) -> TypeIs[Released[Unanswered]]:
    """Return whether a released answer says that there is none."""
    return isinstance(released.answer, Unanswered)


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One evaluation as one viewer sees it through one set of filters."""

    evaluation: Evaluation
    filters: Filters
    viewer: Viewer
    library: Library
    _found: dict[Any, Any] = field(default_factory=dict, init=False, compare=False, repr=False)

    def once(self, key: tuple[Any, ...], find: Callable[[], FoundT]) -> FoundT:
        """Return what ``find`` returns, found once while one question is being answered.

        Several letters rest on the same counts; ``key`` tells them apart, and must be hashable.
        """
        if key not in self._found:
            self._found[key] = find()
        found: FoundT = self._found[key]
        return found

    @property
    def protocol(self) -> Protocol:
        """The evaluation's protocol."""
        return self.evaluation.protocol

    @property
    def store(self) -> Store:
        """The evaluation's extracts."""
        return self.evaluation.store

    def table(self, extract: str, *, period: str | None = None) -> ibis.Table:
        """Return the rows of an extract within scope and filters."""
        return self.store.table(extract, self.viewer, self.filters, period=period)

    def unfiltered(self, extract: str) -> ibis.Table:
        """Return the rows of an extract within scope only."""
        return self.store.table(extract, self.viewer)

    def provenance(self, *extracts: str) -> Provenance:
        """Return where an answer comes from; filters apply to the first of its extracts.

        What was counted in no extract is not made up.
        """
        about = self.protocol.evaluation
        known = set(CONTRACTS[extracts[0]].roles) if extracts else set()
        active = self.filters.active()
        return Provenance(
            evaluation=self.evaluation.name,
            title=about.name,
            place=about.place,
            document=about.document,
            design=about.design,
            as_at=about.as_at,
            synthetic=about.synthetic and bool(extracts),
            fingerprint=self.store.fingerprint(*extracts),
            seed=about.seed,
            filters_used=tuple(sorted(active & known)),
            filters_unused=tuple(sorted(active - known)),
            confined_to=self._confined_to(extracts),
        )

    def _confined_to(self, extracts: tuple[str, ...]) -> tuple[str, ...]:
        """Return the names of the viewer's authorities, where an extract tells them apart."""
        places = self.viewer.local_authorities
        if not places or not any("local_authority" in CONTRACTS[one].roles for one in extracts):
            return ()
        try:
            areas = areas_of(self.library.benchmarks())
        except UnusableExtractError:
            areas = {}
        return tuple(sorted(areas[code].name if code in areas else code for code in places))
