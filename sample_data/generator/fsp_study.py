"""The two study arms: who is in them, and outcomes calibrated on the matched pairs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.generator.fsp_families import draw_cases, part_twins, risk_index
from sample_data.generator.fsp_pairs import matched_flags
from sample_data.generator.people import choose

INTERVENTION_CASES, COMPARISON_CASES = 258, 268
COMPARISON_RISK, INTERVENTION_RISK = 0.20, -0.30
"""Mean latent risk: all hub cases are referred in 2019, so the typical case is milder."""

SOUTHAMPTON = "E06000045"
AREA_SHARES = {"E10000014": 0.52, "E06000044": 0.18, "E06000046": 0.12, SOUTHAMPTON: 0.18}
"""Both arms come from all four authorities; Southampton had no plans."""

WITHOUT_PLANS_2019 = {"outcome_20": 0.5, "out_of_court": 0.6, "plan": 0.2}
"""Added to the latent score of Southampton's 2019 cases: Outcome 20 fell less there, and more cases
ended out of court."""

MATCHED_RATES = {
    "outcome_20": {"comparison": 0.62, "intervention": 0.17},
    "out_of_court": {"comparison": 0.09, "intervention": 0.21},
    "plan": {"comparison": 0.38, "intervention": 0.20},
    "victim": {"comparison": 0.140, "intervention": 0.145},
    "suspect": {"comparison": 0.118, "intervention": 0.065},
    "missing": {"comparison": 0.085, "intervention": 0.035},
}
"""Assumed shares of matched cases: the 2017 rates are invented, the differences the document's."""

OUT_OF_COURT_SHARES = {8: 0.66, 3: 0.28, 2: 0.05, 6: 0.01}
OTHER_SHARES = {
    16: 0.28, 15: 0.27, 18: 0.11, 10: 0.10, 1: 0.09, 14: 0.06, 21: 0.06, 9: 0.02, 13: 0.01,
}  # fmt: skip


def study_cases(rng: np.random.Generator) -> pd.DataFrame:
    """Return both arms with their outcomes, one row per child."""
    arms = {
        "comparison": (COMPARISON_CASES, COMPARISON_RISK, _days("2017-01-01", "2018-01-01")),
        "intervention": (INTERVENTION_CASES, INTERVENTION_RISK, _days("2019-07-01", "2019-10-01")),
    }
    drawn = [
        part_twins(rng, draw_cases(rng, count, mean_risk=risk, days=days)).assign(arm=arm)
        for arm, (count, risk, days) in arms.items()
    ]
    cases = pd.concat(drawn, ignore_index=True)
    cases["family"] = cases.groupby(["arm", "family"], sort=True).ngroup()
    areas = choose(rng, AREA_SHARES, cases["family"].max() + 1)
    cases["local_authority"] = np.array(areas, dtype=object)[cases["family"]]
    return assign_outcomes(rng, cases)


def _days(start: str, stop: str) -> np.ndarray:
    return np.arange(start, stop, dtype="datetime64[D]")


def family_effect(rng: np.random.Generator, families: np.ndarray, spread: float) -> np.ndarray:
    """Return one normal draw per family, repeated for its children."""
    _, position = np.unique(families, return_inverse=True)
    return rng.normal(0.0, spread, position.max() + 1)[position]


def top_within_matched(
    score: np.ndarray, eligible: np.ndarray, matched: np.ndarray, wanted: int
) -> np.ndarray:
    """Return who has the outcome: exactly ``wanted`` of the matched cases, by highest score.

    The lowest score that counts among the matched is the threshold for the unmatched as well, so
    that one rule holds for a whole arm and confounding shows in the unadjusted difference.
    """
    score = np.where(eligible, score, -np.inf)
    threshold = np.sort(score[matched])[::-1][wanted - 1]
    return score >= threshold


def assign_outcomes(rng: np.random.Generator, cases: pd.DataFrame) -> pd.DataFrame:
    """Return the cases with one true-or-false column for each outcome of ``MATCHED_RATES``."""
    matched = matched_flags(cases)
    scores = latent_scores(rng, cases)
    result = cases.assign(matched=matched)
    for outcome in MATCHED_RATES:
        result[outcome] = False
    for arm in ("comparison", "intervention"):
        inside = cases["arm"].eq(arm).to_numpy()
        for outcome, rates in MATCHED_RATES.items():
            eligible = _eligible(outcome, result)[inside]
            pairs = matched[inside]
            chosen = top_within_matched(
                scores[outcome][inside], eligible, pairs, round(rates[arm] * pairs.sum())
            )
            result.loc[inside, outcome] = chosen
    return result


def _eligible(outcome: str, cases: pd.DataFrame) -> np.ndarray:
    if outcome == "out_of_court":
        return ~cases["outcome_20"].to_numpy(bool)
    youngest = {"suspect": 10, "missing": 8}.get(outcome, 0)
    return cases["age_years"].to_numpy() >= youngest


def latent_scores(rng: np.random.Generator, cases: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return a continuous propensity for each outcome; suspect and victim share a part."""
    risk, family = risk_index(cases), cases["family"].to_numpy()
    age = cases["age_years"].to_numpy(float)
    male = cases["sex"].eq("M").to_numpy(float)
    exposed = rng.normal(0.0, 1.0, len(cases))

    def noise(family_spread: float) -> np.ndarray:
        own = rng.normal(0.0, 1.0, len(cases))
        return family_effect(rng, family, family_spread) + own

    scores = {
        "outcome_20": -0.55 * risk + noise(1.6),
        "out_of_court": -0.35 * risk + noise(1.2),
        "plan": 0.80 * risk - 0.03 * age + noise(0.6),
        "victim": 0.35 * risk + 0.05 * age + 1.1 * exposed + noise(0.2),
        "suspect": 0.45 * risk + 0.05 * age + 0.5 * male + 1.1 * exposed + noise(0.2),
        "missing": 0.45 * risk + 0.08 * age + 0.5 * exposed + noise(0.2),
    }
    without = cases["arm"].eq("intervention") & cases["local_authority"].eq(SOUTHAMPTON)
    for outcome, shift in WITHOUT_PLANS_2019.items():
        scores[outcome] = scores[outcome] + shift * without.to_numpy(float)
    return scores


def study_outcome_code(rng: np.random.Generator, case: pd.Series) -> int:
    """Return a Home Office outcome code of the class that the case was given."""
    if case["outcome_20"]:
        return 20
    return choose(rng, OUT_OF_COURT_SHARES if case["out_of_court"] else OTHER_SHARES)
