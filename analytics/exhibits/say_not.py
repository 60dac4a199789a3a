"""Sentences that must not be written, as somebody in a hurry would write them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter
from typing import Final

from analytics.exhibits.claim import Claim, Moved
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.say_intervals import NUMBER, told, wide
from analytics.exhibits.say_rules import Rule

DO_NOT_WRITE: Final = "Do not write:"
MOST_OF_A_KIND: Final = 3
WIDE_POINTS: Final = 20.0
_OPEN: Final = re.compile(
    r"can['’]t (tell|be told)|cannot (tell|be told)|not reliable|do not quote|too few|withheld"
    r"|could be chance|\bno\b.*\b(clear|clearly|beyond chance|stands? out)\b|^not yet"
    r"|^no comparison|\bcheck failed",
    re.IGNORECASE,
)
_SHARE: Final = re.compile(r"\d[\d.]*%")
_INNER: Final = str.maketrans("“”", "‘’")
_NOBODY: Final = Claim(about="", place="")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotWrite:
    """A sentence that must not be written.

    Attributes
    ----------
    sentence : str
        As somebody in a hurry would write it; never shown by itself.
    why : str
        In a few words, to follow “because”.
    """

    sentence: str
    why: str

    @property
    def marked(self) -> str:
        """The sentence as it may be shown: marked before it, with the reason after it."""
        inside = self.sentence.translate(_INNER)
        return f"{DO_NOT_WRITE} “{inside}” Because {self.why}."


def is_open(exhibit: Exhibit) -> bool:
    """Return whether the headline leaves it open, so that it goes with every sentence."""
    return bool(_OPEN.search(exhibit.headline))


def not_written(exhibit: Exhibit, rule: Rule) -> tuple[NotWrite, ...]:
    """Return what must not be written: too much, too little, as if real, as if certain."""
    words = _words(exhibit)
    open_pairs = rule.open if is_open(exhibit) else ()
    pairs = (*_filled(open_pairs, words), *_moved(exhibit, rule), *_filled(rule.hurried, words))
    found: dict[str, str] = {}
    for sentence, why in pairs:
        found.setdefault(sentence, why)
    most = list(found.items())[:MOST_OF_A_KIND]
    return tuple(
        NotWrite(sentence=sentence, why=why)
        for sentence, why in (
            *most,
            *(_as_if_real(exhibit) if rule.is_finding else ()),
            *_as_if_certain(exhibit),
        )
    )


def _claim(exhibit: Exhibit) -> Claim:
    return exhibit.claim or _NOBODY


def _words(exhibit: Exhibit) -> dict[str, str]:
    """Return what a template may name, empty where the exhibit has no such thing."""
    claim, table = _claim(exhibit), exhibit.table
    first = exhibit.sentences[0] if exhibit.sentences else ""
    shares = _SHARE.findall(f"{exhibit.headline} {first}")
    first_told = next(told(table), None)
    words = {
        "about": claim.about,
        "it": f"{claim.about}: it" if claim.about else "It",
        "share": shares[0] if shares else "",
        "said": first.partition(": ")[0] if ": " in first else "",
        "row": str(table.rows[0][0]) if table.rows else "",
        "group": first_told.label if first_told else "",
    }
    return words | _quoted(exhibit)


def _quoted(exhibit: Exhibit) -> dict[str, str]:
    """Return the first place with a quoted and an official figure, the third and fourth cells."""
    for row in exhibit.table.rows:
        place, *numbers = str(row[0]), *(str(cell) for cell in row[2:4])
        if len(numbers) == len(("quoted", "official")) and all(map(NUMBER.fullmatch, numbers)):
            return {"quoted_of": place, "quoted": numbers[0], "official": numbers[1]}
    return {"quoted_of": "", "quoted": "", "official": ""}


def _filled(pairs: tuple[tuple[str, str], ...], words: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (template.format(**words), why)
        for template, why in pairs
        if all(words[name] for _, name, _, _ in Formatter().parse(template) if name)
    ]


def _moved(exhibit: Exhibit, rule: Rule) -> Iterator[tuple[str, str]]:
    """Yield the clearest difference as if it were an effect, and an unclear one as if none."""
    claim = _claim(exhibit)
    if not (rule.because and claim.moved):
        return
    first = next((one for one in claim.moved if one.is_clear), claim.moved[0])
    unclear = next((one for one in claim.moved if not one.is_clear and one is not first), None)
    yield _caused(claim, first, rule), rule.because
    if unclear is not None:
        yield (
            f"{claim.about} made no difference to {unclear.what}.",
            "what could be chance may be a difference all the same",
        )


def _caused(claim: Claim, moved: Moved, rule: Rule) -> str:
    return rule.caused.format(
        about=claim.about,
        verb="cut" if moved.is_lower else "raised",
        what=moved.what,
        by=moved.by,
    )


def _as_if_real(exhibit: Exhibit) -> Iterator[tuple[str, str]]:
    """Yield the finding without a word that its data is made up."""
    if not exhibit.synthetic:
        return
    place = _claim(exhibit).place
    where = f"{place}: " if place else ""
    for said in (exhibit.headline, *exhibit.sentences):
        if NUMBER.search(said) and not _OPEN.search(said):
            yield (
                f"{where}{said.removesuffix('.')}.",
                f"the data is made up and says nothing about {place or 'any place'}",
            )
            return


def _as_if_certain(exhibit: Exhibit) -> Iterator[tuple[str, str]]:
    """Yield the first share with a wide interval as a bare number."""
    for row in wide(exhibit.table, WIDE_POINTS):
        yield f"{row.label}: {row.value}%.", f"it could be anything from {row.interval}%"
        return
