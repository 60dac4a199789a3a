"""Family safety plans, Hampshire: cases, plans, police events, interviews and delivery."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.generator.fsp_delivery import TEAMS, delivery_extracts, teams
from sample_data.generator.fsp_follow_up import events, outcome_dates, plans
from sample_data.generator.fsp_history import history_cases
from sample_data.generator.fsp_practice import interviews, staff_extracts
from sample_data.generator.fsp_study import study_cases, study_outcome_code
from sample_data.generator.writing import identifiers


def build(seed: int) -> dict[str, pd.DataFrame]:
    """Return every extract of the evaluation, by name."""
    rng = np.random.default_rng(seed)
    study = study_cases(rng)
    study["child"] = list(zip(study["family"], study.groupby("family").cumcount(), strict=True))
    study["outcome_code"] = [study_outcome_code(rng, case) for _, case in study.iterrows()]
    cases = pd.concat([study, history_cases(rng, study)], ignore_index=True)
    cases = _identified(rng, cases)
    cases["outcome_on"] = outcome_dates(rng, cases)
    cases["outcome_code"] = (
        cases["outcome_code"].astype("Int64").mask(cases["outcome_on"].isna().to_numpy())
    )
    plan_rows, planned_before = plans(rng, cases)
    cases["prior_plan"] = planned_before
    plan_rows["plan_id"] = identifiers(rng, "HP", len(plan_rows))
    event_rows = events(rng, cases)
    event_rows["event_id"] = identifiers(rng, "HE", len(event_rows))
    cases["worker_changes"] = _worker_changes(np.random.default_rng([seed, 1]), cases)
    plan_rows["team_id"] = None  # the council's teams are not known to the police
    return {"cases": cases, "cp_plans": plan_rows, "events": event_rows} | _practice(seed, cases)


def _practice(seed: int, cases: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return what was said and delivered; streams of their own leave the other extracts alone."""
    police = teams(np.random.default_rng([seed, 2]), TEAMS)
    return {
        "coded_interviews": interviews(np.random.default_rng([seed, 3])),
        **delivery_extracts(np.random.default_rng([seed, 4]), cases, police),
        **staff_extracts(np.random.default_rng([seed, 5]), police),
    }


def _worker_changes(rng: np.random.Generator, cases: pd.DataFrame) -> pd.Series:
    """Return how often a family's lead practitioner changed; it has no part in any outcome."""
    families = cases["family_id"].drop_duplicates()
    drawn = dict(zip(families, rng.poisson(0.7, len(families)), strict=True))
    return cases["family_id"].map(drawn)


def _identified(rng: np.random.Generator, cases: pd.DataFrame) -> pd.DataFrame:
    """Replace the generator's own numbers with identifiers that say nothing."""
    families = cases["family"].drop_duplicates().tolist()
    children = cases["child"].drop_duplicates().tolist()
    family_ids = dict(zip(families, identifiers(rng, "HF", len(families)), strict=True))
    child_ids = dict(zip(children, identifiers(rng, "HC", len(children)), strict=True))
    return cases.assign(
        case_id=identifiers(rng, "HK", len(cases)),
        family_id=cases["family"].map(family_ids),
        child_id=[child_ids[child] for child in cases["child"]],
    )
