"""Data status: what is loaded, how fresh it is, and what broke its contract."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Self

from analytics.access.viewer import PUBLIC, Viewer
from analytics.disclosure.policy import Policy
from analytics.emmie.study import Question
from analytics.extracts.engine import Store, UnusableExtractError
from analytics.extracts.entries import ENTRY_EXTRACTS
from analytics.extracts.library import Library
from analytics.extracts.protocol import Protocol
from analytics.extracts.quality import ExtractStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class DataQuestion(Question["DataAnswer"]):
    """Ask what is loaded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderStatus:
    """One folder of extracts.

    Attributes
    ----------
    title : str
        The evaluation's name, or what the folder holds.
    kind : str
        ``synthetic``, ``published`` or ``local``.
    fault : str or None
        What is wrong with its protocol.
    """

    name: str
    title: str
    kind: str
    as_at: date | None
    extracts: tuple[ExtractStatus, ...]
    fault: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedSource:
    """One publication that figures come from, with the years that it covers here."""

    source: str
    licence: str
    figures: int
    first_year: int
    last_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntriesStatus:
    """What has been entered in the app about one evaluation, as far as the viewer's scope goes.

    Attributes
    ----------
    title : str
        The evaluation's name.
    file : str
        Name of the file, without the path to it.
    n_answers, n_children : int
        Answers, earlier ones that were changed later too, and the children whom they are about.
    last_at : datetime or None
        When the last one was entered, in UTC; None before the first.
    rows_set_aside : int
        Rows of the whole file that break its contract.
    usable : bool
        Whether the file can be read; True when there is none yet.
    """

    title: str
    file: str
    n_answers: int = 0
    n_children: int = 0
    last_at: datetime | None = None
    rows_set_aside: int = 0
    usable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class DataAnswer:
    """Every folder with its extracts and findings.

    ``root`` is the name of the folder that holds them, without the path to it. ``entries`` is
    made only for viewers who may see the cases that the entries are about.
    """

    root: str
    folders: tuple[FolderStatus, ...]
    sources: tuple[PublishedSource, ...]
    entries: tuple[EntriesStatus, ...] = ()

    def disclose(self, policy: Policy) -> Self:
        """Return the same: sizes of files and counts of broken rules describe data, not people."""
        del policy
        return self


def answer_data(question: DataQuestion, library: Library, viewer: Viewer) -> DataAnswer:
    """Return the state of every extract; example keys only for viewers who may see every case."""
    del question
    faults = library.protocol_faults()
    evaluations = [
        _folder(
            evaluation.name,
            evaluation.protocol.evaluation.name,
            evaluation.store,
            viewer,
            protocol=evaluation.protocol,
        )
        for evaluation in library.readable()
    ]
    broken = [
        FolderStatus(name=name, title=name, kind="local", as_at=None, extracts=(), fault=fault)
        for name, fault in faults.items()
    ]
    published = [
        _folder("benchmarks", "Published figures (DfE and ONS)", library.benchmarks(), viewer),
        _folder(
            "published_findings",
            "What the five documents report",
            library.published_findings(),
            viewer,
        ),
    ]
    return DataAnswer(
        root=library.root.name,
        folders=(*evaluations, *broken, *published),
        sources=_sources(library.benchmarks()),
        entries=_entries(library, viewer) if viewer.may_see_cases else (),
    )


def _entries(library: Library, viewer: Viewer) -> tuple[EntriesStatus, ...]:
    """Return what has been entered about each evaluation in which something can be entered."""
    return tuple(
        _entered(one.protocol.evaluation.name, library.entries(one.name), name, viewer)
        for one in library.readable()
        if one.protocol.repeat is not None
        for name in ENTRY_EXTRACTS
    )


def _entered(title: str, store: Store, name: str, viewer: Viewer) -> EntriesStatus:
    status, file = store.statuses[name], f"{name}.parquet"
    if not status.fingerprint:
        return EntriesStatus(title=title, file=file)
    try:
        answers = store.table(name, viewer)
        counts = answers.aggregate(
            n_answers=answers.count(),
            n_children=answers.child_id.nunique(),
            last_at=answers.answered_at.max(),
        )
        (row,) = store.records(counts)
    except UnusableExtractError:
        return EntriesStatus(title=title, file=file, usable=False)
    return EntriesStatus(title=title, file=file, rows_set_aside=status.rows_set_aside, **row)


def _sources(store: Store) -> tuple[PublishedSource, ...]:
    """Return the publications behind the published figures; none when they cannot be read."""
    try:
        table = store.table("published_figures", PUBLIC)
        counts = table.group_by("source", "licence").aggregate(
            figures=table.count(), first_year=table.year.min(), last_year=table.year.max()
        )
        rows = store.records(counts.order_by("source"))
    except UnusableExtractError:
        return ()
    return tuple(PublishedSource(**row) for row in rows)


def _folder(
    name: str, title: str, store: Store, viewer: Viewer, protocol: Protocol | None = None
) -> FolderStatus:
    about = protocol.evaluation if protocol else None
    kind = "published" if about is None else "synthetic" if about.synthetic else "local"
    return FolderStatus(
        name=name,
        title=title,
        kind=kind,
        as_at=about.as_at if about else None,
        extracts=tuple(_visible(status, viewer) for status in store.statuses.values()),
    )


def _visible(status: ExtractStatus, viewer: Viewer) -> ExtractStatus:
    if viewer.may_see_cases and viewer.local_authorities is None:
        return status
    return replace(
        status,
        findings=tuple(replace(finding, example_key=None) for finding in status.findings),
    )
