"""Folders of extracts: copies of the sample, and tiny ones made by hand."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from analytics.access.viewer import PUBLIC, Viewer
from analytics.emmie.study import Study
from analytics.extracts.contracts import CONTRACTS
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library

SAMPLE = Path(__file__).resolve().parents[2] / "sample_data"
FSP, RPS = "family_safety_plans", "repeat_plans_southampton"
PLACE, OTHER_PLACE = "E06000045", "E10000014"
AS_AT = date(2020, 3, 31)

Row = dict[str, Any]


def copy_sample(target: Path) -> None:
    """Copy the evaluations and the published figures of the sample."""
    target.mkdir(parents=True)
    for name in (FSP, RPS, "benchmarks"):
        shutil.copytree(SAMPLE / name, target / name)
    shutil.copy(SAMPLE / "published_findings.parquet", target)


def arrow_schema(extract: str) -> pa.Schema:
    """Return the columns that the contract of an extract asks for."""
    columns = CONTRACTS[extract].schema.columns
    return pa.schema([(name, column.dtype.type.to_pyarrow()) for name, column in columns.items()])


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Write rows as the extract that the file is named after; missing columns become empty."""
    schema = arrow_schema(path.stem)
    full = [{name: row.get(name) for name in schema.names} for row in rows]
    pq.write_table(pa.Table.from_pylist(full, schema=schema), path)


def case(number: int, **changes: Any) -> Row:
    """Return one closed case, in a family of its own."""
    row = {
        "case_id": f"K{number}",
        "child_id": f"C{number}",
        "family_id": f"F{number}",
        "local_authority": PLACE,
        "arm": None,
        "recorded_on": date(2019, 7, 1),
        "age_years": 8,
        "sex": "F",
        "ethnic_group": "white",
        "domestic_abuse": False,
        "parental_mental_health": False,
        "substance_misuse": False,
        "prior_referrals": 0,
        "prior_plan": False,
        "assessed_risk": 1,
        "outcome_code": 20,
        "outcome_on": date(2019, 8, 1),
    } | changes
    if row["outcome_code"] is None:
        row["outcome_on"] = None
    elif row["outcome_on"] < row["recorded_on"]:
        row["outcome_on"] = row["recorded_on"]
    return row


def plan(number: int, child: int | str, start: date, end: date | None, **changes: Any) -> Row:
    """Return one child protection plan."""
    return {
        "plan_id": f"P{number}",
        "child_id": f"C{child}",
        "family_id": f"F{child}",
        "local_authority": PLACE,
        "started_on": start,
        "ended_on": end,
        "category": "NEG",
        "previous_plans": None,
        "age_years": 8,
        "sex": "F",
        "ethnic_group": "white",
    } | changes


def child(number: int | str, **changes: Any) -> Row:
    """Return one child, born in 2010."""
    return {
        "child_id": f"C{number}",
        "family_id": f"F{number}",
        "local_authority": PLACE,
        "born_on": date(2010, 1, 1),
        "sex": "F",
        "ethnic_group": "white",
    } | changes


def event(number: int, of_child: int | str, on: date, kind: str = "victim") -> Row:
    """Return one police event."""
    return {"event_id": f"E{number}", "child_id": f"C{of_child}", "kind": kind, "occurred_on": on}


PROTOCOL = """
[evaluation]
name = "Tiny"
place = "Nowhere"
summary = "Made by hand."
document = "None"
design = "{design}"
as_at = {as_at}
synthetic = true
extracts = [{extracts}]

[disclosure]
default = "{policy}"

[areas]
with_intervention = ["E10000014"]
without_intervention = ["E06000045"]
with_label = "With"
without_label = "Without"
"""

EFFECT_PROTOCOL = """
[arms]
intervention = "New"
comparison = "Old"

[matching]
covariates = ["age_years", "assessed_risk"]

[[outcomes]]
key = "outcome_20"
label = "Ended with Outcome 20"
phrase = "ended with Outcome 20"
kind = "police_outcome"
codes = [20]
intended = "lower"
primary = true

[[outcomes]]
key = "plan_soon"
label = "On a plan within 90 days"
phrase = "were followed by a plan"
kind = "plan"
within_days = 90
intended = "lower"
primary = true

[[outcomes]]
key = "victim_soon"
label = "Became a victim within 90 days"
phrase = "were of a victim"
kind = "event"
event = "victim"
within_days = 90
intended = "lower"
primary = false
"""

REPEAT_PROTOCOL = """
[repeat]
within_days = [365, 730]
history_from = 2016-04-01
"""


def tiny_library(
    root: Path,
    extracts: Mapping[str, Iterable[Row]],
    more: str = "",
    *,
    policy: str = "published",
    as_at: date = AS_AT,
    design: str = "matched_historical_comparison",
) -> Library:
    """Return a library of one evaluation, ``tiny``, that holds the given rows."""
    folder = root / "tiny"
    folder.mkdir(parents=True, exist_ok=True)
    names = ", ".join(f'"{name}"' for name in extracts)
    text = PROTOCOL.format(design=design, as_at=as_at, extracts=names, policy=policy)
    (folder / "evaluation.toml").write_text(text + more, encoding="utf-8")
    for name, rows in extracts.items():
        write_rows(folder / f"{name}.parquet", rows)
    return Library(root)


def study_of(
    library: Library, name: str = "tiny", filters: Filters = NO_FILTERS, viewer: Viewer = PUBLIC
) -> Study:
    """Return one evaluation of a library as one viewer sees it, for what comes before release."""
    return Study(
        evaluation=library.evaluation(name), filters=filters, viewer=viewer, library=library
    )
