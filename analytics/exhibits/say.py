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
from analytics.extracts.filters import FILTER_WORDS

__all__ = ["NOBODY_NARROWED", "NotWrite", "Say", "say"]

NOBODY_NARROWED: Final = "none"
_FINGERPRINT: Final = re.compile(r" \(extract [0-9a-f-]+\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """What may be said of an exhibit, and what may not.

    Attributes
    ----------
    write : tuple of str
        At most three; each can stand alone: what, where, of how many, how sure, what kind of claim
        it is and where it comes from. Empty for what is for the screen only.
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
            " ".join((*_before(exhibit), finding, *_after(finding, exhibit, rule.bears, filters)))
            for finding in _findings(exhibit, rule)
        ),
        not_write=not_written(exhibit, rule),
    )


def _findings(exhibit: Exhibit, rule: Rule) -> Iterator[str]:
    """Yield what was found, each with its interval, and with its doubt where there is one."""
    headline = _ended(exhibit.headline)
    before = f"{headline} " if is_open(exhibit) else f"{rule.lead} " if rule.lead else ""
    for sentence in exhibit.sentences[: rule.most]:
        yield f"{before}{_with_interval(sentence, exhibit)}"
    if not exhibit.sentences:
        yield f"{rule.lead} {_with_interval(headline, exhibit)}".strip()


def _with_interval(sentence: str, exhibit: Exhibit) -> str:
    found = interval_beside(sentence, exhibit.table)
    return f"{sentence.removesuffix('.')} ({found})." if found else _ended(sentence)


def _before(exhibit: Exhibit) -> tuple[str, ...]:
    """Return how a sentence about made-up data begins."""
    if not exhibit.synthetic:
        return ()
    followed = _source(exhibit).removeprefix(CALIBRATED).partition(NOT_MADE_UP)[0]
    if not exhibit.source.startswith(CALIBRATED):
        return ("In made-up data:",)
    return (f"In made-up data that follows {followed}:",)


def _after(finding: str, exhibit: Exhibit, bears: str, filters: str) -> Iterator[str]:
    """Yield what has to stand after a finding: basis, filters, kind of claim, source."""
    place = exhibit.claim.place if exhibit.claim else ""
    where = f"; {place}" if place and place not in f"{exhibit.subtitle}{finding}" else ""
    yield f"Basis: {_ended(exhibit.subtitle.removesuffix('.') + where)}"
    yield from _narrowed(exhibit, filters)
    yield bears
    source = _source(exhibit)
    if not exhibit.synthetic or not source.startswith(CALIBRATED):
        yield f"Source: {_ended(source)}"
    elif NOT_MADE_UP in source:
        yield f"Published, not made up: {_ended(source.partition(NOT_MADE_UP)[2])}"


def _narrowed(exhibit: Exhibit, filters: str) -> Iterator[str]:
    active = exhibit.stamp.recipe.filters.active() if exhibit.stamp else frozenset()
    used = [role for role in FILTER_WORDS if role in active - set(exhibit.filters_unused)]
    if filters not in {"", NOBODY_NARROWED}:
        yield f"Only a part was counted: {_ended(filters)}"
    elif used and not filters:
        yield f"Only a part was counted, by {', '.join(FILTER_WORDS[role] for role in used)}."


def _source(exhibit: Exhibit) -> str:
    return _FINGERPRINT.sub("", exhibit.source)


def _ended(text: str) -> str:
    """Return a text with a full stop, unless it ends a sentence already."""
    return text if text.endswith((".", "?", "!")) else f"{text}."
