"""What each kind of claim can bear, and how somebody in a hurry would overstate it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

Hurried = tuple[tuple[str, str], ...]
"""Pairs of a sentence that must not be written, and why. A field in braces is filled from the
exhibit; a sentence whose field is empty there is left out."""

NO_EFFECT: Final[Hurried] = (
    ("{it} made no difference.", "not shown is not the same as none"),
    ("{it} works.", "nothing here shows that it does"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What one kind of claim can bear.

    Attributes
    ----------
    bears : str
        The honest limit: a clause that ends every claim, after a semicolon.
    because : str
        Why a difference is no more than that, to follow a sentence that must not be written.
    caused : str
        How somebody in a hurry would put a difference; with ``{what}`` and ``{by}``, and
        ``{verb}`` for the direction.
    hurried : tuple of (str, str)
        What else must not be written, and why.
    open : tuple of (str, str)
        What must not be written where the exhibit says that it can't be told.
    most : int
        How many of its sentences can stand alone, counted from the first.
    is_finding : bool
        Whether it says anything about places or people that could be taken as real.
    lead : str
        Goes before a finding that is worded as somebody else's claim.
    """

    bears: str
    because: str = ""
    caused: str = "{about} {verb} {what} by {by}."
    hurried: Hurried = ()
    open: Hurried = NO_EFFECT
    most: int = 3
    is_finding: bool = True
    lead: str = ""


LIKE_GROUPS: Final = Rule(
    bears="an association between like groups, not an effect",
    because="the groups were not drawn by lot: what else differed or changed is in the difference",
    hurried=(
        (
            "{it} works.",
            "it is an association between groups that were not drawn by lot",
        ),
    ),
)
AREAS: Final = Rule(
    bears="an association, not an effect",
    because="areas were not drawn by lot, and another area moved too",
    hurried=(("{it} works.", "areas were not drawn by lot, and another area moved too"),),
)
SERIES: Final = Rule(
    bears="a comparison with the old course carried on, not an effect",
    because="whatever else changed at that time is part of it",
    hurried=(("{it} works.", "whatever else changed at that time is part of it"),),
)
SAME_PEOPLE: Final = Rule(
    bears="a change over time, compared with nobody, and not an effect",
    because="nobody shows what would have come without it, and a bad time often passes by itself",
    hurried=(("{it} works.", "it is a change over time, compared with nobody"),),
)
OVER_TIME: Final = Rule(
    bears="this says what was recorded, not why",
    hurried=(
        ("It changed because of what was done.", "a count over time says when, and never why"),
    ),
    open=(("Nothing changed.", "what chance could make may be a change all the same"),),
)
GROUPS: Final = Rule(
    bears="groups are compared with each other, which says nothing of the cause",
    hurried=(
        (
            "It works best for this group: {group}.",
            "a group is not tested by its own line, and groups differ in more than this",
        ),
        (
            "It works the same for everybody.",
            "groups are small: a difference that was not found may be there",
        ),
    ),
)
RETURN_GROUPS: Final = Rule(
    bears="a difference, and not its cause",
    hurried=(
        (
            "That is why children come back.",
            "groups of plans differ in more than what they are named after",
        ),
    ),
    open=(("The groups are alike.", "a difference that was not found may be there"),),
)
FACTORS: Final = Rule(
    bears="not an effect",
    because="it goes with returns, and what was not recorded may be behind both",
    caused="Children come back {by} as often because their plans {what}.",
    hurried=(("That is why children come back.", "what goes with a return need not cause it"),),
)
TOGETHER: Final = Rule(
    bears="this says what goes together, not which comes from which",
    hurried=(
        ("The one brings about the other.", "what goes together need not come from each other"),
    ),
)
SIMULATION: Final = Rule(
    bears="simulated, not found: it takes a share of an association as an effect",
    because="a simulation takes part of an association as an effect, because it was told to",
    caused="This would prevent {by}.",
    hurried=(
        (
            "Keeping plans open longer prevents another plan.",
            "plans that end early differ in ways that nobody recorded",
        ),
    ),
)
MONEY: Final = Rule(
    bears="gross, on listed assumptions, and not cash",
    because="it is gross, not cash, and only if the whole difference is due to the work",
    caused="It saves {what} {by}.",
    hurried=(
        ("It pays for itself.", "the cost rests on assumed hours, the gain on an association"),
    ),
    open=(
        ("It saves money.", "“can't tell” is not “it saves”"),
        ("It is not worth the money.", "“can't tell” is not “it costs more” either"),
    ),
)
COSTS: Final = Rule(
    bears="costs on listed assumptions, not anybody's accounts",
    hurried=(
        ("This is what the council spent.", "hours are assumed and prices are national ones"),
    ),
)
RETURNS: Final = Rule(
    bears="this counts plans of children, and does not say why",
    hurried=(
        (
            "{share} of families fail.",
            "plans of children are counted, not families, and another plan can be the right thing",
        ),
        ("{share} of plans failed.", "a later plan does not say that the earlier one was wrong"),
    ),
)
AUDIT: Final = Rule(
    bears="families who did not come back were not looked at",
    hurried=(
        (
            "That is why families come back.",
            "families who did not come back were not looked at, and may be alike",
        ),
    ),
    open=(),
)
FEATURES: Final = replace(
    AUDIT,
    lead="As the audit put it:",
    hurried=(
        (
            "Families come back because of this: {row}.",
            "families who did not come back were not looked at, and may be alike",
        ),
    ),
)
PLACES: Final = Rule(
    bears="published rates, which do not say how good the work is",
    hurried=(
        (
            "{about} must be failing.",
            "a rate says how many, not how good: need, thresholds and recording differ too",
        ),
        (
            "{about} must be doing better work than others.",
            "lower is not better, and higher is not worse",
        ),
    ),
    open=(),
)
COUNTERPART: Final = Rule(
    bears="compared with what similar places did, and not an effect of anything",
    hurried=(
        (
            "What {about} did made the difference.",
            "places moved for many reasons, and the counterpart is made of other places",
        ),
    ),
    open=(("{about} did no better or worse than others.", "“can't tell” is not “no difference”"),),
)
