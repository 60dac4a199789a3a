"""Rules for what describes: what was said, delivered, written down, published or assumed."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from analytics.exhibits.say_rules import Rule

SAID: Final = Rule(
    lead="Raised in interviews:",
    bears="what those asked said, no measure of what happened",
    hurried=(
        ("It is a fact: {said}.", "it is what some of those who were asked said"),
        ("{share} of everybody would say so.", "only those who were asked, and answered, count"),
    ),
)
CHANGE_SAID: Final = Rule(
    bears="what those who answered said, compared with nobody else",
    hurried=(
        (
            "The work changed how people see it.",
            "there is no comparison, and not everybody answered again",
        ),
        ("{share} of everybody would say so.", "only those who were asked, and answered, count"),
    ),
)
SKILLS: Final = Rule(
    bears="meetings that were observed, not an effect of the training",
    hurried=(
        ("The training made workers better.", "there is no comparison with workers without it"),
        ("The training made no difference.", "what could be chance is not “no difference”"),
    ),
    open=(),
)
DELIVERED: Final = Rule(
    bears="this says what was delivered, not whether it helped",
    hurried=(
        ("It was delivered, so it works.", "delivery says nothing about what followed"),
        ("It failed because it was not delivered.", "nothing compares more delivery with less"),
    ),
)
PRACTICE: Final = Rule(
    bears="conferences as they were recorded, and nothing that followed",
    hurried=(
        (
            "Families come back because agencies stay away.",
            "conferences are counted, and nothing that followed is compared",
        ),
    ),
)
TEAMS: Final = Rule(
    bears="this shows where to ask why, and judges no team",
    hurried=(
        (
            "The teams outside the limits work badly.",
            "families and recording differ between teams too",
        ),
    ),
)
LOGIC: Final = Rule(
    bears="this says which links have evidence, not that it worked that way",
    hurried=(("This is how it works.", "few links, if any, were tested against a comparison"),),
    open=(
        ("This is how it works.", "few links, if any, were tested against a comparison"),
        ("This is not how it works.", "a link without evidence is not a link that is wrong"),
    ),
)
VERDICT: Final = Rule(
    bears="judged by written rules, none of which says that it works",
    hurried=(
        ("{it} works.", "a letter is judged by what was compared, and nothing was drawn by lot"),
        ("{it} does not work.", "“not shown” and “can't tell” are not “no difference”"),
    ),
    most=1,
)
STRENGTH: Final = Rule(
    bears="levels rate what a design can bear, not how large a difference is",
    hurried=(("The effect is strong.", "the level is of the design, not of the difference"),),
)
REPORTED: Final = Rule(
    bears="set beside what was reported, which confirms no finding",
    hurried=(
        (
            "Our data confirms the published findings.",
            "made-up data was fitted to them; it shows only that the sums work",
        ),
    ),
)
BESIDE: Final = Rule(
    bears="set beside what was reported, which confirms no finding",
    hurried=(
        (
            "The published figures confirm the report.",
            "they were revised since, and the areas compared with are not known to be the same",
        ),
    ),
)
PUBLISHED: Final = Rule(
    bears="as others published it, on their own bases",
    hurried=(
        ("Together the figures come to the sum of these.", "they are counted on different bases"),
    ),
)
PUBLISHED_BESIDE: Final = replace(PUBLISHED, most=1)
QUOTED: Final = Rule(
    bears="quoted and official figures are on different bases",
    hurried=(
        (
            "{quoted_of}: from {quoted}% to {official}%.",
            "the two are counted on different bases, and cannot be added or subtracted",
        ),
        (
            "The quoted and the official figures add up to one.",
            "the two are counted on different bases",
        ),
    ),
)
BASELINE: Final = Rule(
    bears="a baseline, with nothing yet to compare it with",
    hurried=(
        ("There was no improvement.", "nothing has been measured after the change yet"),
        ("It works.", "nothing has been measured after the change yet"),
    ),
)
RECORDS: Final = Rule(
    bears="case records only, and none of families without the work",
    hurried=(
        ("{it} works.", "no families without it are in the records"),
        ("Good recording keeps children at home.", "groups of records differ in other ways"),
    ),
)
CHECK: Final = Rule(
    bears="this is about how far to trust the comparison, and no finding itself",
    hurried=(
        (
            "The method is sound, so the finding is true.",
            "checks find faults; that none was found proves nothing",
        ),
    ),
    open=(),
    is_finding=False,
)
ASSUMED: Final = Rule(
    bears="assumed, and not found",
    hurried=(("The document reports this.", "it was assumed where the document is silent"),),
    open=(),
    is_finding=False,
)
DESCRIPTION: Final = Rule(
    bears="a description, which does not say why",
    hurried=(("{it} works.", "nothing here compares what would have happened otherwise"),),
)
