"""Families and the characteristics recorded at referral, for family safety plans."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.generator.people import (
    ETHNIC_GROUP_SHARES,
    birth_month,
    choose,
    family_sizes,
    sexes,
    sibling_ages,
)
from sample_data.generator.people import sigmoid as p

OLDEST_AGE_SHARES = {age: 1.0 if age < 14 else 0.8 if age < 16 else 0.45 for age in range(18)}
COVARIATES = (
    "age_years", "sex", "domestic_abuse", "parental_mental_health", "substance_misuse",
    "prior_referrals", "prior_plan", "assessed_risk",
)  # fmt: skip


def draw_cases(
    rng: np.random.Generator, children: int, *, mean_risk: float, days: np.ndarray
) -> pd.DataFrame:
    """Return one case per child of new families; a family's cases share a day of ``days``.

    ``children`` is the exact number of rows; ``mean_risk`` is the mean of the families' latent
    risk, whose standard deviation is 1.
    """
    sizes = family_sizes(rng, children)
    rows = [
        child
        for family, size in enumerate(sizes)
        for child in _family(rng, family, size, mean_risk, rng.choice(days))
    ]
    return pd.DataFrame(rows)


def _family(
    rng: np.random.Generator, family: int, size: int, mean_risk: float, day: np.datetime64
) -> list[dict]:
    risk = rng.normal(mean_risk, 1.0)
    shared = {
        "family": family,
        "recorded_on": day,
        "risk": risk,
        "ethnic_group": choose(rng, ETHNIC_GROUP_SHARES),
        "domestic_abuse": bool(rng.random() < p(-0.1 + 0.6 * risk)),
        "parental_mental_health": bool(rng.random() < p(-0.4 + 0.5 * risk)),
        "substance_misuse": bool(rng.random() < p(-0.5 + 0.6 * risk)),
    }
    referrals = int(rng.poisson(np.exp(0.45 + 0.3 * risk)))
    planned = rng.random() < p(-1.2 + 0.5 * risk)
    level = risk * 0.8 + rng.normal(0.0, 0.8)
    ages = sibling_ages(rng, size, choose(rng, OLDEST_AGE_SHARES))
    return [
        shared
        | {
            "age_years": age,
            "born_on": birth_month(rng, day, age),
            "sex": sex,
            "prior_referrals": int(min(referrals + rng.integers(0, 2), 2 * age + 1, 12)),
            "prior_plan": bool(planned and age >= 2 and rng.random() < 0.85),
            "assessed_risk": risk_level(level + rng.normal(0.0, 0.25)),
        }
        for age, sex in zip(ages, sexes(rng, size), strict=True)
    ]


def risk_level(level: float) -> int:
    """Return the hub's risk level (1 standard, 2 medium, 3 high) of a latent level."""
    return 1 + int(level > -0.55) + int(level > 0.85)


def part_twins(rng: np.random.Generator, cases: pd.DataFrame) -> pd.DataFrame:
    """Return the cases with ages changed until no two share every covariate.

    Cases with the same covariates have the same propensity score, so that the order of the rows
    would decide which of them is matched. Without such ties every reader finds the same pairs.
    """
    cases = cases.copy()
    while (twins := cases.duplicated(list(COVARIATES))).any():
        for row in cases.index[twins]:
            age = int(rng.integers(2 if cases.at[row, "prior_plan"] else 0, 18))
            cases.at[row, "age_years"] = age
            cases.at[row, "born_on"] = birth_month(rng, _day(cases.at[row, "recorded_on"]), age)
            limit = min(int(cases.at[row, "prior_referrals"]), 2 * age + 1)
            cases.at[row, "prior_referrals"] = limit
    return cases


def _day(stamp: pd.Timestamp) -> np.datetime64:
    return stamp.to_datetime64().astype("datetime64[D]")


def risk_index(cases: pd.DataFrame) -> np.ndarray:
    """Return what the recorded characteristics say about a case, centred near 0."""
    return (
        0.30 * cases["domestic_abuse"].to_numpy(float)
        + 0.30 * cases["parental_mental_health"].to_numpy(float)
        + 0.40 * cases["substance_misuse"].to_numpy(float)
        + 0.12 * cases["prior_referrals"].to_numpy(float)
        + 0.50 * cases["prior_plan"].to_numpy(float)
        + 0.50 * (cases["assessed_risk"].to_numpy(float) - 2.0)
        - 0.85
    )
