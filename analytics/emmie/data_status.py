"""Data status: what is loaded, how fresh it is, and what broke its contract."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from analytics.access.viewer import PUBLIC, Viewer
from analytics.disclosure.policy import Policy
from analytics.emmie.study import Question
from analytics.extracts.engine import Store, UnusableExtractError
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
class DataAnswer:
    """Every folder with its extracts and findings.

    ``root`` is the name of the folder that holds them, without the path to it.
    """

    root: str
    folders: tuple[FolderStatus, ...]
    sources: tuple[PublishedSource, ...]

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
    )


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
