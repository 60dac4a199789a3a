"""Exhibits of published evidence: reported findings beside what the sample computes."""

from __future__ import annotations

from typing import Any

from analytics.disclosure.release import Released
from analytics.emmie.audit import AuditAnswer
from analytics.emmie.effect import EffectAnswer
from analytics.emmie.evidence import EvidenceAnswer, ReportedFinding
from analytics.emmie.study import Unanswered, is_unanswered
from analytics.exhibits import wording
from analytics.exhibits.effect import difference_words
from analytics.exhibits.exhibit import Cell, Exhibit, Table
from analytics.exhibits.overview import LETTER_WORDS as EMMIE_WORDS

LETTER_WORDS = {**{str(key): word for key, word in EMMIE_WORDS.items()}, "context": "Context"}
DOCUMENT_TITLES = {
    "family_safety_plans": "Family Safety Plans, Hampshire Constabulary",
    "family_safeguarding_cambridgeshire": "Family Safeguarding, Cambridgeshire",
    "repeat_plans_southampton": "Repeat child protection plans, Southampton",
    "family_safeguarding_hertfordshire": "Family Safeguarding, Hertfordshire",
    "signs_of_safety_ten_areas": "Signs of Safety, ten areas",
}
"""The five source documents, also those whose extracts are not loaded."""

BASIS_WORDS = {
    "relative": "relative change",
    "points": "percentage points",
    "level": "level",
    "count": "count",
    "not stated": "basis not stated",
}


def evidence_exhibits(
    released: Released[EvidenceAnswer],
    effect: Released[EffectAnswer] | Released[Unanswered] | None = None,
    audit: Released[AuditAnswer] | Released[Unanswered] | None = None,
) -> tuple[Exhibit, ...]:
    """Return the reported figures beside computed ones, then everything else that is reported."""
    findings = released.answer.findings
    computed = _computed(effect, audit)
    shown = []
    beside = [item for item in findings if item.computed_as in computed]
    if beside:
        shown.append(_beside(beside, computed, is_synthetic=_is_synthetic(effect, audit)))
    shown.append(_all_reported(findings))
    return tuple(shown)


def _computed(
    effect: Released[EffectAnswer] | Released[Unanswered] | None,
    audit: Released[AuditAnswer] | Released[Unanswered] | None,
) -> dict[str | None, str]:
    """Return what the sample computes, in words, by outcome or audit feature."""
    found: dict[str | None, str] = {}
    if effect is not None and not is_unanswered(effect):
        for outcome in effect.answer.outcomes:
            found[outcome.key] = difference_words(outcome.matched)
    if audit is not None and not is_unanswered(audit):
        for item in (*audit.answer.bands, *audit.answer.features):
            found[item.key] = f"{wording.out_of(item.share)} families"
    return found


def _is_synthetic(*answers: Released[Any] | None) -> bool:
    """Return whether any of the computed figures comes from made-up rows."""
    return any(
        released.answer.provenance.synthetic
        for released in answers
        if released is not None and released.answer.provenance is not None
    )


def _beside(
    findings: list[ReportedFinding], computed: dict[str | None, str], *, is_synthetic: bool
) -> Exhibit:
    calibrated = (
        "The sample is synthetic and was calibrated to the reported figures. Agreement shows "
        "that the calculation works, not that the finding is true.",
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            item.measure,
            _reported(item),
            computed[item.computed_as],
        )
        for item in findings
    )
    return Exhibit(
        key="reported_and_computed",
        headline="Reported figures beside what the extracts give",
        subtitle="The document's figure, and the matched difference or count in the extracts here",
        figure=None,
        table=Table(columns=("Measure", "Reported", "Computed here"), rows=rows),
        alt_text=f"Table of {len(rows)} reported figures beside computed ones.",
        notes=(
            *(calibrated if is_synthetic else ()),
            "Computed differences are percentage points; where the document does not say what its "
            "percentages are, the two need not be the same kind of figure.",
            *_caveats(findings),
        ),
        source=_sources(findings),
        synthetic=is_synthetic,
    )


def _caveats(findings: list[ReportedFinding]) -> tuple[str, ...]:
    """Return each caveat once, with the measures that it is about."""
    measures: dict[str, list[str]] = {}
    for item in findings:
        if item.caveat:
            measures.setdefault(item.caveat, []).append(wording.lower_first(item.measure))
    return tuple(f"{caveat} ({wording.listed(about)})" for caveat, about in measures.items())


def _all_reported(findings: tuple[ReportedFinding, ...]) -> Exhibit:
    return Exhibit(
        key="reported_findings",
        headline=f"{len(findings)} findings as they were published",
        subtitle="Every figure that the document reports, and figures quoted elsewhere",
        figure=None,
        table=Table(
            columns=("EMMIE letter", "Measure", "Reported", "Window and n", "Caveat"),
            rows=tuple(_short_row(item) for item in findings),
        ),
        full_table=Table(
            columns=(
                "EMMIE letter",
                "Measure",
                "Group",
                "Reported",
                "Value",
                "Unit",
                "Basis",
                "Window",
                "n",
                "Significance as worded",
                "Reported in",
                "Caveat",
                "Source",
            ),
            rows=tuple(_full_row(item) for item in findings),
        ),
        alt_text=f"Table of {len(findings)} published findings.",
        notes=(
            "Where a document gives words and no number, none is shown.",
            "The download also holds the value, unit, significance and source of each figure.",
        ),
        source=_sources(findings),
        synthetic=False,
    )


def _measure(item: ReportedFinding) -> str:
    group = item.group_label
    if group is None or group.lower() in item.measure.lower():
        return item.measure
    return f"{item.measure}: {group}"


def _reported(item: ReportedFinding) -> str:
    """Return the figure with its basis and significance, where they say more than the figure."""
    parts = [] if item.basis in ("count", "level") else [BASIS_WORDS[item.basis]]
    if item.significance != "not stated":
        parts.append(item.significance)
    return f"{item.value_text} ({'; '.join(parts)})" if parts else item.value_text


def _short_row(item: ReportedFinding) -> tuple[Cell, ...]:
    window = "; ".join(part for part in (item.window, item.n) if part)
    elsewhere = f"Quoted in: {item.source}. " if item.reported_by == "elsewhere" else ""
    return (
        LETTER_WORDS[item.letter],
        _measure(item),
        _reported(item),
        window,
        f"{elsewhere}{item.caveat or ''}",
    )


def _full_row(item: ReportedFinding) -> tuple[Cell, ...]:
    return (
        LETTER_WORDS[item.letter],
        item.measure,
        item.group_label or "",
        item.value_text,
        item.value,
        item.unit,
        BASIS_WORDS[item.basis],
        item.window or "",
        item.n or "",
        item.significance,
        "This document" if item.reported_by == "document" else "Elsewhere",
        item.caveat or "",
        item.source,
    )


def _sources(findings: list[ReportedFinding] | tuple[ReportedFinding, ...]) -> str:
    sources = [item.source for item in findings if item.reported_by == "document"]
    return "; ".join(dict.fromkeys(sources)) or "see the table"
