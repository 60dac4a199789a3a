"""The audit: what was found in the families whose children came back.

Methods: ``docs/methods/questions/audit_counts.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import ibis

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import (
    Share,
    hidden,
    small_cells,
    withhold_count,
    withhold_share,
)
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts import code_lists as codes
from analytics.extracts.code_lists import AUDIT_FLAGS
from analytics.extracts.filters import Filters
from analytics.statistics.results import Interval
from analytics.statistics.two_groups.proportions import wilson_interval

EXTRACTS = ("audit_families", "audit_children", "conferences")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuestion(Question["AuditAnswer"]):
    """Ask what the audit found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditCount:
    """Families with one feature, among those for which the audit says.

    Attributes
    ----------
    key, label : str
        Feature.
    share : Share
        Families with it.
    conf_int : Interval or None
        Wilson interval, as if the families were a sample of such families.
    """

    key: str
    label: str
    share: Share
    conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditAnswer:
    """Counts of the audit: gap bands, features, families, children and conferences."""

    provenance: Provenance
    n_families: int | None
    n_children: int | None
    n_conferences: int | None
    bands: tuple[AuditCount, ...]
    features: tuple[AuditCount, ...]
    assumptions: tuple[str, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts; bands add up, so a lone withheld band takes another with it."""
        out = small_cells([band.share.events or 0 for band in self.bands], policy)
        return replace(
            self,
            n_families=withhold_count(self.n_families, policy),
            n_children=withhold_count(self.n_children, policy),
            n_conferences=withhold_count(self.n_conferences, policy),
            bands=tuple(
                _hidden(band) if is_out else band
                for band, is_out in zip(self.bands, out, strict=True)
            ),
            features=_disclosed(self.features, policy),
        )


def answer_audit(question: AuditQuestion, study: Study) -> AuditAnswer | Unanswered:
    """Count the audit's features; the engine does the counting.

    Parameters
    ----------
    question : AuditQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer; only the authority filter has a column in an audit.

    Returns
    -------
    AuditAnswer or Unanswered
    """
    del question
    provenance = study.provenance(*EXTRACTS)
    if "audit_families" not in study.protocol.evaluation.extracts:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    families = study.table("audit_families")
    children = study.unfiltered("audit_children")
    children = children.filter(children.family_id.isin(families.family_id))
    counts = study.store.records(
        families.aggregate(
            n=families.count(),
            **{f"yes_{flag}": families[flag].cast("int64").sum() for flag in AUDIT_FLAGS},
            **{f"known_{flag}": families[flag].count() for flag in AUDIT_FLAGS},
            **{f"band_{band}": (families.gap_band == band).sum() for band in codes.GAP_BANDS},
        )
    )[0]
    n_families = int(counts["n"])
    if not n_families:
        return Unanswered(reason="no_rows", provenance=provenance)
    places = Filters(local_authorities=study.filters.local_authorities)
    conferences = study.store.table("conferences", study.viewer, places)
    return AuditAnswer(
        provenance=provenance,
        n_families=n_families,
        n_children=_size(study, children),
        n_conferences=_size(study, conferences),
        bands=tuple(
            _audit_count(band, label, int(counts[f"band_{band}"]), n_families)
            for band, label in codes.GAP_BANDS.items()
        ),
        features=tuple(
            _audit_count(flag, label, int(counts[f"yes_{flag}"] or 0), int(counts[f"known_{flag}"]))
            for flag, label in AUDIT_FLAGS.items()
            if counts[f"known_{flag}"]
        ),
        assumptions=tuple(item.text for item in study.protocol.assumptions),
    )


def _size(study: Study, table: ibis.Table) -> int:
    return int(study.store.records(table.aggregate(n=table.count()))[0]["n"])


def _audit_count(key: str, label: str, events: int, n: int) -> AuditCount:
    return AuditCount(
        key=key, label=label, share=Share.of(events, n), conf_int=wilson_interval(events, n)
    )


def _disclosed(features: tuple[AuditCount, ...], policy: Policy) -> tuple[AuditCount, ...]:
    """Withhold small counts, and each feature whose denominator is a count withheld elsewhere.

    A feature asked only of families with another one has that other one's count as denominator.
    """
    gone: set[int] = set()
    while True:
        out = [
            item.share.n in gone or withhold_share(item.share, policy).is_withheld
            for item in features
        ]
        found = {
            count
            for item, is_out in zip(features, out, strict=True)
            if is_out
            for count in _parts(item.share)
        }
        if found <= gone:
            break
        gone |= found
    return tuple(
        _without(item, gone, policy) if is_out else item
        for item, is_out in zip(features, out, strict=True)
    )


def _parts(share: Share) -> tuple[int, int]:
    """Return those with and those without the feature."""
    events = share.events or 0
    return events, (share.n or 0) - events


def _without(count: AuditCount, gone: set[int], policy: Policy) -> AuditCount:
    share = hidden(count.share)
    if share.n in gone or policy.is_small(share.n or 0):
        share = replace(share, n=None)
    return replace(count, share=share, conf_int=None)


def _hidden(count: AuditCount) -> AuditCount:
    return replace(count, share=hidden(count.share), conf_int=None)
