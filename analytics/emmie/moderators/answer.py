"""The question on moderators, and its answer.

Methods: ``docs/methods/questions/moderators.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

from analytics.access.viewer import PUBLIC
from analytics.disclosure.policy import Policy
from analytics.emmie.area_change.answer import published_provenance
from analytics.emmie.effect.analyses import Chosen, chosen_analysis
from analytics.emmie.effect.results import AnalysisInfo, Unit
from analytics.emmie.moderators.cases import case_moderators
from analytics.emmie.moderators.groups import Moderator, Scale, disclose_group, with_holm
from analytics.emmie.moderators.people import people_moderators
from analytics.emmie.moderators.places import place_moderators
from analytics.emmie.published_areas import areas_of
from analytics.emmie.study import NoAnswer, Provenance, Question, Study, Unanswered
from analytics.extracts.engine import UnusableExtractError
from analytics.extracts.protocol import Analysis, Estimator, Outcome, Protocol

EXTRACTS_OF: Final[dict[Estimator, tuple[str, ...]]] = {
    "matched": ("cases", "cp_plans", "events"),
    "weighted": ("cases", "cp_plans", "events"),
    "rate_ratio": ("people", "service_use"),
    "area_difference_in_differences": (),
}
"""Extracts that groups are counted in, for each main analysis whose groups can be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeratorsQuestion(Question["ModeratorsAnswer"]):
    """Ask whether what was seen differs between groups.

    Attributes
    ----------
    outcome : str
        Key of an outcome of the main analysis; the first primary one when empty.
    level : float
        Confidence level of every interval, between 0 and 1.
    """

    outcome: str = ""
    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeratorsAnswer:
    """One outcome in groups of people or places.

    Attributes
    ----------
    scale : str
        ``difference`` (a share, between -1 and 1, or in the unit of a published figure) or
        ``ratio`` of the rate after to the rate before.
    unit : str
        What values are in.
    outcomes : tuple of (str, str)
        Key and label of every outcome that could be asked.
    """

    provenance: Provenance
    analysis: AnalysisInfo
    outcome: str
    outcome_label: str
    primary: bool
    scale: Scale
    unit: Unit
    outcomes: tuple[tuple[str, str], ...]
    moderators: tuple[Moderator, ...]
    level: float

    def disclose(self, policy: Policy) -> Self:
        """Withhold groups with small cells, and round the others."""
        return replace(
            self,
            moderators=tuple(
                replace(
                    item,
                    groups=tuple(disclose_group(group, policy) for group in item.groups),
                    p_value=None if item.p_value is None else round(item.p_value, 3),
                    p_adjusted=None if item.p_adjusted is None else round(item.p_adjusted, 3),
                )
                for item in self.moderators
            ),
        )


def extracts_used(protocol: Protocol) -> tuple[str, ...]:
    """Return the extracts that the groups of an evaluation are counted in."""
    main = chosen_analysis(protocol)
    return EXTRACTS_OF.get(main.analysis.estimator, ()) if main else ()


def answer_moderators(question: ModeratorsQuestion, study: Study) -> ModeratorsAnswer | Unanswered:
    """Estimate one outcome in each group of every characteristic that the protocol lists.

    Parameters
    ----------
    question : ModeratorsQuestion
        Outcome and confidence level.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    ModeratorsAnswer or Unanswered
        Unanswered when the main analysis has no groups to compare, or nothing is left to compare.
    """
    protocol = study.protocol
    main = chosen_analysis(protocol)
    if main is None or main.analysis.estimator not in EXTRACTS_OF:
        return Unanswered(reason="not_in_protocol", provenance=study.provenance())
    extracts = EXTRACTS_OF[main.analysis.estimator]
    provenance = study.provenance(*extracts) if extracts else published_provenance(study)
    outcome = _outcome(question, main)
    if outcome is None or not (protocol.subgroups or protocol.area_groups):
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    found = _moderators(study, outcome, main.analysis, question.level)
    if isinstance(found, str):
        return Unanswered(reason=found, provenance=provenance)
    return ModeratorsAnswer(
        provenance=provenance,
        analysis=main.info,
        outcome=outcome.key,
        outcome_label=outcome.label,
        primary=outcome.primary,
        scale="ratio" if outcome.kind == "service_use" else "difference",
        unit=_unit(outcome, study),
        outcomes=main.info.outcomes,
        moderators=with_holm(found),
        level=question.level,
    )


def _outcome(question: ModeratorsQuestion, main: Chosen) -> Outcome | None:
    if question.outcome:
        return main.outcome(question.outcome)
    return min(main.outcomes, key=lambda item: not item.primary)


def _moderators(
    study: Study, outcome: Outcome, analysis: Analysis, level: float
) -> tuple[Moderator, ...] | NoAnswer:
    if outcome.kind == "published":
        return place_moderators(study, outcome, analysis, level)
    names = _names(study)
    if outcome.kind == "service_use":
        return people_moderators(study, outcome, names, level)
    return case_moderators(study, outcome, names, level)


def _names(study: Study) -> dict[str, str]:
    """Return the names of authorities; none when the published figures cannot be read."""
    try:
        return {code: area.name for code, area in areas_of(study.library.benchmarks()).items()}
    except UnusableExtractError:
        return {}


def _unit(outcome: Outcome, study: Study) -> Unit:
    if outcome.kind == "service_use":
        return "100_person_years" if outcome.unit == "person_year" else outcome.unit
    if outcome.kind != "published":
        return "share"
    store = study.library.benchmarks()
    table = store.table("published_figures", PUBLIC)
    some = store.records(table.filter(table.measure == outcome.measure).limit(1))
    unit: Unit = some[0]["unit"] if some else "per_10000"
    return unit
