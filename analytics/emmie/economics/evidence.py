"""What a cost model is fed with: counts and changes, both after disclosure control.

They don't depend on any slider, so they are kept until an extract, the filters or the viewer change.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from analytics.access.viewer import Viewer
from analytics.emmie.economics.change import Changes, measured_changes
from analytics.emmie.economics.quantities import Counting, Quantity, count_all, countings
from analytics.emmie.study import Study
from analytics.extracts.filters import Filters

KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Counts and changes of one evaluation within filters and scope."""

    counts: dict[Counting, Quantity]
    changes: Changes


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
        When an extract that is counted broke its contract.
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
    if economics is None:
        return Evidence(counts={}, changes=Changes(why_not="not_in_protocol"))
    wanted = countings(economics)
    changes = measured_changes(key.study) if economics.savings else Changes()
    return Evidence(counts=count_all(key.study, wanted), changes=changes)
