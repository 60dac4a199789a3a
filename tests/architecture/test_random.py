"""Nobody draws from a global random generator: every draw comes from a seed that is stated."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("analytics", "pages", "sample_data", "benchmarks")
SOURCES = sorted(
    [ROOT / "app.py", *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))]
)
NUMPY_ALLOWED = {"default_rng", "Generator", "SeedSequence", "BitGenerator", "PCG64", "Philox"}
RANDOM_ALLOWED = {"Random", "SystemRandom"}


def dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def global_draws(source: str) -> list[str]:
    """Return each use of a global generator, by NumPy or by the standard library."""
    found = []
    for node in ast.walk(ast.parse(source)):
        name = dotted(node) if isinstance(node, ast.Attribute) else ""
        for prefix, allowed in (
            ("np.random.", NUMPY_ALLOWED),
            ("numpy.random.", NUMPY_ALLOWED),
            ("random.", RANDOM_ALLOWED),
        ):
            if name.startswith(prefix) and name.removeprefix(prefix).split(".")[0] not in allowed:
                found.append(f"line {node.lineno}: {name}")
        if isinstance(node, ast.ImportFrom) and node.module in ("random", "numpy.random"):
            allowed = RANDOM_ALLOWED if node.module == "random" else NUMPY_ALLOWED
            found += [
                f"line {node.lineno}: from {node.module} import {alias.name}"
                for alias in node.names
                if alias.name not in allowed
            ]
        is_generator = isinstance(node, ast.Call) and dotted(node.func).endswith("default_rng")
        if is_generator and not node.args and not node.keywords:
            found.append(f"line {node.lineno}: a generator without a seed")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_global_generator(path: Path) -> None:
    assert global_draws(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "np.random.seed(1)",
        "numpy.random.normal()",
        "random.choice([1])",
        "from random import shuffle",
        "from numpy.random import rand",
        "np.random.default_rng()",
    ],
)
def test_the_rule_finds_what_it_looks_for(source: str) -> None:
    assert global_draws(source)


@pytest.mark.parametrize(
    "source", ["rng = np.random.default_rng(7)", "random.Random(3)", "rng.random(3)"]
)
def test_the_rule_lets_seeded_generators_be(source: str) -> None:
    assert global_draws(source) == []
