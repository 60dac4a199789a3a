"""Every estimator has one complete entry in the registry, and a test against others' results."""

import ast
import importlib
import inspect
import pkgutil
from dataclasses import is_dataclass
from functools import cache
from pathlib import Path

import pytest

import analytics.statistics
from analytics.emmie.methods import REGISTRY, Estimator, answer_methods

ROOT = Path(__file__).parents[2]
REGISTERED = answer_methods()
ENTRIES = [entry for family in REGISTERED.families for entry in family.estimators]
NAMED = [name for entry in ENTRIES for name in entry.functions]
NOT_ESTIMATORS = {"inputs", "inference", "results"}
"""Modules that check inputs, hold results or make intervals; so do those named with `_`."""


def modules() -> dict[str, object]:
    prefix = "analytics.statistics."
    found = pkgutil.walk_packages(analytics.statistics.__path__, prefix)
    names = [item.name for item in found if not item.ispkg]
    return {name.removeprefix(prefix): importlib.import_module(name) for name in names}


def public_functions() -> list[str]:
    return [
        f"{module}.{name}"
        for module, code in modules().items()
        if module not in NOT_ESTIMATORS and not module.rpartition(".")[2].startswith("_")
        for name, value in vars(code).items()
        if inspect.isfunction(value) and value.__module__ == code.__name__ and name[0] != "_"
    ]


def test_every_public_function_is_in_the_registry_once() -> None:
    assert sorted(NAMED) == sorted(public_functions())


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_entry_is_checked_by_oracle_tests_that_call_it(entry: Estimator) -> None:
    paths = [ROOT / name for name in entry.checked_by.split("`")[1::2] if name.endswith(".py")]
    oracles = [path for path in paths if path.is_relative_to(ROOT / "tests" / "oracle")]
    assert oracles
    called = set().union(*(_names(path) for path in oracles))
    assert any(name.rpartition(".")[2] in called for name in entry.functions)


def test_every_public_function_is_called_by_a_test_or_by_code_that_is() -> None:
    users = [*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "analytics").rglob("*.py")]
    untested = {
        name for name in NAMED if not any(_uses(path, name.rpartition(".")[2]) for path in users)
    }
    assert not untested


def _uses(path: Path, name: str) -> bool:
    """Whether a file names a function that another file defines."""
    return name in _names(path) and f"def {name}(" not in path.read_text(encoding="utf-8")


@cache
def _names(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }


def test_results_are_frozen() -> None:
    for module, code in modules().items():
        for name, value in vars(code).items():
            if inspect.isclass(value) and value.__module__ == code.__name__ and is_dataclass(value):
                assert value.__dataclass_params__.frozen, f"{module}.{name}"


def test_every_number_on_screen_has_a_document_and_known_estimators() -> None:
    for number in REGISTERED.numbers:
        assert (REGISTRY / number.document).is_file()
        assert all(REGISTERED.estimator(name) for name in number.estimators)
        assert number.source
        assert number.checked


USED_BY = {
    "Overview": ("overview.py", "strength.py", "verdict.py"),
    "Effect": ("effect/*.py", "service_use/*.py", "area_change/*.py", "published_areas.py"),
    "Mechanism": ("mechanism/*.py",),
    "Moderators": ("moderators/*.py",),
    "Implementation": ("measured.py", "counting.py", "implementation/*.py"),
    "Economic cost": ("economics/*.py",),
    "Case outcomes": ("case_outcomes/*.py", "case_records.py", "effect/outcome_fit.py"),
    "Statistical neighbours": ("neighbours/*.py", "published_areas.py"),
    "Repeat plans": ("repeat_plans/*.py", "audit.py", "combinations.py", "conferences.py"),
    "Published evidence": ("evidence.py", "reproduction.py", "figure_spec.py"),
    "Data": ("data_status.py",),
}
"""Modules of the questions that each page asks."""


@pytest.mark.parametrize("page", USED_BY)
def test_the_numbers_of_a_page_name_every_kernel_that_it_uses(page: str) -> None:
    listed = {
        name for number in REGISTERED.numbers if number.page == page for name in number.estimators
    }
    paths = [path for name in USED_BY[page] for path in (ROOT / "analytics/emmie").glob(name)]
    assert paths
    assert listed == set().union(*(_kernels(path) for path in paths))


def _kernels(path: Path) -> set[str]:
    """Return the public functions of the statistics that a module imports and calls."""
    prefix = "analytics.statistics."
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        f"{node.module.removeprefix(prefix)}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(prefix)
        for alias in node.names
    }
    return imported & set(NAMED)


def test_every_family_is_a_folder_or_the_models_that_they_share() -> None:
    folders = {path.parent.name for path in (ROOT / "analytics/statistics").glob("*/__init__.py")}
    assert {family.key for family in REGISTERED.families} == folders | {"cluster_robust"}
