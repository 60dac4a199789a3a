"""Southampton's synthetic plan history against the published yearly numbers."""

from pathlib import Path

import pandas as pd
import pytest

FOLDER = Path(__file__).parents[2] / "sample_data" / "repeat_plans_southampton"
AS_AT = pd.Timestamp(2024, 3, 31)

PUBLISHED = {
    2017: (379, 108, 276),
    2018: (431, 132, 324),
    2019: (383, 77, 305),
    2020: (562, 137, 396),
    2021: (473, 109, 310),
    2022: (583, 141, 475),
    2023: (378, 125, 315),
    2024: (328, 96, 276),
}
"""Year to 31 March: plans starting, second or subsequent, open at 31 March (DfE D3 and D5)."""

GAPS = {
    "within_1_year": (0, 364),
    "1_to_2_years": (366, 730),
    "2_to_5_years": (731, 1825),
    "5_years_or_more": (1827, 3000),
}


def _read(name: str) -> pd.DataFrame:
    frame = pd.read_parquet(FOLDER / f"{name}.parquet")
    for column in frame.columns[frame.columns.str.endswith("_on")]:
        frame[column] = pd.to_datetime(frame[column])
    return frame


@pytest.fixture(scope="module")
def plans() -> pd.DataFrame:
    """Return plans in each child's order, with the year, the place and the gap to the next."""
    frame = _read("cp_plans").sort_values(["child_id", "started_on"], ignore_index=True)
    own = frame.groupby("child_id")
    return frame.assign(
        year=frame["started_on"].dt.year + frame["started_on"].dt.month.gt(3),
        earlier_rows=own.cumcount(),
        gap=(own["started_on"].shift(-1) - frame["ended_on"]).dt.days,
    )


@pytest.mark.parametrize("year", PUBLISHED)
def test_plans_starting(plans: pd.DataFrame, year: int) -> None:
    """The number of plans starting in a year is the published one."""
    assert plans["year"].eq(year).sum() == PUBLISHED[year][0]


@pytest.mark.parametrize("year", PUBLISHED)
def test_subsequent_plans(plans: pd.DataFrame, year: int) -> None:
    """The number of second or subsequent plans in a year is the published one."""
    rows = plans[plans["year"].eq(year)]
    assert rows["previous_plans"].ge(1).sum() == PUBLISHED[year][1]


@pytest.mark.parametrize("year", PUBLISHED)
def test_plans_open_at_31_march(plans: pd.DataFrame, year: int) -> None:
    """The number of open plans is within a tenth of the published one."""
    day = pd.Timestamp(year, 3, 31)
    still_open = plans["ended_on"].isna() | plans["ended_on"].gt(day)
    count = (plans["started_on"].le(day) & still_open).sum()
    assert count == pytest.approx(PUBLISHED[year][2], rel=0.10)


def test_no_plan_outside_the_history(plans: pd.DataFrame) -> None:
    """Every plan starts in one of the eight years."""
    assert set(plans["year"]) == set(PUBLISHED)


def test_stored_count_covers_the_rows(plans: pd.DataFrame) -> None:
    """The stored count is at least the number of earlier rows, and sometimes more."""
    assert plans["previous_plans"].ge(plans["earlier_rows"]).all()
    assert (plans["previous_plans"].gt(0) & plans["earlier_rows"].eq(0)).any()


@pytest.mark.parametrize(
    ("days", "low", "high"), [(365, 0.09, 0.115), (730, 0.15, 0.18)], ids=["1 year", "2 years"]
)
def test_share_back_on_a_plan(plans: pd.DataFrame, days: int, low: float, high: float) -> None:
    """Of plans followed for so long, a plausible share was followed by another."""
    followed = plans[plans["ended_on"].le(AS_AT - pd.Timedelta(days, "D"))]
    assert low <= followed["gap"].le(days).mean() <= high


def test_durations(plans: pd.DataFrame) -> None:
    """Plans last eight to nine months on average; a few last over two years."""
    days = (plans["ended_on"] - plans["started_on"]).dt.days
    assert 220 <= days.median() <= 290
    assert 0.005 <= days.gt(730).mean() <= 0.04


def test_ages_agree_with_births(plans: pd.DataFrame) -> None:
    """Ages follow from birth months; no plan lasts beyond 18 or after a child has left."""
    rows = plans.merge(_read("children")[["child_id", "born_on", "left_on"]], validate="m:1")
    months = 12 * (rows["started_on"].dt.year - rows["born_on"].dt.year)
    months += rows["started_on"].dt.month - rows["born_on"].dt.month
    assert months.floordiv(12).eq(rows["age_years"]).all()
    last_day = rows["ended_on"].fillna(AS_AT)
    assert last_day.le(rows["born_on"] + pd.DateOffset(years=18)).all()
    assert (rows["left_on"].isna() | rows["left_on"].ge(last_day)).all()


def test_audited_children_returned_in_the_quarter(plans: pd.DataFrame) -> None:
    """The quarter's repeat plans are those of the 38 audited children."""
    quarter = plans[plans["started_on"].ge("2024-01-01") & plans["previous_plans"].ge(1)]
    assert sorted(quarter["child_id"]) == sorted(_read("audit_children")["child_id"])


@pytest.mark.parametrize("band", GAPS)
def test_audited_gaps(plans: pd.DataFrame, band: str) -> None:
    """Each audited child's gap lies in the family's band.

    One family came back after nine years: its earlier plan predates the history, so it has only
    the stored count.
    """
    families = _read("audit_families")
    audited = _read("audit_children").merge(families, on="family_id")
    unrelated = ~audited["original_risk_returned"].astype(bool)
    children = audited.loc[audited["gap_band"].eq(band) & ~unrelated, "child_id"]
    gaps = plans[plans["child_id"].isin(children) & plans["gap"].notna()]
    assert sorted(gaps["child_id"]) == sorted(children)
    assert gaps["gap"].between(*GAPS[band]).all()
    stored_only = plans[plans["child_id"].isin(audited.loc[unrelated, "child_id"])]
    assert stored_only["earlier_rows"].eq(0).all()
    assert stored_only["previous_plans"].eq(1).all()
