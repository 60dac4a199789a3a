"""What an exhibit says of its source follows what its figures were counted in."""

from __future__ import annotations

from functools import cache

import pytest

from analytics.ask import ask, evaluations_for
from analytics.emmie.audit import AuditQuestion
from analytics.emmie.economics import EconomicsQuestion
from analytics.emmie.evidence import EvidenceQuestion
from analytics.emmie.implementation.measures import MeasuresQuestion
from analytics.emmie.mechanism.logic_model import LogicModelQuestion
from analytics.emmie.overview import OverviewQuestion
from analytics.emmie.published_areas import PUBLISHERS
from analytics.emmie.quoted import QuotedFiguresQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.emmie.reproduction import ReproductionQuestion
from analytics.exhibits.baseline import baseline_exhibits
from analytics.exhibits.economics import economics_exhibits
from analytics.exhibits.evidence import evidence_exhibits
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.mechanism import logic_model_exhibits
from analytics.exhibits.overview import OverviewCard, glance_exhibits, overview_card
from tests.helpers.folders import FSP, RPS

AREAS = "signs_of_safety_ten_areas"
RATES = "family_safeguarding_hertfordshire"
PILOT = "family_safeguarding_cambridgeshire"
NAMES = sorted(evaluations_for(OverviewQuestion))


@cache
def card(name: str) -> OverviewCard:
    asked = (OverviewQuestion(), RepeatPlansQuestion(), AuditQuestion())
    return overview_card(*(ask(question, name) for question in asked))


def test_rates_that_were_published_are_not_called_made_up() -> None:
    shown = card(AREAS)
    (figures,) = shown.figures
    assert PUBLISHERS in figures.source
    assert "ynthetic" not in figures.source
    assert "Published figures, not made up: effect and moderators." in shown.drawn_from
    made_up = shown.drawn_from.partition("Published")[0]
    assert "mechanism" in made_up
    assert "effect" not in made_up


@pytest.mark.parametrize("name", [FSP, RPS, RATES])
def test_figures_of_a_sample_say_that_they_are_made_up(name: str) -> None:
    shown = card(name)
    assert shown.synthetic
    assert shown.drawn_from == ""
    assert shown.figures
    assert all(one.source.startswith("Synthetic sample") for one in shown.figures)


def test_the_table_of_all_names_both_sources() -> None:
    for exhibit in glance_exhibits([card(name) for name in NAMES]):
        assert exhibit.synthetic
        assert exhibit.source.startswith("Synthetic samples calibrated to")
        assert f"Published, not made up: {PUBLISHERS} (for {card(AREAS).title})" in exhibit.source
    for exhibit in glance_exhibits([card(FSP), card(RPS)]):
        assert PUBLISHERS not in exhibit.source


@pytest.mark.parametrize(("name", "is_mixed"), [(RATES, True), (AREAS, True), (FSP, False)])
def test_a_logic_model_with_published_outcomes_names_them(name: str, is_mixed: bool) -> None:
    (exhibit,) = logic_model_exhibits(ask(LogicModelQuestion(), name))
    assert exhibit.synthetic
    assert (f"Published, not made up: {PUBLISHERS}" in exhibit.source) == is_mixed


def beside(name: str) -> Exhibit:
    released = ask(EvidenceQuestion(evaluation=name))
    return evidence_exhibits(released, ask(ReproductionQuestion(), name))[0]


@pytest.mark.parametrize("name", [FSP, RPS, AREAS, RATES, PILOT])
def test_figures_beside_reported_ones_follow_where_they_were_found(name: str) -> None:
    computed = [one.computed for one in ask(ReproductionQuestion(), name).answer.figures]
    kinds = {one.is_published for one in computed if one is not None}
    exhibit = beside(name)
    assert exhibit.synthetic == (False in kinds)
    assert (PUBLISHERS in exhibit.source) == (True in kinds)


def test_some_are_of_one_kind_and_some_of_the_other() -> None:
    assert PUBLISHERS in beside(AREAS).source
    assert PUBLISHERS not in beside(FSP).source
    assert beside(FSP).synthetic


def test_a_baseline_with_official_rows_names_their_source() -> None:
    quoted = ask(QuotedFiguresQuestion(), RPS)
    measures, repeat = ask(MeasuresQuestion(), RPS), ask(RepeatPlansQuestion(), RPS)
    (exhibit,) = baseline_exhibits(measures, repeat, quoted)
    assert any(str(row[0]).startswith("Official") for row in exhibit.table.rows)
    assert exhibit.synthetic
    assert quoted.answer.source in exhibit.source


def test_what_was_counted_in_no_extract_is_not_called_made_up() -> None:
    for name in (AREAS, RPS):
        shown = {one.key: one for one in economics_exhibits(ask(EconomicsQuestion(), name))}
        assert not shown["economic_summary"].synthetic
        assert "ynthetic" not in shown["economic_summary"].source
    shown = {one.key: one for one in economics_exhibits(ask(EconomicsQuestion(), FSP))}
    assert shown["economic_summary"].synthetic
    assert shown["cost_illustration"].synthetic
    assert "Published, not made up: " in shown["cost_illustration"].source
