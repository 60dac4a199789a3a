"""One treated area: its series around the launch, and a weighted mean of others that moved like it.

Methods: ``docs/methods/questions/area_change.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.emmie.area_change.figures import AreaFigures
from analytics.statistics.before_after.panel import balanced_panel
from analytics.statistics.before_after.placebos import leave_one_donor_out, placebo_in_space
from analytics.statistics.before_after.synthetic_control import synthetic_control
from analytics.statistics.results import HealthCheck, NotEstimable

POINTS_NEEDED: Final = 8
"""Points before a launch that a trend can be told from, as in the registry's segmented series."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FallToYear:
    """How far a series had fallen from its peak by a year after the launch.

    Attributes
    ----------
    total : float
        Peak minus the year's value, in the unit of the measure.
    before_launch : float
        Peak minus the value of the last year before the launch.
    share_before : float or None
        ``before_launch`` over ``total``; None when there was no fall by then.
    """

    year: int
    total: float
    before_launch: float
    share_before: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AroundLaunch:
    """The peak of one area's series before the launch, and the fall since.

    Attributes
    ----------
    peak_year, last_before : int
        The highest year before the launch, and the last one before it.
    peak, at_last_before : float
        Their values, in the unit of the measure.
    falls : tuple of FallToYear
        To every year from the launch on.
    check : HealthCheck
        How many yearly points there are before the launch.
    """

    peak_year: int
    last_before: int
    peak: float
    at_last_before: float
    falls: tuple[FallToYear, ...]
    check: HealthCheck


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticYear:
    """The area, and its synthetic counterpart, in one year."""

    year: int
    observed: float
    synthetic: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Synthetic:
    """An area against the weighted mean of others that was most like it before the launch.

    Attributes
    ----------
    weights : tuple of (str, float)
        Codes of the areas with a weight above 0, the heaviest first.
    years : tuple of SyntheticYear
        All years used.
    average : float
        Mean difference since the launch, in the unit of the measure.
    lowest, highest : float or None
        The same with each of those areas left out in turn.
    pre_error : float
        Root mean squared difference before the launch.
    p_placebo : float or None
        Share of all areas whose error after over before is at least as large.
    n_donors : int
        Areas that it could have been made of.
    checks : tuple of HealthCheck
        Fit before; points before against donors.
    """

    weights: tuple[tuple[str, float], ...]
    years: tuple[SyntheticYear, ...]
    average: float
    lowest: float | None
    highest: float | None
    pre_error: float
    p_placebo: float | None
    n_donors: int
    checks: tuple[HealthCheck, ...]


def around_launch(figures: AreaFigures, *, launch: int) -> AroundLaunch | None:
    """Find the peak before the launch and how much of each later fall came before it.

    Parameters
    ----------
    figures : AreaFigures
        The first area is the treated one.
    launch : int
        First year after the launch.

    Returns
    -------
    AroundLaunch or None
        None without a figure before the launch, or after it.
    """
    own = {
        year: float(value)
        for year, value in zip(figures.years, figures.value[0], strict=True)
        if np.isfinite(value)
    }
    before = {year: value for year, value in own.items() if year < launch}
    after = {year: value for year, value in own.items() if year >= launch}
    if not before or not after:
        return None
    peak_year = max(before, key=lambda year: before[year])
    last_before = max(before)
    early = before[peak_year] - before[last_before]
    falls = tuple(
        FallToYear(
            year=year,
            total=before[peak_year] - value,
            before_launch=early,
            share_before=early / (before[peak_year] - value) if value < before[peak_year] else None,
        )
        for year, value in after.items()
    )
    return AroundLaunch(
        peak_year=peak_year,
        last_before=last_before,
        peak=before[peak_year],
        at_last_before=before[last_before],
        falls=falls,
        check=_points_check(len(before)),
    )


def synthetic_of(
    figures: AreaFigures, *, launch: int, first: int | None = None, last: int | None = None
) -> Synthetic | str:
    """Build the synthetic counterpart of the one treated area, with placebos.

    Parameters
    ----------
    figures : AreaFigures
        With one treated area.
    launch : int
        First year after the launch.
    first, last : int, optional
        Years to use; all when omitted. Areas without a figure in one of them are no donors.

    Returns
    -------
    Synthetic or str
        The code of the reason when there is none.
    """
    used = figures.between(first, last)
    used = used.keeping(used.is_complete)
    if used.n_treated != 1:
        return "not_available"
    n_areas, n_years = used.value.shape
    panel = balanced_panel(
        used.value.ravel(),
        np.repeat(np.arange(n_areas), n_years),
        np.tile(used.years, n_areas),
        np.repeat(np.where(used.is_treated, launch, 0), n_years),
    )
    if isinstance(panel, NotEstimable):
        return panel.reason
    found = synthetic_control(panel)
    if isinstance(found, NotEstimable):
        return found.reason
    placebo, without_one = placebo_in_space(panel), leave_one_donor_out(panel)
    lowest = highest = None
    if not isinstance(without_one, NotEstimable):
        lowest, highest = without_one.lowest, without_one.highest
    weights = [
        (used.codes[int(donor)], float(weight))
        for donor, weight in zip(found.donors, found.weights, strict=True)
        if weight > 0
    ]
    return Synthetic(
        weights=tuple(sorted(weights, key=lambda pair: -pair[1])),
        years=tuple(
            SyntheticYear(year=int(year), observed=float(own), synthetic=float(other))
            for year, own, other in zip(found.period, found.observed, found.synthetic, strict=True)
        ),
        average=found.average_effect,
        lowest=lowest,
        highest=highest,
        pre_error=found.pre_error,
        p_placebo=None if isinstance(placebo, NotEstimable) else placebo.p_value,
        n_donors=len(found.donors),
        checks=found.checks,
    )


def _points_check(points: int) -> HealthCheck:
    return HealthCheck(
        name="points_before_launch",
        value=float(points),
        threshold=float(POINTS_NEEDED),
        status="pass" if points >= POINTS_NEEDED else "review",
        meaning=(
            "Yearly figures before the launch. With fewer than eight no trend can be told from "
            "chance, so no interrupted series is fitted."
        ),
        source="Penfold and Zhang 2013, Academic Pediatrics 13:S38-S44",
    )
