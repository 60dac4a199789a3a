"""Figure, table, sentences and alternative text say the same as the released answer."""

from __future__ import annotations

import math
import re
from datetime import date
from typing import Any

import numpy as np
import pytest

from analytics.ask import ask
from analytics.emmie.audit import AuditQuestion
from analytics.emmie.case_outcomes import CaseOutcomesQuestion
from analytics.emmie.case_outcomes.course import CourseQuestion
from analytics.emmie.case_outcomes.finest_step import is_mostly_shown
from analytics.emmie.case_outcomes.force_trend import ForceTrendQuestion
from analytics.emmie.case_outcomes.path import PathQuestion
from analytics.emmie.combinations import CombinationsQuestion
from analytics.emmie.conferences import AgenciesQuestion, ConferencesQuestion
from analytics.emmie.data_status import DataQuestion
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.evidence import EvidenceQuestion
from analytics.emmie.implementation.measures import MeasuresQuestion
from analytics.emmie.neighbours.comparison import ComparisonQuestion
from analytics.emmie.overview import OverviewQuestion
from analytics.emmie.quoted import QuotedFiguresQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.emmie.reproduction import ReproductionQuestion
from analytics.emmie.study import is_unanswered
from analytics.exhibits import theme
from analytics.exhibits.baseline import baseline_exhibits, quoted_exhibits
from analytics.exhibits.case_outcomes import over_time_exhibits
from analytics.exhibits.case_path import path_exhibits
from analytics.exhibits.conferences import agency_exhibits, conference_exhibits
from analytics.exhibits.data_status import data_exhibits
from analytics.exhibits.effect import effect_exhibits
from analytics.exhibits.evidence import evidence_exhibits
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.neighbour_comparison import comparison_exhibits
from analytics.exhibits.overview import overview_card
from analytics.exhibits.repeat_plans import audit_exhibits
from analytics.exhibits.repeat_timing import repeat_plan_exhibits
from analytics.exhibits.unanswered import sentences
from analytics.extracts.filters import NO_FILTERS, Filters
from tests.helpers.folders import FSP, RPS
from tests.helpers.screen import number
from tests.helpers.walking import values_in

SMALL = Filters(local_authorities=("E06000045",), sexes=("F",))
WITHHELD = "[c]"


def over_time(sample, question: CaseOutcomesQuestion, filters: Filters) -> tuple[Exhibit, ...]:
    """Return the exhibits of case outcomes over time."""
    asked = (
        question,
        ForceTrendQuestion(include_22=question.include_22),
        CourseQuestion(include_22=question.include_22),
    )
    return over_time_exhibits(*(ask(one, FSP, filters, library=sample) for one in asked))


def each(sample, filters: Filters = NO_FILTERS) -> dict[str, tuple[Exhibit, ...]]:
    """Return the exhibits of every builder."""
    effect = ask(EffectQuestion(), FSP, filters, library=sample)
    with_22 = CaseOutcomesQuestion(step="quarter", include_22=True)
    repeat = ask(RepeatPlansQuestion(), RPS, filters, library=sample)
    audit = ask(AuditQuestion(), RPS, library=sample)
    combined = ask(CombinationsQuestion(), RPS, library=sample)
    rates = ask(ComparisonQuestion(area_code="E06000045"), library=sample)
    gaps = ask(ComparisonQuestion(area_code="E10000014"), library=sample)
    days = ask(
        ComparisonQuestion(area_code="E06000045", measure="days_section_47_to_conference"),
        library=sample,
    )
    return {
        "effect": effect_exhibits(effect),
        "effect ratio": effect_exhibits(effect, form="ratio"),
        "case outcomes": over_time(sample, CaseOutcomesQuestion(), filters),
        "case outcomes by quarter": over_time(sample, with_22, NO_FILTERS),
        "case path": path_exhibits(ask(PathQuestion(), FSP, filters, library=sample)),
        "repeat plans": repeat_plan_exhibits(repeat),
        "audit": audit_exhibits(audit, combined),
        "conferences": conference_exhibits(
            ask(ConferencesQuestion(), RPS, filters, library=sample)
        ),
        "agencies": agency_exhibits(ask(AgenciesQuestion(), RPS, filters, library=sample)),
        "quoted": quoted_exhibits(ask(QuotedFiguresQuestion(), RPS, library=sample)),
        "baseline": baseline_exhibits(
            ask(MeasuresQuestion(), RPS, filters, library=sample),
            repeat,
            ask(QuotedFiguresQuestion(), RPS, library=sample),
        ),
        "neighbours": comparison_exhibits(rates),
        "neighbours with gaps": comparison_exhibits(gaps),
        "neighbours in days": comparison_exhibits(days),
        "evidence": evidence_exhibits(
            ask(EvidenceQuestion(evaluation=FSP), library=sample),
            ask(ReproductionQuestion(), FSP, library=sample),
        ),
        "data": data_exhibits(ask(DataQuestion(), library=sample)),
    }


@pytest.fixture(scope="module")
def shown(sample) -> list[Exhibit]:
    return [
        exhibit
        for filters in (NO_FILTERS, SMALL)
        for exhibits in each(sample, filters).values()
        for exhibit in exhibits
    ]


def by_key(exhibits: tuple[Exhibit, ...]) -> dict[str, Exhibit]:
    return {exhibit.key: exhibit for exhibit in exhibits}


def traces(exhibit: Exhibit) -> dict[str, dict[str, Any]]:
    return {
        trace.get("name", f"trace {i}"): trace for i, trace in enumerate(exhibit.figure["data"])
    }


def numbers(values) -> list[float | None]:
    return [None if value is None else float(value) for value in values]


def test_no_figure_holds_a_nan(shown: list[Exhibit]) -> None:
    for exhibit in shown:
        for path, value in values_in(exhibit.figure):
            values = value.ravel().tolist() if hasattr(value, "ravel") else [value]
            for item in values:
                assert not (isinstance(item, float) and not math.isfinite(item)), path


def test_no_text_says_none_or_nan(shown: list[Exhibit]) -> None:
    for exhibit in shown:
        texts = [exhibit.headline, exhibit.subtitle, exhibit.alt_text, exhibit.source]
        texts += [*exhibit.notes, *exhibit.sentences, *exhibit.table.columns]
        texts += [str(cell) for row in exhibit.table.rows for cell in row]
        for text in texts:
            assert not {"nan", "inf"} & set(text.lower().replace("(", " ").split()), text
            assert "None" not in text.split()


def test_every_figure_has_its_table_and_its_words(shown: list[Exhibit]) -> None:
    for exhibit in shown:
        assert exhibit.key
        assert exhibit.headline
        assert exhibit.subtitle
        assert exhibit.source
        for table in (exhibit.table, exhibit.download):
            assert table.columns
            assert all(len(row) == len(table.columns) for row in table.rows)
        if exhibit.figure is not None:
            assert exhibit.table.rows
            assert exhibit.alt_text


def test_headlines_are_short(shown: list[Exhibit]) -> None:
    for exhibit in shown:
        assert len(exhibit.headline.split()) <= 15, exhibit.headline


def colours(trace: dict[str, Any]) -> set[str]:
    found = {trace.get("line", {}).get("color"), trace.get("marker", {}).get("color")}
    return {colour for colour in found if isinstance(colour, str) and colour.startswith("#")}


def test_colours_are_the_categorical_ones(shown: list[Exhibit]) -> None:
    for exhibit in shown:
        if exhibit.figure is None:
            continue
        used = set().union(*(colours(trace) for trace in exhibit.figure["data"]))
        used -= {theme.WHITE, theme.MUTED}
        assert used <= set(theme.CATEGORICAL)
        assert len(used) <= 4
    assert theme.CATEGORICAL == (
        "#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1",
    )  # fmt: skip


def test_synthetic_figures_say_so(sample) -> None:
    for name, exhibits in each(sample).items():
        for exhibit in exhibits:
            if name == "data":
                published = {"extracts_benchmarks", "extracts_published_findings"}
                about_extracts = exhibit.key.startswith("extracts_")
                assert exhibit.synthetic is (about_extracts and exhibit.key not in published)
                continue
            published = {"reported_findings", "quoted_against_official", "force_trend"}
            expected = not name.startswith("neighbours") and exhibit.key not in published
            assert exhibit.synthetic is expected, (name, exhibit.key)


@pytest.mark.parametrize("filters", [NO_FILTERS, SMALL], ids=["none", "small"])
@pytest.mark.parametrize("step", ["month", "quarter"])
def test_case_outcomes(sample, step: str, filters: Filters) -> None:
    question = CaseOutcomesQuestion(step=step)
    released = ask(question, FSP, filters, library=sample)
    exhibits = by_key(over_time(sample, question, filters))
    for group in ("outcome_20", "out_of_court"):
        exhibit = exhibits[f"{group}_over_time"]
        mine = [series for series in released.answer.series if series.group == group]
        marked = marks(exhibit)
        rows = iter(exhibit.table.rows)
        for series in mine:
            is_drawn = is_mostly_shown([point.share.value for point in series.points])
            assert is_drawn is not any(
                sentence.startswith(f"{series.series}: not drawn") for sentence in exhibit.sentences
            )
            for point in series.points:
                row = next(rows)
                y = marked.pop((series.series, point.period), None)
                assert row[1] == series.series
                if point.share.value is None:
                    assert y is None
                    assert point.share.events is not None or WITHHELD in (row[2], row[4])
                    assert row[5] in ("", WITHHELD)
                    assert row[6:9] == ("", "", "")
                else:
                    expected = pytest.approx(100 * point.share.value, abs=0.006)
                    assert y == (expected if is_drawn else None)
                    assert row[2] == f"{point.share.events:,}"
                    assert row[3] == f"{point.share.n:,}"
                    assert number(row[4]) == pytest.approx(100 * point.share.value, abs=0.051)
        assert next(rows, None) is None
        assert not marked
        for series in mine:
            for side in (series.before, series.after):
                if side and side.events is not None:
                    words = " ".join(exhibit.sentences)
                    assert f"{side.events:,}" in words
                    assert f"{side.n:,}" in exhibit.alt_text
                    assert f"{100 * side.value:.0f}%" in words


def marks(exhibit: Exhibit) -> dict[tuple[str, date], float]:
    """Return what a control chart marks, by group of areas and period."""
    if exhibit.figure is None:
        return {}
    return {
        (trace["meta"], _day(x)): y
        for trace in exhibit.figure["data"]
        if trace.get("meta")
        for x, y in zip(trace["x"], numbers(trace["y"]), strict=True)
    }


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value)[:10])


@pytest.mark.parametrize("filters", [NO_FILTERS, SMALL], ids=["none", "small"])
def test_outcomes_by_arm(sample, filters: Filters) -> None:
    released = ask(CaseOutcomesQuestion(), FSP, filters, library=sample)
    exhibit = by_key(over_time(sample, CaseOutcomesQuestion(), filters))["outcomes_by_arm"]
    drawn = traces(exhibit)
    for arm in dict.fromkeys(item.arm for item in released.answer.arms):
        mine = [item for item in released.answer.arms if item.arm == arm]
        for item, y, up in zip(
            mine, numbers(drawn[arm]["y"]), drawn[arm]["error_y"]["array"], strict=True
        ):
            if item.share.value is None:
                assert y is None
                assert not up
            else:
                assert y == pytest.approx(100 * item.share.value, abs=0.006)
                assert y + up == pytest.approx(100 * item.conf_int.high, abs=0.02)
                assert f"{item.share.events:,} of {item.share.n:,}" in exhibit.alt_text
    for item, row in zip(released.answer.arms, exhibit.table.rows, strict=True):
        assert row[2] == (WITHHELD if item.share.events is None else f"{item.share.events:,}")


@pytest.mark.parametrize("filters", [NO_FILTERS, SMALL], ids=["none", "small"])
@pytest.mark.parametrize("scale", ["difference", "ratio"])
def test_effect(sample, scale: str, filters: Filters) -> None:
    """The forest plot draws every estimate there is, with its limits."""
    released = ask(EffectQuestion(), FSP, filters, library=sample)
    drawn = traces(by_key(effect_exhibits(released, form=scale))[f"outcomes_{scale}"])
    factor = 100 if scale == "difference" else 1
    for name, which in (("Unadjusted", "unadjusted"), ("Matched", "adjusted")):
        estimates = [getattr(getattr(item, which), scale) for item in released.answer.outcomes]
        kept = [estimate for estimate in estimates if estimate is not None]
        assert (name in drawn) == bool(kept)
        if not kept:
            continue
        trace = drawn[name]
        assert numbers(trace["x"]) == pytest.approx([factor * item.value for item in kept])
        bars = trace["error_x"]
        for item, x, up, down in zip(
            kept, trace["x"], bars["array"], bars["arrayminus"], strict=True
        ):
            assert x + up == pytest.approx(factor * item.conf_int.high)
            assert x - down == pytest.approx(factor * item.conf_int.low)


@pytest.mark.parametrize("filters", [NO_FILTERS, SMALL], ids=["none", "small"])
@pytest.mark.parametrize("scale", ["difference", "ratio"])
def test_the_table_of_the_effect(sample, scale: str, filters: Filters) -> None:
    released = ask(EffectQuestion(), FSP, filters, library=sample)
    exhibit = by_key(effect_exhibits(released, form=scale))[f"outcomes_{scale}"]
    factor, rounding = (100, 0.051) if scale == "difference" else (1, 0.0051)
    contrasts = [
        (outcome.label, contrast)
        for outcome in released.answer.outcomes
        for contrast in (outcome.unadjusted, outcome.adjusted)
    ]
    for (label, contrast), row in zip(contrasts, exhibit.table.rows, strict=True):
        assert row[0] == label
        text = " ".join(str(cell) for cell in row)
        estimate = getattr(contrast, scale)
        if estimate is None:
            assert str(row[5]) == ""
        else:
            assert number(row[4]) == pytest.approx(factor * estimate.value, abs=rounding)
        for share in (contrast.treated, contrast.comparison):
            if share.is_withheld:
                assert WITHHELD in text
            elif share.events is not None and estimate is not None:
                assert f"{share.events:,} of {share.n:,}" in text


@pytest.mark.parametrize("filters", [NO_FILTERS, SMALL], ids=["none", "small"])
def test_the_sentences_of_the_effect(sample, filters: Filters) -> None:
    released = ask(EffectQuestion(), FSP, filters, library=sample)
    exhibit = by_key(effect_exhibits(released))["outcomes_difference"]
    assert all(sentence in exhibit.alt_text for sentence in exhibit.sentences)
    if any(check.status == "fail" for check in released.answer.checks):
        assert all("Not reliable" in sentence for sentence in exhibit.sentences)
        return
    for outcome, sentence in zip(released.answer.outcomes, exhibit.sentences, strict=False):
        matched = outcome.adjusted
        if matched.difference and matched.treated.value is not None:
            assert f"{100 * matched.treated.value:.0f}" in sentence
            assert f"{100 * matched.comparison.value:.0f}" in sentence


def test_balance(sample) -> None:
    released = ask(EffectQuestion(), FSP, library=sample)
    exhibits = by_key(effect_exhibits(released))
    drawn = [numbers(trace["x"]) for trace in exhibits["love_plot"].figure["data"]]
    balance = released.answer.balance
    assert drawn[0] == pytest.approx([abs(row.unadjusted) for row in balance])
    assert drawn[1] == pytest.approx([abs(row.adjusted) for row in balance])
    for row, shown_row in zip(balance, exhibits["love_plot"].table.rows, strict=True):
        assert number(shown_row[1]) == pytest.approx(row.unadjusted, abs=0.0051)
        assert number(shown_row[2]) == pytest.approx(row.adjusted, abs=0.0051)
    assert len(exhibits["health_checks"].table.rows) == len(released.answer.checks)


@pytest.mark.parametrize("filters", [NO_FILTERS, Filters(categories=("SAB",))])
def test_repeat_plans(sample, filters: Filters) -> None:
    released = ask(RepeatPlansQuestion(), RPS, filters, library=sample)
    assert not is_unanswered(released)
    answer = released.answer
    (exhibit,) = [
        item for item in repeat_plan_exhibits(released) if item.key == "time_to_repeat_plan"
    ]
    # Each curve is drawn run by run: upper edge, lower edge filled up to it, and the line.
    drawn: dict[str, list[tuple[float, ...]]] = {}
    data = exhibit.figure["data"]
    for place, trace in enumerate(data):
        if trace.get("name"):
            of_run = (trace["x"], trace["y"], data[place - 2]["y"], data[place - 1]["y"])
            drawn.setdefault(trace["name"], []).extend(zip(*map(numbers, of_run), strict=True))
    naive, curve = drawn.values()
    month = 365.25 / 12
    assert np.array(curve) == pytest.approx(
        np.array(
            [
                (
                    point.day / month,
                    100 * point.share,
                    100 * point.conf_int.high,
                    100 * point.conf_int.low,
                )
                for point in answer.curve
            ]
        )
    )
    assert np.array(naive) == pytest.approx(
        np.array(
            [
                (
                    point.day / month,
                    100 * point.naive,
                    100 * point.naive_conf_int.high,
                    100 * point.naive_conf_int.low,
                )
                for point in answer.curve
                if point.naive is not None
            ]
        )
    )
    for point, row in zip(answer.at_risk, exhibit.table.rows, strict=True):
        assert float(row[1]) == pytest.approx(100 * point.share, abs=0.051)
        assert row[3] == (WITHHELD if point.n_at_risk is None else f"{point.n_at_risk:,}")
    for point in answer.within:
        assert f"{100 * point.share:.0f}%" in exhibit.alt_text
        assert f"{100 * point.share:.0f}%" in " ".join(exhibit.sentences)


def test_audit(sample) -> None:
    released = ask(AuditQuestion(), RPS, library=sample)
    answer = released.answer
    combined = ask(CombinationsQuestion(), RPS, library=sample)
    exhibits = by_key(audit_exhibits(released, combined))
    (bars,) = exhibits["audit_bands"].figure["data"]
    assert numbers(bars["y"]) == [band.share.events for band in answer.bands]
    for band, row in zip(answer.bands, exhibits["audit_bands"].table.rows, strict=True):
        assert row[:2] == (band.label, f"{band.share.events:,}")
        assert f" {band.share.events}" in exhibits["audit_bands"].alt_text
    (dots,) = exhibits["audit_features"].figure["data"]
    ranked = sorted(answer.features, key=lambda item: -item.share.value)
    features = {theme.wrapped(item.label, 24): item for item in answer.features}
    assert len(dots["x"]) >= len(features) / 2
    for label, x, up, down in zip(
        dots["text"],
        dots["x"],
        dots["error_x"]["array"],
        dots["error_x"]["arrayminus"],
        strict=True,
    ):
        item = features[label]
        assert x == pytest.approx(100 * item.share.value)
        assert x + up == pytest.approx(100 * item.conf_int.high)
        assert x - down == pytest.approx(100 * item.conf_int.low)
    for item, row in zip(ranked, exhibits["audit_features"].table.rows, strict=True):
        assert row[:3] == (item.label, f"{item.share.events:,}", f"{item.share.n:,}")


@pytest.mark.parametrize(
    ("area", "measure"),
    [
        ("E06000045", "cp_plans_at_31_march"),
        ("E10000014", "cp_plans_at_31_march"),
        ("E06000045", "second_or_subsequent_plans"),
        ("E06000045", "days_section_47_to_conference"),
        ("E09000001", "cp_plans_at_31_march"),
    ],
)
def test_comparison_over_the_years(sample, area: str, measure: str) -> None:
    released = ask(ComparisonQuestion(area_code=area, measure=measure), library=sample)
    answer = released.answer
    exhibit = by_key(comparison_exhibits(released))[f"years_{measure}"]
    drawn = traces(exhibit)
    for series in answer.series:
        trace = drawn[series.label]
        assert list(trace["x"]) == [figure.year for figure in series.figures]
        for figure, y in zip(series.figures, numbers(trace["y"]), strict=True):
            assert (y is None) is (figure.value is None)
            assert y is None or y == pytest.approx(figure.value, abs=0.006)
    for index, row in enumerate(exhibit.table.rows):
        cells = [row[0], row[1], row[3], *row[5:]]
        assert cells[0] == answer.series[0].figures[index].year
        for series, cell in zip(answer.series, cells[1:], strict=True):
            figure = series.figures[index]
            if figure.value is None:
                assert cell == (f"[{figure.symbol}]" if figure.symbol else "[x]")
            else:
                assert float(cell) == pytest.approx(figure.value, abs=0.051)
    latest = next(
        (item for item in reversed(answer.series[0].figures) if item.value is not None), None
    )
    if latest:
        assert f"{latest.value:.1f}" in exhibit.alt_text
        assert str(latest.year) in exhibit.sentences[0]


def test_evidence_stands_beside_what_is_computed(sample) -> None:
    effect = ask(EffectQuestion(), FSP, library=sample)
    released = ask(EvidenceQuestion(evaluation=FSP), library=sample)
    reproduction = ask(ReproductionQuestion(), FSP, library=sample)
    exhibits = by_key(evidence_exhibits(released, reproduction))
    assert len(exhibits["reported_findings"].table.rows) == len(released.answer.findings)
    rows = exhibits["reported_and_computed"].table.rows
    computed_from = {
        finding.measure: finding.computed_from
        for finding in released.answer.findings
        if finding.computed_from and finding.computed_from.startswith("effect:")
    }
    assert computed_from
    for outcome in effect.answer.outcomes:
        if outcome.adjusted.difference and f"effect:{outcome.key}" in computed_from.values():
            value = round(100 * outcome.adjusted.difference.value, 1)
            written = f"{value:+.3g}".replace("-", "\N{MINUS SIGN}")
            assert any(f"{written} percentage points" == row[2] for row in rows), outcome.key
    for finding, row in zip(
        released.answer.findings, exhibits["reported_findings"].download.rows, strict=True
    ):
        assert finding.value_text in row


def test_each_mark_is_counted_in_the_headline(sample) -> None:
    released = ask(EvidenceQuestion(evaluation=RPS), library=sample)
    reproduction = ask(ReproductionQuestion(), RPS, library=sample)
    exhibit = by_key(evidence_exhibits(released, reproduction))["reported_and_computed"]
    marks = [row[3] for row in exhibit.table.rows]
    n_same = sum("Reproduced" in mark for mark in marks)
    assert 0 < n_same < len(marks)
    assert exhibit.headline.startswith(f"{n_same} of {len(marks)} ")
    assert all(row[4] for row in exhibit.table.rows if "Cannot" in row[3])


def test_the_card_of_an_evaluation(sample) -> None:
    for name in (FSP, RPS):
        verdicts = ask(OverviewQuestion(), name, library=sample)
        card = overview_card(
            verdicts,
            ask(RepeatPlansQuestion(), name, library=sample),
            ask(AuditQuestion(), name, library=sample),
        )
        assert [letter.word for letter in card.letters] == [
            verdict.word for verdict in verdicts.answer.verdicts
        ]
        assert card.synthetic
        assert card.figures


def test_every_reason_has_its_words(sample) -> None:
    for question, name, filters in (
        (EffectQuestion(), RPS, NO_FILTERS),
        (EffectQuestion(), FSP, Filters(local_authorities=("E09000001",))),
        (EffectQuestion(), FSP, Filters(period_end=date(2018, 1, 1))),
    ):
        released = ask(question, name, filters, library=sample)
        assert is_unanswered(released)
        words = sentences(released)
        assert words
        assert all("_" not in sentence for sentence in words)


def test_data_names_every_extract(sample) -> None:
    released = ask(DataQuestion(), library=sample)
    exhibits = by_key(data_exhibits(released))
    assert exhibits["data_findings"].table.rows == ()
    for folder in released.answer.folders:
        rows = exhibits[f"extracts_{folder.name}"].table.rows
        assert [row[0] for row in rows] == [f"{item.name}.parquet" for item in folder.extracts]
        for item, row in zip(folder.extracts, rows, strict=True):
            assert f"{item.rows:,}" in row
            assert item.fingerprint.startswith(row[-1])


def test_data_shows_what_is_broken(copied_library) -> None:
    (copied_library.root / FSP / "events.parquet").unlink()
    (copied_library.root / RPS / "evaluation.toml").write_text("[evaluation", encoding="utf-8")
    exhibits = by_key(data_exhibits(ask(DataQuestion(), library=copied_library)))
    rows = [" ".join(map(str, row)) for row in exhibits["data_findings"].table.rows]
    assert len(rows) == 2
    assert any(FSP in row and "events.parquet" in row for row in rows)
    assert any(RPS in row and "evaluation.toml" in row for row in rows)


NUMBERS_IN_TEXT = re.compile(r"\d[\d,]*")


def test_withheld_counts_are_nowhere(sample) -> None:
    """Where a share is withheld, its true count is in no cell of its row and drawn nowhere."""
    question = CaseOutcomesQuestion(step="quarter")
    released = ask(question, FSP, SMALL, library=sample)
    exhibits = by_key(over_time(sample, question, SMALL))
    withheld = 0
    for group in ("outcome_20", "out_of_court"):
        exhibit = exhibits[f"{group}_over_time"]
        points = [
            point
            for series in released.answer.series
            if series.group == group
            for point in series.points
        ]
        for point, row in zip(points, exhibit.table.rows, strict=True):
            if point.share.is_withheld:
                withheld += 1
                assert row[2] == row[4] == WITHHELD
                assert not NUMBERS_IN_TEXT.search(str(row[5]))
        assert set(marks(exhibit)) == {
            (series.series, point.period)
            for series in released.answer.series
            if series.group == group
            if is_mostly_shown([point.share.value for point in series.points])
            for point in series.points
            if point.share.value is not None
        }
    assert withheld
