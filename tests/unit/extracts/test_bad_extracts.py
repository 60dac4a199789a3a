"""Whatever is wrong with an extract is found, named and counted, and nothing else is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from analytics.access.viewer import PUBLIC, Viewer
from analytics.ask import ask
from analytics.emmie.audit import AuditAnswer, AuditQuestion
from analytics.emmie.case_outcomes import CaseOutcomesAnswer, CaseOutcomesQuestion
from analytics.emmie.data_status import DataQuestion
from analytics.emmie.effect import EffectAnswer, EffectQuestion
from analytics.emmie.overview import OverviewAnswer, OverviewQuestion
from analytics.emmie.repeat_plans import RepeatPlansAnswer, RepeatPlansQuestion
from analytics.emmie.study import Unanswered
from analytics.extracts.engine import ExtractStatus, Store, UnusableExtractError
from analytics.extracts.library import Library
from tests.helpers.folders import (
    EFFECT_PROTOCOL,
    FSP,
    PROTOCOL,
    RPS,
    Row,
    case,
    event,
    plan,
    tiny_library,
    write_rows,
)

SENTINEL = "ZQXJ-SENTINEL"
CASES = [case(number) for number in range(1, 21)]
PLANS = [plan(number, number, date(2019, 8, 1), date(2019, 9, 1)) for number in range(1, 11)]
EVENTS = [event(number, number, date(2019, 8, 1)) for number in range(1, 6)]
GOOD: dict[str, list[Row]] = {"cases": CASES, "cp_plans": PLANS, "events": EVENTS}


def write_good(folder: Path, only: Iterable[str] = GOOD) -> None:
    folder.mkdir(parents=True)
    names = ", ".join(f'"{name}"' for name in only)
    text = PROTOCOL.format(
        design="matched_historical_comparison",
        as_at="2020-03-31",
        extracts=names,
        policy="published",
    )
    (folder / "evaluation.toml").write_text(text, encoding="utf-8")
    for name in only:
        write_rows(folder / f"{name}.parquet", GOOD[name])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_good(tmp_path / "library" / "tiny")
    return tmp_path / "library" / "tiny"


@pytest.fixture
def cases_only(tmp_path: Path) -> Path:
    write_good(tmp_path / "library" / "tiny", only=("cases",))
    return tmp_path / "library" / "tiny"


def statuses(folder: Path, library: Library | None = None) -> dict[str, ExtractStatus]:
    return (library or Library(folder.parent)).evaluation(folder.name).store.statuses


def replace_column(path: Path, name: str, make: Callable[[pa.ChunkedArray], Any]) -> None:
    table = pq.read_table(path)
    index = table.schema.get_field_index(name)
    pq.write_table(table.set_column(index, name, make(table[name])), path)


def test_good_extracts_have_no_findings(folder: Path) -> None:
    found = statuses(folder)
    assert {name: (status.rows, status.rows_set_aside) for name, status in found.items()} == {
        "cases": (20, 0),
        "cp_plans": (10, 0),
        "events": (5, 0),
    }
    assert all(status.usable and not status.findings for status in found.values())


def remove(path: Path) -> None:
    path.unlink()


def rename_column(path: Path) -> None:
    table = pq.read_table(path)
    names = ["gender" if name == "sex" else name for name in table.column_names]
    pq.write_table(table.rename_columns(names), path)


def put_garbage(path: Path) -> None:
    path.write_bytes(SENTINEL.encode() * 500)


def put_nothing(path: Path) -> None:
    path.write_bytes(b"")


def truncate(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def dates_as_text(path: Path) -> None:
    replace_column(path, "recorded_on", lambda column: pa.array([SENTINEL] * len(column)))


def numbers_as_text(path: Path) -> None:
    replace_column(path, "age_years", lambda column: pc.cast(column, pa.string()))


def flags_as_text(path: Path) -> None:
    replace_column(path, "prior_plan", lambda column: pa.array([SENTINEL] * len(column)))


def text_as_numbers(path: Path) -> None:
    replace_column(path, "sex", lambda column: pa.array(range(len(column))))


STRUCTURAL = [
    (remove, None, "file_present"),
    (rename_column, "sex", "column_present"),
    (put_garbage, None, "readable"),
    (put_nothing, None, "readable"),
    (truncate, None, "readable"),
    (dates_as_text, "recorded_on", "column_type"),
    (numbers_as_text, "age_years", "column_type"),
    (flags_as_text, "prior_plan", "column_type"),
    (text_as_numbers, "sex", "column_type"),
]


@pytest.mark.parametrize(
    ("harm", "column", "rule"), STRUCTURAL, ids=[harm.__name__ for harm, *_ in STRUCTURAL]
)
def test_an_extract_that_cannot_be_used(
    folder: Path, harm: Callable[[Path], None], column: str | None, rule: str
) -> None:
    harm(folder / "cases.parquet")
    library = Library(folder.parent)
    found = statuses(folder, library)
    (finding,) = found["cases"].findings
    assert (finding.table, finding.column, finding.rule) == ("cases", column, rule)
    assert finding.stops_use
    assert not found["cases"].usable
    assert "cases.parquet" in finding.words
    assert column is None or column in finding.words
    assert SENTINEL not in finding.words
    # A reference to an extract that is out of use is not checked; the others keep all their rows.
    assert found["cp_plans"].rows == 10
    assert found["events"].rows == 5
    assert not found["cp_plans"].findings
    assert not found["events"].findings

    answer = ask(CaseOutcomesQuestion(), "tiny", library=library).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == "unusable_extract"
    assert any("cases" in detail and (column or "") in detail for detail in answer.details)
    assert SENTINEL not in repr(answer)
    with pytest.raises(UnusableExtractError) as raised:
        library.evaluation("tiny").store.table("cases", PUBLIC)
    assert SENTINEL not in str(raised.value)


def changed(number: int, **changes: Any) -> Callable[[dict[str, list[Row]]], None]:
    def harm(extracts: dict[str, list[Row]]) -> None:
        extracts["cases"][number] |= changes

    return harm


def repeat_the_key(extracts: dict[str, list[Row]]) -> None:
    extracts["cases"][19]["case_id"] = extracts["cases"][18]["case_id"]


def add_plan(*plans: Row) -> Callable[[dict[str, list[Row]]], None]:
    return lambda extracts: extracts["cp_plans"].extend(plans)


def add_event(of_child: str) -> Callable[[dict[str, list[Row]]], None]:
    return lambda extracts: extracts["events"].append(event(99, of_child, date(2019, 9, 9)))


ROW_RULES: dict[str, tuple[Callable[..., None], str, str | None, str, int]] = {
    "wrong code": (changed(19, sex=SENTINEL), "cases", "sex", "allowed_code", 1),
    "wrong outcome": (changed(19, outcome_code=77), "cases", "outcome_code", "allowed_code", 1),
    "wrong authority": (
        changed(19, local_authority=SENTINEL),
        "cases",
        "local_authority",
        "pattern",
        1,
    ),
    "age out of range": (changed(19, age_years=7654321), "cases", "age_years", "in_range", 1),
    "negative age": (changed(19, age_years=-1), "cases", "age_years", "in_range", 1),
    "empty required": (changed(19, ethnic_group=None), "cases", "ethnic_group", "present", 1),
    "empty flag": (changed(19, prior_plan=None), "cases", "prior_plan", "present", 1),
    "outcome without date": (changed(19, outcome_on=None), "cases", None, "outcome_dated", 1),
    "end before start": (
        changed(19, recorded_on=date(2019, 9, 1)),
        "cases",
        None,
        "date_order",
        1,
    ),
    "duplicate key": (repeat_the_key, "cases", None, "unique_key", 2),
    "plan ends before it starts": (
        add_plan(plan(98, 98, date(2019, 5, 2), date(2019, 5, 1))),
        "cp_plans",
        None,
        "date_order",
        1,
    ),
    "plan overlaps": (
        add_plan(plan(98, 1, date(2019, 8, 31), date(2019, 12, 1))),
        "cp_plans",
        None,
        "no_overlap",
        1,
    ),
    "plan after one that is open": (
        add_plan(
            plan(97, 97, date(2019, 1, 1), None),
            plan(98, 97, date(2019, 8, 31), date(2019, 12, 1)),
        ),
        "cp_plans",
        None,
        "no_overlap",
        1,
    ),
    "unknown child": (add_event(SENTINEL), "events", "child_id", "known_reference", 1),
}


@pytest.mark.parametrize("name", ROW_RULES)
def test_rows_that_break_a_rule_are_set_aside_and_counted(tmp_path: Path, name: str) -> None:
    harm, table, column, rule, rows = ROW_RULES[name]
    extracts = {extract: [dict(row) for row in items] for extract, items in GOOD.items()}
    harm(extracts)
    extracts = {extract: extracts[extract] for extract in dict.fromkeys(("cases", table))}
    folder = tmp_path / "library" / "tiny"
    write_good(folder, only=extracts)
    for extract, items in extracts.items():
        write_rows(folder / f"{extract}.parquet", items)
    library = Library(folder.parent)
    found = statuses(folder, library)
    (finding,) = found[table].findings
    assert (finding.table, finding.column, finding.rule, finding.rows) == (
        table,
        column,
        rule,
        rows,
    )
    assert finding.meaning
    assert not finding.stops_use
    assert found[table].usable
    assert found[table].rows_set_aside == rows
    assert found[table].rows == len(extracts[table]) - rows
    for other in set(extracts) - {table}:
        assert not found[other].findings
        assert found[other].rows == len(extracts[other])
    for value in (SENTINEL, "7654321", "77"):
        assert value not in finding.meaning

    assert SENTINEL not in repr(ask(DataQuestion(), library=library))
    answer = ask(CaseOutcomesQuestion(), "tiny", library=library).answer
    assert isinstance(answer, CaseOutcomesAnswer)
    points = [p for s in answer.series if s.group == "outcome_20" for p in s.points]
    assert sum(point.share.n or 0 for point in points) == found["cases"].rows


def test_a_short_plan_between_does_not_hide_an_overlap(tmp_path: Path) -> None:
    """The year-long plan overlaps both later ones, also the one after a short plan."""
    plans = [
        plan(1, 1, date(2018, 1, 1), date(2018, 12, 31)),
        plan(2, 1, date(2018, 2, 1), date(2018, 3, 1)),
        plan(3, 1, date(2018, 6, 1), date(2018, 7, 1)),
    ]
    write_rows(tmp_path / "cp_plans.parquet", plans)
    status = Store(tmp_path, ("cp_plans",)).statuses["cp_plans"]
    assert [(finding.rule, finding.rows) for finding in status.findings] == [("no_overlap", 2)]


def test_several_rules_at_once_are_all_found(tmp_path: Path) -> None:
    rows = [case(1, sex="X", age_years=40), case(2, sex="Y"), case(3)]
    write_rows(tmp_path / "cases.parquet", rows)
    status = Store(tmp_path, ("cases",)).statuses["cases"]
    found = {(finding.column, finding.rule): finding.rows for finding in status.findings}
    assert found == {("sex", "allowed_code"): 2, ("age_years", "in_range"): 1}
    assert (status.rows, status.rows_set_aside) == (1, 2)


def test_several_columns_missing_are_all_named(tmp_path: Path) -> None:
    write_rows(tmp_path / "cases.parquet", CASES)
    table = pq.read_table(tmp_path / "cases.parquet").drop_columns(["sex", "age_years"])
    pq.write_table(table, tmp_path / "cases.parquet")
    status = Store(tmp_path, ("cases",)).statuses["cases"]
    assert {finding.column for finding in status.findings} == {"sex", "age_years"}


def test_an_extract_without_rows(cases_only: Path) -> None:
    write_rows(cases_only / "cases.parquet", [])
    library = Library(cases_only.parent)
    found = statuses(cases_only, library)
    assert [finding.rule for finding in found["cases"].findings] == ["not_empty"]
    assert found["cases"].rows == 0
    answer = ask(CaseOutcomesQuestion(), "tiny", library=library).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == "no_rows"


def test_an_extract_whose_rows_all_break_a_rule(cases_only: Path) -> None:
    write_rows(cases_only / "cases.parquet", [row | {"sex": "?"} for row in CASES])
    status = statuses(cases_only)["cases"]
    assert (status.rows, status.rows_set_aside) == (0, 20)
    assert {finding.rule for finding in status.findings} == {"allowed_code", "not_empty"}


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("age_years", pa.int32()),
        ("age_years", pa.int8()),
        ("age_years", pa.uint64()),
        ("age_years", pa.float64()),
        ("outcome_code", pa.float64()),
        ("outcome_code", pa.float32()),
        ("recorded_on", pa.timestamp("us")),
        ("recorded_on", pa.timestamp("ns")),
        ("recorded_on", pa.timestamp("ms")),
        ("sex", pa.large_string()),
        ("sex", pa.dictionary(pa.int32(), pa.string())),
    ],
    ids=lambda value: str(value).split("<")[0],
)
def test_types_that_mean_the_same_are_accepted(
    cases_only: Path, column: str, kind: pa.DataType
) -> None:
    replace_column(
        cases_only / "cases.parquet",
        column,
        lambda values: (
            values.combine_chunks().dictionary_encode()
            if pa.types.is_dictionary(kind)
            else pc.cast(values, kind)
        ),
    )
    status = statuses(cases_only)["cases"]
    assert status.findings == ()
    assert status.rows == 20


def test_a_number_with_a_fraction_is_no_whole_number(cases_only: Path) -> None:
    replace_column(cases_only / "cases.parquet", "age_years", lambda column: pa.array([7.5] * 20))
    status = statuses(cases_only)["cases"]
    assert [finding.column for finding in status.findings] == ["age_years"]
    assert status.rows == 0


def test_a_column_that_is_empty_throughout_is_accepted(folder: Path) -> None:
    replace_column(folder / "cp_plans.parquet", "previous_plans", lambda column: pa.nulls(10))
    assert statuses(folder)["cp_plans"].findings == ()


def test_further_columns_do_no_harm(cases_only: Path) -> None:
    table = pq.read_table(cases_only / "cases.parquet")
    pq.write_table(
        table.append_column("note", pa.array([SENTINEL] * 20)), cases_only / "cases.parquet"
    )
    library = Library(cases_only.parent)
    assert statuses(cases_only, library)["cases"].findings == ()
    assert SENTINEL not in repr(ask(CaseOutcomesQuestion(), "tiny", library=library))


def test_midnight_in_a_timestamp_is_that_day(cases_only: Path) -> None:
    replace_column(
        cases_only / "cases.parquet",
        "recorded_on",
        lambda column: pa.array([datetime(2019, 7, 1)] * 20, pa.timestamp("us")),  # noqa: DTZ001
    )
    answer = ask(CaseOutcomesQuestion(), "tiny", library=Library(cases_only.parent)).answer
    assert isinstance(answer, CaseOutcomesAnswer)
    assert {point.period for series in answer.series for point in series.points} == {
        date(2019, 7, 1)
    }


def test_damaged_bytes_never_raise(cases_only: Path, sample_root: Path) -> None:
    """Damage inside a file gives a finding, set-aside rows or other numbers, never an error."""
    content = (sample_root / FSP / "cases.parquet").read_bytes()
    rng = np.random.default_rng(20190701)
    library = Library(cases_only.parent)
    for start in rng.integers(4, len(content) - 200, size=5):
        damaged = bytearray(content)
        damaged[start : start + 64] = rng.bytes(64)
        (cases_only / "cases.parquet").write_bytes(damaged)
        answer = ask(CaseOutcomesQuestion(), "tiny", library=library).answer
        assert isinstance(answer, Unanswered | CaseOutcomesAnswer)


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(1900, 1, 1), date.min])
def test_placeholder_dates_never_raise(cases_only: Path, day: date) -> None:
    """Some systems write an unknown or open date as a far-off day."""
    rows = [case(1, recorded_on=day, outcome_on=date.max), *CASES[1:]]
    write_rows(cases_only / "cases.parquet", rows)
    answer = ask(CaseOutcomesQuestion(), "tiny", library=Library(cases_only.parent)).answer
    assert isinstance(answer, Unanswered | CaseOutcomesAnswer)


def test_an_impossible_date_never_raises(cases_only: Path) -> None:
    """Damage can leave a day that no calendar has; the file can still be read."""
    days = pa.array([2_000_000_000] + [18_000] * 19, pa.int32()).view(pa.date32())
    replace_column(cases_only / "cases.parquet", "recorded_on", lambda column: days)
    replace_column(cases_only / "cases.parquet", "outcome_on", lambda column: days)
    answer = ask(CaseOutcomesQuestion(), "tiny", library=Library(cases_only.parent)).answer
    assert isinstance(answer, Unanswered | CaseOutcomesAnswer)


def test_a_broken_extract_leaves_every_other_question_answered(copied_library: Library) -> None:
    rename_column(copied_library.root / RPS / "cp_plans.parquet")
    broken = ask(RepeatPlansQuestion(), RPS, library=copied_library).answer
    assert isinstance(broken, Unanswered)
    assert broken.reason == "unusable_extract"
    assert any("cp_plans" in detail and "sex" in detail for detail in broken.details)
    assert isinstance(ask(AuditQuestion(), RPS, library=copied_library).answer, AuditAnswer)
    assert isinstance(ask(EffectQuestion(), FSP, library=copied_library).answer, EffectAnswer)
    folders = {
        item.name: item for item in ask(DataQuestion(), library=copied_library).answer.folders
    }
    (bad,) = [item for item in folders[RPS].extracts if not item.usable]
    assert [(finding.table, finding.column) for finding in bad.findings] == [("cp_plans", "sex")]


def test_a_broken_extract_leaves_the_other_letters_of_the_overview(tmp_path: Path) -> None:
    """Only the letter that needs the extract can't be told; the others keep their reasons."""
    library = tiny_library(tmp_path, {"cases": CASES, "cp_plans": PLANS}, EFFECT_PROTOCOL)
    put_garbage(tmp_path / "tiny" / "cases.parquet")
    answer = ask(OverviewQuestion(), "tiny", library=library).answer
    assert isinstance(answer, OverviewAnswer)
    assert {verdict.letter: verdict.word for verdict in answer.verdicts}["effect"] == "can't tell"


def test_a_missing_extract_of_the_effect_question_is_named(copied_library: Library) -> None:
    (copied_library.root / FSP / "events.parquet").unlink()
    answer = ask(EffectQuestion(), FSP, library=copied_library).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == "unusable_extract"
    assert any("events" in detail for detail in answer.details)
    cases = ask(CaseOutcomesQuestion(), FSP, library=copied_library).answer
    assert isinstance(cases, CaseOutcomesAnswer)


def test_missing_published_figures_leave_the_evaluations(copied_library: Library) -> None:
    for path in (copied_library.root / "benchmarks").glob("*.parquet"):
        path.unlink()
    assert isinstance(
        ask(RepeatPlansQuestion(), RPS, library=copied_library).answer, RepeatPlansAnswer
    )
    states = ask(DataQuestion(), library=copied_library).answer
    benchmarks = next(item for item in states.folders if item.name == "benchmarks")
    assert {item.findings[0].rule for item in benchmarks.extracts} == {"file_present"}


def break_a_row(root: Path, place: str) -> str:
    path = root / FSP / "cases.parquet"
    table = pq.read_table(path)
    places = table["local_authority"].to_pylist()
    sexes, row = table["sex"].to_pylist(), places.index(place)
    sexes[row] = "?"
    index = table.schema.get_field_index("sex")
    pq.write_table(table.set_column(index, "sex", pa.array(sexes)), path)
    return str(table["case_id"][row].as_py())


def example_keys(library: Library, viewer: Viewer) -> set[str | None]:
    answer = ask(DataQuestion(), viewer=viewer, library=library).answer
    return {
        finding.example_key
        for folder in answer.folders
        for status in folder.extracts
        for finding in status.findings
    }


def test_example_keys_are_for_those_who_may_see_cases(copied_library: Library) -> None:
    key = break_a_row(copied_library.root, "E06000044")
    allowed = Viewer(name="A", local_authorities=None, may_see_cases=True)
    assert key in example_keys(copied_library, allowed)
    assert example_keys(copied_library, PUBLIC) == {None}


def test_example_keys_of_other_authorities_are_not_shown(copied_library: Library) -> None:
    """A viewer of one authority does not learn a key of a child in another."""
    key = break_a_row(copied_library.root, "E06000044")
    viewer = Viewer(name="B", local_authorities=frozenset({"E06000045"}), may_see_cases=True)
    assert key not in example_keys(copied_library, viewer)
