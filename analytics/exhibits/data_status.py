"""Exhibits of the data question: what is loaded, and what broke its contract."""

from __future__ import annotations

from analytics.disclosure.release import Released
from analytics.emmie.data_status import DataAnswer
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table

KIND_WORDS = {
    "synthetic": "Synthetic, made up",
    "published": "Published figures",
    "local": "Local extract",
}


def data_exhibits(released: Released[DataAnswer]) -> tuple[Exhibit, ...]:
    """Return the loaded extracts, and the findings about them."""
    return (_loaded(released), _findings(released))


def _loaded(released: Released[DataAnswer]) -> Exhibit:
    rows: list[tuple[Cell, ...]] = []
    for folder in released.answer.folders:
        for extract in folder.extracts:
            state = "Not used" if not extract.usable else "Used"
            if extract.usable and extract.rows_set_aside:
                state = "Used in part"
            rows.append(
                (
                    folder.title,
                    f"{extract.name}.parquet",
                    KIND_WORDS[folder.kind],
                    state,
                    wording.count(extract.rows),
                    wording.count(extract.rows_set_aside),
                    folder.as_at or "",
                    f"{extract.modified_at:%Y-%m-%d %H:%M}" if extract.modified_at else "",
                    extract.fingerprint[:8],
                )
            )
    used = sum(row[3] != "Not used" for row in rows)
    return Exhibit(
        key="loaded_extracts",
        headline=f"{used} of {wording.plural(len(rows), 'extract', 'extracts')} can be used",
        subtitle=f"Read from {released.answer.root}",
        figure=None,
        table=Table(
            columns=(
                "Evaluation or source",
                "File",
                "Kind",
                "State",
                "Rows used",
                "Rows set aside",
                "As at",
                "Written (UTC)",
                "Fingerprint",
            ),
            rows=tuple(rows),
        ),
        alt_text=f"Table of {len(rows)} extracts, {used} of them usable.",
        notes=("The fingerprint changes when a file changes; every result carries it.",),
        source="The data folder that this app reads",
        synthetic=False,
    )


def _findings(released: Released[DataAnswer]) -> Exhibit:
    rows: list[tuple[Cell, ...]] = [
        (folder.name, "evaluation.toml", "", "protocol", folder.fault, "the whole evaluation", "")
        for folder in released.answer.folders
        if folder.fault
    ]
    rows.extend(
        (
            folder.name,
            f"{finding.table}.parquet",
            finding.column or "",
            finding.rule.replace("_", " "),
            finding.meaning,
            "the whole extract" if finding.stops_use else wording.count(finding.rows),
            finding.example_key or "",
        )
        for folder in released.answer.folders
        for extract in folder.extracts
        for finding in extract.findings
    )
    headline = (
        "Every extract keeps its contract"
        if not rows
        else f"{wording.plural(len(rows), 'rule is', 'rules are')} broken"
    )
    return Exhibit(
        key="data_findings",
        headline=headline,
        subtitle="Rules of the contracts that were broken, and how many rows were set aside",
        figure=None,
        table=Table(
            columns=(
                "Folder",
                "File",
                "Column",
                "Rule",
                "What must hold",
                "Set aside",
                "Example key",
            ),
            rows=tuple(rows),
        ),
        alt_text=headline,
        notes=(
            "Rows that break a rule are set aside and counted; an extract with missing or renamed "
            "columns is not used, and the other pages go on. Example keys are shown only to people "
            "who may see cases.",
        ),
        source="The data folder that this app reads",
        synthetic=False,
    )
