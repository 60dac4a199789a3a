"""What two shares of the same cases leave over: cases that ended in neither way.

Who reads closed cases, Outcome 20 and out-of-court disposals can subtract. So where few cases
ended in neither way, out-of-court disposals are withheld.
"""

from __future__ import annotations

from dataclasses import replace

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share


def guarded(disposals: Share, outcome_20: Share, policy: Policy) -> Share:
    """Return the share of disposals, marked to be withheld where few cases are left over."""
    if disposals.events is None or disposals.n is None or outcome_20.events is None:
        return disposals
    left = disposals.n - disposals.events - outcome_20.events
    return replace(disposals, part=left) if policy.is_small(left) else disposals
