"""Who answered again: attrition of a survey, and whether those who stayed differed at first.

Methods: ``docs/methods/questions/mechanism.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import (
    Share,
    hidden,
    withhold_count,
    withhold_series,
    withhold_share,
)
from analytics.extracts.protocol import Instrument
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.scores.comparison import compare_answers
from analytics.statistics.subgroups.multiplicity import AdjustedTest, adjust_p_values
from analytics.statistics.two_groups.proportions import wilson_interval

KEPT_FROM: Final = 0.5
"""Share of the first wave below which a change among people who are followed bears nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveSize:
    """Respondents of one wave, and how many of the first wave are among them.

    Attributes
    ----------
    n : int or None
        Respondents of the wave.
    again : Share
        Of the respondents of the first wave, those who answered in this one.
    conf_int : Interval or None
        Wilson interval of that share.
    """

    wave: int
    n: int | None
    again: Share
    conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StayedItem:
    """Answers to one item in the first wave, of those who answered the last wave and of others.

    Attributes
    ----------
    stayed, left : Share
        Those who agreed in the first wave.
    stayed_conf_int, left_conf_int : Interval or None
        Wilson intervals.
    p_value : float or None
        That both answered alike (Mann-Whitney over the whole scale), adjusted over the items.
    """

    item: str
    stayed: Share
    left: Share
    stayed_conf_int: Interval | None
    left_conf_int: Interval | None
    p_value: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attrition:
    """Respondents by wave, and whether those who stayed differed.

    Attributes
    ----------
    items : tuple of StayedItem
        Empty when answers are no scale of agreement, or when nobody or everybody stayed.
    is_followed : bool
        Whether the last wave asked nobody new: people are followed, and not a workforce surveyed.
    """

    waves: tuple[WaveSize, ...]
    items: tuple[StayedItem, ...]
    is_followed: bool

    @property
    def loses_most(self) -> bool:
        """Whether people were followed, and fewer than half of them to the last wave."""
        kept = self.waves[-1].again.value
        return self.is_followed and kept is not None and kept < KEPT_FROM


def attrition(rows: pd.DataFrame, instrument: Instrument, items: Sequence[str]) -> Attrition | None:
    """Count respondents by wave, and compare the first answers of those who stayed and left.

    Parameters
    ----------
    rows : DataFrame
        Answers that were given: ``respondent_id``, ``wave``, ``item``, ``score``.
    instrument : Instrument
        The questionnaire.
    items : sequence of str
        Items to compare.

    Returns
    -------
    Attrition or None
        None when there was one wave only.
    """
    waves = sorted(int(wave) for wave in rows["wave"].unique())
    people = {wave: set(rows.loc[rows["wave"] == wave, "respondent_id"]) for wave in waves}
    if len(waves) < 2:
        return None
    first = people[waves[0]]
    sizes = tuple(
        WaveSize(
            wave=wave,
            n=len(people[wave]),
            again=Share.of(len(first & people[wave]), len(first)),
            conf_int=wilson_interval(len(first & people[wave]), len(first)),
        )
        for wave in waves
    )
    stayed = first & people[waves[-1]]
    return Attrition(
        waves=sizes,
        items=_compared(rows, instrument, items, waves[0], stayed),
        is_followed=people[waves[-1]] <= first,
    )


def _compared(
    rows: pd.DataFrame, instrument: Instrument, items: Sequence[str], wave: int, stayed: set[str]
) -> tuple[StayedItem, ...]:
    if instrument.agree_from is None:
        return ()
    at_first = rows[rows["wave"] == wave]
    has_stayed = at_first["respondent_id"].isin(stayed)
    found, p_values = [], []
    for item in items:
        mine = at_first["item"] == item
        counts = [_counts(at_first[mine & side], instrument) for side in (has_stayed, ~has_stayed)]
        if not all(count.sum() for count in counts):
            continue
        test = compare_answers(counts[0], counts[1])
        p_values.append(test if isinstance(test, NotEstimable) else test.p_value)
        agreeing = [int(count[instrument.agree_from - instrument.low :].sum()) for count in counts]
        shares = [Share.of(x, int(n.sum())) for x, n in zip(agreeing, counts, strict=True)]
        limits = [wilson_interval(x, int(n.sum())) for x, n in zip(agreeing, counts, strict=True)]
        found.append(
            StayedItem(
                item=item,
                stayed=shares[0],
                left=shares[1],
                stayed_conf_int=limits[0],
                left_conf_int=limits[1],
                p_value=None,
            )
        )
    family = adjust_p_values(p_values)
    if isinstance(family, NotEstimable):
        return tuple(found)
    return tuple(
        replace(one, p_value=test.adjusted_p_value) if isinstance(test, AdjustedTest) else one
        for one, test in zip(found, family.tests, strict=True)
    )


def _counts(rows: pd.DataFrame, instrument: Instrument) -> np.ndarray:
    codes = np.rint(rows["score"].to_numpy(dtype=float)).astype(int) - instrument.low
    return np.bincount(codes, minlength=instrument.high - instrument.low + 1)


def disclose_attrition(found: Attrition, policy: Policy) -> Attrition:
    """Withhold small counts; those who stayed and those who left add up to the first wave."""
    return replace(
        found,
        waves=tuple(_disclose_wave(wave, policy) for wave in found.waves),
        items=tuple(_disclose_item(item, policy) for item in found.items),
    )


def _disclose_wave(wave: WaveSize, policy: Policy) -> WaveSize:
    """Withhold the share too when few joined later, who are all but those who answered again."""
    again = withhold_share(wave.again, policy)
    joined = (wave.n or 0) - (wave.again.events or 0)
    if policy.is_small(joined):
        again = hidden(again)
    return replace(
        wave,
        n=withhold_count(wave.n, policy),
        again=again,
        conf_int=None if again.is_withheld else wave.conf_int,
    )


def _disclose_item(item: StayedItem, policy: Policy) -> StayedItem:
    stayed, left = withhold_series([item.stayed, item.left], policy, groupings=[("all", "all")])
    return replace(
        item,
        stayed=stayed,
        left=left,
        stayed_conf_int=None if stayed.is_withheld else item.stayed_conf_int,
        left_conf_int=None if left.is_withheld else item.left_conf_int,
        p_value=None if stayed.is_withheld or left.is_withheld else item.p_value,
    )
