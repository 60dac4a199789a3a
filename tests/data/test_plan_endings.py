"""Southampton's endings of plans: whose they are, the audit's answers, what was built in."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.statistics.time_to_event.cox import fit_cox
from analytics.statistics.time_to_event.hazard_fit import HazardFit, hazard_ratio

FOLDER = Path(__file__).parents[2] / "sample_data" / "repeat_plans_southampton"
AS_AT = pd.Timestamp(2024, 3, 31)
ADVERSITIES = ["domestic_abuse", "parental_mental_health", "substance_misuse", "alcohol_misuse"]
OF_THE_FAMILY = [
    *("worker_changes", "manager_changes", "chair_changes"),
    *("interventions_complete", "sustained_change", "lead_professional_named"),
]
BUILT_IN = {
    "no sustained change": 1.8,
    "changed worker": 1.4,
    "two or more adversities": 1.3,
    "lead professional named": 0.75,
    "changed chair": 1.0,
    "changed manager": 1.0,
    "incomplete": 1.15,
    "looked after": 0.6,
    "closed": 1.1,
    "outside the home": 1.0,
    "category EMO": 1.0,
    "category PHY": 1.0,
    "category SAB": 1.0,
    "category MUL": 1.0,
}


def _read(name: str) -> pd.DataFrame:
    frame = pd.read_parquet(FOLDER / f"{name}.parquet")
    for column in frame.columns[frame.columns.str.endswith("_on")]:
        frame[column] = pd.to_datetime(frame[column])
    return frame


@pytest.fixture(scope="module")
def plans() -> pd.DataFrame:
    """Return every plan with the start of the child's next one."""
    rows = _read("cp_plans").sort_values(["child_id", "started_on"], ignore_index=True)
    return rows.assign(next_on=rows.groupby("child_id")["started_on"].shift(-1))


@pytest.fixture(scope="module")
def endings(plans: pd.DataFrame) -> pd.DataFrame:
    """Return the endings with their plan and child."""
    told = _read("plan_endings").drop(columns="local_authority")
    rows = told.merge(plans, on="plan_id", validate="1:1")
    return rows.merge(_read("children")[["child_id", "born_on", "left_on"]], on="child_id")


@pytest.fixture(scope="module")
def audited(endings: pd.DataFrame) -> pd.DataFrame:
    """Return the previous plans of the audited families' children, with the audit."""
    audit = pd.read_parquet(FOLDER / "audit_families.parquet", dtype_backend="numpy_nullable")
    ours = endings.drop(columns=ADVERSITIES)
    both = endings[["plan_id", *ADVERSITIES]].add_prefix("plan_").rename(
        columns={"plan_plan_id": "plan_id"}
    )  # fmt: skip
    return ours.merge(both, on="plan_id").merge(
        audit.drop(columns="local_authority"), on="family_id"
    )


def test_one_row_for_each_plan_that_ended(plans: pd.DataFrame, endings: pd.DataFrame) -> None:
    """Every plan that ended has a row, and no other."""
    ended = plans.loc[plans["ended_on"].notna(), "plan_id"]
    assert sorted(endings["plan_id"]) == sorted(ended)
    assert plans["ended_on"].isna().sum() > 100


def test_siblings_whose_plans_end_together_share_what_is_the_familys(endings: pd.DataFrame) -> None:
    """Changes, what was achieved and the adversities are the family's."""
    together = endings.groupby(["family_id", "started_on", "ended_on"])
    assert (together.size() > 1).sum() > 500
    assert together[[*OF_THE_FAMILY, *ADVERSITIES]].nunique().eq(1).all(axis=None)


def test_siblings_whose_plans_start_together_share_adversities(endings: pd.DataFrame) -> None:
    """Also when the plans end on different days."""
    together = endings.groupby(["family_id", "started_on"])
    assert (together["ended_on"].nunique() > 1).sum() > 50
    assert together[ADVERSITIES].nunique().eq(1).all(axis=None)


def test_risk_outside_the_home_from_twelve(endings: pd.DataFrame) -> None:
    """Only children of 12 or more, and not all of them."""
    outside = endings["risk"].eq("outside_home")
    assert endings.loc[outside, "age_years"].min() >= 12
    assert outside.sum() > 50
    assert (~outside & endings["age_years"].ge(12)).sum() > 50


def test_nobody_becomes_looked_after_at_eighteen(endings: pd.DataFrame) -> None:
    """A plan that ends because the child is an adult ends with the case."""
    adult = endings["ended_on"].ge(endings["born_on"] + pd.DateOffset(years=18))
    assert adult.any()
    assert set(endings.loc[adult, "closed_to"]) == {"closed"}


def test_audited_families_have_an_ending_unless_it_predates_the_history(
    audited: pd.DataFrame,
) -> None:
    """15 of the 16: the earlier plan of the family that came back after nine years is not held."""
    assert audited["family_id"].nunique() == 15
    assert set(audited["risk"]) == {"inside_home"}


@pytest.mark.parametrize("flag", ADVERSITIES)
def test_audited_adversities_agree(audited: pd.DataFrame, flag: str) -> None:
    """What the audit found is what the plan answered."""
    assert audited[f"plan_{flag}"].eq(audited[flag]).all()


@pytest.mark.parametrize("who", ["worker", "manager", "chair"])
def test_audited_changes_agree(audited: pd.DataFrame, who: str) -> None:
    """Where the audit does not speak of it, none is taken to have happened."""
    changed = audited[f"changed_{who}"].fillna(value=False)
    assert audited[f"{who}_changes"].gt(0).eq(changed).all()


@pytest.mark.parametrize(
    ("column", "flag"),
    [
        ("interventions_complete", "incomplete_intervention"),
        ("sustained_change", "no_sustained_change"),
        ("lead_professional_named", "no_lead_professional"),
    ],
)
def test_audited_achievements_agree(audited: pd.DataFrame, column: str, flag: str) -> None:
    """The audit asks whether it was missing."""
    assert (~audited[column]).eq(audited[flag]).all()


def test_audited_closings_agree(audited: pd.DataFrame) -> None:
    """Closed at the parents' request means stepped down; closed prematurely otherwise, closed."""
    request = audited["closed_at_parental_request"]
    early = audited["closed_prematurely"] & ~request
    assert set(audited.loc[request, "closed_to"]) == {"child_in_need"}
    assert set(audited.loc[early, "closed_to"]) == {"closed"}


def test_plans_ended_in_the_quarter_agree_with_the_conferences(endings: pd.DataFrame) -> None:
    """The lead professional, the risk and what brought an agency in are told in both places."""
    conferences = pd.read_parquet(FOLDER / "conferences.parquet")
    seen = pd.read_parquet(FOLDER / "fidelity.parquet", dtype_backend="numpy_nullable")
    named = seen[seen["component"].eq("lead_professional_named") & seen["met"].notna()]
    agencies = pd.read_parquet(FOLDER / "agency_contributions.parquet")
    involved = agencies[agencies["involved"]].groupby("conference_id")["agency"].agg(set)
    rows = conferences.merge(named, left_on="conference_id", right_on="delivery_id")
    rows = endings[endings["ended_on"].ge("2024-01-01")].merge(
        rows[["family_id", "conference_id", "met", "risk"]], on="family_id", suffixes=("", "_there")
    )
    assert rows["conference_id"].nunique() == len(named)
    assert rows["lead_professional_named"].eq(rows["met"]).all()
    old_enough = rows["age_years"].ge(12)
    assert rows.loc[old_enough, "risk"].eq(rows.loc[old_enough, "risk_there"]).all()
    there = rows["conference_id"].map(involved)
    misuse = rows["substance_misuse"] | rows["alcohol_misuse"]
    for agency, why in {
        "adult_mental_health": rows["parental_mental_health"],
        "drug_and_alcohol": misuse,
        "perpetrator_service": rows["domestic_abuse"],
    }.items():
        asked = there.map(lambda names, agency=agency: agency in names)
        assert why[asked].all()


def test_teams(plans: pd.DataFrame) -> None:
    """Six teams, those of the conferences; siblings share one, and families mostly keep theirs."""
    conferences = pd.read_parquet(FOLDER / "conferences.parquet")
    seen = pd.read_parquet(FOLDER / "fidelity.parquet")
    team = seen.drop_duplicates("delivery_id").set_index("delivery_id")["team_id"]
    assert set(plans["team_id"]) == set(team)
    assert len(set(team)) == 6
    starts = plans.groupby(["family_id", "started_on"])["team_id"]
    assert starts.nunique().eq(1).all()
    latest = starts.first().groupby("family_id").last()
    of_family = conferences.set_index("family_id")["conference_id"].map(team)
    known = of_family.index.intersection(latest.index)
    assert len(known) > 100
    assert latest[known].eq(of_family[known]).all()
    several = starts.first().groupby("family_id").agg(["size", "nunique"])
    kept = several.loc[several["size"] > 1, "nunique"].eq(1).mean()
    assert 0.75 < kept < 0.95


@pytest.fixture(scope="module")
def fitted(endings: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series, HazardFit]:
    """Return the factors, whether each child returned, and a Cox model of all factors at once."""
    stop = pd.concat([endings["born_on"] + pd.DateOffset(years=18), endings["left_on"]], axis=1)
    stop = stop.min(axis=1).clip(upper=AS_AT)
    days = (endings["next_on"].fillna(stop) - endings["ended_on"]).dt.days.clip(lower=0)
    misuse = endings["substance_misuse"] | endings["alcohol_misuse"]
    aspects = endings["domestic_abuse"].astype(int) + endings["parental_mental_health"] + misuse
    factors = pd.DataFrame(
        {
            "no sustained change": ~endings["sustained_change"],
            "changed worker": endings["worker_changes"].gt(0),
            "two or more adversities": aspects.ge(2),
            "lead professional named": endings["lead_professional_named"],
            "changed chair": endings["chair_changes"].gt(0),
            "changed manager": endings["manager_changes"].gt(0),
            "incomplete": ~endings["interventions_complete"],
            "looked after": endings["closed_to"].eq("looked_after"),
            "closed": endings["closed_to"].eq("closed"),
            "outside the home": endings["risk"].eq("outside_home"),
            **{
                f"category {code}": endings["category"].eq(code)
                for code in ("EMO", "PHY", "SAB", "MUL")
            },
        }
    ).astype(float)
    returned = endings["next_on"].notna()
    fit = fit_cox(days, returned, factors.to_numpy(), cluster=endings["family_id"])
    assert isinstance(fit, HazardFit)
    return factors, returned, fit


@pytest.mark.parametrize("name", BUILT_IN)
def test_built_in_hazard_ratio_is_inside_the_interval(
    fitted: tuple[pd.DataFrame, pd.Series, HazardFit], name: str
) -> None:
    """With families as clusters; the fit does not separate."""
    factors, _, fit = fitted
    ratio = hazard_ratio(fit, list(factors.columns).index(name))
    assert ratio.conf_int.low < BUILT_IN[name] < ratio.conf_int.high


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("no sustained change", 1.5, 2.2),
        ("changed worker", 1.15, 1.7),
        ("two or more adversities", 1.1, 1.6),
        ("lead professional named", 0.6, 0.9),
        ("changed chair", 0.85, 1.2),
    ],
)
def test_hazard_ratio_is_near_the_one_built_in(
    fitted: tuple[pd.DataFrame, pd.Series, HazardFit], name: str, low: float, high: float
) -> None:
    """Near enough that the page finds what was put in."""
    factors, _, fit = fitted
    assert low < float(np.exp(fit.coefficients[list(factors.columns).index(name)])) < high


@pytest.mark.parametrize("name", BUILT_IN)
def test_returns_on_both_sides_of_each_factor(
    fitted: tuple[pd.DataFrame, pd.Series, HazardFit], name: str
) -> None:
    """No factor orders the returns perfectly."""
    factors, returned, _ = fitted
    present = factors[name].eq(1)
    assert returned[present].sum() >= 10
    assert (~returned[present]).sum() >= 10
    assert returned[~present].sum() >= 10
