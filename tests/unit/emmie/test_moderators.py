"""Groups of people and places: what is seen in each, what is withheld, and the verdict."""

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN, PUBLISHED
from analytics.emmie.contrast import Estimate
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.moderators import ModeratorsQuestion, moderators_verdict
from analytics.emmie.moderators.groups import (
    FEWEST_UNITS,
    Group,
    Moderator,
    disclose_group,
    labels_of,
    order_of,
    with_holm,
)
from analytics.emmie.moderators.verdict import verdict_of
from analytics.emmie.study import is_unanswered
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.protocol import Subgroup
from analytics.extracts.protocol.analysis import Band
from analytics.statistics.results import Interval
from tests.helpers.folders import SAMPLE, study_of

FSP, HER, SOS = (
    "family_safety_plans",
    "family_safeguarding_hertfordshire",
    "signs_of_safety_ten_areas",
)


def estimate(value: float, half: float = 0.1) -> Estimate:
    limits = Interval(low=value - half, high=value + half, level=0.95, method="t")
    return Estimate(value=value, conf_int=limits)


def group(label: str, *, value: float | None = -0.4, cells: tuple[int, ...] = (20, 30)) -> Group:
    return Group(
        label=label,
        n_treated=63,
        n_comparison=58,
        estimate=None if value is None else estimate(value),
        reason=None if value is not None else "too_few_units",
        cells=cells,
    )


def test_bands_flags_and_codes_become_groups() -> None:
    rows = pd.DataFrame(
        {
            "age": pd.array([0, 4, 5, 17, None], dtype="Int64"),
            "flag": pd.array([True, False, True, None, False], dtype="boolean"),
            "sex": ["F", "M", "U", None, "F"],
        }
    )
    bands = (Band(label="0 to 4", low=0, high=4), Band(label="5 to 9", low=5, high=9))
    ages = Subgroup(key="age", label="Age", column="age", bands=bands)
    assert list(labels_of(rows, ages, {})) == ["0 to 4", "0 to 4", "5 to 9", None, None]
    flags = Subgroup(key="flag", label="Flag", column="flag")
    assert list(labels_of(rows, flags, {})) == ["Yes", "No", "Yes", None, "No"]
    sexes = Subgroup(key="sex", label="Sex", column="sex")
    assert list(labels_of(rows, sexes, {})) == ["Female", "Male", "Not known", None, "Female"]
    assert order_of(ages, {"5 to 9", "0 to 4"}) == ["0 to 4", "5 to 9"]
    assert order_of(flags, {"No", "Yes"}) == ["Yes", "No"]


@pytest.mark.parametrize("cell", range(1, 6))
def test_a_group_with_a_small_cell_is_withheld_whole(cell: int) -> None:
    shown = disclose_group(group("A", cells=(40, cell, 20)), DFE_CIN)
    assert (shown.n_treated, shown.n_comparison, shown.estimate) == (None, None, None)
    assert shown.reason == "withheld"
    assert shown.cells == ()


def test_other_groups_are_rounded_and_lose_their_counts() -> None:
    shown = disclose_group(group("A", value=-0.41234, cells=(40, 0, 6)), DFE_CIN)
    assert (shown.n_treated, shown.n_comparison) == (65, 60)
    assert shown.estimate is not None
    assert shown.estimate.value == -0.41
    assert shown.estimate.p_value is None
    assert shown.cells == ()
    whole = disclose_group(group("A", value=-0.41234), PUBLISHED)
    assert whole.n_treated == 63
    assert whole.cells == ()


def test_what_could_not_be_tested_is_not_counted_by_holm() -> None:
    found = with_holm(
        [
            Moderator(key="a", label="A", groups=(), p_value=0.02, n_tested=2),
            Moderator(key="b", label="B", groups=(), reason="too_few_groups"),
            Moderator(key="c", label="C", groups=(), p_value=0.5, n_tested=3),
        ]
    )
    assert [item.p_adjusted for item in found] == [pytest.approx(0.04), None, pytest.approx(0.5)]


@pytest.fixture(scope="module")
def cases(sample):
    return ask(ModeratorsQuestion(), FSP, library=sample).answer


def test_groups_of_a_characteristic_stand_for_the_matched_cases(cases, sample) -> None:
    """Sizes of groups add up to the matched cases, as far as rounding and withholding let them."""
    effect = ask(EffectQuestion(), FSP, library=sample).answer
    for item in cases.moderators:
        sizes = [one.n_treated for one in item.groups]
        if None not in sizes:
            assert sum(sizes) == pytest.approx(effect.n_pairs, abs=2.5 * len(sizes))


def test_differences_in_groups_are_those_of_a_plain_recount(sample) -> None:
    """With no comparison of pairs, a group's difference is the difference of two shares."""
    rows = pd.read_parquet(SAMPLE / FSP / "cases.parquet")
    rows = rows[rows["arm"].notna()]
    question = ModeratorsQuestion()
    answer = ask(question, FSP, library=sample).answer
    by_key = {item.key: item for item in answer.moderators}
    overall = {
        arm: part["outcome_code"].eq(20).mean() for arm, part in rows.groupby("arm", observed=True)
    }
    difference = overall["intervention"] - overall["comparison"]
    for label, flag in (("Yes", True), ("No", False)):
        one = next(item for item in by_key["domestic_abuse"].groups if item.label == label)
        part = rows[rows["domestic_abuse"].eq(flag)]
        arms = part.groupby("arm", observed=True)["outcome_code"].apply(lambda c: c.eq(20).mean())
        plain = arms["intervention"] - arms["comparison"]
        assert one.estimate.value == pytest.approx(plain, abs=0.08)
        assert one.estimate.value == pytest.approx(difference, abs=0.15)


def test_too_few_families_say_nothing(cases) -> None:
    for item in cases.moderators:
        for one in item.groups:
            if one.estimate is None:
                assert one.reason in ("too_few_units", "withheld", "no_events")
            elif one.n_treated is not None:
                assert one.n_treated >= FEWEST_UNITS - 2.5


def test_rate_ratios_of_groups_agree_with_a_conditional_regression(sample) -> None:
    """Binomial regression on each person's total, the same estimand by another route."""
    people = pd.read_parquet(SAMPLE / HER / "people.parquet")
    use = pd.read_parquet(SAMPLE / HER / "service_use.parquet")
    use = use[use["kind"].eq("police_involvement")]
    wide = use.pivot(index="person_id", columns="side", values=["events", "exposure"])
    wide.columns = [f"{what}_{side}" for what, side in wide.columns]
    rows = people.merge(wide, left_on="person_id", right_index=True)
    rows = rows[rows["kind"].eq("adult") & (rows["events_before"] + rows["events_after"] > 0)]
    answer = ask(ModeratorsQuestion(outcome="police_involvement"), HER, library=sample).answer
    sexes = next(item for item in answer.moderators if item.key == "sex")
    for label, code in (("Female", "F"), ("Male", "M")):
        part = rows[rows["sex"].eq(code)]
        model = sm.GLM(
            part[["events_after", "events_before"]].to_numpy(float),
            np.ones((len(part), 1)),
            family=sm.families.Binomial(),
            offset=np.log(part["exposure_after"] / part["exposure_before"]),
        ).fit()
        one = next(item for item in sexes.groups if item.label == label)
        assert one.estimate.value == pytest.approx(math.exp(model.params[0]), abs=0.0051)


def test_groups_of_areas_are_counted_from_published_figures(sample) -> None:
    provenance = ask(ModeratorsQuestion(), SOS, library=sample).answer.provenance
    assert not provenance.synthetic
    assert provenance.document.startswith("Department for Education")
    assert provenance.fingerprint
    assert ask(ModeratorsQuestion(), FSP, library=sample).answer.provenance.synthetic


def test_changes_of_groups_of_areas_are_those_of_the_published_figures(sample) -> None:
    answer = ask(ModeratorsQuestion(outcome="initial_conferences"), SOS, library=sample).answer
    protocol = sample.evaluation(SOS).protocol
    main = next(one for one in protocol.analyses if one.main)
    figures = pd.read_parquet(SAMPLE / "benchmarks" / "published_figures.parquet")
    areas = pd.read_parquet(SAMPLE / "benchmarks" / "areas.parquet").set_index("area_code")
    renamed = areas["successor_code"].dropna()
    renamed = renamed[~renamed.duplicated(keep=False)]
    figures = figures[figures["measure"].eq("initial_conferences")]
    figures = figures.assign(area_code=figures["area_code"].replace(renamed.to_dict()))
    figures = figures.pivot_table(index="area_code", columns="year", values="value")
    neighbours = pd.read_parquet(SAMPLE / "benchmarks" / "statistical_neighbours.parquet")
    neighbours = neighbours[neighbours["model"].eq(main.neighbour_model)]
    before = range(main.first_year, main.launch_year)
    after = range(main.launch_year, main.last_year + 1)
    change = figures[list(after)].mean(axis=1) - figures[list(before)].mean(axis=1)
    treated = set(protocol.areas.with_intervention)
    (item,) = answer.moderators
    for one, members in zip(item.groups, protocol.area_groups, strict=True):
        mine = neighbours[neighbours["area_code"].isin(members.areas)]["neighbour_code"]
        others = sorted(set(mine) - treated)
        expected = change[list(members.areas)].mean() - change.reindex(others).mean()
        assert one.estimate.value == pytest.approx(expected, abs=1e-9), one.label


def test_every_outcome_of_every_evaluation_can_be_asked(sample) -> None:
    for name in sample.names():
        first = ask(ModeratorsQuestion(), name, library=sample)
        if is_unanswered(first):
            assert first.answer.reason == "not_in_protocol"
            continue
        for key, _ in first.answer.outcomes:
            answer = ask(ModeratorsQuestion(outcome=key), name, library=sample).answer
            assert answer.outcome == key
            assert answer.moderators


def test_filters_that_leave_nobody_say_so(sample) -> None:
    nobody = Filters(local_authorities=("E09000001",))
    for name in (FSP, HER):
        assert ask(ModeratorsQuestion(), name, nobody, library=sample).answer.reason == "no_rows"


def verdict(sample, name: str, filters: Filters = NO_FILTERS):
    return moderators_verdict(study_of(sample, name, filters))


def test_without_a_comparison_nothing_can_be_told(sample) -> None:
    found = verdict(sample, "repeat_plans_southampton")
    assert found.word == "can't tell"
    assert "Nothing was compared" in found.reasons[0]


def test_three_areas_in_a_group_are_too_few_for_a_verdict(sample) -> None:
    assert verdict(sample, SOS).word == "can't tell"


def test_the_verdict_follows_the_adjusted_p_values(cases) -> None:
    def with_p(*values: float | None) -> str:
        items = tuple(
            Moderator(
                key=str(place),
                label=f"Characteristic {place}",
                groups=(group("A"), group("B")),
                p_value=value,
                p_adjusted=value,
            )
            for place, value in enumerate(values)
        )
        return verdict_of(replace(cases, moderators=items)).word

    assert with_p(0.01, 0.8) == "shown"
    assert with_p(0.05, 0.8) == "shown"
    assert with_p(0.051, 0.8) == "not shown"
    assert with_p(0.5, None) == "not shown"
    assert with_p(0.5, None, None) == "can't tell"
    assert with_p(None) == "can't tell"
