"""What may be shown of factors beside what else the view tells of the same plans.

The view draws curves by some of the same columns, where other levels may be taken together, and
counts all plans, those without a record of how they ended too. So a level of a factor may be
subtracted from a group, or a group from a level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analytics.disclosure.partitions import Counts, told_sums, withheld_groups
from analytics.disclosure.policy import Policy
from analytics.emmie.repeat_plans.followed import Followed
from analytics.emmie.repeat_plans.groups import OF_THE_PLAN, taken_together
from analytics.statistics.inputs import StringArray

NONE: Counts = (0, 0, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeCells:
    """Plans with one code of a column by which the view also draws curves.

    Attributes
    ----------
    level : str
        Level of the factor that holds the code.
    known, without : tuple of int
        Returns, competing events and neither, of plans with and without a record of their ending.
    """

    code: str
    level: str
    known: Counts
    without: Counts


def code_cells(
    codes: StringArray, levels: StringArray, known: Followed, others: StringArray, without: Followed
) -> tuple[CodeCells, ...]:
    """Count the codes of one factor.

    Parameters
    ----------
    codes, levels : ndarray of str, shape (n,)
        Code and level of each plan with a record of its ending.
    known : Followed
        Their follow-up.
    others : ndarray of str, shape (m,)
        Codes of plans without one; empty where they have none.
    without : Followed
        Their follow-up.
    """
    return tuple(
        CodeCells(
            code=str(code),
            level=str(levels[codes == code][0]) if (codes == code).any() else "",
            known=known.part(codes == code).cells,
            without=without.part(others == code).cells if len(others) else NONE,
        )
        for code in np.unique(np.concatenate([codes, others]))
    )


def tells_too_much(key: str, cells: Sequence[CodeCells], without: Counts, policy: Policy) -> bool:
    """Return whether the levels of a factor, beside the groups, tell something small.

    Parameters
    ----------
    key : str
        The factor's column.
    cells : sequence of CodeCells
        Its codes.
    without : tuple of int
        Cells of all plans without a record of their ending.
    policy : Policy
        What counts as small.
    """
    parts = [(place, 0, one.known) for place, one in enumerate(cells) if any(one.known)]
    if key in OF_THE_PLAN:
        parts += [(place, 1, one.without) for place, one in enumerate(cells) if any(one.without)]
    elif any(without):
        parts.append((-1, 1, without))

    def of(codes: Sequence[str], *, known_only: bool) -> list[int]:
        return [
            i
            for i, (place, is_without, _) in enumerate(parts)
            if place >= 0 and cells[place].code in codes and not (known_only and is_without)
        ]

    is_of_the_plan = key in OF_THE_PLAN
    shown = [
        *(of(codes, known_only=not is_of_the_plan) for codes in _groups(key, cells, policy)),
        *(
            of([one.code for one in cells if one.level == level], known_only=True)
            for level in {one.level for one in cells if any(one.known)}
        ),
        list(range(len(parts))),
    ]
    for told in told_sums(shown, len(parts)):
        returns, competing, neither = (
            sum(parts[i][2][column] for i in told) for column in range(3)
        )
        if policy.is_small(returns) or policy.is_small(competing + neither):
            return True
    return False


def _groups(key: str, cells: Sequence[CodeCells], policy: Policy) -> list[list[str]]:
    """Return the codes of each group whose curve the view may show."""
    counts = {
        one.code: tuple(map(sum, zip(one.known, one.without, strict=True)))
        if key in OF_THE_PLAN
        else one.known
        for one in cells
    }
    counts = {code: mine for code, mine in counts.items() if any(mine)}
    together = taken_together({code: sum(mine) for code, mine in counts.items()})
    groups = [[code] for code in counts if code not in together]
    groups += [list(together)] if together else []
    of = [tuple(map(sum, zip(*(counts[code] for code in one), strict=True))) for one in groups]
    out = withheld_groups(of, policy)
    return [one for one, is_out in zip(groups, out, strict=True) if not is_out]
