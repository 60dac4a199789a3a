"""What can be shown together of months, quarters, years and the whole.

Cells are nested: each holds some of the smallest parts, and two of them hold one another or share
none. Whoever reads a cell and some cells within it can subtract. What is left over of a cell beside
the largest cells shown within it, its remainder, is all that can be worked out: remainders share no
part, and every sum that follows from what is shown is a sum of remainders. So the cells tell
nothing small as long as no remainder is small.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

from analytics.disclosure.policy import Policy

Labels = Sequence[Hashable | None]
"""For each smallest part the cell, or the remainder, that holds it; None where none does."""
Counts = Sequence[int]
"""A count of each smallest part."""
Check = Callable[[Labels], list[set[int]]]
"""Finds, from the remainders of cells that could be shown, the parts of which too much is told."""


def no_small(columns: Sequence[Counts], policy: Policy) -> Check:
    """Return the check that no remainder is small in any of some counts."""

    def check(blocks: Labels) -> list[set[int]]:
        return [
            parts
            for parts in _held(blocks)
            if any(policy.is_small(_sum(counts, parts)) for counts in columns)
        ]

    return check


def no_small_rest(
    total: Counts,
    own: Counts,
    beside: tuple[Counts, Labels],
    policy: Policy,
    *,
    part: tuple[Counts, Labels] | None = None,
) -> Check:
    """Return the check of what a known total leaves beside two kinds of it.

    Parameters
    ----------
    total, own : sequence of int
        All, and those of the kind that is checked.
    beside : (sequence of int, sequence of hashable or None)
        Those of another kind, with the remainders of its cells.
    policy : Policy
        What counts as small.
    part : (sequence of int, sequence of hashable or None), optional
        A part of the checked kind that is known by itself, wherever that kind is and elsewhere.
    """
    other, known = beside[0], _cells(beside[1])
    some, known_too = (None, {}) if part is None else (part[0], _cells(part[1]))

    def check(blocks: Labels) -> list[set[int]]:
        mine = _cells(blocks)

        def rest(parts: set[int]) -> int:
            held = _within(parts, blocks, mine)
            left = _sum(total, parts) - _sum(own, held)
            left -= _sum(other, _within(parts, beside[1], known))
            if part is None or some is None:
                return left
            return left - _sum(some, _within(parts, part[1], known_too) - held)

        sets = [*known.values(), *mine.values(), *known_too.values()]
        sets += _joined(mine, known)
        sets += _joined(known_too, known)
        return [parts for parts in sets if policy.is_small(rest(parts))]

    return check


def not_told_by_number(counts: Counts, policy: Policy) -> Check:
    """Return the check that no remainder tells its parts by how many there are.

    Readers see which periods have anybody: six children in six months are one in each.
    """

    def check(blocks: Labels) -> list[set[int]]:
        return [
            parts
            for parts in _held(blocks)
            if policy.is_small(1) and 0 < _sum(counts, parts) == sum(counts[i] > 0 for i in parts)
        ]

    return check


def shown_levels(
    levels: Sequence[Labels],
    checks: Sequence[Check],
    size: Counts,
    within: Labels | None = None,
) -> list[Labels]:
    """Return which cells of each level can be shown, coarse cells before fine ones.

    At each level every cell is shown of which not too much is told by itself; then further ones are
    withheld, those that mend most and are smallest first, until every check holds.

    Parameters
    ----------
    levels : sequence of sequences of hashable or None
        The cells of each level, from coarse to fine; each lies within one cell of a coarser level
        or in none.
    checks : sequence of Check
        What must not be told.
    size : sequence of int
        Of each smallest part, to choose what else is withheld.
    within : sequence of hashable or None, optional
        Remainders of the cells whose totals are shown: no cell is shown that is no sum of them.

    Returns
    -------
    list of sequence of hashable or None
        The levels, with None in the place of cells that are withheld.
    """
    shown: list[Labels] = []
    for labels in levels:
        kept = {
            label
            for label, parts in _cells(labels).items()
            if within is None or is_told(parts, within)
        }
        found = _kept(labels, kept)
        while unsafe := _unsafe([*shown, found], checks):
            by_themselves = {label for label, parts in _cells(found).items() if parts in unsafe}
            kept -= by_themselves or {_to_withhold(found, shown, unsafe[0], checks, size)}
            found = _kept(labels, kept)
        shown.append(found)
    return shown


def remainders(shown: Sequence[Labels]) -> Labels:
    """Return the remainder that holds each smallest part; None for what is in no cell."""
    return [
        next(
            (
                (place, labels[i])
                for place, labels in reversed(list(enumerate(shown)))
                if labels[i] is not None
            ),
            None,
        )
        for i in range(len(shown[0]) if shown else 0)
    ]


def is_told(parts: Iterable[int], blocks: Labels) -> bool:
    """Return whether some of the smallest parts are a sum of remainders, so that it is known.

    Whatever is told may be shown, also where it is none of the cells: it adds nothing. Of no parts
    nothing is told.
    """
    wanted = set(parts)
    touched = {blocks[i] for i in wanted}
    if not wanted or None in touched:
        return False
    return wanted == {i for i, one in enumerate(blocks) if one in touched}


def _sum(counts: Counts, parts: Iterable[int]) -> int:
    return sum(counts[i] for i in parts)


def _cells(labels: Labels) -> dict[Hashable, set[int]]:
    found: dict[Hashable, set[int]] = {}
    for i, label in enumerate(labels):
        if label is not None:
            found.setdefault(label, set()).add(i)
    return found


def _held(labels: Labels) -> list[set[int]]:
    return list(_cells(labels).values())


def _within(parts: set[int], blocks: Labels, cells: Mapping[Hashable, set[int]]) -> set[int]:
    """Return those of the parts that lie in a remainder of which all parts are among them."""
    touched = {blocks[i] for i in parts} - {None}
    return set().union(*(cells[label] for label in touched if cells[label] <= parts))


def _joined(
    cells: Mapping[Hashable, set[int]], others: Mapping[Hashable, set[int]]
) -> list[set[int]]:
    """Return the smallest sets that hold a remainder of either kind whole, or not at all."""
    merged: dict[int, set[int]] = {}
    for parts in (*cells.values(), *others.values()):
        together = parts.union(*(merged[i] for i in parts if i in merged))
        merged |= dict.fromkeys(together, together)
    return list({id(one): one for one in merged.values()}.values())


def _kept(labels: Labels, kept: set[Hashable]) -> Labels:
    return [label if label in kept else None for label in labels]


def _unsafe(shown: Sequence[Labels], checks: Sequence[Check]) -> list[set[int]]:
    blocks = remainders(shown)
    return [parts for check in checks for parts in check(blocks)]


def _to_withhold(
    labels: Labels,
    coarser: Sequence[Labels],
    unsafe: set[int],
    checks: Sequence[Check],
    size: Counts,
) -> Hashable:
    """Return the cell without which least is told, the smallest of those."""
    above = remainders([*coarser, [None] * len(labels)])
    # Withholding a cell changes a remainder that it lies in, or that it would fall to.
    near = {above[i] for i in unsafe}
    cells = [
        (label, parts)
        for label, parts in _cells(labels).items()
        if parts & unsafe or {above[i] for i in parts} & near
    ]

    def cost(cell: tuple[Hashable, set[int]]) -> tuple[int, int]:
        without = _kept(labels, set(_cells(labels)) - {cell[0]})
        return len(_unsafe([*coarser, without], checks)), _sum(size, cell[1])

    return min(cells, key=cost)[0]
