"""What goes with staff's stress, satisfaction and intentions: associations within a survey.

Methods: ``docs/methods/questions/mechanism.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np
import pandas as pd

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import withhold_count
from analytics.emmie.contrast import Estimate
from analytics.emmie.mechanism.answers import CHANCE, Clusters
from analytics.emmie.mechanism.surveys import clusters_of, responses
from analytics.emmie.mechanism.themes import whose
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.protocol import Direction, Instrument, Item, Protocol
from analytics.statistics.linear_models import LinearFit, fit_linear, linear_contrast
from analytics.statistics.results import NotEstimable
from analytics.statistics.subgroups.multiplicity import AdjustedTest, adjust_p_values

EXTRACTS: Final = ("survey_responses",)
COLUMNS: Final = ("respondent_id", "team_id", "role", "wave", "item", "score")


@dataclass(frozen=True, slots=True, kw_only=True)
class DriversQuestion(Question["DriversAnswer"]):
    """Ask what goes with the outcomes of the work that a survey asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """One driver item with one outcome item, among the same people's answers.

    Attributes
    ----------
    driver, outcome : str
        Labels of the items.
    intended : str or None
        Which way the outcome is meant to go.
    together : Estimate or None
        Points of the outcome per point of the driver, the other drivers and the wave equal.
    alone : Estimate or None
        The same without the other drivers.
    p_value : float or None
        Of ``together``, adjusted over every pair of the questionnaire (Holm).
    reason : str or None
        Why there is no estimate.
    """

    driver: str
    outcome: str
    intended: Direction | None
    together: Estimate | None
    alone: Estimate | None
    p_value: float | None
    reason: str | None = None

    @property
    def direction(self) -> Direction | None:
        """Which way the outcome goes with the driver by more than chance."""
        if self.together is None or self.p_value is None or self.p_value >= CHANCE:
            return None
        return "higher" if self.together.value > 0 else "lower"


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyDrivers:
    """Associations within one questionnaire.

    Attributes
    ----------
    n : int or None
        Questionnaires with an answer to every driver and outcome item.
    n_incomplete : int or None
        Questionnaires left out because an answer is missing.
    clusters, n_clusters : str, int or None
        Whose answers are taken as alike, and how many of them.
    """

    key: str
    label: str
    roles: tuple[str, ...]
    low: int
    high: int
    n: int | None
    n_incomplete: int | None
    clusters: Clusters
    n_clusters: int | None
    associations: tuple[Association, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriversAnswer:
    """What goes with the outcomes of the work, by questionnaire."""

    provenance: Provenance
    surveys: tuple[SurveyDrivers, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts; a few questionnaires' coefficients go with them."""
        return replace(self, surveys=tuple(_disclose(survey, policy) for survey in self.surveys))


def has_drivers(protocol: Protocol) -> bool:
    """Return whether a questionnaire asks both of drivers and of outcomes."""
    return any(all(_items(protocol, one)) for one in _scales(protocol))


def answer_drivers(question: DriversQuestion, study: Study) -> DriversAnswer | Unanswered:
    """Estimate associations of driver items with outcome items.

    Parameters
    ----------
    question : DriversQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    DriversAnswer or Unanswered
    """
    del question
    provenance = study.provenance(*EXTRACTS)
    if "survey_responses" not in study.protocol.evaluation.extracts:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    asked = [(one, *_items(study.protocol, one)) for one in _scales(study.protocol)]
    asked = [one for one in asked if one[1] and one[2]]
    if not asked:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    surveys = tuple(found for one in asked if (found := _survey(study, *one)) is not None)
    if not surveys:
        return Unanswered(reason="no_rows", provenance=provenance)
    return DriversAnswer(provenance=provenance, surveys=surveys)


def _scales(protocol: Protocol) -> list[Instrument]:
    return [one for one in protocol.instruments if one.agree_from is not None]


def _items(protocol: Protocol, instrument: Instrument) -> tuple[list[Item], list[Item]]:
    mine = [item for item in protocol.items if item.instrument == instrument.key]
    return (
        [item for item in mine if item.use == "driver"],
        [item for item in mine if item.use == "outcome"],
    )


def _survey(
    study: Study, instrument: Instrument, drivers: list[Item], outcomes: list[Item]
) -> SurveyDrivers | None:
    frame = responses(study, instrument.key, *COLUMNS)
    keys = [item.key for item in (*drivers, *outcomes)]
    frame = frame[frame["item"].isin(keys)]
    if frame.empty or set(keys) - set(frame["item"]):
        return None
    people = frame[["respondent_id", "wave", "team_id"]].drop_duplicates(["respondent_id", "wave"])
    wide = frame.pivot_table(index=["respondent_id", "wave"], columns="item", values="score")
    wide = wide.reset_index().merge(people, on=["respondent_id", "wave"])
    whole = wide.dropna(subset=keys).reset_index(drop=True)
    if whole.empty:
        return None
    clusters, labels = clusters_of(whole)
    found = [
        _association(whole, driver, outcome, drivers, labels)
        for outcome in outcomes
        for driver in drivers
    ]
    return SurveyDrivers(
        key=instrument.key,
        label=instrument.label,
        roles=tuple(sorted(frame["role"].unique())),
        low=instrument.low,
        high=instrument.high,
        n=len(whole),
        n_incomplete=len(wide) - len(whole),
        clusters=clusters,
        n_clusters=len(set(labels)),
        associations=_adjusted(found),
    )


def _association(
    whole: pd.DataFrame, driver: Item, outcome: Item, drivers: list[Item], labels: Any
) -> tuple[Association, float | NotEstimable]:
    others = [item.key for item in drivers if item.key != driver.key]
    together = _slope(whole, driver.key, others, outcome.key, labels)
    alone = _slope(whole, driver.key, [], outcome.key, labels)
    made = Association(
        driver=driver.label,
        outcome=outcome.label,
        intended=outcome.intended,
        together=together[0] if isinstance(together, tuple) else None,
        alone=alone[0] if isinstance(alone, tuple) else None,
        p_value=None,
        reason=None if isinstance(together, tuple) else together.reason,
    )
    return made, together[1] if isinstance(together, tuple) else together


def _slope(
    whole: pd.DataFrame, driver: str, others: list[str], outcome: str, labels: Any
) -> tuple[Estimate, float] | NotEstimable:
    """Return points of the outcome per point of the driver, with the waves as they are."""
    waves = sorted(whole["wave"].unique())[1:]
    design = np.column_stack(
        [
            whole[driver],
            np.ones(len(whole)),
            *(whole[other] for other in others),
            *(whole["wave"] == wave for wave in waves),
        ]
    ).astype(float)
    fit = fit_linear(whole[outcome].to_numpy(dtype=float), design, cluster=labels)
    if not isinstance(fit, LinearFit):
        return fit
    found = linear_contrast(fit, [1.0, *[0.0] * (design.shape[1] - 1)])
    if isinstance(found, NotEstimable):
        return found
    return Estimate(value=found.estimate, conf_int=found.conf_int), found.p_value


def _adjusted(
    found: list[tuple[Association, float | NotEstimable]],
) -> tuple[Association, ...]:
    family = adjust_p_values([p_value for _, p_value in found])
    if isinstance(family, NotEstimable):
        return tuple(association for association, _ in found)
    return tuple(
        replace(one, p_value=test.adjusted_p_value) if isinstance(test, AdjustedTest) else one
        for (one, _), test in zip(found, family.tests, strict=True)
    )


def _disclose(survey: SurveyDrivers, policy: Policy) -> SurveyDrivers:
    mine = whose(policy, *survey.roles)
    few = mine.is_small(survey.n or 0)
    return replace(
        survey,
        n=withhold_count(survey.n, mine),
        n_incomplete=withhold_count(survey.n_incomplete, mine),
        associations=() if few else survey.associations,
    )
