"""Whether two outcomes of the same cases go together.

Methods: ``docs/methods/questions/effect.md`` and ``docs/methods/estimators/two_groups.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Self

import numpy as np

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, hidden
from analytics.emmie.contrast import Estimate
from analytics.emmie.effect.arms import estimate_of, match_arms
from analytics.emmie.effect.cases import EXTRACTS, known, study_rows
from analytics.emmie.effect.compared import compared_cases
from analytics.emmie.effect.outcome_change import rounded_estimate
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.protocol import Correlation
from analytics.statistics.inputs import BoolArray
from analytics.statistics.results import NotEstimable
from analytics.statistics.two_groups.cluster_totals import total_by_cluster
from analytics.statistics.two_groups.clustered import clustered_contrast
from analytics.statistics.two_groups.correlation import binary_correlation

if TYPE_CHECKING:
    import pandas as pd

Which = Literal["all", "intervention", "comparison", "matched"]
PLACES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationQuestion(Question["AssociationAnswer"]):
    """Ask whether the outcomes that the protocol pairs go together.

    Attributes
    ----------
    level : float
        Confidence level of every interval, between 0 and 1.
    """

    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Two outcomes in one group of cases.

    Attributes
    ----------
    which : str
        The group.
    with_first, without_first : Share
        Share with the second outcome among cases with, and without, the first.
    phi : Estimate or None
        Correlation, between -1 and 1.
    odds_ratio : Estimate or None
        Odds of the second outcome with the first over those without it.
    reason : str or None
        Why there is no estimate.
    """

    which: Which
    with_first: Share
    without_first: Share
    phi: Estimate | None
    odds_ratio: Estimate | None
    reason: str | None = None

    @property
    def cells(self) -> tuple[int, ...]:
        """The four cells of the table."""
        shares = (self.with_first, self.without_first)
        return tuple(
            cell
            for share in shares
            if share.events is not None and share.n is not None
            for cell in (share.events, share.n - share.events)
        )

    def disclose(self, policy: Policy) -> Together:
        """Withhold all when a cell is small; otherwise round, and keep counts back.

        The groups overlap, so exact figures of one could be subtracted from another's.
        """
        if not policy.largest_withheld:
            return self
        shares = (self.with_first, self.without_first)
        if any(policy.is_small(cell) for cell in self.cells):
            return _nothing(self)
        first, second = (
            replace(
                share,
                events=None,
                n=None,
                value=None if share.value is None else round(share.value, PLACES),
            )
            for share in shares
        )
        return replace(
            self,
            with_first=first,
            without_first=second,
            phi=rounded_estimate(self.phi, PLACES),
            odds_ratio=rounded_estimate(self.odds_ratio, PLACES - 1),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PairOfOutcomes:
    """Two outcomes, and how far they go together in each group."""

    first: str
    second: str
    first_label: str
    second_label: str
    groups: tuple[Together, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationAnswer:
    """Every pair of outcomes of the protocol; ``arms`` are the labels of the two arms."""

    provenance: Provenance
    arms: tuple[str, str]
    pairs: tuple[PairOfOutcomes, ...]
    level: float

    def disclose(self, policy: Policy) -> Self:
        """Withhold small cells, and a group's complement with it."""
        return replace(self, pairs=tuple(_disclose(pair, policy) for pair in self.pairs))


def answer_association(
    question: AssociationQuestion, study: Study
) -> AssociationAnswer | Unanswered:
    """Correlate the outcomes that the protocol pairs, in all cases, each arm and matched cases.

    Parameters
    ----------
    question : AssociationQuestion
        Confidence level.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    AssociationAnswer or Unanswered
        Unanswered when the protocol pairs no outcomes, or there are no cases.
    """
    protocol = study.protocol
    if not protocol.correlations:
        return Unanswered(reason="not_in_protocol", provenance=study.provenance())
    provenance = study.provenance(*EXTRACTS)
    keys = {key for one in protocol.correlations for key in (one.first, one.second)}
    outcomes = tuple(item for item in protocol.outcomes if item.key in keys)
    cases = study_rows(study, outcomes)
    if cases.empty:
        return Unanswered(reason="no_rows", provenance=provenance)
    labels = {item.key: item.label for item in outcomes}
    groups = _groups(study, cases)
    return AssociationAnswer(
        provenance=provenance,
        arms=(protocol.arms["intervention"], protocol.arms["comparison"]),
        pairs=tuple(
            PairOfOutcomes(
                first=one.first,
                second=one.second,
                first_label=labels[one.first],
                second_label=labels[one.second],
                groups=tuple(
                    _together(which, one, cases, rows, question.level)
                    for which, rows in groups.items()
                ),
            )
            for one in protocol.correlations
        ),
        level=question.level,
    )


def _groups(study: Study, cases: pd.DataFrame) -> dict[Which, BoolArray]:
    """Return which cases are in each group."""
    treated = (cases["arm"] == "intervention").to_numpy()
    groups: dict[Which, BoolArray] = {
        "all": np.ones(len(cases), dtype=np.bool_),
        "intervention": treated,
        "comparison": ~treated,
    }
    compared = compared_cases(study, cases)
    if isinstance(compared, Unanswered):
        return groups
    match = match_arms(compared.arms, compared.matching.caliper).match
    if match is not None:
        used = np.concatenate([match.treated_index, match.comparison_index])
        groups["matched"] = (
            cases["case_id"].isin(compared.complete["case_id"].iloc[used]).to_numpy()
        )
    return groups


def _together(
    which: Which, one: Correlation, cases: pd.DataFrame, rows: BoolArray, level: float
) -> Together:
    first, second = known(cases, one.first), known(cases, one.second)
    used = rows & ~np.isnan(first) & ~np.isnan(second)
    x, y = first[used] == 1, second[used] == 1
    family = cases["family_id"].factorize()[0][used]
    phi = binary_correlation(x, y, family, level=level)
    odds = clustered_contrast(total_by_cluster(y, x, family), estimand="odds_ratio", level=level)
    return Together(
        which=which,
        with_first=Share.of(int(y[x].sum()), int(x.sum())),
        without_first=Share.of(int(y[~x].sum()), int((~x).sum())),
        phi=estimate_of(phi),
        odds_ratio=estimate_of(odds),
        reason=phi.reason if isinstance(phi, NotEstimable) else None,
    )


def _disclose(pair: PairOfOutcomes, policy: Policy) -> PairOfOutcomes:
    """Release each group so that no group left over from two others can be worked out.

    When one arm is withheld, so is the other, because all cases are shown. When matched cases leave
    few of a cell out, only their correlation stays, to one decimal place: the sizes of the outcomes
    among matched cases stand elsewhere, and finer figures would give the cell.
    """
    released = {group.which: group.disclose(policy) for group in pair.groups}
    raw = {group.which: group for group in pair.groups}
    arms: tuple[Which, ...] = ("intervention", "comparison")
    if any(released[which].reason == "withheld" for which in arms):
        released |= {which: _nothing(released[which]) for which in arms}
    if "matched" in raw and released["matched"].reason != "withheld":
        left = [
            whole - part for whole, part in zip(raw["all"].cells, raw["matched"].cells, strict=True)
        ]
        if any(policy.is_small(cell) for cell in left):
            coarse = rounded_estimate(raw["matched"].phi, PLACES - 1)
            released["matched"] = replace(_nothing(released["matched"]), phi=coarse, reason=None)
    return replace(pair, groups=tuple(released.values()))


def _nothing(group: Together) -> Together:
    """Return the group with everything withheld."""
    return replace(
        group,
        with_first=replace(hidden(group.with_first), n=None),
        without_first=replace(hidden(group.without_first), n=None),
        phi=None,
        odds_ratio=None,
        reason="withheld",
    )
