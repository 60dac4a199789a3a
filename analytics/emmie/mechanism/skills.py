"""Skill in observed practice: scores by wave, and how far two coders agree on them.

Methods: ``docs/methods/questions/mechanism.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Self

import pandas as pd

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import withhold_count
from analytics.emmie.contrast import Estimate
from analytics.emmie.mechanism.answers import CHANCE
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.protocol import Direction
from analytics.statistics.results import NotEstimable
from analytics.statistics.scores.intraclass import intraclass_correlation
from analytics.statistics.scores.mixed_model import MeanRow, MixedModelResult, score_over_waves
from analytics.statistics.subgroups.multiplicity import AdjustedTest, adjust_p_values

EXTRACTS: Final = ("observations", "skill_scores")
ALL_SKILLS: Final = "all"
"""Key of the mean over the skills of a meeting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillsQuestion(Question["SkillsAnswer"]):
    """Ask how skilled observed practice was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillWave:
    """One skill in one wave.

    Attributes
    ----------
    wave : int
        From 1.
    n : int or None
        Meetings that were scored.
    mean : Estimate or None
        Mean score, 1 to 5, of the mixed model.
    """

    wave: int
    n: int | None
    mean: Estimate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillScores:
    """One skill over the waves.

    Attributes
    ----------
    label : str
        Empty for the mean over all skills.
    change : Estimate or None
        Points from the first wave to the last.
    p_value : float or None
        Adjusted over the skills (Holm); the mean over all skills is a test by itself.
    agreement : Estimate or None
        Intraclass correlation of two coders' scores of the same meetings, ICC(2,1).
    n_twice : int or None
        Meetings that both coders scored.
    reason : str or None
        Why there is no mean.
    """

    key: str
    label: str
    waves: tuple[SkillWave, ...]
    change: Estimate | None
    p_value: float | None
    agreement: Estimate | None
    n_twice: int | None
    reason: str | None = None

    @property
    def direction(self) -> Direction | None:
        """Which way scores moved by more than chance."""
        if self.change is None or self.p_value is None or self.p_value >= CHANCE:
            return None
        return "higher" if self.change.value > 0 else "lower"


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedWave:
    """Meetings observed in one wave, and those of them that were recorded and coded."""

    wave: int
    observed: int | None
    coded: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillsAnswer:
    """Skill in observed practice.

    Attributes
    ----------
    waves : tuple of str
        Label of each wave, in order.
    meetings : tuple of ObservedWave
        Meetings by wave.
    n_workers : int or None
        Workers whose meetings were coded.
    skills : tuple of SkillScores
        The mean over all skills first.
    """

    provenance: Provenance
    waves: tuple[str, ...]
    meetings: tuple[ObservedWave, ...]
    n_workers: int | None
    skills: tuple[SkillScores, ...]

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts of meetings, and the means that rest on them."""
        return replace(
            self,
            meetings=tuple(_disclose_meetings(one, policy) for one in self.meetings),
            n_workers=withhold_count(self.n_workers, policy),
            skills=tuple(_disclose_skill(skill, policy) for skill in self.skills),
        )


def answer_skills(question: SkillsQuestion, study: Study) -> SkillsAnswer | Unanswered:
    """Estimate mean scores by wave, allowing for several meetings of one worker.

    Parameters
    ----------
    question : SkillsQuestion
        Nothing to choose.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    SkillsAnswer or Unanswered
    """
    del question
    provenance = study.provenance(*EXTRACTS)
    protocol = study.protocol
    if not {*EXTRACTS} <= {*protocol.evaluation.extracts} or not protocol.skills:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    meetings = study.table("observations")
    by_wave = study.store.records(
        meetings.group_by("wave").aggregate(
            observed=meetings.count(), coded=meetings.recorded.cast("int64").sum()
        )
    )
    if not by_wave:
        return Unanswered(reason="no_rows", provenance=provenance)
    scores = _scores(study)
    labels = {skill.key: skill.label for skill in protocol.skills}
    skills = [_skill(key, label, scores[scores["skill"] == key]) for key, label in labels.items()]
    first = scores[scores["coder"] == "first"]
    return SkillsAnswer(
        provenance=provenance,
        waves=protocol.observed.waves if protocol.observed else (),
        meetings=tuple(
            ObservedWave(wave=row["wave"], observed=int(row["observed"]), coded=int(row["coded"]))
            for row in sorted(by_wave, key=lambda row: row["wave"])
        ),
        n_workers=int(first["worker_id"].nunique()),
        skills=(_skill(ALL_SKILLS, "", _mean_of_skills(scores, len(labels))), *_adjusted(skills)),
    )


def _scores(study: Study) -> pd.DataFrame:
    meetings = study.table("observations")
    meetings = meetings.filter(meetings.recorded).select("observation_id", "worker_id", "wave")
    scores = study.unfiltered("skill_scores").select("observation_id", "skill", "coder", "score")
    frame = study.store.rows(scores.join(meetings, "observation_id"))
    return frame.sort_values(["skill", "observation_id", "coder"], ignore_index=True)


def _mean_of_skills(scores: pd.DataFrame, n_skills: int) -> pd.DataFrame:
    """Return the mean over the skills of each meeting and coder that scored every one."""
    keys = ["observation_id", "worker_id", "wave", "coder"]
    found = scores.groupby(keys, as_index=False).agg(score=("score", "mean"), k=("score", "size"))
    return found[found["k"] == n_skills]


def _skill(key: str, label: str, rows: pd.DataFrame) -> SkillScores:
    first = rows[rows["coder"] == "first"]
    waves = sorted(int(wave) for wave in first["wave"].unique())
    fits = [_fit(first, wave) for wave in waves]
    change, p_value = _change(fits[0]) if len(waves) > 1 else (None, None)
    agreement, n_twice = _agreement(rows)
    return SkillScores(
        key=key,
        label=label,
        waves=tuple(
            SkillWave(
                wave=wave,
                n=int((first["wave"] == wave).sum()),
                mean=None if isinstance(fit, NotEstimable) else _estimate(fit.intercept),
            )
            for wave, fit in zip(waves, fits, strict=True)
        ),
        change=change,
        p_value=p_value,
        agreement=agreement,
        n_twice=n_twice,
        reason=next((fit.reason for fit in fits if isinstance(fit, NotEstimable)), None),
    )


def _fit(rows: pd.DataFrame, wave: int) -> MixedModelResult | NotEstimable:
    """Fit the model with one wave put first, so that its intercept is that wave's mean."""
    return score_over_waves(
        rows["score"].to_numpy(dtype=float),
        rows["wave"].where(rows["wave"] != wave, -1).to_numpy(),
        rows["worker_id"].to_numpy(),
    )


def _estimate(row: MeanRow) -> Estimate:
    return Estimate(value=row.estimate, conf_int=row.conf_int)


def _change(fit: MixedModelResult | NotEstimable) -> tuple[Estimate | None, float | None]:
    """Return the change to the last wave from the model with the first wave put first."""
    if isinstance(fit, NotEstimable):
        return None, None
    return _estimate(fit.effects[-1]), fit.effects[-1].p_value


def _agreement(rows: pd.DataFrame) -> tuple[Estimate | None, int]:
    wide = rows.pivot_table(index="observation_id", columns="coder", values="score")
    if not {"first", "second"} <= set(wide.columns):
        return None, 0
    twice = wide[["first", "second"]].dropna()
    if not len(twice):
        return None, 0
    found = intraclass_correlation(twice.to_numpy(dtype=float), form="ICC(2,1)")
    if isinstance(found, NotEstimable):
        return None, len(twice)
    return Estimate(value=found.estimate, conf_int=found.conf_int), len(twice)


def _adjusted(skills: list[SkillScores]) -> tuple[SkillScores, ...]:
    """Return the skills with the tests of change adjusted for their number."""
    not_made = NotEstimable(reason="no_variation", detail="No change could be tested.")
    family = adjust_p_values([not_made if one.p_value is None else one.p_value for one in skills])
    if isinstance(family, NotEstimable):
        return tuple(skills)
    return tuple(
        replace(one, p_value=test.adjusted_p_value) if isinstance(test, AdjustedTest) else one
        for one, test in zip(skills, family.tests, strict=True)
    )


def _disclose_meetings(one: ObservedWave, policy: Policy) -> ObservedWave:
    """Withhold small counts; meetings that were not coded are the difference of the two."""
    left_out = (one.observed or 0) - (one.coded or 0)
    coded = None if policy.is_small(left_out) else withhold_count(one.coded, policy)
    return replace(one, observed=withhold_count(one.observed, policy), coded=coded)


def _disclose_skill(skill: SkillScores, policy: Policy) -> SkillScores:
    waves = tuple(
        replace(one, n=None, mean=None) if policy.is_small(one.n or 0) else one
        for one in skill.waves
    )
    is_out = any(one.n is None for one in waves)
    few_twice = policy.is_small(skill.n_twice or 0)
    return replace(
        skill,
        waves=waves,
        change=None if is_out else skill.change,
        p_value=None if is_out else skill.p_value,
        agreement=None if few_twice else skill.agreement,
        n_twice=withhold_count(skill.n_twice, policy),
        reason="withheld" if is_out else skill.reason,
    )
