"""Difference-in-differences of one outcome of cases, and what of it may be shown.

Methods: ``docs/methods/questions/effect.md`` and ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Self

import numpy as np

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, hidden, withhold_share
from analytics.emmie.contrast import Estimate, rounded_p
from analytics.emmie.effect.arms import estimate_of
from analytics.emmie.effect.cases import cases_with_outcomes, known
from analytics.emmie.effect.months import known_until
from analytics.emmie.study import Study
from analytics.extracts.protocol import Analysis, Direction, Outcome
from analytics.statistics.before_after.difference_in_differences import (
    DifferenceInDifferences,
    difference_in_differences,
)
from analytics.statistics.before_after.panel import balanced_panel
from analytics.statistics.before_after.permutation import PermutationTest, permutation_test
from analytics.statistics.inputs import BoolArray, FloatArray, IntArray
from analytics.statistics.results import NotEstimable
from analytics.statistics.subgroups.interaction import compare_two_estimates
from analytics.statistics.two_groups.clustered import clustered_risk_ratio

if TYPE_CHECKING:
    import pandas as pd

SHARE_PLACES, POINT_PLACES = 2, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeChange:
    """One outcome in two groups of areas, in the year before the change and since.

    Attributes
    ----------
    with_before, with_after, without_before, without_after : Share
        Share of cases with the outcome.
    difference : Estimate or None
        Change in areas with the intervention minus change in areas without.
    ratio : Estimate or None
        The same of relative changes: ratio of risk ratios.
    year_before : Estimate or None
        The same difference between the two years before the change, when nothing had changed.
    area_p : float or None
        Permutation p-value with authorities as the units.
    smallest_area_p : float or None
        The least that this p-value could have been.
    reason : str or None
        Why there is no estimate.
    """

    key: str
    label: str
    phrase: str
    intended: Direction | None
    primary: bool
    with_before: Share
    with_after: Share
    without_before: Share
    without_after: Share
    difference: Estimate | None
    ratio: Estimate | None
    year_before: Estimate | None
    area_p: float | None
    smallest_area_p: float | None
    reason: str | None = None

    @property
    def cells(self) -> tuple[Share, ...]:
        """The four shares."""
        return (self.with_before, self.with_after, self.without_before, self.without_after)

    @property
    def expected(self) -> float | None:
        """Share that areas with it would have, had they changed as the others did."""
        values = [share.value for share in self.cells]
        if None in values:
            return None
        before, _, other_before, other_after = (value or 0.0 for value in values)
        return before + other_after - other_before

    def disclose(self, policy: Policy) -> Self:
        """Withhold all when one cell is small; otherwise round, and keep counts back.

        Other pages show the same cases by month and by quarter, so exact counts of these windows
        could be subtracted from theirs.
        """
        if not policy.largest_withheld:
            return self
        released = [withhold_share(share, policy) for share in self.cells]
        if any(share.is_withheld for share in released):
            nothing = [replace(hidden(share), n=None) for share in self.cells]
            return self._with(nothing, reason="withheld")
        rounded = [
            replace(
                share,
                events=None,
                n=None,
                value=None if share.value is None else round(share.value, SHARE_PLACES),
            )
            for share in released
        ]
        return self._with(rounded, reason=self.reason)

    def _with(self, shares: list[Share], *, reason: str | None) -> Self:
        is_withheld = reason == "withheld"
        return replace(
            self,
            with_before=shares[0],
            with_after=shares[1],
            without_before=shares[2],
            without_after=shares[3],
            difference=None if is_withheld else rounded_estimate(self.difference),
            ratio=None if is_withheld else rounded_estimate(self.ratio, SHARE_PLACES),
            year_before=None if is_withheld else rounded_estimate(self.year_before),
            area_p=None if is_withheld else self.area_p,
            reason=reason,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """Who is in which group and time; all arrays have one place per case."""

    area: IntArray
    family: IntArray
    month: np.ndarray
    treated: BoolArray
    after: BoolArray
    in_window: BoolArray

    @classmethod
    def of(
        cls, rows: pd.DataFrame, analysis: Analysis, study: Study, before: date, change: date
    ) -> Groups:
        """Place each case in a group of areas and a time."""
        day = rows["recorded_on"].to_numpy(dtype="datetime64[D]")
        treated = analysis.areas or study.protocol.areas.with_intervention
        return cls(
            area=rows["local_authority"].factorize()[0],
            family=rows["family_id"].factorize()[0],
            month=day.astype("datetime64[M]"),
            treated=rows["local_authority"].isin(treated).to_numpy(),
            after=day >= np.datetime64(change),
            in_window=day >= np.datetime64(before),
        )

    @property
    def is_complete(self) -> bool:
        """Whether both groups have cases before and after."""
        return all(
            (side & time & self.in_window).any()
            for side in (self.treated, ~self.treated)
            for time in (self.after, ~self.after)
        )

    @property
    def n_areas(self) -> tuple[int, int]:
        """Authorities with cases in each group."""
        used = self.in_window
        return (
            len(np.unique(self.area[used & self.treated])),
            len(np.unique(self.area[used & ~self.treated])),
        )


def change_rows(
    study: Study, analysis: Analysis, outcomes: tuple[Outcome, ...], start: date
) -> pd.DataFrame:
    """Return the cases of both groups from ``start`` on; only the columns that are used."""
    areas = study.protocol.areas
    treated = analysis.areas or areas.with_intervention
    cases = cases_with_outcomes(study, outcomes)
    cases = cases.filter(
        cases.recorded_on >= start,
        cases.local_authority.isin((*treated, *areas.without_intervention)),
    )
    columns = ("case_id", "family_id", "local_authority", "recorded_on")
    keys = [item.key for item in outcomes]
    return study.store.rows(cases.select(*columns, *keys).order_by("case_id"))


def outcome_change(
    outcome: Outcome, rows: pd.DataFrame, groups: Groups, level: float
) -> OutcomeChange:
    """Estimate one outcome's change, its change in the year before, and the test over areas."""
    y = known(rows, outcome.key)
    usable = ~np.isnan(y) & (groups.month <= known_until(y, groups.month))
    now = usable & groups.in_window
    difference = _difference(y, now, groups.after, groups, level)
    earlier = _difference(y, usable & ~groups.after, groups.in_window, groups, level)
    areas = _area_test(y, now, groups)
    sides = (groups.treated, ~groups.treated)
    cells = [
        _share(y[now & side & time]) for side in sides for time in (~groups.after, groups.after)
    ]
    return OutcomeChange(
        key=outcome.key,
        label=outcome.label,
        phrase=outcome.phrase,
        intended=outcome.intended,
        primary=outcome.primary,
        with_before=cells[0],
        with_after=cells[1],
        without_before=cells[2],
        without_after=cells[3],
        difference=estimate_of(difference),
        ratio=_ratio(y, now, groups, level),
        year_before=estimate_of(earlier),
        area_p=None if areas is None else areas.p_value,
        smallest_area_p=None if areas is None else areas.check.value,
        reason=difference.reason if isinstance(difference, NotEstimable) else None,
    )


def _difference(
    y: FloatArray, rows: BoolArray, after: BoolArray, groups: Groups, level: float
) -> DifferenceInDifferences | NotEstimable:
    """Difference-in-differences among the rows, with families as clusters."""
    return difference_in_differences(
        y[rows], groups.treated[rows], after[rows], groups.family[rows], level=level
    )


def _ratio(y: FloatArray, rows: BoolArray, groups: Groups, level: float) -> Estimate | None:
    """Ratio of the two groups' risk ratios, after against before."""
    logs = []
    for side in (groups.treated, ~groups.treated):
        chosen = rows & side
        found = clustered_risk_ratio(
            y[chosen], groups.after[chosen], groups.family[chosen], vcov_type="CR2", level=level
        )
        if isinstance(found, NotEstimable):
            return None
        logs.append((float(np.log(found.estimate)), found.std_error))
    both = compare_two_estimates(logs[0], logs[1], scale="log_ratio", level=level)
    if both.ratio is None or both.ratio_conf_int is None:
        return None
    return Estimate(value=both.ratio, conf_int=both.ratio_conf_int, p_value=both.p_value)


def _area_test(y: FloatArray, rows: BoolArray, groups: Groups) -> PermutationTest | None:
    """Permutation test of the authorities' own changes, weighted by their cases."""
    areas = np.unique(groups.area[rows])
    table = []
    for area in areas:
        mine = rows & (groups.area == area)
        before, after = y[mine & ~groups.after], y[mine & groups.after]
        if not len(before) or not len(after):
            return None
        is_treated = bool(groups.treated[mine][0])
        table += [
            (float(before.mean()), area, 1, 2 * is_treated, int(mine.sum())),
            (float(after.mean()), area, 2, 2 * is_treated, int(mine.sum())),
        ]
    values, unit, period, first, weights = (np.array(column) for column in zip(*table, strict=True))
    panel = balanced_panel(values, unit, period, first, weights=weights)
    if isinstance(panel, NotEstimable):
        return None
    found = permutation_test(panel, seed=0)
    return None if isinstance(found, NotEstimable) else found


def _share(values: FloatArray) -> Share:
    return Share.of(int(values.sum()), len(values))


def rounded_estimate(estimate: Estimate | None, places: int = POINT_PLACES) -> Estimate | None:
    """Return an estimate and its limits to so many decimal places, its p-value rounded up."""
    if estimate is None:
        return None
    limits = estimate.conf_int
    return replace(
        estimate,
        value=round(estimate.value, places),
        conf_int=replace(limits, low=round(limits.low, places), high=round(limits.high, places)),
        p_value=rounded_p(estimate.p_value),
    )
