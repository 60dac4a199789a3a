"""Where results computed by others lie, and the data they were computed from."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

REFERENCE = Path(__file__).parents[1] / "oracle" / "reference"
BESIDE = Path(__file__).parents[3] / "shared" / "oracles" / "data"


@cache
def reference(name: str) -> Any:
    """Return the reference results of one family: ``reference/<name>.json``."""
    return json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))


def read_csv(path: Path) -> np.ndarray:
    """Return a CSV file as a structured array, text columns as text."""
    return np.genfromtxt(path, delimiter=",", names=True, dtype=None, encoding="utf-8")


def reference_data(name: str) -> np.ndarray:
    """Return a dataset that the project carries: ``reference/data/<name>.csv``."""
    return read_csv(REFERENCE / "data" / f"{name}.csv")


def data_beside(name: str) -> np.ndarray:
    """Return a dataset that may not be carried, or skip the test where it is not there."""
    path = BESIDE / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"{name}.csv is not licensed to be carried, and is not beside the project")
    return read_csv(path)
