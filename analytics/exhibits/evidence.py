"""Exhibits of published evidence: reported findings beside what the sample computes."""

from __future__ import annotations

from analytics.disclosure.release import Released
from analytics.emmie.audit import AuditAnswer
from analytics.emmie.effect import EffectAnswer
from analytics.emmie.evidence import EvidenceAnswer, ReportedFinding
from analytics.emmie.study import Unanswered, is_unanswered
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table

LETTER_WORDS = {
    "effect": "Effect",
    "mechanism": "Mechanism",
    "moderators": "Moderators",
    "implementation": "Implementation",
    "economic_cost": "Economic cost",
    "context": "Context",
}
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
        shown.append(_beside(beside, computed))
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
            estimate = outcome.matched.difference
            found[outcome.key] = (
                f"{wording.points(estimate.value)} percentage points "
                f"({wording.interval(estimate.conf_int, scale=100)})"
                if estimate
                else "not estimable or withheld"
            )
    if audit is not None and not is_unanswered(audit):
        for item in (*audit.answer.bands, *audit.answer.features):
            found[item.key] = f"{wording.out_of(item.share)} families"
    return found


def _beside(findings: list[ReportedFinding], computed: dict[str | None, str]) -> Exhibit:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            item.measure,
            item.value_text,
            BASIS_WORDS[item.basis],
            item.significance,
            computed[item.computed_as],
            item.caveat or "",
        )
        for item in findings
    )
    return Exhibit(
        key="reported_and_computed",
        headline="Reported figures beside what the sample computes",
        subtitle="The document's figure, and the synthetic sample's matched difference or count",
        figure=None,
        table=Table(
            columns=("Measure", "Reported", "Basis", "Significance", "Computed here", "Caveat"),
            rows=rows,
        ),
        alt_text=f"Table of {len(rows)} reported figures beside computed ones.",
        notes=(
            "The sample is synthetic and was calibrated to the reported figures. Agreement shows that "
            "the calculation works, not that the finding is true.",
        ),
        source=_sources(findings),
        synthetic=True,
    )


def _all_reported(findings: tuple[ReportedFinding, ...]) -> Exhibit:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            LETTER_WORDS[item.letter],
            item.measure if item.group_label is None else f"{item.measure}: {item.group_label}",
            item.value_text,
            BASIS_WORDS[item.basis],
            item.window or "",
            item.n or "",
            item.significance,
            "This document" if item.reported_by == "document" else "Elsewhere",
            item.caveat or "",
            item.source,
        )
        for item in findings
    )
    return Exhibit(
        key="reported_findings",
        headline=f"{len(rows)} findings as they were published",
        subtitle="Every figure that the document reports, and figures quoted elsewhere, with caveats",
        figure=None,
        table=Table(
            columns=(
                "EMMIE letter",
                "Measure",
                "Reported",
                "Basis",
                "Window",
                "n",
                "Significance",
                "Reported in",
                "Caveat",
                "Source",
            ),
            rows=rows,
        ),
        alt_text=f"Table of {len(rows)} published findings.",
        notes=("Where a document gives words and no number, none is shown.",),
        source=_sources(findings),
        synthetic=False,
    )


def _sources(findings: list[ReportedFinding] | tuple[ReportedFinding, ...]) -> str:
    sources = [item.source for item in findings if item.reported_by == "document"]
    return "; ".join(dict.fromkeys(sources)) or "see the table"
