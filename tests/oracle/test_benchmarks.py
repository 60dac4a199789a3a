"""The published-figures extracts against figures that DfE prints elsewhere (DfE LAIT)."""

from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
BENCHMARKS = ROOT / "sample_data" / "benchmarks"
REFERENCE = Path(__file__).parent / "reference" / "lait_ten_authorities.csv"

HALF_A_UNIT = 0.05 + 1e-9
STAFF = "social_worker_"
CURRENT_YEAR = 2025

# LAIT's percentage does not follow from the counts that LAIT itself prints for these two cells;
# the counts are the ones in table C4 (see lait_ten_authorities.md).
NOT_FROM_ITS_OWN_COUNTS = {
    ("conferences_within_15_days", "852", 2016): 61.8,
    ("conferences_within_15_days", "921", 2016): 57.1,
}
# Table C4 suppresses one of the two counts, so the percentage cannot be computed from it.
SUPPRESSED_COUNTS = {
    ("conferences_within_15_days", "851", 2021),
    ("conferences_within_15_days", "851", 2024),
}


def read(name: str) -> pd.DataFrame:
    return pd.read_parquet(BENCHMARKS / f"{name}.parquet")


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    return read("published_figures")


@pytest.fixture(scope="module")
def areas() -> pd.DataFrame:
    return read("areas")


@pytest.fixture(scope="module")
def neighbours() -> pd.DataFrame:
    return read("statistical_neighbours")


@pytest.fixture(scope="module")
def current(areas: pd.DataFrame) -> set[str]:
    known = areas["dfe_code"].notna() & areas["successor_code"].isna()
    return set(areas.loc[known & (areas["last_year"] == CURRENT_YEAR), "area_code"])


@pytest.fixture(scope="module")
def lait() -> pd.DataFrame:
    frame = pd.read_csv(REFERENCE, dtype=str, keep_default_na=False)
    return frame.assign(year=frame["year"].astype("int64"))


@pytest.fixture(scope="module")
def beside_lait(figures: pd.DataFrame, areas: pd.DataFrame, lait: pd.DataFrame) -> pd.DataFrame:
    authorities = areas.loc[areas["dfe_code"].notna(), ["area_code", "dfe_code"]]
    ours = figures.merge(authorities, on="area_code")
    theirs = lait[lait["measure"] != ""].rename(columns={"value": "lait"})
    joined = theirs.merge(ours, on=["measure", "dfe_code", "year"], how="left", validate="1:1")
    return joined.assign(
        lait_number=pd.to_numeric(joined["lait"], errors="coerce"),
        cell=list(zip(joined["measure"], joined["dfe_code"], joined["year"], strict=True)),
    )


def cell(figures: pd.DataFrame, measure: str, area: str, year: int) -> pd.Series:
    found = figures[
        (figures["measure"] == measure) & (figures["area_code"] == area) & (figures["year"] == year)
    ]
    assert len(found) == 1
    return found.iloc[0]


def counts_of_children(figures: pd.DataFrame) -> pd.DataFrame:
    return figures[
        (figures["level"] == "local_authority") & ~figures["measure"].str.startswith(STAFF)
    ]


@pytest.mark.parametrize(("year", "rate"), [(2023, 42.7), (2024, 41.4), (2025, 40.6)])
def test_england_plans_per_10000_are_the_rates_dfe_quotes(figures, year, rate):
    england = cell(figures, "cp_plans_at_31_march", "E92000001", year)
    assert round(england["value"], 1) == rate


def test_ten_authorities_tie_to_lait_to_its_last_digit(beside_lait):
    assert beside_lait["dfe_code"].nunique() == 10
    assert beside_lait["measure"].nunique() == 8
    both = beside_lait[beside_lait["lait_number"].notna() & beside_lait["value"].notna()]
    both = both[~both["cell"].isin(NOT_FROM_ITS_OWN_COUNTS)]
    assert len(both) == 548
    off = (both["value"] - both["lait_number"]).abs() > HALF_A_UNIT
    assert both.loc[off, ["cell", "value", "lait"]].to_numpy().tolist() == []


def test_only_suppressed_counts_are_missing_where_lait_has_a_figure(beside_lait):
    missing = beside_lait[beside_lait["lait_number"].notna() & beside_lait["value"].isna()]
    assert set(missing["cell"]) == SUPPRESSED_COUNTS
    assert set(missing["symbol"]) == {"c"}


def test_no_figure_is_made_up_where_lait_has_none(beside_lait):
    without = beside_lait[beside_lait["lait_number"].isna()]
    assert set(without["lait"]) == {"-"}
    assert set(without["area_name"]) == {"Hampshire"}
    assert set(without["year"]) == {2024}
    assert without["value"].isna().all()


def test_two_cells_do_not_tie_because_lait_differs_from_its_own_counts(beside_lait, lait):
    counts = lait[lait["short_desc"].isin(["10_ICPC", "15_ICPC"])]
    for (measure, dfe_code, year), printed in NOT_FROM_ITS_OWN_COUNTS.items():
        ours = beside_lait[beside_lait["cell"] == (measure, dfe_code, year)].iloc[0]
        theirs = counts[(counts["dfe_code"] == dfe_code) & (counts["year"] == year)]
        assert ours["numerator"] == theirs["value"].astype(float).sum()
        assert ours["lait_number"] == printed
        assert abs(ours["value"] - printed) > HALF_A_UNIT


def test_southampton_repeat_plans_are_table_d3(figures):
    # DfE table D3: second or subsequent plans, plans starting, percentage, 2013 to 2025.
    published = [
        (47, 357, 13.2),
        (58, 373, 15.5),
        (18, 495, 3.6),
        (145, 490, 29.6),
        (108, 379, 28.5),
        (132, 431, 30.6),
        (77, 383, 20.1),
        (137, 562, 24.4),
        (109, 473, 23.0),
        (141, 583, 24.2),
        (125, 378, 33.1),
        (96, 328, 29.3),
        (87, 280, 31.1),
    ]
    series = figures[
        (figures["measure"] == "second_or_subsequent_plans") & (figures["area_code"] == "E06000045")
    ].sort_values("year")
    assert series["year"].tolist() == list(range(2013, 2026))
    columns = ["numerator", "denominator", "value"]
    assert [tuple(row) for row in series[columns].to_numpy()] == published


def test_hampshire_2024_is_marked_unreliable_and_has_no_figure(figures):
    measures = figures["measure"]
    hampshire = figures[
        (figures["area_code"] == "E10000014")
        & (figures["year"] == 2024)
        & ~measures.str.startswith(STAFF)
        & (measures != "population_0_to_17")
    ]
    assert hampshire["measure"].nunique() > 40
    assert set(hampshire["symbol"]) == {"u"}
    assert hampshire[["numerator", "value"]].isna().all(axis=None)


def test_a_suppressed_cell_keeps_its_symbol_and_has_no_figure(figures):
    london = cell(figures, "second_or_subsequent_plans", "E09000001", 2025)
    assert london["symbol"] == "c"
    assert london["numerator"] == 0
    assert london[["denominator", "value"]].isna().all()
    portsmouth = cell(figures, "conferences_within_15_days", "E06000044", 2024)
    assert portsmouth["symbol"] == "c"
    assert portsmouth["denominator"] == 341
    assert portsmouth[["numerator", "value"]].isna().all()


def test_a_figure_is_missing_exactly_where_there_is_a_symbol(figures):
    assert (figures["value"].isna() == figures["symbol"].notna()).all()
    assert set(figures["symbol"].dropna()) == {"c", "u", "x", "z", "low"}


def test_no_authority_has_a_count_of_children_between_1_and_5(figures):
    children = counts_of_children(figures)
    assert not children["numerator"].between(0.5, 5.5).any()
    assert not children["denominator"].between(0.5, 5.5).any()


def test_published_zeros_stay_zero(figures):
    zeros = counts_of_children(figures).query("numerator == 0 and denominator > 0")
    assert len(zeros) > 100
    assert (zeros["value"] == 0).all()


def test_a_measure_has_one_row_for_an_area_and_a_year(figures):
    assert not figures.duplicated(["measure", "year", "area_code"]).any()


def test_measures_keep_one_unit_and_known_levels(figures):
    assert (figures.groupby("measure")["unit"].nunique() == 1).all()
    assert set(figures["unit"]) == {"per_10000", "percent", "days", "count", "per_worker"}
    assert set(figures["level"]) == {"national", "regional", "local_authority"}
    assert set(figures["licence"]) == {"OGL v3.0"}


def test_a_rate_divides_by_the_population_of_the_preceding_mid_year(figures):
    rate = cell(figures, "cp_plans_at_31_march", "E10000015", 2025)
    population = cell(figures, "population_0_to_17", "E10000015", 2024)
    assert rate["denominator"] == population["value"]
    assert rate["value"] == pytest.approx(rate["numerator"] / rate["denominator"] * 10_000)


@pytest.mark.parametrize("code", ["E08000020", "E06000048"])
def test_authorities_under_an_older_code_still_have_rates(figures, areas, code):
    successor = areas.set_index("area_code").loc[code, "successor_code"]
    rate = cell(figures, "section_47_enquiries", code, 2019)
    population = cell(figures, "population_0_to_17", successor, 2018)
    assert rate["denominator"] == population["value"]
    assert rate["value"] > 0


def test_every_area_is_listed_and_every_successor_is_a_current_authority(figures, areas, current):
    assert areas["area_code"].is_unique
    assert set(figures["area_code"]) == set(areas["area_code"])
    assert set(areas["successor_code"].dropna()) <= current


def test_there_are_153_current_authorities(current):
    assert len(current) == 153


def test_every_current_authority_has_ten_current_neighbours_in_the_2025_model(neighbours, current):
    model = neighbours[neighbours["model"] == "2025"]
    ranks = model.groupby("area_code")["rank"].apply(sorted)
    assert set(ranks.index) == current
    assert all(rank == list(range(1, 11)) for rank in ranks)
    assert set(model["neighbour_code"]) <= current
    assert not (model["area_code"] == model["neighbour_code"]).any()


def test_every_authority_of_the_2021_model_has_ten_known_neighbours(neighbours, areas):
    model = neighbours[neighbours["model"] == "2021"]
    assert (model.groupby("area_code")["rank"].nunique() == 10).all()
    assert not model.duplicated(["area_code", "rank"]).any()
    known = set(areas["area_code"])
    assert set(model["area_code"]) | set(model["neighbour_code"]) <= known


def test_closeness_uses_one_set_of_words(neighbours):
    assert set(neighbours["closeness"]) == {
        "Extremely close",
        "Very close",
        "Close",
        "Somewhat close",
        "Not close",
    }
