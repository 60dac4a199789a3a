"""Every design on cases, recomputed a second way from the files."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN
from analytics.disclosure.suppression import Share
from analytics.emmie.contrast import Contrast, Estimate, OutcomeEffect, disclose_outcome
from analytics.emmie.effect import EffectAnswer, EffectQuestion
from analytics.emmie.effect.analyses import AnalysesQuestion
from analytics.emmie.effect.association import AssociationAnswer, AssociationQuestion
from analytics.emmie.effect.change import ChangeAnswer, ChangeQuestion, answer_change
from analytics.emmie.effect.comparison import answer_effect
from analytics.emmie.effect.months import last_known, months_before
from analytics.emmie.effect.series import SeriesAnswer, SeriesQuestion, answer_series
from analytics.emmie.effect.specification import (
    SpecificationAnswer,
    SpecificationQuestion,
    answer_specification,
)
from analytics.emmie.study import Study, Unanswered
from analytics.extracts.filters import NO_FILTERS, Filters
from analytics.statistics.results import Interval
from tests.helpers.folders import EFFECT_PROTOCOL, FSP, RPS, SAMPLE, case, study_of, tiny_library
from tests.helpers.walking import counts_in

WITH = ["E10000014", "E06000044", "E06000046"]
WITHOUT = "E06000045"
COVARIATES = [
    "age_years", "sex", "domestic_abuse", "parental_mental_health", "substance_misuse",
    "prior_referrals", "prior_plan", "assessed_risk",
]  # fmt: skip
CHANGE = pd.Timestamp(2019, 7, 1)


@pytest.fixture(scope="module")
def study(sample) -> Study:
    return study_of(sample, FSP)


@pytest.fixture(scope="module")
def cases() -> pd.DataFrame:
    found = pd.read_parquet(SAMPLE / FSP / "cases.parquet")
    found["recorded_on"] = pd.to_datetime(found["recorded_on"])
    for key, codes in (("outcome_20", [20]), ("out_of_court", [2, 3, 6, 7, 8])):
        hit = found["outcome_code"].isin(codes).astype(float)
        found[key] = hit.where(found["outcome_code"].notna())
    return found


def raw_change(study: Study) -> ChangeAnswer:
    answer = answer_change(ChangeQuestion(analysis="areas"), study)
    assert isinstance(answer, ChangeAnswer)
    return answer


def raw_series(study: Study) -> SeriesAnswer:
    answer = answer_series(SeriesQuestion(analysis="series"), study)
    assert isinstance(answer, SeriesAnswer)
    return answer


def raw_curve(study: Study, outcome: str = "out_of_court") -> SpecificationAnswer:
    answer = answer_specification(SpecificationQuestion(outcome=outcome), study)
    assert isinstance(answer, SpecificationAnswer)
    return answer


# Weighted.


def test_entropy_weights_recomputed_by_a_general_optimiser(study: Study, cases) -> None:
    """The dual of the same problem, solved by scipy; then a plain weighted mean."""
    from scipy.optimize import minimize

    mine = cases[cases["arm"].notna()].copy()
    x = mine[COVARIATES].assign(sex=(mine["sex"] == "F")).astype(float)
    x = ((x - x.mean()) / x.std()).to_numpy()
    treated = (mine["arm"] == "intervention").to_numpy()
    gap = x[~treated] - x[treated].mean(axis=0)
    found = minimize(lambda b: np.log(np.exp(gap @ b).sum()), np.zeros(x.shape[1]), tol=1e-12)
    weights = np.exp(gap @ found.x)
    answer = answer_effect(EffectQuestion(analysis="weighted"), study)
    assert isinstance(answer, EffectAnswer)
    for key in ("outcome_20", "out_of_court"):
        y = mine[key].to_numpy()
        expected = y[treated].mean() - np.average(y[~treated], weights=weights)
        outcome = next(item for item in answer.outcomes if item.key == key)
        assert outcome.adjusted.difference.value == pytest.approx(expected, abs=1e-5)


def test_both_analyses_of_the_same_cases_show_the_same_unadjusted_figures(sample) -> None:
    for filters in (NO_FILTERS, Filters(local_authorities=(WITHOUT,)), Filters(sexes=("F",))):
        pair = [
            ask(EffectQuestion(analysis=key), FSP, filters, library=sample).answer
            for key in ("matched", "weighted")
        ]
        shown = [[item.unadjusted for item in answer.outcomes] for answer in pair]
        assert shown[0] == shown[1]


def weighted_outcome(events: int, n: int) -> OutcomeEffect:
    """Return an outcome of 40 cases in each arm, of which ``n`` are known."""
    limits = Interval(low=-0.4123, high=-0.0123, level=0.95, method="by hand")
    estimate = Estimate(value=-0.2123, conf_int=limits, p_value=0.0123)
    plain = Share.of(events, n)
    return OutcomeEffect(
        key="a",
        label="A",
        phrase="had it",
        intended="lower",
        primary=True,
        unadjusted=Contrast(
            treated=plain, comparison=Share.of(20, 40), difference=estimate, ratio=estimate
        ),
        adjusted=Contrast(
            treated=Share(events=None, n=None, value=plain.value),
            comparison=Share(events=None, n=None, value=0.51234),
            difference=estimate,
            ratio=estimate,
            weighted=True,
        ),
    )


def test_weighted_figures_are_no_finer_than_the_plain_ones() -> None:
    """The weights of intervention cases are one, so a finer share would undo the rounding."""
    whole = disclose_outcome(weighted_outcome(12, 40), (40, 40), DFE_CIN)
    assert whole.adjusted.comparison.value == 0.512
    few_unknown = disclose_outcome(weighted_outcome(12, 37), (40, 40), DFE_CIN)
    assert few_unknown.unadjusted.rounded
    assert few_unknown.adjusted.treated == few_unknown.unadjusted.treated
    assert few_unknown.adjusted.comparison.value is None
    assert few_unknown.adjusted.ratio is None
    assert few_unknown.adjusted.difference.value == -0.21
    small = disclose_outcome(weighted_outcome(3, 40), (40, 40), DFE_CIN)
    assert small.adjusted.difference is None
    assert small.adjusted.treated.value is None


def test_an_unknown_analysis_is_not_answered(sample) -> None:
    for question in (
        EffectQuestion(analysis="areas"),
        EffectQuestion(analysis="astrology"),
        ChangeQuestion(analysis="matched"),
        SeriesQuestion(analysis="areas"),
        SpecificationQuestion(outcome="out_of_court", analysis="areas"),
        SpecificationQuestion(outcome="happiness"),
    ):
        answer = ask(question, FSP, library=sample).answer
        assert isinstance(answer, Unanswered)
        assert answer.reason == "not_in_protocol"


@pytest.mark.parametrize(
    ("question", "key"),
    [
        (EffectQuestion(), "matched"),
        (ChangeQuestion(), "areas"),
        (SeriesQuestion(), "series"),
        (SpecificationQuestion(outcome="out_of_court"), "matched"),
    ],
)
def test_without_a_key_the_main_or_first_analysis_of_the_kind_is_meant(
    sample, question, key: str
) -> None:
    assert ask(question, FSP, library=sample).answer.analysis.key == key


NO_OUTCOMES = """
[change]
on = 2019-07-01
label = "Change"

[arms]
intervention = "New"
comparison = "Old"

[matching]
covariates = ["age_years"]

[[outcomes]]
key = "plans"
label = "Plans"
kind = "published"
measure = "cp_plans_at_31_march"
primary = true

[[analyses]]
key = "only"
label = "Only"
estimator = "{estimator}"
main = true
"""


@pytest.mark.parametrize(
    ("estimator", "question"),
    [
        ("matched", EffectQuestion()),
        ("matched", SpecificationQuestion(outcome="plans")),
        ("difference_in_differences", ChangeQuestion()),
        ("interrupted_series", SeriesQuestion()),
    ],
)
def test_an_analysis_without_an_outcome_that_it_can_take_is_not_answered(
    tmp_path, estimator: str, question
) -> None:
    library = tiny_library(tmp_path, {"cases": [case(1)]}, NO_OUTCOMES.format(estimator=estimator))
    answer = ask(question, "tiny", library=library).answer
    assert isinstance(answer, Unanswered)
    assert answer.reason == "not_in_protocol"


# Difference-in-differences.


@pytest.mark.parametrize("key", ["outcome_20", "out_of_court"])
def test_change_of_the_areas_by_least_squares_of_statsmodels(study: Study, cases, key) -> None:
    import statsmodels.formula.api as smf

    frame = cases[
        (cases["recorded_on"] >= CHANGE - pd.DateOffset(months=12))
        & (cases["recorded_on"] < pd.Timestamp(2020, 3, 1))
    ].dropna(subset=[key])
    frame = frame.assign(
        y=frame[key],
        treated=frame["local_authority"].isin(WITH).astype(int),
        after=(frame["recorded_on"] >= CHANGE).astype(int),
        family=frame["family_id"].factorize()[0],
    )
    fit = smf.ols("y ~ treated * after", frame).fit(
        cov_type="cluster", cov_kwds={"groups": frame["family"]}
    )
    outcome = next(item for item in raw_change(study).outcomes if item.key == key)
    assert outcome.difference.value == pytest.approx(fit.params["treated:after"])
    limits = outcome.difference.conf_int
    half = (limits.high - limits.low) / 2 / 1.96
    # CR2 with few degrees of freedom is a little wider than statsmodels' CR1.
    assert 0.98 < half / fit.bse["treated:after"] < 1.05
    cells = frame.groupby(["treated", "after"])["y"].agg(["sum", "count"]).astype(int)
    for share, place in zip(outcome.cells, [(1, 0), (1, 1), (0, 0), (0, 1)], strict=True):
        assert (share.events, share.n) == tuple(cells.loc[place])


def test_ratio_of_ratios_is_that_of_the_shares(study: Study) -> None:
    for outcome in raw_change(study).outcomes:
        before, after, other_before, other_after = (share.value for share in outcome.cells)
        expected = (after / before) / (other_after / other_before)
        assert outcome.ratio.value == pytest.approx(expected)


def test_one_area_without_the_intervention_can_tell_nothing(study: Study) -> None:
    answer = raw_change(study)
    assert answer.n_areas == (3, 1)
    assert {"areas_in_smaller_group"} <= {check.name for check in answer.failed_checks}
    assert all(outcome.smallest_area_p == 0.25 for outcome in answer.outcomes)
    assert all(outcome.area_p in {0.25, 0.5, 0.75, 1.0} for outcome in answer.outcomes)


def test_out_of_court_disposals_rose_at_least_as_much_without_plans(study: Study) -> None:
    outcome = next(item for item in raw_change(study).outcomes if item.key == "out_of_court")
    before, after, other_before, other_after = (share.value for share in outcome.cells)
    assert other_after - other_before > after - before > 0.05


def test_released_change_has_no_counts_and_no_small_cells(study: Study) -> None:
    raw = raw_change(study)
    shown = raw.disclose(DFE_CIN)
    for before, after in zip(raw.outcomes, shown.outcomes, strict=True):
        small = any(
            0 < cell < 6
            for share in before.cells
            for cell in (share.events, share.n - share.events)
        )
        assert (after.reason == "withheld") == small
        assert all(share.events is None and share.n is None for share in after.cells)
        if small:
            figures = (after.difference, after.ratio, after.year_before, after.area_p)
            assert figures == (None, None, None, None)
    assert any(outcome.reason == "withheld" for outcome in shown.outcomes)


def test_a_filter_to_one_group_of_areas_is_not_estimable(sample) -> None:
    for areas in (tuple(WITH), (WITHOUT,)):
        filters = Filters(local_authorities=areas)
        answer = ask(ChangeQuestion(analysis="areas"), FSP, filters, library=sample).answer
        assert isinstance(answer, Unanswered)
        assert answer.reason == "not_estimable"


# Interrupted series.


def test_months_recomputed_from_the_file(study: Study, cases) -> None:
    import statsmodels.api as sm

    outcome = next(item for item in raw_series(study).outcomes if item.key == "outcome_20")
    mine = cases[cases["local_authority"].isin(WITH)].dropna(subset=["outcome_20"])
    monthly = mine.groupby(mine["recorded_on"].dt.to_period("M"))["outcome_20"].agg(
        ["sum", "count"]
    )
    monthly = monthly[monthly.index < "2020-03"]
    assert [(p.share.events, p.share.n) for p in outcome.points] == [
        (int(a), int(b)) for a, b in monthly.to_numpy()
    ]
    # The point estimates of the autoregressive fit lie near those of least squares.
    time = np.arange(len(monthly)) - 39.0
    after = (time >= 0).astype(float)
    design = np.column_stack([np.ones(len(time)), time, after, after * time])
    fit = sm.GLSAR((monthly["sum"] / monthly["count"]).to_numpy(), design, rho=1)
    fitted = fit.iterative_fit(20)
    middle = fitted.params[2] + fitted.params[3] * 3
    assert outcome.average.value == pytest.approx(middle, abs=0.01)
    assert len(outcome.points) == 47


def test_average_since_the_change_is_the_mean_of_the_gaps(study: Study) -> None:
    """Eight months since: the middle one is the fourth, half a month before the exact middle."""
    for outcome in raw_series(study).outcomes:
        new = [p.fitted - p.expected for p in outcome.points if p.month >= date(2019, 7, 1)]
        slope = new[1] - new[0]
        shift = slope / 2 if len(new) % 2 == 0 else 0.0
        assert np.mean(new) - shift == pytest.approx(outcome.average.value)


def test_released_months_are_whole_per_cent_without_counts(sample) -> None:
    answer = ask(SeriesQuestion(analysis="series"), FSP, library=sample).answer
    assert isinstance(answer, SeriesAnswer)
    assert not [path for path, _ in counts_in(answer) if "share" in path]
    shares = [p.share.value for item in answer.outcomes for p in item.points]
    known = [value for value in shares if value is not None]
    assert known
    assert all(value == round(value, 2) for value in known)
    assert len(known) < len(shares)


def test_the_last_month_is_the_one_in_which_enough_is_known() -> None:
    months = np.array(["2019-01", "2019-02", "2019-03"], dtype="datetime64[M]")
    assert last_known(months, [10, 8, 7], [10, 10, 10]) == np.datetime64("2019-02")
    assert last_known(months, [1, 1, 1], [10, 10, 10]) == np.datetime64("2018-12")
    assert months_before(date(2019, 7, 1), 12) == date(2018, 7, 1)
    assert months_before(date(2019, 1, 1), 1) == date(2018, 12, 1)


# Specification curve.


def test_the_protocols_own_specification_is_its_analysis(study: Study) -> None:
    for key in ("matched", "weighted"):
        effect = answer_effect(EffectQuestion(analysis=key), study)
        curve = answer_specification(
            SpecificationQuestion(outcome="out_of_court", analysis=key), study
        )
        (chosen,) = [spec for spec in curve.specs if spec.is_chosen]
        outcome = next(item for item in effect.outcomes if item.key == "out_of_court")
        estimate = outcome.adjusted.difference
        assert chosen.estimate == pytest.approx(estimate.value)
        assert chosen.low == pytest.approx(estimate.conf_int.low)
        assert chosen.high == pytest.approx(estimate.conf_int.high)


def test_curve_is_ordered_and_its_shares_are_counted(study: Study) -> None:
    curve = raw_curve(study, "suspect_within_6_months")
    estimates = [spec.estimate for spec in curve.specs]
    assert estimates == sorted(estimates)
    assert curve.median == pytest.approx(np.median(estimates))
    assert curve.share_same_side == pytest.approx(np.mean(np.array(estimates) < 0))
    clear = [spec.high < 0 for spec in curve.specs]
    assert curve.share_clear == pytest.approx(np.mean(clear))


def test_codes_that_no_case_has_are_no_choice(study: Study) -> None:
    """Outcome 22 is in no study case, so counting it gives the same specification twice."""
    names = {
        code for spec in raw_curve(study).specs for name, code in spec.choices if name == "codes"
    }
    assert names == {"out_of_court", "out_of_court__1"}


def test_specifications_on_small_cells_are_dropped(study: Study) -> None:
    raw = raw_curve(study)
    small = [spec for spec in raw.specs if any(0 < cell < 6 for cell in spec.cells)]
    assert small
    shown = raw.disclose(DFE_CIN)
    assert len(shown.specs) == len(raw.specs) - len(small)
    assert shown.n_not_estimable == raw.n_not_estimable + len(small)
    assert all(
        spec.cells == () and spec.estimate == round(spec.estimate, 2) for spec in shown.specs
    )
    hidden = replace(raw, whole=(4, 200, 20, 200)).disclose(DFE_CIN)
    assert hidden.specs == ()
    assert hidden.median is None


# Outcomes that go together.


def test_correlation_is_that_of_the_file(study: Study, sample) -> None:
    events = pd.read_parquet(SAMPLE / FSP / "events.parquet")
    mine = pd.read_parquet(SAMPLE / FSP / "cases.parquet").query("arm == arm")
    flags = {}
    for kind in ("victim", "suspect"):
        joined = mine.merge(events[events["kind"] == kind], on="child_id")
        days = pd.to_datetime(joined["occurred_on"]) - pd.to_datetime(joined["recorded_on"])
        hits = joined.loc[(days.dt.days > 0) & (days.dt.days <= 183), "case_id"]
        flags[kind] = mine["case_id"].isin(hits).astype(int)
    expected = np.corrcoef(flags["victim"], flags["suspect"])[0, 1]
    answer = ask(AssociationQuestion(), FSP, library=sample).answer
    assert isinstance(answer, AssociationAnswer)
    (whole,) = [group for group in answer.pairs[0].groups if group.which == "all"]
    assert whole.phi.value == round(expected, 2)
    assert whole.phi.conf_int.low > 0


CORRELATED = """
[[correlations]]
first = "outcome_20"
second = "plan_soon"
"""


def test_without_matching_outcomes_still_go_together_in_the_arms(tmp_path) -> None:
    matching = '[matching]\ncovariates = ["age_years", "assessed_risk"]'
    assert matching in EFFECT_PROTOCOL
    rows = [case(n, arm=("intervention", "comparison")[n % 2]) for n in range(20)]
    library = tiny_library(
        tmp_path,
        {"cases": rows, "cp_plans": [], "events": []},
        EFFECT_PROTOCOL.replace(matching, "") + CORRELATED,
    )
    (pair,) = ask(AssociationQuestion(), "tiny", library=library).answer.pairs
    assert [group.which for group in pair.groups] == ["all", "intervention", "comparison"]


def test_unmatched_cases_with_both_outcomes_cannot_be_counted(sample) -> None:
    """Matched cases leave two victims among suspects out; a finer phi would give them away."""
    answer = ask(AssociationQuestion(), FSP, library=sample).answer
    (matched,) = [group for group in answer.pairs[0].groups if group.which == "matched"]
    assert matched.phi.value == round(matched.phi.value, 1)
    assert matched.odds_ratio is None
    assert matched.with_first.value is None
    shown = ask(EffectQuestion(), FSP, library=sample).answer
    n = 2 * shown.n_pairs
    sizes = {"suspect": 42, "victim": 65}
    top = np.sqrt(
        sizes["suspect"] * (n - sizes["suspect"]) * sizes["victim"] * (n - sizes["victim"])
    )
    possible = [
        both
        for both in range(min(sizes.values()) + 1)
        if round((both * n - sizes["suspect"] * sizes["victim"]) / top, 1) == matched.phi.value
    ]
    assert len(possible) >= 3


# Evaluations that compare nothing.


def test_every_evaluation_says_how_its_effect_is_estimated_or_why_not(sample) -> None:
    for name, compares in ((FSP, True), (RPS, False)):
        answer = ask(AnalysesQuestion(), name, library=sample).answer
        assert bool(answer.analyses) is compares
        if compares:
            assert answer.analyses[0].is_main
        else:
            assert answer.caution
