"""Make a synthetic panel of 11 areas and fit its synthetic control by quadprog and pysyncon.

Run in an environment of its own: pip install quadprog pysyncon.
"""

import json
from importlib.metadata import version
from pathlib import Path

import numpy as np

REFERENCE = Path(__file__).parents[1] / "reference"
AREAS, PERIODS, START = 11, 24, 17


def draw() -> np.ndarray:
    rng = np.random.default_rng(20100601)
    factors = np.cumsum(rng.normal(0, 1, (2, PERIODS)), axis=1)
    loadings = rng.uniform(0, 2, (AREAS, 2))
    loadings[0] = loadings[1:].mean(axis=0)
    outcome = 50 + loadings @ factors * 2 + rng.normal(0, 0.7, (AREAS, PERIODS))
    outcome[0, START - 1 :] -= 6
    return outcome.round(3)


def write_rows(outcome: np.ndarray) -> None:
    lines = ["area,period,first_treated,rate"]
    for area in range(AREAS):
        for period in range(1, PERIODS + 1):
            start = START if area == 0 else 0
            lines.append(f"{area + 1},{period},{start},{outcome[area, period - 1]:.3f}")
    target = REFERENCE / "data" / "before_after_synthetic.csv"
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")


def exact(goal: np.ndarray, donors: np.ndarray) -> np.ndarray:
    """Goldfarb and Idnani's dual method: minimise |goal - donors' w| on the simplex."""
    import quadprog

    n = len(donors)
    constraints = np.column_stack([np.ones(n), np.eye(n)])
    bounds = np.concatenate([[1.0], np.zeros(n)])
    return quadprog.solve_qp(donors @ donors.T, donors @ goal, constraints, bounds, meq=1)[0]


def fit(
    outcome: np.ndarray, unit: int, donors: list[int], start: int = START, last: int = PERIODS
) -> dict:
    before, after = slice(0, start - 1), slice(start - 1, last)
    weights = exact(outcome[unit, before], outcome[donors][:, before])
    gap = outcome[unit] - weights @ outcome[donors]
    pre, post = np.sqrt((gap[before] ** 2).mean()), np.sqrt((gap[after] ** 2).mean())
    return {
        "weights": weights.tolist(),
        "pre_error": float(pre),
        "ratio": float(post / pre),
        "effect": float(gap[after].mean()),
    }


def main() -> None:
    from pysyncon.base import VanillaOptimMixin

    outcome = draw()
    write_rows(outcome)
    others = list(range(1, AREAS))
    approximate, _ = VanillaOptimMixin.w_optimize(
        np.eye(START - 1), outcome[others][:, : START - 1].T, outcome[0, : START - 1]
    )
    found = {
        "versions": {name: version(name) for name in ("quadprog", "pysyncon", "numpy", "scipy")},
        "treated": fit(outcome, 0, others),
        "pysyncon_weights": approximate.tolist(),
        "placebos": [fit(outcome, j, [k for k in others if k != j]) for j in others],
        "in_time": fit(outcome, 0, others, start=13, last=START - 1),
        "leave_out": [fit(outcome, 0, [k for k in others if k != j])["effect"] for j in others],
    }
    (REFERENCE / "before_after_synthetic.json").write_text(
        json.dumps(found, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
