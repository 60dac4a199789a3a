"""The Signs of Safety extracts: each count and each word of the document, from the rows."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.access.viewer import PUBLIC
from analytics.extracts.library import open_library
from analytics.extracts.protocol import read_protocol

NAME = "signs_of_safety_ten_areas"
FOLDER = Path(__file__).parents[2] / "sample_data" / NAME
PROTOCOL = read_protocol(FOLDER)
EXPERIENCE = {
    area: level for level, group in enumerate(PROTOCOL.area_groups) for area in group.areas
}
AGREE_FROM = 3


@pytest.fixture(scope="module")
def records() -> pd.DataFrame:
    """Return the case records, empty kept apart from no."""
    return pd.read_parquet(FOLDER / "case_records.parquet", dtype_backend="numpy_nullable")


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    """Return answered items of the parents' interview, with agreement and experience."""
    rows = pd.read_parquet(FOLDER / "survey_responses.parquet")
    rows = rows[rows["instrument"].eq("parent_interview") & rows["score"].notna()]
    return rows.assign(
        agrees=rows["score"].ge(AGREE_FROM), experience=rows["local_authority"].map(EXPERIENCE)
    )


@pytest.fixture(scope="module")
def scores() -> pd.DataFrame:
    """Return total difficulties."""
    rows = pd.read_parquet(FOLDER / "survey_responses.parquet")
    return rows[rows["instrument"].eq("sdq")]


def test_every_extract_keeps_its_contract() -> None:
    """No row is set aside."""
    store = open_library().evaluation(NAME).store
    assert set(store.statuses) == set(PROTOCOL.evaluation.extracts)
    for status in store.statuses.values():
        assert status.usable
        assert status.findings == ()


def test_pilots_are_the_ten_of_the_document() -> None:
    """The three groups hold each pilot once, and the codes belong to the names on the slide."""
    names = open_library().benchmarks().table("areas", PUBLIC).execute()
    names = names.set_index("area_code")["area_name"]
    pilots = [area for group in PROTOCOL.area_groups for area in group.areas]
    assert sorted(pilots) == sorted(PROTOCOL.areas.with_intervention)
    assert [names[area] for area in pilots] == [
        "Wakefield", "Norfolk", "Wokingham", "Bristol, City of",
        "Suffolk", "Lincolnshire", "Brent",
        "West Sussex", "Tower Hamlets", "Leicestershire",
    ]  # fmt: skip


@pytest.mark.parametrize("extract", PROTOCOL.evaluation.extracts)
def test_rows_lie_in_the_pilots(extract: str) -> None:
    """Every pilot has rows and nobody else has."""
    rows = pd.read_parquet(FOLDER / f"{extract}.parquet")
    assert set(rows["local_authority"]) == set(PROTOCOL.areas.with_intervention)


def test_two_hundred_and_sixty_two_records(records: pd.DataFrame) -> None:
    """262 records of two cohorts."""
    assert records["record_id"].nunique() == len(records) == 262
    assert set(records["cohort"]) == {1, 2}


def test_at_least_three_quarters_were_referred_before(records: pd.DataFrame) -> None:
    """By family, as the document counts, and by record."""
    families = records.drop_duplicates("family_id")
    assert 0.75 <= families["previously_referred"].mean() < 0.85
    assert 0.75 <= records["previously_referred"].mean() < 0.85


def test_just_over_half_were_not_referred_again(records: pd.DataFrame) -> None:
    """Of the families read again, and of their records."""
    again = records[records["re_referred"].notna()]
    for rows in (again, again.drop_duplicates("family_id")):
        assert 0.5 < 1 - rows["re_referred"].mean() < 0.55


def test_twenty_eight_children_were_removed(records: pd.DataFrame) -> None:
    """Only among records read again."""
    assert records["removed"].sum() == 28
    assert records["removed"].notna().sum() == 226


def test_second_reading_is_there_as_a_whole_or_not_at_all(records: pd.DataFrame) -> None:
    """Some records were not read again; then nothing of the second time is filled."""
    second = records[["recording_time_2", "re_referred", "removed"]].notna()
    assert second.nunique(axis=1).eq(1).all()
    assert 0 < (~second["removed"]).sum() < len(records) / 4


@pytest.mark.parametrize(
    "problem", ["domestic_abuse", "neglect", "parental_mental_health", "substance_misuse"]
)
def test_problem_is_common(records: pd.DataFrame, problem: str) -> None:
    """Common: a third of the families or more, and the same for siblings."""
    assert records.groupby("family_id")[problem].nunique().eq(1).all()
    assert 0.33 < records.drop_duplicates("family_id")[problem].mean() < 0.67


def test_there_are_siblings(records: pd.DataFrame) -> None:
    """Siblings share authority, cohort and ethnic group."""
    shared = records.groupby("family_id")[["local_authority", "cohort", "ethnic_group"]].nunique()
    assert shared.eq(1).all(axis=None)
    assert records["family_id"].value_counts().gt(1).sum() > 20


def test_recording_improved(records: pd.DataFrame) -> None:
    """In both cohorts, on the records read twice, by more than chance."""
    twice = records[records["recording_time_2"].notna()]
    for _, rows in twice.groupby("cohort"):
        change = (rows["recording_time_2"] - rows["recording_time_1"]).to_numpy(float)
        assert change.mean() > 2 * change.std(ddof=1) / np.sqrt(len(change))


@pytest.mark.parametrize("wave", [1, 2])
def test_a_quarter_did_not_know_the_goals(answers: pd.DataFrame, wave: int) -> None:
    """Exactly a quarter of those who answered, at each time."""
    rows = answers[answers["item"].eq("knows_goals") & answers["wave"].eq(wave)]
    assert 4 * (~rows["agrees"]).sum() == len(rows)


@pytest.mark.parametrize("wave", [1, 2])
def test_majority_and_most(answers: pd.DataFrame, wave: int) -> None:
    """A majority shared views; most felt that strengths were looked at."""
    agrees = answers[answers["wave"].eq(wave)].groupby("item")["agrees"].mean()
    assert agrees["shares_views"] > 0.6
    assert agrees["focus_on_strengths"] > 0.7


def test_fewer_than_three_hundred_families_were_asked(answers: pd.DataFrame) -> None:
    """Under the upper limit quoted elsewhere; those asked twice were asked before."""
    first, second = (set(answers.loc[answers["wave"].eq(wave), "respondent_id"]) for wave in (1, 2))
    assert 200 < len(first) <= 300
    assert second < first


@pytest.mark.parametrize("wave", [1, 2])
def test_agreement_goes_with_experience(answers: pd.DataFrame, wave: int) -> None:
    """Better where a pilot had more than two years' experience than where it was new."""
    rows = answers[answers["item"].eq("shares_views") & answers["wave"].eq(wave)]
    agrees = rows.groupby("experience")["agrees"].mean()
    assert agrees[2] > agrees[0] + 0.05


def test_agreement_rose_where_it_was_new(answers: pd.DataFrame) -> None:
    """At Time 2, and in cohort 2, the newer pilots agreed more."""
    rows = answers[answers["item"].eq("shares_views") & answers["experience"].lt(2)]
    for by in ("wave", "cohort"):
        agrees = rows.groupby(by)["agrees"].mean()
        assert agrees[2] > agrees[1] + 0.03


def test_difficulties_do_not_change(scores: pd.DataFrame) -> None:
    """The document gives no scores: the same distribution at both times, within rounding."""
    by_wave = scores.groupby("wave")["score"]
    assert scores["score"].between(0, 40).all()
    assert by_wave.mean().diff().abs().iloc[-1] < 0.25
    assert by_wave.std().diff().abs().iloc[-1] < 0.25
    paired = scores.pivot_table(index="respondent_id", columns="wave", values="score").dropna()
    change = paired[2] - paired[1]
    assert abs(change.mean()) < 2 * change.std() / np.sqrt(len(change))
    assert paired[1].corr(paired[2]) > 0.5


def test_one_informant_for_each_pilot() -> None:
    """Ten profiles; the sixteen themes of the document were looked for in each."""
    rows = pd.read_parquet(FOLDER / "coded_interviews.parquet")
    informants = rows[rows["role"].eq("key_informant") & rows["coder"].eq("first")]
    assert informants.groupby("local_authority")["interview_id"].nunique().eq(1).all()
    kinds = {theme.key: theme.kind for theme in PROTOCOL.themes}
    asked = informants.groupby(informants["theme"].map(kinds))["theme"].nunique()
    assert (asked["enabler"], asked["barrier"]) == (9, 7)


def test_a_third_of_interviews_are_coded_twice() -> None:
    """The second coder read a third, and mostly agreed."""
    rows = pd.read_parquet(FOLDER / "coded_interviews.parquet")
    readers = rows.groupby("coder")["interview_id"].nunique()
    assert readers["second"] == pytest.approx(readers["first"] / 3, abs=1)
    both = rows.pivot_table(index=["interview_id", "theme"], columns="coder", values="present")
    both = both.dropna()
    assert 0.8 < both["first"].eq(both["second"]).mean() < 1


def test_social_workers_are_positive_and_use_varies() -> None:
    """Most say practice improves; informants see the tools in use more often than they do."""
    rows = pd.read_parquet(FOLDER / "coded_interviews.parquet")
    first = rows[rows["coder"].eq("first")]
    present = first.groupby(["role", "theme"])["present"].mean()
    assert present["social_worker", "improves_practice"] > 0.75
    in_use = present[:, "tools_in_daily_use"]
    assert in_use["key_informant"] > in_use["social_worker"] + 0.2
    assert 0.2 < present["social_worker", "not_with_every_family"] < 0.6


def test_tools_are_looked_for_in_every_record(records: pd.DataFrame) -> None:
    """Each record once for each tool; how often they are found varies."""
    rows = pd.read_parquet(FOLDER / "fidelity.parquet")
    assert set(rows["delivery_id"]) == set(records["record_id"])
    assert rows.groupby("delivery_id")["component"].nunique().eq(5).all()
    found = rows.dropna(subset="met").astype({"met": bool}).groupby("component")["met"].mean()
    assert found.max() - found.min() > 0.3


def test_managers_have_the_advanced_course() -> None:
    """Training of managers is where progress was greatest; fewer social workers were trained."""
    rows = pd.read_parquet(FOLDER / "training.parquet")
    taken = rows.assign(done=rows["completed_on"].notna()).groupby(["course", "role"])["done"]
    shares = taken.mean()
    assert shares["advanced_five_day", "team_manager"] > 0.8
    assert 0.5 < shares["two_day", "social_worker"] < 0.8
