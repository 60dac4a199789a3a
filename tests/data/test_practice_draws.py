"""The draws that several evaluations share hit their totals exactly; chance decides the rest."""

import numpy as np
import pandas as pd
import pytest

from sample_data.generator import deliveries, practice

TEAMS = pd.DataFrame({"team_id": ["XT1", "XT2", "XT3"], "local_authority": "E10000003"})


def _rng(stream: int) -> np.random.Generator:
    return np.random.default_rng([20260101, stream])


@pytest.mark.parametrize(
    ("share", "count", "number"), [(0.5, 7, 4), (0.29, 100, 29), (0.0, 9, 0), (1.0, 9, 9)]
)
def test_whole_rounds_halves_up(share: float, count: int, number: int) -> None:
    """A share of a count is a whole number, free of floating-point surprises."""
    assert practice.whole(share, count) == number


@pytest.mark.parametrize("count", [0, 1, 7, 70, 439])
def test_apportioned_numbers_add_up(count: int) -> None:
    """Every part is within one of its exact share, and together they are the count."""
    shares = (0.11, 0.25, 0.21, 0.30, 0.13)
    parts = practice.apportioned(shares, count)
    assert sum(parts) == count
    assert all(abs(part - share * count) < 1 for part, share in zip(parts, shares, strict=True))


def test_coded_interviews_hit_shares_and_agreement() -> None:
    """The first coder's counts and the agreement are exact; roles not asked have no rows."""
    people = [("E10000003", "social_worker", 1, 30), ("E10000003", "parent", 1, 12)]
    rows = practice.coded_interviews(
        _rng(1),
        practice.interviewed(_rng(2), "XI", people),
        {"one": {"social_worker": 0.7, "parent": 0.25}, "two": {"social_worker": 0.1}},
        agreement=0.8,
    )
    first = rows[rows["coder"].eq("first")]
    assert first.groupby(["theme", "role"])["present"].sum().to_dict() == {
        ("one", "social_worker"): 21, ("one", "parent"): 3, ("two", "social_worker"): 3,
    }  # fmt: skip
    second = rows[rows["coder"].eq("second")].merge(first, on=["interview_id", "theme"])
    assert second["interview_id"].nunique() == 10 + 4
    assert (second["present_x"] != second["present_y"]).sum() == practice.whole(0.2, len(second))
    assert not rows.duplicated(["interview_id", "theme", "coder"]).any()


def test_survey_answers_follow_the_leaning() -> None:
    """Numbers of each score are exact, and the highest scores go to the highest leaning."""
    respondents = pd.DataFrame(
        {"respondent_id": [f"XR{n}" for n in range(40)], "role": "social_worker", "wave": 1}
    )
    leaning = np.arange(40.0)
    rows = practice.survey_answers(
        _rng(3), respondents, "staff", {"item": (0.25, 0.25, 0.5)}, unanswered=0.1,
        leaning={"item": leaning},
    )  # fmt: skip
    answered = rows.dropna(subset="score")
    assert answered["score"].value_counts().to_dict() == {3.0: 18, 1.0: 9, 2.0: 9}
    assert answered["score"].is_monotonic_increasing
    assert rows["score"].isna().sum() == 4


def test_training_days_lie_between_the_ends() -> None:
    """Exactly the share is trained, from the first to the last day."""
    people = practice.staff(_rng(4), "XS", TEAMS, {"social_worker": 10})
    rows = practice.training(
        _rng(5), people, {"course": {"social_worker": 0.4}}, "2020-02-01", "2020-03-31"
    )
    done = rows["completed_on"].dropna()
    assert (len(rows), len(done)) == (30, 12)
    assert done.between(pd.Timestamp("2020-02-01"), pd.Timestamp("2020-03-31")).all()
    assert people["staff_id"].is_unique


def test_posts_are_filled_as_asked() -> None:
    """The filled share of a role's posts is exact; nobody has more posts than planned."""
    posts = TEAMS.assign(role="social_worker", posts_planned=[4.0, 5.0, 1.0])
    filled = [0.5, 0.75, 0.6]
    rows = practice.workforce_months(
        _rng(6), posts, practice.months("2020-01", "2020-03"), filled={"social_worker": filled},
        leaving={"social_worker": 0.0}, caseload={"social_worker": [10, 10, 10]},
    )  # fmt: skip
    assert rows.groupby("month")["posts_filled"].sum().tolist() == [5.0, 7.5, 6.0]
    assert (rows["posts_filled"] <= rows["posts_planned"]).all()
    assert rows.groupby("month")["leavers"].sum().iloc[:2].tolist() == [0, 0]
    assert rows.groupby("month")["leavers"].sum().iloc[2] >= 2
    assert rows.loc[rows["posts_filled"].eq(0), "open_cases"].eq(0).all()


def test_fidelity_and_steps_are_exact() -> None:
    """Met of known, and reached of the step before, are the shares asked for."""
    own = pd.DataFrame(
        {
            "delivery_id": [f"XD{n}" for n in range(60)],
            "team_id": np.repeat(TEAMS["team_id"].to_numpy(), 20),
            "started_on": pd.Timestamp("2020-01-06"),
        }
    )
    rows = deliveries.fidelity(_rng(7), own, {"part": 0.5}, unknown={"part": 0.1})
    assert (rows["met"].sum(), rows["met"].count()) == (27, 54)
    start = own["started_on"].where(own.index < 40)
    reached = deliveries.reached(
        _rng(8), own, "next", start, share=0.75, leaning=np.zeros(60), within=10, in_time=0.5,
        longest=30, as_at="2020-12-31",
    )  # fmt: skip
    assert reached.notna().sum() == 30
    assert not reached[40:].notna().any()
    assert (reached - start).dt.days.dropna().between(1, 30).all()


def test_lags_are_in_time_as_asked() -> None:
    """Exactly the share is in time, and the others are late but not later than the longest."""
    days = deliveries.lags(_rng(9), 200, within=10, in_time=0.6, longest=40)
    assert (days <= 10).sum() == 120
    assert days.min() >= 1
    assert days.max() <= 40
