"""Family Safeguarding, Cambridgeshire: what is reported holds, and the README says what is not."""

import tomllib

import pandas as pd
import pytest

from tests.helpers.practice_extracts import (
    SAMPLE_DATA,
    days_by_step,
    read_extract,
    readme_table,
)

NAME = "family_safeguarding_cambridgeshire"
PROTOCOL = tomllib.loads((SAMPLE_DATA / NAME / "evaluation.toml").read_text(encoding="utf-8"))
SPECIALISTS = (
    "domestic_abuse_practitioner",
    "mental_health_practitioner",
    "substance_misuse_practitioner",
)
ITEMS = readme_table(NAME, "Item")


@pytest.fixture(scope="module")
def interviews() -> pd.DataFrame:
    """Return the coded interviews."""
    return read_extract(NAME, "coded_interviews")


@pytest.fixture(scope="module")
def survey() -> pd.DataFrame:
    """Return the staff survey."""
    return read_extract(NAME, "survey_responses")


@pytest.fixture(scope="module")
def days() -> pd.DataFrame:
    """Return the day on which each family reached each step."""
    return days_by_step(read_extract(NAME, "delivery_steps"))


def test_it_is_a_pilot_without_effect() -> None:
    """No outcomes, no analyses, no comparison, and the document's own caution."""
    assert PROTOCOL["evaluation"]["design"] == "pilot_feasibility"
    assert "anecdotal" in PROTOCOL["evaluation"]["effect_caution"]
    assert not {"outcomes", "analyses", "matching", "recommendations"} & set(PROTOCOL)
    assert PROTOCOL["areas"]["without_intervention"] == []
    assert not {"cases", "cp_plans", "service_use"} & set(PROTOCOL["evaluation"]["extracts"])


def test_three_research_questions() -> None:
    """Feasibility, promise and readiness; promise rests on what people say only."""
    questions = {one["key"]: one for one in PROTOCOL["research_questions"]}
    assert list(questions) == ["feasibility", "promise", "readiness"]
    kinds = {one["key"]: one["kind"] for one in PROTOCOL["measures"]}
    assert {kinds[key] for key in questions["promise"]["measures"]} == {"theme"}
    assert all(one["limits"] for one in questions.values())


@pytest.mark.parametrize("extract", PROTOCOL["evaluation"]["extracts"])
def test_one_authority(extract: str) -> None:
    """Every row is of Cambridgeshire."""
    assert set(read_extract(NAME, extract)["local_authority"]) == {"E10000003"}


@pytest.mark.parametrize("extract", ["delivery_steps", "fidelity", "training", "workforce_months"])
def test_nine_teams(extract: str) -> None:
    """The pilot had nine teams, the same in every extract."""
    teams = set(read_extract(NAME, extract)["team_id"])
    assert len(teams) == 9
    assert teams == set(read_extract(NAME, "survey_responses")["team_id"])


def test_launch_was_just_before_the_lockdown() -> None:
    """The first family starts, and staffing is counted, from March 2020."""
    started = read_extract(NAME, "delivery_steps")["started_on"]
    assert pd.Timestamp("2020-03-01") <= started.min() < pd.Timestamp("2020-03-23")
    assert read_extract(NAME, "workforce_months")["month"].min() == pd.Timestamp("2020-03-01")


def test_over_half_would_benefit_from_more_training(survey: pd.DataFrame) -> None:
    """The only share that the document gives: over half, and only just in this sample."""
    scores = survey[survey["item"].eq("needs_more_training")]["score"].dropna()
    assert 0.5 < scores.ge(4).mean() < 0.6
    assert scores.ge(4).sum() == 38
    assert len(scores) == 70


@pytest.mark.parametrize("row", ITEMS, ids=[row["Item"] for row in ITEMS])
def test_item_is_as_the_readme_says(survey: pd.DataFrame, row: dict[str, str]) -> None:
    """The README's counts of agreement are the extract's; 72 staff were asked, 70 answered."""
    scores = survey[survey["item"].eq(row["Item"])]["score"]
    assert len(scores) == 72
    assert scores.notna().sum() == 70
    agree = int(scores.ge(4).sum())
    assert row["Agree or strongly agree"] == f"{agree} ({100 * agree / 70:.0f} %)"
    assert set(scores.dropna()) == {1, 2, 3, 4, 5}


def test_items_are_the_protocols(survey: pd.DataFrame) -> None:
    """Every item is asked and listed, and answers follow the words of the document."""
    assert set(survey["item"]) == {one["key"] for one in PROTOCOL["items"]}
    assert [row["Item"] for row in ITEMS] == [one["key"] for one in PROTOCOL["items"]]
    agree = survey.dropna(subset="score").groupby("item")["score"].apply(lambda s: s.ge(4).mean())
    assert agree[["understands_model", "welcomes_model", "interviewing_training_good"]].min() > 0.7
    assert survey.groupby("item")["score"].std().idxmax() == "confident_workbook"


def test_respondents(survey: pd.DataFrame) -> None:
    """Eight respondents in every team, in the roles that the README gives."""
    people = survey.drop_duplicates("respondent_id")
    assert people["role"].value_counts().to_dict() == {
        "social_worker": 45, "team_manager": 9, "domestic_abuse_practitioner": 8,
        "substance_misuse_practitioner": 7, "mental_health_practitioner": 3,
    }  # fmt: skip
    assert people.groupby("team_id").size().eq(8).all()


def test_parents_value_the_adult_practitioners(interviews: pd.DataFrame) -> None:
    """The document: families were positive about them; it is what parents say most."""
    first = interviews[interviews["coder"].eq("first") & interviews["role"].eq("parent")]
    share = first.groupby("theme")["present"].mean()
    assert share.idxmax() == "adult_practitioners_valued"
    assert share.max() > 0.6


def test_no_count_of_parents_is_withheld(interviews: pd.DataFrame) -> None:
    """Counts of family members of 1 to 5, and their complements, would not be shown."""
    parents = interviews[interviews["coder"].eq("first") & interviews["role"].eq("parent")]
    counts = parents.groupby("theme")["present"].agg(["sum", "size"])
    assert counts["sum"].min() > 5
    assert (counts["size"] - counts["sum"]).min() > 5


def test_no_delivery_ends_twice(days: pd.DataFrame) -> None:
    """A family's case was closed or stepped up."""
    assert not (days["closed"].notna() & days["escalated"].notna()).any()


def test_fidelity() -> None:
    """Many parts as planned; one place and the adult practitioner least."""
    rows = read_extract(NAME, "fidelity")
    found = rows.groupby("component")["met"].agg(["sum", "count"])
    assert {key: tuple(counts) for key, counts in found.iterrows()} == {
        "group_discussion": (275, 324), "motivational_interviewing": (239, 292),
        "shared_assessment": (269, 324), "workbook_programme": (230, 324),
        "adult_practitioner": (191, 308), "co_location": (71, 324),
    }  # fmt: skip
    share = (found["sum"] / found["count"]).sort_values()
    assert list(share.index[:2]) == ["co_location", "adult_practitioner"]
    assert share.ge(0.7).sum() == 4


def test_workbook_agrees_with_the_steps(days: pd.DataFrame) -> None:
    """The programme is followed in the workbook only where it started."""
    rows = read_extract(NAME, "fidelity").query("component == 'workbook_programme'")
    started = days["programme"].notna().droplevel([1, 2])
    assert started[rows.loc[rows["met"].astype(bool), "delivery_id"]].all()


def test_mental_health_posts_are_short() -> None:
    """All three specialist roles grow; mental health stays far below plan, as reported."""
    rows = read_extract(NAME, "workforce_months")
    totals = rows.groupby(["role", "month"])[["posts_filled", "posts_planned"]].sum()
    filled = totals["posts_filled"] / totals["posts_planned"]
    last = {role: filled[role].iloc[-1] for role in SPECIALISTS}
    assert totals.loc["mental_health_practitioner", "posts_filled"].iloc[[0, -1]].tolist() == [1, 4]
    assert last["mental_health_practitioner"] < 0.5
    assert min(last[role] for role in SPECIALISTS if role != "mental_health_practitioner") > 0.85
    assert all(filled[role].is_monotonic_increasing for role in SPECIALISTS)
    for row in readme_table(NAME, "Role"):
        role = {
            "Social workers": "social_worker", "Managers": "team_manager",
            "Domestic abuse practitioners": "domestic_abuse_practitioner",
            "Mental health practitioners": "mental_health_practitioner",
            "Substance misuse practitioners": "substance_misuse_practitioner",
        }[row["Role"]]  # fmt: skip
        own = totals.loc[role]
        assert own["posts_planned"].eq(float(row["Posts planned"])).all()
        assert own["posts_filled"].iloc[0] == float(row["Filled, March 2020"])
        assert own["posts_filled"].iloc[-1] == float(row["Filled, March 2021"])


def test_training() -> None:
    """Most staff know the model and motivational interviewing; the workbook lags."""
    done = read_extract(NAME, "training").groupby("course")["completed_on"].agg(["count", "size"])
    assert {key: tuple(counts) for key, counts in done.iterrows()} == {
        "model_introduction": (80, 87), "motivational_interviewing": (74, 87),
        "workbook": (51, 87),
    }  # fmt: skip


def test_assumptions_are_written_down() -> None:
    """What the document does not give is said to be assumed, the missing list too."""
    text = " ".join(one["text"] for one in PROTOCOL["assumptions"])
    for words in ("no number of interviews", "no number of survey respondents", "list of"):
        assert words in text
