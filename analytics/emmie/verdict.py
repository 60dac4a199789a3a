"""A verdict on one EMMIE letter: a word, and the reasons for it.

The rules are written in ``docs/methods/questions/letters.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Letter = Literal["effect", "mechanism", "moderators", "implementation", "economic_cost"]
Word = Literal["shown", "not shown", "can't tell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One letter: a word, the reasons for it, and which of them cast doubt on it."""

    letter: Letter
    word: Word
    reasons: tuple[str, ...]
    doubts: tuple[str, ...] = ()


def cannot_tell(letter: Letter, *reasons: str) -> Verdict:
    """Return the verdict that nothing can be told, and why."""
    return Verdict(letter=letter, word="can't tell", reasons=reasons)
