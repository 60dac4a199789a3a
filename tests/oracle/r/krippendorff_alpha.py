"""Krippendorff's alpha by the package `krippendorff`: references for tests/oracle/scores.

Run apart from the project (the package is GPL and no dependency of it):
`pip install krippendorff==0.9.0`, then `python krippendorff_alpha.py`.
"""

import json
from importlib.metadata import version
from pathlib import Path

import krippendorff
import numpy as np

N = np.nan
LEVELS = ("nominal", "ordinal", "interval")
# Krippendorff 2011, section C: four observers, twelve units.
WORKED_EXAMPLE = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
rng = np.random.default_rng(20261122)
values = np.array([0.0, 1.0, 2.5, 7.0])
truth = rng.integers(0, 4, 25)
noisy = np.where(rng.random((5, 25)) < 0.5, truth, rng.integers(0, 4, (5, 25)))
UNEVEN = np.where(rng.random((5, 25)) < 0.3, N, values[noisy])

HERE = Path(__file__).resolve().parent


def case(data):
    rows = np.asarray(data, dtype=float)
    return {
        "ratings": [[None if np.isnan(v) else float(v) for v in row] for row in rows],
        **{
            level: float(krippendorff.alpha(reliability_data=rows, level_of_measurement=level))
            for level in LEVELS
        },
    }


result = {
    "packages": {"krippendorff": version("krippendorff"), "numpy": version("numpy")},
    "worked_example": {
        **case(WORKED_EXAMPLE),
        "published": "Krippendorff 2011: nominal .743, ordinal .815, interval .849",
    },
    "uneven": case(UNEVEN),
}
beside = HERE.parents[3] / "shared" / "oracles" / "data" / "irr_anxiety.csv"
if beside.exists():
    rows = np.genfromtxt(beside, delimiter=",", skip_header=1).T
    result["anxiety"] = {k: v for k, v in case(rows).items() if k != "ratings"}
target = HERE.parent / "reference" / "scores_krippendorff.json"
target.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
