"""Exhibits of published evidence: reported findings beside what the sample computes."""

from __future__ import annotations

from collections.abc import Callable

from analytics.disclosure.release import Released
from analytics.emmie.evidence import EvidenceAnswer, ReportedFinding
from analytics.emmie.reproduction import Mark, Reproduction, ReproductionAnswer, Unit
from analytics.emmie.study import Unanswered, is_unanswered
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table
from analytics.exhibits.overview import LETTER_WORDS as EMMIE_WORDS

LETTER_WORDS = {**{str(key): word for key, word in EMMIE_WORDS.items()}, "context": "Context"}
BASIS_WORDS = {
    "relative": "relative change",
    "points": "percentage points",
    "level": "level",
    "count": "count",
    "not stated": "basis not stated",
}


FORMATS: dict[Unit, Callable[[float], str]] = {
    "count": wording.fixed,
    "points": lambda value: f"{_three_digits(value)} percentage points",
    "percent": lambda value: f"{wording.fixed(value, 1)}%",
    "change": lambda value: f"{wording.signed(value, places=0)}% (relative)",
    "level": lambda value: wording.fixed(value, 1),
}
MARK_WORDS: dict[Mark, str] = {
    "reproduced": "✓ Reproduced",
    "differs": "≠ Differs",
    "not_reproducible": "– Cannot be reproduced",
    "words_only": "Words only",
    "withheld": "Withheld",
}


def evidence_exhibits(
    released: Released[EvidenceAnswer],
    reproduction: Released[ReproductionAnswer] | Released[Unanswered] | None = None,
) -> tuple[Exhibit, ...]:
    """Return the reported figures beside computed ones, then everything else that is reported."""
    findings = released.answer.findings
    shown = []
    if reproduction is not None and not is_unanswered(reproduction):
        shown.append(_beside(findings, reproduction.answer))
    shown.append(_all_reported(findings))
    return tuple(shown)


def _beside(findings: tuple[ReportedFinding, ...], answer: ReproductionAnswer) -> Exhibit:
    marks = {item.finding_id: item for item in answer.figures}
    numbers = [
        (finding, found)
        for finding in findings
        if (found := marks.get(finding.finding_id)) and found.mark != "words_only"
    ]
    numbers.sort(key=lambda pair: pair[0].reported_by != "document")
    measures = [_measure(finding) for finding, _ in numbers]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            _with_window(finding, measures),
            _reported(finding),
            _computed(found),
            MARK_WORDS[found.mark],
            found.because,
        )
        for finding, found in numbers
    )
    calibrated = (
        "The extracts are synthetic and were calibrated to the reported figures. “Reproduced” says "
        "that the calculation works, not that the finding is true.",
    )
    n_same = sum(found.mark == "reproduced" for _, found in numbers)
    n_words = len(findings) - len(numbers)
    return Exhibit(
        key="reported_and_computed",
        headline=f"{n_same} of {len(numbers)} reported figures are reproduced here",
        subtitle="Each figure that the document reports, and what the extracts here give",
        figure=None,
        table=Table(
            columns=("Measure", "Reported", "Computed here", "Mark", "Why"),
            rows=rows,
        ),
        alt_text=f"Table of {len(rows)} reported figures beside computed ones, each with a mark.",
        notes=(
            *(calibrated if answer.provenance.synthetic else ()),
            "Reproduced: the same count, or within the tolerance in the table of findings. "
            "Differs: computed, and further away. Cannot be reproduced: nothing that is loaded, or "
            "that was published, gives it.",
            f"{n_words} further findings are reported in words only and stand in the next table.",
            *_caveats([finding for finding, _ in numbers]),
        ),
        source=_sources_beside(findings, answer),
        synthetic=answer.provenance.synthetic,
    )


def _computed(found: Reproduction) -> str:
    """Return the computed figure as finely as the reported one can be compared with."""
    computed = found.computed
    if computed is None:
        return "–"
    if computed.value is None:
        return wording.WITHHELD if computed.is_withheld else "not estimable"
    return FORMATS[computed.unit](computed.value)


def _three_digits(value: float) -> str:
    """Return a difference with its sign, with about three digits and no needless zeros."""
    shown = wording.signed(value, places=1 if abs(value) >= 10 else 2)
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _caveats(findings: list[ReportedFinding]) -> tuple[str, ...]:
    """Return each caveat once, with the measures that it is about."""
    measures: dict[str, list[str]] = {}
    for item in findings:
        if item.caveat:
            about = measures.setdefault(item.caveat, [])
            if item.measure not in about:
                about.append(item.measure)
    return tuple(f"{wording.listed(about)}: {caveat}" for caveat, about in measures.items())


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


def _with_window(item: ReportedFinding, measures: list[str]) -> str:
    """Return the measure, with its window where several figures of it are reported."""
    name = _measure(item)
    return f"{name} ({item.window})" if item.window and measures.count(name) > 1 else name


def _reported(item: ReportedFinding) -> str:
    """Return the figure with its basis and significance, where they say more than the figure."""
    is_change = item.value is not None and item.basis not in ("count", "level")
    parts = [BASIS_WORDS[item.basis]] if is_change else []
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


def _sources_beside(findings: tuple[ReportedFinding, ...], answer: ReproductionAnswer) -> str:
    """Return the documents, and who published what some figures are worked out from."""
    published = answer.provenance.published
    beside = f". Worked out from published figures: {published}" if published else ""
    return f"{_sources(findings)}{beside}"


def _sources(findings: list[ReportedFinding] | tuple[ReportedFinding, ...]) -> str:
    sources = [item.source for item in findings if item.reported_by == "document"]
    return "; ".join(dict.fromkeys(sources)) or "see the table"
