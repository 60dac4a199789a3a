"""Build the extract of published findings from the csv file that people edit.

Run ``python sample_data/build_findings.py``. It reads ``published_findings.csv`` beside this
script, refuses a file that breaks a rule, and writes ``published_findings.parquet``. Each row is
one thing that an evaluation document reports, or that another public source reports about it:
the figure is theirs, the sentence is ours. ``value`` is empty where only words are reported, and
then ``value_text`` holds the words. ``basis`` says what a figure is: ``relative`` change, change
in percentage ``points``, a ``level``, a ``count``, or ``not stated`` in the source.
``computed_from`` names the figure of the extracts that stands beside it (the grammar is in
``analytics/emmie/figure_spec.py``), ``tolerance`` the largest difference that counts as the same,
and ``not_computed_because`` why there is none, or why the two differ.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

FOLDER = Path(__file__).parent
DEFAULT_INPUT = FOLDER / "published_findings.csv"
DEFAULT_OUTPUT = FOLDER / "published_findings.parquet"

NUMBERS = ("value", "numerator", "denominator", "tolerance")
SCHEMA = pa.schema(
    [
        (name, pa.float64() if name in NUMBERS else pa.string())
        for name in (
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
        )
    ]
)
OPTIONAL = {
    *NUMBERS,
    "group_label",
    "direction",
    "window",
    "n",
    "caveat",
    "computed_from",
    "not_computed_because",
}
CODES = {
    "evaluation": {
        "family_safety_plans",
        "family_safeguarding_cambridgeshire",
        "repeat_plans_southampton",
        "family_safeguarding_hertfordshire",
        "signs_of_safety_ten_areas",
    },
    "letter": {
        "effect",
        "mechanism",
        "moderators",
        "implementation",
        "economic_cost",
        "context",
    },
    "basis": {"relative", "points", "level", "count", "not stated"},
    "direction": {"decrease", "increase", "none"},
    "reported_by": {"document", "elsewhere"},
}


def read_findings(path: Path) -> pd.DataFrame:
    """Read the csv file: stripped text, blanks as null, the number columns as floats."""
    frame = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    frame = frame.apply(lambda column: column.str.strip())
    frame = frame.where(frame != "")
    return frame.assign(**{name: frame[name].astype("float64") for name in NUMBERS})


def find_problems(frame: pd.DataFrame) -> list[str]:
    """List the rules that the findings break, in plain words."""
    if list(frame.columns) != SCHEMA.names:
        return [f"columns are {list(frame.columns)}, expected {SCHEMA.names}"]
    problems = [
        f"{name}: blank in {frame.loc[frame[name].isna(), 'finding_id'].tolist()}"
        for name in SCHEMA.names
        if name not in OPTIONAL and frame[name].isna().any()
    ]
    for name, allowed in CODES.items():
        unknown = set(frame[name].dropna()) - allowed
        if unknown:
            problems.append(f"{name}: unknown code {sorted(unknown)}")
    repeated = frame.loc[frame["finding_id"].duplicated(), "finding_id"].tolist()
    if repeated:
        problems.append(f"finding_id: repeated {repeated}")
    return problems


def build(source: Path, output: Path) -> int:
    """Check the csv file and write the parquet file in the same order; return the row count."""
    frame = read_findings(source)
    problems = find_problems(frame)
    if problems:
        raise ValueError("; ".join(problems))
    table = pa.Table.from_pandas(frame, schema=SCHEMA, preserve_index=False)
    pq.write_table(table.replace_schema_metadata(None), output, compression="zstd")
    return len(frame)


def main() -> None:
    """Read the command line, build, and say what was written."""
    parser = argparse.ArgumentParser(description="Build the extract of published findings.")
    parser.add_argument("--source", type=Path, default=DEFAULT_INPUT, help="csv file to read")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="parquet file to write")
    arguments = parser.parse_args()
    print(f"published_findings: {build(arguments.source, arguments.output):,} rows")


if __name__ == "__main__":
    main()
