"""Imports run one way."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORE = sorted((ROOT / "analytics").rglob("*.py"))
PAGES = sorted((ROOT / "pages").rglob("*.py"))
EXHIBITS = sorted((ROOT / "analytics" / "exhibits").glob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> set[str]:
    """Return every module that a file imports, also inside functions."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def reaches(path: Path, *roots: str) -> set[str]:
    return {
        name
        for name in imported(path)
        if any(name == root or name.startswith(f"{root}.") for root in roots)
    }


def test_the_contracts_of_the_import_linter_are_kept() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run(
        [str(command), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "0 broken" in result.stdout


@pytest.mark.parametrize("path", CORE, ids=name_of)
def test_the_core_knows_nothing_of_streamlit(path: Path) -> None:
    assert not reaches(path, "streamlit", "pages")


def test_the_core_runs_without_streamlit() -> None:
    """Not even through something that it imports."""
    code = (
        "import analytics.__main__, analytics.reports.table_file, sys; "
        "sys.exit('streamlit' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False)
    assert result.returncode == 0


@pytest.mark.parametrize("path", EXHIBITS, ids=name_of)
def test_exhibits_draw_with_graph_objects(path: Path) -> None:
    assert not reaches(path, "plotly.express")
    assert not reaches(path, "analytics.extracts.engine", "scipy", "statsmodels", "duckdb", "ibis")


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_pages_ask(path: Path) -> None:
    assert not reaches(
        path,
        "analytics.statistics",
        "analytics.extracts.engine",
        "plotly.express",
        "scipy",
        "statsmodels",
        "duckdb",
        "ibis",
    )


@pytest.mark.parametrize("path", [*CORE, *PAGES], ids=name_of)
def test_nothing_imports_tests_or_the_generator(path: Path) -> None:
    assert not reaches(path, "tests", "sample_data", "benchmarks")
