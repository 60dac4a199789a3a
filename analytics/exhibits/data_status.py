"""Exhibits of the data question: what is loaded, and what broke its contract."""

from __future__ import annotations

from analytics.disclosure.release import Released
from analytics.emmie.data_status import DataAnswer, EntriesStatus, FolderStatus
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table
from analytics.extracts.quality import ExtractStatus

KIND_WORDS = {
    "synthetic": "Synthetic, made up",
    "published": "Published figures",
    "local": "Local extract",
}


def data_exhibits(released: Released[DataAnswer]) -> tuple[Exhibit, ...]:
    """Return the findings about the extracts, what was entered, then each folder's extracts."""
    folders = tuple(_folder(folder, released.answer.root) for folder in released.answer.folders)
    sources = (_sources(released),) if released.answer.sources else ()
    entries = (_entries(released),) if released.answer.entries else ()
    return (_findings(released), *entries, *folders, *sources)


def _entries(released: Released[DataAnswer]) -> Exhibit:
    entries = released.answer.entries
    total = sum(one.n_answers for one in entries)
    broken = sum(not one.usable for one in entries)
    headline = "No answer has been entered in the app yet"
    if total:
        headline = f"{wording.plural(total, 'answer', 'answers')} entered in the app"
    if broken:
        headline = f"{wording.plural(broken, 'file', 'files')} of answers cannot be read"
    return Exhibit(
        key="data_entries",
        headline=headline,
        subtitle="Answers of the analysis of repeat plans about children whom you may see",
        figure=None,
        table=Table(
            columns=("Evaluation", "File", "State", "Answers", "Children", "Last entered"),
            rows=tuple(_entries_row(one) for one in entries),
        ),
        alt_text=headline,
        notes=(
            "Every answer is kept; when one is changed, the earlier one stays as history and is "
            "counted here too.",
            "A file that cannot be read is left as it is, a copy is kept beside it, and nothing "
            "more is saved until somebody has looked.",
        ),
        source="the folder of entries, one folder for each evaluation",
        synthetic=False,
        is_shown_only=True,
    )


def _entries_row(one: EntriesStatus) -> tuple[Cell, ...]:
    if not one.usable:
        return (one.title, one.file, "Cannot be read", "", "", "")
    state = "Nothing yet" if one.last_at is None else "Used"
    if one.rows_set_aside:
        state = f"Used; {wording.plural(one.rows_set_aside, 'row', 'rows')} set aside"
    return (
        one.title,
        one.file,
        state,
        wording.count(one.n_answers),
        wording.count(one.n_children),
        "" if one.last_at is None else wording.moment(one.last_at),
    )


def _sources(released: Released[DataAnswer]) -> Exhibit:
    sources = released.answer.sources
    newest = max(source.last_year for source in sources)
    return Exhibit(
        key="published_sources",
        headline=f"Published figures reach {newest}",
        subtitle="Publications behind the published figures, and the years that they cover",
        figure=None,
        table=Table(
            columns=("Publication", "First year", "Last year", "Figures", "Licence"),
            rows=tuple(
                (item.source, item.first_year, item.last_year, f"{item.figures:,}", item.licence)
                for item in sources
            ),
        ),
        alt_text=f"Table of {len(sources)} publications.",
        notes=(
            "Contains public sector information licensed under the Open Government Licence v3.0.",
        ),
        source="Department for Education and Office for National Statistics",
        synthetic=False,
    )


def _folder(folder: FolderStatus, root: str) -> Exhibit:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"{extract.name}.parquet",
            _state(extract),
            wording.count(extract.rows),
            wording.count(extract.rows_set_aside),
            f"{extract.modified_at:%Y-%m-%d %H:%M}" if extract.modified_at else "",
            extract.fingerprint[:8],
        )
        for extract in folder.extracts
    )
    used = sum(extract.usable for extract in folder.extracts)
    state = f"{used} of {wording.plural(len(rows), 'extract', 'extracts')} can be used"
    as_at = f", as at {wording.day(folder.as_at)}" if folder.as_at else ""
    return Exhibit(
        key=f"extracts_{folder.name}",
        headline=folder.title,
        subtitle=f"{KIND_WORDS[folder.kind]}{as_at}; {state}",
        figure=None,
        table=Table(
            columns=(
                "File",
                "State",
                "Rows used",
                "Rows set aside",
                "Written (UTC)",
                "Fingerprint",
            ),
            rows=rows,
        ),
        alt_text=f"Table of the extracts of {folder.title}: {state}.",
        notes=(),
        source=f"the data folder ({root}), {folder.name}",
        synthetic=folder.kind == "synthetic",
    )


def _state(extract: ExtractStatus) -> str:
    if not extract.usable:
        return "Not used"
    return "Used in part" if extract.rows_set_aside else "Used"


def _finding_rows(released: Released[DataAnswer]) -> tuple[tuple[Cell, ...], ...]:
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
    return tuple(rows)


def _findings(released: Released[DataAnswer]) -> Exhibit:
    rows = _finding_rows(released)
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
            rows=rows,
        ),
        alt_text=headline,
        notes=(
            "The fingerprint of a file changes when the file does; every result carries it.",
            "Rows that break a rule are set aside and counted; an extract with missing or renamed "
            "columns is not used, and the other pages go on. Example keys are shown only to people "
            "who may see cases.",
        ),
        source=f"the data folder ({released.answer.root})",
        synthetic=False,
    )
