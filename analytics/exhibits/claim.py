"""What an exhibit says beyond its sentences: of what, where, and what differs by how much."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """One difference, in words that a sentence is made of.

    Attributes
    ----------
    what : str
        What differs, as it stands after a verb: ``cases that ended with Outcome 20``. In a costing
        the agency that gains; for a factor what the plans did.
    by : str
        Its size without a sign, with its unit, as the exhibit writes it; empty when there is none.
    is_lower : bool
        Whether it is less of it.
    is_clear : bool
        Whether chance alone would hardly make it.
    """

    what: str
    by: str = ""
    is_lower: bool = False
    is_clear: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What an exhibit is about, so that a sentence about it can stand alone.

    Attributes
    ----------
    about : str
        Title of the evaluation, or name of the place that published figures are about; empty for an
        audit, which tries nothing out.
    place : str
        Where.
    moved : tuple of Moved
        What differs, the most important first; empty where nothing is compared.
    """

    about: str
    place: str
    moved: tuple[Moved, ...] = ()
