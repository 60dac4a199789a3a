"""Published figures of treated areas against others: one year, and change over the years.

The comparison of one year is what the documents did; the change since the launch, against the
change elsewhere, is what they did not do. Methods: ``docs/methods/questions/area_change.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

from analytics.disclosure.policy import Policy
from analytics.emmie.area_change.figures import Comparison, comparison_areas
from analytics.emmie.area_change.outcomes import AreaOutcome, Asked, Plan, outcome_of
from analytics.emmie.area_change.rows import effect_rows
from analytics.emmie.effect.analyses import AnalysisQuestion, chosen_analysis
from analytics.emmie.effect.results import (
    AnalysisInfo,
    EffectRow,
)
from analytics.emmie.neighbours.measures import MEASURES
from analytics.emmie.published_areas import (
    ENGLAND,
    PUBLISHERS,
    Area,
    areas_of,
    figures_of,
    neighbours_of,
)
from analytics.emmie.study import Provenance, Study, Unanswered
from analytics.extracts.protocol import Analysis, Estimator, Outcome, Protocol
from analytics.statistics.results import HealthCheck

EXTRACTS: tuple[str, ...] = ()
"""None of the evaluation's own: every figure has been published."""

ESTIMATORS: Final[tuple[Estimator, ...]] = (
    "cross_section",
    "area_difference_in_differences",
    "area_series",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaChangeQuestion(AnalysisQuestion["AreaChangeAnswer"]):
    """Ask how published figures of treated areas differ, and how they changed.

    Attributes
    ----------
    measures : tuple of str
        Published measures to compare, in this order, whether or not the protocol has them as
        outcomes; the protocol's outcomes when empty.
    """

    measures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaChangeAnswer:
    """Published measures of treated areas against others.

    Attributes
    ----------
    analysis : AnalysisInfo
        Which analysis was asked for.
    rows : tuple of EffectRow
        The series ``main`` is what the analysis estimates; ``alternative`` is the other of the two.
    cross_year, launch_year : int
        The year of the cross-section, and the first one after the launch.
    first_year, last_year : int
        Of the analysis over time.
    treated : tuple of str
        Codes of the treated areas.
    n_comparison : int
        Areas that they are compared with.
    comparison : Comparison
        Which those are.
    with_label, without_label : str
        What the protocol calls the two groups.
    names : tuple of (str, str)
        Names of the treated areas and of those behind a synthetic one, by code.
    labels : tuple of (str, str)
        Label of each analysis over time, by its key.
    level : float
        Confidence level.
    """

    provenance: Provenance
    analysis: AnalysisInfo
    rows: tuple[EffectRow, ...]
    outcomes: tuple[AreaOutcome, ...]
    cross_year: int
    launch_year: int
    first_year: int
    last_year: int
    treated: tuple[str, ...]
    n_comparison: int
    comparison: Comparison
    with_label: str
    without_label: str
    names: tuple[tuple[str, str], ...]
    labels: tuple[tuple[str, str], ...]
    level: float

    def disclose(self, policy: Policy) -> Self:
        """Return the same: the publisher has withheld what must be."""
        del policy
        return self

    @property
    def checks(self) -> tuple[HealthCheck, ...]:
        """Health checks of the primary outcomes, or of all where none is primary."""
        return tuple(check for item in self._rated for check in self.checks_of(item))

    def checks_of(self, item: AreaOutcome) -> tuple[HealthCheck, ...]:
        """Return the health checks of what this analysis estimates of one outcome.

        A comparison of one year doesn't rest on the years before, so it isn't judged by them.
        """
        if self.analysis.estimator == "cross_section":
            return item.cross.checks
        around = (item.around.check,) if item.around else ()
        return (*(item.change.checks if item.change else ()), *around)

    @property
    def n_smaller_group(self) -> int | None:
        """Areas in the smaller group, of the outcome that has fewest; None without an estimate."""
        is_cross = self.analysis.estimator == "cross_section"
        gaps = [
            item.cross if is_cross else item.change.after if item.change else None
            for item in self._rated
        ]
        return min((gap.n_smaller for gap in gaps if gap), default=None)

    @property
    def _rated(self) -> list[AreaOutcome]:
        """The primary outcomes, or all where none is primary."""
        return [item for item in self.outcomes if item.primary] or list(self.outcomes)


def answer_area_change(question: AreaChangeQuestion, study: Study) -> AreaChangeAnswer | Unanswered:
    """Compare treated areas with others in one year and over the years.

    Parameters
    ----------
    question : AreaChangeQuestion
        Analysis and confidence level.
    study : Study
        Evaluation and viewer; filters mean nothing for figures of whole areas.

    Returns
    -------
    AreaChangeAnswer or Unanswered
        Unanswered when the protocol has no such analysis, names no launch, or no figures exist.
    """
    provenance = published_provenance(study)
    chosen = chosen_analysis(study.protocol, question.analysis, *ESTIMATORS)
    if chosen is None:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    analysis, plan = chosen.analysis, _plan(study.protocol, chosen.analysis)
    if plan is None:
        return Unanswered(
            reason="not_estimable", details=("no_launch_year",), provenance=provenance
        )
    areas = areas_of(study.library.benchmarks())
    wanted = chosen.outcomes
    if question.measures:
        wanted = tuple(_outcome(measure, wanted) for measure in question.measures)
    asked = _asked(study, chosen.analysis, plan, areas, wanted, question.level)
    found = [outcome_of(outcome, study, asked) for outcome in wanted]
    outcomes = tuple(item for item in found if item is not None)
    if not outcomes:
        return Unanswered(reason="no_rows", details=("no_figures",), provenance=provenance)
    return AreaChangeAnswer(
        provenance=provenance,
        analysis=chosen.info,
        rows=effect_rows(
            outcomes,
            is_cross_section=analysis.estimator == "cross_section",
            level=question.level,
        ),
        outcomes=outcomes,
        cross_year=plan.cross_year,
        launch_year=plan.over_time.launch_year or 0,
        first_year=max(plan.over_time.first_year or 0, outcomes[0].years[0].year),
        last_year=min(plan.over_time.last_year or 9999, outcomes[0].years[-1].year),
        treated=asked.treated,
        n_comparison=len(asked.others),
        comparison=Comparison(against=analysis.against, neighbour_model=analysis.neighbour_model),
        with_label=study.protocol.areas.with_label,
        without_label=study.protocol.areas.without_label,
        names=_names(areas, asked.treated, outcomes),
        labels=tuple((one.key, one.label) for one in (plan.over_time, *plan.others)),
        level=question.level,
    )


def _plan(protocol: Protocol, analysis: Analysis) -> Plan | None:
    """Return which years are compared; None when no analysis says when the launch was."""
    over_time = [
        one
        for one in sorted(protocol.analyses, key=lambda one: not one.main)
        if one.estimator == "area_difference_in_differences" and one.launch_year
    ]
    if analysis.estimator != "cross_section" and analysis.launch_year:
        mine = analysis
    elif over_time:
        mine = over_time[0]
    else:
        return None
    cross = [one for one in protocol.analyses if one.estimator == "cross_section"]
    of = analysis if analysis.estimator == "cross_section" else cross[0] if cross else None
    year = (of.last_year or of.first_year) if of else None
    return Plan(
        cross_year=year or mine.launch_year or 0,
        over_time=mine,
        others=tuple(one for one in over_time if one.key != mine.key),
    )


def _outcome(measure: str, outcomes: tuple[Outcome, ...]) -> Outcome:
    """Return the protocol's outcome of a published measure, or one that stands for it."""
    label = MEASURES[measure].label if measure in MEASURES else measure
    mine = Outcome(key=measure, label=label, kind="published", primary=False, measure=measure)
    return next((one for one in outcomes if one.measure == measure), mine)


def _asked(
    study: Study,
    analysis: Analysis,
    plan: Plan,
    areas: dict[str, Area],
    outcomes: tuple[Outcome, ...],
    level: float,
) -> Asked:
    store = study.library.benchmarks()
    treated = analysis.areas or study.protocol.areas.with_intervention
    comparison = Comparison(against=analysis.against, neighbour_model=analysis.neighbour_model)
    never = study.protocol.areas.with_intervention
    others = comparison_areas(store, areas, treated, comparison, never)
    measures = [item.measure or "" for item in outcomes]
    return Asked(
        plan=plan,
        treated=treated,
        others=others,
        own=neighbours_of(store, treated, analysis.neighbour_model),
        rows=figures_of(store, measures, (*treated, *others, ENGLAND), areas),
        level=level,
    )


def _names(
    areas: dict[str, Area], treated: tuple[str, ...], outcomes: tuple[AreaOutcome, ...]
) -> tuple[tuple[str, str], ...]:
    donors = [code for item in outcomes if item.synthetic for code, _ in item.synthetic.weights]
    return tuple(
        (code, areas[code].name) for code in dict.fromkeys((*treated, *donors)) if code in areas
    )


def published_provenance(study: Study) -> Provenance:
    """Return where published figures come from; no filter applies to figures of whole areas."""
    mine = study.provenance()
    store = study.library.benchmarks()
    return replace(
        mine,
        document=PUBLISHERS,
        as_at=None,
        synthetic=False,
        seed=None,
        fingerprint=store.fingerprint("published_figures", "statistical_neighbours"),
        filters_unused=tuple(sorted(study.filters.active())),
    )
