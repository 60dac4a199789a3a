"""The engine counts, the kernel finishes: the same answer as from the rows of the sample."""

from __future__ import annotations

import math

import ibis
import numpy as np
import pandas as pd
import pytest

from analytics.access.viewer import PUBLIC
from analytics.extracts.library import Library
from analytics.statistics.time_to_event.gray import gray_test, gray_test_from_tables
from analytics.statistics.time_to_event.life_table import LifeTable, life_table
from analytics.statistics.time_to_event.log_rank import log_rank, log_rank_from_tables
from analytics.statistics.time_to_event.survival import (
    cumulative_incidence,
    cumulative_incidence_from_table,
)
from analytics.statistics.two_groups.cluster_totals import cluster_totals, total_by_cluster
from analytics.statistics.two_groups.clustered import clustered_contrast
from analytics.statistics.two_groups.proportions import risk_difference

# The same sums in another order.
RTOL = 1e-12
OUTCOME_20 = 20


@pytest.fixture(scope="module")
def cases(sample: Library) -> ibis.Table:
    """Return closed study cases with their arm and outcome, not yet counted."""
    table = sample.evaluation("family_safety_plans").store.table("cases", PUBLIC)
    closed = table.filter(table.arm.notnull() & table.outcome_code.notnull())
    return closed.select(
        family=closed.family_id,
        treated=(closed.arm == "intervention").cast("int64"),
        event=(closed.outcome_code == OUTCOME_20).cast("int64"),
        days=closed.outcome_on.delta(closed.recorded_on, unit="day"),
    )


@pytest.fixture(scope="module")
def rows(cases: ibis.Table) -> pd.DataFrame:
    return cases.to_pandas()


def test_two_by_two_counts_are_those_of_the_rows(cases: ibis.Table, rows: pd.DataFrame) -> None:
    counted = cases.group_by("treated").aggregate(events=cases.event.sum(), n=cases.count())
    by_arm = {row["treated"]: row for row in counted.to_pandas().to_dict("records")}
    treated = rows[rows.treated == 1]
    result = risk_difference(
        events_treated=int(by_arm[1]["events"]),
        n_treated=int(by_arm[1]["n"]),
        events_comparison=int(by_arm[0]["events"]),
        n_comparison=int(by_arm[0]["n"]),
    )
    assert result.risk_treated == treated.event.mean()
    assert result.n_treated + result.n_comparison == len(rows) > 400


@pytest.mark.parametrize("vcov_type", ["CR0", "CR1", "CR2"])
@pytest.mark.parametrize("estimand", ["risk_difference", "risk_ratio", "odds_ratio"])
def test_patterns_of_families_do_for_rows(
    cases: ibis.Table, rows: pd.DataFrame, estimand: str, vcov_type: str
) -> None:
    families = cases.group_by("family").aggregate(
        a=(cases.event * cases.treated).sum(),
        n1=cases.treated.sum(),
        c=(cases.event * (1 - cases.treated)).sum(),
        n0=(1 - cases.treated).sum(),
    )
    patterns = families.group_by(["a", "n1", "c", "n0"]).aggregate(g=families.count()).to_pandas()
    counted = cluster_totals(
        events_treated=patterns.a,
        n_treated=patterns.n1,
        events_comparison=patterns.c,
        n_comparison=patterns.n0,
        repeats=patterns.g,
    )
    listed = total_by_cluster(rows.event, rows.treated, rows.family)
    assert len(patterns) < rows.family.nunique() / 4
    ours = clustered_contrast(counted, estimand=estimand, vcov_type=vcov_type)
    theirs = clustered_contrast(listed, estimand=estimand, vcov_type=vcov_type)
    for name in ("estimate", "std_error", "df", "p_value"):
        assert math.isclose(getattr(ours, name), getattr(theirs, name), rel_tol=RTOL), name


def counted_by_day(cases: ibis.Table, treated: int | None = None) -> LifeTable:
    """Cause 1 is the outcome, cause 2 any other end; nobody is censored."""
    some = cases if treated is None else cases.filter(cases.treated == treated)
    counts = some.group_by("days").aggregate(first=some.event.sum(), second=(1 - some.event).sum())
    by_day = counts.order_by("days").to_pandas()
    return life_table(
        by_day.days,
        n_events=np.stack([by_day["first"], by_day.second]),
        n_censored=np.zeros(len(by_day)),
    )


def test_counts_by_day_do_for_rows(cases: ibis.Table, rows: pd.DataFrame) -> None:
    cause = np.where(rows.event == 1, 1, 2)
    counted = cumulative_incidence_from_table(counted_by_day(cases))
    listed = cumulative_incidence(rows.days, cause)
    for name in ("incidence", "std_error", "conf_low", "conf_high"):
        np.testing.assert_allclose(getattr(counted, name), getattr(listed, name), rtol=RTOL)
    tables = [counted_by_day(cases, arm) for arm in (0, 1)]
    pairs = (
        (gray_test_from_tables(tables), gray_test(rows.days, cause, rows.treated)),
        (
            log_rank_from_tables([tables]),
            log_rank(rows.days, np.ones(len(rows)), rows.treated),
        ),
    )
    for ours, theirs in pairs:
        assert ours.statistic == pytest.approx(theirs.statistic, rel=1e-9)
