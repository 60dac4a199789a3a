"""Who to look at, as a list: one entry for a family, with its children; for the screen only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from analytics.disclosure.release import Released
from analytics.emmie.repeat_plans.current import CaseLine, CurrentPlansAnswer
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Exhibit, Table, origin
from analytics.exhibits.repeat_current import WHO
from analytics.exhibits.repeat_words import NO_TEAM, chronology, months
from analytics.extracts.code_lists import CATEGORY_OF_ABUSE

Order = Literal["soonest", "newest"]
ORDERS: Final[dict[Order, str]] = {
    "soonest": "Shortest time without a plan",
    "newest": "Newest return",
}
_FIRST: Final[dict[Order, Callable[[CaseLine], Any]]] = {
    "soonest": lambda line: (line.gap_days, -line.since.toordinal(), line.family_id),
    "newest": lambda line: (-line.since.toordinal(), line.gap_days, line.family_id),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SiblingsEntry:
    """Children of a family of whom the same is to be said."""

    children: tuple[str, ...]
    facts: str
    chronology: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyEntry:
    """One family of the list."""

    title: str
    siblings: tuple[SiblingsEntry, ...]


def families_to_look_at(
    released: Released[CurrentPlansAnswer], *, order: Order
) -> tuple[FamilyEntry, ...]:
    """Return the families of the children to look at, each with its children.

    Parameters
    ----------
    released : Released
        The answer; without lines where the viewer may see no case.
    order : str
        ``soonest``: the shortest time without a plan of any child first; ``newest``: the latest
        return of any child first.
    """
    families: dict[str, list[CaseLine]] = {}
    for line in sorted(released.answer.lines, key=_FIRST[order]):
        families.setdefault(line.family_id, []).append(line)
    return tuple(_family(key, lines) for key, lines in families.items())


def list_exhibit(released: Released[CurrentPlansAnswer]) -> tuple[Exhibit, ...]:
    """Return what stands around the list, which is no table and goes into no file."""
    answer = released.answer
    families = len({line.family_id for line in answer.lines})
    return (
        Exhibit(
            key="who_to_look_at",
            headline=(
                f"{wording.plural(len(answer.lines), 'child', 'children')} in "
                f"{wording.plural(families, 'family', 'families')} to look at first"
            ),
            subtitle=f"{WHO}; {answer.provenance.place}",
            figure=None,
            table=Table(columns=(), rows=()),
            alt_text="",
            notes=(
                "Keys are pseudonyms. The list is for the screen only and has no download: a file "
                "with rows of children would leave the app, and nobody could say who reads it.",
                "Only plans with this authority are known. Changes of social worker are those "
                "during a plan that has ended, where its end was recorded.",
                "“Counted on the record, dates not in the extract” are earlier plans that the "
                "child's record counts and this extract does not hold, because they were before it "
                "begins or with another authority: how many is known, when is not.",
                "For a conference, team and category are those of the child's last plan.",
                "The order says how soon, or how lately, children came back. It is no measure of "
                "risk.",
            ),
            **origin(answer.provenance),
            is_shown_only=True,
        ),
    )


def _family(key: str, lines: Sequence[CaseLine]) -> FamilyEntry:
    """Return a family; children of whom the same is to be said share an entry."""
    alike: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        alike.setdefault((_facts(line), chronology(line)), []).append(line.child_id)
    return FamilyEntry(
        title=f"Family {key}: {wording.plural(len(lines), 'child', 'children')}",
        siblings=tuple(
            SiblingsEntry(children=tuple(children), facts=facts, chronology=words)
            for (facts, words), children in alike.items()
        ),
    )


def _facts(line: CaseLine) -> str:
    """Return what the chronology does not say, and how soon the child was back."""
    back = f"{'back' if line.kind == 'plan' else 'in conference'} after {months(line.gap_days)}"
    category = CATEGORY_OF_ABUSE.get(line.category or "", "category not recorded")
    team = f"team {line.team}" if line.team else NO_TEAM
    return "; ".join((back, *map(wording.lower_first, (category, team))))
