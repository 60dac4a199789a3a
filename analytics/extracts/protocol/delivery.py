"""What should be delivered, and what would show that it was."""

from __future__ import annotations

from typing import Literal

from analytics.extracts.protocol.sections import section

MeasureKind = Literal[
    "theme",
    "item",
    "skill",
    "step",
    "component",
    "course",
    "post",
    "audit",
    "agency_attended",
    "agency_contributed",
]


@section
class Step:
    """One step of delivery.

    Attributes
    ----------
    after : str or None
        The step before; None for the first.
    within_days : int or None
        How soon after the step before it should be reached.
    is_end : bool
        Whether a delivery may end here, beside other ends.
    """

    key: str
    label: str
    after: str | None = None
    within_days: int | None = None
    is_end: bool = False


@section
class Component:
    """One part of the model; fidelity is the weighted share of parts done as the model says."""

    key: str
    label: str
    weight: float = 1.0


@section
class Course:
    """One course, who should have it, and by which share it counts as covered."""

    key: str
    label: str
    roles: tuple[str, ...] = ()
    target: float = 0.8


@section
class Agency:
    """One agency that may be asked to a conference."""

    key: str
    label: str


@section
class Measure:
    """One thing that can be counted, with the shares from which it is met or not met.

    Attributes
    ----------
    kind, of : str
        What is counted, and the key of the theme, item, skill, step, part, course, role (for
        ``post``), audit flag or agency.
    role : str or None
        Whose interviews or answers; everybody's when None.
    wave : int or None
        Wave of a survey or of observations; the last one when None.
    expected : bool
        Whether "yes" is what should be seen.
    met_from, not_met_below : float
        Shares between 0 and 1: at least ``met_from`` is met, less than ``not_met_below`` is not
        met, and anything between is partly met.
    counts_for_implementation : bool
        Whether the verdict on Implementation rests on it.
    """

    key: str
    label: str
    kind: MeasureKind
    of: str
    role: str | None = None
    wave: int | None = None
    expected: bool = True
    met_from: float = 0.8
    not_met_below: float = 0.5
    counts_for_implementation: bool = True


@section
class Recommendation:
    """One recommendation of the document, who should act, and the measures that would show it."""

    text: str
    who: str
    measures: tuple[str, ...] = ()
    why_no_measure: str = ""


@section
class ResearchQuestion:
    """One research question, and the measures and themes that answer it.

    ``is_baseline`` says that the measures were taken before what the question asks about, so that
    it cannot be answered yet.
    """

    key: str
    label: str
    question: str
    measures: tuple[str, ...] = ()
    limits: str = ""
    is_baseline: bool = False
