"""Case records at two times: by hand, a second way, and under disclosure."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN, PUBLISHED
from analytics.disclosure.release import release
from analytics.disclosure.suppression import Share
from analytics.emmie.case_records import (
    SHARES,
    CaseRecordsAnswer,
    CaseRecordsQuestion,
    RecordGroup,
    Recording,
    RecordShare,
)
from analytics.exhibits.case_records import case_record_exhibits
from analytics.extracts.filters import Filters
from tests.helpers.folders import FSP, OTHER_PLACE, PLACE, SAMPLE, Row, tiny_library

NAME = "signs_of_safety_ten_areas"
GROUPS_PROTOCOL = f"""
[[area_groups]]
key = "here"
label = "Here"
areas = ["{PLACE}"]

[[area_groups]]
key = "there"
label = "There"
areas = ["{OTHER_PLACE}"]
"""


def record(number: int, family: int, **changes) -> Row:
    """Return one record that was read twice."""
    return {
        "record_id": f"R{number}",
        "family_id": f"F{family}",
        "local_authority": PLACE,
        "cohort": 1,
        "age_years": 8,
        "sex": "F",
        "ethnic_group": "white",
        "domestic_abuse": False,
        "neglect": False,
        "parental_mental_health": False,
        "substance_misuse": False,
        "previously_referred": False,
        "recording_time_1": 2.0,
        "recording_time_2": 3.0,
        "re_referred": False,
        "removed": False,
    } | changes


NOT_AGAIN = {"recording_time_2": None, "re_referred": None, "removed": None}
RECORDS = [
    record(1, 1, previously_referred=True, re_referred=True, removed=True),
    record(2, 1, previously_referred=True, re_referred=True, recording_time_2=5.0),  # a sibling
    record(3, 2, cohort=2),
    record(4, 3, cohort=2, previously_referred=True, **NOT_AGAIN),
    record(5, 4, local_authority=OTHER_PLACE, recording_time_2=1.0),
]


def library(root: Path, rows: list[Row] = RECORDS, policy: str = "published"):
    return tiny_library(
        root,
        {"case_records": rows},
        GROUPS_PROTOCOL,
        policy=policy,
        design="areas_against_neighbours",
    )


def counts(group: RecordGroup) -> list[tuple[int | None, int | None]]:
    return [(one.share.events, one.share.n) for one in group.shares]


def test_by_hand(tmp_path: Path) -> None:
    """A family counts once; a record that was not read again has no outcome."""
    answer = ask(CaseRecordsQuestion(), "tiny", library=library(tmp_path)).answer
    found = {(group.kind, group.key): group for group in answer.groups}
    assert list(found) == [
        ("all", "all"),
        ("cohort", "1"),
        ("cohort", "2"),
        ("area_group", "here"),
        ("area_group", "there"),
    ]
    whole = found["all", "all"]
    assert (whole.n_records, whole.n_families) == (5, 4)
    assert counts(whole) == [(2, 4), (2, 3), (1, 4)]
    assert counts(found["cohort", "2"]) == [(1, 2), (1, 1), (0, 1)]
    assert counts(found["area_group", "there"]) == [(0, 1), (1, 1), (0, 1)]
    assert whole.recording.n_records == 4
    assert (whole.recording.first, whole.recording.second) == (2.0, 3.0)
    assert whole.recording.change == pytest.approx(1.0)


def test_nothing_read_again(tmp_path: Path) -> None:
    rows = [record(number, number, **NOT_AGAIN) for number in range(8)]
    released = ask(CaseRecordsQuestion(), "tiny", library=library(tmp_path, rows, "dfe_cin"))
    whole = released.answer.groups[0]
    assert counts(whole)[1:] == [(0, 0), (0, 0)]
    assert whole.recording is None
    outcomes, recording, *_ = case_record_exhibits(released)
    assert outcomes.headline.startswith("Too few")
    assert recording.headline.startswith("Too few")
    assert recording.figure is None


def test_filters(sample) -> None:
    nobody = Filters(local_authorities=("E06000045",))
    answer = ask(CaseRecordsQuestion(), NAME, nobody, library=sample).answer
    assert answer.reason == "no_rows"
    one = ask(
        CaseRecordsQuestion(), NAME, Filters(local_authorities=("E10000020",)), library=sample
    ).answer
    assert [group.key for group in one.groups] == ["all", "1", "2", "new"]
    assert ask(CaseRecordsQuestion(), FSP, library=sample).answer.reason == "unusable_extract"


@pytest.fixture(scope="module")
def records() -> pd.DataFrame:
    return pd.read_parquet(SAMPLE / NAME / "case_records.parquet", dtype_backend="numpy_nullable")


@pytest.fixture(scope="module")
def answer(sample) -> CaseRecordsAnswer:
    return ask(CaseRecordsQuestion(), NAME, library=sample).answer


def test_the_documents_figures(answer: CaseRecordsAnswer) -> None:
    """262 records; at least 75 % referred before; just over half not again; 28 removed."""
    whole = answer.groups[0]
    before, not_again, removed = (one.share for one in whole.shares)
    assert whole.n_records == 262
    assert 0.75 <= before.value < 0.85
    assert 0.5 < not_again.value < 0.55
    assert removed.events == 28
    assert whole.recording.conf_int.low > 0


def test_sample_counted_a_second_way(answer: CaseRecordsAnswer, records: pd.DataFrame) -> None:
    """Pandas, family by family; withheld shares are small ones or their partners."""
    for group in answer.groups:
        own = records
        if group.kind == "cohort":
            own = records[records["cohort"].eq(int(group.key))]
        if group.kind == "area_group":
            continue
        families = own.drop_duplicates("family_id")
        read = families[families["re_referred"].notna()]
        expected = [
            (int(families["previously_referred"].sum()), len(families)),
            (int((~read["re_referred"]).sum()), len(read)),
            (int(own["removed"].sum()), int(own["removed"].notna().sum())),
        ]
        assert counts(group) == expected


def test_errors_allow_for_siblings(answer: CaseRecordsAnswer, records: pd.DataFrame) -> None:
    """Against statsmodels' errors by family: CR2 lies near them with this many families."""
    twice = records[records["recording_time_2"].notna()]
    change = (twice["recording_time_2"] - twice["recording_time_1"]).to_numpy(float)
    family = twice["family_id"].astype("category").cat.codes.to_numpy()
    fit = sm.OLS(change, np.ones(len(change))).fit(cov_type="cluster", cov_kwds={"groups": family})
    low, high = fit.conf_int()[0]
    found = answer.groups[0].recording
    assert found.change == pytest.approx(fit.params[0])
    assert (found.conf_int.low, found.conf_int.high) == pytest.approx((low, high), abs=0.005)


@given(
    st.lists(st.tuples(*[st.integers(0, 25)] * 6), min_size=2, max_size=3),
)
def test_nothing_small_can_be_worked_out(cells: list[tuple[int, ...]]) -> None:
    """Neither in a group nor by taking the other groups from the whole."""

    def group(kind: str, key: str, row: tuple[int, ...]) -> RecordGroup:
        yes, no = row[:3], row[3:]
        return RecordGroup(
            kind=kind,
            key=key,
            label="",
            n_records=sum(row),
            n_families=yes[0] + no[0],
            shares=tuple(
                RecordShare(key=name, share=Share.of(a, a + b), conf_int=None)
                for name, a, b in zip(SHARES, yes, no, strict=True)
            ),
            recording=Recording(
                n_records=yes[2] + no[2], first=2.0, second=3.0, change=1.0, conf_int=None
            ),
        )

    whole = tuple(sum(column) for column in zip(*cells, strict=True))
    made = CaseRecordsAnswer(
        provenance=None,
        groups=(
            group("all", "all", whole),
            *(group("cohort", str(place), row) for place, row in enumerate(cells)),
        ),
        assumptions=(),
    )
    total, *parts = release(made, DFE_CIN).answer.groups
    for place in range(len(SHARES)):
        for shown in (total, *parts):
            share = shown.shares[place].share
            if share.events is not None:
                assert not 1 <= share.events <= 5
                assert not 1 <= share.n - share.events <= 5
        hidden = [part for part in parts if part.shares[place].share.is_withheld]
        events = [part.shares[place].share.events for part in parts]
        if total.shares[place].share.events is not None and None in events:
            rest = total.shares[place].share.events - sum(one or 0 for one in events)
            assert len(hidden) > 1
            assert not 1 <= rest <= 5
    for part in parts:
        if part.recording is not None:
            assert not 1 <= part.recording.n_records <= 5
    assert release(made, PUBLISHED).answer == made


def test_figures_are_the_answers(sample, answer: CaseRecordsAnswer) -> None:
    outcomes, recording, assumed = case_record_exhibits(
        ask(CaseRecordsQuestion(), NAME, library=sample)
    )
    for trace, place in zip(outcomes.figure["data"], range(len(SHARES)), strict=True):
        shares = [group.shares[place].share.value for group in answer.groups]
        assert list(trace["x"]) == pytest.approx([100 * one for one in shares if one is not None])
    assert "28 children removed" in outcomes.headline
    (dots,) = recording.figure["data"]
    assert list(dots["x"]) == pytest.approx([group.recording.change for group in answer.groups])
    assert any("effect" in note for note in outcomes.notes)
    assert all(exhibit.synthetic for exhibit in (outcomes, recording, assumed))
