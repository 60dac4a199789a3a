"""Where one measure stands: met, partly met, not met, or can't tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analytics.emmie.measured import Measured, measure
from analytics.emmie.study import Study
from analytics.extracts.protocol import Measure

Standing = Literal["met", "partly_met", "not_met", "cannot_tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """A measure, what was counted, and where it stands.

    Attributes
    ----------
    measured : Measured
        After disclosure control.
    standing : str
        By the share itself: ``met`` from ``met_from``, ``not_met`` below ``not_met_below``,
        ``partly_met`` between, ``cannot_tell`` when there is no share to show.
    is_clear : bool
        Whether the whole interval says the same (posts are counted whole, so they always are).
    """

    measure: Measure
    measured: Measured
    standing: Standing
    is_clear: bool


def standing(study: Study, item: Measure) -> Stood:
    """Count a measure, release it, and say where it stands."""
    found = measure(study, item).disclose()
    value = found.value
    if value is None:
        return Stood(measure=item, measured=found, standing="cannot_tell", is_clear=False)
    low = found.conf_int.low if found.conf_int else value
    high = found.conf_int.high if found.conf_int else value
    if value >= item.met_from:
        return Stood(measure=item, measured=found, standing="met", is_clear=low >= item.met_from)
    if value < item.not_met_below:
        return Stood(
            measure=item, measured=found, standing="not_met", is_clear=high < item.not_met_below
        )
    is_clear = low >= item.not_met_below and high < item.met_from
    return Stood(measure=item, measured=found, standing="partly_met", is_clear=is_clear)
