"""What the controls of the page offer: groups of authorities, measures, and years of a start."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from analytics.disclosure.release import Released
from analytics.emmie.neighbours.anyway import StartsAnswer
from analytics.emmie.neighbours.measures import MEASURES, in_group
from analytics.emmie.neighbours.presets import PresetsAnswer
from analytics.exhibits import wording

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
    other_starts : tuple of int
        How other analyses of its protocol read it.
    """

    key: str
    label: str
    name: str
    areas: tuple[str, ...]
    start: int = NO_START
    because: str = ""
    other_starts: tuple[int, ...] = ()


def groups(released: Released[PresetsAnswer]) -> tuple[Place, ...]:
    """Return the groups that evaluations name, and single authorities with a start."""
    return tuple(
        Place(
            key=one.key,
            label=f"{one.evaluation}: {one.label}"
            + (f" ({len(one.areas)})" if len(one.areas) > 1 else ""),
            name=one.label,
            areas=one.areas,
            start=one.start or NO_START,
            because=one.evaluation if one.start else "",
            other_starts=one.other_starts,
        )
        for one in released.answer.presets
        if len(one.areas) > 1 or one.start
    )


def with_start(places: Iterable[Place]) -> tuple[Place, ...]:
    """Return the first place of each evaluation that says when what it looks at began."""
    found: dict[str, Place] = {}
    for one in places:
        if one.start != NO_START:
            found.setdefault(one.because, one)
    return tuple(found.values())


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
        other_starts=found.other_starts if found else (),
    )


def start_years(released: Released[StartsAnswer]) -> tuple[int, ...]:
    """Return the places of the slider, or none when there are too few years."""
    starts = released.answer.starts
    return (NO_START, *starts) if starts else ()


def start_words(year: int) -> str:
    """Return what a place of the slider is called."""
    return "not chosen" if year == NO_START else str(year)


def start_caption(place: Place, year: int) -> str:
    """Return what the chosen start means, where it comes from, and how else it is read."""
    if year == NO_START:
        return ""
    meaning = (
        f"Begun between April {year} and March {year + 1}: years to 31 March {year} are before, "
        f"years from {year + 1} on are since."
    )
    if year == place.start:
        return f"{meaning} This start is the protocol's, “{place.because}”.{_other_reading(place)}"
    if year in place.other_starts:
        return (
            f"{meaning} This is another reading of the protocol of “{place.because}”; its main "
            f"one is {place.start}."
        )
    return meaning


def _other_reading(place: Place) -> str:
    """Return from which years on another analysis counts as since, and how to choose that."""
    if not place.other_starts:
        return ""
    years = wording.listed([str(year + 1) for year in place.other_starts])
    chosen = wording.listed([str(year) for year in place.other_starts])
    return (
        f" Another analysis of that protocol counts only years from {years} on as since: choose "
        f"{chosen} for it."
    )


def no_start_words(place: Place) -> str:
    """Return what stands in the place of a comparison where no start is known."""
    return (
        f"No evaluation here says that something began in {place.name}, so there is no year to "
        "set before and since apart. Choose the year in which something began there, or look at "
        "a place with a launch:"
    )


def with_start_words(place: Place) -> str:
    """Return what a place with a start is called on a button."""
    return f"{place.label}, from {place.start}"
