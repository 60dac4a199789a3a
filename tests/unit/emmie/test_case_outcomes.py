"""Counts of case outcomes against pandas, on the whole sample."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from analytics.emmie.case_outcomes import (
    CaseOutcomesAnswer,
    CaseOutcomesQuestion,
    answer_case_outcomes,
)
from analytics.extracts.code_lists import AGE_BANDS
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from analytics.statistics.two_groups.proportions import wilson_interval
from tests.helpers.folders import FSP, SAMPLE, study_of

WITHOUT_22, WITH_22 = [2, 3, 6, 7, 8], [2, 3, 6, 7, 8, 22]
FILTERS = {
    "none": NO_FILTERS,
    "girls of school age": Filters(sexes=("F",), age_bands=("5-9", "10-15")),
    "one authority and two years": Filters(
        local_authorities=("E06000044",),
        period_start=date(2018, 2, 14),
        period_end=date(2020, 2, 13),
    ),
}


def before_release(library: Library, question, filters: Filters) -> CaseOutcomesAnswer:
    """Return the counts before disclosure control, to be compared with the rows."""
    answer = answer_case_outcomes(question, study_of(library, FSP, filters))
    assert isinstance(answer, CaseOutcomesAnswer)
    return answer


def rows(filters: Filters) -> pd.DataFrame:
    frame = pd.read_parquet(SAMPLE / FSP / "cases.parquet")
    if filters.sexes:
        frame = frame[frame["sex"].isin(filters.sexes)]
    if filters.age_bands:
        low = min(AGE_BANDS[band][0] for band in filters.age_bands)
        high = max(AGE_BANDS[band][1] for band in filters.age_bands)
        frame = frame[frame["age_years"].between(low, high)]
    if filters.local_authorities:
        frame = frame[frame["local_authority"].isin(filters.local_authorities)]
        frame = frame[frame["recorded_on"].between(filters.period_start, filters.period_end)]
    return frame


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("include_22", [False, True])
@pytest.mark.parametrize("step", ["month", "quarter"])
def test_counts_over_time(sample: Library, step: str, include_22: bool, name: str) -> None:
    question = CaseOutcomesQuestion(step=step, include_22=include_22)
    answer = before_release(sample, question, FILTERS[name])
    frame = rows(FILTERS[name])
    assert answer.n_open == frame["outcome_code"].isna().sum()
    closed = frame.dropna(subset=["outcome_code"])
    codes = {"outcome_20": [20], "out_of_court": WITH_22 if include_22 else WITHOUT_22}
    assert list(answer.out_of_court_codes) == codes["out_of_court"]
    recorded = pd.to_datetime(closed["recorded_on"])
    frequency = "M" if step == "month" else "Q"
    period = recorded.dt.to_period(frequency).dt.start_time.dt.date
    label = (
        closed["local_authority"]
        .eq("E06000045")
        .map({True: "Southampton (no plans)", False: "Areas with plans"})
    )
    expected = {}
    for group, values in codes.items():
        hit = closed["outcome_code"].isin(values)
        for (area, start), part in hit.groupby([label, period]):
            expected[group, area, start] = (int(part.sum()), len(part))
    found = {
        (series.group, series.series, point.period): (point.share.events, point.share.n)
        for series in answer.series
        for point in series.points
    }
    assert found == expected
    for series in answer.series:
        assert [point.period for point in series.points] == sorted(
            point.period for point in series.points
        )
        for point in series.points:
            assert point.conf_int == wilson_interval(point.share.events, point.share.n)


@pytest.mark.parametrize("include_22", [False, True])
def test_counts_by_arm(sample: Library, include_22: bool) -> None:
    answer = before_release(sample, CaseOutcomesQuestion(include_22=include_22), NO_FILTERS)
    frame = rows(NO_FILTERS).dropna(subset=["outcome_code", "arm"])
    labels = sample.evaluation(FSP).protocol.arms
    codes = {"outcome_20": [20], "out_of_court": WITH_22 if include_22 else WITHOUT_22}
    expected = {
        (group, labels[arm]): (int(part.isin(values).sum()), len(part))
        for group, values in codes.items()
        for arm, part in frame.groupby("arm")["outcome_code"]
    }
    found = {(arm.group, arm.arm): (arm.share.events, arm.share.n) for arm in answer.arms}
    assert found == expected


@pytest.mark.parametrize("step", ["month", "quarter"])
def test_totals_before_and_since_the_change(sample: Library, step: str) -> None:
    answer = before_release(sample, CaseOutcomesQuestion(step=step), NO_FILTERS)
    assert answer.change_on == date(2019, 7, 1)
    closed = rows(NO_FILTERS).dropna(subset=["outcome_code"])
    closed = closed[closed["local_authority"].eq("E06000045")]
    hit = closed["outcome_code"].eq(20)
    is_after = closed["recorded_on"] >= answer.change_on
    series = next(
        item
        for item in answer.series
        if item.group == "outcome_20" and item.series.startswith("Southampton")
    )
    assert (series.before.events, series.before.n) == (hit[~is_after].sum(), (~is_after).sum())
    assert (series.after.events, series.after.n) == (hit[is_after].sum(), is_after.sum())


def test_months_add_up_to_quarters(sample: Library) -> None:
    months = before_release(sample, CaseOutcomesQuestion(step="month"), NO_FILTERS)
    quarters = before_release(sample, CaseOutcomesQuestion(step="quarter"), NO_FILTERS)
    assert replace(months, series=(), step="quarter") == replace(quarters, series=())
    for month, quarter in zip(months.series, quarters.series, strict=True):
        assert sum(point.share.n for point in month.points) == sum(
            point.share.n for point in quarter.points
        )
