"""Build the yearly outcomes of all crime recorded by Hampshire Constabulary.

Run ``python sample_data/build_force_outcomes.py``. It reads ``force_outcomes.csv`` beside this
script, one row per year to 31 March, and writes ``benchmarks/force_outcomes.parquet``, one row per
year and outcome code; the same script gives the same bytes.

The figures are the Home Office's open data on outcomes, closed basis: outcomes by the year in which
they were recorded, whenever the crime was. They were read from a public transcription and not from
the Home Office's own tables, and they are of all crime, not of neglect. 2021/22 to 2023/24 were
not readable and are left out. Outcome 22 began in April 2019: the noughts before are the
transcription's.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = Path(__file__).parent
DEFAULT_INPUT = FOLDER / "force_outcomes.csv"
DEFAULT_OUTPUT = FOLDER / "benchmarks" / "force_outcomes.parquet"

FORCE = "Hampshire Constabulary"
SOURCE = (
    "Home Office, Crime outcomes open data, all crime, closed basis; read from the transcription "
    "SGilr/oocd-dashboard, data/processed/force_year.csv"
)
LICENCE = "OGL v3.0"
OUTCOME_CODES = {
    "charged": 1,
    "youth_caution": 2,
    "adult_caution": 3,
    "penalty_notice": 6,
    "cannabis_khat_warning": 7,
    "community_resolution": 8,
    "outcome_22": 22,
}
SCHEMA = pa.schema(
    [
        ("force", pa.string()),
        ("year", pa.int64()),
        ("outcome_code", pa.int64()),
        ("outcomes", pa.int64()),
        ("assigned", pa.int64()),
        ("source", pa.string()),
        ("licence", pa.string()),
    ]
)


def read_outcomes(source: Path) -> list[dict[str, Any]]:
    """Return one row per year and outcome code; refuse kinds that are more than all assigned."""
    rows = []
    with source.open(encoding="utf-8", newline="") as handle:
        for line in csv.DictReader(handle):
            assigned = int(line["assigned"])
            counts = {code: int(line[name]) for name, code in OUTCOME_CODES.items()}
            if min(counts.values()) < 0 or sum(counts.values()) > assigned:
                raise ValueError(f"{line['financial_year']}: kinds do not fit into all assigned")
            rows += [
                {
                    "force": FORCE,
                    "year": int(line["financial_year"][:4]) + 1,
                    "outcome_code": code,
                    "outcomes": number,
                    "assigned": assigned,
                    "source": SOURCE,
                    "licence": LICENCE,
                }
                for code, number in counts.items()
            ]
    return rows


def build(source: Path, output: Path) -> int:
    """Write the parquet file and return the number of rows."""
    rows = read_outcomes(source)
    output.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist(rows, schema=SCHEMA)
    pq.write_table(table, output, compression="zstd", compression_level=19)
    return len(rows)


def main() -> None:
    """Read the command line, build, and say what was written."""
    parser = argparse.ArgumentParser(description="Build the force's outcomes of all crime.")
    parser.add_argument("--source", type=Path, default=DEFAULT_INPUT, help="csv file to read")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="parquet file to write")
    arguments = parser.parse_args()
    print(f"force_outcomes: {build(arguments.source, arguments.output):,} rows")


if __name__ == "__main__":
    main()
