"""What an evaluation is, where, and since when."""

from __future__ import annotations

from datetime import date
from typing import Literal

from analytics.extracts.protocol.sections import section

Design = Literal[
    "matched_historical_comparison",
    "case_audit",
    "pilot_feasibility",
    "before_and_after",
    "areas_against_neighbours",
]


@section
class About:
    """What the evaluation is, and of whom.

    ``effect_caution`` is what the document itself says against reading its findings as effects;
    ``is_whole_system`` says that a whole service was changed, which a guidebook of programmes does
    not rate; ``rating_note`` is what has to be known about a rating beside the document;
    ``assessment_findings`` are the published findings that say how long assessments took.
    """

    name: str
    place: str
    summary: str
    document: str
    design: Design
    as_at: date
    synthetic: bool
    extracts: tuple[str, ...]
    seed: int | None = None
    effect_caution: str = ""
    is_whole_system: bool = False
    rating_note: str = ""
    assessment_findings: tuple[str, ...] = ()


@section
class Areas:
    """Which authorities had the intervention."""

    with_intervention: tuple[str, ...]
    without_intervention: tuple[str, ...]
    with_label: str
    without_label: str


@section
class AreaGroup:
    """Authorities that belong together, such as pilots with the same experience."""

    key: str
    label: str
    areas: tuple[str, ...]


@section
class Change:
    """The day on which practice changed."""

    on: date
    label: str


@section
class CodingChange:
    """A day from which this place recorded some outcomes in another way.

    What is counted from these codes is not compared across it.
    """

    on: date
    label: str
    codes: tuple[int, ...]


@section
class Force:
    """The police force whose published outcomes, of all crime, stand beside the evaluation's cases.

    ``first_year`` and ``last_year`` are the years ending 31 March that are compared.
    """

    name: str
    first_year: int
    last_year: int


@section
class Assumption:
    """Something that the sample assumes and the document does not say.

    ``extracts`` are those that it is about; none named means all.
    """

    text: str
    extracts: tuple[str, ...] = ()
