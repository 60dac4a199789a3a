"""What would have happened anyway: a place's course against those of places like it.

Difference-in-differences over all authorities, and a synthetic control with placebos. Whatever they
find is a difference from what others did, not the effect of anything. Methods:
``docs/methods/questions/statistical_neighbours.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, Self

import numpy as np

from analytics.disclosure.policy import Policy
from analytics.emmie.area_change.estimates import AreaChange, change_of, gap_in
from analytics.emmie.area_change.figures import AreaFigures, area_figures
from analytics.emmie.neighbours.counterparts import (
    Counterparts,
    counterparts_of,
    fit_check,
    range_without_one,
)
from analytics.emmie.neighbours.measures import MEASURES
from analytics.emmie.neighbours.places import (
    Figures,
    authorities_of,
    figures_of_measure,
    provenance_of,
    years_in,
)
from analytics.emmie.study import Provenance, Question, Unanswered
from analytics.extracts.library import Library
from analytics.statistics.results import HealthCheck, Status

P_LIMIT: Final = 0.05
BAND: Final = (0.025, 0.975)

Verdict = Literal["different", "cannot_tell"]
Reason = Literal[
    "poor_fit", "placebos_as_large", "change_could_be_chance", "methods_disagree", "moved_before"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnywayQuestion(Question["AnywayAnswer"]):
    """Ask how a place's course since a year differs from those of other authorities.

    Attributes
    ----------
    areas : tuple of str
        One authority, or a group.
    start : int
        What is asked about began between April of this year and the next March.
    measure : str
        Key of ``MEASURES``.
    period_start, period_end : date or None
        Keep the years whose 31 March lies between them, both included.
    """

    areas: tuple[str, ...]
    start: int
    measure: str = "cp_plans_at_31_march"
    period_start: date | None = None
    period_end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnywayYear:
    """One year; a group is the mean of its members.

    Attributes
    ----------
    observed, synthetic : float
        The place, and its counterpart.
    others : float or None
        Mean of all other authorities.
    low, high : float or None
        Middle 95% of the placebo gaps, single authorities; None for a group, of which a mean is
        less spread.
    """

    year: int
    observed: float
    synthetic: float
    others: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterpart:
    """One authority and its counterpart.

    Attributes
    ----------
    average : float
        Mean gap since the start, in the unit of the measure.
    pre_error : float
        Root mean squared gap before.
    fit : float or None
        Share of the variation before that the counterpart follows; None without variation.
    status : str
        Of the fit.
    weights : tuple of (str, float)
        Names of those it is made of, the heaviest first.
    """

    code: str
    name: str
    average: float
    pre_error: float
    fit: float | None
    status: Status
    weights: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A member without a figure in every year, and where it has none.

    Attributes
    ----------
    missing : tuple of (int, str)
        Years without a figure, and the publisher's symbol in its place.
    """

    name: str
    missing: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnywayAnswer:
    """The course of a place against those of others.

    Attributes
    ----------
    launch_year : int
        First year after the start.
    change : AreaChange
        Difference-in-differences against all other authorities with every year.
    members : tuple of Counterpart
        One for each authority with every year.
    average : float
        Mean gap to the counterparts since the start, members with a poor fit left out.
    lowest, highest : float or None
        The same leaving one donor out; a single place only.
    p_value : float or None
        Share of choices of as many other authorities with as large a mean gap.
    n_placebos, n_poor_placebos : int
        Other authorities, and those left out for a poor fit of their own.
    left_out : tuple of LeftOut
        Members without a figure in some year.
    verdict : str
        ``different`` only when both methods agree beyond chance.
    reasons : tuple of str
        Why not.
    """

    provenance: Provenance
    measure: str
    label: str
    unit: str
    names: tuple[str, ...]
    start: int
    first_year: int
    launch_year: int
    last_year: int
    change: AreaChange
    years: tuple[AnywayYear, ...]
    members: tuple[Counterpart, ...]
    average: float
    lowest: float | None
    highest: float | None
    p_value: float | None
    n_placebos: int
    n_poor_placebos: int
    left_out: tuple[LeftOut, ...]
    checks: tuple[HealthCheck, ...]
    verdict: Verdict
    reasons: tuple[Reason, ...]
    source: str
    licence: str

    def disclose(self, policy: Policy) -> Self:
        """Return the same: the publisher has withheld what must be."""
        del policy
        return self

    @property
    def is_group(self) -> bool:
        """Whether several authorities were asked about."""
        return len(self.names) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StartsQuestion(Question["StartsAnswer"]):
    """Ask from which years on a measure's course can be compared."""

    measure: str
    period_start: date | None = None
    period_end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StartsAnswer:
    """Start years with two published years before and one after; none when there are too few."""

    starts: tuple[int, ...]

    def disclose(self, policy: Policy) -> Self:
        """Return the same: years."""
        del policy
        return self


def answer_starts(question: StartsQuestion, library: Library) -> StartsAnswer:
    """Return the start years that can be asked about."""
    figures = figures_of_measure(library.benchmarks(), question.measure)
    years = [] if figures is None else _years(figures, question.period_start, question.period_end)
    return StartsAnswer(starts=tuple(years[1:-1]))


def answer_anyway(question: AnywayQuestion, library: Library) -> AnywayAnswer | Unanswered:
    """Compare a place's course with those of all other authorities.

    Parameters
    ----------
    question : AnywayQuestion
        Authorities, start and measure.
    library : Library
        Where the published figures are.

    Returns
    -------
    AnywayAnswer or Unanswered
        Unanswered without two years before the start and one after, and when no authority that was
        asked about has a figure in every year.
    """
    store = library.benchmarks()
    figures = figures_of_measure(store, question.measure)
    if figures is None:
        return Unanswered(reason="no_rows", details=("no_figures",))
    years = _years(figures, question.period_start, question.period_end)
    if question.start not in years[1:-1]:
        return Unanswered(reason="not_estimable", details=("no_years_around",))
    launch = question.start + 1
    asked = [code for code in question.areas if code in figures.areas]
    others = sorted(set(authorities_of(figures)) - set(asked))
    arranged = area_figures(figures.rows, asked, others)
    if arranged is None:
        return Unanswered(reason="no_rows", details=("no_figures",))
    arranged = arranged.between(years[0], years[-1])
    kept = arranged.keeping(arranged.is_complete)
    found = counterparts_of(kept, launch) if kept.n_treated else None
    if found is None:
        return Unanswered(reason="not_estimable", details=("not_every_year",))
    change = change_of(arranged, launch=launch)
    used = {code: fit for code, fit in found.treated.items() if code not in found.poor}
    used = used or found.treated
    average = float(np.mean([fit.average_effect for fit in used.values()]))
    limits = range_without_one(kept, launch) if kept.n_treated == 1 else None
    reasons = _reasons(found, change, average)
    return AnywayAnswer(
        provenance=provenance_of(store),
        measure=question.measure,
        label=MEASURES[question.measure].label,
        unit=figures.unit,
        names=tuple(figures.areas[code].name for code in asked),
        start=question.start,
        first_year=years[0],
        launch_year=launch,
        last_year=years[-1],
        change=change,
        years=_course(kept, found, tuple(used)),
        members=tuple(_member(figures, kept, found, code) for code in found.treated),
        average=average,
        lowest=limits[0] if limits else None,
        highest=limits[1] if limits else None,
        p_value=found.test.p_value if found.test else None,
        n_placebos=len(found.placebo_gaps),
        n_poor_placebos=found.n_poor_placebos,
        left_out=tuple(
            _left_out(figures, code, arranged.years) for code in asked if code not in found.treated
        ),
        checks=_checks(found, change),
        verdict="cannot_tell" if reasons else "different",
        reasons=reasons,
        source=figures.source,
        licence=figures.licence,
    )


def _years(figures: Figures, start: date | None, end: date | None) -> list[int]:
    """Return the years in which some authority has a figure; none over a change of coding."""
    if MEASURES[figures.measure].is_recoded:
        return []
    known = [
        year
        for code in authorities_of(figures)
        for year, row in figures.rows[code].items()
        if row["value"] is not None
    ]
    return years_in(known, start, end)


def _course(
    kept: AreaFigures, found: Counterparts, used: tuple[str, ...]
) -> tuple[AnywayYear, ...]:
    """Return the mean of the used members and of their counterparts in each year."""
    fits = [found.treated[code] for code in used]
    observed = np.mean([fit.observed for fit in fits], axis=0)
    synthetic = np.mean([fit.synthetic for fit in fits], axis=0)
    band = None
    if len(fits) == 1 and len(found.placebo_gaps):
        band = np.quantile(found.placebo_gaps, BAND, axis=0)
    return tuple(
        AnywayYear(
            year=year,
            observed=float(observed[i]),
            synthetic=float(synthetic[i]),
            others=gap_in(kept, year).comparison,
            low=float(band[0][i]) if band is not None else None,
            high=float(band[1][i]) if band is not None else None,
        )
        for i, year in enumerate(kept.years)
    )


def _member(figures: Figures, kept: AreaFigures, found: Counterparts, code: str) -> Counterpart:
    fit = found.treated[code]
    check = fit_check(fit)
    weights = [
        (figures.areas[kept.codes[int(donor)]].name, float(weight))
        for donor, weight in zip(fit.donors, fit.weights, strict=True)
        if weight > 0
    ]
    return Counterpart(
        code=code,
        name=figures.areas[code].name,
        average=fit.average_effect,
        pre_error=fit.pre_error,
        fit=check.value,
        status=check.status,
        weights=tuple(sorted(weights, key=lambda pair: -pair[1])),
    )


def _left_out(figures: Figures, code: str, years: Sequence[int]) -> LeftOut:
    rows = figures.rows.get(code, {})
    missing = [(year, rows.get(year, {})) for year in years]
    return LeftOut(
        name=figures.areas[code].name,
        missing=tuple(
            (year, row.get("symbol") or "x") for year, row in missing if row.get("value") is None
        ),
    )


def _checks(found: Counterparts, change: AreaChange) -> tuple[HealthCheck, ...]:
    """Return the checks of the change, and of the worst-fitting counterpart."""
    worst = min(found.treated.values(), key=lambda fit: fit_check(fit).value or 0.0)
    return (*change.checks, *worst.checks)


def _reasons(found: Counterparts, change: AreaChange, average: float) -> tuple[Reason, ...]:
    """Return why the place can't be called different from what similar places did."""
    reasons: list[Reason] = []
    if 2 * len(found.poor) >= len(found.treated):
        reasons.append("poor_fit")
    if found.test is None or found.test.p_value > P_LIMIT:
        reasons.append("placebos_as_large")
    p_value = change.difference.p_value if change.difference else change.p_permutation
    if p_value is None or p_value > P_LIMIT:
        reasons.append("change_could_be_chance")
    elif change.estimate is not None and change.estimate * average < 0:
        reasons.append("methods_disagree")
    if any(check.name == "pre_trend_test" and check.status == "fail" for check in change.checks):
        reasons.append("moved_before")
    return tuple(reasons)
