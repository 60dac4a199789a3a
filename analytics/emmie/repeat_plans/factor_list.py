"""What may go with a return: the columns that are known when a plan ends, and how they are coded.

They are those of the contract of plans and of what was known when they ended, so the list is the
same for every evaluation. Each factor has codings from fine to coarse; the finest is used in which
every level has enough returns, and enough plans without one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from analytics.statistics.inputs import BoolArray, StringArray

if TYPE_CHECKING:
    import pandas as pd

FEWEST: Final = 6
"""Returns, and plans without one, that every level of a factor needs."""
OTHER: Final = "other"

Coding = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """One thing that was known when a plan ended.

    Attributes
    ----------
    key : str
        Column.
    kind : str
        ``code``, ``count`` (a level is the least number that it holds) or ``flag``.
    codings : tuple of tuple of str
        Levels from fine to coarse; the first level is what others are compared with. Codes that a
        coding does not name are taken together as ``other``.
    """

    key: str
    kind: Literal["code", "count", "flag"]
    codings: tuple[Coding, ...]


FACTORS: Final = (
    Factor(
        key="category",
        kind="code",
        codings=(
            ("NEG", "EMO", "PHY", "SAB", "MUL"),
            ("NEG", "EMO", "PHY", OTHER),
            ("NEG", "EMO", OTHER),
            ("NEG", OTHER),
        ),
    ),
    Factor(
        key="aspects", kind="count", codings=(("0", "1", "2", "3"), ("0", "1", "2"), ("0", "2"))
    ),
    Factor(key="worker_changes", kind="count", codings=(("0", "1", "2"), ("0", "1"))),
    Factor(key="manager_changes", kind="count", codings=(("0", "1"),)),
    Factor(key="chair_changes", kind="count", codings=(("0", "1"),)),
    Factor(key="sustained_change", kind="flag", codings=(("yes", "no"),)),
    Factor(key="interventions_complete", kind="flag", codings=(("yes", "no"),)),
    Factor(key="lead_professional_named", kind="flag", codings=(("no", "yes"),)),
    Factor(
        key="closed_to",
        kind="code",
        codings=(("child_in_need", "closed", "looked_after"), ("child_in_need", OTHER)),
    ),
    Factor(key="risk", kind="code", codings=(("inside_home", "outside_home"),)),
)
COLUMNS: Final = tuple(factor.key for factor in FACTORS)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Coded:
    """One factor as it enters a model.

    Attributes
    ----------
    key : str
        Factor.
    levels : tuple of str
        Levels that occur; the first is what others are compared with.
    labels : ndarray of str, shape (n,)
        Level of each plan.
    """

    key: str
    levels: Coding
    labels: StringArray

    @property
    def flags(self) -> list[BoolArray]:
        """A column for each level but the first."""
        return [np.asarray(self.labels == level, dtype=np.bool_) for level in self.levels[1:]]


def coded(factor: Factor, rows: pd.DataFrame, returned: BoolArray) -> Coded | None:
    """Return a factor in the finest coding that has enough of everything; None without one.

    Parameters
    ----------
    factor : Factor
        What to code.
    rows : DataFrame
        One row per plan, with the factor's column; complete.
    returned : ndarray of bool, shape (n,)
        Whether the plan was followed by another.
    """
    for coding in factor.codings:
        labels = _labels(factor, coding, rows)
        levels = tuple(level for level in coding if (labels == level).any())
        enough = all(
            min((returned & of_it).sum(), (~returned & of_it).sum()) >= FEWEST
            for of_it in (labels == level for level in levels)
        )
        if len(levels) > 1 and enough:
            return Coded(key=factor.key, levels=levels, labels=labels)
    return None


def _labels(factor: Factor, coding: Coding, rows: pd.DataFrame) -> StringArray:
    values = rows[factor.key]
    if factor.kind == "flag":
        return np.where(values.to_numpy(dtype=np.bool_), "yes", "no")
    if factor.kind == "code":
        codes = values.to_numpy(dtype=np.str_)
        return np.where(np.isin(codes, coding), codes, OTHER)
    bounds = np.array([int(level) for level in coding])
    place = np.searchsorted(bounds, values.to_numpy(dtype=np.int64), side="right") - 1
    return np.array(coding)[place]
