"""What would have happened anyway: recomputed a second way, and the rules of its verdict."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from analytics.ask import ask
from analytics.emmie.area_change.estimates import AreaChange, change_of
from analytics.emmie.area_change.figures import AreaFigures
from analytics.emmie.neighbours.anyway import (
    AnywayQuestion,
    StartsQuestion,
    _reasons,
)
from analytics.emmie.neighbours.counterparts import Counterparts, counterparts_of
from analytics.emmie.study import Unanswered
from analytics.extracts.library import Library
from tests.helpers.folders import SAMPLE

SOUTHAMPTON, HERTFORDSHIRE = "E06000045", "E10000015"
RATE = "cp_plans_at_31_march"
YEARS = range(2013, 2026)


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(SAMPLE)


@pytest.fixture(scope="module")
def complete() -> pd.DataFrame:
    """Return today's authorities with every year, under today's codes."""
    figures = pd.read_parquet(SAMPLE / "benchmarks" / "published_figures.parquet")
    areas = pd.read_parquet(SAMPLE / "benchmarks" / "areas.parquet").set_index("area_code")
    renamed = areas["successor_code"].dropna()
    renamed = renamed[~renamed.duplicated(keep=False)]
    rows = figures[figures["measure"].eq(RATE) & figures["level"].eq("local_authority")]
    codes = rows["area_code"].map(renamed).fillna(rows["area_code"])
    table = rows.assign(code=codes).dropna(subset=["value"])
    wide = table.drop_duplicates(["code", "year"]).pivot(
        index="code", columns="year", values="value"
    )
    return wide.dropna()


def test_change_is_the_difference_of_mean_changes(library, complete) -> None:
    answer = ask(AnywayQuestion(areas=(HERTFORDSHIRE,), start=2015), library=library).answer
    late = [year for year in YEARS if year > 2015]
    change = complete[late].mean(axis=1) - complete[[2013, 2014, 2015]].mean(axis=1)
    others = change.drop(HERTFORDSHIRE)
    assert answer.change.estimate == pytest.approx(change[HERTFORDSHIRE] - others.mean())
    scores = [abs(change[code] - change.drop(code).mean()) for code in complete.index]
    own = abs(change[HERTFORDSHIRE] - others.mean())
    assert answer.change.p_permutation == pytest.approx(np.mean(np.array(scores) >= own - 1e-9))


def test_counterpart_is_the_nearest_mix_of_other_places(library, complete) -> None:
    """Eleven years before the start, so that the mix is one and no perfect one."""
    answer = ask(AnywayQuestion(areas=(SOUTHAMPTON,), start=2023), library=library).answer
    before, after = [year for year in YEARS if year <= 2023], [2024, 2025]
    target, donors = complete.loc[SOUTHAMPTON], complete.drop(SOUTHAMPTON)
    (only,) = answer.members
    names = pd.read_parquet(SAMPLE / "benchmarks" / "areas.parquet").set_index("area_code")
    weight = pd.Series(dict(only.weights)).reindex(names.loc[donors.index, "area_name"]).fillna(0)
    w = weight.to_numpy()
    difference = (donors[before] - target[before]).to_numpy()
    gradient = difference @ (difference.T @ w)
    # What holds at the least squares within the simplex, and nowhere else (Karush-Kuhn-Tucker).
    slope = gradient[w > 0].mean()
    assert w.sum() == pytest.approx(1)
    assert gradient[w > 0] == pytest.approx(slope, rel=1e-6)
    assert gradient.min() >= slope * (1 - 1e-6)
    assert only.pre_error == pytest.approx(np.sqrt(((difference.T @ w) ** 2).mean()))
    assert answer.average == pytest.approx((target[after] - w @ donors[after]).mean())
    assert answer.lowest <= answer.average <= answer.highest
    drawn = {one.year: one.observed for one in answer.years}
    assert drawn == pytest.approx(target.to_dict())


def test_other_places_have_every_year_and_members_are_nobodys_donors(library, complete) -> None:
    pilots = library.evaluation("signs_of_safety_ten_areas").protocol.areas.with_intervention
    answer = ask(AnywayQuestion(areas=pilots, start=2014), library=library).answer
    names = {one.name for one in answer.members}
    assert {one.code for one in answer.members} == set(complete.index) & set(pilots)
    assert len(answer.left_out) == len(pilots) - len(names)
    assert [(one.name, one.missing) for one in answer.left_out] == [("Norfolk", ((2013, "x"),))]
    assert not any(label in names for one in answer.members for label, _ in one.weights)
    others = complete.drop([one.code for one in answer.members])
    assert answer.n_placebos + answer.n_poor_placebos == len(others)
    assert answer.average == pytest.approx(np.mean([one.average for one in answer.members]))
    assert {one.year: one.others for one in answer.years} == pytest.approx(others.mean().to_dict())


def panel(own: np.ndarray, others: np.ndarray) -> AreaFigures:
    """Return areas of a made-up country, the first one treated."""
    value = np.vstack([own, others])
    empty = np.full(value.shape, np.nan)
    return AreaFigures(
        unit="per_10000",
        source="",
        licence="",
        codes=tuple(f"A{row}" for row in range(len(value))),
        n_treated=1,
        years=tuple(YEARS),
        value=value,
        numerator=empty,
        denominator=empty,
        symbols={},
    )


@pytest.fixture(scope="module")
def country() -> np.ndarray:
    """Return 40 areas that follow two common courses, with a little noise."""
    draw = np.random.default_rng(20260401)
    courses = draw.normal(size=(2, len(YEARS))).cumsum(axis=1)
    return 50 + draw.uniform(0, 3, (40, 2)) @ courses + draw.normal(0, 0.3, (40, len(YEARS)))


def reasons_of(figures: AreaFigures, launch: int = 2022) -> tuple[str, ...]:
    found = counterparts_of(figures, launch)
    average = float(np.mean([fit.average_effect for fit in found.treated.values()]))
    return _reasons(found, change_of(figures, launch=launch), average)


def test_a_place_that_leaves_the_others_is_different(country) -> None:
    own = country[:3].mean(axis=0)
    later = np.array(YEARS) >= 2022
    assert reasons_of(panel(own + 12.0 * later, country[3:])) == ()
    assert set(reasons_of(panel(own, country[3:]))) >= {"placebos_as_large"}


def test_a_place_unlike_any_other_before_can_not_be_told(country) -> None:
    """It zigzags far above all others, so that a flat line follows it better than any mix."""
    own = 200 + 5.0 * (np.arange(len(YEARS)) % 2)
    found = counterparts_of(panel(own, country), 2022)
    assert found.poor == ("A0",)
    assert found.test is None
    assert "poor_fit" in reasons_of(panel(own, country))


def test_places_that_zigzag_are_no_placebos(country) -> None:
    odd = 200 + 5.0 * (np.arange(len(YEARS)) % 2)
    found = counterparts_of(panel(country[0], np.vstack([country[1:], odd])), 2022)
    alone = counterparts_of(panel(country[0], country[1:]), 2022)
    assert found.n_poor_placebos == alone.n_poor_placebos + 1
    assert len(found.placebo_gaps) == len(alone.placebo_gaps)


def test_p_is_the_share_of_places_with_as_large_a_gap(country) -> None:
    figures = panel(country[0] + 1.5 * (np.array(YEARS) >= 2022), country[1:])
    found = counterparts_of(figures, 2022)
    late = np.array(YEARS) >= 2022
    own = found.treated["A0"].gap[late].mean()
    gaps = np.array([own, *found.placebo_gaps[:, late].mean(axis=1)])
    scores = np.array([abs(gaps[i] - np.delete(gaps, i).mean()) for i in range(len(gaps))])
    assert found.test.p_value == pytest.approx((scores >= scores[0] - 1e-12).mean())


@pytest.mark.parametrize(
    ("p_value", "p_change", "sign"), list(product([0.01, 0.2], [0.01, 0.2, None], [1.0, -1.0]))
)
def test_both_ways_must_agree_beyond_chance(country, p_value, p_change, sign) -> None:
    own = country[:3].mean(axis=0) + 12.0 * (np.array(YEARS) >= 2022)
    found = counterparts_of(panel(own, country[3:]), 2022)
    assert isinstance(found, Counterparts)
    told = replace(found, test=replace(found.test, p_value=p_value))
    change = AreaChange(
        first_year=2013, launch_year=2022, last_year=2025, estimate=5.0, p_permutation=p_change
    )
    reasons = _reasons(told, change, sign)
    assert ("placebos_as_large" in reasons) == (p_value > 0.05)
    assert ("change_could_be_chance" in reasons) == (p_change != 0.01)
    assert ("methods_disagree" in reasons) == (p_change == 0.01 and sign < 0)


def test_starts_leave_two_years_before_and_one_after(library) -> None:
    assert ask(StartsQuestion(measure=RATE), library=library).answer.starts == tuple(
        range(2014, 2025)
    )
    factors = ask(StartsQuestion(measure="factor_child_criminal_exploitation"), library=library)
    assert factors.answer.starts == (2023, 2024)
    assert ask(StartsQuestion(measure="happiness"), library=library).answer.starts == ()


@pytest.mark.parametrize(
    "question",
    [
        AnywayQuestion(areas=(SOUTHAMPTON,), start=2013),
        AnywayQuestion(areas=(SOUTHAMPTON,), start=2025),
        AnywayQuestion(areas=(SOUTHAMPTON,), start=2015, measure="happiness"),
        AnywayQuestion(areas=("E99999999",), start=2015),
        AnywayQuestion(areas=("E09000001",), start=2015),
    ],
)
def test_what_cannot_be_compared_is_said(library, question: AnywayQuestion) -> None:
    assert isinstance(ask(question, library=library).answer, Unanswered)
