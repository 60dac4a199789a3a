"""Which of Southampton's teams held each plan, and families whom only casework knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from sample_data.generator.people import ETHNIC_GROUP_SHARES, FAMILY_SIZE_SHARES, choose, sexes

HANDED_OVER = 0.15
"""Assumed share of a family's earlier plans that another draw of the team decides."""


def with_teams(rng: np.random.Generator, plans: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Return the plans with ``team_id``: siblings share it, and a family mostly keeps it.

    ``held`` has a row per conference; its family's latest plan has the team of the conference.
    """
    teams = sorted(held["team_id"].unique())
    of_conference = dict(zip(held["family_id"], held["team_id"], strict=True))
    starts = plans[["family_id", "started_on"]].drop_duplicates()
    starts = starts.sort_values(["family_id", "started_on"], ignore_index=True)
    chosen: list[str] = []
    for family, rows in starts.groupby("family_id", sort=True):
        now = of_conference.get(family) or teams[rng.integers(len(teams))]
        earlier = [
            teams[rng.integers(len(teams))] if rng.random() < HANDED_OVER else now
            for _ in range(len(rows) - 1)
        ]
        chosen += [*earlier, now]
    return plans.merge(starts.assign(team_id=chosen), how="left", validate="m:1")


class Family(NamedTuple):
    """Children who come to notice together, as (identifier, sex)."""

    family_id: str
    team_id: str
    ethnic_group: str
    children: tuple[tuple[str, str], ...]

    def rows(self, **columns: object) -> list[dict[str, object]]:
        """Return one row per child, with further columns."""
        shared = {
            "family_id": self.family_id,
            "team_id": self.team_id,
            "ethnic_group": self.ethnic_group,
            **columns,
        }
        return [{"child_id": child, "sex": sex, **shared} for child, sex in self.children]


class NewFamilies:
    """Hands out families that no other extract knows."""

    def __init__(self, rng: np.random.Generator, plans: pd.DataFrame, held: pd.DataFrame) -> None:
        self._rng = rng
        self._teams = sorted(held["team_id"].unique())
        families = {*plans["family_id"], *held["family_id"]}
        self._families = _unused(rng, "SF", families)
        self._children = _unused(rng, "SC", set(plans["child_id"]))

    def one(self, most: int = 4, *, known_as: tuple[str, str] | None = None) -> Family:
        """Return a family of at most ``most`` children; ``known_as`` gives its identifier, team."""
        family, team = known_as or (
            next(self._families),
            self._teams[self._rng.integers(len(self._teams))],
        )
        size = min(choose(self._rng, FAMILY_SIZE_SHARES), most)
        return Family(
            family,
            team,
            choose(self._rng, ETHNIC_GROUP_SHARES),
            tuple((next(self._children), sex) for sex in sexes(self._rng, size)),
        )


def _unused(rng: np.random.Generator, prefix: str, used: set[str]) -> Iterator[str]:
    """Return identifiers in an order that says nothing, without those in ``used``."""
    numbers = rng.permutation(900_000) + 100_000
    return (name for number in numbers if (name := f"{prefix}{number}") not in used)
