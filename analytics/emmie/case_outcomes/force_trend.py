"""The tide: out-of-court disposals of all crime in the force, from published figures.

Methods: ``docs/methods/questions/case_outcomes.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from analytics.access.viewer import PUBLIC
from analytics.disclosure.policy import Policy
from analytics.emmie.case_outcomes.over_time import out_of_court_codes
from analytics.emmie.case_outcomes.periods import Break, breaks_of
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts import code_lists as codes
from analytics.extracts.protocol import Protocol
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.two_groups.proportions import risk_difference, wilson_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceTrendQuestion(Question["ForceTrendAnswer"]):
    """Ask how the share of out-of-court disposals of all crime went in the evaluation's force.

    Attributes
    ----------
    include_22 : bool
        Whether Outcome 22 counts as an out-of-court disposal.
    """

    include_22: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceYear:
    """One year of a force.

    Attributes
    ----------
    year : int
        Year ending 31 March.
    events, assigned : int
        Out-of-court disposals, and outcomes of every kind.
    share : float
        Their ratio, between 0 and 1.
    conf_int : Interval
        How far chance alone would move it.
    """

    year: int
    events: int
    assigned: int
    share: float
    conf_int: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class ForceTrendAnswer:
    """All-crime share of out-of-court disposals by year.

    Attributes
    ----------
    force : str
        Name, as published.
    years : tuple of ForceYear
        Years for which every code that counts was published.
    compared : tuple of int
        The two years that the protocol compares.
    rise, rise_conf_int : float, Interval or None
        Difference of the share between them, and what chance alone would leave open; None when one
        of them is missing.
    breaks : tuple of Break
        Changes of what could be recorded, within the years.
    """

    provenance: Provenance
    force: str
    out_of_court_codes: tuple[int, ...]
    years: tuple[ForceYear, ...]
    compared: tuple[int, int]
    rise: float | None
    rise_conf_int: Interval | None
    breaks: tuple[Break, ...]
    change_on: date | None
    licence: str

    def disclose(self, policy: Policy) -> Self:
        """Return the same: every figure has been published."""
        del policy
        return self


def asks_force_trend(protocol: Protocol) -> bool:
    """Return whether a protocol names its police force."""
    return protocol.force is not None


def answer_force_trend(question: ForceTrendQuestion, study: Study) -> ForceTrendAnswer | Unanswered:
    """Add up the published outcomes of the evaluation's force by year.

    Parameters
    ----------
    question : ForceTrendQuestion
        Codes.
    study : Study
        Evaluation and library; no filter has a meaning here.

    Returns
    -------
    ForceTrendAnswer or Unanswered
    """
    force = study.protocol.force
    if force is None:
        return Unanswered(reason="not_in_protocol", provenance=study.provenance())
    store = study.library.benchmarks()
    table = store.table("force_outcomes", PUBLIC)
    rows = store.records(table.filter(table.force == force.name).order_by("year", "outcome_code"))
    counted = out_of_court_codes(include_22=question.include_22)
    years = tuple(
        found
        for year in dict.fromkeys(row["year"] for row in rows)
        if (found := _year([row for row in rows if row["year"] == year], counted)) is not None
    )
    if not years:
        return Unanswered(reason="no_rows", provenance=study.provenance())
    compared = (force.first_year, force.last_year)
    rise = _rise([one for year in compared for one in years if one.year == year])
    change = study.protocol.change
    return ForceTrendAnswer(
        provenance=_provenance(study, rows[0]["source"], store.fingerprint("force_outcomes")),
        force=force.name,
        out_of_court_codes=counted,
        years=years,
        compared=compared,
        rise=None if rise is None else rise[0],
        rise_conf_int=None if rise is None else rise[1],
        breaks=breaks_of(
            study.protocol, date(years[0].year - 1, 4, 1), date(years[-1].year, 3, 31)
        ),
        change_on=change.on if change else None,
        licence=rows[0]["licence"],
    )


def _year(rows: list[dict[str, Any]], counted: tuple[int, ...]) -> ForceYear | None:
    """Return one year; None when a code that counts, and could be recorded, has no figure."""
    year, assigned = rows[0]["year"], int(rows[0]["assigned"])
    by_code = {row["outcome_code"]: int(row["outcomes"]) for row in rows}
    needed = [code for code in counted if _could_be_recorded(code, year)]
    if not assigned or any(code not in by_code for code in needed):
        return None
    events = sum(by_code.get(code, 0) for code in counted)
    return ForceYear(
        year=year,
        events=events,
        assigned=assigned,
        share=events / assigned,
        conf_int=wilson_interval(events, assigned),
    )


def _could_be_recorded(code: int, year: int) -> bool:
    starts = [one.on for one in codes.RECORDING_BREAKS if one.code == code]
    return not starts or min(starts) <= date(year, 3, 31)


def _rise(compared: list[ForceYear]) -> tuple[float, Interval] | None:
    if len(compared) != 2:
        return None
    old, new = compared
    found = risk_difference(
        events_treated=new.events,
        n_treated=new.assigned,
        events_comparison=old.events,
        n_comparison=old.assigned,
    )
    return None if isinstance(found, NotEstimable) else (found.estimate, found.conf_int)


def _provenance(study: Study, source: str, fingerprint: str) -> Provenance:
    return Provenance(
        evaluation="",
        title=study.protocol.evaluation.name,
        place=study.protocol.evaluation.place,
        document=source,
        design="",
        as_at=None,
        synthetic=False,
        fingerprint=fingerprint,
        filters_unused=tuple(sorted(study.filters.active())),
    )
