"""Recorded neglect cases outside the study: April 2016 to March 2020, four authorities."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.generator.fsp_families import draw_cases, risk_index
from sample_data.generator.fsp_study import OTHER_SHARES, family_effect
from sample_data.generator.people import age_on, choose, sigmoid

FIRST_MONTH, MONTHS = np.datetime64("2016-04"), 48
CHANGE = np.datetime64("2019-07-01")
OUTCOME_22_FROM = np.datetime64("2019-04-01")
AREA_SHARES = {"E10000014": 0.56, "E06000044": 0.16, "E06000046": 0.09, "E06000045": 0.19}
SOUTHAMPTON = "E06000045"
RETURNING_SHARE = 0.14
SHORTEST_RETURN_DAYS = 240
"""A family's next case falls after the six months' follow-up of the one before."""

EVENT_RATES = {"victim": 0.13, "suspect": 0.10, "missing": 0.07}


def cases_expected(month: int) -> float:
    """Return the expected number of cases in a month counted from April 2016."""
    return 88.0 + 1.15 * month if month < 39 else 157.0


def history_cases(rng: np.random.Generator, study: pd.DataFrame) -> pd.DataFrame:
    """Return the cases outside the study, month by month and area by area.

    A family may come back after eight months. ``family`` continues the numbers of ``study``.
    """
    registry = {area: _as_batches(study, area) for area in AREA_SHARES}
    next_family = int(study["family"].max()) + 1
    batches: list[pd.DataFrame] = []
    for month in range(MONTHS):
        days = _days_of(FIRST_MONTH + month)
        for area, share in AREA_SHARES.items():
            wanted = int(rng.poisson(cases_expected(month) * share)) - _already(study, area, days)
            returning = _returning(rng, registry[area], days, max(wanted, 0))
            fresh_children = max(wanted - sum(len(batch) for batch in returning.values()), 0)
            fresh = _new_families(rng, area, days, fresh_children, next_family)
            next_family += len(fresh)
            registry[area] |= returning | fresh
            batches.extend([*returning.values(), *fresh.values()])
    return _with_outcomes(rng, pd.concat(batches, ignore_index=True))


def _days_of(month: np.datetime64) -> np.ndarray:
    return np.arange(month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]"))


def _already(study: pd.DataFrame, area: str, days: np.ndarray) -> int:
    inside = study["recorded_on"].between(days[0], days[-1]) & study["local_authority"].eq(area)
    return int(inside.sum())


def _as_batches(cases: pd.DataFrame, area: str) -> dict[int, pd.DataFrame]:
    """Return the cases of an area by family."""
    inside = cases[cases["local_authority"].eq(area)]
    return {int(family): batch for family, batch in inside.groupby("family", sort=True)}


def _new_families(
    rng: np.random.Generator, area: str, days: np.ndarray, children: int, first_family: int
) -> dict[int, pd.DataFrame]:
    if children == 0:
        return {}
    mean_risk = 0.2 if days[0] < CHANGE else -0.3
    drawn = draw_cases(rng, children, mean_risk=mean_risk, days=days)
    drawn = drawn.assign(family=drawn["family"] + first_family, arm=None)
    drawn["child"] = list(zip(drawn["family"], drawn.groupby("family").cumcount(), strict=True))
    return _as_batches(drawn.assign(local_authority=area), area)


def _returning(
    rng: np.random.Generator, known: dict[int, pd.DataFrame], days: np.ndarray, wanted: int
) -> dict[int, pd.DataFrame]:
    """Return new cases of families recorded before, about a seventh of the month's cases."""
    goal = int(rng.binomial(wanted, RETURNING_SHARE))
    families = list(known)
    result: dict[int, pd.DataFrame] = {}
    for position in rng.permutation(len(families)):
        if sum(len(batch) for batch in result.values()) >= goal:
            break
        batch = known[families[position]]
        last = batch["recorded_on"].iloc[0].to_datetime64()
        if last + np.timedelta64(SHORTEST_RETURN_DAYS, "D") < days[0]:
            again = _again(rng, batch, rng.choice(days))
            if len(again):
                result[families[position]] = again
    return result


def _again(rng: np.random.Generator, batch: pd.DataFrame, day: np.datetime64) -> pd.DataFrame:
    """Return the family's next case: older, with more referrals behind it, under 18 only."""
    born = batch["born_on"].to_numpy().astype("datetime64[D]")
    again = batch.assign(
        arm=None,
        recorded_on=day,
        age_years=[age_on(month, day) for month in born],
        prior_referrals=(batch["prior_referrals"] + rng.integers(1, 3)).clip(upper=14),
    )
    return again[again["age_years"] < 18]


def outcome_shares(month: int, area: str) -> tuple[float, float, float]:
    """Return the shares of Outcome 20, of cautions and of community resolutions in a month.

    Community resolutions drift upwards in all areas before July 2019, as they did for all crime in
    the force; from then Outcome 20 falls and community resolutions rise, differently by area.
    """
    if month < 39:
        return 0.60, 0.033, 0.042 + 0.027 * month / 39
    return (0.41, 0.040, 0.26) if area == SOUTHAMPTON else (0.17, 0.050, 0.155)


def _police_draws(rng: np.random.Generator, cases: pd.DataFrame) -> np.ndarray:
    """Return a number in [0, 1) for each case; siblings recorded together mostly share it.

    Within an area, before and after the change, the families' draws are spread evenly, so that
    the shares come out near the ones that were set; single months still vary by chance.
    """
    episodes = cases[["family", "recorded_on", "local_authority"]].drop_duplicates()
    after = episodes["recorded_on"].ge(pd.Timestamp(CHANGE))
    drawn = episodes.assign(draw=0.0)
    for _, group in episodes.groupby([after, "local_authority"], sort=True):
        spread = (rng.permutation(len(group)) + rng.random(len(group))) / len(group)
        drawn.loc[group.index, "draw"] = spread
    shared = cases.merge(drawn, how="left")["draw"].to_numpy()
    return np.where(rng.random(len(cases)) < 0.3, rng.random(len(cases)), shared)


def _with_outcomes(rng: np.random.Generator, cases: pd.DataFrame) -> pd.DataFrame:
    """Add a police outcome, whether a plan follows, and which events follow."""
    months = cases["recorded_on"].to_numpy().astype("datetime64[M]") - FIRST_MONTH
    shares = [
        outcome_shares(int(month), area)
        for month, area in zip(months.astype(int), cases["local_authority"], strict=True)
    ]
    draw = _police_draws(rng, cases)
    days = cases["recorded_on"].to_numpy()
    codes = [_code(rng, *row) for row in zip(draw, shares, days, strict=True)]
    risk = risk_index(cases)
    return cases.assign(
        outcome_code=codes,
        plan=_chance(rng, cases, 0.7 * risk + _plan_level(cases)),
        **{
            kind: _event(rng, cases, risk, rate, {"suspect": 10, "missing": 8}.get(kind, 0))
            for kind, rate in EVENT_RATES.items()
        },
    )


def _code(
    rng: np.random.Generator, draw: float, shares: tuple[float, ...], day: np.datetime64
) -> int:
    outcome_20, caution, resolution = shares
    if draw < outcome_20:
        return 20
    if draw < outcome_20 + caution:
        return choose(rng, {3: 0.85, 2: 0.12, 6: 0.03})
    if draw < outcome_20 + caution + resolution:
        return 8
    if day >= OUTCOME_22_FROM and rng.random() < 0.012:
        return 22
    return choose(rng, OTHER_SHARES)


def _plan_level(cases: pd.DataFrame) -> np.ndarray:
    after = cases["recorded_on"].ge(pd.Timestamp(CHANGE)).to_numpy()
    southampton = cases["local_authority"].eq(SOUTHAMPTON).to_numpy()
    return np.where(after & ~southampton, -1.5, np.where(after, -0.9, -0.7))


def _chance(rng: np.random.Generator, cases: pd.DataFrame, level: np.ndarray) -> np.ndarray:
    shared = family_effect(rng, cases["family"].to_numpy(), 0.6)
    return rng.random(len(cases)) < sigmoid(level + shared)


def _event(
    rng: np.random.Generator, cases: pd.DataFrame, risk: np.ndarray, rate: float, youngest: int
) -> np.ndarray:
    old_enough = cases["age_years"].to_numpy() >= youngest
    level = np.log(rate / (1 - rate)) + 0.4 * risk + (0.7 if youngest else 0.0)
    return old_enough & (rng.random(len(cases)) < sigmoid(level))
