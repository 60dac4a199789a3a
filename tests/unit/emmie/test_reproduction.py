"""Reported figures beside computed ones: the grammar that names them, and the marks."""

import ibis
import pandas as pd
import pytest

from analytics.ask import ask
from analytics.emmie.figure_spec import count_of, parse_spec
from analytics.emmie.reproduction import ReproductionAnswer, ReproductionQuestion
from analytics.errors import InvalidInputError
from tests.helpers.folders import SAMPLE

FINDINGS = pd.read_parquet(SAMPLE / "published_findings.parquet")
ROWS = pd.DataFrame(
    {
        "family_id": ["A", "A", "B", "C", "D"],
        "wave": [1, 2, 1, 1, 1],
        "kind": ["x", "y", "x", None, "z"],
        "first": [True, True, False, None, True],
        "second": [True, False, False, True, None],
        "third": [False, False, False, True, True],
    }
).astype({"first": "boolean", "second": "boolean", "third": "boolean"})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("count:t", 5),
        ("count:t[first]", 3),
        ("count:t[!first]", 1),
        ("count:t[first & second]", 1),
        ("count:t[first & !third]", 2),
        ("count:t[kind=x]", 2),
        ("count:t[kind=x|z]", 3),
        ("count:t[kind!=x]", 3),
        ("count:t[wave=1 & third]", 2),
        ("count:t[2+ of first, second, third]", 3),
        ("count:t[2+ of first, second|third]", 2),
        ("count:t[0 of first, second, third]", 1),
        ("count:t[1 of first, second, third]", 1),
        ("distinct:t.family_id", 4),
        ("distinct:t.family_id[first]", 2),
        ("distinct:t.family_id+wave", 5),
        ("share:t[first]", 60.0),
    ],
)
def test_the_grammar_counts(text: str, expected: float) -> None:
    """An empty flag or code counts neither as true nor, with ``!``, as false."""
    table = ibis.memtable(ROWS)
    counted = table.aggregate(n=count_of(table, parse_spec(text))).to_pyarrow().to_pylist()
    assert counted[0]["n"] == pytest.approx(expected)


@pytest.mark.parametrize("text", ["", "count", "count:", "weight:t", "count:t[first", "count t"])
def test_what_is_no_figure_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_spec(text)


def test_an_unknown_column_is_refused() -> None:
    table = ibis.memtable(ROWS)
    with pytest.raises(InvalidInputError):
        count_of(table, parse_spec("count:t[fourth]"))


@pytest.fixture(scope="module", params=sorted(set(FINDINGS["evaluation"])))
def answer(request: pytest.FixtureRequest, sample) -> ReproductionAnswer:
    return ask(ReproductionQuestion(), request.param, library=sample).answer


def test_every_finding_has_a_mark(answer: ReproductionAnswer) -> None:
    mine = FINDINGS[FINDINGS["evaluation"] == answer.provenance.evaluation]
    assert [item.finding_id for item in answer.figures] == list(mine["finding_id"])


def test_every_reported_number_is_reproduced_or_says_why_not(answer: ReproductionAnswer) -> None:
    reported = FINDINGS.set_index("finding_id")["value"]
    for item in answer.figures:
        if pd.notna(reported[item.finding_id]):
            assert item.mark == "reproduced" or item.because, item.finding_id
        else:
            assert item.mark == "words_only"


def test_what_names_a_figure_is_computed(answer: ReproductionAnswer) -> None:
    """A finding that names a figure gets one; only its value can be withheld."""
    named = FINDINGS.dropna(subset=["computed_from"]).set_index("finding_id")["computed_from"]
    for item in answer.figures:
        assert (item.computed is not None) == (item.finding_id in named), item.finding_id


def test_counts_of_the_documents_are_met_exactly(answer: ReproductionAnswer) -> None:
    exact = FINDINGS[
        FINDINGS["computed_from"].fillna("").str.match("count|distinct")
        & (FINDINGS["reported_by"] == "document")
    ].set_index("finding_id")["value"]
    for item in answer.figures:
        if item.finding_id in exact.index and item.mark != "withheld":
            assert item.computed is not None
            assert item.computed.value == exact[item.finding_id], item.finding_id
