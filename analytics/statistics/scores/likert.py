"""Answers on an ordered scale, one group at a time, from counts.

Assumes that each respondent answered once and that respondents are independent. Method notes:
``docs/methods/estimators/scores.md``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import critical_z
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.scores._counts import count_array
from analytics.statistics.two_groups.proportions import wilson_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerShare:
    """Share of respondents who gave one answer, or one of several.

    Attributes
    ----------
    count : int
        Respondents.
    share : float
        Of those who answered, in [0, 1].
    conf_int : Interval
        Wilson; method ``"goodman"`` when simultaneous over all answers.
    """

    count: int
    share: float
    conf_int: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSummary:
    """Answers of one group.

    Attributes
    ----------
    answers : tuple of AnswerShare
        One per answer on offer, lowest first.
    top_box : AnswerShare
        The highest `box` answers together.
    net_agreement : float
        Share of the highest `box` answers minus that of the lowest `box`, in [-1, 1].
    net_agreement_conf_int : Interval
        Agresti-Min interval, in [-1, 1]; it can leave out an estimate of -1 or 1.
    lower_quartile, median, upper_quartile : int
        Code, from 0, of the lowest answer that at least 25, 50 or 75 per cent don't exceed.
    n : int
        Respondents who answered.
    n_missing : int
        Respondents who were asked and didn't answer.
    response_rate : float
        `n` over `n` + `n_missing`, in (0, 1].
    """

    answers: tuple[AnswerShare, ...]
    top_box: AnswerShare
    net_agreement: float
    net_agreement_conf_int: Interval
    lower_quartile: int
    median: int
    upper_quartile: int
    n: int
    n_missing: int
    response_rate: float


def summarise_answers(
    counts: ArrayLike,
    *,
    n_missing: int = 0,
    box: int = 2,
    simultaneous: bool = False,
    level: float = 0.95,
) -> AnswerSummary | NotEstimable:
    r"""Shares, quartile answers and net agreement of one group.

    Parameters
    ----------
    counts : array_like of int, shape (n_answers,)
        Respondents by answer, lowest first.
    n_missing : int
        Respondents who were asked and didn't answer, from 0. They are in no share.
    box : int
        How many answers at each end count as agreeing and disagreeing; at most half of them.
    simultaneous : bool
        Whether the intervals of `answers` shall hold together.
    level : float
        Confidence level, strictly between 0 and 1.

    Returns
    -------
    AnswerSummary or NotEstimable
        Reason ``"no_cases"`` when nobody answered.

    Raises
    ------
    InvalidInputError
        If counts are not whole numbers from 0, or `box` or `level` is out of range.

    Notes
    -----
    Simultaneous intervals are Wilson's at level :math:`1 - \alpha/k` for :math:`k` answers [1]_.
    Net agreement with :math:`a` agreeing and :math:`d` disagreeing of :math:`n` [2]_:

    .. math:: \tilde\Delta = \frac{a - d}{n + 2},\quad
        \tilde\Delta \pm z\,\frac{\sqrt{a + d + 1 - (a - d)^2/(n + 2)}}{n + 2}

    References
    ----------
    .. [1] Goodman LA (1965), Technometrics 7:247-254, eq. 1.6.
    .. [2] Agresti A, Min Y (2005), Statistics in Medicine 24:729-740.

    Examples
    --------
    >>> summary = summarise_answers([2, 3, 5, 20, 10])
    >>> summary.median, round(summary.net_agreement, 3)
    (3, 0.625)
    """
    table = count_array(counts, name="counts", ndim=1)
    if n_missing < 0:
        raise InvalidInputError("n_missing must be at least 0")
    if not 1 <= box <= len(table) // 2:
        raise InvalidInputError("box must be at least 1 and at most half the answers")
    critical_z(level)
    n = int(table.sum())
    if n == 0:
        return NotEstimable(reason="no_cases", detail="Nobody answered.")
    agree, disagree = int(table[-box:].sum()), int(table[:box].sum())
    k = len(table) if simultaneous else 1
    return AnswerSummary(
        answers=tuple(_share(int(count), n, level, k) for count in table),
        top_box=_share(agree, n, level, 1),
        net_agreement=(agree - disagree) / n,
        net_agreement_conf_int=_agresti_min(agree, disagree, n, level),
        lower_quartile=_quantile(table, 1),
        median=_quantile(table, 2),
        upper_quartile=_quantile(table, 3),
        n=n,
        n_missing=n_missing,
        response_rate=n / (n + n_missing),
    )


def _share(count: int, n: int, level: float, k: int) -> AnswerShare:
    """Share with Wilson's interval, at a level raised for `k` intervals that hold together."""
    interval = wilson_interval(count, n, level=1 - (1 - level) / k)
    if k > 1:
        interval = Interval(low=interval.low, high=interval.high, level=level, method="goodman")
    return AnswerShare(count=count, share=count / n, conf_int=interval)


def _agresti_min(agree: int, disagree: int, n: int, level: float) -> Interval:
    """Wald interval after adding half a respondent to each cell of the paired table."""
    difference = agree - disagree
    centre = difference / (n + 2)
    half = critical_z(level) * math.sqrt(agree + disagree + 1 - difference * centre) / (n + 2)
    return Interval(
        low=max(-1.0, centre - half),
        high=min(1.0, centre + half),
        level=level,
        method="agresti_min",
    )


def _quantile(table: np.ndarray, quarter: int) -> int:
    """Lowest answer whose cumulative count reaches that many quarters, in whole numbers."""
    return int(np.searchsorted(4 * np.cumsum(table), quarter * int(table.sum())))
