"""Southampton's referrals and the assessments that followed.

Referrals and re-referrals within 12 months are the published numbers of each year from April 2021.
Referrals of the year before are there to look back on: their number is the published one, but how
many of them were re-referrals cannot be seen, since nothing stands before them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from sample_data.generator.deliveries import by_team
from sample_data.generator.england import working_days_of, working_days_on
from sample_data.generator.rps_enquiries import AS_AT, FIRST_DAY, Conference, year_of
from sample_data.generator.rps_teams import Family, NewFamilies

PUBLISHED = {2021: (4092, 572), 2022: (3640, 658), 2023: (3747, 853), 2024: (3094, 768)}
"""Year to 31 March: referrals, of which within 12 months of another (DfE C1).

The second number of 2021 is no published one: half of the published re-referrals, the others
having had their first referral before the extract begins.
"""

SHORTEST_GAP, WITHIN_A_YEAR, LONGER_THAN_A_YEAR = 14, 355, 372
"""Days between referrals of a child; none lie near the boundary of 12 months."""

MEAN_GAP, SCATTER = 150, 0.04
KNOWN_BEFORE = 0.12
"""Assumed share of the other referrals whose family was referred more than a year before."""

FRESHLY_REFERRED = 0.55
"""Assumed share of conferences whose enquiry followed a new referral; the rest were open cases."""

MONTH_WEIGHTS = {4: 0.95, 6: 1.05, 7: 1.08, 8: 0.80, 11: 1.08, 12: 0.88, 3: 1.08}
ASSESSED = 0.78
IN_TIME, LIMIT, LONGEST, LATE_MEAN = 0.85, 45, 110, 14
"""Assumed share of assessments within 45 working days, and how late the others are."""

TEAM_SPREAD = 0.12


@dataclass(slots=True)
class _Known:
    """Families so far with every referral, and each child's latest."""

    referred: list[tuple[Family, np.datetime64]] = field(default_factory=list)
    latest: dict[str, np.datetime64] = field(default_factory=dict)
    again: dict[int, int] = field(default_factory=dict)
    number: dict[int, int] = field(default_factory=dict)

    def gaps(self, family: Family, day: np.datetime64) -> list[int]:
        """Return days since each child's latest referral, of those who had one."""
        return [
            int((day - self.latest[child]).astype(int))
            for child, _ in family.children
            if child in self.latest
        ]

    def add(self, family: Family, day: np.datetime64) -> None:
        """Add a referral on a day after the latest one of each child."""
        year = year_of(day)
        back = sum(gap <= WITHIN_A_YEAR for gap in self.gaps(family, day))
        self.again[year] = self.again.get(year, 0) + back
        self.number[year] = self.number.get(year, 0) + len(family.children)
        self.referred.append((family, day))
        self.latest.update({child: day for child, _ in family.children})


def referrals(
    rng: np.random.Generator, held: list[Conference], new: NewFamilies
) -> list[tuple[Family, np.datetime64]]:
    """Return families and the days of their referrals, with the published numbers of each year."""
    known = _Known()
    _before_enquiries(rng, known, held)
    for year, (number, again) in PUBLISHED.items():
        others = number - again - (known.number.get(year, 0) - known.again.get(year, 0))
        _others(rng, known, new, year, others)
        _again(rng, known, year, again - known.again.get(year, 0))
    return known.referred


def _before_enquiries(rng: np.random.Generator, known: _Known, held: list[Conference]) -> None:
    """Add a referral in the days before some of the enquiries that led to a conference."""
    for item in sorted(held, key=lambda item: (item.enquired_on, item.family.family_id)):
        day = working_days_on(item.enquired_on, -int(rng.integers(0, 6)))
        gaps = known.gaps(item.family, day)
        clear = all(
            SHORTEST_GAP <= gap <= WITHIN_A_YEAR or gap > LONGER_THAN_A_YEAR for gap in gaps
        )
        if rng.random() < FRESHLY_REFERRED and clear:
            known.add(item.family, day)


def _days(year: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the working days of a year, and the share of its referrals that lie before each."""
    days = working_days_of(np.datetime64(f"{year - 1}-04-01"), np.datetime64(f"{year}-03-31"))
    months = days.astype("datetime64[M]").astype(int) % 12 + 1
    weights = np.array([MONTH_WEIGHTS.get(int(month), 1.0) for month in months])
    return days, (weights.cumsum() - weights) / weights.sum()


def _day(
    rng: np.random.Generator, days: np.ndarray, before: np.ndarray, share: float
) -> np.datetime64:
    """Return a day near the point at which ``share`` of the year's referrals have been made.

    Spread like this, months differ by less than if each day were drawn on its own.
    """
    around = abs(share + rng.normal(0.0, SCATTER))
    around = 2 - around if around > 1 else around
    return days[np.searchsorted(before, around, side="right") - 1]


def _others(
    rng: np.random.Generator, known: _Known, new: NewFamilies, year: int, wanted: int
) -> None:
    """Add referrals of children who were not referred in the 12 months before."""
    days, before = _days(year)
    earlier = list(known.referred)
    left = wanted
    while left > 0:
        day = _day(rng, days, before, 1 - left / wanted)
        family = None
        if earlier and rng.random() < KNOWN_BEFORE:
            picked = earlier[rng.integers(len(earlier))][0]
            may = min(known.gaps(picked, day)) > LONGER_THAN_A_YEAR
            family = picked if may and len(picked.children) <= left else None
        family = family or new.one(left)
        known.add(family, day)
        left -= len(family.children)


def _again(rng: np.random.Generator, known: _Known, year: int, wanted: int) -> None:
    """Add referrals of families who were referred in the 12 months before, after their latest."""
    days, before = _days(year)
    left = wanted
    while left > 0:
        day = _day(rng, days, before, 1 - left / wanted)
        family, latest = known.referred[rng.integers(len(known.referred))]
        gaps = known.gaps(family, day)
        near = min(gaps) >= SHORTEST_GAP and max(gaps) <= WITHIN_A_YEAR
        # Only a family's latest referral counts, so that nobody is drawn more often than others.
        is_latest = all(known.latest[child] == latest for child, _ in family.children)
        fits = near and is_latest and len(family.children) <= left
        if fits and rng.random() < np.exp(-max(gaps) / MEAN_GAP):
            known.add(family, day)
            left -= len(family.children)


def assessments(
    rng: np.random.Generator, referred: list[tuple[Family, np.datetime64]]
) -> list[dict[str, object]]:
    """Return one row per child and assessment, siblings together; empty while it is open."""
    since = [item for item in referred if item[1] >= FIRST_DAY and rng.random() < ASSESSED]
    teams = by_team(rng, pd.Series([family.team_id for family, _ in since]), TEAM_SPREAD)
    # A team's leaning moves families across the limit; the share of all stays near the assumed one.
    place = pd.Series(rng.normal(size=len(since)) + teams).rank(pct=True).to_numpy()
    rows: list[dict[str, object]] = []
    for (family, day), share in zip(since, place, strict=True):
        start = working_days_on(day, int(rng.integers(0, 3)))
        end = working_days_on(start, _length(rng, late=bool(share > IN_TIME)))
        if start <= AS_AT:
            rows += family.rows(
                started_on=start, authorised_on=end if end <= AS_AT else np.datetime64("NaT")
            )
    return rows


def _length(rng: np.random.Generator, *, late: bool) -> int:
    """Return working days: spread up to the limit with a heap just before it, or beyond it."""
    if late:
        return min(LIMIT + 1 + int(rng.exponential(LATE_MEAN)), LONGEST)
    if rng.random() < 0.25:
        return int(rng.integers(LIMIT - 5, LIMIT + 1))
    return 3 + int((LIMIT - 3) * rng.beta(1.9, 1.8))
