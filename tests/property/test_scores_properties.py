"""What must hold of answers, agreement and reliability for every input."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analytics.statistics.results import NotEstimable
from analytics.statistics.scores.comparison import AnswerComparison, compare_answers
from analytics.statistics.scores.counts import count_answers
from analytics.statistics.scores.intraclass import (
    IccResult,
    binary_cluster_icc,
    cluster_icc,
    intraclass_correlation,
)
from analytics.statistics.scores.kappa import KappaResult, cohen_kappa, count_pairs
from analytics.statistics.scores.likert import AnswerSummary, summarise_answers
from analytics.statistics.scores.many_raters import (
    AgreementResult,
    count_ratings,
    fleiss_kappa,
    krippendorff_alpha,
)
from analytics.statistics.scores.mixed_model import MixedModelResult, score_over_waves
from analytics.statistics.scores.proportional_odds import (
    ProportionalOddsFit,
    answers_over_waves,
    fit_proportional_odds,
)
from analytics.statistics.scores.repeated_tests import cochran_q, friedman
from analytics.statistics.scores.themes import RoleShare, ThemeShares, count_themes, theme_shares

ROUNDING = 1e-9
# A Newton step ends below 1e-9; what follows from it keeps about 7 digits.
ITERATED = 1e-6
MEASUREMENTS = st.sampled_from(["nominal", "ordinal", "interval"])
few = settings(deadline=None, derandomize=True, max_examples=40)

five_counts = st.lists(st.integers(0, 30), min_size=5, max_size=5)


@st.composite
def survey(draw):
    """Answers 0 to 3 of up to 12 people in 3 waves, some missing."""
    n = draw(st.integers(8, 36))
    answers = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    places = draw(st.lists(st.integers(0, 35), min_size=n, max_size=n, unique=True))
    return np.array(answers), np.array(places) % 3, np.array(places) // 3


@st.composite
def ratings(draw):
    """Numbers of raters by unit and category."""
    n, k = draw(st.integers(2, 12)), draw(st.integers(2, 4))
    rows = st.lists(st.integers(0, 3), min_size=k, max_size=k)
    return np.array(draw(st.lists(rows, min_size=n, max_size=n)))


@given(five_counts, five_counts)
@few
def test_comparison_mirrors(first, second):
    one, other = compare_answers(first, second), compare_answers(second, first)
    reverse = compare_answers(first[::-1], second[::-1])
    if isinstance(one, NotEstimable):
        assert one == other == reverse
        return
    assert isinstance(other, AnswerComparison)
    assert isinstance(reverse, AnswerComparison)
    for mirrored in (other, reverse):
        assert mirrored.probability_of_superiority == pytest.approx(
            1 - one.probability_of_superiority
        )
        assert mirrored.conf_int.low == pytest.approx(1 - one.conf_int.high, abs=ROUNDING)
        assert mirrored.p_value == pytest.approx(one.p_value)
    assert 0 <= one.conf_int.low <= one.probability_of_superiority <= one.conf_int.high <= 1
    assert 0 <= one.p_value <= 1
    ranks = one.mean_rank_first * one.n_first + one.mean_rank_second * one.n_second
    n = one.n_first + one.n_second
    assert ranks == pytest.approx(n * (n + 1) / 2)


@given(five_counts, st.booleans(), st.integers(0, 9))
@few
def test_summary_stays_in_range(counts, simultaneous, n_missing):
    assume(sum(counts) > 0)
    result = summarise_answers(counts, simultaneous=simultaneous, n_missing=n_missing)
    reverse = summarise_answers(counts[::-1])
    assert isinstance(result, AnswerSummary)
    assert isinstance(reverse, AnswerSummary)
    assert sum(answer.share for answer in result.answers) == pytest.approx(1)
    for answer in (*result.answers, result.top_box):
        low, high = answer.conf_int.low, answer.conf_int.high
        assert 0 <= low <= answer.share + ROUNDING
        assert answer.share - ROUNDING <= high <= 1
    assert result.lower_quartile <= result.median <= result.upper_quartile
    net = result.net_agreement_conf_int
    assert -1 <= net.low <= result.net_agreement <= net.high <= 1
    assert reverse.net_agreement == pytest.approx(-result.net_agreement)
    assert reverse.net_agreement_conf_int.low == pytest.approx(-net.high)


@given(survey())
@few
def test_ordered_answers_mirror_and_permute(drawn):
    answers, waves, people = drawn
    fit = answers_over_waves(answers, waves, n_answers=4, respondents=people)
    assume(isinstance(fit, ProportionalOddsFit))
    shuffle = np.random.default_rng(1).permutation(len(answers))
    again = answers_over_waves(
        answers[shuffle], waves[shuffle], n_answers=4, respondents=people[shuffle] * 7 + 1
    )
    mirrored = answers_over_waves(3 - answers, waves, n_answers=4, respondents=people)
    spread = answers_over_waves(2 * answers, waves, n_answers=8, respondents=people)
    for other, sign in ((again, 1), (mirrored, -1), (spread, 1)):
        assert isinstance(other, ProportionalOddsFit)
        for one, two in zip(fit.effects, other.effects, strict=True):
            assert two.coefficient == pytest.approx(sign * one.coefficient, rel=ITERATED, abs=1e-8)
            assert two.std_error == pytest.approx(one.std_error, rel=ITERATED, abs=1e-7)
            assert one.conf_int.low <= one.odds_ratio <= one.conf_int.high


@given(survey(), st.integers(2, 3))
@few
def test_counted_rows_are_rows(drawn, times):
    answers, waves, people = drawn
    x = (waves[:, None] == [1, 2]).astype(float)
    counts = 1 + people % times
    for cluster in (None, people):
        counted = fit_proportional_odds(answers, x, n_answers=4, counts=counts, cluster=cluster)
        rows = np.repeat(np.arange(len(answers)), counts)
        repeated = fit_proportional_odds(
            answers[rows], x[rows], n_answers=4, cluster=None if cluster is None else people[rows]
        )
        if isinstance(counted, NotEstimable):
            assert counted == repeated
            continue
        assert isinstance(repeated, ProportionalOddsFit)
        assert counted.n == repeated.n
        assert counted.covariance == pytest.approx(repeated.covariance, rel=ITERATED, abs=1e-7)
        if counted.checks[0].value is None:
            assert counted.checks[0] == repeated.checks[0]
        else:
            assert counted.checks[0].value == pytest.approx(
                repeated.checks[0].value, rel=1e-5, abs=1e-7
            )


@given(survey(), st.floats(0.1, 50), st.floats(-9, 9))
@settings(few, max_examples=15)
def test_mixed_model_scales(drawn, scale, shift):
    answers, waves, people = drawn
    scores = answers + np.sin(np.arange(len(answers)))
    one = score_over_waves(scores, waves, people)
    assume(isinstance(one, MixedModelResult))
    other = score_over_waves(scale * scores + shift, waves, people)
    assert isinstance(other, MixedModelResult)
    # The optimiser stops at a criterion change of 1e-10, so at 1e-5 of the variances.
    for a, b in zip(one.effects, other.effects, strict=True):
        assert b.std_error == pytest.approx(scale * a.std_error, rel=1e-4)
        assert b.estimate == pytest.approx(scale * a.estimate, rel=1e-4, abs=1e-4 * scale)


@given(st.lists(st.lists(st.integers(0, 1), min_size=3, max_size=3), min_size=1, max_size=20))
@few
def test_counted_patterns_are_rows(rows):
    patterns, counts = np.unique(np.array(rows), axis=0, return_counts=True)
    for test in (cochran_q, friedman):
        one, other = test(rows), test(patterns, counts=counts)
        if isinstance(one, NotEstimable):
            assert one == other
        else:
            assert other.statistic == pytest.approx(one.statistic)
            assert one.statistic >= -ROUNDING
            assert 0 <= one.p_value <= 1


@given(st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=3), min_size=3, max_size=3))
@few
def test_kappa_transposes_and_stays_in_range(rows):
    table = np.array(rows)
    for weights in ("unweighted", "linear", "quadratic"):
        one, other = (cohen_kappa(t, weights=weights) for t in (table, table.T))
        backwards = cohen_kappa(table[::-1, ::-1], weights=weights)
        if isinstance(one, NotEstimable):
            assert one == other == backwards
            continue
        assert isinstance(one, KappaResult)
        for same in (other, backwards):
            assert same.estimate == pytest.approx(one.estimate, abs=ROUNDING)
            assert same.std_error == pytest.approx(one.std_error, abs=1e-6)
        assert -1 <= one.conf_int.low <= one.estimate + ROUNDING
        assert one.estimate - ROUNDING <= one.conf_int.high <= 1


@given(st.lists(st.integers(0, 2), min_size=1, max_size=30), st.integers(0, 2))
@few
def test_pairs_are_counted(first, shift):
    second = [(value + shift) % 3 for value in first]
    table = count_pairs(first, second, n_categories=3)
    assert table.sum() == len(first)
    assert all(table[value, (value + shift) % 3] == first.count(value) for value in range(3))


@given(ratings(), MEASUREMENTS)
@few
def test_alpha_relabels(counts, measurement):
    def alpha(table):
        return krippendorff_alpha(table, measurement=measurement, seed=3, n_replicates=100)

    one = alpha(counts)
    unit, category = np.nonzero(counts)
    times = counts[unit, category]
    counted = count_ratings(np.repeat(unit, times), np.repeat(category, times))
    with_rater_zero = krippendorff_alpha(
        counted.counts,
        values=counted.values,
        measurement=measurement,
        seed=3,
        n_replicates=100,
    )
    if isinstance(one, NotEstimable):
        assert one == with_rater_zero
        return
    assert isinstance(one, AgreementResult)
    assert isinstance(with_rater_zero, AgreementResult)
    assert with_rater_zero.estimate == pytest.approx(one.estimate)
    assert one.estimate <= 1
    assert one.conf_int.low <= one.conf_int.high <= 1 + ROUNDING
    for other in (alpha(counts[::-1]), alpha(counts[:, ::-1])):
        assert isinstance(other, AgreementResult)
        assert other.estimate == pytest.approx(one.estimate)
    assert alpha(counts) == one


@given(st.lists(st.integers(0, 3), min_size=2, max_size=20))
@few
def test_fleiss_is_nearly_nominal_alpha(first_of_three):
    counts = np.array([[3 - x, x] for x in first_of_three])
    kappa = fleiss_kappa(counts, seed=1, n_replicates=100)
    alpha = krippendorff_alpha(counts, measurement="nominal", seed=1, n_replicates=100)
    if isinstance(kappa, NotEstimable):
        assert kappa == alpha
        return
    assert isinstance(alpha, AgreementResult)
    # They differ by the factor (n - 1)/n of the expected disagreement only.
    n = alpha.n_ratings
    assert 1 - alpha.estimate == pytest.approx((1 - kappa.estimate) * (n - 1) / n)


@given(
    st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=2, max_size=10),
    st.sampled_from(["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]),
)
@few
def test_icc_scales_and_permutes(rows, form):
    x = np.array(rows, dtype=float)
    one = intraclass_correlation(x, form=form)
    others = [intraclass_correlation(y, form=form) for y in (5 - 2 * x, x[::-1], x[:, ::-1])]
    if isinstance(one, NotEstimable):
        assert all(other == one for other in others)
        return
    assert isinstance(one, IccResult)
    assert one.conf_int.low <= one.estimate + ROUNDING
    assert one.estimate <= one.conf_int.high + ROUNDING
    assert one.conf_int.high <= 1 + ROUNDING
    for other in others:
        assert isinstance(other, IccResult)
        assert other.estimate == pytest.approx(one.estimate, rel=1e-7, abs=1e-7)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6)), min_size=2, max_size=40))
@few
def test_counted_families_are_cases(cases):
    outcome, family = np.array(cases).T
    codes = np.unique(family, return_inverse=True)[1]
    events, sizes = np.bincount(codes, weights=outcome), np.bincount(codes)
    patterns, counts = np.unique(np.column_stack([events, sizes]), axis=0, return_counts=True)
    one = cluster_icc(outcome, family)
    other = binary_cluster_icc(patterns[:, 0], patterns[:, 1], counts)
    if isinstance(one, NotEstimable):
        assert other == one
        return
    assert isinstance(other, IccResult)
    assert other.estimate == pytest.approx(one.estimate, abs=ROUNDING)
    assert other.conf_int.high == pytest.approx(one.conf_int.high, abs=ROUNDING)
    assert one.conf_int.low <= one.estimate <= one.conf_int.high <= 1


@given(
    st.lists(st.tuples(st.integers(0, 15), st.integers(0, 15)), min_size=1, max_size=5),
    st.booleans(),
)
@few
def test_themes_permute(pairs, simultaneous):
    mentions, asked = np.array([sorted(pair) for pair in pairs]).T
    one = theme_shares(mentions, asked, simultaneous=simultaneous)
    other = theme_shares(mentions[::-1], asked[::-1], simultaneous=simultaneous)
    if isinstance(one, NotEstimable):
        assert one == other
        return
    assert isinstance(other, ThemeShares)
    assert other.roles == one.roles[::-1]
    for role in one.roles:
        if isinstance(role, RoleShare):
            assert role.conf_int.low <= role.share <= role.conf_int.high


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from("xy")), max_size=30))
@few
def test_people_are_counted_once(passages):
    people = list(range(6))
    roles = ["parent", "parent", "parent", "worker", "worker", "worker"]
    mentions, asked = count_themes(
        people,
        roles,
        [person for person, _ in passages],
        [theme for _, theme in passages],
        role_order=["parent", "worker"],
        theme_order=["x", "y"],
    )
    assert asked.tolist() == [3, 3]
    assert mentions.sum() == len(set(passages))
    assert (mentions <= asked).all()


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), min_size=1, max_size=40))
@few
def test_answers_are_counted(rows):
    answers, groups = np.array(rows).T
    table = count_answers(answers, groups, n_answers=4)
    assert table.sum() == len(rows)
    assert table.shape == (len(set(groups.tolist())), 4)
