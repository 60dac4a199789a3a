"""Hertfordshire: how often people met each service before and after their family was allocated.

Totals are exact, so that the rate ratios are those of ``SERVICES``; the draw decides whose the
events are. Events before allocation are of two kinds: a steady part, which goes with the family and
the person, and a crisis part, which falls on families at random and does not come back. So families
with many events before have fewer afterwards whatever anybody does: regression to the mean.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

DAYS_BEFORE = 365
DAYS_IN_YEAR = 365.25
SCHOOL_AGES = (5, 15)

TERMS = (
    ("2014-09-01", "2014-10-24"), ("2014-11-03", "2014-12-19"), ("2015-01-05", "2015-02-13"),
    ("2015-02-23", "2015-03-27"), ("2015-04-13", "2015-05-22"), ("2015-06-01", "2015-07-21"),
    ("2015-09-02", "2015-10-23"), ("2015-11-02", "2015-12-18"), ("2016-01-04", "2016-02-12"),
    ("2016-02-22", "2016-03-24"), ("2016-04-11", "2016-05-27"), ("2016-06-06", "2016-07-20"),
)  # fmt: skip
"""Half-terms, first and last day; two sessions on each weekday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """How often adults meet a service.

    Attributes
    ----------
    rate : float
        Events per person-year before allocation; invented.
    ratio : float
        Rate after over rate before.
    crisis : float
        Share of the events before that belong to the crisis; invented.
    flag, times : str, float
        The family's trouble that goes with it, and how many times as often events then are.
    """

    rate: float
    ratio: float
    crisis: float
    flag: str
    times: float


SERVICES = {
    "police_involvement": Service(
        rate=0.80, ratio=0.34, crisis=0.40, flag="domestic_abuse", times=10.0
    ),
    "emergency_admissions": Service(
        rate=0.26, ratio=0.47, crisis=0.30, flag="substance_misuse", times=1.8
    ),
    "substance_misuse_contacts": Service(
        rate=1.10, ratio=1.15, crisis=0.10, flag="substance_misuse", times=15.0
    ),
    "mental_health_contacts": Service(
        rate=1.60, ratio=1.20, crisis=0.10, flag="parental_mental_health", times=8.0
    ),
}
"""The first two ratios are quoted by other publications (falls of 66% and 53%)."""

FAMILY_SHAPE, PERSON_SHAPE = 0.9, 1.5
"""Shapes of the gamma draws by which families and persons differ: smaller is more uneven."""

ABSENCE_BEFORE, ABSENCE_RATIO = 0.110, 0.90
ABSENCE_FAMILY_SHAPE, ABSENCE_CHILD_SHAPE, ABSENCE_CRISIS_SHAPE = 2.5, 3.0, 12.0


def service_use(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Return one row per person, kind and side; also for those who met no service."""
    adults = people[people["kind"].eq("adult")]
    pupils = people[people["kind"].eq("child") & people["age_years"].between(*SCHOOL_AGES)]
    frames = [_contacts(rng, adults, kind, service) for kind, service in SERVICES.items()]
    return pd.concat([*frames, _absence(rng, pupils)], ignore_index=True)


def _uneven(rng: np.random.Generator, families: pd.Series, shape: float) -> np.ndarray:
    """Return one gamma draw of mean 1 per family, repeated for its members."""
    _, position = np.unique(families.to_numpy(object), return_inverse=True)
    return rng.gamma(shape, 1.0 / shape, position.max() + 1)[position]


def _days_after(people: pd.DataFrame) -> np.ndarray:
    return (people["observed_until"] - people["allocated_on"]).dt.days.to_numpy()


def _contacts(
    rng: np.random.Generator, adults: pd.DataFrame, kind: str, service: Service
) -> pd.DataFrame:
    days = _days_after(adults)
    group = np.where(adults[service.flag], service.times, 1.0)
    own = rng.gamma(PERSON_SHAPE, 1.0 / PERSON_SHAPE, len(adults))
    steady = group * own * _uneven(rng, adults["family_id"], FAMILY_SHAPE)
    crisis = group * _uneven(rng, adults["family_id"], FAMILY_SHAPE)
    events = round(service.rate * len(adults) * DAYS_BEFORE / DAYS_IN_YEAR)
    in_crisis = round(service.crisis * events)
    later = round(service.ratio * events * days.sum() / (DAYS_BEFORE * len(adults)))
    before = _shared_out(rng, events - in_crisis, steady) + _shared_out(rng, in_crisis, crisis)
    after = _shared_out(rng, later, steady * days)
    return _both_sides(adults, kind, before, np.full(len(adults), DAYS_BEFORE), after, days)


def _shared_out(rng: np.random.Generator, events: int, weights: np.ndarray) -> np.ndarray:
    return rng.multinomial(events, weights / weights.sum())


def _absence(rng: np.random.Generator, pupils: pd.DataFrame) -> pd.DataFrame:
    """Return missed sessions out of possible sessions, by the calendar of school terms."""
    calendar = _school_days()
    allocated = pupils["allocated_on"].to_numpy("datetime64[D]")
    until = pupils["observed_until"].to_numpy("datetime64[D]")
    before = _sessions(calendar, allocated - DAYS_BEFORE, allocated - 1)
    after = _sessions(calendar, allocated, until)
    steady = rng.gamma(ABSENCE_CHILD_SHAPE, 1.0, len(pupils)) * _uneven(
        rng, pupils["family_id"], ABSENCE_FAMILY_SHAPE
    )
    crisis = rng.gamma(ABSENCE_CRISIS_SHAPE, 1.0 / ABSENCE_CRISIS_SHAPE, len(pupils))
    missed_before = rng.binomial(before, _chance(steady * crisis, before, ABSENCE_BEFORE))
    missed_after = rng.binomial(after, _chance(steady, after, ABSENCE_BEFORE * ABSENCE_RATIO))
    return _both_sides(pupils, "school_absence", missed_before, before, missed_after, after)


def _chance(weights: np.ndarray, sessions: np.ndarray, wanted: float) -> np.ndarray:
    """Return chances of missing a session, at most 0.7, whose mean over sessions is ``wanted``."""
    scale = wanted / np.average(weights, weights=sessions)
    for _ in range(50):
        chance = np.minimum(scale * weights, 0.7)
        scale *= wanted / np.average(chance, weights=sessions)
    return chance


def _school_days() -> np.ndarray:
    days = np.concatenate(
        [np.arange(np.datetime64(first), np.datetime64(last) + 1) for first, last in TERMS]
    )
    return days[np.is_busday(days)]


def _sessions(calendar: np.ndarray, first: np.ndarray, last: np.ndarray) -> np.ndarray:
    """Return two sessions for each school day from ``first`` to ``last``, both included."""
    started = np.searchsorted(calendar, first, side="left")
    ended = np.searchsorted(calendar, last, side="right")
    return 2 * (ended - started)


def _both_sides(
    people: pd.DataFrame,
    kind: str,
    before: np.ndarray,
    exposure_before: np.ndarray,
    after: np.ndarray,
    exposure_after: np.ndarray,
) -> pd.DataFrame:
    sides = {"before": (before, exposure_before), "after": (after, exposure_after)}
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "person_id": people["person_id"].to_numpy(object),
                    "kind": kind,
                    "side": side,
                    "events": events,
                    "exposure": exposure.astype(float),
                }
            )
            for side, (events, exposure) in sides.items()
        ],
        ignore_index=True,
    )
