"""The Hertfordshire extracts: every reported count, the calibration, the README's assumptions."""

import re
import tomllib

import numpy as np
import pandas as pd
import pytest

from analytics.extracts.code_lists import FAMILY_ROLES
from tests.helpers.practice_extracts import SAMPLE_DATA, read_extract

FOLDER = SAMPLE_DATA / "family_safeguarding_hertfordshire"
PROTOCOL = tomllib.loads((FOLDER / "evaluation.toml").read_text(encoding="utf-8"))
EXTRACTS = PROTOCOL["evaluation"]["extracts"]
SPECIALISTS = {
    "domestic_abuse_practitioner": 2,
    "substance_misuse_practitioner": 1,
    "mental_health_practitioner": 1,
}


def _read(name: str) -> pd.DataFrame:
    return read_extract(FOLDER.name, name)


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """Return children and adults."""
    return _read("people")


@pytest.fixture(scope="module")
def families(people: pd.DataFrame) -> pd.DataFrame:
    """Return one row per family."""
    return people.drop_duplicates("family_id")


@pytest.fixture(scope="module")
def use(people: pd.DataFrame) -> pd.DataFrame:
    """Return service use with its people."""
    return _read("service_use").merge(people.rename(columns={"kind": "person"}), on="person_id")


@pytest.fixture(scope="module")
def survey() -> pd.DataFrame:
    """Return the answers of staff."""
    answers = _read("survey_responses")
    return answers[answers["instrument"].eq("staff_survey")]


@pytest.fixture(scope="module")
def parents() -> pd.DataFrame:
    """Return the answers of parents."""
    answers = _read("survey_responses")
    return answers[answers["instrument"].eq("parent_interview")]


@pytest.fixture(scope="module")
def posts() -> pd.DataFrame:
    """Return posts, leavers and caseloads."""
    return _read("workforce_months")


# People and exposure.


def test_families_children_and_adults(people: pd.DataFrame) -> None:
    """The document counts 940 families, 1,752 children and 1,683 adults."""
    assert people["family_id"].nunique() == 940
    assert people["kind"].value_counts().to_dict() == {"child": 1752, "adult": 1683}
    assert people["person_id"].is_unique
    per_family = people.groupby(["family_id", "kind"]).size().unstack()
    assert per_family.notna().all(axis=None)


def test_children_are_under_18_and_adults_are_not(people: pd.DataFrame) -> None:
    """Kind and age agree."""
    assert people["kind"].eq("child").eq(people["age_years"] < 18).all()


def test_a_family_has_one_history(people: pd.DataFrame) -> None:
    """What is true of the family is the same for its members."""
    shared = [
        "team_id", "domestic_abuse", "parental_mental_health", "substance_misuse",
        "prior_referrals", "worker_changes", "allocated_on", "observed_until",
    ]  # fmt: skip
    assert people.groupby("family_id")[shared].nunique().eq(1).all(axis=None)


def test_domestic_abuse(families: pd.DataFrame) -> None:
    """Domestic abuse is in 44% of families, to the whole percent; the others as assumed."""
    assert round(100 * families["domestic_abuse"].mean()) == 44
    assert round(100 * families["parental_mental_health"].mean()) == 45
    assert round(100 * families["substance_misuse"].mean()) == 33


def test_twelve_months_before_and_three_to_twelve_after(
    use: pd.DataFrame, families: pd.DataFrame
) -> None:
    """Every adult is observed for a year before; afterwards for 3 to 12 months, unequally."""
    days = (families["observed_until"] - families["allocated_on"]).dt.days
    assert families["allocated_on"].min() >= pd.Timestamp(2015, 8, 1)
    assert families["observed_until"].eq(pd.Timestamp(2016, 7, 31)).all()
    assert 91 <= days.min() <= 100
    assert 350 <= days.max() <= 366
    adults = use[use["person"].eq("adult")]
    before, after = (adults[adults["side"].eq(side)] for side in ("before", "after"))
    assert before["exposure"].eq(365).all()
    expected = (after["observed_until"] - after["allocated_on"]).dt.days
    assert after["exposure"].eq(expected).all()


def test_service_use_has_every_person_twice(use: pd.DataFrame, people: pd.DataFrame) -> None:
    """Adults have four kinds, children of school age absence; also those who had none."""
    adults = people["kind"].eq("adult").sum()
    pupils = (people["kind"].eq("child") & people["age_years"].between(5, 15)).sum()
    expected = {
        outcome["key"]: 2 * (adults if outcome["people"] == "adult" else pupils)
        for outcome in PROTOCOL["outcomes"]
        if outcome["kind"] == "service_use"
    }
    assert use["kind"].value_counts().to_dict() == expected
    assert use.groupby(["person_id", "kind"])["side"].nunique().eq(2).all()
    assert (use["events"].eq(0) & use["kind"].ne("school_absence")).any()


def test_school_sessions(use: pd.DataFrame) -> None:
    """Two sessions on each school day; missed ones are never more than possible ones."""
    absence = use[use["kind"].eq("school_absence")]
    assert absence["age_years"].between(5, 15).all()
    assert (absence["events"] <= absence["exposure"]).all()
    assert (absence["exposure"] % 2).eq(0).all()
    assert absence.groupby(["allocated_on", "side"])["exposure"].nunique().eq(1).all()
    before = absence.loc[absence["side"].eq("before"), "exposure"]
    assert before.between(370, 400).all()


# What the rates are made to be.


def _rates(rows: pd.DataFrame) -> pd.Series:
    totals = rows.groupby("side")[["events", "exposure"]].sum()
    return totals["events"] / totals["exposure"]


@pytest.mark.parametrize(
    ("kind", "ratio", "tolerance"),
    [
        ("police_involvement", 0.34, 0.03),
        ("emergency_admissions", 0.47, 0.03),
        ("school_absence", 0.90, 0.02),
        ("substance_misuse_contacts", 1.15, 0.02),
        ("mental_health_contacts", 1.20, 0.02),
    ],
)
def test_rate_ratio(use: pd.DataFrame, kind: str, ratio: float, tolerance: float) -> None:
    """Falls of 66% and 53% are quoted elsewhere, within 3 points; the others are assumed."""
    rates = _rates(use[use["kind"].eq(kind)])
    assert rates["after"] / rates["before"] == pytest.approx(ratio, abs=tolerance)


@pytest.mark.parametrize(
    ("kind", "per", "rate"),
    [
        ("police_involvement", 365.25, 0.80),
        ("emergency_admissions", 365.25, 0.26),
        ("school_absence", 1.0, 0.110),
        ("substance_misuse_contacts", 365.25, 1.10),
        ("mental_health_contacts", 365.25, 1.60),
    ],
)
def test_assumed_rate_before(use: pd.DataFrame, kind: str, per: float, rate: float) -> None:
    """Rates before allocation are those that the README states, to their last figure."""
    before = _rates(use[use["kind"].eq(kind)])["before"]
    assert per * before == pytest.approx(rate, rel=0.01)


def test_raw_counts_mislead(use: pd.DataFrame) -> None:
    """Without exposure each fall looks larger by a tenth or more, and both rises like falls."""
    counts = use.groupby(["kind", "side"])["events"].sum().unstack()
    raw = counts["after"] / counts["before"]
    for kind in raw.index:
        rates = _rates(use[use["kind"].eq(kind)])
        assert raw[kind] < rates["after"] / rates["before"] - 0.1
    assert (raw < 1).all()


def _by_person(use: pd.DataFrame, kind: str, side: str) -> pd.DataFrame:
    return use[use["kind"].eq(kind) & use["side"].eq(side)]


@pytest.mark.parametrize(
    "kind", ["police_involvement", "substance_misuse_contacts", "mental_health_contacts"]
)
def test_events_are_over_dispersed_and_run_in_families(use: pd.DataFrame, kind: str) -> None:
    """Variance is more than twice the mean, and relatives are alike."""
    before = _by_person(use, kind, "before")
    assert before["events"].var() > 2 * before["events"].mean()
    own = before["events"] - before["events"].mean()
    total = own.groupby(before["family_id"]).sum()
    pairs = (total**2).sum() - (own**2).sum()
    size = before.groupby("family_id").size()
    assert pairs / (size * (size - 1)).sum() / own.var() > 0.1


def test_admissions_are_over_dispersed(use: pd.DataFrame) -> None:
    """Rarer events show less of it."""
    before = _by_person(use, "emergency_admissions", "before")["events"]
    assert before.var() > 1.2 * before.mean()


def test_police_events_go_with_domestic_abuse(use: pd.DataFrame) -> None:
    """Ten times as often is assumed; chance may make it five to twenty."""
    before = _by_person(use, "police_involvement", "before")
    means = before.groupby("domestic_abuse")["events"].mean()
    assert 5 < means[True] / means[False] < 20


def test_regression_to_the_mean(use: pd.DataFrame) -> None:
    """Families with most events before fall much further, as they were drawn to."""
    rows = use[use["kind"].eq("police_involvement")]
    before = rows[rows["side"].eq("before")].groupby("family_id")["events"].sum()
    worst = rows["family_id"].isin(before.index[before >= before.quantile(0.8)])
    ratios = []
    for chosen in (rows[worst], rows[~worst]):
        rates = _rates(chosen)
        ratios.append(rates["after"] / rates["before"])
    assert ratios[1] - ratios[0] > 0.2


# Staff survey.


def test_439_questionnaires_at_three_times(survey: pd.DataFrame) -> None:
    """Respondent and wave together are 439, divided as the README says; some answer twice."""
    by_wave = survey.groupby("wave")["respondent_id"].nunique()
    assert by_wave.sum() == 439
    assert by_wave.to_dict() == {1: 140, 2: 155, 3: 144}
    assert survey["respondent_id"].nunique() <= 280
    assert survey.groupby("respondent_id")["wave"].nunique().value_counts().min() > 30
    assert not set(survey["role"]) & set(FAMILY_ROLES)
    assert survey["team_id"].nunique() == 21


def test_a_respondent_keeps_team_and_role(survey: pd.DataFrame) -> None:
    """Identifiers follow the person through the waves."""
    assert survey.groupby("respondent_id")[["team_id", "role"]].nunique().eq(1).all(axis=None)


def test_what_staff_think(survey: pd.DataFrame) -> None:
    """Two thirds like motivational interviewing; discussions are well received, workbooks less."""
    last = survey[survey["wave"].eq(3)].dropna(subset="score")
    agree = last["score"].ge(4).groupby(last["item"]).mean()
    assert agree["mi_positive"] == pytest.approx(2 / 3, abs=0.01)
    assert agree["case_discussions_positive"] == pytest.approx(0.72, abs=0.01)
    assert agree["workbook_helpful"] == pytest.approx(0.30, abs=0.01)
    assert agree["satisfaction"] > 0.6


def test_new_elements_are_asked_about_from_the_second_wave(survey: pd.DataFrame) -> None:
    """Nobody is asked about what has not begun."""
    new = {"mi_positive", "case_discussions_positive", "workbook_helpful"}
    items = survey.groupby("wave")["item"].unique().map(set)
    everything = {item["key"] for item in PROTOCOL["items"] if item["instrument"] == "staff_survey"}
    assert items[1] == everything - new
    assert items[2] == items[3] == everything


@pytest.mark.parametrize("item", ["access_to_adult_workers", "workload_manageable"])
def test_access_and_workload_improve(survey: pd.DataFrame, item: str) -> None:
    """The share that agrees rises by at least 15 points from the first to the second wave."""
    rows = survey[survey["item"].eq(item)].dropna(subset="score")
    agree = rows["score"].ge(4).groupby(rows["wave"]).mean()
    assert agree[2] - agree[1] > 0.15
    assert agree[3] >= agree[2]


@pytest.mark.parametrize("outcome", ["stress", "satisfaction", "intention_to_stay"])
def test_line_manager_matters_most(survey: pd.DataFrame, outcome: str) -> None:
    """All four go with each outcome in the direction meant; line managers the most."""
    drivers = [item["key"] for item in PROTOCOL["items"] if item.get("use") == "driver"]
    wide = survey.pivot(index=["respondent_id", "wave"], columns="item", values="score")
    rows = wide[[*drivers, outcome]].dropna()
    rows = (rows - rows.mean()) / rows.std()
    weights, *_ = np.linalg.lstsq(rows[drivers].to_numpy(), rows[outcome].to_numpy(), rcond=None)
    sign = -1 if outcome == "stress" else 1
    assert (sign * weights > 0.1).all()
    assert drivers[int(np.argmax(sign * weights))] == "line_manager_support"


def test_teams_differ(survey: pd.DataFrame) -> None:
    """Answers about the line manager vary between teams more than chance would make them."""
    rows = survey[survey["item"].eq("line_manager_support")].dropna(subset="score")
    rows = rows.drop_duplicates("respondent_id")
    groups = rows.groupby("team_id")["score"]
    between = groups.size().mul((groups.mean() - rows["score"].mean()) ** 2).sum() / 20
    within = (rows["score"] - groups.transform("mean")).pow(2).sum() / (len(rows) - 21)
    assert between > 2 * within


def test_few_answers_are_empty(survey: pd.DataFrame) -> None:
    """One in fifty."""
    assert survey["score"].isna().mean() == pytest.approx(0.02, abs=0.003)


# Parents.


def test_108_parents_of_whom_40_again(parents: pd.DataFrame) -> None:
    """The 40 are among the 108, so that 68 drop out."""
    first, later = (set(parents.loc[parents["wave"].eq(w), "respondent_id"]) for w in (1, 2))
    assert (len(first), len(later), len(first - later)) == (108, 40, 68)
    assert later < first
    assert parents["team_id"].isna().all()
    assert set(parents["role"]) == {"parent"}


def test_attrition_matters(parents: pd.DataFrame) -> None:
    """Those seen again had felt listened to, by half a point or more."""
    first = parents[parents["wave"].eq(1) & parents["item"].eq("worker_listens")]
    again = first["respondent_id"].isin(parents.loc[parents["wave"].eq(2), "respondent_id"])
    means = first["score"].groupby(again).mean()
    assert means[True] - means[False] > 0.5


# Observed practice.


def test_126_observations_of_which_104_recorded() -> None:
    """Only recorded meetings have skill scores, each of them all six."""
    observations, scores = _read("observations"), _read("skill_scores")
    assert len(observations) == 126
    assert observations["recorded"].sum() == 104
    recorded = set(observations.loc[observations["recorded"], "observation_id"])
    first = scores[scores["coder"].eq("first")]
    assert set(first["observation_id"]) == recorded
    assert len(first) == 104 * 6
    twice = scores.loc[scores["coder"].eq("second"), "observation_id"]
    assert twice.nunique() == 35
    assert set(scores["score"]) == {1.0, 2.0, 3.0, 4.0, 5.0}


def test_waves_of_observations() -> None:
    """The first wave is before the change, the others after; only teams that there were."""
    observations = _read("observations")
    change = pd.Timestamp(PROTOCOL["change"]["on"])
    assert observations["observed_on"].lt(change).eq(observations["wave"].eq(1)).all()
    before = observations.loc[observations["wave"].eq(1), "team_id"]
    posts = _read("workforce_months")
    assert set(before) <= set(posts.loc[posts["month"].lt("2015-06-01"), "team_id"])
    assert not observations.duplicated(["worker_id", "wave"]).any()


def test_skill_rises_a_little() -> None:
    """A quarter of a point is assumed; 0.1 either way for chance and rounding."""
    scores = _read("skill_scores").merge(_read("observations"), on="observation_id")
    means = scores[scores["coder"].eq("first")].groupby("wave")["score"].mean()
    assert means[3] - means[1] == pytest.approx(0.25, abs=0.1)
    assert 2.5 < means[1] < 3.0


def test_coders_of_skill_agree_about_seven_tenths() -> None:
    """One-way intraclass correlation of the two coders' scores, within skills."""
    scores = _read("skill_scores")
    pairs = scores.pivot(index=["observation_id", "skill"], columns="coder", values="score")
    pairs = pairs.dropna()
    centred = pairs - pairs.groupby("skill").transform("mean").mean(axis=1).to_numpy()[:, None]
    between = 2 * centred.mean(axis=1).var()
    within = centred.sub(centred.mean(axis=1), axis=0).pow(2).sum(axis=1).mean()
    assert 0.6 < (between - within) / (between + within) < 0.8


# Interviews.


def test_185_staff_interviews() -> None:
    """All are with staff, each about all themes; a third were coded twice."""
    coded = _read("coded_interviews")
    assert coded["interview_id"].nunique() == 185
    assert not set(coded["role"]) & set(FAMILY_ROLES)
    first = coded[coded["coder"].eq("first")]
    assert first.groupby("interview_id")["theme"].nunique().eq(len(PROTOCOL["themes"])).all()
    twice = coded.loc[coded["coder"].eq("second"), "interview_id"].nunique()
    assert twice / 185 == pytest.approx(1 / 3, abs=0.02)


def test_coders_of_themes_agree() -> None:
    """In 87% of judgements."""
    pairs = _read("coded_interviews").pivot(
        index=["interview_id", "theme"], columns="coder", values="present"
    )
    pairs = pairs.dropna()
    assert pairs["first"].eq(pairs["second"]).mean() == pytest.approx(0.87, abs=0.002)


# Delivery, training and staff.


def test_447_records(people: pd.DataFrame) -> None:
    """They are families of the 940, and start with allocation."""
    steps, fidelity = _read("delivery_steps"), _read("fidelity")
    assert steps["delivery_id"].nunique() == steps["family_id"].nunique() == 447
    assert fidelity["delivery_id"].nunique() == 447
    families = people.drop_duplicates("family_id").set_index("family_id")
    assert set(steps["family_id"]) <= set(families.index)
    own = families.loc[steps["family_id"]]
    assert (own["allocated_on"].to_numpy() == steps["started_on"].to_numpy()).all()
    assert (own["team_id"].to_numpy() == steps["team_id"].to_numpy()).all()
    first = steps[steps["step"].eq("allocated")]
    assert len(first) == 447
    assert first["reached_on"].eq(first["started_on"]).all()


def test_steps_follow_each_other() -> None:
    """A step comes after the one that the protocol names; a family ends once, and last."""
    days = _read("delivery_steps").pivot(index="delivery_id", columns="step", values="reached_on")
    for step in PROTOCOL["steps"]:
        if "after" in step:
            reached = days[days[step["key"]].notna()]
            assert (reached[step["key"]] >= reached[step["after"]]).all()
    ends = [step["key"] for step in PROTOCOL["steps"] if step.get("is_end")]
    assert days[ends].notna().sum(axis=1).max() == 1
    ended = days[days[ends].notna().any(axis=1)]
    assert (ended[ends].max(axis=1) >= ended.drop(columns=ends).max(axis=1)).all()
    assert days.max().max() <= pd.Timestamp(2016, 7, 31)


def test_workbooks_are_the_weakest_part() -> None:
    """Less well received, so done least; what specialists do is done most."""
    rows = _read("fidelity").dropna(subset="met")
    met = rows["met"].astype(bool).groupby(rows["component"]).mean()
    assert met.idxmin() == "workbook_used"
    assert met.idxmax() == "adult_worker_involved"


@pytest.mark.parametrize(
    ("course", "courses", "finished", "needed"),
    [("mi_three_day", 10, 200, 231), ("mi_two_day", 25, 380, 430)],
)
def test_training(course: str, courses: int, finished: int, needed: int) -> None:
    """Courses and people trained are as quoted elsewhere; who needed one is assumed."""
    rows = _read("training")
    rows = rows[rows["course"].eq(course)]
    assert rows["completed_on"].nunique() == courses
    assert rows["completed_on"].notna().sum() == finished
    assert len(rows) == needed
    named = next(one for one in PROTOCOL["courses"] if one["key"] == course)
    assert set(rows["role"]) == set(named["roles"])


def test_280_staff_in_the_teams(posts: pd.DataFrame) -> None:
    """Quoted for the first twelve months."""
    rows = _read("training")
    assert rows.loc[rows["team_id"].isin(posts["team_id"]), "staff_id"].nunique() == 280


def test_19_teams_then_21(posts: pd.DataFrame, people: pd.DataFrame) -> None:
    """Two teams are new at the launch; families go to all 21."""
    teams = posts.groupby("month")["team_id"].nunique()
    assert teams[teams.index < "2015-06-01"].eq(19).all()
    assert teams[teams.index >= "2015-06-01"].eq(21).all()
    assert (teams.index.min(), teams.index.max()) == (
        pd.Timestamp(2014, 4, 1), pd.Timestamp(2016, 8, 1),
    )  # fmt: skip
    assert len(teams) == 29
    assert set(people["team_id"]) == set(posts["team_id"])


def test_posts_of_each_team(posts: pd.DataFrame) -> None:
    """Five or six social workers, two, one and one specialists, as quoted elsewhere."""
    workers = posts[posts["role"].eq("social_worker")]
    assert set(workers["posts_planned"]) == {5.0, 6.0}
    for role, number in SPECIALISTS.items():
        rows = posts[posts["role"].eq(role)]
        assert rows["posts_planned"].eq(number).all()
        assert rows["month"].min() == pd.Timestamp(2015, 6, 1)
        assert rows["open_cases"].isna().all()


@pytest.mark.parametrize("role", SPECIALISTS)
def test_specialists_are_there_swiftly(posts: pd.DataFrame, role: str) -> None:
    """Nine tenths of the posts are filled within four months."""
    totals = posts[posts["role"].eq(role)].groupby("month")[["posts_filled", "posts_planned"]].sum()
    filled = totals["posts_filled"] / totals["posts_planned"]
    assert filled.iloc[0] < 0.5
    assert (filled.iloc[3:] >= 0.9).all()


def test_caseloads_fall(posts: pd.DataFrame) -> None:
    """From about 21 open cases per filled post to about 12.5; both within half a case."""
    totals = (
        posts[posts["role"].eq("social_worker")]
        .groupby("month")[["open_cases", "posts_filled"]]
        .sum()
    )
    load = totals["open_cases"] / totals["posts_filled"]
    assert load.iloc[:12].mean() == pytest.approx(21.5, abs=0.5)
    assert load.iloc[-1] == pytest.approx(12.5, abs=0.5)


# All extracts.


def test_nothing_after_the_as_at_date() -> None:
    """No date lies after the protocol's as-at date."""
    as_at = pd.Timestamp(PROTOCOL["evaluation"]["as_at"])
    for name in EXTRACTS:
        frame = _read(name)
        for column in frame.select_dtypes("datetime"):
            assert frame[column].max() <= as_at


def test_one_authority() -> None:
    """Everything is in Hertfordshire."""
    for name in EXTRACTS:
        frame = _read(name)
        if "local_authority" in frame:
            assert set(frame["local_authority"]) == {"E10000015"}


@pytest.mark.parametrize(
    ("extract", "column", "section"),
    [
        ("coded_interviews", "theme", "themes"),
        ("survey_responses", "item", "items"),
        ("skill_scores", "skill", "skills"),
        ("delivery_steps", "step", "steps"),
        ("fidelity", "component", "components"),
        ("training", "course", "courses"),
    ],
)
def test_keys_are_the_protocols(extract: str, column: str, section: str) -> None:
    """Each key of the protocol is used, and no other."""
    assert set(_read(extract)[column]) == {one["key"] for one in PROTOCOL[section]}


def test_the_readme_counts_the_rows() -> None:
    """Rows of each extract, as the table says."""
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    said = {
        name: int(rows.replace(",", ""))
        for name, rows in re.findall(r"^\| `(\w+)\.parquet` \| ([\d,]+) \|", text, re.MULTILINE)
    }
    assert said == {name: len(_read(name)) for name in EXTRACTS}
