"""Contrasts: one outcome in two arms, and what of it may be shown."""

from __future__ import annotations

from dataclasses import dataclass, replace

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, hidden, withhold_share
from analytics.extracts.protocol import Direction
from analytics.statistics.results import Interval


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
    """

    treated: Share
    comparison: Share
    difference: Estimate | None
    ratio: Estimate | None
    reason: str | None = None
    rounded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeEffect:
    """One outcome, before and after matching."""

    key: str
    label: str
    phrase: str
    intended: Direction
    primary: bool
    unadjusted: Contrast
    matched: Contrast


def no_contrast(reason: str) -> Contrast:
    """Return a contrast that cannot be estimated, and why."""
    nobody = Share(events=None, n=None, value=None)
    return Contrast(treated=nobody, comparison=nobody, difference=None, ratio=None, reason=reason)


def disclose_outcome(outcome: OutcomeEffect, policy: Policy) -> OutcomeEffect:
    """Withhold small counts, and whatever would reveal the few cases left unmatched."""
    unadjusted = _disclose_contrast(outcome.unadjusted, policy)
    matched = _disclose_contrast(outcome.matched, policy)
    if unadjusted.treated.is_withheld or unadjusted.comparison.is_withheld:
        matched = _withheld(matched)
    elif _reveals_unmatched(outcome, policy):
        matched = _rounded(matched)
    return replace(outcome, unadjusted=unadjusted, matched=matched)


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


def _reveals_unmatched(outcome: OutcomeEffect, policy: Policy) -> bool:
    """Return whether subtracting matched from all cases leaves a small cell in either arm."""
    for whole, part in (
        (outcome.unadjusted.treated, outcome.matched.treated),
        (outcome.unadjusted.comparison, outcome.matched.comparison),
    ):
        if None in (whole.events, whole.n, part.events, part.n):
            continue
        left_n = (whole.n or 0) - (part.n or 0)
        left_events = (whole.events or 0) - (part.events or 0)
        if policy.is_small(left_events) or policy.is_small(left_n - left_events):
            return True
    return False


def _rounded(contrast: Contrast) -> Contrast:
    """Round the matched figures so far that the counts behind them cannot be worked out."""

    def round_share(share: Share) -> Share:
        value = None if share.value is None else round(share.value, 2)
        return replace(share, events=None, value=value)

    return replace(
        contrast,
        treated=round_share(contrast.treated),
        comparison=round_share(contrast.comparison),
        difference=_rounded_estimate(contrast.difference, 3),
        ratio=_rounded_estimate(contrast.ratio, 1),
        rounded=True,
    )


def _rounded_estimate(estimate: Estimate | None, places: int) -> Estimate | None:
    if estimate is None:
        return None
    limits = estimate.conf_int
    return Estimate(
        value=round(estimate.value, places),
        conf_int=replace(limits, low=round(limits.low, places), high=round(limits.high, places)),
        p_value=None if estimate.p_value is None else round(estimate.p_value, 3),
    )
