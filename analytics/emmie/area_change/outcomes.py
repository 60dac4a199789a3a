"""What is known of one published measure: gaps, changes, each area, and what is odd about it.

Methods: ``docs/methods/questions/area_change.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from analytics.access.viewer import PUBLIC
from analytics.emmie.area_change.estimates import AreaChange, Gap, change_of, gap_in
from analytics.emmie.area_change.figures import AreaFigures, area_figures
from analytics.emmie.area_change.places import Marked, OwnNeighbours, marked, own_neighbours
from analytics.emmie.area_change.single import (
    AroundLaunch,
    Synthetic,
    around_launch,
    synthetic_of,
)
from analytics.emmie.published_areas import ENGLAND, Rows
from analytics.emmie.study import Study
from analytics.extracts.engine import UnusableExtractError
from analytics.extracts.protocol import Analysis, Direction, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaYear:
    """Treated areas with a figure, the others, and England in one year."""

    year: int
    gap: Gap
    england: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFigure:
    """What a document, or somebody else, reports for the same measure."""

    group_label: str
    value_text: str
    window: str
    significance: str
    source: str
    caveat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaOutcome:
    """One published measure.

    Attributes
    ----------
    unit : str
        As in ``published_figures``.
    cross : Gap
        In the year of the cross-section.
    before : Gap
        Mean of the years before the launch.
    change : AreaChange or None
        Of the analysis over time.
    to_cross_year : AreaChange or None
        The same up to the year of the cross-section.
    without_unusual, weighted : AreaChange or None
        The same without areas that have a figure unlike their others, and with areas weighted by
        their denominator in the first year.
    alternatives : tuple of (str, AreaChange)
        Other analyses over time, by the key of the analysis.
    unusual, missing : tuple of Marked
        Figures of treated areas in the years used that are unlike the others, or not there.
    n_unusual : int
        Unusual figures among the areas compared with.
    around, synthetic : AroundLaunch, Synthetic or None
        For a single treated area.
    """

    key: str
    label: str
    measure: str
    unit: str
    source: str
    licence: str
    intended: Direction | None
    primary: bool
    years: tuple[AreaYear, ...]
    cross: Gap
    before: Gap
    change: AreaChange | None
    to_cross_year: AreaChange | None
    without_unusual: AreaChange | None
    weighted: AreaChange | None
    alternatives: tuple[tuple[str, AreaChange], ...]
    own: tuple[OwnNeighbours, ...]
    unusual: tuple[Marked, ...]
    missing: tuple[Marked, ...]
    n_unusual: int
    around: AroundLaunch | None
    synthetic: Synthetic | None
    reported: tuple[ReportedFigure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The years of an analysis, and the analyses over time beside it."""

    cross_year: int
    over_time: Analysis
    others: tuple[Analysis, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What every outcome is compared with, and its figures."""

    plan: Plan
    treated: tuple[str, ...]
    others: tuple[str, ...]
    own: dict[str, list[str]]
    rows: dict[str, Rows]
    level: float


def outcome_of(outcome: Outcome, study: Study, asked: Asked) -> AreaOutcome | None:
    """Return everything about one measure; None when it has no figure of a treated area."""
    rows = asked.rows[outcome.measure or ""]
    figures = area_figures(rows, asked.treated, (*asked.others, ENGLAND))
    if figures is None or ENGLAND not in figures.codes:
        return None
    plan, level = asked.plan, asked.level
    england = dict(zip(figures.years, figures.value[-1], strict=True))
    figures = figures.keeping(np.array([code != ENGLAND for code in figures.codes]))
    time = plan.over_time
    launch = time.launch_year or 0
    first = max(time.first_year or figures.years[0], figures.years[0])
    is_single = figures.n_treated == 1
    synthetic = synthetic_of(figures, launch=launch, first=first, last=time.last_year)
    return AreaOutcome(
        key=outcome.key,
        label=outcome.label,
        measure=outcome.measure or "",
        unit=figures.unit,
        source=figures.source,
        licence=figures.licence,
        intended=outcome.intended,
        primary=outcome.primary,
        years=tuple(
            AreaYear(
                year=year,
                gap=gap_in(figures, year, level=level),
                england=float(england[year]) if np.isfinite(england[year]) else None,
            )
            for year in figures.years
        ),
        cross=gap_in(figures, plan.cross_year, level=level),
        before=gap_in(figures, first, launch - 1, level=level),
        change=_change(figures, time, level),
        to_cross_year=_change(figures, replace(time, last_year=plan.cross_year), level, brief=True),
        without_unusual=_change(figures, time, level, brief=True, without_unusual=True),
        weighted=_change(figures, time, level, brief=True, weighted=True),
        alternatives=tuple(
            (one.key, change)
            for one in plan.others
            if (not one.outcomes or outcome.key in one.outcomes)
            and (change := _change(figures, one, level, brief=True)) is not None
        ),
        own=own_neighbours(
            figures, rows, asked.own, year=plan.cross_year, before=(first, launch - 1)
        ),
        reported=_reported(study, outcome.measure or ""),
        around=around_launch(figures, launch=launch) if is_single else None,
        synthetic=None if isinstance(synthetic, str) else synthetic,
        **marked(figures, first, time.last_year),
    )


def _change(
    figures: AreaFigures, one: Analysis, level: float, **choices: bool
) -> AreaChange | None:
    """Return the change of an analysis, or None when its years hold no time after the launch."""
    launch, last = one.launch_year or 0, one.last_year or figures.years[-1]
    first = one.first_year or figures.years[0]
    if not max(first, figures.years[0]) < launch <= min(last, figures.years[-1]):
        return None
    return change_of(
        figures, launch=launch, first=one.first_year, last=last, level=level, **choices
    )


def _reported(study: Study, measure: str) -> tuple[ReportedFigure, ...]:
    """Return what is reported beside a published measure, with the same finding's other groups."""
    store = study.library.published_findings()
    try:
        table = store.table("published_findings", PUBLIC)
    except UnusableExtractError:
        return ()
    mine = table.filter(
        table.evaluation == study.evaluation.name,
        table.computed_from.startswith(f"areas:{measure}@"),
    )
    same = table.filter(table.evaluation.isin(mine.evaluation), table.measure.isin(mine.measure))
    names = ("group_label", "value_text", "window", "significance", "source", "caveat")
    return tuple(
        ReportedFigure(**{name: row[name] or "" for name in names})
        for row in store.records(same.order_by("finding_id"))
    )
