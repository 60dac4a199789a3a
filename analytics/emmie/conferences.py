"""Conferences: where the risk lies, and which agencies took part.

Methods: ``docs/methods/questions/conferences.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal, Self

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, hidden, withhold_count, withhold_share
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts import code_lists as codes
from analytics.statistics.results import Interval
from analytics.statistics.two_groups.proportions import wilson_interval

RISK_EXTRACTS = ("conferences",)
AGENCY_EXTRACTS = ("conferences", "agency_contributions")

Part = Literal["invited", "attended", "contributed"]
PARTS: Final[tuple[Part, ...]] = ("invited", "attended", "contributed")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferencesQuestion(Question["ConferencesAnswer"]):
    """Ask how many conferences were about risk inside and outside the home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskCount:
    """Conferences about one kind of risk.

    ``planned_before`` counts those about families who had been on a plan before, of all of them.
    """

    risk: str
    planned_before: Share


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferencesAnswer:
    """Conferences by where the risk lies."""

    provenance: Provenance
    n_conferences: int | None
    risks: tuple[RiskCount, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold all cells when one is small: with the total they give each other away."""
        cells = [
            count
            for risk in self.risks
            for count in (
                risk.planned_before.events or 0,
                (risk.planned_before.n or 0) - (risk.planned_before.events or 0),
            )
        ]
        if not any(policy.is_small(cell) for cell in cells):
            return replace(self, n_conferences=withhold_count(self.n_conferences, policy))
        return replace(
            self,
            n_conferences=withhold_count(self.n_conferences, policy),
            risks=tuple(
                replace(risk, planned_before=replace(hidden(risk.planned_before), n=None))
                for risk in self.risks
            ),
        )


def answer_conferences(
    question: ConferencesQuestion, study: Study
) -> ConferencesAnswer | Unanswered:
    """Count conferences by risk, and those about families planned for before."""
    del question
    provenance = study.provenance(*RISK_EXTRACTS)
    table = study.table("conferences")
    grouped = table.group_by("risk").aggregate(
        n=table.count(), before=table.previously_planned.cast("int64").sum()
    )
    counts = {row["risk"]: row for row in study.store.records(grouped)}
    if not counts:
        return Unanswered(reason="no_rows", provenance=provenance)
    return ConferencesAnswer(
        provenance=provenance,
        n_conferences=sum(int(row["n"]) for row in counts.values()),
        risks=tuple(
            RiskCount(
                risk=risk,
                planned_before=Share.of(
                    int(counts[risk]["before"]) if risk in counts else 0,
                    int(counts[risk]["n"]) if risk in counts else 0,
                ),
            )
            for risk in codes.CONFERENCE_RISK
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AgenciesQuestion(Question["AgenciesAnswer"]):
    """Ask which agencies were invited to conferences, attended them and spoke about the risk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartTaken:
    """Conferences in which an agency took part in one way, of those about families it works with.

    ``conf_int`` is Wilson's interval; None when withheld.
    """

    part: Part
    share: Share
    conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AgencyParts:
    """What one agency did.

    Attributes
    ----------
    key, label : str
        Agency, as in the protocol.
    involved : Share
        Conferences about families that the agency works with, of all conferences.
    parts : tuple of PartTaken
        Invited, attended and contributed, each of those it is involved in.
    """

    key: str
    label: str
    involved: Share
    parts: tuple[PartTaken, ...]

    def part(self, name: Part) -> PartTaken:
        """Return one part by its name."""
        return next(one for one in self.parts if one.part == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class AgenciesAnswer:
    """What each agency of the protocol did at the conferences."""

    provenance: Provenance
    n_conferences: int | None
    agencies: tuple[AgencyParts, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts, and an invitation that would give few absences away."""
        return replace(
            self,
            n_conferences=withhold_count(self.n_conferences, policy),
            agencies=tuple(_disclosed(agency, policy) for agency in self.agencies),
        )


def _disclosed(agency: AgencyParts, policy: Policy) -> AgencyParts:
    involved = withhold_share(agency.involved, policy)
    parts = []
    for taken in agency.parts:
        share = taken.share
        if involved.is_withheld:
            share = replace(hidden(share), n=None)
        share = withhold_share(share, policy)
        kept = None if share.is_withheld else taken.conf_int
        parts.append(replace(taken, share=share, conf_int=kept))
    return replace(agency, involved=involved, parts=tuple(parts))


def answer_agencies(question: AgenciesQuestion, study: Study) -> AgenciesAnswer | Unanswered:
    """Count what each agency did; the engine does the counting.

    Parameters
    ----------
    question : AgenciesQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer; filters apply to the conferences.

    Returns
    -------
    AgenciesAnswer or Unanswered
    """
    del question
    provenance = study.provenance(*AGENCY_EXTRACTS)
    conferences = study.table("conferences")
    rows = study.unfiltered("agency_contributions")
    rows = rows.filter(rows.conference_id.isin(conferences.conference_id))
    there = rows.involved
    counts = study.store.records(
        rows.group_by("agency").aggregate(
            conferences=rows.count(),
            involved=there.sum(),
            absent=(there & rows.invited & ~rows.attended).sum(),
            **{part: (there & rows[part]).sum() for part in PARTS},
        )
    )
    found = {row["agency"]: dict(row) for row in counts}
    if not found:
        return Unanswered(reason="no_rows", provenance=provenance)
    return AgenciesAnswer(
        provenance=provenance,
        n_conferences=max(int(row["conferences"]) for row in found.values()),
        agencies=tuple(
            _agency(one.key, one.label, found[one.key])
            for one in study.protocol.agencies
            if one.key in found
        ),
    )


def _agency(key: str, label: str, row: dict[str, int]) -> AgencyParts:
    involved = int(row["involved"])
    return AgencyParts(
        key=key,
        label=label,
        involved=Share.of(involved, int(row["conferences"])),
        parts=tuple(_part(part, int(row[part]), involved, int(row["absent"])) for part in PARTS),
    )


def _part(part: Part, events: int, involved: int, absent: int) -> PartTaken:
    """Return one part; few absences among the invited must not be worked out from invitations."""
    return PartTaken(
        part=part,
        share=Share.of(events, involved, part=absent if part == "invited" else 0),
        conf_int=wilson_interval(events, involved) if involved else None,
    )
