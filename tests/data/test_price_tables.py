"""The price tables against copies of the same publications that we did not carry."""

from __future__ import annotations

import subprocess
import sys

import pyarrow.parquet as pq
import pytest

from analytics.extracts.library import Library
from tests.helpers.folders import SAMPLE

BENCHMARKS = SAMPLE / "benchmarks"

# HM Treasury's release of December 2025, three months older; from another transcription.
DECEMBER_2025 = {
    "2015/16": 74.5894,
    "2016/17": 76.0847,
    "2017/18": 77.0481,
    "2018/19": 78.8043,
    "2019/20": 80.8836,
    "2020/21": 85.1105,
    "2021/22": 85.314,
    "2022/23": 91.3107,
    "2023/24": 96.1297,
    "2024/25": 100.0,
}
REVISED = 2e-4

# Office for National Statistics, series YBGB (2022 = 100), release of 30 June 2025: second, third
# and fourth quarter and the first of the next year.
QUARTERS = {
    "2004/05": (66.6, 66.8, 67.8, 67.9),
    "2005/06": (68.7, 68.9, 69.2, 69.7),
    "2008/09": (74.2, 75.2, 76.0, 75.9),
    "2010/11": (77.1, 77.3, 77.7, 79.0),
    "2013/14": (81.6, 82.2, 82.3, 82.6),
    "2019/20": (90.2, 90.6, 91.1, 91.9),
    "2023/24": (106.8, 107.8, 108.0, 109.3),
    "2024/25": (110.1, 112.1, 113.2, 114.1),
}
# Printed to one decimal, a mean of quarters is not the year's ratio, and the series was revised.
QUARTERLY = 4e-3

# Factors to 2024/25 prices that two other users of the publication print.
FACTORS = {"2020/21": 1.1751, "2013/14": 1.3693, "2018/19": 1.2692}


@pytest.fixture(scope="module")
def index() -> dict[str, float]:
    rows = pq.read_table(BENCHMARKS / "gdp_deflators.parquet").to_pylist()
    return {row["financial_year"]: row["index"] for row in rows}


def test_years_have_no_gap_and_the_last_is_the_base(index: dict[str, float]) -> None:
    starts = [int(year[:4]) for year in index]
    assert starts == list(range(2000, 2025))
    assert all(int(year[5:]) == (int(year[:4]) + 1) % 100 for year in index)
    assert index["2024/25"] == 100


@pytest.mark.parametrize("year", DECEMBER_2025)
def test_index_agrees_with_the_release_before(index: dict[str, float], year: str) -> None:
    assert index[year] == pytest.approx(DECEMBER_2025[year], rel=REVISED)


@pytest.mark.parametrize("year", QUARTERS)
def test_index_agrees_with_the_quarterly_series(index: dict[str, float], year: str) -> None:
    def mean(key: str) -> float:
        return sum(QUARTERS[key]) / 4

    expected = mean(year) / mean("2013/14")
    assert index[year] / index["2013/14"] == pytest.approx(expected, rel=QUARTERLY)


@pytest.mark.parametrize("year", FACTORS)
def test_factors_agree_with_other_users(index: dict[str, float], year: str) -> None:
    assert 100 / index[year] == pytest.approx(FACTORS[year], abs=2e-4)


def test_unit_costs_keep_their_contract_and_their_price_years(
    sample: Library, index: dict[str, float]
) -> None:
    status = sample.benchmarks().statuses
    for name in ("gdp_deflators", "unit_costs"):
        assert status[name].usable
        assert status[name].findings == ()
    rows = pq.read_table(BENCHMARKS / "unit_costs.parquet").to_pylist()
    assert {row["price_year"] for row in rows} <= set(index)
    implied = [row for row in rows if row["basis"] == "implied"]
    assert [row["code"] for row in implied] == ["implied.plan_month"]
    assert round(implied[0]["amount"], 2) == 379.83
    assert implied[0]["price_year_basis"] == "assumed"
    assert all("Unit Cost Database" in row["source"] for row in rows if row["basis"] != "implied")


def test_figures_that_nobody_could_trace_are_not_there() -> None:
    rows = pq.read_table(BENCHMARKS / "unit_costs.parquet").to_pylist()
    assert not {6000.0, 500.0, 65520.0} & {row["amount"] for row in rows}


def test_tables_are_made_by_their_script(tmp_path) -> None:
    script = SAMPLE / "build_price_tables.py"
    subprocess.run([sys.executable, str(script), "--output", str(tmp_path)], check=True)
    for name in ("gdp_deflators", "unit_costs"):
        written = (tmp_path / f"{name}.parquet").read_bytes()
        assert written == (BENCHMARKS / f"{name}.parquet").read_bytes()
