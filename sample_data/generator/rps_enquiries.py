"""Southampton's section 47 enquiries, and the conferences that some of them led to.

Conferences, those within 15 working days and enquiries are the published numbers of each year.
A child whose plan started had its conference on that day; lags and everybody else are invented.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from sample_data.generator.deliveries import by_team
from sample_data.generator.england import is_working_day, working_days_on
from sample_data.generator.rps_teams import Family, NewFamilies

PUBLISHED = {2022: (1754, 631, 455), 2023: (1737, 415, 279), 2024: (1320, 375, 270)}
"""Year to 31 March: enquiries started, conferences, of which within 15 working days (DfE C4)."""

FIRST_DAY, AS_AT = np.datetime64("2021-04-01"), np.datetime64("2024-03-31")
LATE_SPELL = (np.datetime64("2022-09-01"), np.datetime64("2022-10-31"))
"""Invented: two months in which most conferences came late."""

SPELL_LEANING, TEAM_SPREAD, NOISE = 0.42, 0.07, 0.18
IN_TIME_DAYS = {
    **{day: share / 63 * 0.60 for day, share in zip(range(3, 14), range(1, 12), strict=True)},
    14: 0.20, 15: 0.20,
}  # fmt: skip
"""Assumed lags in working days of conferences in time, most of them just in time."""

LATE_DAYS = {day: 0.90 ** (day - 16) for day in range(16, 46)}
FAMILIES_WITHOUT_PLAN_IN_QUARTER = 7


class Conference(NamedTuple):
    """One family's conference and the day on which its enquiry started."""

    family: Family
    held_on: np.datetime64
    enquired_on: np.datetime64


def year_of(day: np.datetime64) -> int:
    """Return the year to 31 March in which ``day`` lies."""
    month = int(day.astype("datetime64[M]").astype(int)) + 1970 * 12
    return (month + 9) // 12


def conferences(
    rng: np.random.Generator, plans: pd.DataFrame, held: pd.DataFrame, new: NewFamilies
) -> list[Conference]:
    """Return the initial conferences from April 2021, with the published numbers of each year."""
    families = _of_plans(plans)
    result: list[Conference] = []
    for year, (_, number, in_time) in PUBLISHED.items():
        this_year = [item for item in families if year_of(item[1]) == year]
        this_year += _without_plan(rng, number - _children(this_year), year, held, new)
        late = _late(rng, this_year, number - in_time)
        result += [
            Conference(family, day, _enquired(rng, day, is_late=bool(flag)))
            for (family, day), flag in zip(this_year, late, strict=True)
        ]
    return result


def _of_plans(plans: pd.DataFrame) -> list[tuple[Family, np.datetime64]]:
    rows = plans[plans["started_on"] >= FIRST_DAY].sort_values(["started_on", "child_id"])
    return [
        (
            Family(
                family_id,
                group["team_id"].iloc[0],
                group["ethnic_group"].iloc[0],
                tuple(zip(group["child_id"], group["sex"], strict=True)),
            ),
            day.to_datetime64().astype("datetime64[D]"),
        )
        for (family_id, day), group in rows.groupby(["family_id", "started_on"], sort=True)
    ]


def _children(items: list[tuple[Family, np.datetime64]]) -> int:
    return sum(len(family.children) for family, _ in items)


def _without_plan(
    rng: np.random.Generator, wanted: int, year: int, held: pd.DataFrame, new: NewFamilies
) -> list[tuple[Family, np.datetime64]]:
    """Return conferences that led to no plan; some are those of the audited quarter."""
    result: list[tuple[Family, np.datetime64]] = []
    if year == AS_AT.astype(object).year:
        nobody_planned = held[held["family_id"].str.startswith("SN")]
        for row in nobody_planned.iloc[:FAMILIES_WITHOUT_PLAN_IN_QUARTER].itertuples():
            day = np.datetime64(row.held_on, "D")
            result.append((new.one(known_as=(row.family_id, row.team_id)), day))
    last = np.datetime64(f"{year}-01-01") if result else np.datetime64(f"{year}-04-01")
    days = np.arange(np.datetime64(f"{year - 1}-04-01"), last)
    days = [day for day in days if is_working_day(day)]
    while (left := wanted - _children(result)) > 0:
        result.append((new.one(left), rng.choice(days)))
    return result


def _late(
    rng: np.random.Generator, items: list[tuple[Family, np.datetime64]], wanted: int
) -> np.ndarray:
    """Return which conferences came late, so that exactly ``wanted`` children's did.

    Apart from the spell, each month has its part of them, with some noise.
    """
    days = np.array([day for _, day in items])
    months = pd.Series(rng.random(len(items))).groupby(days.astype("datetime64[M]"))
    leaning = months.rank(pct=True).to_numpy() + rng.normal(0.0, NOISE, len(items))
    spell = (days >= LATE_SPELL[0]) & (days <= LATE_SPELL[1])
    teams = by_team(rng, pd.Series([family.team_id for family, _ in items]), TEAM_SPREAD)
    leaning += teams + SPELL_LEANING * spell
    flags = np.zeros(len(items), dtype=bool)
    for position in np.argsort(-leaning, kind="stable"):
        size = len(items[position][0].children)
        if size <= wanted:
            flags[position] = True
            wanted -= size
    return flags


def _enquired(rng: np.random.Generator, held_on: np.datetime64, *, is_late: bool) -> np.datetime64:
    """Return the working day on which the enquiry started.

    Some plans started on a bank holiday. Their lag is never 15 or 16, so that it does not matter
    whether such a day counts.
    """
    shares = dict(LATE_DAYS if is_late else IN_TIME_DAYS)
    if not is_working_day(held_on):
        shares = {day: share for day, share in shares.items() if day not in {15, 16}}
    weights = np.array(list(shares.values()))
    lag = int(rng.choice(list(shares), p=weights / weights.sum()))
    return working_days_on(held_on, -lag)


def enquiries(
    rng: np.random.Generator,
    held: list[Conference],
    referred: list[tuple[Family, np.datetime64]],
) -> list[dict[str, object]]:
    """Return one row per child and enquiry; those without a conference follow a referral.

    An enquiry belongs to the extract if it started, or its conference was held, from April 2021 to
    March 2024.
    """
    rows = [
        row
        for item in held
        for row in item.family.rows(started_on=item.enquired_on, conference_on=item.held_on)
    ]
    enquired = {(row["child_id"], row["started_on"]) for row in rows}
    with_conference = [year_of(row["started_on"]) for row in rows]
    left = {
        year: number - with_conference.count(year) for year, (number, _, _) in PUBLISHED.items()
    }
    for position in rng.permutation(len(referred)):
        family, day = referred[position]
        start = working_days_on(day, int(rng.integers(0, 6)))
        size = len(family.children)
        if _enquired_about(family, start, enquired):
            continue
        if start <= AS_AT and 0 < size <= left.get(year_of(start), 0):
            rows += family.rows(started_on=start, conference_on=np.datetime64("NaT"))
            left[year_of(start)] -= size
    return rows


def _enquired_about(
    family: Family, day: np.datetime64, enquired: set[tuple[str, np.datetime64]]
) -> bool:
    """Return whether an enquiry about one of the children started within two weeks of ``day``."""
    around = np.arange(day - 14, day + 15)
    return any((child, near) in enquired for child, _ in family.children for near in around)
