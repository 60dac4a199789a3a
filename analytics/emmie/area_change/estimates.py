"""Differences and changes between treated areas and those they are compared with.

Every area counts alike, whatever its size; pooled figures stand beside. Methods:
``docs/methods/questions/area_change.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from analytics.emmie.area_change.figures import AreaFigures, FloatArray, unusual
from analytics.emmie.contrast import Estimate
from analytics.statistics.before_after.difference_in_differences import (
    two_way_fixed_effects,
)
from analytics.statistics.before_after.event_study import EventStudy, event_study
from analytics.statistics.before_after.panel import Panel, balanced_panel
from analytics.statistics.before_after.permutation import PermutationTest, permutation_test
from analytics.statistics.results import HealthCheck, Interval, NotEstimable
from analytics.statistics.two_groups.cluster_totals import total_by_cluster
from analytics.statistics.two_groups.clustered import clustered_contrast

SEED: Final = 20_260_401
"""Of the drawn permutations; the same at every question, so that a page doesn't change."""
PER: Final = {"per_10000": 10_000.0, "percent": 100.0}
"""What a share of counts is multiplied by in each unit."""
COMPLETE_PASS: Final = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Treated areas against the others over one or several years.

    Attributes
    ----------
    first_year, last_year : int
        Both included.
    treated, comparison : float or None
        Mean of the areas' figures, each area counting alike; of its own mean over the years.
    treated_pooled, comparison_pooled : float or None
        Sum of numerators over sum of denominators; None in units without counts.
    n_treated, n_comparison : int
        Areas with a figure in every one of the years.
    difference, ratio : Estimate or None
        Of the means, with a cluster-robust interval; None with fewer than two areas in a group.
    checks : tuple of HealthCheck
        Of ``difference``.
    """

    first_year: int
    last_year: int
    treated: float | None
    comparison: float | None
    treated_pooled: float | None
    comparison_pooled: float | None
    n_treated: int
    n_comparison: int
    difference: Estimate | None
    ratio: Estimate | None
    checks: tuple[HealthCheck, ...] = ()

    @property
    def n_smaller(self) -> int:
        """Areas in the smaller group."""
        return min(self.n_treated, self.n_comparison)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventYear:
    """The change of the difference from the last year before the launch to another year."""

    year: int
    estimate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaChange:
    """Change of treated areas minus change of the others.

    Attributes
    ----------
    first_year, launch_year, last_year : int
        The years used; ``launch_year`` is the first after the launch.
    before, after : Gap or None
        Of the areas that have every year; their difference is ``estimate``.
    estimate : float or None
        In the unit of the measure.
    difference : Estimate or None
        With a cluster-robust interval; None with a single treated area.
    p_permutation : float or None
        Two-sided, from reassigning which areas were treated.
    n_assignments : int or None
        Choices compared in that test.
    events : tuple of EventYear
        Leads and lags; empty with a single treated area.
    checks : tuple of HealthCheck
        Clusters, degrees of freedom, time before, places left out.
    left_out : tuple of str
        Codes of treated areas without a figure in some year.
    n_left_out : int
        The same among the others.
    reason : str or None
        Why there is no estimate.
    """

    first_year: int
    launch_year: int
    last_year: int
    before: Gap | None = None
    after: Gap | None = None
    estimate: float | None = None
    difference: Estimate | None = None
    p_permutation: float | None = None
    n_assignments: int | None = None
    events: tuple[EventYear, ...] = ()
    checks: tuple[HealthCheck, ...] = ()
    left_out: tuple[str, ...] = ()
    n_left_out: int = 0
    reason: str | None = None


def gap_in(
    figures: AreaFigures, first: int, last: int | None = None, *, level: float = 0.95
) -> Gap:
    """Compare treated areas with the others over some years.

    Parameters
    ----------
    figures : AreaFigures
        One measure.
    first : int
        First year.
    last : int, optional
        Last year; the first one when omitted.
    level : float
        Confidence level, strictly between 0 and 1.
    """
    last = first if last is None else last
    kept = figures.columns(first, last)
    values = figures.value[:, kept]
    there = np.asarray(np.isfinite(values).all(axis=1) & (len(kept) > 0), dtype=np.bool_)
    treated = figures.is_treated
    # A mean of nothing would be a warning and no number.
    means = np.where(
        there, np.where(there[:, None], values, 0.0).sum(axis=1) / max(1, len(kept)), 0
    )
    sides = [there & treated, there & ~treated]
    difference, ratio, checks = _contrasts(means[there], treated[there], level)
    return Gap(
        first_year=first,
        last_year=last,
        treated=_mean(means[sides[0]]),
        comparison=_mean(means[sides[1]]),
        treated_pooled=_pooled(figures, sides[0], kept),
        comparison_pooled=_pooled(figures, sides[1], kept),
        n_treated=int(sides[0].sum()),
        n_comparison=int(sides[1].sum()),
        difference=difference,
        ratio=ratio,
        checks=checks,
    )


def change_of(
    figures: AreaFigures,
    *,
    launch: int,
    first: int | None = None,
    last: int | None = None,
    weighted: bool = False,
    without_unusual: bool = False,
    brief: bool = False,
    level: float = 0.95,
) -> AreaChange:
    """Estimate how much more, or less, treated areas changed than the others.

    Parameters
    ----------
    figures : AreaFigures
        One measure.
    launch : int
        First year after the launch.
    first, last : int, optional
        Years to use; all when omitted. Areas without a figure in one of them are left out.
    weighted : bool
        Weigh areas by their denominator in the first year, not alike.
    without_unusual : bool
        Leave out areas with a figure unlike their other years.
    brief : bool
        Leave out leads, lags, checks and, where there is an interval, the permutation test.
    level : float
        Confidence level, strictly between 0 and 1.
    """
    used = figures.between(first, last)
    complete = used.is_complete
    if without_unusual:
        marks = unusual(figures)[:, figures.columns(used.years[0], used.years[-1])]
        complete &= ~marks.any(axis=1)
    frame: dict[str, Any] = {
        "first_year": used.years[0],
        "launch_year": launch,
        "last_year": used.years[-1],
        "left_out": tuple(
            code
            for code, kept in zip(used.codes, complete, strict=True)
            if not kept and code in used.codes[: used.n_treated]
        ),
        "n_left_out": int((~complete[used.n_treated :]).sum()),
    }
    kept = used.keeping(complete)
    panel = _panel(kept, launch, weighted=weighted)
    if isinstance(panel, NotEstimable):
        return AreaChange(**frame, reason=panel.reason)
    if brief and (effect := _estimate(two_way_fixed_effects(panel, level=level))):
        return AreaChange(**frame, estimate=effect.value, difference=effect)
    test = permutation_test(panel, seed=SEED)
    if isinstance(test, NotEstimable):
        return AreaChange(**frame, reason=test.reason)
    study = event_study(panel, level=level)
    return AreaChange(
        **frame,
        before=gap_in(kept, kept.years[0], launch - 1, level=level),
        after=gap_in(kept, launch, kept.years[-1], level=level),
        estimate=test.estimate,
        difference=_average_of(study),
        p_permutation=test.p_value,
        n_assignments=test.n_assignments,
        events=_event_years(study, launch, level),
        checks=_checks(study, test, complete),
    )


def _panel(figures: AreaFigures, launch: int, *, weighted: bool) -> Panel | NotEstimable:
    """Return areas by years; each area's rows carry its own launch."""
    n_areas, n_years = figures.value.shape
    if not n_areas:
        return NotEstimable(reason="no_cases", detail="No area has every year.")
    sizes = figures.denominator[:, 0]
    weights = None
    if weighted:
        if not np.isfinite(sizes).all() or (sizes <= 0).any():
            return NotEstimable(reason="not_available", detail="There are no denominators.")
        weights = np.repeat(sizes, n_years)
    return balanced_panel(
        figures.value.ravel(),
        np.repeat(np.arange(n_areas), n_years),
        np.tile(figures.years, n_areas),
        np.repeat(np.where(figures.is_treated, launch, 0), n_years),
        weights=weights,
    )


def _contrasts(
    means: FloatArray, treated: np.ndarray, level: float
) -> tuple[Estimate | None, Estimate | None, tuple[HealthCheck, ...]]:
    """Return difference and ratio of the means of two groups of areas, and its health checks."""
    if treated.sum() < 2 or (~treated).sum() < 2:
        return None, None, ()
    totals = total_by_cluster(means, treated, np.arange(len(means)))
    found = clustered_contrast(totals, estimand="risk_difference", level=level)
    checks = () if isinstance(found, NotEstimable) else _of_areas(found.checks)
    if (means < 0).any():
        return _estimate(found), None, checks
    ratio = clustered_contrast(totals, estimand="rate_ratio", level=level)
    return _estimate(found), _estimate(ratio), checks


def _of_areas(checks: tuple[HealthCheck, ...]) -> tuple[HealthCheck, ...]:
    """Return the checks of a clustered contrast in the words of areas; the kernel has families."""
    meaning = (
        "Independent pieces of information behind the standard error, with areas as the clusters. "
        "Below 4 the interval can't be trusted; below 10 it is rough."
    )
    return tuple(replace(check, name="degrees_of_freedom", meaning=meaning) for check in checks)


def _pooled(figures: AreaFigures, rows: np.ndarray, kept: np.ndarray) -> float | None:
    """Return sum over sum, in the unit of the measure."""
    above, below = (part[np.ix_(rows, kept)] for part in (figures.numerator, figures.denominator))
    if figures.unit not in PER or not above.size or not np.isfinite(above + below).all():
        return None
    total = float(below.sum())
    return PER[figures.unit] * float(above.sum()) / total if total else None


def _checks(
    study: EventStudy | NotEstimable, test: PermutationTest, complete: np.ndarray
) -> tuple[HealthCheck, ...]:
    share = float(complete.mean())
    left_out = HealthCheck(
        name="areas_with_every_year",
        value=share,
        threshold=COMPLETE_PASS,
        status="pass" if share >= COMPLETE_PASS else "review",
        meaning=(
            "Share of areas with a figure in every year. The others are left out of the change, "
            "most often because they were formed later or a figure was not published."
        ),
        source="Our own rule",
    )
    own = () if isinstance(study, NotEstimable) else study.checks
    return (*own, test.check, left_out)


def _event_years(
    study: EventStudy | NotEstimable, launch: int, level: float
) -> tuple[EventYear, ...]:
    if isinstance(study, NotEstimable):
        return ()
    rows: Sequence[tuple[int, float, float, float]] = list(
        zip(study.event_time, study.estimate, study.conf_low, study.conf_high, strict=True)
    )
    return tuple(
        EventYear(year=launch + int(since), estimate=_of(value, low, high, level))
        for since, value, low, high in rows
    )


def _average_of(study: EventStudy | NotEstimable) -> Estimate | None:
    """Return the mean after minus the mean before: the difference-in-differences of the panel."""
    return None if isinstance(study, NotEstimable) else _estimate(study.average_effect)


def _of(value: float, low: float, high: float, level: float) -> Estimate:
    return Estimate(
        value=float(value),
        conf_int=Interval(low=float(low), high=float(high), level=level, method="cluster_t"),
    )


def _mean(values: FloatArray) -> float | None:
    return float(values.mean()) if len(values) else None


def _estimate(result: Any) -> Estimate | None:
    if isinstance(result, NotEstimable):
        return None
    return Estimate(value=result.estimate, conf_int=result.conf_int, p_value=result.p_value)
