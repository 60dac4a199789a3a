"""The data dictionary says what the contracts say."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from analytics.extracts.contracts import CONTRACTS

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "build_data_dictionary", DOCS / "build_data_dictionary.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_file_is_up_to_date(builder: ModuleType) -> None:
    assert (DOCS / "data_dictionary.md").read_text(encoding="utf-8") == builder.dictionary()
    assert builder.main(["--check"]) == 0


def test_a_stale_or_missing_file_is_noticed(
    builder: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "data_dictionary.md"
    monkeypatch.setattr(builder, "OUTPUT", file)
    assert builder.main(["--check"]) == 1
    assert builder.main([]) == 0
    assert builder.main(["--check"]) == 0
    file.write_text(file.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert builder.main(["--check"]) == 1
    assert "out of date" in capsys.readouterr().err


def test_every_column_of_every_contract_is_described(builder: ModuleType) -> None:
    sections = builder.dictionary().split("\n## ")
    by_name = {section.splitlines()[0]: section for section in sections[1:]}
    for contract in CONTRACTS.values():
        lines = by_name[contract.name].splitlines()
        rows = [line for line in lines if line.startswith("| `")]
        assert [row.split("`")[1] for row in rows] == list(contract.schema.columns)
        assert all(row.split(" | ")[4].strip() for row in rows)
