"""Every figure that the walk through the app quotes is what the app answers."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from analytics.ask import ask
from analytics.emmie.area_change import AreaChangeQuestion
from analytics.emmie.case_outcomes import CaseOutcomesQuestion
from analytics.emmie.case_records import CaseRecordsQuestion
from analytics.emmie.economics.question import EconomicsQuestion
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.effect.change import ChangeQuestion
from analytics.emmie.effect.specification import SpecificationQuestion
from analytics.emmie.implementation.measures import MeasuresQuestion
from analytics.emmie.mechanism.surveys import SurveysQuestion
from analytics.emmie.moderators import ModeratorsQuestion
from analytics.emmie.neighbours.comparison import ComparisonQuestion
from analytics.emmie.overview import OverviewQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.emmie.reproduction import ReproductionQuestion
from analytics.emmie.service_use import ServiceUseQuestion
from analytics.extracts.filters import Filters

WALK = Path(__file__).parents[2] / "docs" / "walkthrough.md"
FSP, RPS = "family_safety_plans", "repeat_plans_southampton"
CAM, HER = "family_safeguarding_cambridgeshire", "family_safeguarding_hertfordshire"
SOS = "signs_of_safety_ten_areas"
ALL = (FSP, CAM, RPS, HER, SOS)
SOUTHAMPTON, PORTSMOUTH = "E06000045", "E06000044"
NAMES = {
    FSP: "Family Safety Plans",
    CAM: "Cambridgeshire",
    RPS: "Southampton",
    HER: "Hertfordshire",
    SOS: "Signs of Safety",
}


@cache
def answer(question: Any, name: str | None = None, area: str = "") -> Any:
    """Return a released answer, asked once."""
    filters = Filters(local_authorities=(area,)) if area else Filters()
    return ask(question, name, filters).answer


@pytest.fixture(scope="module")
def text() -> str:
    """Return the walk without line ends and marks, so that a figure may stand anywhere."""
    return re.sub(r"[\s*`]+", " ", WALK.read_text(encoding="utf-8"))


def signed(value: float, places: int = 0) -> str:
    """Return a number with the sign that the walk prints."""
    return f"{value:+.{places}f}".replace("-", "−")


def span(low: float, high: float, places: int = 0) -> str:
    """Return an interval as the walk prints it."""
    return f"({low:.{places}f} to {high:.{places}f})".replace("-", "−")


def pounds(value: float) -> str:
    """Return pounds as the walk prints them."""
    return f"{'−' if value < 0 else ''}£{abs(value):,.0f}"


def matched(key: str, places: int = 0) -> str:
    """Return both matched groups of 100 and their difference."""
    row = next(
        one for one in answer(EffectQuestion(), FSP).rows if one.key == key and one.series == "main"
    )
    gap = row.difference
    limits = span(100 * gap.conf_int.low, 100 * gap.conf_int.high, places)
    return (
        f"{100 * row.treated:.0f} of 100 against {100 * row.comparison:.0f}: "
        f"{signed(100 * gap.value, places)} points {limits}"
    )


def against_southampton(key: str) -> str:
    """Return the difference of the changes of an outcome."""
    found = answer(ChangeQuestion(analysis="areas"), FSP).outcomes
    gap = next(one for one in found if one.key == key).difference
    limits = span(100 * gap.conf_int.low, 100 * gap.conf_int.high, 1)
    return f"{signed(100 * gap.value, 1)} points {limits}"


def rate(key: str) -> str:
    """Return events a year of 100 people before and after, and the ratio."""
    row = next(one for one in answer(ServiceUseQuestion(), HER).rows if one.key == key)
    limits = row.ratio.conf_int
    return (
        f"{row.comparison:.1f} before and {row.treated:.1f} after, ratio {row.ratio.value:.2f} "
        f"{span(limits.low, limits.high, 2)}"
    )


def area_row(key: str, series: str) -> str:
    """Return a difference of the pilots from their neighbours."""
    rows = answer(AreaChangeQuestion(), SOS).rows
    gap = next(one for one in rows if one.key == key and one.series == series).difference
    return f"{signed(gap.value, 1)} {span(gap.conf_int.low, gap.conf_int.high, 1)}"


def met(name: str) -> str:
    """Return how many measures that count for Implementation are met."""
    counted = [
        one
        for one in answer(MeasuresQuestion(), name).measures
        if one.measure.counts_for_implementation and one.standing != "cannot_tell"
    ]
    return f"{sum(one.standing == 'met' for one in counted)} of {len(counted)} measures"


def measure(name: str, key: str, area: str = "") -> str:
    """Return the count of one measure."""
    found = answer(MeasuresQuestion(), name, area).measures
    share = next(one for one in found if one.measure.key == key).measured.share
    return f"{share.events} of {share.n}"


def quotes(name: str) -> str:
    """Return how many reported figures are reproduced."""
    figures = [
        one for one in answer(ReproductionQuestion(), name).figures if one.mark != "words_only"
    ]
    return f"{sum(one.mark == 'reproduced' for one in figures)} of {len(figures)} reported figures"


def letters(name: str) -> str:
    """Return a row of the table of letters, with the level on the Maryland scale."""
    found = answer(OverviewQuestion(), name)
    level = found.ratings[0].level
    words = " | ".join(one.word for one in found.verdicts)
    return f"| {NAMES[name]} | {words} | {'not rated' if level == 'none' else level} |"


def cost(name: str) -> str:
    """Return the cost of delivery of one family."""
    found = answer(EconomicsQuestion(), name).delivery
    limits = found.per_family_interval
    return f"{pounds(found.per_family)} a family ({pounds(limits.low)} to {pounds(limits.high)})"


def net(name: str) -> str:
    """Return the net saving with its range."""
    found = answer(EconomicsQuestion(), name).net
    low, high = found.net_interval.low, found.net_interval.high
    return f"{pounds(found.net)} ({pounds(low)} to {pounds(high)})"


def chance(share: float) -> str:
    """Return the chance of a net saving when only a share of the change is due to the plans."""
    found = answer(EconomicsQuestion(), FSP).net.by_share
    return f"{100 * next(one for one in found if one.share == share).chance:.0f}%"


def returns(place: int) -> str:
    """Return the share of plans followed by another."""
    point = answer(RepeatPlansQuestion(), RPS).within[place]
    limits = point.conf_int
    return f"{100 * point.share:.0f}% {span(100 * limits.low, 100 * limits.high)}".replace(
        " to ", "% to "
    ).replace(")", "%)")


def published(area: str, measure_key: str) -> str:
    """Return the latest published figure of an authority with its interval."""
    lines = answer(ComparisonQuestion(area_code=area, measure=measure_key)).series
    last = next(one for one in lines if one.comparator == "area").figures[-1]
    return f"{last.value:.1f} {span(last.conf_int.low, last.conf_int.high, 1)}"


def neighbours(area: str, measure_key: str) -> str:
    """Return the latest median of an authority's statistical neighbours."""
    lines = answer(ComparisonQuestion(area_code=area, measure=measure_key)).series
    last = next(one for one in lines if one.comparator == "neighbours").figures[-1]
    return f"neighbours' median {last.value:.1f}"


def by_month(series: str) -> str:
    """Return the share of closed cases with Outcome 20 before the change and since."""
    lines = answer(CaseOutcomesQuestion(), FSP).series
    one = next(one for one in lines if (one.group, one.series) == ("outcome_20", series))
    return f"{100 * one.before.value:.0f}% to {100 * one.after.value:.0f}%"


def subgroup(label: str) -> str:
    """Return the difference in Outcome 20 in one authority."""
    groups = answer(ModeratorsQuestion(), FSP).moderators[0].groups
    gap = next(one for one in groups if one.label == label).estimate
    limits = gap.conf_int
    return f"{label} {signed(100 * gap.value)} {span(100 * limits.low, 100 * limits.high)}"


def failed(area: str) -> str:
    """Return the share matched and its threshold, which failed in one authority."""
    checks = answer(EffectQuestion(), FSP, area).failed_checks
    one = next(check for check in checks if check.name == "share_matched")
    return f"{one.value:.2f} against a threshold of {one.threshold:g}"


def agreed(key: str) -> str:
    """Return the share of staff who agree in the first and the last wave."""
    surveys = answer(SurveysQuestion(), HER).surveys
    item = next(one for survey in surveys for one in survey.items if one.key == key)
    # The last of the groups of answers is "agree or strongly agree".
    first, last = (wave.counts[-1] / wave.n for wave in (item.waves[0], item.waves[-1]))
    return f"{100 * first:.0f}% to {100 * last:.0f}%"


def specifications() -> str:
    """Return in how many specifications the sign holds."""
    found = answer(SpecificationQuestion(outcome="outcome_20"), FSP)
    same = round(found.share_same_side * len(found.specs))
    return f"{same} of {len(found.specs)} reasonable specifications"


def before_the_launch() -> str:
    """Return how much of the fall in plans came before Hertfordshire's launch."""
    found = answer(AreaChangeQuestion(analysis="plans_around_the_launch"), HER)
    around = found.outcomes[0].around
    last = next(fall for fall in around.falls if fall.year == found.last_year)
    return f"{100 * last.share_before:.0f}% of the fall from {around.peak_year} to {last.year}"


def record(key: str) -> str:
    """Return a count of the case records."""
    (whole,) = (one for one in answer(CaseRecordsQuestion(), SOS).groups if one.kind == "all")
    share = next(one for one in whole.shares if one.key == key).share
    return f"{share.events} of {share.n}"


FIGURES: dict[str, Callable[[], str]] = {
    "matched outcome 20": lambda: matched("outcome_20"),
    "matched plans": lambda: matched("plan_within_6_months", 1),
    "specifications": specifications,
    "southampton outcome 20": lambda: against_southampton("outcome_20"),
    "southampton disposals": lambda: against_southampton("out_of_court"),
    "southampton plans": lambda: against_southampton("plan_within_6_months"),
    "elsewhere": lambda: (
        f"{answer(EffectQuestion(), FSP).n_treated_without} of the "
        f"{answer(EffectQuestion(), FSP).n_treated} cases"
    ),
    "months with plans": lambda: by_month("Areas with plans"),
    "months without": lambda: by_month("Southampton (no plans)"),
    "group southampton": lambda: subgroup("Southampton"),
    "group portsmouth": lambda: subgroup("Portsmouth"),
    "portsmouth failed": lambda: failed(PORTSMOUTH),
    "trained": lambda: measure(FSP, "trained_to_write"),
    "agreed plans": lambda: measure(FSP, "plans_agreed"),
    "trained portsmouth": lambda: measure(FSP, "trained_to_write", PORTSMOUTH),
    "cost fsp": lambda: cost(FSP),
    "net fsp": lambda: net(FSP),
    "chance half": lambda: chance(0.5),
    "chance quarter": lambda: chance(0.25),
    "chance whole and half": lambda: f"{chance(1.0)} becomes {chance(0.5)}",
    "cost cam": lambda: cost(CAM),
    "one place": lambda: measure(CAM, "same_place"),
    "workbook": lambda: measure(CAM, "workbook_confident"),
    "cost her": lambda: cost(HER),
    "net her": lambda: net(HER),
    "police": lambda: rate("police_involvement"),
    "admissions": lambda: rate("emergency_admissions"),
    "specialists": lambda: agreed("access_to_adult_workers"),
    "launch": before_the_launch,
    "pilots in one year": lambda: area_row("initial_conferences", "alternative"),
    "pilots against neighbours": lambda: area_row("initial_conferences", "main"),
    "records": lambda: record("not_re_referred"),
    "removed": lambda: record("removed"),
    "three houses": lambda: measure(SOS, "records_with_three_houses"),
    "returns in a year": lambda: returns(0),
    "returns in two years": lambda: returns(1),
    "adults checked": lambda: measure(RPS, "adults_checked"),
    "chronologies": lambda: measure(RPS, "chronologies"),
    "change sustained": lambda: measure(RPS, "change_sustained"),
    "mental health service": lambda: measure(RPS, "mental_health_attends"),
    "plans southampton": lambda: published(SOUTHAMPTON, "cp_plans_at_31_march"),
    "plans portsmouth": lambda: published(PORTSMOUTH, "cp_plans_at_31_march"),
    "neighbours southampton": lambda: neighbours(SOUTHAMPTON, "cp_plans_at_31_march"),
    "neighbours portsmouth": lambda: neighbours(PORTSMOUTH, "cp_plans_at_31_march"),
    "repeat southampton": lambda: published(SOUTHAMPTON, "second_or_subsequent_plans"),
    "repeat portsmouth": lambda: published(PORTSMOUTH, "second_or_subsequent_plans"),
    **{f"measures {name}": lambda name=name: met(name) for name in ALL},  # type: ignore[misc]
    **{f"quotes {name}": lambda name=name: quotes(name) for name in ALL},  # type: ignore[misc]
    **{f"letters {name}": lambda name=name: letters(name) for name in ALL},  # type: ignore[misc]
}


@pytest.mark.parametrize("which", list(FIGURES))
def test_the_walk_quotes_what_the_app_answers(which: str, text: str) -> None:
    assert FIGURES[which]() in text
