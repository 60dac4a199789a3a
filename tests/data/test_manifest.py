"""The manifest names every extract, and the generator gives the same bytes again."""

import csv
import hashlib
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from analytics.extracts.contracts import CONTRACTS

SAMPLE_DATA = Path(__file__).parents[2] / "sample_data"


def _manifest(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "MANIFEST.csv").open(encoding="utf-8", newline="") as handle:
        return {row["file"]: row for row in csv.DictReader(handle)}


MANIFEST = _manifest(SAMPLE_DATA)
SYNTHETIC = [file for file, row in MANIFEST.items() if row["status"] == "synthetic"]


@pytest.fixture(scope="module")
def regenerated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that the generator has just written, from another working directory."""
    folder = tmp_path_factory.mktemp("sample_data")
    subprocess.run(
        [sys.executable, str(SAMPLE_DATA / "generate.py"), str(folder)], check=True, cwd=folder
    )
    return folder


def test_every_parquet_is_listed() -> None:
    """The manifest and the folder hold the same files."""
    files = {path.relative_to(SAMPLE_DATA).as_posix() for path in SAMPLE_DATA.rglob("*.parquet")}
    assert files == set(MANIFEST)


@pytest.mark.parametrize("file", MANIFEST)
def test_file_is_the_one_listed(file: str) -> None:
    """Rows and checksum are the file's; only synthetic files have a seed."""
    row = MANIFEST[file]
    path = SAMPLE_DATA / file
    assert hashlib.sha256(path.read_bytes()).hexdigest() == row["sha256"]
    assert pq.ParquetFile(path).metadata.num_rows == int(row["rows"])
    assert row["status"] in {"synthetic", "published"}
    assert (row["seed"] != "") == (row["status"] == "synthetic")
    assert (SAMPLE_DATA.parent / row["made_by"]).is_file()


@pytest.mark.parametrize("file", SYNTHETIC)
def test_columns_are_the_contracts(file: str) -> None:
    """Columns, their order and their types are those of the contract."""
    columns = CONTRACTS[Path(file).stem].schema.columns
    schema = pq.read_schema(SAMPLE_DATA / file)
    expected = [(name, column.dtype.type.to_pyarrow()) for name, column in columns.items()]
    assert [(field.name, field.type) for field in schema] == expected


@pytest.mark.parametrize("file", SYNTHETIC)
def test_generator_gives_the_same_bytes(regenerated: Path, file: str) -> None:
    """Seeds decide everything."""
    assert (regenerated / file).read_bytes() == (SAMPLE_DATA / file).read_bytes()


def test_regenerated_manifest(regenerated: Path) -> None:
    """A fresh folder's manifest lists the synthetic files, with the same checksums."""
    assert _manifest(regenerated) == {file: MANIFEST[file] for file in SYNTHETIC}
