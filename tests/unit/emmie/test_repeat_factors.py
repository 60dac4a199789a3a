"""What goes with a return: coding, disclosure, words, and the sample recounted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.ask import ask, evaluations_for
from analytics.disclosure.policy import DFE_CIN
from analytics.emmie.repeat_plans.factor_list import FACTORS, FEWEST, coded
from analytics.emmie.repeat_plans.factors import FactorsAnswer, FactorsQuestion
from analytics.emmie.repeat_plans.together import (
    CombinationReturns,
    TogetherAnswer,
    TogetherQuestion,
    answer_together,
)
from analytics.emmie.study import Unanswered
from analytics.exhibits.repeat_factor_words import (
    FACTOR_WORDS,
    level_words,
    phrase,
    short_phrase,
)
from analytics.exhibits.repeat_factors import is_certain, repeat_factor_exhibits
from analytics.exhibits.repeat_together import together_exhibits
from analytics.extracts.casework_contracts import PLAN_ENDINGS
from analytics.extracts.contracts import CP_PLANS
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from tests.helpers.folders import (
    REPEAT_PROTOCOL,
    RPS,
    child,
    plan,
    study_of,
    tiny_library,
)
from tests.helpers.oracles import REFERENCE
from tests.helpers.walking import small_counts_in

BY_KEY = {factor.key: factor for factor in FACTORS}
SUBSETS = [
    NO_FILTERS,
    Filters(teams=("ST403476",)),
    Filters(categories=("NEG",)),
    Filters(age_bands=("16-17",)),
    Filters(sexes=("U",)),
    Filters(ethnic_groups=("black",)),
    Filters(period_start=date(2022, 4, 1)),
]


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / "southampton_returns.csv")


@pytest.fixture(scope="module")
def answer(sample: Library) -> FactorsAnswer:
    found = ask(FactorsQuestion(), RPS, library=sample).answer
    assert isinstance(found, FactorsAnswer)
    return found


def made(**counts: tuple[int, int]) -> tuple[pd.DataFrame, np.ndarray]:
    """Return a category column and flags of return: for each code, with and without a return."""
    codes, returned = [], []
    for code, (back, not_back) in counts.items():
        codes += [code] * (back + not_back)
        returned += [True] * back + [False] * not_back
    return pd.DataFrame({"category": codes}), np.array(returned)


@pytest.mark.parametrize(
    ("counts", "levels"),
    [
        ({"NEG": (9, 9), "EMO": (9, 9), "PHY": (6, 6)}, ("NEG", "EMO", "PHY")),
        (
            {"NEG": (9, 9), "EMO": (9, 9), "PHY": (6, 6), "SAB": (3, 9), "MUL": (3, 9)},
            ("NEG", "EMO", "PHY", "other"),
        ),
        ({"NEG": (9, 9), "EMO": (9, 9), "PHY": (2, 6), "SAB": (4, 9)}, ("NEG", "EMO", "other")),
        ({"NEG": (9, 9), "EMO": (2, 9), "SAB": (4, 9)}, ("NEG", "other")),
        ({"NEG": (9, 9), "EMO": (5, 9)}, None),
        ({"NEG": (9, 9)}, None),
        ({"NEG": (9, 9), "EMO": (9, 5)}, None),
        ({"EMO": (9, 9), "PHY": (9, 9)}, ("EMO", "PHY")),
    ],
)
def test_the_finest_coding_that_has_enough(counts, levels) -> None:
    found = coded(BY_KEY["category"], *made(**counts))
    assert (found.levels if found else None) == levels


def test_numbers_are_taken_together_from_the_top() -> None:
    values = [0] * 20 + [1] * 20 + [2] * 7 + [5] * 7
    returned = np.array([True, False] * 27)
    found = coded(BY_KEY["worker_changes"], pd.DataFrame({"worker_changes": values}), returned)
    assert found is not None
    assert found.levels == ("0", "1", "2")
    assert (found.labels == "2").sum() == 14
    few = pd.DataFrame({"worker_changes": [0] * 20 + [1] * 20 + [3] * 3})
    found = coded(BY_KEY["worker_changes"], few, np.array([True, False] * 21 + [True]))
    assert found is not None
    assert found.levels == ("0", "1")
    assert (found.labels == "1").sum() == 23


def test_factors_are_the_columns_that_are_known_when_a_plan_ends() -> None:
    columns = {*PLAN_ENDINGS.schema.columns, *CP_PLANS.schema.columns, "aspects"}
    assert {factor.key for factor in FACTORS} <= columns
    assert set(FACTOR_WORDS) == {factor.key for factor in FACTORS}


@pytest.mark.parametrize("factor", FACTORS, ids=lambda factor: factor.key)
def test_every_level_of_every_coding_has_words(factor) -> None:
    for levels in factor.codings:
        names = [level_words(factor.key, level, levels) for level in levels]
        assert len(set(names)) == len(names)
        for level in levels:
            assert "_" not in phrase(factor.key, level, levels)
            assert "_" not in short_phrase(factor.key, level, levels)


@pytest.mark.parametrize(
    ("factor", "level", "levels", "words"),
    [
        ("aspects", "3", ("0", "1", "2", "3"), "had all three adversities"),
        ("aspects", "2", ("0", "2"), "had two or more adversities"),
        ("aspects", "0", ("0", "2"), "had none or one adversities"),
        ("aspects", "1", ("0", "1", "2"), "had one adversity"),
        ("worker_changes", "0", ("0", "1"), "had no changes of social worker"),
        ("worker_changes", "1", ("0", "1"), "had one or more changes of social worker"),
        ("category", "EMO", ("NEG", "EMO"), "were for emotional abuse"),
    ],
)
def test_phrases(factor, level, levels, words) -> None:
    assert phrase(factor, level, levels) == words


# The sample.


def test_levels_recounted(answer: FactorsAnswer, rows: pd.DataFrame) -> None:
    labels = {
        "category": rows["category"],
        "aspects": rows[["da", "mh", "misuse"]].sum(axis=1).astype(str),
        "worker_changes": rows["worker"].astype(str),
        "manager_changes": rows["manager"].astype(str),
        "chair_changes": rows["chair"].astype(str),
        "closed_to": rows["closed_to"],
        "risk": rows["outside"].map({0: "inside_home", 1: "outside_home"}),
        **{
            name: rows[name].map({0: "no", 1: "yes"})
            for name in ("sustained_change", "interventions_complete", "lead_professional_named")
        },
    }
    assert [factor.key for factor in answer.factors] == [factor.key for factor in FACTORS]
    for factor in answer.factors:
        for level in factor.levels:
            mine = labels[factor.key] == level.level
            assert level.n == mine.sum()
            assert level.n_returns == (rows.loc[mine, "event"] == 1).sum()
    assert answer.n == len(rows)
    assert answer.n_families == rows["family"].nunique()
    assert answer.n_without == 0


def test_the_ratios_that_were_built_in_lie_in_the_intervals(answer: FactorsAnswer) -> None:
    found = {
        (factor.key, level.level): level.adjusted
        for factor in answer.factors
        for level in factor.levels
    }
    for place, built_in in {
        ("sustained_change", "no"): 1.8,
        ("worker_changes", "1"): 1.4,
        ("worker_changes", "2"): 1.4,
        ("lead_professional_named", "yes"): 0.75,
        ("interventions_complete", "no"): 1.15,
        ("closed_to", "looked_after"): 0.6,
        ("closed_to", "closed"): 1.1,
        ("manager_changes", "1"): 1.0,
        ("chair_changes", "1"): 1.0,
        ("category", "EMO"): 1.0,
        ("category", "PHY"): 1.0,
    }.items():
        assert found[place].conf_int.low < built_in < found[place].conf_int.high, place


def test_holm_over_the_factors(answer: FactorsAnswer) -> None:
    p_values = sorted(factor.p_value for factor in answer.factors)
    adjusted = sorted(factor.p_holm for factor in answer.factors)
    expected = np.maximum.accumulate(
        [min(1.0, (len(p_values) - rank) * p) for rank, p in enumerate(p_values)]
    )
    assert adjusted == pytest.approx(expected)


def test_two_periods_only_where_a_ratio_changes_and_enough_return(
    answer: FactorsAnswer, rows: pd.DataFrame
) -> None:
    for factor in answer.factors:
        changes = any((level.p_constant or 1) < 0.05 for level in factor.levels)
        assert factor.is_constant is not changes
        if factor.is_constant:
            assert all(level.early is None for level in factor.levels)
    aspects = rows[["da", "mh", "misuse"]].sum(axis=1)
    late = rows[(rows["event"] == 1) & (rows["days"] > 365)]
    assert late.groupby(aspects).size().min() >= FEWEST
    by_key = {factor.key: factor for factor in answer.factors}
    assert all(level.early and level.late for level in by_key["aspects"].levels[1:])
    assert late["category"].value_counts().min() < FEWEST
    assert all(level.early is None for level in by_key["category"].levels)


@pytest.mark.parametrize("filters", SUBSETS)
def test_nothing_small_is_shown(sample: Library, filters: Filters) -> None:
    found = ask(FactorsQuestion(), RPS, filters, library=sample)
    if isinstance(found.answer, Unanswered):
        assert found.answer.reason == "not_estimable"
        return
    assert small_counts_in(found.answer) == []
    for factor in found.answer.factors:
        for level in factor.levels:
            assert min(level.n_returns, level.n - level.n_returns) >= FEWEST
    for exhibit in repeat_factor_exhibits(found):
        assert not any(cell is None for row in exhibit.table.rows for cell in row)
        assert len(exhibit.headline.split()) <= 13


def test_a_factor_with_a_small_level_is_withheld_whole(answer: FactorsAnswer) -> None:
    first = answer.factors[0]
    small = replace(first, levels=(replace(first.levels[0], n_returns=3), *first.levels[1:]))
    shown = replace(answer, factors=(small, *answer.factors[1:])).disclose(DFE_CIN)
    assert first.key not in {factor.key for factor in shown.factors}
    assert first.key in shown.left_out


def test_sentences_say_association(sample: Library, answer: FactorsAnswer) -> None:
    exhibits = repeat_factor_exhibits(ask(FactorsQuestion(), RPS, library=sample))
    ratios, over_time, checks = exhibits
    certain = [factor.key for factor in answer.factors if is_certain(factor)]
    assert certain == ["sustained_change"]
    said = ratios.sentences[0]
    assert "this is an association" in said
    assert "without three months' sustained change" in said
    assert "1.8 times as often at any time" in said
    assert ratios.headline == "Returns 1.8 times as often without sustained change"
    words = " ".join((said, *ratios.sentences, *over_time.sentences)).lower()
    for claim in ("effect of", "because", "causes", "reduces", "leads to"):
        assert claim not in words
    assert len(checks.table.rows) == 2
    assert len(over_time.table.rows) == sum(len(f.levels) - 1 for f in answer.factors)


def test_few_returns_are_said_in_the_headline(sample: Library) -> None:
    team = ask(FactorsQuestion(), RPS, Filters(teams=("ST403476",)), library=sample)
    (check,) = [one for one in team.answer.checks if one.name == "events_per_parameter"]
    assert check.status == "review"
    ratios = repeat_factor_exhibits(team)[0]
    assert ratios.headline == "Too few returns to tell what goes with them"
    assert len(ratios.sentences) == 1
    failed = replace(check, status="fail")
    worse = replace(team, answer=replace(team.answer, checks=(failed,)))
    assert repeat_factor_exhibits(worse)[0].headline == ratios.headline


def test_who_is_asked(sample: Library) -> None:
    assert list(evaluations_for(FactorsQuestion, sample)) == [RPS]


def test_without_returns_there_is_nothing_to_fit(tmp_path) -> None:
    flags = ("domestic_abuse", "parental_mental_health", "substance_misuse", "alcohol_misuse")
    ending = {
        "risk": "inside_home",
        **dict.fromkeys(flags, False),
        "worker_changes": 0,
        "manager_changes": 0,
        "chair_changes": 0,
        "interventions_complete": True,
        "sustained_change": True,
        "lead_professional_named": True,
        "closed_to": "closed",
        "local_authority": "E06000045",
    }
    library = tiny_library(
        tmp_path,
        {
            "cp_plans": [plan(n, n, date(2017, 1, 1), date(2017, 6, 1)) for n in range(9)],
            "children": [child(n) for n in range(9)],
            "plan_endings": [{"plan_id": f"P{n}", **ending} for n in range(7)],
        },
        REPEAT_PROTOCOL,
        design="case_audit",
        policy="published",
    )
    found = ask(FactorsQuestion(), "tiny", library=library).answer
    assert isinstance(found, Unanswered)
    assert found.details == ("too_few_events",)
    together = ask(TogetherQuestion(), "tiny", library=library).answer
    assert isinstance(together, TogetherAnswer)
    assert together.overall.n == 7
    assert together.overall.share == 0


# Combinations of adversities.


def test_combinations_recounted(sample: Library, rows: pd.DataFrame) -> None:
    answer = ask(TogetherQuestion(), RPS, library=sample).answer
    assert isinstance(answer, TogetherAnswer)
    sizes = rows.groupby(["da", "mh", "misuse"]).size()
    assert {one.states: one.n for one in answer.combinations} == {
        tuple(map(bool, states)): n for states, n in sizes.items()
    }
    for one in answer.combinations:
        assert one.cells == ()
        assert one.conf_int.low < one.share < one.conf_int.high


def combination(states: tuple[bool, ...], *cells: int) -> CombinationReturns:
    return CombinationReturns(states=states, n=sum(cells), share=0.2, conf_int=None, cells=cells)


def test_a_small_combination_takes_those_of_its_number_with_it(sample: Library) -> None:
    raw = answer_together(TogetherQuestion(), study_of(sample, RPS))
    none, one, other = (False,) * 3, (True, False, False), (False, True, False)
    combinations = (
        combination(none, 20, 9, 80),
        combination(one, 3, 9, 60),
        combination(other, 9, 9, 70),
    )
    shown = replace(raw, combinations=combinations).disclose(DFE_CIN)
    assert [item.n for item in shown.combinations] == [109, None, None]
    small = (combinations[0], combination((True, True, True), 3, 9, 60))
    assert {item.n for item in replace(raw, combinations=small).disclose(DFE_CIN).combinations} == {
        None
    }


@pytest.mark.parametrize("filters", SUBSETS)
def test_the_picture_of_combinations(sample: Library, filters: Filters) -> None:
    released = ask(TogetherQuestion(), RPS, filters, library=sample)
    assert isinstance(released.answer, TogetherAnswer)
    assert small_counts_in(released.answer) == []
    exhibit, assumed = together_exhibits(released)
    assert assumed.notes == released.answer.assumptions
    shown = [one for one in released.answer.combinations if one.share is not None]
    if not shown:
        assert exhibit.figure is None
        assert "Too few" in exhibit.headline
        return
    dots = exhibit.figure["data"][0]
    assert list(dots["y"]) == pytest.approx([100 * one.share for one in shown])
    marks = [trace for trace in exhibit.figure["data"] if trace.get("yaxis") == "y2"]
    filled = next(trace for trace in marks if trace["name"] == "Yes")
    assert len(filled["x"]) == sum(sum(one.states) for one in shown)
