"""Combinations of findings and nested changes: by hand, a second way, and under disclosure."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise, product
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN, PUBLISHED
from analytics.disclosure.release import release
from analytics.disclosure.suppression import Share
from analytics.emmie.audit import AuditAnswer, AuditCount, AuditQuestion
from analytics.emmie.combinations import (
    TOPICS,
    Combination,
    CombinationsAnswer,
    CombinationsQuestion,
    Combined,
    Nested,
)
from analytics.exhibits.audit_combinations import combination_exhibits
from analytics.extracts.code_lists import AUDIT_FLAGS
from analytics.extracts.filters import Filters
from tests.helpers.folders import PLACE, RPS, SAMPLE, Row, tiny_library

Y, N = True, False


def family(number: int, **flags: bool | None) -> Row:
    """Return one audited family; flags that are not named are empty."""
    return {
        "family_id": f"F{number}",
        "local_authority": PLACE,
        "gap_band": "within_1_year",
        **dict.fromkeys(AUDIT_FLAGS),
        **flags,
    }


def problems(number: int, abuse, health, drugs, alcohol) -> Row:
    return family(
        number,
        domestic_abuse=abuse,
        parental_mental_health=health,
        substance_misuse=drugs,
        alcohol_misuse=alcohol,
    )


def asked(root: Path, rows: list[Row], *, policy: str = "published") -> CombinationsAnswer:
    library = tiny_library(root, {"audit_families": rows}, policy=policy, design="case_audit")
    return ask(CombinationsQuestion(), "tiny", library=library).answer


def counts(combined: Combined) -> dict[tuple[bool | None, ...], int]:
    return {one.states: one.families for one in combined.combinations}


def test_empty_is_neither_yes_nor_no(tmp_path: Path) -> None:
    rows = [
        problems(1, Y, Y, Y, N),
        problems(2, Y, Y, N, Y),  # alcohol alone is enough
        problems(3, N, None, N, N),
        problems(4, N, N, N, None),  # no drugs, alcohol not said: misuse not said
        problems(5, N, N, Y, None),  # drugs: yes, whatever is said of alcohol
        problems(6, N, N, N, N),
    ]
    adversities = asked(tmp_path, rows).topics[0]
    assert counts(adversities) == {
        (Y, Y, Y): 2,
        (N, None, N): 1,
        (N, N, None): 1,
        (N, N, Y): 1,
        (N, N, N): 1,
    }
    assert adversities.n_families == 6
    assert (adversities.at_least(2), adversities.none_of_them()) == (2, 1)


def test_changes_are_counted_among_those_with_the_change_before(tmp_path: Path) -> None:
    rows = [
        family(1, changed_worker=Y, changed_manager=Y, changed_chair=Y),
        family(2, changed_worker=Y, changed_manager=Y, changed_chair=N),
        family(3, changed_worker=Y, changed_manager=N, changed_chair=Y),  # chair, not manager
        family(4, changed_worker=Y),
        family(5, changed_worker=N, changed_manager=Y, changed_chair=Y),
        family(6),
    ]
    found = asked(tmp_path, rows).changes
    assert [(one.share.events, one.share.n) for one in found] == [(4, 5), (2, 3), (1, 2)]


def test_nobody_to_count(tmp_path: Path) -> None:
    answer = asked(tmp_path, [])
    assert answer.reason in {"no_rows", "unusable_extract"}


def test_a_filter_that_leaves_nobody(sample) -> None:
    nobody = Filters(local_authorities=("E10000014",))
    assert ask(CombinationsQuestion(), RPS, nobody, library=sample).answer.reason == "no_rows"


def test_sample_counted_a_second_way(sample) -> None:
    """Pandas, family by family, from the file."""
    frame = pd.read_parquet(SAMPLE / RPS / "audit_families.parquet", dtype_backend="numpy_nullable")
    answer = ask(CombinationsQuestion(), RPS, library=sample).answer
    for combined in answer.topics:
        columns = []
        for flags in combined.sets:
            own = frame[flags[0]]
            for flag in flags[1:]:
                own = own | frame[flag]
            columns.append([None if pd.isna(value) else bool(value) for value in own])
        assert counts(combined) == Counter(zip(*columns, strict=True))
    worker, manager, chair = (
        frame[flag] for flag in ("changed_worker", "changed_manager", "changed_chair")
    )
    expected = [
        (int(worker.sum()), int(worker.notna().sum())),
        (int((worker & manager).sum()), int((worker & manager.notna()).sum())),
        (int((worker & manager & chair).sum()), int((worker & manager & chair.notna()).sum())),
    ]
    assert [(one.share.events, one.share.n) for one in answer.changes] == expected


def test_sample_gives_the_documents_counts(sample) -> None:
    """At least two of three in 10 families, none in 2; 8 of 16, of them 6; 10, 6 and 4."""
    answer = ask(CombinationsQuestion(), RPS, library=sample).answer
    adversities, endings = answer.topics
    assert (adversities.at_least(2), adversities.none_of_them()) == (10, 2)
    both = [one for one in endings.combinations if one.states[:2] == (Y, Y)]
    assert sum(one.families for one in both) == 8
    assert counts(endings)[Y, Y, Y] == 6
    assert [one.share.events for one in answer.changes] == [10, 6, 4]


def made(cells: dict[tuple[bool, ...], int], changes: tuple[int, ...] = ()) -> CombinationsAnswer:
    sets = TOPICS["adversities"]
    return CombinationsAnswer(
        provenance=None,
        topics=(
            Combined(
                topic="adversities",
                sets=sets,
                combinations=tuple(
                    Combination(states=states, families=families)
                    for states, families in cells.items()
                    if families
                ),
                n_families=sum(cells.values()),
            ),
        ),
        changes=tuple(
            Nested(flag="changed_worker", share=Share.of(events, n), conf_int=None)
            for n, events in pairwise(changes)
        ),
    )


@given(st.lists(st.integers(0, 20), min_size=8, max_size=8))
def test_a_grid_with_a_small_cell_is_withheld_whole(families: list[int]) -> None:
    cells = dict(zip(product((Y, N), repeat=3), families, strict=True))
    (shown,) = release(made(cells), DFE_CIN).answer.topics
    if any(1 <= number <= 5 for number in families):
        assert shown.combinations == ()
        assert shown.n_families is None
        assert shown.at_least(2) in (0, None)
    else:
        assert counts(shown) == {states: number for states, number in cells.items() if number}
    assert release(made(cells), PUBLISHED).answer == made(cells)


@given(st.lists(st.integers(0, 60), min_size=4, max_size=4))
def test_no_small_number_can_be_subtracted_from_changes(numbers: list[int]) -> None:
    chain = tuple(sorted(numbers, reverse=True))
    answer = made({(Y, Y, Y): 60}, chain)
    shown = release(answer, DFE_CIN).answer.changes
    seen = [one.share.n for one in shown[:1]] + [one.share.events for one in shown]
    steps = [before - after for before, after in pairwise(seen)]
    assert not any(1 <= number <= 5 for number in (*seen, *steps))
    assert len(shown) == len(release(answer, PUBLISHED).answer.changes) or shown != answer.changes


def test_strict_policy_still_makes_exhibits(tmp_path: Path) -> None:
    """With one family of each kind nothing is drawn, and the headline says so."""
    rows = [problems(number, Y, bool(number % 2), N, N) for number in range(4)]
    library = tiny_library(
        tmp_path, {"audit_families": rows}, policy="dfe_cin", design="case_audit"
    )
    released = ask(CombinationsQuestion(), "tiny", library=library)
    assert released.answer.changes == ()
    exhibits = {item.key: item for item in combination_exhibits(released)}
    assert exhibits["adversities_together"].figure is None
    assert exhibits["adversities_together"].headline.startswith("Too few")
    assert exhibits["changes_on_changes"].headline.startswith("Too few")
    assert all(not item.table.rows for item in exhibits.values())


def test_grid_draws_the_combinations(sample) -> None:
    """Bars are the families; filled, hollow and dashed marks are yes, no and not said."""
    released = ask(CombinationsQuestion(), RPS, library=sample)
    exhibits = {item.key: item for item in combination_exhibits(released)}
    for combined in released.answer.topics:
        exhibit = exhibits[f"{combined.topic}_together"]
        bars, *marks = exhibit.figure["data"]
        assert list(bars["y"]) == [one.families for one in combined.combinations]
        for trace, state in zip(marks, (Y, N, None), strict=True):
            assert set(zip(trace["x"], trace["y"], strict=True)) == {
                (place, row)
                for place, one in enumerate(combined.combinations)
                for row, has in enumerate(one.states)
                if has is state
            }
        assert [row[-1] for row in exhibit.table.rows] == [
            f"{one.families}" for one in combined.combinations
        ]
    assert {row[2] for row in exhibits["endings_together"].table.rows} == {"Yes", "No", "Not said"}


@pytest.mark.parametrize("key", ["adversities_together", "endings_together", "changes_on_changes"])
def test_headline_is_short_and_computed(sample, key: str) -> None:
    released = ask(CombinationsQuestion(), RPS, library=sample)
    (exhibit,) = (item for item in combination_exhibits(released) if item.key == key)
    assert len(exhibit.headline.split()) <= 12
    assert "16" in exhibit.headline


def counted(key: str, events: int, n: int) -> AuditCount:
    return AuditCount(key=key, label=key, share=Share.of(events, n), conf_int=None)


def audit_of(*features: AuditCount, families: int) -> AuditAnswer:
    return AuditAnswer(
        provenance=None,
        n_families=families,
        n_children=2 * families,
        n_conferences=families,
        bands=(),
        features=features,
        assumptions=(),
    )


def test_denominator_does_not_give_a_withheld_count_away() -> None:
    """Managers changed in 6 of 10 is withheld for its 4; "of 6" must not say it after all."""
    answer = audit_of(
        counted("worker", 10, 20), counted("manager", 6, 10), counted("chair", 6, 6), families=20
    )
    worker, manager, chair = release(answer, DFE_CIN).answer.features
    assert (worker.share.events, worker.share.n) == (10, 20)
    assert (manager.share.events, manager.share.n) == (None, 10)
    assert (chair.share.events, chair.share.n) == (None, None)


def test_denominators_that_say_nothing_stay() -> None:
    answer = audit_of(counted("worker", 10, 20), counted("abuse", 2, 20), families=20)
    worker, abuse = release(answer, DFE_CIN).answer.features
    assert worker == answer.features[0]
    assert (abuse.share.events, abuse.share.n) == (None, 20)


def test_published_audit_is_shown_whole(sample) -> None:
    answer = ask(AuditQuestion(), RPS, library=sample).answer
    assert release(answer, PUBLISHED).answer == answer
