"""Family safety plans: interviews, delivery, courses and staffing, as reported and assumed."""

import tomllib

import pandas as pd
import pytest

from tests.helpers.practice_extracts import (
    SAMPLE_DATA,
    coded_twice,
    days_by_step,
    read_extract,
)

NAME = "family_safety_plans"
PROTOCOL = tomllib.loads((SAMPLE_DATA / NAME / "evaluation.toml").read_text(encoding="utf-8"))
SOUTHAMPTON = "E06000045"


@pytest.fixture(scope="module")
def interviews() -> pd.DataFrame:
    """Return the coded interviews."""
    return read_extract(NAME, "coded_interviews")


@pytest.fixture(scope="module")
def days() -> pd.DataFrame:
    """Return the day on which each family reached each step."""
    return days_by_step(read_extract(NAME, "delivery_steps"))


def test_interviews_are_the_documents(interviews: pd.DataFrame) -> None:
    """21 police officers and 21 social workers; nobody of a family, nobody of Southampton."""
    by_role = interviews.groupby("role")["interview_id"].nunique()
    assert by_role["police_officer"] == 21
    assert by_role.drop("police_officer").sum() == 21
    assert set(interviews["local_authority"]) == set(PROTOCOL["areas"]["with_intervention"])


def test_kinds_of_themes() -> None:
    """Four perceived ways in which it works, and four concerns."""
    kinds = pd.Series({one["key"]: one["kind"] for one in PROTOCOL["themes"]})
    assert set(kinds[kinds.eq("mechanism")].index) == {
        "engagement", "additional_support", "clarity_of_expectations", "monitoring_compliance",
    }  # fmt: skip
    assert kinds.eq("concern").sum() == 4


def test_a_third_of_each_role_is_coded_twice(interviews: pd.DataFrame) -> None:
    """Seven, five and two of 21, 15 and 6 interviews."""
    assert coded_twice(interviews).groupby("role")["interview_id"].nunique().to_dict() == {
        "police_officer": 7, "social_worker": 5, "hub_social_worker": 2,
    }  # fmt: skip


def test_order_of_words(interviews: pd.DataFrame) -> None:
    """Strong consensus is above most, most above unqualified, unqualified above some."""
    first = interviews[interviews["coder"].eq("first")]
    share = first.groupby("theme")["present"].mean()
    police = first[first["role"].eq("police_officer")].groupby("theme")["present"].mean()
    assert share["workload"] == share.max() >= 0.85
    assert 0.5 < police["families_responded_well"] < share["workload"]
    assert share["consistency"] < police["families_responded_well"]
    assert share["other_agreement"] < share["consistency"]
    by_role = first[first["theme"].eq("criminalised")].groupby("role")["present"].mean()
    assert by_role.idxmin() == "police_officer"


def test_deliveries_are_the_intervention_arm(days: pd.DataFrame) -> None:
    """One delivery per family of the 258 referrals, started on the day of referral."""
    cases = read_extract(NAME, "cases")
    arm = cases[cases["arm"].eq("intervention")]
    assert len(arm) == 258
    steps = read_extract(NAME, "delivery_steps")
    columns = ["family_id", "local_authority", "started_on"]
    deliveries = steps.drop_duplicates("delivery_id")[columns]
    families = arm.drop_duplicates("family_id").rename(columns={"recorded_on": "started_on"})
    assert set(deliveries.itertuples(index=False)) == set(families[columns].itertuples(index=False))
    assert len(deliveries) == len(days) == 147


def test_no_delivery_ends_twice(days: pd.DataFrame) -> None:
    """A family complied or was escalated; some are still open."""
    assert not (days["complied"].notna() & days["escalated"].notna()).any()
    assert (days["reviewed"].notna() & days[["complied", "escalated"]].isna().all(axis=1)).sum() > 5


def test_southampton_has_no_plans(days: pd.DataFrame) -> None:
    """Its cases end at the joint visit or before it."""
    own = days.xs(SOUTHAMPTON, level="local_authority")
    reached = own.notna().sum()
    assert reached["referred"] == 24
    assert reached["joint_visit"] == 12
    assert not reached[["plan_agreed", "reviewed", "complied", "escalated"]].any()


def test_teams_differ(days: pd.DataFrame) -> None:
    """Six teams; elsewhere the families with a plan run from 9 of 26 to 22 of 26."""
    share = days["plan_agreed"].notna().groupby(["local_authority", "team_id"]).mean()
    assert len(share) == 6
    elsewhere = share.drop(SOUTHAMPTON)
    assert elsewhere.min() == 9 / 26
    assert elsewhere.max() == 22 / 26


def test_fidelity_is_of_the_plans(days: pd.DataFrame) -> None:
    """Every plan has every part; met of known is as in the README."""
    rows = read_extract(NAME, "fidelity")
    planned = days.index[days["plan_agreed"].notna()].get_level_values("delivery_id")
    assert set(rows["delivery_id"]) == set(planned)
    assert len(rows) == 69 * 6
    found = rows.groupby("component")["met"].agg(["sum", "count"])
    assert {key: tuple(counts) for key, counts in found.iterrows()} == {
        "smart_goals": (50, 69), "co_developed": (35, 64), "own_form": (54, 69),
        "signed": (63, 69), "reviewed_on_time": (32, 69), "monitored": (41, 61),
    }  # fmt: skip


def test_review_on_time_agrees_with_the_steps(days: pd.DataFrame) -> None:
    """Both extracts tell the same about the same delivery."""
    rows = read_extract(NAME, "fidelity").query("component == 'reviewed_on_time'")
    wait = (days["reviewed"] - days["plan_agreed"]).dt.days.droplevel([1, 2])
    assert rows["met"].to_numpy(bool).tolist() == wait[rows["delivery_id"]].le(42).tolist()


def test_few_are_trained() -> None:
    """Coverage is low, lowest for social workers; nobody of Southampton is listed."""
    rows = read_extract(NAME, "training")
    share = rows.groupby(["course", "role"])["completed_on"].agg(["count", "size"])
    assert {key: tuple(counts) for key, counts in share.iterrows()} == {
        ("process_briefing", "police_officer"): (36, 60),
        ("process_briefing", "social_worker"): (16, 64),
        ("process_briefing", "hub_social_worker"): (6, 12),
        ("plan_writing", "police_officer"): (14, 60),
        ("plan_writing", "social_worker"): (6, 64),
        ("plan_writing", "hub_social_worker"): (3, 12),
    }
    assert SOUTHAMPTON not in set(rows["local_authority"])


def test_workload_rises_when_the_process_changes() -> None:
    """Open cases per filled post step up in July 2019, most for police; posts do not grow."""
    rows = read_extract(NAME, "workforce_months")
    assert rows["month"].nunique() == 24
    after = rows["month"].ge("2019-07-01").to_numpy()
    for role, before_july, from_july in (
        ("police_officer", 9.6, 13.0),
        ("social_worker", 16.7, 18.0),
    ):
        own = rows["role"].eq(role).to_numpy()
        load = [
            rows.loc[own & side, "open_cases"].sum() / rows.loc[own & side, "posts_filled"].sum()
            for side in (~after, after)
        ]
        assert load == pytest.approx([before_july, from_july], abs=0.05)
    totals = rows.groupby(["role", "month"])[["posts_planned", "posts_filled"]].sum()
    assert (totals["posts_filled"] <= totals["posts_planned"]).all()
    assert totals.loc["police_officer", "posts_filled"].iloc[[0, -1]].tolist() == [68.5, 63.5]
    assert totals.loc["social_worker", "posts_filled"].iloc[[0, -1]].tolist() == [72.0, 70.5]


def test_one_person_has_one_identifier() -> None:
    """A member of staff has one team and role, and a delivery one family."""
    training = read_extract(NAME, "training")
    assert (training.groupby("staff_id")[["team_id", "role"]].nunique() == 1).all().all()
    steps = read_extract(NAME, "delivery_steps")
    assert (steps.groupby("delivery_id")[["family_id", "team_id"]].nunique() == 1).all().all()


def test_assumptions_are_written_down() -> None:
    """What the document does not give is said to be assumed."""
    text = " ".join(one["text"] for one in PROTOCOL["assumptions"])
    for words in ("258 are referrals", "no counts of interview themes", "no number", "time limits"):
        assert words in text
