"""Southampton's referrals, assessments and enquiries against the published yearly numbers."""

from datetime import date
from pathlib import Path

import holidays
import numpy as np
import pandas as pd
import pytest

from analytics.ask import ask
from analytics.emmie.case_outcomes.timeliness import ConferenceTimesQuestion, ReReferralsQuestion
from analytics.extracts.filters import Filters
from analytics.extracts.library import Library

SAMPLE = Path(__file__).parents[2] / "sample_data"
FOLDER = SAMPLE / "repeat_plans_southampton"
SOUTHAMPTON = "E06000045"
YEARS = (2022, 2023, 2024)
BANK_HOLIDAYS = np.array(
    sorted(holidays.country_holidays("GB", subdiv="ENG", years=range(2020, 2025))),
    dtype="datetime64[D]",
)


def _read(name: str) -> pd.DataFrame:
    frame = pd.read_parquet(FOLDER / f"{name}.parquet")
    for column in frame.columns[frame.columns.str.endswith("_on")]:
        frame[column] = pd.to_datetime(frame[column])
    return frame


def _year(days: pd.Series) -> pd.Series:
    return days.dt.year + days.dt.month.gt(3)


def _working_days(first: pd.Series, last: pd.Series, *, after: int = 0) -> np.ndarray:
    """Return the working days between; ``after`` 1 counts the last day and not the first."""
    days = [column.to_numpy().astype("datetime64[D]") + after for column in (first, last)]
    return np.busday_count(*days, holidays=BANK_HOLIDAYS)


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    """Return the published figures of Southampton by measure and year."""
    rows = pd.read_parquet(SAMPLE / "benchmarks" / "published_figures.parquet")
    return rows[rows["area_code"].eq(SOUTHAMPTON)].set_index(["measure", "year"])


@pytest.fixture(scope="module")
def referrals() -> pd.DataFrame:
    """Return the referrals with the days since the child's last one."""
    rows = _read("referrals").sort_values(["child_id", "referred_on"], ignore_index=True)
    return rows.assign(gap=rows.groupby("child_id")["referred_on"].diff().dt.days)


@pytest.fixture(scope="module")
def enquiries() -> pd.DataFrame:
    """Return the enquiries."""
    return _read("section_47_enquiries")


@pytest.fixture(scope="module")
def conferences(enquiries: pd.DataFrame) -> pd.DataFrame:
    """Return the enquiries that led to a conference, with the working days between."""
    rows = enquiries[enquiries["conference_on"].notna()]
    return rows.assign(lag=_working_days(rows["started_on"], rows["conference_on"]))


@pytest.mark.parametrize("year", YEARS)
def test_referrals(referrals: pd.DataFrame, published: pd.DataFrame, year: int) -> None:
    """Referrals of a year are the published number."""
    count = _year(referrals["referred_on"]).eq(year).sum()
    assert count == published.loc[("referrals", year), "numerator"]
    assert count == published.loc[("re_referrals", year), "denominator"]


@pytest.mark.parametrize("year", YEARS)
def test_re_referrals(referrals: pd.DataFrame, published: pd.DataFrame, year: int) -> None:
    """So are those within 12 months of another, and the share to the published decimal."""
    rows = referrals[_year(referrals["referred_on"]).eq(year)]
    again = rows["gap"].le(365)
    figure = published.loc[("re_referrals", year)]
    assert again.sum() == figure["numerator"]
    assert 100 * again.mean() == pytest.approx(figure["value"], abs=0.05)


def test_no_gap_between_referrals_is_near_twelve_months(referrals: pd.DataFrame) -> None:
    """So that 365 days, 366 days and a calendar year give the same number."""
    assert not referrals["gap"].between(356, 372).any()
    assert referrals["gap"].min() >= 14


def test_referrals_start_a_year_before_to_look_back_on(referrals: pd.DataFrame) -> None:
    """In the first year, not every re-referral can be seen."""
    first = referrals[_year(referrals["referred_on"]).eq(2021)]
    assert first["referred_on"].min() >= pd.Timestamp(2020, 4, 1)
    assert len(first) == 4092
    assert first["gap"].notna().mean() < 0.2


@pytest.mark.parametrize("year", YEARS)
def test_enquiries_started(enquiries: pd.DataFrame, published: pd.DataFrame, year: int) -> None:
    """Enquiries that started in a year are the published number."""
    count = _year(enquiries["started_on"]).eq(year).sum()
    assert count == published.loc[("section_47_enquiries", year), "numerator"]


def test_earlier_enquiries_are_held_for_their_conference_only(enquiries: pd.DataFrame) -> None:
    """An enquiry before April 2021 is there only if its conference was held from then on."""
    earlier = enquiries[enquiries["started_on"].lt("2021-04-01")]
    assert 0 < len(earlier) < 100
    assert earlier["conference_on"].ge("2021-04-01").all()


@pytest.mark.parametrize("year", YEARS)
def test_conferences_held(conferences: pd.DataFrame, published: pd.DataFrame, year: int) -> None:
    """Conferences held in a year are the published number."""
    count = _year(conferences["conference_on"]).eq(year).sum()
    assert count == published.loc[("initial_conferences", year), "numerator"]


@pytest.mark.parametrize("after", [0, 1], ids=["first day counts", "last day counts"])
@pytest.mark.parametrize("year", YEARS)
def test_conferences_in_time(
    conferences: pd.DataFrame, published: pd.DataFrame, year: int, after: int
) -> None:
    """So are those within 15 working days, also where a plan started on a bank holiday."""
    rows = conferences[_year(conferences["conference_on"]).eq(year)]
    lag = _working_days(rows["started_on"], rows["conference_on"], after=after)
    figure = published.loc[("conferences_within_15_days", year)]
    assert (lag <= 15).sum() == figure["numerator"]
    assert 100 * (lag <= 15).mean() == pytest.approx(figure["value"], abs=0.05)


@pytest.mark.parametrize("year", YEARS)
def test_median_days_to_conference(
    conferences: pd.DataFrame, published: pd.DataFrame, year: int
) -> None:
    """The median is the published one."""
    rows = conferences[_year(conferences["conference_on"]).eq(year)]
    assert rows["lag"].median() == published.loc[("days_section_47_to_conference", year), "value"]


def test_bank_holidays_matter(conferences: pd.DataFrame) -> None:
    """Without them, fewer conferences would count as in time."""
    days = [conferences[name].to_numpy().astype("datetime64[D]") for name in
            ("started_on", "conference_on")]  # fmt: skip
    assert (np.busday_count(*days) <= 15).sum() < conferences["lag"].le(15).sum() - 50


def test_spell_of_late_conferences(conferences: pd.DataFrame) -> None:
    """September and October 2022 stand out; no other month comes near."""
    months = conferences["conference_on"].dt.to_period("M")
    shares = conferences["lag"].le(15).groupby(months).mean()
    spell = shares.index.isin(pd.PeriodIndex(["2022-09", "2022-10"], freq="M"))
    assert len(shares) == 36
    assert shares[spell].max() < 0.40
    assert shares[~spell].min() > 0.50


def test_each_plan_that_started_had_its_conference_that_day(conferences: pd.DataFrame) -> None:
    """With the child's identifiers, team, sex and ethnic group."""
    plans = _read("cp_plans")
    plans = plans[plans["started_on"].ge("2021-04-01")]
    both = plans.merge(
        conferences.rename(columns={"conference_on": "day"}),
        left_on=["child_id", "started_on"],
        right_on=["child_id", "day"],
        suffixes=("", "_there"),
        validate="1:1",
    )
    assert len(both) == len(plans)
    for name in ("family_id", "team_id", "sex", "ethnic_group"):
        assert both[name].eq(both[f"{name}_there"]).all()
    others = set(conferences["child_id"]) - set(plans["child_id"])
    assert len(others) > 100
    assert not others & set(_read("children")["child_id"])


def test_one_family_has_one_team_and_ethnic_group_in_a_referral(referrals: pd.DataFrame) -> None:
    """Siblings are referred together."""
    together = referrals.groupby(["family_id", "referred_on"])
    assert together[["team_id", "ethnic_group"]].nunique().eq(1).all(axis=None)
    assert (together.size() > 1).mean() > 0.3
    assert not referrals.duplicated(["child_id", "referred_on"]).any()


def test_child_keeps_its_family_and_sex(referrals: pd.DataFrame, enquiries: pd.DataFrame) -> None:
    """Across the extracts that know the child."""
    names = ["child_id", "family_id", "sex", "ethnic_group"]
    frames = [referrals, enquiries, _read("assessments"), _read("cp_plans")]
    known = pd.concat(frame[names] for frame in frames)
    assert known.groupby("child_id")[names[1:]].nunique().eq(1).all(axis=None)


def test_assessments() -> None:
    """About half within 32 working days and 85% within 45; none after the as-at date."""
    rows = _read("assessments")
    assert rows["started_on"].between("2021-04-01", "2024-03-31").all()
    assert rows["authorised_on"].dropna().le("2024-03-31").all()
    assert 100 < rows["authorised_on"].isna().sum() < 500
    done = rows.dropna(subset="authorised_on")
    days = _working_days(done["started_on"], done["authorised_on"])
    assert 30 <= np.median(days) <= 34
    assert 0.83 <= (days <= 45).mean() <= 0.88


@pytest.mark.parametrize("name", ["referrals", "assessments", "section_47_enquiries"])
def test_files_stay_small(name: str) -> None:
    """Below 400 kB each."""
    assert (FOLDER / f"{name}.parquet").stat().st_size < 400_000


def test_months_of_re_referrals_vary_little_more_than_by_chance(referrals: pd.DataFrame) -> None:
    """A control chart of them should show no signal that nobody put in."""
    rows = referrals[referrals["referred_on"].ge("2021-04-01")]
    year = _year(rows["referred_on"])
    again = rows["gap"].le(365)
    expected = again.groupby(year).transform("mean")
    months = rows["referred_on"].dt.to_period("M")
    number = again.groupby(months).size()
    spread = (expected * (1 - expected)).groupby(months).sum() ** 0.5
    scores = (again - expected).groupby(months).sum() / spread
    assert len(number) == 36
    assert scores.abs().max() < 3.5
    assert 0.5 < scores.std() < 1.7


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(
    ("question", "measure"),
    [
        (ConferenceTimesQuestion(), "conferences_within_15_days"),
        (ReReferralsQuestion(), "re_referrals"),
    ],
    ids=["conferences", "re-referrals"],
)
def test_answer_of_a_year_is_the_published_share(
    sample: Library, published: pd.DataFrame, question: object, measure: str, year: int
) -> None:
    """Asked for the year alone, and read from the answer over all years."""
    figure = published.loc[(measure, year)]
    period = Filters(period_start=date(year - 1, 4, 1), period_end=date(year, 3, 31))
    alone = ask(question, FOLDER.name, period, library=sample).answer
    whole = ask(question, FOLDER.name, library=sample).answer
    of_year = next(point for point in whole.years if point.period == date(year - 1, 4, 1))
    for point in (alone.total, of_year):
        assert (point.share.events, point.share.n) == (figure["numerator"], figure["denominator"])
        assert 100 * point.share.value == pytest.approx(figure["value"], abs=0.05)
    if measure == "conferences_within_15_days":
        days = published.loc[("days_section_47_to_conference", year), "value"]
        assert alone.total.median == of_year.median == days
