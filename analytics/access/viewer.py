"""The viewer: whose authorities they may see, and whether they may see single cases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who is looking; part of every question that is asked and of every cache key.

    Attributes
    ----------
    name : str
        Label for the header; not used in decisions.
    key : str
        Stands for the viewer in what they enter; empty for anyone.
    local_authorities : frozenset of str or None
        Codes of the authorities whose child-level rows may be counted; None means all of them.
    may_see_cases : bool
        Whether a pseudonymised key of a single row may be shown.
    """

    name: str
    local_authorities: frozenset[str] | None
    may_see_cases: bool = False
    key: str = ""

    @property
    def scope(self) -> str:
        """Stable text that stands for the scope in cache keys."""
        places = (
            "all" if self.local_authorities is None else ",".join(sorted(self.local_authorities))
        )
        return f"{places}|cases={self.may_see_cases}"


PUBLIC: Final = Viewer(name="Anyone", local_authorities=None)
"""Sees every authority of the loaded extracts, as released aggregates only."""
