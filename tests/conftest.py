"""What every test can ask for, and one rule that every test keeps."""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from analytics.extracts.entries import ENTRIES_VARIABLE
from analytics.extracts.library import Library, open_library
from tests.helpers.folders import SAMPLE, copy_sample

LONGEST_FIRST = ("tests/browser/", "tests/app/", "tests/unit/exhibits/")
"""Where files take minutes: begun last, one process would run them alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the files that take longest first; the order within them stays."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONGEST_FIRST))


def pytest_configure(config: pytest.Config) -> None:
    """Keep what tests enter, and servers that they start, away from what a person entered."""
    folder = tempfile.TemporaryDirectory(prefix="entries-")
    config.add_cleanup(folder.cleanup)
    os.environ[ENTRIES_VARIABLE] = folder.name


@pytest.fixture(autouse=True)
def _no_global_random_generator(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test in which anything draws from, or seeds, a global random generator."""
    if request.node.get_closest_marker("browser"):
        yield
        return
    before = random.getstate(), _numpy_state()
    yield
    assert random.getstate() == before[0], "the global generator of random was used"
    assert _numpy_state() == before[1], "the global generator of NumPy was used"


def _numpy_state() -> tuple[bytes, int]:
    state = np.random.get_state(legacy=False)  # noqa: NPY002 - it is read, not used
    return state["state"]["key"].tobytes(), state["state"]["pos"]


@pytest.fixture(scope="session")
def sample_root() -> Path:
    """Return the folder of the sample."""
    return SAMPLE


@pytest.fixture(scope="session")
def sample() -> Library:
    """Return the library of the sample, opened once."""
    return open_library(SAMPLE)


@pytest.fixture
def copied_library(tmp_path: Path) -> Library:
    """Return a library over a copy of the sample, to be broken by the test."""
    copy_sample(tmp_path / "library")
    return Library(tmp_path / "library")


@pytest.fixture
def copied_evaluation(tmp_path: Path) -> Path:
    """Return a copied folder of an evaluation, beside nothing else."""
    folder = tmp_path / "one" / "family_safety_plans"
    shutil.copytree(SAMPLE / "family_safety_plans", folder)
    return folder
