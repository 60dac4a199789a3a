"""Events and exposure before and after, counted by the engine, by family and of people with events.

Methods: ``docs/methods/questions/service_use.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import ibis
import numpy as np
from numpy.typing import NDArray

from analytics.emmie.study import Study
from analytics.extracts.protocol import Outcome

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

EXPOSURE_PER_UNIT: Final = {"person_year": 36_525.0, "100_sessions": 100.0}
"""Days in 100 person-years, or sessions in 100 sessions: every rate is per hundred."""
FOLLOWED_DAYS: Final = 182
"""Days of follow-up, about six months, asked of people in a sensitivity analysis."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Families:
    """Totals of families, one entry for all families that are alike.

    Attributes
    ----------
    before, after : ndarray of float, shape (g,)
        Events.
    exposure_before, exposure_after : ndarray of float, shape (g,)
        Hundreds of person-years or of sessions, above 0.
    people : ndarray of int, shape (g,)
        People.
    repeats : ndarray of int, shape (g,)
        Families with these totals.
    """

    before: FloatArray
    after: FloatArray
    exposure_before: FloatArray
    exposure_after: FloatArray
    people: IntArray
    repeats: IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Users:
    """People with at least one event on either side.

    Attributes
    ----------
    family : ndarray of int, shape (n,)
        Number of the family.
    before, after : ndarray of int, shape (n,)
        Events.
    exposure_before, exposure_after : ndarray of float, shape (n,)
        Hundreds of person-years or of sessions, above 0.
    is_followed : ndarray of bool, shape (n,)
        Whether followed for at least `FOLLOWED_DAYS`.
    """

    family: IntArray
    before: IntArray
    after: IntArray
    exposure_before: FloatArray
    exposure_after: FloatArray
    is_followed: NDArray[np.bool_]

    def keeping(self, rows: NDArray[np.bool_]) -> Users:
        """Return some of the people."""
        return Users(
            family=self.family[rows],
            before=self.before[rows],
            after=self.after[rows],
            exposure_before=self.exposure_before[rows],
            exposure_after=self.exposure_after[rows],
            is_followed=self.is_followed[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """One outcome as the engine counted it.

    Attributes
    ----------
    n_without : int
        People with no exposure on a side, who are in no other figure.
    n_followed : int
        People followed for at least `FOLLOWED_DAYS`.
    """

    families: Families
    users: Users
    n_without: int
    n_followed: int


def count_service_use(study: Study, outcomes: Sequence[Outcome]) -> dict[str, Counted]:
    """Count every outcome; those without a person with exposure on both sides are left out.

    Parameters
    ----------
    study : Study
        Evaluation, filters and viewer; filters apply to people.
    outcomes : sequence of Outcome
        Of the kind ``service_use``.

    Returns
    -------
    dict of str to Counted
        By the key of the outcome.
    """
    wide = _wide(study, outcomes)
    both = wide.filter(wide.exposure_before > 0, wide.exposure_after > 0)
    there = {row["kind"]: row for row in study.store.records(_heads(wide))}
    families = study.store.rows(_families(both))
    users = study.store.rows(_users(both))
    found = {}
    for outcome in outcomes:
        head = there.get(outcome.key)
        mine = families[families["kind"] == outcome.key]
        if head is None or mine.empty:
            continue
        unit = EXPOSURE_PER_UNIT[outcome.unit]
        theirs = users[users["kind"] == outcome.key]
        found[outcome.key] = Counted(
            families=Families(
                before=mine["before"].to_numpy(dtype=np.float64),
                after=mine["after"].to_numpy(dtype=np.float64),
                exposure_before=mine["exposure_before"].to_numpy(dtype=np.float64) / unit,
                exposure_after=mine["exposure_after"].to_numpy(dtype=np.float64) / unit,
                people=mine["people"].to_numpy(dtype=np.int64),
                repeats=mine["repeats"].to_numpy(dtype=np.int64),
            ),
            users=Users(
                family=np.asarray(theirs["family_id"].factorize()[0], dtype=np.int64),
                before=theirs["before"].to_numpy(dtype=np.int64),
                after=theirs["after"].to_numpy(dtype=np.int64),
                exposure_before=theirs["exposure_before"].to_numpy(dtype=np.float64) / unit,
                exposure_after=theirs["exposure_after"].to_numpy(dtype=np.float64) / unit,
                is_followed=theirs["is_followed"].to_numpy(dtype=np.bool_),
            ),
            n_without=int(head["n_without"]),
            n_followed=int(head["n_followed"]),
        )
    return found


def _wide(study: Study, outcomes: Sequence[Outcome]) -> ibis.Table:
    """Return one row per person and kind with both sides beside each other, not executed.

    The viewer's scope and the filters narrow the people, and with them their service use.
    """
    people = study.table("people")
    people = people.select(
        "person_id",
        "family_id",
        person=people.kind,
        is_followed=people.observed_until.delta(people.allocated_on, unit="day") >= FOLLOWED_DAYS,
    )
    use = study.unfiltered("service_use").join(people, "person_id")
    asked = [(use.kind == item.key) & (use.person == item.people) for item in outcomes]
    use = use.filter(ibis.or_(*asked))
    return use.group_by("kind", "family_id", "person_id", "is_followed").aggregate(
        before=_side(use, "events", "before").cast("int64"),
        after=_side(use, "events", "after").cast("int64"),
        exposure_before=_side(use, "exposure", "before"),
        exposure_after=_side(use, "exposure", "after"),
    )


def _side(use: ibis.Table, column: str, side: str) -> ibis.Value:
    return (use.side == side).ifelse(use[column], 0).sum()


def _heads(wide: ibis.Table) -> ibis.Table:
    """Return how many people have no exposure on a side, and how many are followed for long."""
    is_in = (wide.exposure_before > 0) & (wide.exposure_after > 0)
    return wide.group_by("kind").aggregate(
        n_without=(~is_in).cast("int64").sum(),
        n_followed=(is_in & wide.is_followed).cast("int64").sum(),
    )


def _families(both: ibis.Table) -> ibis.Table:
    """Return totals of families, with families that are alike counted once."""
    sums = ("before", "after", "exposure_before", "exposure_after")
    families = both.group_by("kind", "family_id").aggregate(
        people=both.count(), **{name: both[name].sum() for name in sums}
    )
    alike = families.group_by("kind", "people", *sums).aggregate(repeats=families.count())
    return alike.order_by("kind", "people", *sums)


def _users(both: ibis.Table) -> ibis.Table:
    """Return people with at least one event, without their identifiers but for the family's."""
    users = both.filter(both.before + both.after > 0)
    return users.order_by("kind", "family_id", "person_id").drop("person_id")
