"""Surveys: how each item was answered in each wave, and whether that changed.

Methods: ``docs/methods/questions/mechanism.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np
import pandas as pd

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import (
    Share,
)
from analytics.emmie.contrast import Estimate
from analytics.emmie.mechanism.answers import (
    Change,
    Clusters,
    ItemAnswers,
    SurveyAnswers,
    WaveAnswers,
    disclose_survey,
)
from analytics.emmie.mechanism.attrition import attrition
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.protocol import Instrument, Item
from analytics.statistics.linear_models import LinearFit, fit_linear, linear_contrast
from analytics.statistics.results import NotEstimable
from analytics.statistics.scores.mixed_model import score_over_waves
from analytics.statistics.scores.proportional_odds import answers_over_waves
from analytics.statistics.subgroups.multiplicity import AdjustedTest, adjust_p_values
from analytics.statistics.two_groups.clustered import clustered_risk_difference
from analytics.statistics.two_groups.proportions import wilson_interval

EXTRACTS: Final = ("survey_responses",)
FEW_TEAMS: Final = 10
COLUMNS: Final = ("respondent_id", "team_id", "role", "wave", "cohort", "item", "score")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveysQuestion(Question["SurveysAnswer"]):
    """Ask how questionnaires were answered, wave by wave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveysAnswer:
    """Every questionnaire of an evaluation."""

    provenance: Provenance
    surveys: tuple[SurveyAnswers, ...]

    def disclose(self, policy: Policy) -> Self:
        """Put rare answers together, and withhold small counts and what would give them away."""
        return replace(
            self, surveys=tuple(disclose_survey(survey, policy) for survey in self.surveys)
        )


def answer_surveys(question: SurveysQuestion, study: Study) -> SurveysAnswer | Unanswered:
    """Count the answers of each item and wave, and estimate the change.

    Parameters
    ----------
    question : SurveysQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    SurveysAnswer or Unanswered
    """
    del question
    provenance = study.provenance(*EXTRACTS)
    if "survey_responses" not in study.protocol.evaluation.extracts:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    surveys = tuple(
        survey
        for instrument in study.protocol.instruments
        if (survey := _survey(study, instrument)) is not None
    )
    if not surveys:
        return Unanswered(reason="no_rows", provenance=provenance)
    return SurveysAnswer(provenance=provenance, surveys=surveys)


def responses(study: Study, instrument: str, *columns: str) -> pd.DataFrame:
    """Return the answers that were given to one questionnaire, in a stable order."""
    rows = study.table("survey_responses")
    rows = rows.filter(rows.instrument == instrument, rows.score.notnull())
    frame = study.store.rows(rows.select(*columns))
    return frame.sort_values(["item", "wave", "respondent_id"], ignore_index=True)


def _survey(study: Study, instrument: Instrument) -> SurveyAnswers | None:
    frame = responses(study, instrument.key, *COLUMNS)
    if frame.empty:
        return None
    items = [item for item in study.protocol.items if item.instrument == instrument.key]
    found = [
        _item(item, instrument, mine)
        for item in items
        if len(mine := frame[frame["item"] == item.key])
    ]
    return SurveyAnswers(
        key=instrument.key,
        label=instrument.label,
        respondents=instrument.respondents,
        waves=instrument.waves,
        low=instrument.low,
        high=instrument.high,
        agree_from=instrument.agree_from,
        score_words=instrument.score_words,
        roles=tuple(sorted(frame["role"].unique())),
        items=_adjusted(found),
        attrition=attrition(frame, instrument, [item.key for item in items]),
        note=instrument.note,
    )


def _item(item: Item, instrument: Instrument, rows: pd.DataFrame) -> ItemAnswers:
    is_scale = instrument.agree_from is not None
    waves = sorted(int(wave) for wave in rows["wave"].unique())
    answers = range(instrument.low, instrument.high + 1)
    return ItemAnswers(
        key=item.key,
        label=item.label,
        use=item.use,
        intended=item.intended,
        answers=tuple((answer,) for answer in answers) if is_scale else (),
        waves=tuple(_wave(wave, rows[rows["wave"] == wave], instrument) for wave in waves),
        change=_change(rows, instrument, waves) if len(waves) > 1 else None,
    )


def _wave(wave: int, rows: pd.DataFrame, instrument: Instrument) -> WaveAnswers:
    scores = rows["score"].to_numpy(dtype=float)
    if instrument.agree_from is None:
        mean = mean_of(scores, clusters_of(rows)[1])
        return WaveAnswers(
            wave=wave,
            n=len(rows),
            counts=(),
            agree=None,
            conf_int=mean.conf_int if mean else None,
            mean=float(scores.mean()),
        )
    counts = np.bincount(
        np.rint(scores).astype(int) - instrument.low,
        minlength=instrument.high - instrument.low + 1,
    )
    agreeing = int(counts[instrument.agree_from - instrument.low :].sum())
    return WaveAnswers(
        wave=wave,
        n=len(rows),
        counts=tuple(int(count) for count in counts),
        agree=Share.of(agreeing, len(rows)),
        conf_int=wilson_interval(agreeing, len(rows)),
    )


def clusters_of(rows: pd.DataFrame) -> tuple[Clusters, Any]:
    """Return whose answers are taken as alike, and the label of each row.

    A team's, when everybody belongs to one team in every wave and there are at least ten teams;
    a respondent's otherwise. Answers of one respondent are always in one cluster.
    """
    teams = rows["team_id"]
    if teams.notna().all() and teams.nunique() >= FEW_TEAMS:
        per_person = rows.groupby("respondent_id")["team_id"].nunique()
        if (per_person == 1).all():
            return "team", teams.to_numpy()
    return "respondent", rows["respondent_id"].to_numpy()


def mean_of(values: Any, cluster: Any) -> Estimate | None:
    """Return a mean with its interval; None when there is too little to estimate it from."""
    fit = fit_linear(values, np.ones((len(values), 1)), cluster=cluster)
    if not isinstance(fit, LinearFit):
        return None
    found = linear_contrast(fit, [1.0])
    if isinstance(found, NotEstimable):
        return None
    return Estimate(value=found.estimate, conf_int=found.conf_int)


def _change(rows: pd.DataFrame, instrument: Instrument, waves: Sequence[int]) -> Change:
    clusters, labels = clusters_of(rows)
    ends: dict[str, Any] = {"first": waves[0], "last": waves[-1], "clusters": clusters}
    if instrument.agree_from is None:
        return _change_of_mean(rows, ends)
    scores = rows["score"].to_numpy(dtype=float)
    found = answers_over_waves(
        np.rint(scores).astype(int) - instrument.low,
        rows["wave"].to_numpy(),
        n_answers=instrument.high - instrument.low + 1,
        respondents=labels,
    )
    is_end = rows["wave"].isin([waves[0], waves[-1]]).to_numpy()
    size = clustered_risk_difference(
        (scores >= instrument.agree_from)[is_end],
        (rows["wave"] == waves[-1]).to_numpy()[is_end],
        labels[is_end],
        vcov_type="CR2",
    )
    difference = (
        None
        if isinstance(size, NotEstimable)
        else Estimate(value=size.estimate, conf_int=size.conf_int)
    )
    if isinstance(found, NotEstimable):
        return Change(
            size=difference,
            odds_ratio=None,
            p_value=None,
            same_at_every_cut=True,
            n_clusters=None,
            reason=found.reason,
            **ends,
        )
    last = found.effects[-1]
    return Change(
        size=difference,
        odds_ratio=Estimate(value=last.odds_ratio, conf_int=last.conf_int),
        p_value=last.p_value,
        same_at_every_cut=all(
            check.status == "pass" for check in found.checks if check.name == "proportional_odds"
        ),
        n_clusters=found.n_clusters,
        **ends,
    )


def _change_of_mean(rows: pd.DataFrame, ends: dict[str, Any]) -> Change:
    """Return the change of a mean score, with an intercept for each respondent."""
    people = rows["respondent_id"].to_numpy()
    found = score_over_waves(rows["score"].to_numpy(dtype=float), rows["wave"].to_numpy(), people)
    ends = {**ends, "clusters": "respondent", "odds_ratio": None, "same_at_every_cut": True}
    if isinstance(found, NotEstimable):
        return Change(size=None, p_value=None, n_clusters=None, reason=found.reason, **ends)
    last = found.effects[-1]
    return Change(
        size=Estimate(value=last.estimate, conf_int=last.conf_int),
        p_value=last.p_value,
        n_clusters=found.n_respondents,
        **ends,
    )


def _adjusted(items: list[ItemAnswers]) -> tuple[ItemAnswers, ...]:
    """Return the items with the tests of change adjusted for their number."""
    not_made = NotEstimable(reason="no_variation", detail="No change could be tested.")
    family = adjust_p_values(
        [
            not_made if item.change is None or item.change.p_value is None else item.change.p_value
            for item in items
        ]
    )
    if isinstance(family, NotEstimable):
        return tuple(items)
    return tuple(
        replace(item, change=replace(item.change, p_value=test.adjusted_p_value))
        if isinstance(test, AdjustedTest) and item.change is not None
        else item
        for item, test in zip(items, family.tests, strict=True)
    )
