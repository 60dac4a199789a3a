"""Broken extracts: the page that needs them says so, the others go on, the Data page says why."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from analytics.extracts.library import BENCHMARK_EXTRACTS
from tests.app.opened_pages import PAGES, Opened, Session, forget_everything, seen
from tests.helpers.folders import FSP, RPS, copy_sample

NEEDS_CASES = ("effect", "case_outcomes")
Break = Callable[[Path], None]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a copy of the sample, which the app reads until the test is over."""
    folder = tmp_path / "our_data"
    copy_sample(folder)
    monkeypatch.setenv("EMMIE_DATA", str(folder))
    forget_everything()
    yield folder
    monkeypatch.undo()
    forget_everything()


def rename_column(path: Path) -> None:
    table = pq.read_table(path)
    names = ["recorded_date" if name == "recorded_on" else name for name in table.column_names]
    pq.write_table(table.rename_columns(names), path)


def dates_as_text(path: Path) -> None:
    table = pq.read_table(path)
    index = table.column_names.index("recorded_on")
    text = pc.strftime(table["recorded_on"], format="%d/%m/%Y")
    pq.write_table(table.set_column(index, "recorded_on", text), path)


def write_garbage(path: Path) -> None:
    path.write_bytes(b"\x00not a parquet file\xff" * 400)


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-200])


def empty_file(path: Path) -> None:
    path.write_bytes(b"")


def no_rows(path: Path) -> None:
    pq.write_table(pq.read_table(path).slice(0, 0), path)


def some_ages_impossible(path: Path) -> None:
    table = pq.read_table(path)
    index = table.column_names.index("age_years")
    ages = table["age_years"].to_pylist()
    ages[:7] = [44] * 7
    pq.write_table(
        table.set_column(index, "age_years", pa.array(ages, table["age_years"].type)), path
    )


def open_all(pages: tuple[str, ...] = PAGES) -> dict[str, Opened]:
    session = Session()
    return {page: session.open(page) for page in pages}


def findings(data_page: Opened) -> list[dict[str, str]]:
    """Return the rows of the table of broken rules."""
    exhibit = data_page.exhibits["data_findings"]
    if not exhibit.tables:
        return []
    frame = exhibit.tables[0].astype(str).map(lambda cell: cell.replace("\\", ""))
    return frame.to_dict("records")


def assert_unharmed(pages: dict[str, Opened], *names: str) -> None:
    for name in names:
        assert not pages[name].informed, name
        assert list(pages[name].exhibits) == list(seen(name).exhibits), name
        assert pages[name].charts == seen(name).charts, name


def assert_says_why(page: Opened) -> None:
    """Assert a whole sentence that leads to the Data page; what broke may stand below it."""
    assert page.informed
    for words in page.informed:
        first = words.splitlines()[0].rstrip()
        assert first.endswith("."), words
        assert "Data page" in first


def assert_no_paths(pages: dict[str, Opened], folder: Path) -> None:
    for name, page in pages.items():
        assert not page.failures, name
        assert page.titles == seen(name).titles
        for secret in (str(folder), str(folder.parent), "Traceback", "duckdb", "site-packages"):
            assert secret not in page.everything, f"{name} shows {secret}"


@pytest.mark.parametrize(
    ("harm", "column", "rule"),
    [
        (rename_column, "recorded_on", "column present"),
        (dates_as_text, "recorded_on", "column type"),
        (write_garbage, "", "readable"),
        (cut_short, "", "readable"),
        (empty_file, "", "readable"),
        (Path.unlink, "", "file present"),
    ],
)
def test_unusable_cases_are_named(data: Path, harm: Break, column: str, rule: str) -> None:
    harm(data / FSP / "cases.parquet")
    pages = open_all(("overview", *NEEDS_CASES, "data"))
    assert_no_paths(pages, data)
    for name in NEEDS_CASES:
        assert_says_why(pages[name])
        assert not pages[name].charts
    (row,) = findings(pages["data"])
    assert row["Folder"] == FSP
    assert row["File"] == "cases.parquet"
    assert row["Column"] == column
    assert row["Rule"] == rule
    assert row["What must hold"]


@pytest.mark.parametrize("harm", [rename_column, write_garbage, Path.unlink])
def test_unusable_cases_harm_no_other_page(data: Path, harm: Break) -> None:
    harm(data / FSP / "cases.parquet")
    pages = open_all()
    assert_no_paths(pages, data)
    assert_unharmed(pages, "statistical_neighbours", "repeat_plans")
    assert "repeat_plans_southampton" in pages["overview"].cards
    assert len(pages["published_evidence"].exhibits["reported_findings"].tables[0]) > 0


def test_extract_without_rows_is_reported(data: Path) -> None:
    no_rows(data / FSP / "cases.parquet")
    pages = open_all()
    assert_no_paths(pages, data)
    for name in NEEDS_CASES:
        assert pages[name].informed
    assert_unharmed(pages, "statistical_neighbours", "repeat_plans")
    assert "cases.parquet" in {row["File"] for row in findings(pages["data"])}


def test_rows_that_break_a_rule_are_set_aside_and_counted(data: Path) -> None:
    some_ages_impossible(data / FSP / "cases.parquet")
    pages = open_all()
    assert_no_paths(pages, data)
    for name in NEEDS_CASES:
        assert not pages[name].informed
        assert pages[name].charts
    found = findings(pages["data"])
    assert ("cases.parquet", "age_years", "7") in {
        (row["File"], row["Column"], row["Set aside"]) for row in found
    }
    assert {row["Example key"] for row in found} == {""}
    assert_unharmed(pages, "statistical_neighbours", "repeat_plans")


def test_plans_of_one_evaluation_missing(data: Path) -> None:
    (data / FSP / "cp_plans.parquet").unlink()
    pages = open_all()
    assert_no_paths(pages, data)
    assert_says_why(pages["effect"])
    assert_unharmed(pages, "case_outcomes", "statistical_neighbours", "repeat_plans")
    assert {(row["Folder"], row["File"]) for row in findings(pages["data"])} == {
        (FSP, "cp_plans.parquet")
    }


def test_audit_broken_leaves_the_curve(data: Path) -> None:
    write_garbage(data / RPS / "audit_families.parquet")
    pages = open_all()
    assert_no_paths(pages, data)
    assert_says_why(Session({"part_of_repeat": "What the audit found"}).open("repeat_plans"))
    assert_unharmed(pages, "effect", "case_outcomes", "statistical_neighbours", "repeat_plans")
    assert "audit_families.parquet" in {row["File"] for row in findings(pages["data"])}


@pytest.mark.parametrize(
    ("extract", "harm"), [("areas", write_garbage), ("published_figures", Path.unlink)]
)
def test_broken_benchmarks(data: Path, extract: str, harm: Break) -> None:
    harm(data / "benchmarks" / f"{extract}.parquet")
    pages = open_all()
    assert_no_paths(pages, data)
    assert_says_why(pages["statistical_neighbours"])
    assert not pages["statistical_neighbours"].charts
    assert_unharmed(pages, "effect", "case_outcomes", "published_evidence")
    assert "time_to_repeat_plan" in pages["repeat_plans"].exhibits
    assert f"{extract}.parquet" in {row["File"] for row in findings(pages["data"])}


def test_benchmarks_folder_missing(data: Path) -> None:
    shutil.rmtree(data / "benchmarks")
    pages = open_all()
    assert_no_paths(pages, data)
    assert_says_why(pages["statistical_neighbours"])
    assert_unharmed(pages, "effect", "published_evidence")
    assert {*pages["case_outcomes"].exhibits} == {*seen("case_outcomes").exhibits} - {"force_trend"}
    assert "time_to_repeat_plan" in pages["repeat_plans"].exhibits
    assert {row["Folder"] for row in findings(pages["data"])} == {"benchmarks"}
    assert len(findings(pages["data"])) == len(BENCHMARK_EXTRACTS)


def test_published_findings_missing(data: Path) -> None:
    (data / "published_findings.parquet").unlink()
    pages = open_all()
    assert_no_paths(pages, data)
    assert_says_why(pages["published_evidence"])
    assert_unharmed(pages, "effect", "case_outcomes", "statistical_neighbours")
    assert "time_to_repeat_plan" in pages["repeat_plans"].exhibits
    assert "published_findings.parquet" in {row["File"] for row in findings(pages["data"])}


def test_broken_protocol_takes_one_evaluation_away(data: Path) -> None:
    (data / FSP / "evaluation.toml").write_text("[evaluation\nname = ", encoding="utf-8")
    pages = open_all()
    assert_no_paths(pages, data)
    assert pages["overview"].cards == (RPS,)
    assert "outcome_20_over_time" not in pages["case_outcomes"].exhibits
    assert set(pages["effect"].exhibits) == {"no_effect"}
    assert_unharmed(pages, "statistical_neighbours", "repeat_plans")
    assert {(row["Folder"], row["File"]) for row in findings(pages["data"])} == {
        (FSP, "evaluation.toml")
    }


def test_empty_folder_still_opens_every_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMMIE_DATA", str(tmp_path))
    forget_everything()
    pages = open_all()
    monkeypatch.undo()
    forget_everything()
    assert_no_paths(pages, tmp_path)
    for name in set(PAGES) - {"data", "methods"}:
        assert pages[name].informed, name


def test_replaced_file_is_picked_up_while_the_app_runs(data: Path) -> None:
    session = Session()
    assert session.open("effect").charts == seen("effect").charts
    path = data / FSP / "cases.parquet"
    whole = path.read_bytes()
    write_garbage(path)
    session.app.run()
    assert_says_why(session.look())
    path.write_bytes(whole)
    session.app.run()
    assert session.look().charts == seen("effect").charts
