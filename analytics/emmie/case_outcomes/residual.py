"""What two shares of the same cases leave over: cases that ended in neither way.

Who reads closed cases, Outcome 20 and out-of-court disposals can subtract. So where few cases
ended in neither way, out-of-court disposals are withheld.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share
from analytics.emmie.case_outcomes.periods import Phase, Point, Series


def guarded(disposals: Share, outcome_20: Share, policy: Policy) -> Share:
    """Return the share of disposals, marked to be withheld where few cases are left over."""
    if disposals.events is None or disposals.n is None or outcome_20.events is None:
        return disposals
    left = disposals.n - disposals.events - outcome_20.events
    return replace(disposals, part=left) if policy.is_small(left) else disposals


def guarded_series(series: Iterable[Series], policy: Policy) -> tuple[Series, ...]:
    """Return the series before disclosure control, with disposals marked period by period."""
    held = tuple(series)
    twenty = {one.series: one for one in held if one.group == "outcome_20"}
    return tuple(
        _guarded(one, twenty[one.series], policy) if one.group == "out_of_court" else one
        for one in held
    )


def _guarded(one: Series, twenty: Series, policy: Policy) -> Series:
    return replace(
        one,
        points=tuple(
            replace(point, share=guarded(point.share, other.share, policy))
            for point, other in zip(one.points, twenty.points, strict=True)
        ),
        phases=_guarded_phases(one.phases, twenty.points, policy),
        before=_guarded_side(one.before, twenty.before, policy),
        after=_guarded_side(one.after, twenty.after, policy),
    )


def _guarded_side(one: Share | None, twenty: Share | None, policy: Policy) -> Share | None:
    return one if one is None or twenty is None else guarded(one, twenty, policy)


def _guarded_phases(
    phases: tuple[Phase, ...], twenty: tuple[Point, ...], policy: Policy
) -> tuple[Phase, ...]:
    found = []
    for place, phase in enumerate(phases):
        later = phases[place + 1].start if place + 1 < len(phases) else None
        inside = [
            point.share.events or 0
            for point in twenty
            if phase.start <= point.period and (later is None or point.period < later)
        ]
        same = Share(events=sum(inside), n=phase.share.n, value=None)
        found.append(replace(phase, share=guarded(phase.share, same, policy)))
    return tuple(found)
