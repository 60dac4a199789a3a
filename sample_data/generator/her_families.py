"""Hertfordshire's 940 families: who is in them, what troubles them, when and to whom they came."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sample_data.generator.people import ETHNIC_GROUP_SHARES, choose, sexes, sibling_ages
from sample_data.generator.practice import highest
from sample_data.generator.writing import identifiers

HERTFORDSHIRE = "E10000015"
FAMILIES, CHILDREN, ADULTS = 940, 1752, 1683
TEAMS_BEFORE, TEAMS_AFTER = 19, 21

ALLOCATED_FROM, ALLOCATED_UNTIL = np.datetime64("2015-08-03"), np.datetime64("2016-04-29")
OBSERVED_UNTIL = np.datetime64("2016-07-31")
"""One end for all families, so that each has 3 to 12 months after allocation."""

CHILDREN_SHARES: Mapping[int, float] = {1: 0.48, 2: 0.29, 3: 0.15, 4: 0.06, 5: 0.02}
THREE_ADULTS = 40
OLDEST_CHILD_AGES = np.array([0.06] * 5 + [0.065] * 8 + [0.05] * 3 + [0.02] * 2)

FAMILIES_WITH = {"domestic_abuse": 414, "parental_mental_health": 423, "substance_misuse": 310}
"""Domestic abuse: 44% of 940, as quoted elsewhere. The other two are assumptions."""


def teams(rng: np.random.Generator) -> list[str]:
    """Return the identifiers of the 21 teams; the last two were added at the launch."""
    return identifiers(rng, "HT", TEAMS_AFTER).tolist()


def families(rng: np.random.Generator, team_ids: list[str]) -> pd.DataFrame:
    """Return one row per family."""
    trouble = rng.normal(size=FAMILIES)
    working_days = np.arange(ALLOCATED_FROM, ALLOCATED_UNTIL + 1)
    working_days = working_days[np.is_busday(working_days)]
    allocated = rng.choice(working_days, FAMILIES)
    months = (OBSERVED_UNTIL - allocated).astype(int) / 30.44
    flags = {
        flag: highest(0.8 * trouble + rng.normal(size=FAMILIES), wanted)
        for flag, wanted in FAMILIES_WITH.items()
    }
    return pd.DataFrame(
        {
            "family_id": identifiers(rng, "HF", FAMILIES),
            "local_authority": HERTFORDSHIRE,
            "team_id": rng.choice(np.array(team_ids, dtype=object), FAMILIES),
            "ethnic_group": choose(rng, ETHNIC_GROUP_SHARES, FAMILIES),
            **flags,
            "prior_referrals": rng.poisson(np.exp(0.1 + 0.35 * trouble)),
            "worker_changes": rng.poisson(0.08 * months),
            "allocated_on": allocated,
            "observed_until": OBSERVED_UNTIL,
            "children": _children(rng),
            "adults": _adults(rng),
        }
    )


def _children(rng: np.random.Generator) -> np.ndarray:
    """Return the number of children in each family, at least one and ``CHILDREN`` in all."""
    sizes = np.array(choose(rng, CHILDREN_SHARES, FAMILIES))
    while (missing := CHILDREN - sizes.sum()) != 0:
        step = int(np.sign(missing))
        open_to_it = np.flatnonzero((sizes + step >= 1) & (sizes + step <= 5))
        sizes[rng.choice(open_to_it, min(abs(missing), len(open_to_it)), replace=False)] += step
    return sizes


def _adults(rng: np.random.Generator) -> np.ndarray:
    """Return the number of adults in each family: one, two or three, ``ADULTS`` in all."""
    sizes = np.ones(FAMILIES, dtype=int)
    order = rng.permutation(FAMILIES)
    sizes[order[: ADULTS - FAMILIES - THREE_ADULTS]] = 2
    sizes[order[:THREE_ADULTS]] = 3
    return sizes


def people(rng: np.random.Generator, household: pd.DataFrame) -> pd.DataFrame:
    """Return one row per child and adult of the families."""
    children = _rows(household, "children").assign(kind="child")
    children["age_years"] = np.concatenate(
        [_child_ages(rng, size) for size in household["children"]]
    )
    children["sex"] = sexes(rng, len(children))
    adults = _rows(household, "adults").assign(kind="adult")
    place = adults.groupby("family_id", sort=False).cumcount().to_numpy()
    oldest = children.groupby("family_id")["age_years"].max()
    least = np.maximum(18, 18 + adults["family_id"].map(oldest).to_numpy())
    adults["age_years"] = np.minimum(least + rng.gamma(2.2, 4.0, len(adults)).astype(int), 75)
    adults["sex"] = np.where(place == 0, "F", np.where(rng.random(len(adults)) < 0.92, "M", "F"))
    both = pd.concat([children, adults], ignore_index=True)
    return both.assign(person_id=identifiers(rng, "HP", len(both)))


def _rows(household: pd.DataFrame, number: str) -> pd.DataFrame:
    return household.loc[household.index.repeat(household[number])].drop(
        columns=["children", "adults"]
    )


def _child_ages(rng: np.random.Generator, size: int) -> list[int]:
    shares = OLDEST_CHILD_AGES / OLDEST_CHILD_AGES.sum()
    return sibling_ages(rng, size, int(rng.choice(len(shares), p=shares)))
