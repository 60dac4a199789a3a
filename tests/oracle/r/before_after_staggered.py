"""Group-time effects by csdid and the Goodman-Bacon decomposition by diff-diff.

Run in an environment of its own: pip install csdid diff-diff.
"""

import json
import warnings
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd

REFERENCE = Path(__file__).parents[1] / "reference"


def numbers(values) -> list:
    values = np.atleast_1d(np.asarray(values, dtype=float)).ravel()
    return [None if np.isnan(v) else float(v) for v in values]


def group_time(data: pd.DataFrame, control: str, weights: str | None) -> dict:
    from csdid.att_gt import ATTgt

    model = ATTgt(
        yname="rate",
        gname="first_treated",
        idname="unit",
        tname="period",
        data=data.copy(),
        control_group=[control],
        weights_name=weights,
    )
    model.fit(est_method="reg", base_period="universal", bstrap=False)
    cells = model.results
    found = {f"cell_{name}": numbers(cells[name]) for name in ("group", "year", "att", "se")}
    for kind in ("simple", "group", "dynamic", "calendar"):
        result = model.aggte(typec=kind, bstrap=False, cband=False).atte
        found[kind] = {"overall": numbers(result["overall_att"]) + numbers(result["overall_se"])}
        if kind != "simple":
            found[kind] |= {
                "key": numbers(result["egt"]),
                "att": numbers(result["att_egt"]),
                "se": numbers(result["se_egt"]),
            }
    return found


def bacon(data: pd.DataFrame) -> dict:
    from diff_diff import BaconDecomposition

    result = BaconDecomposition().fit(
        data, outcome="rate", unit="unit", time="period", first_treat="first_treated"
    )
    rows = [
        {
            "type": c.comparison_type,
            "treated": str(c.treated_group),
            "comparison": str(c.control_group),
            "estimate": float(c.estimate),
            "weight": float(c.weight),
        }
        for c in result.comparisons
    ]
    return {"twfe": float(result.twfe_estimate), "comparisons": rows}


def main() -> None:
    warnings.simplefilter("ignore")
    data = pd.read_csv(REFERENCE / "data" / "before_after_staggered.csv")
    found = {
        "versions": {name: version(name) for name in ("csdid", "diff-diff", "numpy", "pandas")},
        "never_treated": group_time(data, "nevertreated", None),
        "not_yet_treated": group_time(data, "notyettreated", None),
        "not_yet_treated_weighted": group_time(data, "notyettreated", "population"),
        "bacon": bacon(data),
    }
    target = REFERENCE / "before_after_staggered.json"
    target.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
