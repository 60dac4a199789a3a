"""The published findings: the csv that people edit, and the extract made from it."""

from pathlib import Path

import pandas as pd
import pytest

FOLDER = Path(__file__).parents[2] / "sample_data"
COLUMNS = [
    "finding_id",
    "evaluation",
    "letter",
    "measure",
    "group_label",
    "value",
    "value_text",
    "numerator",
    "denominator",
    "unit",
    "basis",
    "direction",
    "window",
    "n",
    "significance",
    "reported_by",
    "source",
    "caveat",
    "computed_from",
    "tolerance",
    "not_computed_because",
]
NUMBERS = ["value", "numerator", "denominator", "tolerance"]
CODES = {
    "evaluation": {
        "family_safety_plans",
        "family_safeguarding_cambridgeshire",
        "repeat_plans_southampton",
        "family_safeguarding_hertfordshire",
        "signs_of_safety_ten_areas",
    },
    "letter": {"effect", "mechanism", "moderators", "implementation", "economic_cost", "context"},
    "basis": {"relative", "points", "level", "count", "not stated"},
    "direction": {"decrease", "increase", "none"},
    "reported_by": {"document", "elsewhere"},
}
PERCENTAGES_OF_FSP = {
    "fsp-outcome-20": 45,
    "fsp-out-of-court": 12,
    "fsp-child-protection-plans": 18,
    "fsp-suspect": 5,
    "fsp-missing": 5,
}
AUDIT_OF_16 = {
    "sou-return-within-1-year": 3,
    "sou-return-1-to-2-years": 5,
    "sou-return-2-to-5-years": 6,
    "sou-return-after-5-years": 2,
    "sou-return-within-2-years": 8,
    "sou-domestic-abuse": 12,
    "sou-mental-health": 11,
    "sou-substance-misuse": 8,
    "sou-alcohol-misuse": 4,
    "sou-two-of-trio": 10,
    "sou-none-of-trio": 2,
    "sou-care-experienced": 3,
    "sou-trauma-considered": 4,
    "sou-physical-abuse": 4,
    "sou-previous-children-away": 4,
    "sou-change-social-worker": 10,
    "sou-different-risk": 1,
    "sou-family-network": 6,
    "sou-closed-prematurely": 5,
    "sou-no-lead-professional": 4,
}


@pytest.fixture(scope="module")
def findings() -> pd.DataFrame:
    return pd.read_parquet(FOLDER / "published_findings.parquet")


@pytest.fixture(scope="module")
def by_id(findings: pd.DataFrame) -> pd.DataFrame:
    return findings.set_index("finding_id")


def test_the_extract_says_what_the_csv_says(findings):
    edited = pd.read_csv(FOLDER / "published_findings.csv", dtype=str, keep_default_na=False)
    assert list(edited.columns) == list(findings.columns) == COLUMNS
    assert len(edited) == len(findings)
    for name in COLUMNS:
        if name in NUMBERS:
            pd.testing.assert_series_equal(pd.to_numeric(edited[name]), findings[name])
        else:
            assert edited[name].str.strip().tolist() == findings[name].fillna("").tolist()


def test_every_finding_has_its_own_id(findings):
    assert findings["finding_id"].is_unique
    assert findings["finding_id"].str.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*").all()


@pytest.mark.parametrize("name", sorted(CODES))
def test_coded_columns_use_only_their_codes(findings, name):
    assert set(findings[name].dropna()) == CODES[name]


@pytest.mark.parametrize(
    "name",
    sorted(
        {*COLUMNS}
        - {
            *NUMBERS,
            "group_label",
            "direction",
            "window",
            "n",
            "caveat",
            "computed_from",
            "not_computed_because",
        }
    ),
)
def test_required_columns_are_never_blank(findings, name):
    assert findings[name].notna().all()
    assert (findings[name].str.strip() != "").all()


def test_reported_fsp_percentages_do_not_claim_a_basis(findings, by_id):
    percentages = findings[
        (findings["evaluation"] == "family_safety_plans") & (findings["unit"] == "percent")
    ]
    assert dict(zip(percentages["finding_id"], percentages["value"], strict=True)) == (
        PERCENTAGES_OF_FSP
    )
    assert set(percentages["basis"]) == {"not stated"}
    assert percentages["caveat"].str.contains("basis not stated").all()


def test_fsp_has_no_base_rates_and_no_counts_of_outcomes(findings):
    effects = findings[
        (findings["evaluation"] == "family_safety_plans") & (findings["letter"] == "effect")
    ]
    assert effects[["numerator", "denominator"]].isna().all(axis=None)
    assert not effects["basis"].isin(["level", "count"]).any()
    assert not effects["group_label"].fillna("").str.contains("omparison").any()


@pytest.mark.parametrize(
    "finding",
    [
        "cam-more-training",
        "cam-workbook",
        "fsp-referred-to-cait",
        "fsp-victim",
        "fsp-victim-suspect-link",
        "her-caseloads",
        "her-school-attendance",
        "her-days-in-care",
        "sos-not-re-referred",
        "sos-goals-not-known",
        "sos-shared-views",
        "sos-strengths",
    ],
)
def test_findings_reported_only_in_words_have_no_number(by_id, finding):
    assert by_id.loc[finding, NUMBERS[:3]].isna().all()
    assert by_id.loc[finding, "value_text"]


@pytest.mark.parametrize(
    "words",
    [
        "SDQ",
        "skill score",
        "response rate",
        "p-value",
        "confidence interval",
        "ICPC unit cost",
        "EMMIE-Q",
        "evidence rating",
        "cost rating",
        "unit cost",
    ],
)
def test_what_was_not_found_is_not_a_measure(findings, words):
    assert not findings["measure"].str.contains(words, case=False).any()


def test_cambridgeshire_has_no_survey_numbers(findings):
    reported = findings[
        (findings["evaluation"] == "family_safeguarding_cambridgeshire")
        & (findings["reported_by"] == "document")
    ]
    assert reported[NUMBERS[:3]].isna().all(axis=None)


def test_audit_counts_have_numerator_and_denominator(by_id):
    for finding, count in AUDIT_OF_16.items():
        row = by_id.loc[finding]
        assert (row["numerator"], row["denominator"], row["unit"]) == (count, 16, "families")
    assert tuple(by_id.loc["sou-checks-on-adults", ["numerator", "denominator"]]) == (1, 12)


def test_times_to_return_add_up_to_the_16_families(by_id):
    bands = ["within-1-year", "1-to-2-years", "2-to-5-years", "after-5-years"]
    assert sum(by_id.loc[f"sou-return-{band}", "numerator"] for band in bands) == 16


def test_the_14_families_have_no_denominator_and_say_why(by_id):
    row = by_id.loc["sou-incomplete-interventions"]
    assert row["numerator"] == 14
    assert pd.isna(row["denominator"])
    assert "not stated" in row["caveat"]


def test_conferences_are_not_a_denominator_of_families(findings, by_id):
    assert by_id.loc["sou-conferences", "value"] == 172
    assert not (findings["denominator"] == 172).any()


def test_a_fraction_agrees_with_its_value(findings):
    fractions = findings[findings["numerator"].notna()]
    assert (fractions["value"] == fractions["numerator"]).all()
    known = fractions["denominator"].notna()
    assert (fractions["numerator"][known] <= fractions["denominator"][known]).all()


def test_signs_of_safety_one_year_comparisons_are_levels_not_effects(findings):
    compared = findings[
        (findings["evaluation"] == "signs_of_safety_ten_areas") & (findings["window"] == "2015/16")
    ]
    assert len(compared) == 10
    assert set(compared["basis"]) == {"level"}
    assert compared["direction"].isna().all()
    assert compared["caveat"].str.contains("not an effect").all()


def test_hertfordshire_falls_in_plans_come_from_elsewhere_with_a_window_or_a_caveat(findings):
    falls = findings[
        findings["finding_id"].str.startswith("her-cpp-") & (findings["unit"] == "percent")
    ]
    assert sorted(falls["value"]) == [30, 47, 49, 49, 55]
    assert set(falls["reported_by"]) == {"elsewhere"}
    assert falls["caveat"].str.contains("different windows").all()


def test_the_hertfordshire_document_reports_no_outcomes(findings):
    document = findings[
        (findings["evaluation"] == "family_safeguarding_hertfordshire")
        & (findings["reported_by"] == "document")
    ]
    assert set(document["letter"]) == {"context", "implementation"}


def test_the_cost_illustration_is_called_illustrative_and_gross(by_id):
    row = by_id.loc["fsp-cost-benefit"]
    assert row["value"] == 182_320
    assert "Illustrative, gross" in row["caveat"]
