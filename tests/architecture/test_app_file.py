"""The app file, and the size of pages."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "pages").glob("*.py"))
LINES = 100


def length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_the_app_file_defines_the_app() -> None:
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    names = {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert "app" in names
    assert length(ROOT / "app.py") < LINES


def test_streamlit_runs_the_router_inside_the_folder() -> None:
    """A script beside a folder called pages lets a deep link skip filters and sign-in."""
    assert (ROOT / "pages" / "navigation.py").is_file()
    assert '"pages" / "navigation.py"' in (ROOT / "app.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_is_short(path: Path) -> None:
    assert length(path) <= LINES


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_does_no_arithmetic_of_its_own(path: Path) -> None:
    """Neither statistics nor the engine are called for, nor arrays and frames."""
    text = path.read_text(encoding="utf-8")
    for module in ("analytics.statistics", "extracts.engine", "import numpy", "import pandas"):
        assert module not in text
