"""Month by month in areas with the intervention: interrupted time series of a share.

Methods: ``docs/methods/questions/effect.md`` and ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import at_least
from analytics.emmie.case_outcomes.known_elsewhere import ShownElsewhere, shown_elsewhere
from analytics.emmie.contrast import Estimate
from analytics.emmie.effect.analyses import AnalysisQuestion, Chosen, chosen_analysis
from analytics.emmie.effect.cases import EXTRACTS, cases_with_outcomes
from analytics.emmie.effect.checks import SEVERITY
from analytics.emmie.effect.outcome_series import OutcomeSeries, outcome_series
from analytics.emmie.effect.results import (
    AnalysisInfo,
    EffectRow,
    Series,
    with_holm,
)
from analytics.emmie.study import Provenance, Study, Unanswered
from analytics.statistics.results import HealthCheck

if TYPE_CHECKING:
    import ibis


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesQuestion(AnalysisQuestion["SeriesAnswer"]):
    """Ask whether a monthly share left its course when practice changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesAnswer:
    """Interrupted series of every outcome.

    Attributes
    ----------
    labels : tuple of str
        Areas with the intervention, and areas without it.
    change_on : date
        First day of the new time.
    n_smaller_group : int or None
        Cases before the change or since, whichever are fewer, of the outcome that has fewest; after
        disclosure control a whole ten that it is at least. None when withheld or not estimable.
    elsewhere : ShownElsewhere or None
        What Case outcomes tells of the same areas, and codes of each outcome; not kept after
        release.
    """

    provenance: Provenance
    analysis: AnalysisInfo
    labels: tuple[str, str]
    change_on: date
    change_label: str
    outcomes: tuple[OutcomeSeries, ...]
    assumptions: tuple[str, ...]
    level: float
    n_smaller_group: int | None = None
    elsewhere: ShownElsewhere | None = None
    codes: tuple[tuple[str, tuple[int, ...]], ...] = ()

    @property
    def checks(self) -> tuple[HealthCheck, ...]:
        """The health checks of the primary outcomes, the worst of each name."""
        worst: dict[str, HealthCheck] = {}
        for check in (check for one in self.outcomes if one.primary for check in one.checks):
            held = worst.get(check.name)
            if held is None or SEVERITY[check.status] > SEVERITY[held.status]:
                worst[check.name] = check
        return tuple(worst.values())

    @property
    def failed_checks(self) -> tuple[HealthCheck, ...]:
        """The health checks that forbid quoting the results."""
        return tuple(check for check in self.checks if check.status == "fail")

    @property
    def rows(self) -> tuple[EffectRow, ...]:
        """One or two rows for each outcome, with Holm's p-values; after disclosure only."""
        found = []
        for one in self.outcomes:
            found.append(_row(one, one.average, "main"))
            if one.against_others is not None:
                found.append(_row(one, one.against_others, "alternative"))
        return with_holm(found, level=self.level)

    def disclose(self, policy: Policy) -> Self:
        """Withhold small months, the same ones as Case outcomes where it shows the same shares."""
        smaller = at_least(self.n_smaller_group, policy)
        outcomes = tuple(self._released(one, policy) for one in self.outcomes)
        return replace(self, outcomes=outcomes, n_smaller_group=smaller, elsewhere=None, codes=())

    def _released(self, one: OutcomeSeries, policy: Policy) -> OutcomeSeries:
        counted = dict(self.codes).get(one.key)
        known = self.elsewhere.known(counted, policy) if self.elsewhere and counted else None
        return one.disclose(self.change_on, policy, *(known or ()))


def answer_series(question: SeriesQuestion, study: Study) -> SeriesAnswer | Unanswered:
    """Fit every outcome's monthly share before and after the change; the engine counts.

    Parameters
    ----------
    question : SeriesQuestion
        Analysis and confidence level.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    SeriesAnswer or Unanswered
        Unanswered when the protocol has no such analysis, or areas with the intervention have no
        cases.
    """
    protocol = study.protocol
    chosen = chosen_analysis(protocol, question.analysis, "interrupted_series")
    change, provenance = protocol.change, study.provenance(*EXTRACTS)
    if chosen is None or change is None:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    counted = study.store.records(_counts(study, chosen))
    treated = [row for row in counted if row["treated"]]
    if not treated:
        return Unanswered(reason="no_rows", provenance=provenance)
    others = [row for row in counted if not row["treated"]]
    found = tuple(
        outcome_series(item, treated, others, change.on, question.level) for item in chosen.outcomes
    )
    return SeriesAnswer(
        provenance=provenance,
        analysis=chosen.info,
        labels=(protocol.areas.with_label, protocol.areas.without_label),
        change_on=change.on,
        change_label=change.label,
        outcomes=found,
        assumptions=tuple(item.text for item in protocol.assumptions),
        level=question.level,
        n_smaller_group=min(
            (one.smaller_side(change.on) for one in found if one.points), default=None
        ),
        elsewhere=shown_elsewhere(study, change) if _is_of_all_areas(study, chosen) else None,
        codes=tuple((one.key, one.codes) for one in chosen.outcomes if one.codes),
    )


def _is_of_all_areas(study: Study, chosen: Chosen) -> bool:
    """Return whether the series are of the areas that Case outcomes takes together."""
    treated = chosen.analysis.areas
    return not treated or set(treated) == set(study.protocol.areas.with_intervention)


def _counts(study: Study, chosen: Chosen) -> ibis.Table:
    """Return cases, known outcomes and events by group of areas and month, not executed."""
    areas = study.protocol.areas
    treated = chosen.analysis.areas or areas.with_intervention
    cases = cases_with_outcomes(study, chosen.outcomes)
    cases = cases.filter(cases.local_authority.isin((*treated, *areas.without_intervention)))
    cases = cases.mutate(
        treated=cases.local_authority.isin(treated),
        month=cases.recorded_on.truncate("M").cast("date"),
    )
    sums: dict[str, Any] = {"n": cases.count()}
    for item in chosen.outcomes:
        sums[f"{item.key}__known"] = cases[item.key].count()
        sums[f"{item.key}__events"] = cases[item.key].sum()
    counts = cases.group_by("treated", "month").aggregate(**sums)
    return counts.order_by("treated", "month")


def _row(one: OutcomeSeries, estimate: Estimate | None, series: Series) -> EffectRow:
    main = series == "main"
    return EffectRow(
        key=one.key,
        label=one.label,
        phrase=one.phrase,
        unit="share",
        series=series,
        treated=one.fitted if main else None,
        comparison=one.expected if main else None,
        difference=estimate,
        ratio=one.ratio if main else None,
        p_value=None if estimate is None else estimate.p_value,
        intended=one.intended,
        primary=one.primary,
        reason=one.reason,
    )
