"""Writes tests/oracle/reference/data/southampton_returns.csv; run from tests/oracle/r.

The follow-up of Southampton's plans, made with pandas from the sample's files alone: days until the
next plan (event 1), the eighteenth birthday, a move or death (2), or the as-at date or five years
(0), with what was known when the plan ended.
"""

from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
SAMPLE = HERE.parents[2] / "sample_data" / "repeat_plans_southampton"
TARGET = HERE.parent / "reference" / "data" / "southampton_returns.csv"
AS_AT, FROM, HORIZON = pd.Timestamp(2024, 3, 31), pd.Timestamp(2016, 4, 1), 1825
FLAGS = ("sustained_change", "interventions_complete", "lead_professional_named")


def returns() -> pd.DataFrame:
    """Return one row per plan that ended."""
    plans, children, endings = (
        pd.read_parquet(SAMPLE / f"{name}.parquet")
        for name in ("cp_plans", "children", "plan_endings")
    )
    for table, names in ((plans, ("started_on", "ended_on")), (children, ("born_on", "left_on"))):
        for name in names:
            table[name] = pd.to_datetime(table[name])
    plans = plans.sort_values(["child_id", "started_on", "plan_id"])
    plans["next_on"] = plans.groupby("child_id")["started_on"].shift(-1)
    rows = plans[plans["ended_on"].between(FROM, AS_AT)]
    rows = rows.merge(children[["child_id", "born_on", "left_on"]], on="child_id")
    rows = rows.merge(endings.drop(columns="local_authority"), on="plan_id")
    adult_on = rows["born_on"] + pd.DateOffset(years=18)
    stop = pd.concat([adult_on, rows["left_on"]], axis=1).min(axis=1).clip(upper=AS_AT)
    returned = rows["next_on"] <= AS_AT
    days = (rows["next_on"].where(returned, stop) - rows["ended_on"]).dt.days.clip(lower=0)
    event = returned.astype(int).where(returned, 2 * (stop < AS_AT).astype(int))
    misuse = rows["substance_misuse"] | rows["alcohol_misuse"]
    table = pd.DataFrame(
        {
            "days": days.clip(upper=HORIZON),
            "event": event.where(days <= HORIZON, 0),
            "family": rows["family_id"].rank(method="dense").astype(int),
            "category": rows["category"],
            "da": rows["domestic_abuse"].astype(int),
            "mh": rows["parental_mental_health"].astype(int),
            "misuse": misuse.astype(int),
            "worker": rows["worker_changes"].clip(upper=2),
            "manager": rows["manager_changes"].clip(upper=1),
            "chair": rows["chair_changes"].clip(upper=1),
            **{name: rows[name].astype(int) for name in FLAGS},
            "closed_to": rows["closed_to"],
            "outside": (rows["risk"] == "outside_home").astype(int),
        }
    )
    return table.sort_values(list(table.columns), ignore_index=True)


if __name__ == "__main__":
    returns().to_csv(TARGET, index=False)
