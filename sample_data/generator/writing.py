"""Writes extracts as parquet files whose bytes depend on their rows only, and their manifest."""

from __future__ import annotations

import csv
import hashlib
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analytics.extracts.contracts import CONTRACTS

SORT_KEYS = (
    "local_authority", "recorded_on", "started_on", "held_on", "occurred_on", "born_on",
    "referred_on", "allocated_on", "observed_on", "month", "cohort", "instrument", "wave",
    "team_id", "role",
    "family_id", "child_id", "case_id", "plan_id", "conference_id", "event_id", "delivery_id",
    "person_id", "record_id", "staff_id", "respondent_id", "interview_id", "observation_id",
    "step", "component", "course", "agency", "item", "theme", "skill", "kind", "side", "coder",
)  # fmt: skip
"""Authority first, then date, then identifiers so that ties keep one order."""

MANIFEST_COLUMNS = ("file", "status", "rows", "sha256", "made_by", "seed")


def protocol_seed(evaluation_folder: Path) -> int:
    """Return the seed named in the folder's ``evaluation.toml``."""
    protocol = tomllib.loads((evaluation_folder / "evaluation.toml").read_text(encoding="utf-8"))
    return int(protocol["evaluation"]["seed"])


def arrow_schema(extract: str) -> pa.Schema:
    """Return the columns of an extract's contract, in order, with their arrow types."""
    columns = CONTRACTS[extract].schema.columns
    return pa.schema([(name, column.dtype.type.to_pyarrow()) for name, column in columns.items()])


def identifiers(rng: np.random.Generator, prefix: str, count: int) -> np.ndarray:
    """Return ``count`` distinct identifiers whose order says nothing about the rows."""
    numbers = rng.choice(900_000, size=count, replace=False) + 100_000
    return np.array([f"{prefix}{number}" for number in numbers], dtype=object)


def to_table(extract: str, frame: pd.DataFrame) -> pa.Table:
    """Return the rows of ``frame``, sorted, with exactly the columns and types of the contract."""
    schema = arrow_schema(extract)
    keys = [key for key in SORT_KEYS if key in schema.names]
    ordered = frame.sort_values(keys, kind="stable")
    arrays = [_array(ordered[field.name], field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _array(column: pd.Series, kind: pa.DataType) -> pa.Array:
    if pa.types.is_date32(kind):
        return pa.array(column.to_numpy().astype("datetime64[D]"), type=kind)
    return pa.array(column.array, type=kind, from_pandas=True)


def write_extracts(folder: Path, extracts: dict[str, pd.DataFrame]) -> list[Path]:
    """Write each frame to ``<folder>/<name>.parquet`` and return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, frame in extracts.items():
        path = folder / f"{name}.parquet"
        pq.write_table(to_table(name, frame), path, compression="zstd", compression_level=9)
        paths.append(path)
    return paths


def manifest_row(
    root: Path, path: Path, *, status: str, made_by: str, seed: int | None
) -> dict[str, str]:
    """Return one row of the manifest; ``file`` is the path below ``root``."""
    return {
        "file": path.relative_to(root).as_posix(),
        "status": status,
        "rows": str(pq.ParquetFile(path).metadata.num_rows),
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "made_by": made_by,
        "seed": "" if seed is None else str(seed),
    }


def write_manifest(path: Path, rows: list[dict[str, str]]) -> None:
    """Write the manifest, sorted by file."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, MANIFEST_COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["file"]))
