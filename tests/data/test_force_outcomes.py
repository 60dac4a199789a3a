"""The force's yearly outcomes of all crime, against the totals printed beside them."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pyarrow.parquet as pq
import pytest

from analytics.extracts.code_lists import OUT_OF_COURT_CODES_WITH_22
from analytics.extracts.library import Library
from tests.helpers.folders import SAMPLE

FILE = SAMPLE / "benchmarks" / "force_outcomes.parquet"

# Printed beside the counts: out-of-court disposals with Outcome 22, and their share of all
# assigned outcomes and of all positive ones (those and charges), in per cent.
PRINTED = {
    2015: (10_598, 9.9, 38.2),
    2016: (8_296, 6.2, 34.4),
    2017: (5_519, 4.2, 29.3),
    2018: (8_175, 5.1, 34.8),
    2019: (8_015, 5.1, 35.4),
    2020: (8_528, 5.4, 38.8),
    2021: (8_298, 6.2, 42.8),
    2025: (11_494, 7.3, 43.3),
}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return pd.read_parquet(FILE)


@pytest.mark.parametrize("year", PRINTED)
def test_totals_and_shares_are_the_printed_ones(rows: pd.DataFrame, year: int) -> None:
    of_year = rows[rows["year"].eq(year)].set_index("outcome_code")
    out_of_court = of_year["outcomes"].reindex(list(OUT_OF_COURT_CODES_WITH_22)).sum()
    total, of_assigned, of_positive = PRINTED[year]
    assert out_of_court == total
    assert of_year["assigned"].nunique() == 1
    assert 100 * out_of_court / of_year["assigned"].iloc[0] == pytest.approx(of_assigned, abs=0.05)
    positive = out_of_court + of_year.loc[1, "outcomes"]
    assert 100 * out_of_court / positive == pytest.approx(of_positive, abs=0.05)


def test_years_that_were_not_readable_are_not_there(rows: pd.DataFrame) -> None:
    assert set(rows["year"]) == set(PRINTED)
    assert len(rows) == 7 * len(PRINTED)


def test_community_resolutions_rose_as_reported(rows: pd.DataFrame) -> None:
    resolved = rows[rows["outcome_code"].eq(8)].set_index("year")["outcomes"]
    assert 100 * (resolved[2020] / resolved[2018] - 1) == pytest.approx(40, abs=0.5)
    assert 100 * (resolved[2020] / resolved[2017] - 1) == pytest.approx(248, abs=0.5)


def test_contract_and_source(rows: pd.DataFrame, sample: Library) -> None:
    status = sample.benchmarks().statuses["force_outcomes"]
    assert status.usable
    assert status.findings == ()
    assert rows["source"].str.contains("all crime, closed basis").all()
    assert set(rows["licence"]) == {"OGL v3.0"}


def test_table_is_made_by_its_script(tmp_path) -> None:
    output = tmp_path / "force_outcomes.parquet"
    script = SAMPLE / "build_force_outcomes.py"
    subprocess.run([sys.executable, str(script), "--output", str(output)], check=True)
    assert output.read_bytes() == FILE.read_bytes()
    assert pq.ParquetFile(output).metadata.num_rows == 56


def test_script_refuses_kinds_that_exceed_the_total(tmp_path) -> None:
    source = tmp_path / "outcomes.csv"
    text = (SAMPLE / "force_outcomes.csv").read_text(encoding="utf-8")
    source.write_text(text.replace(",107224", ",20000"), encoding="utf-8")
    script = SAMPLE / "build_force_outcomes.py"
    command = [
        sys.executable,
        str(script),
        "--source",
        str(source),
        "--output",
        str(tmp_path / "x"),
    ]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode != 0
    assert "do not fit" in run.stderr
