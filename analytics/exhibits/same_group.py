"""Notes for a group of cases that several pages compare, each in its own way."""

from __future__ import annotations

from typing import Final

AMONG_ALL_PAIRS: Final = (
    "What a group's line compares: its own cases among pairs that were matched over everyone. The "
    "Effect page filtered to that group matches its cases anew, and raw changes before and since "
    "are of all its cases, unmatched; so each gives another number for the same group."
)
WITHIN_FILTERS: Final = (
    "With these filters only the cases left are compared, matched or weighted anew among "
    "themselves. A group's line under Moderators takes its cases from pairs matched over everyone, "
    "and raw changes before and since are of all its cases, unmatched; so each gives another "
    "number for the same group."
)
RAW_CHANGE: Final = (
    "Shares are of all cases of a group of areas, unmatched: a raw change. A matched comparison of "
    "the same areas, on the Effect page filtered to them or in their line under Moderators, is of "
    "similar cases only; so each gives another number for the same areas."
)
