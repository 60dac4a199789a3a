"""Surveys: how each item was answered in each wave, and whether that changed.

Methods: ``docs/methods/questions/mechanism.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal, Self

import numpy as np
import pandas as pd

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import (
    Share,
    small_cells,
    withhold_series,
)
from analytics.emmie.contrast import Estimate
from analytics.emmie.mechanism.attrition import Attrition, attrition, disclose_attrition
from analytics.emmie.mechanism.themes import whose
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.protocol import Direction, Instrument, Item
from analytics.statistics.linear_models import LinearFit, fit_linear, linear_contrast
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.scores.mixed_model import score_over_waves
from analytics.statistics.scores.proportional_odds import answers_over_waves
from analytics.statistics.subgroups.multiplicity import AdjustedTest, adjust_p_values
from analytics.statistics.two_groups.clustered import clustered_risk_difference
from analytics.statistics.two_groups.proportions import wilson_interval

EXTRACTS: Final = ("survey_responses",)
FEW_TEAMS: Final = 10
CHANCE: Final = 0.05
COLUMNS: Final = ("respondent_id", "team_id", "role", "wave", "cohort", "item", "score")

Clusters = Literal["team", "respondent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveysQuestion(Question["SurveysAnswer"]):
    """Ask how questionnaires were answered, wave by wave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveAnswers:
    """Answers to one item in one wave.

    Attributes
    ----------
    wave : int
        From 1.
    n : int or None
        Respondents who answered the item.
    counts : tuple of (int or None)
        Respondents by answer, in the groups of answers that ``ItemAnswers.answers`` names; empty
        for a score that is not a scale of agreement.
    agree : Share or None
        Those who agree; None for a score that is no such scale.
    conf_int : Interval or None
        Wilson interval of that share, or the interval of the mean.
    mean : float or None
        Mean score, for a score that is no scale of agreement; None when withheld.
    """

    wave: int
    n: int | None
    counts: tuple[int | None, ...]
    agree: Share | None
    conf_int: Interval | None
    mean: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Change of one item from the first wave that asked it to the last.

    Attributes
    ----------
    first, last : int
        Waves compared.
    size : Estimate or None
        Difference of the shares who agree (between -1 and 1), or of the mean scores.
    odds_ratio : Estimate or None
        Odds of a higher answer; None for a score that is no scale of agreement.
    p_value : float or None
        Of the odds ratio, or of the difference of means; adjusted over the items of the
        questionnaire (Holm).
    same_at_every_cut : bool
        Whether one odds ratio does for the whole scale.
    clusters : str
        Whose answers are taken as alike: a team's, or a respondent's.
    n_clusters : int or None
        How many of them.
    reason : str or None
        Why there is no test.
    """

    first: int
    last: int
    size: Estimate | None
    odds_ratio: Estimate | None
    p_value: float | None
    same_at_every_cut: bool
    clusters: Clusters
    n_clusters: int | None
    reason: str | None = None

    @property
    def direction(self) -> Direction | None:
        """Which way answers moved by more than chance; None when it could be chance."""
        if self.p_value is None or self.p_value >= CHANCE:
            return None
        if self.odds_ratio is not None:
            return "higher" if self.odds_ratio.value > 1 else "lower"
        return None if self.size is None else "higher" if self.size.value > 0 else "lower"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAnswers:
    """One item over the waves.

    Attributes
    ----------
    answers : tuple of tuple of int
        Groups of answers, lowest first, in which counts are given: every answer by itself, or
        neighbours together where an answer alone would be a small count in some item or wave.
    """

    key: str
    label: str
    use: str
    intended: Direction | None
    answers: tuple[tuple[int, ...], ...]
    waves: tuple[WaveAnswers, ...]
    change: Change | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswers:
    """One questionnaire.

    Attributes
    ----------
    waves : tuple of str
        Label of each wave, in order.
    roles : tuple of str
        Codes of those who answered.
    note : str
        What the protocol says beside it.
    """

    key: str
    label: str
    respondents: str
    waves: tuple[str, ...]
    low: int
    high: int
    agree_from: int | None
    score_words: tuple[str, ...]
    roles: tuple[str, ...]
    items: tuple[ItemAnswers, ...]
    attrition: Attrition | None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveysAnswer:
    """Every questionnaire of an evaluation."""

    provenance: Provenance
    surveys: tuple[SurveyAnswers, ...]

    def disclose(self, policy: Policy) -> Self:
        """Put rare answers together, and withhold small counts and what would give them away."""
        return replace(
            self, surveys=tuple(_disclose_survey(survey, policy) for survey in self.surveys)
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


def _disclose_survey(survey: SurveyAnswers, policy: Policy) -> SurveyAnswers:
    mine = whose(policy, *survey.roles)
    if survey.agree_from is None:
        items = tuple(_disclose_means(item, mine) for item in survey.items)
    else:
        items = _grouped_alike(
            survey, tuple(_disclose_item(one, mine) for one in survey.items), mine
        )
    return replace(
        survey,
        items=items,
        attrition=disclose_attrition(survey.attrition, mine) if survey.attrition else None,
    )


def _disclose_item(item: ItemAnswers, policy: Policy) -> ItemAnswers:
    """Withhold waves in which few agreed or few did not, and a change that rests on one."""
    shares = withhold_series(
        [wave.agree or Share.of(0, 0) for wave in item.waves], policy, groupings=[]
    )
    waves = tuple(
        replace(wave, agree=share, n=share.n, conf_int=None, counts=())
        if share.is_withheld
        else replace(wave, agree=share)
        for wave, share in zip(item.waves, shares, strict=True)
    )
    is_out = any(wave.agree is not None and wave.agree.is_withheld for wave in _ends(waves))
    change = item.change
    if change is not None and is_out:
        change = replace(
            change, size=None, odds_ratio=None, p_value=None, n_clusters=None, reason="withheld"
        )
    return replace(item, waves=waves, change=change)


def _grouped_alike(
    survey: SurveyAnswers, items: tuple[ItemAnswers, ...], policy: Policy
) -> tuple[ItemAnswers, ...]:
    """Put answers together, alike in every item, until no count that is shown is small."""
    answers = _coarsest(survey, items, policy)
    return tuple(
        replace(
            item,
            answers=answers,
            waves=tuple(
                replace(wave, counts=_grouped(wave.counts, answers, survey.low))
                if wave.counts
                else wave
                for wave in item.waves
            ),
        )
        for item in items
    )


def _ends(waves: Sequence[WaveAnswers]) -> tuple[WaveAnswers, ...]:
    return (waves[0], waves[-1])


def _coarsest(
    survey: SurveyAnswers, items: tuple[ItemAnswers, ...], policy: Policy
) -> tuple[tuple[int, ...], ...]:
    """Return the finest groups of answers of which none is a small count in any item or wave."""
    scores = range(survey.low, survey.high + 1)
    agree = survey.agree_from or survey.high
    against = survey.low + survey.high - agree
    low = tuple(score for score in scores if score <= min(against, agree - 1))
    middle = tuple(score for score in scores if against < score < agree)
    high = tuple(score for score in scores if score >= agree)
    levels: list[tuple[tuple[int, ...], ...]] = [tuple((score,) for score in scores)]
    if middle:
        levels.append((low, middle, high))
    shown = [wave.counts for item in items for wave in item.waves if wave.counts]
    for level in levels:
        grouped = [_grouped(counts, level, survey.low) for counts in shown]
        if not any(any(small_cells(counts, policy)) for counts in grouped):
            return level
    return ((*low, *middle), high)


def _grouped(
    counts: Sequence[int | None], answers: Sequence[Sequence[int]], low: int
) -> tuple[int, ...]:
    return tuple(sum(counts[answer - low] or 0 for answer in group) for group in answers)


def _disclose_means(item: ItemAnswers, policy: Policy) -> ItemAnswers:
    waves = tuple(
        replace(wave, n=None, mean=None, conf_int=None) if policy.is_small(wave.n or 0) else wave
        for wave in item.waves
    )
    change = item.change
    if change is not None and any(wave.mean is None for wave in _ends(waves)):
        change = replace(change, size=None, p_value=None, n_clusters=None, reason="withheld")
    return replace(item, waves=waves, change=change)
