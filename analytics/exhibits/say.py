"""Can I say this? Sentences that may be pasted into a report, and those that must not be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from analytics.exhibits.exhibit import CALIBRATED, NOT_MADE_UP, Exhibit
from analytics.exhibits.say_intervals import interval_beside
from analytics.exhibits.say_kinds import rule_of
from analytics.exhibits.say_not import NotWrite, is_open, not_written
from analytics.exhibits.say_rules import Rule
from analytics.extracts.filters import FILTER_WORDS, NOT_NARROWED

__all__ = ["NotWrite", "Say", "say"]

IN_MADE_UP_DATA: Final = "In made-up data: "
MOST_WORDS: Final = 48
"""Of a claim: what can be said in one breath, with a figure, its interval and its limit."""
Finding = tuple[str, str]
"""What was found, and the interval that the table has for it; empty where it says one itself."""
_SENTENCES: Final = re.compile(r"(?<=[.?!]) (?=[A-Z“\d])(?!But )")
_FINGERPRINT: Final = re.compile(r" \(extract [0-9a-f-]+\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """What may be said of an exhibit, and what may not.

    Attributes
    ----------
    write : tuple of str
        At most three; each can stand alone. It begins with one claim: what was found, with its
        figure and interval, and what kind of claim that is. After it stands ``Basis:``, the
        sentence to copy with it: of what, where, of how many, narrowed to what, and the source.
        Empty for what is for the screen only.
    not_write : tuple of NotWrite
        What must not be written, and why; never shown without its marking.
    """

    write: tuple[str, ...]
    not_write: tuple[NotWrite, ...]


def say(exhibit: Exhibit, filters: str = "") -> Say:
    """Return what may be said of an exhibit, and what may not; no number is worked out here.

    Parameters
    ----------
    exhibit : Exhibit
        As it was made; what was asked is read from its stamp.
    filters : str
        What it was narrowed to, in words; without them only which filters are named.
    """
    if exhibit.is_shown_only:
        return Say(write=(), not_write=())
    rule = rule_of(exhibit)
    return Say(
        write=tuple(
            " ".join((*_claimed(finding, exhibit, rule), _basis(exhibit, filters)))
            for finding in _findings(exhibit, rule)
        ),
        not_write=not_written(exhibit, rule),
    )


def _findings(exhibit: Exhibit, rule: Rule) -> Iterator[Finding]:
    """Yield what was found, each with its interval, and with its doubt where there is one."""
    headline = _ended(exhibit.headline)
    before = f"{headline} " if is_open(exhibit) else f"{rule.lead} " if rule.lead else ""
    for sentence in exhibit.sentences[: rule.most]:
        yield f"{before}{_ended(sentence)}", interval_beside(sentence, exhibit.table)
    if not exhibit.sentences:
        yield f"{rule.lead} {headline}".strip(), interval_beside(headline, exhibit.table)


def _claimed(finding: Finding, exhibit: Exhibit, rule: Rule) -> tuple[str, ...]:
    """Return one claim with its limit, then what of the finding has no room in it.

    As much of the finding as fits goes into the claim, its interval first of all. A sentence that
    begins with *But* stays with what it doubts.
    """
    said, interval = finding
    after = (f"{interval[:1].upper()}{interval[1:]}.",) if interval else ()
    parts = _SENTENCES.split(said)
    ways = [(said, after)] + [
        (" ".join(parts[:held]), (*parts[held:], *after)) for held in range(len(parts) - 1, 0, -1)
    ]
    if interval:
        ways.insert(0, (f"{said.removesuffix('.')} ({interval})", ()))
    lead = IN_MADE_UP_DATA if exhibit.synthetic else ""
    claims = [(f"{lead}{one.removesuffix('.')}; {rule.bears}.", rest) for one, rest in ways]
    fitting = (way for way in claims if len(way[0].split()) <= MOST_WORDS)
    claim, rest = next(fitting, claims[-1])
    return (claim, *rest)


def _basis(exhibit: Exhibit, filters: str) -> str:
    """Return the sentence that goes with every claim: of what, where, narrowed to what, source."""
    said = exhibit.subtitle.removesuffix(".")
    place = exhibit.claim.place if exhibit.claim else ""
    parts = [said, *([place] if place not in said else []), *_narrowed(exhibit, filters)]
    return f"Basis: {'; '.join((*parts, *_drawn_from(exhibit)))}."


def _drawn_from(exhibit: Exhibit) -> Iterator[str]:
    """Yield the source, and of made-up data what it follows."""
    source = _source(exhibit).removesuffix(".")
    if not (exhibit.synthetic and source.startswith(CALIBRATED)):
        yield f"source: {source}"
        return
    followed, _, published = source.removeprefix(CALIBRATED).partition(NOT_MADE_UP)
    yield f"made-up data that follows {followed}"
    if published:
        yield f"published, not made up: {published}"


def _narrowed(exhibit: Exhibit, filters: str) -> Iterator[str]:
    active = exhibit.stamp.recipe.filters.active() if exhibit.stamp else frozenset()
    used = [role for role in FILTER_WORDS if role in active - set(exhibit.filters_unused)]
    if filters not in {"", NOT_NARROWED}:
        yield f"only a part was counted: {filters.removesuffix('.')}"
    elif used and not filters:
        yield f"only a part was counted, by {', '.join(FILTER_WORDS[role] for role in used)}"


def _source(exhibit: Exhibit) -> str:
    return _FINGERPRINT.sub("", exhibit.source)


def _ended(text: str) -> str:
    """Return a text with a full stop, unless it ends a sentence already."""
    return text if text.endswith((".", "?", "!")) else f"{text}."
