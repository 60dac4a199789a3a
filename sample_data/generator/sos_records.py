"""Case records of Signs of Safety, read at two times, and the tools found in them.

The document's counts are exact: 262 records, 28 children removed, at least three-quarters of the
families referred before, just over half not referred again. Everything else is invented.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sample_data.generator.deliveries import fidelity
from sample_data.generator.people import choose, sexes, sibling_ages
from sample_data.generator.practice import apportioned, exactly, highest, whole
from sample_data.generator.sos_areas import EXPERIENCE, SHARE_OF_RECORDS, ethnic_groups
from sample_data.generator.writing import identifiers

RECORDS, NOT_READ_AGAIN, REMOVED = 262, 36, 28
CHILDREN_IN_FAMILY = {1: 0.76, 2: 0.18, 3: 0.06}
IN_THE_FAMILY: Mapping[str, tuple[float, float]] = {
    "domestic_abuse": (0.57, 0.5),
    "neglect": (0.49, 0.8),
    "parental_mental_health": (0.46, 0.5),
    "substance_misuse": (0.39, 0.7),
    "previously_referred": (0.79, 0.6),
}
"""Share of families, and how much it goes with the family's latent risk."""

RE_REFERRED_SHARE = 0.475
COHORT_STARTS = {1: "2015-04-01", 2: "2015-09-01"}
DAYS_OF_A_COHORT = 100

TOOLS_FOUND: Mapping[str, float] = {
    "mapping": 0.71,
    "scaling": 0.58,
    "appreciative_inquiry": 0.31,
    "three_houses": 0.37,
    "safety_plan": 0.52,
}
RECORD_DOES_NOT_TELL: Mapping[str, float] = {"appreciative_inquiry": 0.15, "three_houses": 0.10}


def case_records(rng: np.random.Generator) -> pd.DataFrame:
    """Return one row per case record."""
    families = _families(rng)
    rows = families.loc[families.index.repeat(families["size"])].reset_index(drop=True)
    rows["sex"] = sexes(rng, len(rows))
    rows["age_years"] = np.concatenate(
        [sibling_ages(rng, size, int(rng.integers(1, 18))) for size in families["size"]]
    )
    rows["record_id"] = identifiers(rng, "WR", len(rows))
    rows["removed"] = _removed(rng, rows)
    return _recording(rng, _emptied(rows))


def _families(rng: np.random.Generator) -> pd.DataFrame:
    sizes: list[int] = []
    while (left := RECORDS - sum(sizes)) > 0:
        sizes.append(min(choose(rng, CHILDREN_IN_FAMILY), left))
    count = len(sizes)
    numbers = apportioned(list(SHARE_OF_RECORDS.values()), count)
    areas = rng.permutation(np.repeat(list(SHARE_OF_RECORDS), numbers))
    risk = rng.normal(size=count)
    families = pd.DataFrame(
        {
            "family_id": identifiers(rng, "WF", count),
            "size": sizes,
            "local_authority": areas,
            "cohort": 1 + exactly(rng, count, count // 2).astype(int),
            "ethnic_group": [choose(rng, ethnic_groups(area)) for area in areas],
            "risk": risk,
        }
    )
    for name, (share, weight) in IN_THE_FAMILY.items():
        families[name] = highest(weight * risk + rng.normal(size=count), whole(share, count))
    families["read_again"] = ~_families_holding(rng.permutation(count), sizes, NOT_READ_AGAIN)
    families["re_referred"] = _re_referred(rng, families)
    return families


def _families_holding(order: np.ndarray, sizes: list[int], wanted: int) -> np.ndarray:
    """Return flags of the first families in ``order`` that together hold ``wanted`` records."""
    flags = np.zeros(len(sizes), dtype=bool)
    left = wanted
    for family in order:
        if sizes[family] <= left:
            flags[family] = True
            left -= sizes[family]
    return flags


def _re_referred(rng: np.random.Generator, families: pd.DataFrame) -> np.ndarray:
    """Return which families were referred again; experience of the approach has no part in it."""
    leaning = (
        0.4 * families["risk"]
        + 0.5 * families["previously_referred"]
        + 0.3 * families["domestic_abuse"]
        + rng.normal(size=len(families))
    )
    again = families["read_again"].to_numpy(bool)
    return highest(np.where(again, leaning, -np.inf), whole(RE_REFERRED_SHARE, int(again.sum())))


def _removed(rng: np.random.Generator, rows: pd.DataFrame) -> np.ndarray:
    """Return which children were removed: families by risk, siblings together, 28 in all."""
    own = dict(
        zip(rows["family_id"].unique(), rng.normal(size=rows["family_id"].nunique()), strict=True)
    )
    leaning = 0.9 * rows["risk"] + rows["family_id"].map(own)
    return highest(np.where(rows["read_again"], leaning, -np.inf), REMOVED)


def _emptied(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows without what only a second reading can tell."""
    for name in ("re_referred", "removed"):
        rows[name] = rows[name].astype("boolean").where(rows["read_again"])
    return rows


def _recording(rng: np.random.Generator, rows: pd.DataFrame) -> pd.DataFrame:
    """Add the quality of recording: whole points, higher at the second time."""
    experience = rows["local_authority"].map(EXPERIENCE)
    record = rng.normal(size=len(rows))
    first = 2.7 + 0.25 * experience + 0.6 * record + 0.5 * rng.normal(size=len(rows))
    second = 3.2 + 0.15 * experience + 0.6 * record + 0.5 * rng.normal(size=len(rows))
    return rows.assign(
        recording_time_1=first.round().clip(1, 5),
        recording_time_2=second.round().clip(1, 5).where(rows["read_again"]),
    )


def tools(rng: np.random.Generator, records: pd.DataFrame, teams: pd.DataFrame) -> pd.DataFrame:
    """Return one row per record and tool; a family's records lie with one team."""
    families = records.drop_duplicates("family_id")
    by_area = teams.groupby("local_authority", sort=True)["team_id"].apply(list)
    team = {
        family: rng.choice(by_area[area])
        for family, area in families[["family_id", "local_authority"]].itertuples(index=False)
    }
    start = {
        family: np.datetime64(COHORT_STARTS[cohort]) + int(rng.integers(DAYS_OF_A_COHORT))
        for family, cohort in families[["family_id", "cohort"]].itertuples(index=False)
    }
    deliveries = pd.DataFrame(
        {
            "delivery_id": records["record_id"],
            "local_authority": records["local_authority"],
            "team_id": records["family_id"].map(team),
            "started_on": records["family_id"].map(start),
        }
    )
    return fidelity(rng, deliveries, TOOLS_FOUND, unknown=RECORD_DOES_NOT_TELL)
