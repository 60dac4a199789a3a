"""What Case outcomes tells of each month, for other pages that draw the same shares."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.disclosure.policy import Policy
from analytics.emmie.case_outcomes.over_time import counts_of
from analytics.emmie.case_outcomes.periods import Break, Group, Series, breaks_of, series_of
from analytics.emmie.effect.known_months import Known
from analytics.emmie.study import Study
from analytics.extracts import code_lists as codes
from analytics.extracts.protocol import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownElsewhere:
    """The months of both groups of areas before disclosure control; never kept after release.

    Attributes
    ----------
    series : tuple of Series
        Of both groups of areas, without Outcome 22 among the disposals and with it.
    """

    labels: tuple[str, str]
    change: Change
    breaks: tuple[Break, ...]
    series: tuple[Series, ...]

    def known(self, counted: tuple[int, ...], policy: Policy) -> tuple[Known, Known | None] | None:
        """Return what is told of each month here and in the other areas; None of other codes."""
        found = [
            self._known(label, group, with_22=22 in counted, policy=policy)
            for label in self.labels
            for group, of in _GROUPS
            if set(counted) in of
        ]
        if not found or found[0] is None:
            return None
        return found[0], found[1]

    def _known(self, label: str, group: Group, *, with_22: bool, policy: Policy) -> Known | None:
        for one in self.series:
            if (one.series, one.group, one.with_22) == (label, group, with_22):
                return one.known(self.change.on, self.breaks, policy)
        return None


_DISPOSALS = (codes.OUT_OF_COURT_CODES, codes.OUT_OF_COURT_CODES_WITH_22)
_GROUPS: tuple[tuple[Group, list[set[int]]], ...] = (
    ("outcome_20", [{20}]),
    ("out_of_court", [set(one) for one in _DISPOSALS]),
)


def shown_elsewhere(study: Study, change: Change) -> ShownElsewhere:
    """Count the months that Case outcomes shows.

    Parameters
    ----------
    study : Study
        Evaluation, filters and viewer.
    change : Change
        The change of process.
    """
    areas = study.protocol.areas
    labels = (areas.with_label, areas.without_label)
    found: list[Series] = []
    breaks: tuple[Break, ...] = ()
    for counted in _DISPOSALS:
        rows = counts_of(study, counted)
        months = [row["period"] for row in rows]
        if months:
            breaks = breaks_of(study.protocol, min(months), max(months))
        groups: dict[Group, tuple[int, ...]] = {"outcome_20": (20,), "out_of_court": counted}
        found += series_of(rows, labels, groups, breaks, change)
    return ShownElsewhere(labels=labels, change=change, breaks=breaks, series=tuple(found))
