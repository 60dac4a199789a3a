"""Repeat plans, Southampton: the audit, its conferences and the plan history around it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.generator.people import ETHNIC_GROUP_SHARES, add_years, age_on, choose
from sample_data.generator.rps_audit import FAMILIES, audit_families
from sample_data.generator.rps_casework import casework
from sample_data.generator.rps_conferences import about_conferences, agencies, practice_seen
from sample_data.generator.rps_endings import plan_endings
from sample_data.generator.rps_history import (
    AS_AT,
    AUDIT_QUARTER_FROM,
    Plan,
    simulate,
    working_days,
)
from sample_data.generator.rps_teams import with_teams
from sample_data.generator.writing import identifiers

SOUTHAMPTON = "E06000045"
CATEGORY_SHARES = {"NEG": 0.47, "EMO": 0.40, "PHY": 0.07, "SAB": 0.03, "MUL": 0.03}
MOVED_AWAY_SHARE, DEATHS = 0.08, 4
CONFERENCES, REVIEWS, OUTSIDE_HOME = 172, 80, 24


def build(seed: int) -> dict[str, pd.DataFrame]:
    """Return every extract of the evaluation, by name."""
    rng = np.random.default_rng(seed)
    plans = _plan_frame(rng, simulate(rng))
    children = _children(rng, plans)
    conferences = _conferences(rng, plans)
    audited = plans.loc[plans["family"].isin(FAMILIES), ["child_id", "family_id", "family"]]
    ids = dict(zip(audited["family"], audited["family_id"], strict=True))
    own = np.random.default_rng([seed, 1])  # its own stream: older extracts keep their bytes
    held = about_conferences(own, conferences, plans)
    fidelity = practice_seen(own, held)
    contributions = agencies(own, held)
    plans = with_teams(np.random.default_rng([seed, 2]), plans, held)
    endings = np.random.default_rng([seed, 3])
    return {
        "audit_families": audit_families(ids, SOUTHAMPTON),
        "audit_children": audited[["child_id", "family_id"]].drop_duplicates(),
        "conferences": conferences,
        "children": children,
        "cp_plans": plans.assign(ended_on=plans["ended_on"].where(plans["ended_on"] <= AS_AT)),
        "fidelity": fidelity,
        "agency_contributions": contributions,
        "plan_endings": plan_endings(endings, plans, children, held, fidelity),
        **casework(np.random.default_rng([seed, 4]), plans, held, SOUTHAMPTON),
    }


def _plan_frame(rng: np.random.Generator, plans: list[Plan]) -> pd.DataFrame:
    """Return the plans as rows, with identifiers; siblings share category and ethnic group."""
    frame = pd.DataFrame(
        {
            "family": plan.child.family,
            "child": (plan.child.family, plan.child.number),
            "born_on": plan.child.born_on,
            "sex": plan.child.sex,
            "started_on": plan.started_on,
            "ended_on": plan.ended_on,
            "previous_plans": plan.previous_plans,
            "age_years": age_on(plan.child.born_on, plan.started_on),
        }
        for plan in plans
    )
    families = frame["family"].drop_duplicates().tolist()
    children = frame["child"].drop_duplicates().tolist()
    family_ids = dict(zip(families, identifiers(rng, "SF", len(families)), strict=True))
    child_ids = dict(zip(children, identifiers(rng, "SC", len(children)), strict=True))
    ethnic = dict(zip(families, choose(rng, ETHNIC_GROUP_SHARES, len(families)), strict=True))
    return frame.assign(
        plan_id=identifiers(rng, "SP", len(frame)),
        family_id=frame["family"].map(family_ids),
        child_id=[child_ids[child] for child in frame["child"]],
        local_authority=SOUTHAMPTON,
        ethnic_group=frame["family"].map(ethnic),
        category=_categories(rng, frame),
    )


def _categories(rng: np.random.Generator, frame: pd.DataFrame) -> list[str]:
    """Return a category for each plan, the same for siblings whose plans start together."""
    episode = frame.groupby(["family", "started_on"]).ngroup()
    drawn = choose(rng, CATEGORY_SHARES, int(episode.max()) + 1)
    return [drawn[number] for number in episode]


def _children(rng: np.random.Generator, plans: pd.DataFrame) -> pd.DataFrame:
    """Return one row per child; some leave after their last plan ended."""
    last = plans.sort_values("started_on", kind="stable").groupby("child_id", sort=True).last()
    last = last.reset_index()
    families = sorted(last["family_id"].unique())
    leaving_families = set(
        rng.choice(families, int(MOVED_AWAY_SHARE * len(families)), replace=False)
    )
    reasons = np.where(last["family_id"].isin(leaving_families), "moved_away", None)
    reasons[rng.choice(len(last), DEATHS, replace=False)] = "died"
    moves = {family: rng.random() for family in sorted(leaving_families)}
    left = [
        _left_on(child, reason, moves.get(child.family_id, 0.5))
        for child, reason in zip(last.itertuples(), reasons, strict=True)
    ]
    gone = pd.notna(np.array(left, dtype="datetime64[D]"))
    return last.assign(left_on=left, left_reason=np.where(gone, reasons, None))


def _left_on(child: object, reason: str | None, share: float) -> np.datetime64:
    """Return a day between the end of the last plan and the as-at date, under 18, or NaT."""
    never = np.datetime64("NaT")
    first = child.ended_on.to_datetime64().astype("datetime64[D]") + 20
    born = child.born_on.to_datetime64().astype("datetime64[D]")
    latest = min(AS_AT, add_years(born, 18) - 1)
    if reason is None or first >= latest:
        return never
    return first + int(share * int((latest - first).astype(int)))


def _conferences(rng: np.random.Generator, plans: pd.DataFrame) -> pd.DataFrame:
    """Return one conference per family in January to March 2024.

    Sixteen led to the audited families' new plans. The others are first plans that started in the
    quarter, reviews of first plans, and conferences that led to no plan; none of these families
    had been on a plan before.
    """
    starting = plans[plans["started_on"] >= AUDIT_QUARTER_FROM]
    rows = starting.groupby("family_id", sort=True)[["started_on", "previous_plans"]].max()
    held = dict(rows["started_on"].items())
    quarter = working_days(2024)
    quarter = quarter[quarter >= AUDIT_QUARTER_FROM]
    for family in rng.choice(_under_review(plans), REVIEWS, replace=False):
        held[family] = rng.choice(quarter)
    for family in identifiers(rng, "SN", CONFERENCES - len(held)):
        held[family] = rng.choice(quarter)
    frame = pd.DataFrame({"family_id": list(held), "held_on": list(held.values())})
    audited = set(plans.loc[plans["family"].isin(FAMILIES), "family_id"])
    before = frame["family_id"].isin(audited)
    outside = rng.choice(_may_be_outside(frame[~before], plans), OUTSIDE_HOME, replace=False)
    return frame.assign(
        conference_id=identifiers(rng, "SK", len(frame)),
        local_authority=SOUTHAMPTON,
        risk=np.where(frame["family_id"].isin(outside), "outside_home", "inside_home"),
        previously_planned=before,
    )


def _under_review(plans: pd.DataFrame) -> list[str]:
    """Return families whose first plan was open when the quarter began."""
    open_then = (plans["started_on"] < AUDIT_QUARTER_FROM) & (
        plans["ended_on"] > AUDIT_QUARTER_FROM
    )
    planned_before = plans.loc[plans["previous_plans"] > 0, "family_id"]
    return sorted(set(plans.loc[open_then, "family_id"]) - set(planned_before))


def _may_be_outside(conferences: pd.DataFrame, plans: pd.DataFrame) -> list[str]:
    """Return families with a child of 12 or more, or with no child known."""
    young = plans.groupby("family_id")["age_years"].max().lt(12)
    return sorted(set(conferences["family_id"]) - set(young.index[young]))
