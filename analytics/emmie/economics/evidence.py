"""What a cost model is fed with: counts and changes after disclosure control, prices, findings.

They don't depend on any slider, so they are kept until an extract, filters or viewer change.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from analytics.access.viewer import PUBLIC, Viewer
from analytics.emmie.economics.change import Changes, measured_changes
from analytics.emmie.economics.prices import PriceTables, read_tables
from analytics.emmie.economics.quantities import Counting, Quantity, count_all, countings
from analytics.emmie.study import Study
from analytics.extracts.engine import UnusableExtractError
from analytics.extracts.filters import Filters

KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Counts and changes of one evaluation within filters and scope, and published figures.

    ``findings`` are the rows of ``published_findings`` on its cost, by short name.
    """

    counts: dict[Counting, Quantity]
    changes: Changes
    tables: PriceTables
    findings: dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """What evidence depends on; the study itself is only carried along."""

    root: Path
    signature: str
    evaluation: str
    filters: Filters
    viewer: Viewer
    study: Study = field(compare=False, repr=False)


def evidence_of(study: Study) -> Evidence:
    """Return the counts and changes that the protocol's costs and savings need.

    Raises
    ------
    UnusableExtractError
        When an extract that is counted, or a price table, broke its contract.
    """
    library = study.library
    return _evidence(
        _Key(
            root=library.root,
            signature=library.signature(),
            evaluation=study.evaluation.name,
            filters=study.filters,
            viewer=study.viewer,
            study=study,
        )
    )


@lru_cache(maxsize=KEPT)
def _evidence(key: _Key) -> Evidence:
    economics = key.study.protocol.economics
    wanted = () if economics is None else countings(economics)
    outcomes = [] if economics is None else [line.outcome for line in economics.savings]
    return Evidence(
        counts=count_all(key.study, wanted),
        changes=measured_changes(key.study, outcomes) if outcomes else Changes(),
        tables=read_tables(key.study.library),
        findings=_findings(key.study),
    )


def _findings(study: Study) -> dict[str, dict[str, Any]]:
    """Return what was reported on cost; nothing when the findings can't be read."""
    try:
        store = study.library.published_findings()
        table = store.table("published_findings", PUBLIC)
    except UnusableExtractError:
        return {}
    mine = table.filter(table.evaluation == study.evaluation.name, table.letter == "economic_cost")
    return {row["finding_id"]: row for row in store.records(mine.order_by("finding_id"))}
