"""Case records read at two times: referred again, removed, and how well practice is recorded.

Methods: ``docs/methods/questions/case_records.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Self

import ibis
import numpy as np

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, small_cells, withhold_series
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.statistics.linear_models import (
    LinearContrast,
    LinearFit,
    fit_linear,
    linear_contrast,
)
from analytics.statistics.results import Interval
from analytics.statistics.two_groups.proportions import wilson_interval

EXTRACTS = ("case_records",)

ShareKey = Literal["previously_referred", "not_re_referred", "removed"]
SHARES: Final[tuple[ShareKey, ...]] = ("previously_referred", "not_re_referred", "removed")
GroupKind = Literal["all", "cohort", "area_group"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecordsQuestion(Question["CaseRecordsAnswer"]):
    """Ask what the case records say at two times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordShare:
    """One share in one group.

    Referrals are of families, removals of children; what happened later is out of those whose
    record was read again. ``conf_int`` is Wilson's for families, and allows for siblings for
    children; None when withheld or not estimable.
    """

    key: ShareKey
    share: Share
    conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Quality of recording in the records read twice, 1 to 5.

    ``conf_int`` is of the change and allows for siblings; None when it cannot be estimated.
    """

    n_records: int
    first: float
    second: float
    change: float
    conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordGroup:
    """Records of one cohort, of areas that belong together, or all of them.

    Attributes
    ----------
    kind, key : str
        ``all``; ``cohort`` and its number; ``area_group`` and its key in the protocol.
    label : str
        The protocol's label of an area group; empty for the others.
    n_records, n_families : int or None
        None when withheld.
    shares : tuple of RecordShare
        In the order of ``SHARES``.
    recording : Recording or None
        None when withheld, or when no record was read twice.
    """

    kind: GroupKind
    key: str
    label: str
    n_records: int | None
    n_families: int | None
    shares: tuple[RecordShare, ...]
    recording: Recording | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecordsAnswer:
    """The first group is all records; cohorts divide them, and so do groups of areas."""

    provenance: Provenance
    groups: tuple[RecordGroup, ...]
    assumptions: tuple[str, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts, and those that the total or the other groups would give away."""
        found: list[RecordGroup] = []
        for kind in ("all", "cohort", "area_group"):
            same = [group for group in self.groups if group.kind == kind]
            found += _disclosed(same, policy)
        return replace(self, groups=tuple(found))


def _disclosed(groups: Sequence[RecordGroup], policy: Policy) -> list[RecordGroup]:
    """Disclose groups that divide the records between them.

    Records read twice are as many as those that tell of a removal, so they go with its total.
    """
    together = [[0] * len(groups)]
    columns = [
        withhold_series([group.shares[place].share for group in groups], policy, groupings=together)
        for place in range(len(SHARES))
    ]
    few = small_cells([group.n_records or 0 for group in groups], policy)
    out = []
    for group, row, is_few in zip(groups, zip(*columns, strict=True), few, strict=True):
        shares = tuple(
            replace(one, share=share, conf_int=None if share.is_withheld else one.conf_int)
            for one, share in zip(group.shares, row, strict=True)
        )
        out.append(
            replace(
                group,
                n_records=None if is_few else group.n_records,
                n_families=shares[0].share.n,
                shares=shares,
                recording=None if is_few or shares[-1].share.n is None else group.recording,
            )
        )
    return out


def answer_case_records(
    question: CaseRecordsQuestion, study: Study
) -> CaseRecordsAnswer | Unanswered:
    """Describe the records, all of them and by group.

    Parameters
    ----------
    question : CaseRecordsQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    CaseRecordsAnswer or Unanswered
        Shares describe; there is no comparison, so nothing here is an effect.
    """
    del question
    provenance = study.provenance(*EXTRACTS)
    records = study.table("case_records")
    cohorts = [row["cohort"] for row in study.store.records(records.select("cohort").distinct())]
    if not cohorts:
        return Unanswered(reason="no_rows", provenance=provenance)
    groups: list[tuple[GroupKind, str, str, Any]] = [("all", "all", "", ibis.literal(True))]
    groups += [("cohort", str(one), "", records.cohort == one) for one in sorted(cohorts)]
    groups += [
        ("area_group", one.key, one.label, records.local_authority.isin(one.areas))
        for one in study.protocol.area_groups
    ]
    found = [
        _group(study, records.filter(chosen), kind, key, label)
        for kind, key, label, chosen in groups
    ]
    return CaseRecordsAnswer(
        provenance=provenance,
        groups=tuple(group for group in found if group.n_records),
        assumptions=tuple(item.text for item in study.protocol.assumptions),
    )


def _group(study: Study, records: ibis.Table, kind: GroupKind, key: str, label: str) -> RecordGroup:
    families = records.group_by("family_id").aggregate(
        before=records.previously_referred.any(), again=records.re_referred.any()
    )
    row = study.store.records(
        families.aggregate(
            n=families.count(),
            before=families.before.cast("int64").sum(),
            read=families.again.count(),
            again=families.again.cast("int64").sum(),
        )
    )[0]
    columns = ("family_id", "removed", "recording_time_1", "recording_time_2")
    rows = study.store.rows(records.select(*columns))
    removed = rows[rows["removed"].notna()]
    n_families, read = int(row["n"]), int(row["read"] or 0)
    before, again = int(row["before"] or 0), int(row["again"] or 0)
    taken = removed["removed"].to_numpy(dtype=float)
    estimate = _mean(taken, removed["family_id"].to_numpy(dtype=object))
    return RecordGroup(
        kind=kind,
        key=key,
        label=label,
        n_records=len(rows),
        n_families=n_families,
        shares=(
            _of_families("previously_referred", before, n_families),
            _of_families("not_re_referred", read - again, read),
            RecordShare(
                key="removed",
                share=Share.of(int(taken.sum()), len(taken)),
                conf_int=None if estimate is None else _within_0_and_1(estimate.conf_int),
            ),
        ),
        recording=_recording(rows),
    )


def _of_families(key: ShareKey, events: int, n: int) -> RecordShare:
    interval = wilson_interval(events, n) if n else None
    return RecordShare(key=key, share=Share.of(events, n), conf_int=interval)


def _mean(values: np.ndarray, cluster: np.ndarray) -> LinearContrast | None:
    """Estimate a mean; siblings are alike."""
    if len(values) < 2:
        return None
    fit = fit_linear(values, np.ones((len(values), 1)), cluster=cluster)
    if not isinstance(fit, LinearFit):
        return None
    found = linear_contrast(fit, [1.0])
    return found if isinstance(found, LinearContrast) else None


def _within_0_and_1(interval: Interval) -> Interval:
    return replace(interval, low=max(interval.low, 0.0), high=min(interval.high, 1.0))


def _recording(rows: Any) -> Recording | None:
    twice = rows[rows["recording_time_2"].notna()]
    if twice.empty:
        return None
    first = twice["recording_time_1"].to_numpy(dtype=float)
    second = twice["recording_time_2"].to_numpy(dtype=float)
    estimate = _mean(second - first, twice["family_id"].to_numpy(dtype=object))
    return Recording(
        n_records=len(twice),
        first=float(first.mean()),
        second=float(second.mean()),
        change=float((second - first).mean()),
        conf_int=None if estimate is None else estimate.conf_int,
    )
