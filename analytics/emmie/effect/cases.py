"""Cases, their covariates and what became of them, as every design on cases reads them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from analytics.emmie.study import Study
from analytics.extracts.protocol import Outcome
from analytics.statistics.inputs import FloatArray

if TYPE_CHECKING:
    import ibis
    import pandas as pd

EXTRACTS = ("cases", "cp_plans", "events")


def cases_with_outcomes(study: Study, outcomes: Sequence[Outcome]) -> ibis.Table:
    """Return the study's cases with one column per outcome, not executed.

    An outcome is 1, 0, or null while it is not known: the case is open, or was not followed for
    long enough. Plans and events are looked up among all rows in scope, before any filter.
    """
    cases = study.table("cases")
    return cases.mutate(**{item.key: _column(item, cases, study) for item in outcomes})


def study_rows(study: Study, outcomes: Sequence[Outcome], also: Sequence[str] = ()) -> pd.DataFrame:
    """Return the cases of the two arms, ordered by case.

    Columns are identifiers, covariates, the columns named by ``also``, and the outcomes.
    """
    covariates = study.protocol.matching.covariates if study.protocol.matching else ()
    cases = cases_with_outcomes(study, outcomes)
    columns = dict.fromkeys(["case_id", "family_id", "local_authority", "arm", *covariates, *also])
    keys = [item.key for item in outcomes]
    rows = cases.filter(cases.arm.notnull()).select(*columns, *keys).order_by("case_id")
    return study.store.rows(rows)


def covariate_matrix(cases: pd.DataFrame, covariates: Sequence[str]) -> FloatArray:
    """Return the covariates as floats, shape (n, k); sex becomes 1 for female."""
    columns = [
        (cases[name] == "F").to_numpy(dtype=float)
        if name == "sex"
        else cases[name].to_numpy(dtype=float)
        for name in covariates
    ]
    return np.column_stack(columns)


def known(cases: pd.DataFrame, key: str) -> FloatArray:
    """Return an outcome as 1.0, 0.0 or NaN where it is not known."""
    return cases[key].to_numpy(dtype=float, na_value=np.nan)


def _column(outcome: Outcome, cases: ibis.Table, study: Study) -> Any:
    """Return the outcome as 1, 0 or null."""
    if outcome.kind == "police_outcome":
        return cases.outcome_code.isin(outcome.codes).cast("int64")
    days = outcome.within_days or 0
    source = study.unfiltered("cp_plans" if outcome.kind == "plan" else "events")
    if outcome.kind == "event":
        source = source.filter(source.kind == outcome.event)
    happened_on = "started_on" if outcome.kind == "plan" else "occurred_on"
    later = source.select(other_child=source.child_id, happened_on=source[happened_on])
    hits = cases.join(later, cases.child_id == later.other_child).filter(
        lambda row: (
            (row.happened_on > row.recorded_on)
            & (row.happened_on.delta(row.recorded_on, unit="day") <= days)
        )
    )
    followed = cases.recorded_on.delta(study.protocol.evaluation.as_at, unit="day") <= -days
    happened = cases.case_id.isin(hits.case_id).cast("int64")
    return followed.ifelse(happened, None)
