"""Southampton's conferences: practice and agencies agree with the audit and the paper's words."""

from pathlib import Path

import pandas as pd
import pytest

from analytics.extracts.library import open_library
from analytics.extracts.protocol import read_protocol

NAME = "repeat_plans_southampton"
FOLDER = Path(__file__).parents[2] / "sample_data" / NAME
PROTOCOL = read_protocol(FOLDER)
SELDOM_THERE = ("adult_mental_health", "drug_and_alcohol", "perpetrator_service")
AUDITED = {
    "chronology_submitted": (0, 16),
    "genogram_submitted": (1, 16),
    "history_analysed": (1, 16),
    "parents_history_considered": (4, 16),
    "adult_checks": (1, 12),
    "probation_asked": (0, 12),
    "network_considered": (10, 16),
    "lead_professional_named": (0, 0),
}
"""Conferences of audited families at which it was seen, of those of which the record tells."""


@pytest.fixture(scope="module")
def conferences() -> pd.DataFrame:
    """Return the quarter's conferences with the audit of their family, where there is one."""
    audit = pd.read_parquet(FOLDER / "audit_families.parquet", dtype_backend="numpy_nullable")
    rows = pd.read_parquet(FOLDER / "conferences.parquet")
    return rows.merge(audit.drop(columns="local_authority"), on="family_id", how="left")


@pytest.fixture(scope="module")
def seen() -> pd.DataFrame:
    """Return one row per conference and one column per part of practice."""
    rows = pd.read_parquet(FOLDER / "fidelity.parquet", dtype_backend="numpy_nullable")
    return rows.pivot_table(
        index="delivery_id", columns="component", values="met", aggfunc="first", dropna=False
    )


@pytest.fixture(scope="module")
def agencies() -> pd.DataFrame:
    """Return one row per conference and agency."""
    return pd.read_parquet(FOLDER / "agency_contributions.parquet")


def test_every_extract_keeps_its_contract() -> None:
    """No row is set aside."""
    store = open_library().evaluation(NAME).store
    assert set(store.statuses) == set(PROTOCOL.evaluation.extracts)
    assert all(status.usable and status.findings == () for status in store.statuses.values())


def test_each_conference_once(
    conferences: pd.DataFrame, seen: pd.DataFrame, agencies: pd.DataFrame
) -> None:
    """172 conferences, each with every part of practice and every agency of the protocol."""
    assert set(seen.index) == set(agencies["conference_id"]) == set(conferences["conference_id"])
    assert set(seen.columns) == {component.key for component in PROTOCOL.components}
    assert agencies.groupby("conference_id")["agency"].apply(set).eq(
        {agency.key for agency in PROTOCOL.agencies}
    ).all()  # fmt: skip


@pytest.mark.parametrize(("component", "counts"), AUDITED.items(), ids=list(AUDITED))
def test_audited_families_conferences_agree_with_the_audit(
    conferences: pd.DataFrame, seen: pd.DataFrame, component: str, counts: tuple[int, int]
) -> None:
    """What the audit found is what was seen at these conferences; empty is not no."""
    audited = conferences.loc[conferences["gap_band"].notna(), "conference_id"]
    met = seen.loc[audited, component]
    assert (int(met.sum()), int(met.notna().sum())) == counts


@pytest.mark.parametrize(
    ("component", "flag", "same"),
    [
        ("chronology_submitted", "full_chronology", True),
        ("parents_history_considered", "trauma_considered", True),
        ("adult_checks", "adult_checks_completed", True),
        ("network_considered", "network_not_considered", False),
    ],
)
def test_family_by_family(
    conferences: pd.DataFrame, seen: pd.DataFrame, component: str, flag: str, same: bool
) -> None:
    """Not only the totals: each family has the audit's answer, or none where the audit has none."""
    audited = conferences[conferences["gap_band"].notna()].set_index("conference_id")
    met = seen.loc[audited.index, component].astype("boolean")
    flags = audited[flag] if same else ~audited[flag]
    assert met.isna().eq(flags.isna()).all()
    assert met.dropna().eq(flags.dropna()).all()


@pytest.mark.parametrize("component", ["chronology_submitted", "genogram_submitted"])
def test_little_evidence(seen: pd.DataFrame, component: str) -> None:
    """The paper: not routinely used."""
    assert seen[component].mean() < 0.1


def test_history_is_seldom_analysed(seen: pd.DataFrame) -> None:
    """Little, if any, analysis of what the history means."""
    assert seen["history_analysed"].mean() < 0.2


def test_lead_professional_is_told_only_where_a_plan_ended(
    conferences: pd.DataFrame, seen: pd.DataFrame
) -> None:
    """Elsewhere the record does not tell."""
    plans = pd.read_parquet(FOLDER / "cp_plans.parquet")
    ended = plans.loc[pd.to_datetime(plans["ended_on"]).ge("2024-01-01"), "family_id"]
    told = seen.index[seen["lead_professional_named"].notna()]
    families = conferences.set_index("conference_id").loc[told, "family_id"]
    assert len(told) > 10
    assert families.isin(ended).all()


def test_steps_of_an_agency_are_nested(agencies: pd.DataFrame) -> None:
    """Nobody is invited who is not involved, comes uninvited, or speaks unasked."""
    assert not (agencies["invited"] & ~agencies["involved"]).any()
    assert not (agencies["attended"] & ~agencies["invited"]).any()
    assert not (agencies["contributed"] & ~agencies["invited"]).any()


@pytest.mark.parametrize("agency", SELDOM_THERE)
def test_agency_seldom_attends(agencies: pd.DataFrame, agency: str) -> None:
    """Little evidence of them attending: less than a quarter of the conferences they belong to."""
    rows = agencies[agencies["agency"].eq(agency) & agencies["involved"]]
    assert len(rows) > 30
    assert rows["attended"].mean() < 0.25
    assert rows["invited"].mean() < 0.5


def test_general_practice_says_little_about_the_risk(agencies: pd.DataFrame) -> None:
    """Invited as a rule, seldom there, and little of what it sends is about the risk."""
    rows = agencies[agencies["agency"].eq("general_practice") & agencies["involved"]]
    assert rows["invited"].mean() > 0.75
    assert rows["contributed"].mean() < 0.15


def test_probation_was_not_invited_for_audited_families(
    conferences: pd.DataFrame, agencies: pd.DataFrame
) -> None:
    """Where there was domestic abuse, probation was neither consulted nor invited."""
    audited = conferences.loc[conferences["gap_band"].notna(), "conference_id"]
    rows = agencies[agencies["agency"].eq("probation") & agencies["conference_id"].isin(audited)]
    assert rows["involved"].any()
    assert not rows["invited"].any()


def test_agency_belongs_where_the_audit_says_why(
    conferences: pd.DataFrame, agencies: pd.DataFrame
) -> None:
    """Of the audited families, an adult service is involved only where its problem was found."""
    why = {
        "adult_mental_health": ["parental_mental_health"],
        "drug_and_alcohol": ["substance_misuse", "alcohol_misuse"],
        "perpetrator_service": ["domestic_abuse"],
    }
    audited = conferences[conferences["gap_band"].notna()].set_index("conference_id")
    for agency, flags in why.items():
        rows = agencies[agencies["agency"].eq(agency) & agencies["involved"]]
        there = rows.loc[rows["conference_id"].isin(audited.index), "conference_id"]
        assert audited.loc[there, flags].any(axis=1).all()


def test_eleven_recommendations() -> None:
    """Each of the paper's recommendations has a measure or the reason why there is none."""
    assert len(PROTOCOL.recommendations) == 11
    for item in PROTOCOL.recommendations:
        assert bool(item.measures) != bool(item.why_no_measure)
        assert item.who
