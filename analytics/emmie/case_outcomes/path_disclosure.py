"""What of the path may be shown: no flow can be worked out from the others, nor from other views.

The views over time show closed cases, Outcome 20, out-of-court disposals with and without Outcome
22, and all open cases. So the flows fall into blocks whose totals a reader knows: formal and
informal disposals; what ended in none of those ways; and all of them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, withhold_series, withhold_share
from analytics.emmie.case_outcomes.residual import guarded
from analytics.extracts import code_lists as codes

if TYPE_CHECKING:
    from analytics.emmie.case_outcomes.path import PathSide

_BLOCKS: Final = {
    "out_of_court_formal": "disposals",
    "out_of_court_informal": "disposals",
    "outcome_20": "outcome_20",
    "diversionary": "diversionary",
}
"""Block of a flow; every other flow is in ``rest``, whose partners no other view shows."""
_PARTNERS: Final = {
    "diversionary": 1,
    "out_of_court_formal": 2,
    "out_of_court_informal": 2,
    "outcome_20": 3,
}
"""The later, the more other views show of a flow, so the less it helps to withhold it."""
_WITHHELD: Final = Share(events=None, n=None, value=None, symbol="c")


def disclosed_sides(sides: Sequence[PathSide], policy: Policy) -> tuple[PathSide, ...]:
    """Return the sides as they may be shown."""
    is_open_known = _open_known(sides, policy)
    return tuple(
        _side(side, policy, is_open_known=known)
        for side, known in zip(sides, is_open_known, strict=True)
    )


def _open_known(sides: Sequence[PathSide], policy: Policy) -> list[bool]:
    """Say where the open cases may be shown; the total of all sides is known elsewhere."""
    shares = [side.step("open") or _WITHHELD for side in sides]
    shown = withhold_series(shares, policy, groupings=[[0 for _ in shares]])
    return [not share.is_withheld for share in shown]


def _side(side: PathSide, policy: Policy, *, is_open_known: bool) -> PathSide:
    steps = dict(side.steps)
    steps["out_of_court"] = guarded(steps["out_of_court"], steps["outcome_20"], policy)
    found = {key: withhold_share(share, policy) for key, share in steps.items()}
    found |= _flows({key: steps[key] for key in codes.OUTCOME_GROUPS}, policy)
    recorded = side.recorded
    if not is_open_known:
        # With closed cases known from elsewhere, all recorded cases would tell the open ones.
        recorded = None
        found |= dict.fromkeys(("open", "earlier_referral", "earlier_plan"), _WITHHELD)
    closed = side.closed
    if closed is not None and policy.is_small(closed):
        closed = recorded = None
        found |= dict.fromkeys(found, _WITHHELD)
    followed, recorded_before = side.followed, side.recorded or 0
    if followed is not None and any(
        policy.is_small(count) for count in (followed, recorded_before - followed)
    ):
        followed = None
        found["plan"] = _WITHHELD
    return replace(
        side,
        recorded=recorded,
        closed=closed,
        followed=followed,
        steps=tuple((key, found[key]) for key in steps),
    )


def _flows(flows: dict[str, Share], policy: Policy) -> dict[str, Share]:
    """Withhold flows so that neither the total nor that of a block tells one of them."""
    # The first that is not zero becomes the partner, so flows that no other view shows come first.
    order = sorted(flows, key=lambda key: (_PARTNERS.get(key, 0), flows[key].events or 0))
    shown = withhold_series(
        [flows[key] for key in order],
        policy,
        groupings=[[_BLOCKS.get(key, "rest") for key in order], [0 for _ in order]],
    )
    return dict(zip(order, shown, strict=True))
