"""What the controls of the page offer: groups of authorities, measures, and years of a start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from analytics.disclosure.release import Released
from analytics.emmie.neighbours.anyway import StartsAnswer
from analytics.emmie.neighbours.measures import MEASURES, in_group
from analytics.emmie.neighbours.presets import PresetsAnswer

NO_START: Final = 0
"""The place of the slider that asks for a year."""
MEASURE_WORDS: Final = {key: in_group(key) for key in MEASURES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One authority or a group.

    Attributes
    ----------
    key, label : str
        Name in the link, and in the box; the key of an authority is its code.
    name : str
        What it is called in sentences.
    areas : tuple of str
        Codes.
    start : int
        When what an evaluation looks at began there; ``NO_START`` when no protocol says so.
    because : str
        The evaluation that says so.
    """

    key: str
    label: str
    name: str
    areas: tuple[str, ...]
    start: int = NO_START
    because: str = ""


def groups(released: Released[PresetsAnswer]) -> tuple[Place, ...]:
    """Return the groups of several authorities that evaluations name."""
    return tuple(
        Place(
            key=one.key,
            label=f"{one.evaluation}: {one.label} ({len(one.areas)})",
            name=one.label,
            areas=one.areas,
            start=one.start or NO_START,
            because=one.evaluation if one.start else "",
        )
        for one in released.answer.presets
        if len(one.areas) > 1
    )


def authority(released: Released[PresetsAnswer], *, code: str, name: str) -> Place:
    """Return one authority, with the start of the evaluation that it belongs to."""
    found = released.answer.start_of(code)
    return Place(
        key=code,
        label=name,
        name=name,
        areas=(code,),
        start=found.start or NO_START if found else NO_START,
        because=found.evaluation if found else "",
    )


def start_years(released: Released[StartsAnswer]) -> tuple[int, ...]:
    """Return the places of the slider, or none when there are too few years."""
    starts = released.answer.starts
    return (NO_START, *starts) if starts else ()


def start_words(year: int) -> str:
    """Return what a place of the slider is called."""
    return "not chosen" if year == NO_START else str(year)


def start_caption(place: Place, year: int) -> str:
    """Return what the chosen start means, and where it comes from."""
    if year == NO_START:
        return "Choose the year in which something began here, to compare before it with since."
    meaning = (
        f"Begun between April {year} and March {year + 1}: years to 31 March {year} are before, "
        f"years from {year + 1} on are since."
    )
    if year == place.start:
        return f"{meaning} This start is the protocol's, “{place.because}”."
    return meaning
