"""Costs and savings against a second computation in plain numpy, and the rules around them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN, STAFF
from analytics.emmie.economics import (
    EconomicsAnswer,
    EconomicsQuestion,
    answer_economics,
    band_of,
    cost_band,
    economic_verdict,
)
from analytics.emmie.economics.change import avoided_from, measured_changes
from analytics.emmie.economics.costing import lasting
from analytics.emmie.economics.illustration import readings
from analytics.emmie.economics.quantities import Counting, _protected
from analytics.emmie.economics.verdict import unknown_inputs, verdict_of, word_of
from analytics.emmie.study import Unanswered
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.extracts.library import Library
from analytics.statistics.results import HealthCheck, Interval
from tests.helpers.folders import FSP, RPS, SAMPLE, study_of

HERTS, CAMBS = "family_safeguarding_hertfordshire", "family_safeguarding_cambridgeshire"
SIGNS = "signs_of_safety_ten_areas"
POLICE_HOUR, SOCIAL_HOUR, PLAN_MONTH = 38.43, 57.0, 182_320 / 480
TO_2024 = {"2013/14": 100 / 73.0337, "2019/20": 100 / 80.8738, "2008/09": 100 / 66.8397}
TO_2024["2010/11"] = 100 / 68.8561


def answered(
    library: Library,
    name: str = FSP,
    question: EconomicsQuestion | None = None,
    filters: Filters = NO_FILTERS,
) -> EconomicsAnswer:
    found = answer_economics(question or EconomicsQuestion(), study_of(library, name, filters))
    assert isinstance(found, EconomicsAnswer)
    return found


def read(name: str, extract: str) -> pd.DataFrame:
    return pd.read_parquet(SAMPLE / name / f"{extract}.parquet")


def counts_of_plans() -> dict[str, float]:
    """Count what delivery took, straight from the parquet files."""
    steps = read(FSP, "delivery_steps")
    reached = steps.groupby("step")["delivery_id"].nunique()
    courses = read(FSP, "training").dropna(subset=["completed_on"])
    is_police = courses["role"].eq("police_officer")
    police = courses[is_police].groupby("course").size()
    social = courses[~is_police].groupby("course").size()
    return {
        "police_hours": (
            2 * reached["referred"]
            + 3 * reached["joint_visit"]
            + 1.5 * reached["plan_agreed"]
            + 2 * reached["reviewed"]
            + 6 * reached["escalated"]
            + 2 * police["process_briefing"]
            + 7 * police["plan_writing"]
        ),
        "social_hours": (
            3 * reached["joint_visit"]
            + 1.5 * reached["plan_agreed"]
            + 2 * reached["reviewed"]
            + 2 * social["process_briefing"]
            + 7 * social["plan_writing"]
        ),
    }


def test_cost_of_delivery_from_the_files(sample: Library) -> None:
    hours, rate = counts_of_plans(), TO_2024["2013/14"]
    police = hours["police_hours"] * POLICE_HOUR * rate
    social = hours["social_hours"] * SOCIAL_HOUR * rate
    families = read(FSP, "cases").query("arm == 'intervention'")["family_id"].nunique()
    found = answered(sample)
    assert found.delivery.total == pytest.approx(police + social, rel=1e-12)
    assert found.delivery.n_families == families
    assert found.delivery.per_family == pytest.approx((police + social) / families, rel=1e-12)
    paid = {account.agency: account.cost for account in found.net.accounts}
    assert paid == pytest.approx({"police": police, "council": social}, rel=1e-12)


def test_saving_net_and_ratios_from_the_effect(sample: Library) -> None:
    change = measured_changes(study_of(sample, FSP), ["plan_within_6_months"]).outcomes[0]
    cases = (read(FSP, "cases")["arm"] == "intervention").sum()
    found = answered(sample)
    saved = cases * change.avoided * 12 * PLAN_MONTH * TO_2024["2019/20"]
    assert found.net.saving == pytest.approx(saved, rel=1e-12)
    assert found.net.net == pytest.approx(saved - found.delivery.total, rel=1e-12)
    assert found.net.total_avoided == pytest.approx(cases * change.avoided, rel=1e-12)
    assert found.net.cost_per_outcome == pytest.approx(
        found.delivery.total / (cases * change.avoided), rel=1e-12
    )
    assert sum(one.net for one in found.net.accounts) == pytest.approx(found.net.net, rel=1e-9)


def pert(rng: np.random.Generator, low: float, mode: float, high: float, n: int) -> np.ndarray:
    first, second = 1 + 4 * (mode - low) / (high - low), 1 + 4 * (high - mode) / (high - low)
    return low + (high - low) * rng.beta(first, second, n)


def test_chance_and_interval_from_other_draws(sample: Library) -> None:
    found, n = answered(sample), 400_000
    rng = np.random.default_rng(7)
    delivery = np.zeros(n)
    prices = {price.code: price.uprated for price in found.unit_costs}
    hour = {
        code: pert(rng, prices[code].low, prices[code].amount, prices[code].high, n)
        for code in ("CR9.0", "SS18.2")
    }
    for line in found.activities:
        each = pert(rng, line.each.low, line.each.amount, line.each.high, n)
        delivery += line.quantity * each * hour[line.unit_cost]
    (saving,) = found.savings
    worth = pert(rng, saving.worth.low, saving.worth.amount, saving.worth.high, n)
    spread = (saving.conf_int.high - saving.conf_int.low) / (2 * 1.959963984540054)
    avoided = rng.normal(saving.avoided, spread, n)
    net = saving.quantity * avoided * 12 * worth - delivery
    # Four standard errors of 10,000 draws.
    chance = (net > 0).mean()
    assert found.net.chance == pytest.approx(chance, abs=4 * (chance * (1 - chance) / 1e4) ** 0.5)
    assert found.net.mean_net == pytest.approx(net.mean(), abs=4 * net.std() / 100)
    low, high = np.quantile(net, [0.025, 0.975])
    assert found.net.net_interval.low == pytest.approx(low, abs=0.1 * net.std())
    assert found.net.net_interval.high == pytest.approx(high, abs=0.1 * net.std())
    assert found.net.acceptability.chances[0] == found.net.chance
    assert found.net.plane.cheaper_better + found.net.plane.cheaper_worse == found.net.chance
    value = np.maximum(net / found.delivery.n_families, 0).mean()
    expected = value - max(net.mean() / found.delivery.n_families, 0)
    assert found.net.acceptability.information[0] == pytest.approx(expected, rel=0.25)


def test_draws_are_the_same_again_and_others_with_another_seed(sample: Library) -> None:
    assert answered(sample) == answered(sample)
    other = answered(sample, question=EconomicsQuestion(seed=1))
    assert other.net.chance != answered(sample).net.chance


def test_breaks_even_where_net_saving_is_nothing(sample: Library) -> None:
    found = answered(sample)
    meet = found.net.break_even
    share = answered(sample, question=EconomicsQuestion(share_kept=meet.share_kept))
    assert share.net.net == pytest.approx(0, abs=1e-6)
    cost = answered(
        sample, question=EconomicsQuestion(delivery_per_family=meet.delivery_per_family)
    )
    assert cost.net.net == pytest.approx(0, abs=1e-6)
    assert cost.delivery.is_stated_by_viewer
    own = meet.unit_value / TO_2024["2019/20"]
    unit = answered(sample, question=EconomicsQuestion(unit_value=own))
    assert unit.net.net == pytest.approx(0, abs=1e-6)
    (saving,) = found.savings
    assert meet.avoided / saving.avoided == pytest.approx(meet.share_kept, rel=1e-9)


def test_tornado_ends_are_the_model_at_the_ends(sample: Library) -> None:
    found = answered(sample)
    bars = {bar.name: bar for bar in found.net.tornado}
    half = answered(sample, question=EconomicsQuestion(share_kept=0.5))
    assert bars["share_kept"].at_low == pytest.approx(half.net.net, rel=1e-9)
    low = answered(sample, question=EconomicsQuestion(unit_value=PLAN_MONTH / 2))
    assert bars["worth:plans"].at_low == pytest.approx(low.net.net, rel=1e-9)
    widths = [abs(bar.at_high - bar.at_low) for bar in found.net.tornado]
    assert widths == sorted(widths, reverse=True)


def test_price_year_moves_every_amount_alike(sample: Library) -> None:
    now = answered(sample)
    then = answered(sample, question=EconomicsQuestion(price_year="2013/14"))
    factor = 73.0337 / 100
    assert then.delivery.total == pytest.approx(factor * now.delivery.total, rel=1e-9)
    assert then.net.net == pytest.approx(factor * now.net.net, rel=1e-9)
    assert then.net.chance == now.net.chance
    wrong = answer_economics(EconomicsQuestion(price_year="1899/00"), study_of(sample, FSP))
    assert isinstance(wrong, Unanswered)


def test_months_are_discounted_by_the_year() -> None:
    assert lasting("months", 12, 0.035) == 12
    assert lasting("months", 30, 0.1) == pytest.approx(12 + 12 / 1.1 + 6 / 1.21)
    assert lasting("per_year", 18, 0.1) == pytest.approx(1 + 0.5 / 1.1)
    assert lasting("once", 30, 0.1) == 1


def test_published_illustration_to_the_penny(sample: Library) -> None:
    found = answered(sample).illustration
    yearly, again = found.readings
    assert (found.children, found.pounds, found.counted_months) == (40, 182_320.0, 3)
    assert (yearly.children_a_year, yearly.months, yearly.per_child) == (40, 12, 4558.0)
    assert (again.children_a_year, again.months, again.per_child) == (160, 3, 1139.5)
    for reading in found.readings:
        assert round(reading.monthly, 2) == 379.83
        pounds = reading.monthly * reading.months * reading.children_a_year
        assert round(pounds, 2) == round(reading.pounds, 2) == 182_320.00
    assert (found.low, found.high) == pytest.approx((91_160, 364_640))
    assert found.low < found.conf_int.low < found.pounds < found.conf_int.high < found.high
    assert found.pounds_now == pytest.approx(182_320 * TO_2024["2019/20"])
    assert found.after_delivery == pytest.approx(found.pounds_now - answered(sample).delivery.total)
    assert found.computed_avoided == pytest.approx(46.2, abs=0.5)


def test_readings_of_another_period() -> None:
    yearly, again = readings(10, 1200.0, 6)
    assert (yearly.monthly, again.monthly) == (10.0, 10.0)
    assert again.children_a_year == 20


def test_service_use_is_priced_per_person_year(sample: Library) -> None:
    """Rates from the file: events per day of exposure, times 365.25."""
    rows = read(HERTS, "service_use").merge(read(HERTS, "people")[["person_id", "kind"]].rename(
        columns={"kind": "who"}), on="person_id")  # fmt: skip
    both = rows.groupby(["person_id", "kind"])["side"].transform("nunique").eq(2)
    totals = rows[both & rows["exposure"].gt(0)].groupby(["kind", "side"])[["events", "exposure"]]
    rate = totals.sum().pipe(lambda one: one["events"] / one["exposure"] * 365.25)
    found = {line.outcome: line for line in answered(sample, HERTS).savings}
    assert set(found) == {"police_involvement", "emergency_admissions"}
    for outcome, line in found.items():
        expected = rate[outcome, "before"] - rate[outcome, "after"]
        assert line.avoided == pytest.approx(expected, rel=1e-3)
        assert line.quantity == (read(HERTS, "people")["kind"] == "adult").sum()
    posts = read(HERTS, "workforce_months")
    since = posts[pd.to_datetime(posts["month"]).ge("2015-07-01")]
    months = since.groupby("role")["posts_filled"].sum()
    line = answered(sample, HERTS).activities[0]
    assert line.quantity == months["domestic_abuse_practitioner"]
    assert line.cost.amount == pytest.approx(line.quantity * 130 * 30 * TO_2024["2013/14"])


def test_no_effect_means_no_cost_effectiveness(sample: Library) -> None:
    for name in (CAMBS, SIGNS, RPS):
        found = answered(sample, name)
        assert found.net is None
        assert found.why_no_saving
        verdict = economic_verdict(study_of(sample, name))
        assert verdict.word == "can't tell"
        assert found.why_no_saving in verdict.reasons
    assert answered(sample, CAMBS).delivery is not None
    assert answered(sample, SIGNS).delivery is None


def test_reported_figures_are_shown_and_never_used(sample: Library) -> None:
    found = answered(sample, HERTS)
    texts = {line.text for line in found.reported}
    assert {"£4.8m", "£4.9m", "£2.6m", "£107,000", "£200,000"} <= texts
    assert all("annot be worked out again" in line.note for line in found.reported)
    assert all(line.amount is not None for line in (one.cost for one in found.activities))
    cambridgeshire = answered(sample, CAMBS)
    assert [line.text for line in cambridgeshire.reported] == ["£4.1m"]
    assert 4_100_000 not in {round(one.cost.amount) for one in cambridgeshire.activities}


def test_an_assumption_is_never_shown_however_likely_the_saving(sample: Library) -> None:
    found = answered(sample)
    assert found.net.chance > 0.95
    verdict = verdict_of(found)
    assert verdict.word == "can't tell"
    assert any("assumed" in reason for reason in verdict.reasons)
    assert any("association" in reason for reason in verdict.reasons)
    assert any("not cash" in reason for reason in verdict.reasons)


def recorded(found: EconomicsAnswer) -> EconomicsAnswer:
    """Return an answer as if everything had been recorded and published, and chance had decided."""
    return replace(
        found,
        savings=tuple(replace(line, is_association=False) for line in found.savings),
        delivery=replace(found.delivery, assumed_share=0.0),
        unit_costs=tuple(replace(price, basis="published") for price in found.unit_costs),
        savings_not_counted=(),
    )


@pytest.mark.parametrize(
    ("chance", "word"),
    [(1.0, "shown"), (0.95, "shown"), (0.94, "can't tell"), (0.51, "can't tell"),
     (0.5, "not shown"), (0.0, "not shown")],
)  # fmt: skip
def test_word_for_a_chance_when_every_input_was_recorded(
    sample: Library, chance: float, word: str
) -> None:
    known = recorded(answered(sample))
    assert unknown_inputs(known) == ()
    assert word_of(chance) == word
    assert verdict_of(replace(known, net=replace(known.net, chance=chance))).word == word


def test_an_association_shows_no_saving(sample: Library) -> None:
    known = recorded(answered(sample))
    known = replace(known, net=replace(known.net, chance=1.0))
    assert verdict_of(known).word == "shown"
    associated = tuple(replace(line, is_association=True) for line in known.savings)
    assert verdict_of(replace(known, savings=associated)).word == "can't tell"


def test_a_failed_check_or_a_missing_saving_leaves_it_open(sample: Library) -> None:
    known = recorded(answered(sample))
    failed = HealthCheck(
        name="horizon", value=0.5, threshold=1.0, status="fail", meaning="", source=""
    )
    for changed in (
        replace(known, savings_not_counted=("Days in care",)),
        replace(known, effect_reasons=("largest_smd",)),
        replace(known, net=replace(known.net, checks=(failed,))),
    ):
        assert verdict_of(changed).word == "can't tell"


@pytest.mark.parametrize(
    ("pounds", "band"),
    [(0, 1), (99.99, 1), (100, 2), (499.99, 2), (500, 3), (999.99, 3), (1000, 4), (2000, 4),
     (2000.01, 5)],
)  # fmt: skip
def test_cost_bands_have_the_guidebook_s_limits(pounds: float, band: int) -> None:
    assert band_of(pounds) == band


def test_cost_band_of_each_evaluation(sample: Library) -> None:
    plans = cost_band(study_of(sample, FSP))
    assert plans.band == band_of(answered(sample).delivery.per_family) == 3
    assert "not a Foundations rating" in plans.label
    assert any("assumed" in reason for reason in plans.reasons)
    assert cost_band(study_of(sample, SIGNS)).band is None


def test_outcomes_avoided_are_positive_when_the_outcome_moved_as_intended() -> None:
    interval = Interval(low=-0.3, high=0.1, level=0.95, method="t")
    value, turned = avoided_from(-0.1, interval, "lower")
    assert (value, turned.low, turned.high) == (0.1, -0.1, 0.3)
    assert avoided_from(-0.1, interval, "higher") == (-0.1, interval)


def counted(**values: tuple[float, tuple[float, ...]]):
    return {Counting(counted="step", of=key): value for key, value in values.items()}


def test_small_counts_are_withheld_and_never_costed() -> None:
    found = _protected(counted(first=(40.0, (40.0,)), second=(3.0, (40.0,))), DFE_CIN)
    first, second = found.values()
    assert second.value is None
    assert first.value is not None


def test_a_small_difference_between_two_counts_rounds_both() -> None:
    found = _protected(counted(first=(43.0, (43.0,)), second=(41.0, (43.0,))), DFE_CIN)
    assert [one.value for one in found.values()] == [45.0, 40.0]
    assert all(one.is_rounded for one in found.values())
    close = _protected(counted(first=(43.0, (45.0,))), DFE_CIN)
    assert next(iter(close.values())).is_rounded
    apart = _protected(counted(first=(43.0, (43.0,)), second=(20.0, (43.0,))), DFE_CIN)
    assert not any(one.is_rounded for one in apart.values())


def test_staff_are_protected_by_their_own_policy() -> None:
    found = _protected(counted(first=(40.0, (60.0,)), second=(2.0, (60.0,))), STAFF)
    assert [one.value for one in found.values()][1] is None
    kept = _protected(counted(first=(40.0, (60.0,)), second=(3.0, (60.0,))), STAFF)
    assert [one.value for one in kept.values()] == [40.0, 3.0]


def test_withheld_counts_leave_no_total(sample: Library) -> None:
    found = answered(sample, filters=Filters(local_authorities=("E06000046",)))
    assert any(line.quantity is None for line in found.activities)
    assert found.delivery is None
    assert found.net is None
    assert "withheld" in found.why_not
    assert found.illustration.after_delivery is None
    assert all(line.cost is None for line in found.activities if line.quantity is None)
    assert cost_band(study_of(sample, FSP, Filters(local_authorities=("E06000046",)))).band is None


def test_only_authorities_narrow_costs_and_cases_alike(sample: Library) -> None:
    whole = answered(sample)
    girls = answered(sample, filters=Filters(sexes=("F",)))
    assert girls.net == whole.net
    assert girls.provenance.filters_unused == ("sex",)
    place = answered(sample, filters=Filters(local_authorities=("E10000014",)))
    assert place.provenance.filters_used == ("local_authority",)
    assert place.delivery.n_families < whole.delivery.n_families


def test_an_authority_without_rows_has_no_answer(sample: Library) -> None:
    nobody = study_of(sample, FSP, Filters(local_authorities=("E09000005",)))
    found = answer_economics(EconomicsQuestion(), nobody)
    assert isinstance(found, Unanswered)
    assert found.reason == "no_rows"
    assert economic_verdict(nobody).word == "can't tell"
    assert cost_band(nobody).band is None


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """Return a folder with one evaluation and the published tables."""
    for name in (FSP, "benchmarks"):
        shutil.copytree(SAMPLE / name, tmp_path / name)
    shutil.copy(SAMPLE / "published_findings.parquet", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "file", [f"{FSP}/delivery_steps.parquet", f"{FSP}/training.parquet", f"{FSP}/cases.parquet",
             "benchmarks/unit_costs.parquet", "benchmarks/gdp_deflators.parquet"],
)  # fmt: skip
def test_a_broken_file_is_an_answer_and_no_crash(copied: Path, file: str) -> None:
    (copied / file).write_bytes(b"not a parquet file")
    library = Library(copied)
    found = ask(EconomicsQuestion(), FSP, library=library).answer
    assert isinstance(found, Unanswered)
    assert found.reason == "unusable_extract"
    assert economic_verdict(study_of(library, FSP)).word == "can't tell"
    assert cost_band(study_of(library, FSP)).band is None


def test_without_the_effect_s_extract_there_is_a_cost_and_no_saving(copied: Path) -> None:
    (copied / FSP / "events.parquet").write_bytes(b"not a parquet file")
    found = answered(Library(copied))
    assert found.delivery is not None
    assert found.net is None
    assert "no_effect_estimate" in found.why_not


def test_without_published_findings_nothing_is_reported(copied: Path) -> None:
    (copied / "published_findings.parquet").unlink()
    found = answered(Library(copied))
    assert found.reported == ()
    assert found.illustration is None
    assert found.net is not None


def test_an_unknown_unit_cost_is_named(copied: Path) -> None:
    path = copied / FSP / "evaluation.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"SS18.2"', '"SS99"'), "utf-8")
    found = answer_economics(EconomicsQuestion(), study_of(Library(copied), FSP))
    assert isinstance(found, Unanswered)
    assert any("SS99" in detail for detail in found.details)


def test_a_replaced_extract_is_counted_anew(copied: Path) -> None:
    library = Library(copied)
    before = answered(library).activities[0].quantity
    path = copied / FSP / "delivery_steps.parquet"
    steps = pd.read_parquet(path)
    kept = sorted(steps["delivery_id"].unique())[:100]
    steps[steps["delivery_id"].isin(kept)].to_parquet(path, index=False)
    after = answered(Library(copied)).activities[0].quantity
    assert (before, after) == (147, 100)
