"""What was known when each of Southampton's plans ended.

The plan history exists already, so the factors are drawn from what came afterwards: their chances,
given whether and when the family came back, are those of a Cox model with the hazard ratios below
(Bayes' rule). Draws are spread evenly, so that a fit finds ratios near the ones that were built in.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
import pandas as pd

from sample_data.generator.rps_audit import FAMILIES, TRUE_FOR
from sample_data.generator.rps_history import AS_AT

HAZARD_RATIOS: Mapping[str, float] = {
    "not_sustained": 1.8,
    "changed_worker": 1.4,
    "two_adversities": 1.3,
    "lead_professional_named": 0.75,
    "incomplete": 1.15,
    "looked_after": 0.6,
    "closed": 1.1,
}
"""Invented. Everything else, the category and a change of chair among it, has a ratio of 1."""

NOT_SUSTAINED, TWO_ADVERSITIES, LEAD_NAMED = 0.36, 0.36, 0.60
INCOMPLETE_IF_SUSTAINED, INCOMPLETE_IF_NOT = 0.26, 0.58
LOOKED_AFTER, CLOSED_IF_NOT_LOOKED_AFTER = 0.09, 0.28
DAYS_PER_WORKER = 430
"""Assumed mean time until a child's social worker changes."""

MANAGER_IF_WORKER, MANAGER_IF_NOT, CHAIR = 0.38, 0.12, 0.16
OUTSIDE_FROM_AGE, OUTSIDE_SHARE = 12, 0.24
ASPECTS: Mapping[bool, Mapping[tuple[bool, bool, bool], float]] = {
    True: {
        (True, True, False): 0.44,
        (True, False, True): 0.20,
        (False, True, True): 0.13,
        (True, True, True): 0.23,
    },
    False: {
        (False, False, False): 0.26,
        (True, False, False): 0.31,
        (False, True, False): 0.26,
        (False, False, True): 0.17,
    },
}
"""Domestic abuse, parental mental health, misuse: assumed shares with two or more, and without."""

MISUSE = {(True, False): 0.50, (True, True): 0.22, (False, True): 0.28}
"""Of families with misuse: (drugs, alcohol)."""

FACTORS = tuple(HAZARD_RATIOS)
_COMBINATIONS = np.array(list(product((0, 1), repeat=len(FACTORS))))
_KEY = ["family_id", "started_on", "ended_on"]


def plan_endings(
    rng: np.random.Generator,
    plans: pd.DataFrame,
    children: pd.DataFrame,
    held: pd.DataFrame,
    fidelity: pd.DataFrame,
) -> pd.DataFrame:
    """Return one row per plan that ended by the as-at date; siblings share what is the family's."""
    ended = plans[plans["ended_on"] <= AS_AT]
    closings = _closings(plans, ended, children)
    drawn = _drawn(rng, closings)
    closings = closings.assign(**{name: drawn[name] for name in FACTORS})
    closings = _with_adversities(rng, closings)
    closings = _with_changes(rng, closings)
    closings["outside"] = rng.random(len(closings)) < OUTSIDE_SHARE
    closings = _of_conferences(closings, held, fidelity)
    closings = _of_audited(closings)
    rows = ended.merge(closings.drop(columns="family"), on=_KEY, validate="m:1")
    outside = rows["outside"] & rows["age_years"].ge(OUTSIDE_FROM_AGE)
    adult = rows["ended_on"].ge(rows["born_on"] + pd.DateOffset(years=18))
    return rows.assign(
        risk=np.where(outside, "outside_home", "inside_home"),
        interventions_complete=~rows["incomplete"],
        sustained_change=~rows["not_sustained"],
        closed_to=np.select(
            [adult, rows["looked_after"], rows["closed"]],
            ["closed", "looked_after", "closed"],
            "child_in_need",
        ),
    )


def _closings(plans: pd.DataFrame, ended: pd.DataFrame, children: pd.DataFrame) -> pd.DataFrame:
    """Return one row per family and day on which plans of one start ended, with its follow-up."""
    ordered = plans.sort_values(["child_id", "started_on"])
    following = ordered.groupby("child_id")["started_on"].shift(-1).rename("next_on")
    left_on = children.set_index("child_id")["left_on"]
    rows = ended.join(following).join(left_on, on="child_id")
    adult = rows["born_on"] + pd.DateOffset(years=18)
    rows["stop"] = pd.concat([adult, rows["left_on"]], axis=1).min(axis=1).clip(upper=AS_AT)
    closings = rows.groupby(_KEY, as_index=False, sort=True).agg(
        family=("family", "first"),
        next_on=("next_on", "min"),
        stop=("stop", "max"),
        youngest=("age_years", "min"),
        size=("child_id", "size"),
    )
    returned = closings["next_on"].notna()
    days = (closings["next_on"].fillna(closings["stop"]) - closings["ended_on"]).dt.days
    length = (closings["ended_on"] - closings["started_on"]).dt.days
    return closings.assign(returned=returned, days=days.clip(lower=0), length=length)


def _drawn(rng: np.random.Generator, closings: pd.DataFrame) -> dict[str, np.ndarray]:
    """Draw the factors one after the other from their joint chances given the follow-up."""
    chances = _chances(closings)
    order = [closings["returned"].to_numpy(), closings["size"].to_numpy()]
    days = closings["days"].to_numpy()
    drawn: dict[str, np.ndarray] = {}
    for position, name in enumerate(FACTORS):
        true = _COMBINATIONS[:, position] == 1
        share = chances[:, true].sum(axis=1) / chances.sum(axis=1)
        spread = np.lexsort([days, *drawn.values(), order[1], order[0]])
        drawn[name] = _evenly(rng, share, spread)
        chances = chances * (true == drawn[name][:, None])
    return drawn


def _chances(closings: pd.DataFrame) -> np.ndarray:
    """Return the chance of each combination of factors (columns), given whether and when back."""
    of = {name: _COMBINATIONS[:, position] for position, name in enumerate(FACTORS)}
    incomplete = np.where(of["not_sustained"], INCOMPLETE_IF_NOT, INCOMPLETE_IF_SUSTAINED)
    shares = {
        "not_sustained": NOT_SUSTAINED,
        "two_adversities": TWO_ADVERSITIES,
        "lead_professional_named": LEAD_NAMED,
        "incomplete": incomplete,
        "looked_after": LOOKED_AFTER,
        "closed": np.where(of["looked_after"], 0.0, CLOSED_IF_NOT_LOOKED_AFTER),
    }
    before = np.ones(len(_COMBINATIONS))
    for name, share in shares.items():
        before = before * np.where(of[name], share, 1 - np.asarray(share))
    changed = 1 - np.exp(-closings["length"].to_numpy()[:, None] / DAYS_PER_WORKER)
    prior = before * np.where(of["changed_worker"], changed, 1 - changed)
    ratio = np.exp(_COMBINATIONS @ np.log(list(HAZARD_RATIOS.values())))
    baseline = _cumulative_hazard(closings) / (prior @ ratio).mean()
    returned = closings["returned"].to_numpy()[:, None]
    return prior * np.where(returned, ratio, 1.0) * np.exp(-baseline[:, None] * ratio)


def _cumulative_hazard(closings: pd.DataFrame) -> np.ndarray:
    """Return the Nelson-Aalen estimate at the end of each follow-up, children as weights."""
    order = np.argsort(closings["days"].to_numpy(), kind="stable")
    size = closings["size"].to_numpy()[order]
    at_risk = size[::-1].cumsum()[::-1]
    steps = np.where(closings["returned"].to_numpy()[order], size / at_risk, 0.0)
    result = np.empty(len(order))
    result[order] = steps.cumsum()
    return result


def _evenly(rng: np.random.Generator, chance: np.ndarray, order: np.ndarray) -> np.ndarray:
    """Return flags with the given chances, spread evenly along ``order``."""
    passed = np.floor(np.concatenate([[0.0], chance[order].cumsum()]) + rng.random())
    flags = np.empty(len(chance), dtype=bool)
    flags[order] = np.diff(passed) > 0
    return flags


def _with_adversities(rng: np.random.Generator, closings: pd.DataFrame) -> pd.DataFrame:
    """Add the adversities; siblings whose plans started together share them."""
    first = closings.groupby(["family_id", "started_on"])["two_adversities"].transform("first")
    episode = closings.groupby(["family_id", "started_on"]).ngroup().to_numpy()
    aspects = {
        several: rng.choice(len(shares), episode.max() + 1, p=list(shares.values()))
        for several, shares in ASPECTS.items()
    }
    misused = rng.choice(len(MISUSE), episode.max() + 1, p=list(MISUSE.values()))[episode]
    has = np.array(
        [
            list(ASPECTS[several])[aspects[several][number]]
            for several, number in zip(first, episode, strict=True)
        ]
    )
    kinds = np.array(list(MISUSE))[misused]
    return closings.assign(
        domestic_abuse=has[:, 0],
        parental_mental_health=has[:, 1],
        substance_misuse=has[:, 2] & kinds[:, 0],
        alcohol_misuse=has[:, 2] & kinds[:, 1],
    )


def _with_changes(rng: np.random.Generator, closings: pd.DataFrame) -> pd.DataFrame:
    """Add the changes of worker, manager and chair; the chair's is independent of all else."""
    number = len(closings)
    worker = closings["changed_worker"].to_numpy()
    more = rng.poisson(closings["length"].to_numpy() / DAYS_PER_WORKER / 2)
    back = np.lexsort([closings["days"], worker, closings["size"], closings["returned"]])
    manager = _evenly(rng, np.where(worker, MANAGER_IF_WORKER, MANAGER_IF_NOT), back)
    chair = _evenly(rng, np.full(number, CHAIR), back)
    return closings.assign(
        worker_changes=np.where(worker, 1 + more, 0),
        manager_changes=np.where(manager, 1 + rng.binomial(2, 0.15, number), 0),
        chair_changes=np.where(chair, 1 + rng.binomial(1, 0.1, number), 0),
    )


def _of_conferences(
    closings: pd.DataFrame, held: pd.DataFrame, fidelity: pd.DataFrame
) -> pd.DataFrame:
    """Let plans that ended in the quarter of the conferences agree with what is held about them."""
    named = fidelity[fidelity["component"].eq("lead_professional_named")]
    named = named.set_index("delivery_id")["met"]
    result = closings.copy()
    for row in held[held["closed"]].itertuples():
        these = result["family_id"].eq(row.family_id) & result["ended_on"].ge(held["held_on"].min())
        misuse = result["substance_misuse"] | result["alcohol_misuse"]
        result.loc[these, "domestic_abuse"] = row.domestic_abuse
        result.loc[these, "parental_mental_health"] = row.parental_mental_health
        result.loc[these & ~misuse, "substance_misuse"] = row.substance_misuse
        if not row.substance_misuse:
            result.loc[these, ["substance_misuse", "alcohol_misuse"]] = False
        result.loc[these, "lead_professional_named"] = bool(named[row.conference_id])
        result.loc[these, "outside"] = row.risk == "outside_home"
    return result


def _of_audited(closings: pd.DataFrame) -> pd.DataFrame:
    """Give the audited families' previous plans the answers of the audit.

    Where the audit does not speak of a manager or a chair, none changed.
    """
    result = closings.copy()
    audited = result["family"].isin(FAMILIES)
    answers = {
        "not_sustained": "no_sustained_change",
        "incomplete": "incomplete_intervention",
        **{name: name for name in ("domestic_abuse", "parental_mental_health")},
        **{name: name for name in ("substance_misuse", "alcohol_misuse")},
    }
    for column, flag in answers.items():
        result.loc[audited, column] = result.loc[audited, "family"].isin(TRUE_FOR[flag])
    for who in ("worker", "manager", "chair"):
        changed = result["family"].isin(TRUE_FOR[f"changed_{who}"])
        number = result[f"{who}_changes"].clip(lower=1).where(changed, 0)
        result[f"{who}_changes"] = number.where(audited, result[f"{who}_changes"])
    unnamed = result["family"].isin(TRUE_FOR["no_lead_professional"])
    result.loc[audited, "lead_professional_named"] = ~unnamed[audited]
    early = result["family"].isin(
        TRUE_FOR["closed_prematurely"] - TRUE_FOR["closed_at_parental_request"]
    )
    result.loc[audited, "closed"] = early[audited]
    result.loc[audited, ["looked_after", "outside"]] = False
    return result
