"""Contrasts: one outcome in two arms, and what of it may be shown."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, hidden, withhold_share
from analytics.extracts.protocol import Direction
from analytics.statistics.results import Interval

ROUND_TO = 5
FEWEST_POSSIBLE = 3
WEIGHTED_PLACES = 3
FINEST_P = 0.001


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with its interval."""

    value: float
    conf_int: Interval
    p_value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """One outcome in the two arms.

    Attributes
    ----------
    treated, comparison : Share
        Share of cases with the outcome.
    difference : Estimate or None
        Risk difference, intervention minus comparison, between -1 and 1.
    ratio : Estimate or None
        Risk ratio.
    reason : str or None
        Why there is no estimate.
    rounded : bool
        Whether the shares are rounded to whole per cent to protect the few cases left out.
    weighted : bool
        Whether the shares are weighted means, which have no counts.
    """

    treated: Share
    comparison: Share
    difference: Estimate | None
    ratio: Estimate | None
    reason: str | None = None
    rounded: bool = False
    weighted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeEffect:
    """One outcome, unadjusted, and adjusted by matching or weighting."""

    key: str
    label: str
    phrase: str
    intended: Direction | None
    primary: bool
    unadjusted: Contrast
    adjusted: Contrast

    @property
    def differs_as_intended(self) -> bool:
        """Whether the adjusted interval leaves out zero on the side that is intended."""
        estimate = self.adjusted.difference
        if estimate is None or self.intended is None or includes_zero(estimate):
            return False
        return (estimate.value < 0) == (self.intended == "lower")


def includes_zero(difference: Estimate) -> bool:
    """Return whether an interval of a difference holds zero."""
    return difference.conf_int.low <= 0 <= difference.conf_int.high


def no_contrast(reason: str) -> Contrast:
    """Return a contrast that cannot be estimated, and why."""
    nobody = Share(events=None, n=None, value=None)
    return Contrast(treated=nobody, comparison=nobody, difference=None, ratio=None, reason=reason)


def disclose_outcome(
    outcome: OutcomeEffect, sizes: tuple[int | None, int | None], policy: Policy
) -> OutcomeEffect:
    """Withhold small counts, and whatever would reveal a few cases that are left out.

    Parameters
    ----------
    outcome : OutcomeEffect
        Before disclosure control.
    sizes : tuple of int
        All cases of each arm, also those whose outcome is not known.
    policy : Policy
        What counts as small.
    """
    unadjusted = _disclose_contrast(outcome.unadjusted, policy)
    if _leaves_few(sizes, outcome.unadjusted, policy):
        unadjusted = _without_n(_rounded(unadjusted))
    if outcome.adjusted.weighted:
        weighted = _disclose_weighted(outcome.adjusted, unadjusted, policy)
        return replace(outcome, unadjusted=unadjusted, adjusted=weighted)
    matched = _disclose_contrast(outcome.adjusted, policy)
    if unadjusted.treated.is_withheld or unadjusted.comparison.is_withheld:
        matched = _withheld(matched)
    elif _reveals_unmatched(outcome, policy):
        matched = _rounded(matched, outcome.unadjusted)
    whole = (outcome.unadjusted.treated.n, outcome.unadjusted.comparison.n)
    if _leaves_few(whole, outcome.adjusted, policy) or _leaves_few(sizes, outcome.adjusted, policy):
        matched = _without_n(matched)
    return replace(outcome, unadjusted=unadjusted, adjusted=matched)


def _disclose_weighted(contrast: Contrast, unadjusted: Contrast, policy: Policy) -> Contrast:
    """Show weighted figures no finer than the unadjusted ones of the same cases.

    Every intervention case has the weight 1, so that arm's weighted share is its plain share.
    """
    if not policy.largest_withheld:
        return contrast
    if unadjusted.treated.is_withheld or unadjusted.comparison.is_withheld:
        return _withheld(contrast)
    if unadjusted.rounded:
        return replace(
            contrast,
            treated=unadjusted.treated,
            comparison=hidden(contrast.comparison),
            difference=_rounded_estimate(contrast.difference, 2, rough_p=True),
            ratio=None,
            rounded=True,
        )
    share = contrast.comparison
    value = None if share.value is None else round(share.value, WEIGHTED_PLACES)
    return replace(
        contrast,
        comparison=replace(share, value=value),
        difference=_rounded_estimate(contrast.difference, WEIGHTED_PLACES),
        ratio=_rounded_estimate(contrast.ratio, WEIGHTED_PLACES - 1),
    )


def _without_n(contrast: Contrast) -> Contrast:
    return replace(
        contrast,
        treated=replace(contrast.treated, n=None),
        comparison=replace(contrast.comparison, n=None),
    )


def _disclose_contrast(contrast: Contrast, policy: Policy) -> Contrast:
    treated = withhold_share(contrast.treated, policy)
    comparison = withhold_share(contrast.comparison, policy)
    released = replace(contrast, treated=treated, comparison=comparison)
    if treated.is_withheld or comparison.is_withheld:
        return _withheld(released)
    return released


def _withheld(contrast: Contrast) -> Contrast:
    """Withhold everything from which one arm's count could be worked out."""
    return replace(
        contrast,
        treated=hidden(contrast.treated),
        comparison=hidden(contrast.comparison),
        difference=None,
        ratio=None,
        reason="withheld",
    )


def _leaves_few(sizes: tuple[int | None, int | None], contrast: Contrast, policy: Policy) -> bool:
    """Return whether a contrast leaves so few cases of an arm out that their number is withheld."""
    arms = (contrast.treated, contrast.comparison)
    return any(
        policy.is_small((size or 0) - share.n)
        for size, share in zip(sizes, arms, strict=True)
        if share.n is not None
    )


def _reveals_unmatched(outcome: OutcomeEffect, policy: Policy) -> bool:
    """Return whether subtracting matched from all cases leaves a small cell in either arm."""
    arms = (
        (outcome.unadjusted.treated, outcome.adjusted.treated),
        (outcome.unadjusted.comparison, outcome.adjusted.comparison),
    )
    for whole, part in arms:
        if part.n is None:
            continue
        left_n = (whole.n or 0) - (part.n or 0)
        left_events = (whole.events or 0) - (part.events or 0)
        if any(policy.is_small(cell) for cell in (left_n, left_events, left_n - left_events)):
            return True
    return False


def _rounded(contrast: Contrast, whole: Contrast | None = None) -> Contrast:
    """Round the matched figures so far that the few cases left out cannot be worked out.

    Differences become whole percentage points, and shares the finest of whole per cent or counts to
    the nearest five that leaves at least three possible counts in each arm, with the ratio to one
    decimal place where that still holds. Where none does, shares and ratio are withheld.

    Parameters
    ----------
    contrast : Contrast
        Before rounding.
    whole : Contrast, optional
        The same of all cases, whose counts are shown and bound what is possible.
    """
    difference = _rounded_estimate(contrast.difference, 2, rough_p=True)
    possible = _possible(contrast, whole)
    for round_share in (_to_per_cent, _to_nearest_five):
        for with_ratio in (True, False):
            if _is_ambiguous(contrast, possible, round_share, with_ratio=with_ratio):
                return replace(
                    contrast,
                    treated=_rounded_share(contrast.treated, round_share),
                    comparison=_rounded_share(contrast.comparison, round_share),
                    difference=difference,
                    ratio=_rounded_estimate(contrast.ratio, 1, rough_p=True)
                    if with_ratio
                    else None,
                    rounded=True,
                )
    return replace(_withheld(contrast), difference=difference, reason=None, rounded=True)


def _to_per_cent(events: int, n: int) -> float:
    return round(events / n, 2)


def _to_nearest_five(events: int, n: int) -> float:
    return round(ROUND_TO * round(events / ROUND_TO) / n, 2)


def _rounded_share(share: Share, round_share: Callable[[int, int], float]) -> Share:
    if share.events is None or not share.n:
        return share
    return replace(share, events=None, value=round_share(share.events, share.n))


def _is_ambiguous(
    contrast: Contrast,
    possible: tuple[range, range],
    round_share: Callable[[int, int], float],
    *,
    with_ratio: bool,
) -> bool:
    """Return whether at least three counts in each arm would give the same released figures."""
    first, second = contrast.treated, contrast.comparison
    if first.events is None or second.events is None or not first.n or not second.n:
        return True
    n_first, n_second = first.n, second.n

    def released(one: int, other: int) -> tuple[object, ...]:
        share, base = one / n_first, other / n_second
        ratio = round(share / base, 1) if with_ratio and base else None
        rounded = round_share(one, n_first), round_share(other, n_second)
        return (*rounded, round(share - base, 2), ratio)

    truth = released(first.events, second.events)
    same = [
        (one, other)
        for one in possible[0]
        for other in possible[1]
        if released(one, other) == truth
    ]
    return all(len({pair[arm] for pair in same}) >= FEWEST_POSSIBLE for arm in (0, 1))


def _possible(contrast: Contrast, whole: Contrast | None) -> tuple[range, range]:
    """Return the counts near those of each arm that all cases of the arm allow."""
    alone = whole or contrast
    return (_near(contrast.treated, alone.treated), _near(contrast.comparison, alone.comparison))


def _near(share: Share, whole: Share) -> range:
    """Return counts that are near, and leave neither fewer nor more cases out than there are."""
    events, n = share.events or 0, share.n or 0
    low, high = 0, n
    if whole is not share and whole.events is not None and whole.n is not None:
        low, high = whole.events - (whole.n - n), min(n, whole.events)
    return range(max(events - ROUND_TO, low, 0), min(events + ROUND_TO, high) + 1)


def _rounded_estimate(
    estimate: Estimate | None, places: int, *, rough_p: bool = False
) -> Estimate | None:
    if estimate is None:
        return None
    limits = estimate.conf_int
    return Estimate(
        value=round(estimate.value, places),
        conf_int=replace(limits, low=round(limits.low, places), high=round(limits.high, places)),
        p_value=rounded_p(estimate.p_value, rough=rough_p),
    )


def rounded_p(p_value: float | None, *, rough: bool = False) -> float | None:
    """Return a p-value rounded up, so that a test is never made out stronger than it is.

    To three decimal places; where ``rough``, to 0.001 or else to two decimal places, because a
    finer one would tell which of the possible counts is the true one.
    """
    if p_value is None or p_value <= FINEST_P:
        return None if p_value is None else FINEST_P
    steps = 100 if rough else 1000
    # Rounded first, so that 0.029 stays what it is.
    return min(1.0, math.ceil(round(p_value * steps, 9)) / steps)
