"""Strength of evidence, calculated: what the design really used can bear, and why not more.

The rules are written in ``docs/methods/questions/strength.md``. They read one evaluation; an
EMMIE-Q score, which rates systematic reviews, is never given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from analytics.extracts.protocol import Design, Estimator

Scale = Literal["maryland", "nesta", "foundations", "cost_band"]

FEWEST_FOR_LEVEL_2: Final = 20
"""Children, cases or areas, as the design has them, that a preliminary finding needs in each group:
the EIF standards ask for 20 children."""

MARYLAND_OF: Final[dict[Estimator, tuple[int, str]]] = {
    "matched": (2, "Similar cases were compared, made alike on what was recorded."),
    "weighted": (2, "Similar cases were compared, made alike on what was recorded."),
    "cross_section": (2, "Places were compared with places like them, at one time."),
    "rate_ratio": (2, "The same people were followed before and after."),
    "interrupted_series": (2, "A series was followed before and after."),
    "area_series": (2, "A series was followed before and after."),
    "difference_in_differences": (
        3,
        "The change was compared with the change where the intervention was not used.",
    ),
    "area_difference_in_differences": (
        3,
        "The change was compared with the change in places without the intervention.",
    ),
}
"""Level that each estimator can reach on the Maryland scale, and what it is gained for."""

NOT_LEVEL_3: Final = (
    "Not level 3: the main analysis has no comparison group measured both before and after."
)
NOT_LEVEL_4: Final = "Not level 4: nothing like chance decided who had the intervention."
WITH_COMPARISON: Final = frozenset(
    {"matched", "weighted", "difference_in_differences", "area_difference_in_differences"}
)
OF_AREAS: Final = frozenset({"cross_section", "area_difference_in_differences", "area_series"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignFacts:
    """What the rules need to know of an evaluation.

    Attributes
    ----------
    design : str
        Code of the design in the protocol.
    estimator : str or None
        Estimator of the main analysis; None when nothing is compared.
    unread : str
        Why the main analysis shows nothing; empty when it shows something or there is none.
    failed_checks : tuple of str
        What each failed health check says.
    n_smaller_group : int or None
        Cases, people or areas in the smaller group; without a comparison group, before or since.
        None when unknown or withheld.
    n_primary, n_primary_as_intended : int
        Primary outcomes with a direction agreed as good, and those that differ in it by more than
        chance.
    n_child_as_intended : int
        Outcomes of children that do.
    has_logic_model, is_whole_system : bool
        As in the protocol.
    """

    design: Design
    estimator: Estimator | None
    unread: str = ""
    failed_checks: tuple[str, ...] = ()
    n_smaller_group: int | None = None
    n_primary: int = 0
    n_primary_as_intended: int = 0
    n_child_as_intended: int = 0
    has_logic_model: bool = False
    is_whole_system: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """One level on one scale, with the reasons for it.

    Attributes
    ----------
    level : str
        The level as it is written; ``none`` when nothing can be rated.
    gained, lost : tuple of str
        Why the level is as high as it is, and why it is not higher.
    """

    scale: Scale
    level: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


def maryland(facts: DesignFacts) -> Rating:
    """Return the level on the Maryland scientific methods scale, 1 to 5.

    Each failed health check is a reason to lose a level, but only one level is lost, and never the
    first.

    Notes
    -----
    Sherman et al. (1997), in the wording of the What Works Centre for Local Economic Growth.
    """
    if facts.estimator is None:
        if facts.design == "pilot_feasibility":
            lost = (
                "No outcome was measured before, after or elsewhere, so there is nothing to rate."
            )
            return Rating(scale="maryland", level="none", gained=(), lost=(lost,))
        return Rating(
            scale="maryland",
            level="1",
            gained=("Cases were looked at once, by the same questions.",),
            lost=("Not level 2: nothing was measured before, and nobody was compared.",),
        )
    level, gained = MARYLAND_OF[facts.estimator]
    lost = NOT_LEVEL_4 if level == 3 else NOT_LEVEL_3
    failed = tuple(f"A level lost: {text}" for text in facts.failed_checks)
    return Rating(
        scale="maryland",
        level=str(max(level - 1, 1) if failed else level),
        gained=(gained,),
        lost=(*failed, lost),
    )


def nesta(facts: DesignFacts) -> Rating:
    """Return the level on Nesta's standards of evidence, 1 to 5; one evaluation reaches 3 at most.

    Notes
    -----
    Puttick and Ludlow (2013), Standards of Evidence, Nesta.
    """
    if not facts.has_logic_model:
        lost = "Not level 1: the protocol has no account of how it is meant to work."
        return Rating(scale="nesta", level="none", gained=(), lost=(lost,))
    gained = ["Level 1: there is an account of how it is meant to work."]
    change = _change_seen(facts)
    if change is not None:
        return Rating(
            scale="nesta", level="1", gained=tuple(gained), lost=(f"Not level 2: {change}",)
        )
    gained.append("Level 2: a main outcome changed in the intended direction.")
    if int(maryland(facts).level) < 3:
        lost = (
            "Not level 3: no comparison measured before and after shows what would have happened."
        )
        return Rating(scale="nesta", level="2", gained=tuple(gained), lost=(lost,))
    gained.append("Level 3: a comparison group shows what happened without it.")
    lost = "Not level 4: no second, independent evaluation is loaded that finds the same."
    return Rating(scale="nesta", level="3", gained=tuple(gained), lost=(lost,))


def _change_seen(facts: DesignFacts) -> str | None:
    """Return why no change in the intended direction was seen; None when one was."""
    if facts.estimator is None:
        return "no outcome was compared."
    if facts.unread:
        return _after_colon(facts.unread)
    if facts.failed_checks:
        return "a health check failed, so no change can be quoted."
    if not facts.n_primary:
        return "no main outcome has a direction that is agreed as good."
    if not facts.n_primary_as_intended:
        return "no main outcome changed in the intended direction by more than chance."
    return None


def _after_colon(sentence: str) -> str:
    """Return a sentence so that it can follow a colon."""
    return sentence[:1].lower() + sentence[1:]


def foundations(facts: DesignFacts) -> Rating:
    """Return an indicative level in the style of the Foundations Guidebook.

    It is our reading, not a rating: ``NL2``, ``2``, ``2+`` or ``3``; 4 needs two studies.

    Notes
    -----
    Early Intervention Foundation evidence standards; levels in the words of Foundations.
    """
    system = (
        ("The Guidebook rates programmes and leaves whole-system models out.",)
        if facts.is_whole_system
        else ()
    )
    why = _no_child_outcome(facts)
    if why is not None:
        return Rating(
            scale="foundations", level="NL2", gained=(), lost=(f"Not level 2: {why}", *system)
        )
    gained = ["Level 2: an outcome of children improved in a study with numbers."]
    if facts.estimator not in WITH_COMPARISON:
        lost = "Not 2+: there is no comparison group."
        return Rating(scale="foundations", level="2", gained=tuple(gained), lost=(lost, *system))
    gained.append("2+: there is a comparison group.")
    if int(maryland(facts).level) < 3:
        lost = "Not level 3: in the main analysis it was not measured both before and after."
        return Rating(scale="foundations", level="2+", gained=tuple(gained), lost=(lost, *system))
    gained.append("Level 3: the comparison group was measured before and after.")
    lost = "Not level 4: that needs two rigorous studies, one with an effect that lasts a year."
    return Rating(scale="foundations", level="3", gained=tuple(gained), lost=(lost, *system))


def _no_child_outcome(facts: DesignFacts) -> str | None:
    """Return why no improvement of children can be claimed; None when one can."""
    if facts.estimator is None:
        return "no outcome of children was compared."
    if facts.unread:
        return _after_colon(facts.unread)
    if facts.failed_checks:
        return "a health check failed, so no improvement can be quoted."
    if not facts.n_child_as_intended:
        return "no outcome of children improved by more than chance."
    return _too_few(facts)


def _too_few(facts: DesignFacts) -> str | None:
    """Return why the groups are not known to be large enough; None when they are."""
    if facts.n_smaller_group is None:
        return (
            "how many are in the smaller group is withheld, or not known in this design, so the "
            "level can't be read."
        )
    if facts.n_smaller_group < FEWEST_FOR_LEVEL_2:
        units = "areas" if facts.estimator in OF_AREAS else "cases or people"
        return f"fewer than {FEWEST_FOR_LEVEL_2} {units} are in the smaller group."
    return None
