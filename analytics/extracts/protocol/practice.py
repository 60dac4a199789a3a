"""How it is meant to work, and what people were asked."""

from __future__ import annotations

from typing import Literal

from analytics.extracts.protocol.analysis import Direction
from analytics.extracts.protocol.sections import section

ThemeKind = Literal[
    "mechanism", "benefit", "concern", "barrier", "enabler", "unintended", "moderator"
]


@section
class Theme:
    """A theme of interviews; ``roles`` are those who were asked about it, everybody when empty."""

    key: str
    label: str
    kind: ThemeKind
    roles: tuple[str, ...] = ()


@section
class Instrument:
    """A questionnaire.

    Attributes
    ----------
    respondents : str
        Who answers, in words: "staff".
    waves : tuple of str
        Label of each wave, in order.
    low, high : int
        Ends of the scale of its items, both included.
    agree_from : int or None
        Lowest score that counts as agreeing; None for a score that is not a scale of agreement.
    score_words : tuple of str
        Words of each score from ``low`` to ``high``; empty when only the ends have a meaning.
    cohorts : tuple of str
        Label of each cohort, in order; empty when there is one.
    note : str
        What has to be known about it.
    """

    key: str
    label: str
    respondents: str
    waves: tuple[str, ...]
    low: int
    high: int
    agree_from: int | None = None
    score_words: tuple[str, ...] = ()
    cohorts: tuple[str, ...] = ()
    note: str = ""


@section
class Item:
    """One item of a questionnaire.

    ``use`` says whether it is an outcome of the work (stress), something that may go with outcomes
    (a line manager's support), or only described.
    """

    key: str
    instrument: str
    label: str
    use: Literal["outcome", "driver", "described"] = "described"
    intended: Direction | None = None


@section
class Skill:
    """One skill of practice, scored from 1 to 5."""

    key: str
    label: str


@section
class ObservedWaves:
    """Labels of the waves of observed practice, in order."""

    waves: tuple[str, ...]


@section
class LogicNode:
    """One box of the logic model."""

    key: str
    label: str
    stage: Literal["input", "activity", "mechanism", "outcome", "impact"]


@section
class LogicLink:
    """One arrow of the logic model, and where evidence for it would be found.

    ``evidence`` names what is looked at: ``theme:KEY``, ``item:KEY``, ``skill:KEY``, ``step:KEY``,
    ``component:KEY``, ``course:KEY``, ``audit:FLAG`` or ``outcome:KEY``.
    """

    source: str
    target: str
    label: str = ""
    evidence: tuple[str, ...] = ()


@section
class LogicModel:
    """The logic model as boxes and arrows."""

    nodes: tuple[LogicNode, ...]
    links: tuple[LogicLink, ...]
