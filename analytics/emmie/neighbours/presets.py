"""Groups of authorities that an evaluation names, and when what it evaluates began.

Both come from protocols: adding an evaluation adds its group.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from analytics.disclosure.policy import Policy
from analytics.emmie.study import Question
from analytics.extracts.library import Evaluation, Library
from analytics.extracts.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetsQuestion(Question["PresetsAnswer"]):
    """Ask which groups of authorities evaluations name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """Authorities that had an intervention.

    Attributes
    ----------
    key : str
        Folder name of the evaluation, with the key of an area group where it is one.
    evaluation : str
        Name of the evaluation.
    label : str
        What its protocol calls these authorities.
    areas : tuple of str
        Codes.
    start : int or None
        Year in whose April to March the intervention began, where the protocol says so.
    other_starts : tuple of int
        The same as other analyses of the protocol read it.
    """

    key: str
    evaluation: str
    label: str
    areas: tuple[str, ...]
    start: int | None
    other_starts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PresetsAnswer:
    """Every group of an evaluation, single authorities too."""

    presets: tuple[Preset, ...]

    def disclose(self, policy: Policy) -> Self:
        """Return the same: names of places."""
        del policy
        return self

    def start_of(self, code: str) -> Preset | None:
        """Return the evaluation with a start that an authority belongs to; None without one."""
        return next(
            (one for one in self.presets if code in one.areas and one.start is not None), None
        )


def answer_presets(question: PresetsQuestion, library: Library) -> PresetsAnswer:
    """Return the groups of authorities that the protocols name."""
    del question
    found = [preset for one in library.readable() for preset in _presets(one)]
    return PresetsAnswer(presets=tuple(found))


def _presets(one: Evaluation) -> list[Preset]:
    areas, starts = one.protocol.areas, starts_of(one.protocol)
    start, others = (starts[0], starts[1:]) if starts else (None, ())
    title = one.protocol.evaluation.name
    whole = Preset(
        key=one.name,
        evaluation=title,
        label=areas.with_label,
        areas=areas.with_intervention,
        start=start,
        other_starts=others,
    )
    groups = [
        Preset(
            key=f"{one.name}.{group.key}",
            evaluation=title,
            label=group.label,
            areas=group.areas,
            start=start,
            other_starts=others,
        )
        for group in one.protocol.area_groups
    ]
    return [preset for preset in (whole, *groups) if preset.areas]


def starts_of(protocol: Protocol) -> tuple[int, ...]:
    """Return the years from whose April the intervention began, the main reading first.

    The main reading is the day on which practice changed, else the year before the first year
    after the launch of the main analysis: years of published figures end in March. The other
    analyses may read it otherwise. None when the protocol says nothing.
    """
    found = []
    if protocol.change is not None:
        day = protocol.change.on
        found.append(day.year if day.month > 3 else day.year - 1)
    ordered = sorted(protocol.analyses, key=lambda one: not one.main)
    found += [one.launch_year - 1 for one in ordered if one.launch_year is not None]
    return tuple(dict.fromkeys(found))
