"""Answers to a survey's items in each wave, and what of them may be shown.

Methods: ``docs/methods/questions/mechanism.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, small_cells, withhold_series
from analytics.emmie.contrast import Estimate
from analytics.emmie.mechanism.attrition import Attrition, disclose_attrition
from analytics.emmie.mechanism.themes import whose
from analytics.extracts.protocol import Direction
from analytics.statistics.results import Interval

CHANCE: Final = 0.05
"""Adjusted p-value below which a change is more than chance."""

Clusters = Literal["team", "respondent"]


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


def disclose_survey(survey: SurveyAnswers, policy: Policy) -> SurveyAnswers:
    """Put rare answers together, and withhold small counts and what would give them away."""
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
