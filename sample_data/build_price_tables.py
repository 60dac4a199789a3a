"""Build the price index and the unit costs that the Economic cost page uses.

Run ``python sample_data/build_price_tables.py``. Two parquet files are written to
``sample_data/benchmarks``; the same script gives the same bytes.

``gdp_deflators.parquet``
    HM Treasury's GDP deflators at market prices by financial year, 2024/25 = 100, release of
    March 2026 (Quarterly National Accounts of 31 March 2026, series L8GG of the Office for National
    Statistics). Years with a forecast are left out. The release was read from a public
    transcription of its workbook and compared with two others: HM Treasury's release of December
    2025 (2015/16 to 2024/25, within 0.02%) and the Office for National Statistics' quarterly series
    YBGB of 30 June 2025 (financial-year means, within 0.4%); ``tests/data/test_price_tables.py``
    holds both.
``unit_costs.parquet``
    Unit costs of the Greater Manchester Combined Authority's Unit Cost Database, in the prices of
    their own years, read from a public transcription of version 1.4 and not from the workbook. The
    database gives one figure for each; low and high are ours. The last row is no published unit
    cost: it is what the one published illustration implies.

Not carried, because nobody could trace them: a yearly cost of a child on a plan and of a child
looked after that circulate beside the database without an entry in it, and the rows for adult
social care that the transcription got visibly wrong.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

OGL = "OGL v3.0"
DEFAULT_OUTPUT = Path(__file__).parent / "benchmarks"

DEFLATOR_SOURCE = (
    "HM Treasury, GDP deflators at market prices, and money GDP, March 2026 (Quarterly National "
    "Accounts), 31 March 2026"
)
DEFLATORS = {
    "2000/01": 54.3697,
    "2001/02": 55.4597,
    "2002/03": 56.6,
    "2003/04": 57.9885,
    "2004/05": 59.7172,
    "2005/06": 61.3576,
    "2006/07": 63.2017,
    "2007/08": 64.438,
    "2008/09": 66.8397,
    "2009/10": 67.7042,
    "2010/11": 68.8561,
    "2011/12": 70.3261,
    "2012/13": 71.5454,
    "2013/14": 73.0337,
    "2014/15": 74.0662,
    "2015/16": 74.5804,
    "2016/17": 76.0754,
    "2017/18": 77.0388,
    "2018/19": 78.7948,
    "2019/20": 80.8738,
    "2020/21": 85.1002,
    "2021/22": 85.3036,
    "2022/23": 91.2996,
    "2023/24": 96.1117,
    "2024/25": 100.0,
}

GMCA_SOURCE = (
    "Greater Manchester Combined Authority (New Economy Manchester), Unit Cost Database v1.4"
)
GMCA_LICENCE = "Creative Commons, as the transcription says; v3.0 of 2026 is CC BY 4.0"
TRANSCRIBED = "Read from a transcription of v1.4, not from the workbook; v3.0 (2026) was not read."
ASSUMED_RANGE = "Assumed: {share} either side; the database gives one figure."


class Row(NamedTuple):
    """One figure of the database."""

    code: str
    item: str
    agency: str
    amount: float
    per: str
    price_year: str
    spread: float = 0.3
    caution: str = ""


ROWS = (
    Row("CR2.0.1", "Domestic abuse incident: health", "health", 1171, "incident", "2008/09"),
    Row(
        "CR2.0.2",
        "Domestic abuse incident: criminal justice without police",
        "justice",
        581,
        "incident",
        "2008/09",
    ),
    Row("CR2.0.3", "Domestic abuse incident: police", "police", 415, "incident", "2008/09"),
    Row(
        "CR2.0.4",
        "Domestic abuse incident: children's services",
        "council",
        193,
        "incident",
        "2008/09",
    ),
    Row("CR4.0", "First time entrant under 18, first year", "justice", 3152, "person", "2008/09"),
    Row("CR7.0", "Arrest, detained", "police", 593, "incident", "2006/07"),
    Row("CR7.1", "Arrest with a simple caution", "police", 285, "incident", "2006/07"),
    Row(
        "CR9.0",
        "Police officer, sergeant and below, one hour",
        "police",
        38.43,
        "hour",
        "2013/14",
        0.2,
    ),
    Row(
        "E&S1.0",
        "Persistent truancy, one pupil in one year",
        "several",
        1509,
        "year",
        "2005/06",
        caution="Five weeks or more missed; not the worth of a missed session.",
    ),
    Row("HE4.0", "Accident and emergency attendance, all", "health", 109, "incident", "2011/12"),
    Row(
        "HE4.1",
        "Accident and emergency attendance, admitted",
        "health",
        147,
        "incident",
        "2011/12",
        caution="The attendance alone, not the stay that follows.",
    ),
    Row("HE7.0.2", "Hospital stay, not planned, one episode", "health", 1542, "episode", "2013/14"),
    Row("SS1.0", "Child in care, average, one year", "council", 51080, "year", "2013/14"),
    Row("SS4.0.1", "Child protection core assessment, council", "council", 760, "each", "2004/05"),
    Row("SS5.0", "Child in need case, six months", "council", 1416, "each", "2008/09"),
    Row("SS5.0.1", "First contact and referral", "council", 186, "each", "2008/09"),
    Row("SS5.0.2", "Initial or single assessment", "council", 271, "each", "2008/09"),
    Row("SS5.0.3", "Child in need support, one month", "council", 107, "month", "2008/09"),
    Row("SS5.0.4", "Closing a case", "council", 195, "each", "2008/09"),
    Row("SS5.0.5", "Core assessment", "council", 585, "each", "2008/09"),
    Row("SS5.0.6", "Review of a child in need plan", "council", 222, "each", "2008/09"),
    Row("SS5.0.7", "Section 47 enquiry", "council", 511, "each", "2008/09"),
    Row(
        "SS18.2",
        "Children's social worker with qualification costs, one hour",
        "council",
        57,
        "hour",
        "2013/14",
        0.2,
    ),
    Row("SS18.4", "Social work team leader, one hour", "council", 68, "hour", "2013/14", 0.2),
    Row("SS18.6", "Social work assistant, one hour", "council", 29, "hour", "2013/14", 0.2),
    Row("SS18.10", "Family support worker, one hour", "council", 30, "hour", "2013/14", 0.2),
    Row(
        "SS18.11",
        "Approved mental health social worker, one hour",
        "council",
        59.28,
        "hour",
        "2010/11",
        0.2,
    ),
)
SHARES = {0.2: "a fifth", 0.3: "three tenths"}

IMPLIED = {
    "code": "implied.plan_month",
    "item": "Child protection plan, one child for one month",
    "agency": "council",
    "amount": 182_320 / 40 / 12,
    "low": 182_320 / 40 / 12 / 2,
    "high": 182_320 / 40 / 12 * 2,
    "per": "month",
    "price_year": "2019/20",
    "price_year_basis": "assumed",
    "basis": "implied",
    "range_basis": "Assumed: half to twice the figure, because its source is unknown.",
    "source": (
        "Implied by the illustration in College of Policing (2021), Evaluation of the use of "
        "family safety plans in cases of neglect; its source is unknown"
    ),
    "licence": "Our arithmetic on a published figure",
    "caution": (
        "No published cost of a child protection plan was found. Price year: that of the "
        "document's data, assumed."
    ),
}
"""£182,320 over 40 children and twelve months."""

DEFLATOR_SCHEMA = pa.schema(
    [
        ("financial_year", pa.string()),
        ("index", pa.float64()),
        ("source", pa.string()),
        ("licence", pa.string()),
    ]
)
UNIT_COST_SCHEMA = pa.schema(
    [
        ("code", pa.string()),
        ("item", pa.string()),
        ("agency", pa.string()),
        ("amount", pa.float64()),
        ("low", pa.float64()),
        ("high", pa.float64()),
        ("per", pa.string()),
        ("price_year", pa.string()),
        ("price_year_basis", pa.string()),
        ("basis", pa.string()),
        ("range_basis", pa.string()),
        ("caution", pa.string()),
        ("source", pa.string()),
        ("licence", pa.string()),
    ]
)


def deflators() -> list[dict[str, Any]]:
    """Return one row per financial year."""
    return [
        {"financial_year": year, "index": index, "source": DEFLATOR_SOURCE, "licence": OGL}
        for year, index in DEFLATORS.items()
    ]


def unit_costs() -> list[dict[str, Any]]:
    """Return one row per unit cost, by code."""
    rows = [
        {
            "code": row.code,
            "item": row.item,
            "agency": row.agency,
            "amount": float(row.amount),
            "low": round(row.amount * (1 - row.spread), 2),
            "high": round(row.amount * (1 + row.spread), 2),
            "per": row.per,
            "price_year": row.price_year,
            "price_year_basis": "stated",
            "basis": "published",
            "range_basis": ASSUMED_RANGE.format(share=SHARES[row.spread]),
            "source": f"{GMCA_SOURCE}, code {row.code}",
            "licence": GMCA_LICENCE,
            "caution": f"{row.caution} {TRANSCRIBED}".strip(),
        }
        for row in ROWS
    ]
    return sorted([*rows, IMPLIED], key=lambda row: str(row["code"]))


def build(output: Path) -> dict[str, int]:
    """Write both tables; return rows written by name."""
    output.mkdir(parents=True, exist_ok=True)
    built = {
        "gdp_deflators": (deflators(), DEFLATOR_SCHEMA),
        "unit_costs": (unit_costs(), UNIT_COST_SCHEMA),
    }
    for name, (rows, schema) in built.items():
        table = pa.Table.from_pylist(rows, schema=schema)
        path = output / f"{name}.parquet"
        pq.write_table(table, path, compression="zstd", compression_level=19)
    return {name: len(rows) for name, (rows, _) in built.items()}


def main() -> None:
    """Read the command line, build, and say what was written."""
    parser = argparse.ArgumentParser(description="Build the price index and the unit costs.")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="where to write")
    for name, rows in build(parser.parse_args().output).items():
        print(f"{name}: {rows:,} rows")


if __name__ == "__main__":
    main()
