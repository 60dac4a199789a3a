"""Figures that a document quotes beside the official ones that come nearest to them.

Methods: ``docs/methods/questions/quoted_figures.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

from analytics.access.viewer import PUBLIC
from analytics.disclosure.policy import Policy
from analytics.emmie.published_areas import areas_of, figures_of
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.protocol import Quoted
from analytics.statistics.results import Interval
from analytics.statistics.two_groups.proportions import wilson_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedFiguresQuestion(Question["QuotedFiguresAnswer"]):
    """Ask how the figures that a document quotes stand beside the official ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Official:
    """An official percentage; the interval is Wilson's, None where no counts are published."""

    measure: str
    year: int
    value: float | None
    numerator: int | None
    denominator: int | None
    conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedFigure:
    """One quoted figure.

    Attributes
    ----------
    area : str
        Name of the place.
    measure, window : str
        What the document says that it is, and of when.
    value : float or None
        Per cent.
    caveat : str
        What has to be known about it.
    official : Official or None
        None when nothing official comes near.
    """

    area: str
    measure: str
    window: str
    value: float | None
    caveat: str
    official: Official | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotedFiguresAnswer:
    """Every quoted figure in the order of the protocol."""

    provenance: Provenance
    figures: tuple[QuotedFigure, ...]
    source: str

    def disclose(self, policy: Policy) -> Self:
        """Return the same: every figure has been published."""
        del policy
        return self


def answer_quoted_figures(
    question: QuotedFiguresQuestion, study: Study
) -> QuotedFiguresAnswer | Unanswered:
    """Look up each quoted figure and the official one of the same place.

    Parameters
    ----------
    question : QuotedFiguresQuestion
        Nothing to choose.
    study : Study
        Evaluation; filters mean nothing for published figures.

    Returns
    -------
    QuotedFiguresAnswer or Unanswered
    """
    del question
    quoted = study.protocol.quoted
    store = study.library.benchmarks()
    findings = _findings(study, quoted)
    provenance = replace(
        study.provenance(),
        synthetic=False,
        seed=None,
        as_at=None,
        fingerprint=store.fingerprint("published_figures"),
    )
    if not findings:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    areas = areas_of(store)
    measures = sorted({one.measure for one in quoted if one.measure})
    rows = figures_of(store, measures, [one.area for one in quoted], areas)
    official = {one.finding: _official(one, rows) for one in quoted}
    sources = sorted(
        {row["source"] for one in quoted if one.measure and (row := _row(one, rows)) is not None}
    )
    return QuotedFiguresAnswer(
        provenance=provenance,
        figures=tuple(
            QuotedFigure(
                area=areas[one.area].name if one.area in areas else one.area,
                measure=findings[one.finding]["measure"],
                window=findings[one.finding]["window"] or "",
                value=findings[one.finding]["value"],
                caveat=findings[one.finding]["caveat"] or "",
                official=official[one.finding],
            )
            for one in quoted
            if one.finding in findings
        ),
        source="; ".join(sources),
    )


def _findings(study: Study, quoted: tuple[Quoted, ...]) -> dict[str, dict[str, Any]]:
    store = study.library.published_findings()
    table = store.table("published_findings", PUBLIC)
    wanted = table.filter(table.finding_id.isin([one.finding for one in quoted] or [""]))
    columns = ("finding_id", "measure", "window", "value", "caveat")
    return {row["finding_id"]: row for row in store.records(wanted.select(*columns))}


def _row(quoted: Quoted, rows: dict[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = (
        rows.get(quoted.measure or "", {}).get(quoted.area, {}).get(quoted.year)
    )
    return found


def _official(quoted: Quoted, rows: dict[str, Any]) -> Official | None:
    row = _row(quoted, rows)
    if row is None or quoted.measure is None or quoted.year is None:
        return None
    numerator, denominator = row["numerator"], row["denominator"]
    counted = numerator is not None and denominator is not None
    return Official(
        measure=quoted.measure,
        year=quoted.year,
        value=row["value"],
        numerator=int(numerator) if counted else None,
        denominator=int(denominator) if counted else None,
        conf_int=wilson_interval(int(numerator), int(denominator)) if counted else None,
    )
