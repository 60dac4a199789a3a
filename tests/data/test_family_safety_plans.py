"""The family safety plans extracts: sizes, codes, and the calibration on matched pairs."""

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.extracts.code_lists import OUT_OF_COURT_CODES, POLICE_OUTCOME
from analytics.statistics.propensity.balance import balance_table
from analytics.statistics.propensity.matching import MatchResult, nearest_neighbour_match
from analytics.statistics.propensity.score import fit_propensity
from analytics.statistics.two_groups.clustered import ClusteredResult, clustered_risk_difference

FOLDER = Path(__file__).parents[2] / "sample_data" / "family_safety_plans"
PROTOCOL = tomllib.loads((FOLDER / "evaluation.toml").read_text(encoding="utf-8"))
FOLLOW_UP_DAYS = 183
PLAN_AREAS = PROTOCOL["areas"]["with_intervention"]

TARGETS = {
    "outcome_20": ((-48.0, -42.0), (0.0, 0.05)),
    "out_of_court": ((10.0, 14.0), (0.0, 0.05)),
    "plan": ((-20.0, -16.0), (0.0, 0.05)),
    "victim": ((-3.0, 3.0), (0.3, 1.0)),
    "suspect": ((-6.5, -3.5), (0.05, 0.10)),
    "missing": ((-6.5, -3.5), (0.0, 0.05)),
}
"""Range of the matched difference in percentage points, and of its p value."""


def _read(name: str) -> pd.DataFrame:
    frame = pd.read_parquet(FOLDER / f"{name}.parquet")
    for column in frame.columns[frame.columns.str.endswith("_on")]:
        frame[column] = pd.to_datetime(frame[column])
    return frame


@pytest.fixture(scope="module")
def cases() -> pd.DataFrame:
    """Return every recorded case."""
    return _read("cases")


@pytest.fixture(scope="module")
def study(cases: pd.DataFrame) -> pd.DataFrame:
    """Return the study cases with one column per outcome."""
    inside = cases[cases["arm"].notna()].reset_index(drop=True)
    events = _read("events")
    found = {
        kind: _within(inside, events[events["kind"].eq(kind)], "occurred_on")
        for kind in ("victim", "suspect", "missing")
    }
    return inside.assign(
        outcome_20=inside["outcome_code"].eq(20),
        out_of_court=inside["outcome_code"].isin(OUT_OF_COURT_CODES),
        plan=_within(inside, _read("cp_plans"), "started_on"),
        **found,
    )


def _within(cases: pd.DataFrame, rows: pd.DataFrame, day: str) -> pd.Series:
    """Return whether each case's child has a row within six months after the case."""
    pairs = cases[["case_id", "child_id", "recorded_on"]].merge(rows, on="child_id")
    lag = (pairs[day] - pairs["recorded_on"]).dt.days
    return cases["case_id"].isin(pairs.loc[lag.between(0, FOLLOW_UP_DAYS), "case_id"])


def _covariates(study: pd.DataFrame) -> np.ndarray:
    names = PROTOCOL["matching"]["covariates"]
    return study[names].assign(sex=study["sex"].eq("F")).to_numpy(float)


@pytest.fixture(scope="module")
def match(study: pd.DataFrame) -> MatchResult:
    """Return the project's own matched pairs."""
    treated = study["arm"].eq("intervention").to_numpy()
    fit = fit_propensity(_covariates(study), treated)
    return nearest_neighbour_match(
        fit.linear_predictor, treated, caliper=PROTOCOL["matching"]["caliper"]
    )


@pytest.fixture(scope="module")
def matched(study: pd.DataFrame, match: MatchResult) -> pd.DataFrame:
    """Return the matched cases only."""
    return study.iloc[np.concatenate([match.treated_index, match.comparison_index])]


def _difference(rows: pd.DataFrame, outcome: str) -> ClusteredResult:
    treated = rows["arm"].eq("intervention").to_numpy()
    return clustered_risk_difference(
        rows[outcome].to_numpy(float), treated, rows["family_id"].to_numpy(object)
    )


@pytest.mark.parametrize(
    ("arm", "size", "first", "last"),
    [
        ("comparison", 268, "2017-01-01", "2017-12-31"),
        ("intervention", 258, "2019-07-01", "2019-09-30"),
    ],
)
def test_arm(study: pd.DataFrame, arm: str, size: int, first: str, last: str) -> None:
    """Each arm has its size and months, and each child once."""
    rows = study[study["arm"].eq(arm)]
    assert len(rows) == rows["child_id"].nunique() == size
    assert rows["recorded_on"].between(first, last).all()
    assert rows["outcome_code"].notna().all()
    assert set(rows["local_authority"]) == {*PLAN_AREAS, "E06000045"}


def test_cases_cover_every_month_and_authority(cases: pd.DataFrame) -> None:
    """Cases run from April 2016 to March 2020 in four authorities."""
    months = cases["recorded_on"].dt.to_period("M")
    assert months.nunique() == 48
    assert (months.min(), months.max()) == (pd.Period("2016-04"), pd.Period("2020-03"))
    assert set(cases["local_authority"]) == {*PLAN_AREAS, "E06000045"}


def test_outcome_codes(cases: pd.DataFrame) -> None:
    """Codes are the Home Office's; Outcome 22 does not occur before April 2019."""
    assert set(cases["outcome_code"].dropna().astype(int)) <= set(POLICE_OUTCOME)
    assert cases.loc[cases["outcome_code"].eq(22), "recorded_on"].min() >= pd.Timestamp(2019, 4, 1)
    assert cases.loc[cases["outcome_code"].isna(), "recorded_on"].min() >= pd.Timestamp(2020, 1, 1)


@pytest.mark.parametrize(
    ("southampton", "after", "outcome_20", "out_of_court"),
    [
        (False, False, (0.56, 0.64), (0.07, 0.11)),
        (True, False, (0.54, 0.66), (0.06, 0.12)),
        (False, True, (0.13, 0.18), (0.17, 0.23)),
        (True, True, (0.34, 0.46), (0.26, 0.36)),
    ],
    ids=["plan areas before", "Southampton before", "plan areas after", "Southampton after"],
)
def test_outcomes_before_and_after(
    cases: pd.DataFrame,
    southampton: bool,
    after: bool,
    outcome_20: tuple[float, float],
    out_of_court: tuple[float, float],
) -> None:
    """Outcome 20 falls less and out-of-court disposals rise more in Southampton."""
    closed = cases[cases["outcome_code"].notna()]
    rows = closed[
        closed["local_authority"].eq("E06000045").eq(southampton)
        & closed["recorded_on"].ge("2019-07-01").eq(after)
    ]
    assert outcome_20[0] <= rows["outcome_code"].eq(20).mean() <= outcome_20[1]
    share = rows["outcome_code"].isin(OUT_OF_COURT_CODES).mean()
    assert out_of_court[0] <= share <= out_of_court[1]


def test_three_quarters_to_nine_tenths_are_matched(match: MatchResult) -> None:
    """Most intervention cases find a partner, not all."""
    assert 0.75 <= len(match.treated_index) / match.n_treated <= 0.90


def test_balance(study: pd.DataFrame, match: MatchResult) -> None:
    """Arms differ before matching; no covariate differs by 0.1 or more after."""
    treated = study["arm"].eq("intervention").to_numpy()
    names = PROTOCOL["matching"]["covariates"]
    rows = balance_table(_covariates(study), names, treated, match).rows
    assert max(abs(row.smd_unadjusted) for row in rows) > 0.25
    assert max(abs(row.smd_adjusted) for row in rows) < 0.1


@pytest.mark.parametrize("outcome", TARGETS)
def test_matched_difference(matched: pd.DataFrame, outcome: str) -> None:
    """Matched differences follow the document, read as percentage points."""
    (low, high), (p_low, p_high) = TARGETS[outcome]
    result = _difference(matched, outcome)
    assert low <= 100 * result.estimate <= high
    assert p_low <= result.p_value <= p_high


@pytest.mark.parametrize("outcome", TARGETS)
def test_no_cell_is_suppressed(matched: pd.DataFrame, outcome: str) -> None:
    """Counts of 1 to 5 would not be shown; no matched cell is that small."""
    assert pd.crosstab(matched["arm"], matched[outcome]).to_numpy().min() > 5


def test_confounding_shows(study: pd.DataFrame, matched: pd.DataFrame) -> None:
    """Without matching, the difference in plans is larger by at least two points."""
    unadjusted = _difference(study, "plan").estimate
    assert 100 * (_difference(matched, "plan").estimate - unadjusted) >= 2.0


def test_order_of_rows_does_not_matter(study: pd.DataFrame, matched: pd.DataFrame) -> None:
    """No two cases of an arm share every covariate, so that ties cannot decide who is matched."""
    names = PROTOCOL["matching"]["covariates"]
    assert not study.duplicated(["arm", *names]).any()
    shuffled = study.sample(frac=1.0, random_state=7)
    treated = shuffled["arm"].eq("intervention").to_numpy()
    again = nearest_neighbour_match(
        fit_propensity(_covariates(shuffled), treated).linear_predictor, treated
    )
    chosen = shuffled.iloc[np.concatenate([again.treated_index, again.comparison_index])]
    assert set(chosen["case_id"]) == set(matched["case_id"])


def test_suspect_and_victim_go_together(study: pd.DataFrame) -> None:
    """The document found the two events correlated."""
    assert study["suspect"].corr(study["victim"]) > 0.1


def test_nothing_after_the_as_at_date(cases: pd.DataFrame) -> None:
    """No date lies after the protocol's as-at date; open plans have no end."""
    as_at = pd.Timestamp(PROTOCOL["evaluation"]["as_at"])
    for frame in (cases, _read("cp_plans"), _read("events")):
        for column in frame.columns[frame.columns.str.endswith("_on")]:
            assert frame[column].max() <= as_at
