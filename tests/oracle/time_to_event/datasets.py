"""The datasets of these tests, as columns."""

import csv
from functools import cache

import numpy as np

from tests.helpers.oracles import REFERENCE

Columns = dict[str, np.ndarray]


@cache
def dataset(name: str) -> Columns:
    """Return a dataset by column: numbers, missing ones as NaN, or text."""
    with (REFERENCE / "data" / f"{name}.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {key: _column([row[key] for row in rows]) for key in rows[0]}


def select(columns: Columns, rows: np.ndarray) -> Columns:
    """Return some rows of a dataset."""
    return {key: values[rows] for key, values in columns.items()}


def matrix(columns: Columns, *names: str) -> np.ndarray:
    """Return covariates as a matrix."""
    return np.column_stack([columns[name] for name in names])


def lung_with_entry() -> Columns:
    """Return the lung data with the late entries that the R script makes up."""
    lung = dataset("lung")
    number = np.arange(1, len(lung["time"]) + 1)
    return {**lung, "entry": np.where(lung["time"] > 60, number % 4 * 15, 0)}


def _column(values: list[str]) -> np.ndarray:
    try:
        return np.array([np.nan if value == "NA" else float(value) for value in values])
    except ValueError:
        return np.array(values)
