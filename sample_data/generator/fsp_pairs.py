"""The generator's own propensity score and 1:1 matching.

Deliberately not the project's kernels: the extracts are calibrated on these pairs, and a test then
asks the kernels for theirs, so that a defect in a kernel shows instead of being calibrated away.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.generator.fsp_families import COVARIATES


def design_matrix(cases: pd.DataFrame) -> np.ndarray:
    """Return an intercept and the covariates as numbers; sex is 1 for female, 0 otherwise."""
    covariates = cases[list(COVARIATES)].assign(sex=cases["sex"].eq("F"))
    return np.column_stack([np.ones(len(cases)), covariates.to_numpy(float)])


def log_odds_of_treatment(design: np.ndarray, treated: np.ndarray) -> np.ndarray:
    """Return the linear predictor of a logistic regression, rounded so that machines agree."""
    beta = np.zeros(design.shape[1])
    for _ in range(25):
        chance = 1.0 / (1.0 + np.exp(-design @ beta))
        information = design.T @ (design * (chance * (1.0 - chance))[:, None])
        beta += np.linalg.solve(information, design.T @ (treated - chance))
    return np.round(design @ beta, 9)


def match_pairs(
    log_odds: np.ndarray, treated: np.ndarray, caliper: float = 0.2
) -> tuple[np.ndarray, np.ndarray]:
    """Return positions of matched treated and comparison units, pair by pair.

    Treated units in descending order of the log odds take the nearest comparison unit not yet used
    within ``caliper`` standard deviations of the log odds.
    """
    width = caliper * np.std(log_odds, ddof=1)
    free = np.flatnonzero(~treated)
    order = np.flatnonzero(treated)
    pairs = []
    for unit in order[np.argsort(-log_odds[order], kind="stable")]:
        distance = np.abs(log_odds[free] - log_odds[unit])
        if len(free) and distance.min() <= width:
            nearest = int(distance.argmin())
            pairs.append((unit, free[nearest]))
            free = np.delete(free, nearest)
    matched = np.array(pairs, dtype=int).reshape(-1, 2)
    return matched[:, 0], matched[:, 1]


def matched_flags(cases: pd.DataFrame) -> np.ndarray:
    """Return, for each study case, whether it is one of a matched pair."""
    treated = cases["arm"].eq("intervention").to_numpy()
    log_odds = log_odds_of_treatment(design_matrix(cases), treated.astype(float))
    flags = np.zeros(len(cases), dtype=bool)
    flags[np.concatenate(match_pairs(log_odds, treated))] = True
    return flags
