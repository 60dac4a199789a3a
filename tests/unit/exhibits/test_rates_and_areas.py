"""What is said of rates before and after, and of areas, follows from the numbers."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from analytics.ask import ask
from analytics.disclosure.release import Released
from analytics.emmie.area_change import AreaChangeAnswer, AreaChangeQuestion
from analytics.emmie.service_use import ServiceUseAnswer, ServiceUseQuestion
from analytics.exhibits.area_change import area_change_exhibits
from analytics.exhibits.service_use import service_use_exhibits
from analytics.extracts.library import Library

ONE_AREA, TEN_AREAS = "family_safeguarding_hertfordshire", "signs_of_safety_ten_areas"


@pytest.fixture(scope="module")
def rates(sample: Library) -> Released[ServiceUseAnswer]:
    return ask(ServiceUseQuestion(), ONE_AREA, library=sample)


@pytest.fixture(scope="module")
def areas(sample: Library) -> Released[AreaChangeAnswer]:
    return ask(AreaChangeQuestion(), TEN_AREAS, library=sample)


def shown(exhibits) -> dict:
    found = {exhibit.key: exhibit for exhibit in exhibits}
    assert len(found) == len(exhibits)
    return found


def with_outcomes(released, change):
    answer = released.answer
    outcomes = tuple(change(outcome) for outcome in answer.outcomes)
    return replace(released, answer=replace(answer, outcomes=outcomes))


def failing(outcome):
    checks = tuple(replace(check, status="fail") for check in outcome.rates.checks)
    return replace(outcome, rates=replace(outcome.rates, checks=checks))


def test_a_failed_check_is_in_the_headline_and_no_rate_is_quoted(rates) -> None:
    exhibit = shown(service_use_exhibits(with_outcomes(rates, failing)))["service_use_difference"]
    assert exhibit.headline == "Not reliable enough to quote: a health check failed"
    assert not any("events a year" in sentence for sentence in exhibit.sentences)


def test_how_many_rates_moved_as_intended(rates) -> None:
    def turned(outcome):
        return replace(outcome, intended="higher" if outcome.key.startswith("police") else "lower")

    exhibit = shown(service_use_exhibits(with_outcomes(rates, turned)))["service_use_difference"]
    assert exhibit.headline.startswith("2 of 3 main rates moved as intended")
    none = with_outcomes(rates, lambda outcome: replace(outcome, intended="higher"))
    exhibit = shown(service_use_exhibits(none))["service_use_difference"]
    assert exhibit.headline.startswith("No main rate clearly moved")


def test_raw_counts_are_a_warning(rates) -> None:
    exhibit = shown(service_use_exhibits(rates))["service_use_raw_counts"]
    assert exhibit.subtitle.startswith("Warning")
    assert "2 of 5" in exhibit.headline
    said = exhibit.sentences[0]
    assert "79% fewer" in said
    assert "66% fewer" in said


def test_every_event_is_an_event_and_not_a_person(rates) -> None:
    for form in ("frequency", "difference", "ratio"):
        exhibit = service_use_exhibits(rates, form=form)[0]
        assert any("for every 100 adults, 80 events a year before" in s for s in exhibit.sentences)
        assert not any("80 of 100 adults" in s for s in exhibit.sentences)


def test_one_year_and_change_stand_beside_each_other(areas) -> None:
    exhibit = shown(area_change_exhibits(areas))["area_outcomes_difference"]
    estimates = {row[1] for row in exhibit.table.rows}
    assert estimates == {"Change since the launch (2015 to 2020)", "Difference in 2016 alone"}
    assert exhibit.headline == "No main measure clearly changed against the neighbours"
    assert any("were not found" in note for note in exhibit.notes)
    assert any("Norfolk" in note for note in exhibit.notes)
    assert any("difference in one year" in note for note in exhibit.notes)


def test_a_failed_check_of_the_time_before_is_in_the_headline(areas) -> None:
    def change(outcome):
        checks = tuple(replace(check, status="fail") for check in outcome.change.checks)
        return replace(outcome, change=replace(outcome.change, checks=checks))

    exhibit = shown(area_change_exhibits(with_outcomes(areas, change)))["area_outcomes_difference"]
    assert exhibit.headline == "Not reliable enough to quote: a health check failed"


def test_each_page_says_the_other_reading_of_the_launch(areas) -> None:
    found = shown(area_change_exhibits(areas))
    first = " ".join(found["area_outcomes_difference"].notes)
    assert "the first that counts as since" not in first
    assert "counts as since the launch is the one to 31 March 2015" in first
    assert "Another analysis of the protocol reads it as 2016." in first
    assert first.count("Norfolk") == first.count("Norfolk (none in 2013") >= 1


def event_study_with(areas, test: str, power: str, value: float, share: float):
    """Return the exhibit of the years before with made-up results of its tests."""
    marks = {"pre_trend_test": (test, value), "pre_trend_power": (power, share)}

    def changed(item):
        checks = tuple(
            replace(one, status=marks[one.name][0], value=marks[one.name][1])
            if one.name in marks
            else one
            for one in item.change.checks
        )
        return replace(item, change=replace(item.change, checks=checks))

    (found,) = (
        one
        for one in area_change_exhibits(with_outcomes(areas, changed))
        if one.key.startswith("area_event_study")
    )
    return found


@pytest.mark.parametrize(
    ("test", "power", "value", "share", "headline", "said"),
    [
        ("fail", "review", 0.02, 3.0, "not steady", "or from one odd year"),
        ("pass", "review", 0.4, 3.0, "Can't tell", "could make up 3.0 times the change"),
        ("pass", "review", 0.4, 558.5, "Can't tell", "over 10 times the change"),
        ("pass", "pass", 0.4, 0.3, "No move", "doesn't rule out"),
    ],
)
def test_years_before_claim_no_more_than_their_test(
    areas, test, power, value, share, headline, said
) -> None:
    exhibit = event_study_with(areas, test, power, value, share)
    assert headline in exhibit.headline
    assert "too" not in exhibit.headline.split()
    assert said in " ".join(exhibit.sentences)
    assert f"p {value:.3f}" in exhibit.alt_text or f"p {value:.2f}" in exhibit.alt_text
    # Each earlier year is named with its interval.
    assert " to " in exhibit.sentences[0]


def test_one_area_never_gets_an_interval_or_a_claim(sample: Library) -> None:
    released = ask(AreaChangeQuestion(analysis="plans_around_the_launch"), ONE_AREA, library=sample)
    found = shown(area_change_exhibits(released))
    assert next(iter(found)).startswith("area_around_launch")
    around = found["area_around_launch_cp_plans_at_31_march"]
    assert around.headline == "36% of the fall by 2020 came before the launch"
    assert any("bears little" in note for note in around.notes)
    table = found["area_outcomes_difference"].table
    assert {row[5] for row in table.rows} == {"none from one area"}
    assert "families" not in json.dumps(table.rows)
    assert "cannot tell" in found["area_outcomes_difference"].headline


@pytest.mark.parametrize("form", ["frequency", "difference", "ratio"])
def test_figures_hold_no_missing_number(areas, rates, form: str) -> None:
    exhibits = [*area_change_exhibits(areas, form=form), *service_use_exhibits(rates, form=form)]
    for exhibit in exhibits:
        json.dumps(exhibit.figure, allow_nan=False)
        words = " ".join([exhibit.headline, exhibit.alt_text, *exhibit.sentences, *exhibit.notes])
        assert "nan" not in words.lower().split()
        assert "None" not in words
        assert len(exhibit.headline.split()) <= 12
        widths = {len(row) for row in exhibit.table.rows}
        assert widths <= {len(exhibit.table.columns)}
