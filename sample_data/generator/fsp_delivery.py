"""How the plans were delivered to the families of the intervention arm, step by step."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sample_data.generator.deliveries import by_team, fidelity, reached, step_rows
from sample_data.generator.writing import identifiers

AS_AT = "2020-03-31"
TEAMS: Mapping[str, int] = {"E10000014": 3, "E06000044": 1, "E06000046": 1, "E06000045": 1}
"""Child abuse investigation teams of each authority: they delivered the plans. There are few, so
that most counts by team are large enough to show."""

SOUTHAMPTON = "E06000045"
VISITED_WITHIN, REVIEWED_WITHIN = 10, 42
"""Days that a step should take after the step before, as in the protocol."""

VISITED = {"with_plans": 0.83, "without_plans": 0.50}
AGREED, REVIEWED, COMPLIED, ESCALATED = 0.68, 0.76, 0.70, 0.60
"""Shares of the step before; escalated is of the reviewed families that did not comply."""

MET = {
    "smart_goals": 0.72, "co_developed": 0.54, "own_form": 0.78, "signed": 0.91, "monitored": 0.67,
}  # fmt: skip
NOT_RECORDED = {"co_developed": 0.07, "monitored": 0.11}


def teams(rng: np.random.Generator, numbers: Mapping[str, int]) -> pd.DataFrame:
    """Return one row per team, with an identifier that says nothing."""
    areas = [area for area, number in numbers.items() for _ in range(number)]
    return pd.DataFrame(
        {"team_id": identifiers(rng, "HT", len(areas)), "local_authority": areas}
    ).sort_values("team_id", ignore_index=True)


def deliveries(rng: np.random.Generator, cases: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Return one row per family of the intervention arm, given to a team of its authority."""
    families = (
        cases[cases["arm"].eq("intervention")][["family_id", "local_authority", "recorded_on"]]
        .drop_duplicates("family_id")
        .rename(columns={"recorded_on": "started_on"})
        .sort_values("family_id", ignore_index=True)
    )
    by_area = {area: rows["team_id"].tolist() for area, rows in own.groupby("local_authority")}
    team = pd.Series(index=families.index, dtype=object)
    for area, rows in families.groupby("local_authority"):
        turn = rng.permutation(len(rows)) % len(by_area[area])
        team.loc[rows.index] = [by_area[area][place] for place in turn]
    return families.assign(team_id=team, delivery_id=identifiers(rng, "HD", len(families)))


def steps(rng: np.random.Generator, families: pd.DataFrame) -> dict[str, pd.Series]:
    """Return, for each step, the day on which each family reached it; NaT where it did not."""
    without = families["local_authority"].eq(SOUTHAMPTON)
    start = pd.Series(pd.to_datetime(families["started_on"]), index=families.index)
    keenness = by_team(rng, families["team_id"], 0.45)
    chance = rng.normal(size=len(families))

    def reach(step: str, since: pd.Series, **how: object) -> pd.Series:
        return reached(rng, families, step, since, as_at=AS_AT, **how)

    visited = pd.concat(
        reach(
            "joint_visit", start.where(here), share=VISITED[group], leaning=0.3 * keenness + chance,
            within=VISITED_WITHIN, in_time=0.6, longest=40,
        ).loc[here]
        for group, here in (("with_plans", ~without), ("without_plans", without))
    ).sort_index()  # fmt: skip
    agreed = reach(
        "plan_agreed", visited.mask(without), share=AGREED, leaning=keenness + 0.6 * chance,
        within=14, in_time=0.8, longest=35,
    )  # fmt: skip
    reviewed = reach(
        "reviewed", agreed, share=REVIEWED, leaning=0.5 * keenness + chance,
        within=REVIEWED_WITHIN, in_time=0.66, longest=90,
    )  # fmt: skip
    complied = reach(
        "complied", reviewed, share=COMPLIED, leaning=rng.normal(size=len(families)),
        within=60, in_time=0.75, longest=110,
    )  # fmt: skip
    escalated = reach(
        "escalated", reviewed.mask(complied.notna()), share=ESCALATED,
        leaning=rng.normal(size=len(families)), within=30, in_time=0.7, longest=90,
    )  # fmt: skip
    return {
        "referred": start, "joint_visit": visited, "plan_agreed": agreed, "reviewed": reviewed,
        "complied": complied, "escalated": escalated,
    }  # fmt: skip


def fidelity_rows(
    rng: np.random.Generator, families: pd.DataFrame, days: dict[str, pd.Series]
) -> pd.DataFrame:
    """Return what was done as planned in each family with a plan.

    Whether the review was on time is read off the steps, so that the two extracts agree.
    """
    planned = days["plan_agreed"].notna()
    rows = fidelity(rng, families[planned], MET, unknown=NOT_RECORDED)
    waited = (days["reviewed"] - days["plan_agreed"]).dt.days[planned]
    on_time = families[planned].assign(
        component="reviewed_on_time",
        met=pd.array(waited.le(REVIEWED_WITHIN).to_numpy(), dtype="boolean"),
    )
    return pd.concat([rows, on_time], ignore_index=True)


def delivery_extracts(
    rng: np.random.Generator, cases: pd.DataFrame, own: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return the steps of delivery and the fidelity of every family of the intervention arm."""
    families = deliveries(rng, cases, own)
    days = steps(rng, families)
    return {
        "delivery_steps": step_rows(families, days),
        "fidelity": fidelity_rows(rng, families, days),
    }
