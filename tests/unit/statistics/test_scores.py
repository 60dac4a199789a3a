"""The edges of answers, agreement and reliability: empty, constant, separated, malformed."""

import numpy as np
import pytest

from analytics.errors import InvalidInputError
from analytics.statistics.results import NotEstimable
from analytics.statistics.scores._counts import count_array
from analytics.statistics.scores._cumulative_logit import fit_cumulative_logit
from analytics.statistics.scores._mixed_likelihood import fit_reml
from analytics.statistics.scores.agreeing_share import WaveShares, share_over_waves
from analytics.statistics.scores.comparison import compare_answers
from analytics.statistics.scores.counts import answer_codes, count_answers
from analytics.statistics.scores.intraclass import (
    binary_cluster_icc,
    cluster_icc,
    intraclass_correlation,
)
from analytics.statistics.scores.kappa import KappaResult, cohen_kappa, count_pairs
from analytics.statistics.scores.likert import summarise_answers
from analytics.statistics.scores.many_raters import (
    count_ratings,
    fleiss_kappa,
    krippendorff_alpha,
)
from analytics.statistics.scores.mixed_model import (
    MixedModelResult,
    score_over_time,
    score_over_waves,
)
from analytics.statistics.scores.proportional_odds import (
    ProportionalOddsFit,
    answers_over_waves,
    fit_proportional_odds,
)
from analytics.statistics.scores.repeated_tests import cochran_q, friedman
from analytics.statistics.scores.themes import RoleShare, count_themes, theme_shares

NAN = float("nan")
WAVES = np.tile([1, 2], 10)
PEOPLE = np.repeat(np.arange(10), 2)
MIXED = np.array([0, 1, 2, 1, 0, 2, 1, 1, 2, 2, 0, 0, 1, 2, 0, 1, 2, 1, 0, 1])


def reason(result: object) -> str:
    assert isinstance(result, NotEstimable)
    assert result.detail
    return result.reason


def test_nobody_answered():
    assert reason(summarise_answers([0, 0, 0, 0])) == "no_cases"
    assert reason(compare_answers([0, 0], [0, 0])) == "no_cases"
    assert reason(answers_over_waves([], [], n_answers=3)) == "no_cases"
    assert reason(share_over_waves([], [], [])) == "no_cases"
    assert reason(score_over_waves([], [], [])) == "no_cases"
    assert reason(score_over_time([], [], [])) == "no_cases"
    assert reason(cochran_q(np.zeros((0, 2)))) == "no_cases"
    assert reason(cohen_kappa([[0, 0], [0, 0]])) == "no_cases"
    assert reason(intraclass_correlation(np.zeros((0, 2)), form="ICC(1,1)")) == "no_cases"
    assert reason(cluster_icc([], [])) == "no_cases"
    assert reason(binary_cluster_icc([], [], [])) == "no_cases"
    assert reason(theme_shares([0, 0], [0, 0])) == "no_cases"
    for counts in (np.zeros((0, 3)), [[1, 0], [0, 1]]):
        assert reason(krippendorff_alpha(counts, measurement="nominal", seed=1)) == "no_cases"
    assert reason(fleiss_kappa(np.zeros((0, 3)), seed=1)) == "no_cases"


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([1, 2], [0, 0], "empty_arm"),
        ([1, 0], [3, 4], "too_few_cases"),
        ([0, 5], [0, 7], "no_variation"),
        ([5, 0], [0, 7], "separation"),
        ([5, 3, 0], [0, 0, 7], "separation"),
    ],
)
def test_answers_that_cannot_be_compared(first, second, expected):
    assert reason(compare_answers(first, second)) == expected


def test_answers_that_cannot_be_modelled():
    assert reason(answers_over_waves([1] * 20, WAVES, n_answers=3)) == "no_variation"
    assert reason(answers_over_waves(MIXED, [1] * 20, n_answers=3)) == "no_variation"
    separated = np.where(WAVES == 2, 2, MIXED % 2)
    assert reason(answers_over_waves(separated, WAVES, n_answers=3)) == "separation"
    twice = np.column_stack([WAVES, 3 * WAVES])
    assert reason(fit_proportional_odds(MIXED, twice, n_answers=3)) == "collinear"
    constant = np.ones((20, 1))
    assert reason(fit_proportional_odds(MIXED, constant, n_answers=3)) == "collinear"
    two_people = np.repeat([1, 2], 10)
    few = answers_over_waves(MIXED, WAVES, n_answers=3, respondents=two_people)
    assert reason(few) == "too_few_clusters"


def test_waves_that_cannot_be_linked_say_so():
    free = answers_over_waves(MIXED, WAVES, n_answers=3)
    linked = answers_over_waves(MIXED, WAVES, n_answers=3, respondents=PEOPLE)
    assert isinstance(free, ProportionalOddsFit)
    assert isinstance(linked, ProportionalOddsFit)
    assert free.effects[0].coefficient == linked.effects[0].coefficient
    check = {c.name: c for c in free.checks}["respondents"]
    assert (check.value, check.status) == (None, "review")
    assert "can't be followed" in check.meaning
    assert {c.name: c for c in linked.checks}["respondents"].value == 10


def test_two_answers_have_no_cuts_to_compare():
    fit = answers_over_waves(MIXED % 2, WAVES, n_answers=5, respondents=PEOPLE)
    assert isinstance(fit, ProportionalOddsFit)
    assert fit.answers_used == (0, 1)
    assert [check.name for check in fit.checks] == ["respondents"]


def test_a_cut_too_thin_to_fit_is_reviewed():
    # The one lowest answer is in the first wave: that cut alone is separated, the model isn't.
    answers = np.where(np.arange(20) == 0, 0, 1 + MIXED % 2)
    fit = answers_over_waves(answers, WAVES, n_answers=3)
    assert isinstance(fit, ProportionalOddsFit)
    assert (fit.checks[0].value, fit.checks[0].status) == (None, "review")


def test_shares_that_cannot_be_modelled():
    yes = MIXED % 2
    assert reason(share_over_waves(yes, [1] * 20, PEOPLE)) == "no_variation"
    assert reason(share_over_waves(np.where(WAVES == 1, 1, yes), WAVES, PEOPLE)) == "separation"
    few = share_over_waves(yes, WAVES, np.repeat([1, 2], 10))
    assert reason(few) == "too_few_clusters"


def test_shares_of_people_who_change_alike():
    for answers in (PEOPLE % 2, np.where(WAVES == 1, PEOPLE % 2, 1 - PEOPLE % 2)):
        assert reason(share_over_waves(answers, WAVES, PEOPLE)) == "no_variation"


def test_equations_that_do_not_converge(monkeypatch):
    def fail(*args, **kwargs):
        raise np.linalg.LinAlgError

    monkeypatch.setattr("statsmodels.genmod.generalized_estimating_equations.GEE.fit", fail)
    assert reason(share_over_waves(MIXED % 2, WAVES, PEOPLE)) == "not_converged"


@pytest.mark.parametrize("scale", [1e-8, 1e8])
def test_units_of_a_covariate_do_not_matter(scale):
    x = np.sin(np.arange(20))[:, None]
    plain = fit_proportional_odds(MIXED, x, n_answers=3)
    scaled = fit_proportional_odds(MIXED, scale * (x + 50), n_answers=3)
    assert isinstance(plain, ProportionalOddsFit)
    assert isinstance(scaled, ProportionalOddsFit)
    assert scale * scaled.effects[0].coefficient == pytest.approx(plain.effects[0].coefficient)
    assert scale * scaled.effects[0].std_error == pytest.approx(plain.effects[0].std_error)
    shift = 50 * plain.effects[0].coefficient
    assert scaled.thresholds == pytest.approx(plain.thresholds + shift, abs=1e-6)


def test_an_odds_ratio_beyond_every_number():
    x = 1e-8 * np.sin(np.arange(20))[:, None]
    fit = fit_proportional_odds(MIXED, x, n_answers=3)
    assert isinstance(fit, ProportionalOddsFit)
    limits = fit.effects[0].conf_int
    assert (limits.low, limits.high) == (0, np.inf)
    assert 0 < fit.effects[0].p_value < 1


def test_steps_that_must_be_shortened():
    # Newton's full steps overshoot here: one person far out, the others close together.
    x = np.array([0, -9.4, -0.4, 0, -0.1, 0, 0, 0, 0, 0.3, -0.8])
    answers = np.array([2, 0, 1, 2, 1, 2, 1, 2, 2, 1, 2])
    fit = fit_proportional_odds(answers, x[:, None], n_answers=3)
    assert isinstance(fit, ProportionalOddsFit)
    again = fit_proportional_odds(np.repeat(answers, 3), np.repeat(x, 3)[:, None], n_answers=3)
    assert isinstance(again, ProportionalOddsFit)
    assert again.effects[0].coefficient == pytest.approx(fit.effects[0].coefficient)
    assert again.log_likelihood == pytest.approx(3 * fit.log_likelihood)


def test_kernel_without_a_maximum():
    zero = np.zeros((4, 1))
    assert fit_cumulative_logit(np.array([0, 1, 0, 1]), zero, np.ones(4), 2) is None


def test_mixed_kernel_at_its_ends(monkeypatch):
    y, ones = MIXED.astype(float), np.ones((20, 1))
    twice = fit_reml(y, np.ones((20, 2)), ones, PEOPLE)
    assert reason(twice) == "collinear"
    monkeypatch.setattr("analytics.statistics.scores._mixed_likelihood._RESTARTS", 1)
    assert reason(fit_reml(y, ones, ones, PEOPLE)) == "not_converged"


def test_nobody_answered_twice():
    result = share_over_waves(MIXED % 2, WAVES, np.arange(20))
    assert isinstance(result, WaveShares)
    assert result.correlation is None
    assert [wave.n for wave in result.waves] == [10, 10]
    assert reason(score_over_waves(MIXED, WAVES, np.arange(20))) == "too_few_cases"


def test_scores_that_cannot_be_modelled():
    assert reason(score_over_waves(MIXED, [1] * 20, PEOPLE)) == "no_variation"
    assert reason(score_over_waves([1.0] * 20, WAVES, PEOPLE)) == "no_variation"
    assert reason(score_over_waves(PEOPLE + WAVES, WAVES, PEOPLE)) == "no_variation"
    assert reason(score_over_time(MIXED, [3.0] * 20, PEOPLE)) == "no_variation"
    assert reason(score_over_time(MIXED, WAVES, PEOPLE)) == "too_few_cases"


def test_respondents_who_do_not_differ_are_a_result():
    scores = np.tile([1.0, 2.0, 2.0, 1.0], 5)
    result = score_over_waves(scores, WAVES, PEOPLE)
    assert isinstance(result, MixedModelResult)
    assert result.sd_intercept == pytest.approx(0, abs=1e-6)
    assert result.checks[0].status == "review"


def test_nobody_changes():
    assert reason(cochran_q([[1, 1], [0, 0]])) == "no_variation"
    assert reason(friedman([[1, 1, 1]])) == "no_variation"
    assert reason(friedman([[1, 2, 3]], counts=[0])) == "no_cases"


def test_kappa_at_its_ends():
    assert reason(cohen_kappa([[5, 0], [0, 0]])) == "no_variation"
    full = cohen_kappa([[5, 0], [0, 7]])
    assert isinstance(full, KappaResult)
    assert (full.estimate, full.std_error) == pytest.approx((1, 0), abs=1e-7)
    # One cell off the diagonal: neither rater's categories overlap, and agreement is by chance.
    apart = cohen_kappa([[0, 5], [0, 0]])
    assert isinstance(apart, KappaResult)
    assert apart.estimate == 0


def test_raters_that_cannot_be_compared():
    one_unit = krippendorff_alpha([[2, 1], [1, 0]], measurement="ordinal", seed=1)
    assert reason(one_unit) == "too_few_cases"
    same = krippendorff_alpha([[0, 3], [0, 2]], measurement="interval", seed=1)
    assert reason(same) == "no_variation"
    assert reason(fleiss_kappa([[0, 3], [0, 3]], seed=1)) == "no_variation"


def test_reliability_that_does_not_exist():
    assert reason(intraclass_correlation([[1, 2]], form="ICC(2,1)")) == "too_few_cases"
    assert reason(intraclass_correlation([[1], [2]], form="ICC(2,1)")) == "too_few_cases"
    flat = [[1.0, 2.0], [1.0, 2.0]]
    assert reason(intraclass_correlation(flat, form="ICC(3,1)")) == "no_variation"
    exact = [[1.0, 2.0], [2.0, 3.0]]
    assert reason(intraclass_correlation(exact, form="ICC(3,1)")) == "no_variation"
    assert reason(cluster_icc([1, 2, 3], ["a"] * 3)) == "too_few_clusters"
    assert reason(cluster_icc([1, 2, 3], ["a", "b", "c"])) == "too_few_cases"
    assert reason(cluster_icc([1, 1, 0, 0], ["a", "a", "b", "b"])) == "no_variation"
    assert reason(binary_cluster_icc([0, 2], [2, 2], [3, 4])) == "no_variation"


def test_step_up_without_a_value():
    ratings = [[1.0, 3.0, 2.0], [3.0, 1.0, 2.0], [2.0, 2.1, 2.0]]
    result = intraclass_correlation(ratings, form="ICC(2,k)")
    assert reason(result) == "no_variation"


def test_roles_of_which_nobody_was_asked():
    result = theme_shares([3, 0], [4, 0])
    assert not isinstance(result, NotEstimable)
    assert isinstance(result.roles[0], RoleShare)
    assert reason(result.roles[1]) == "no_cases"
    assert result.p_value is None
    nobody = theme_shares([0, 0], [4, 9])
    assert not isinstance(nobody, NotEstimable)
    assert nobody.statistic is None
    assert [check.status for check in nobody.checks] == ["review", "review"]


@pytest.mark.parametrize(
    "call",
    [
        lambda: summarise_answers([1, 2, 3], box=2),
        lambda: summarise_answers([1, 2, 3, 4], n_missing=-1),
        lambda: summarise_answers([1, 2, 3, 4], level=1),
        lambda: summarise_answers([1, 2.5, 3, 4]),
        lambda: compare_answers([1, 2], [1, 2, 3]),
        lambda: compare_answers([1, -2], [1, 2]),
        lambda: compare_answers([1, NAN], [1, 2]),
        lambda: count_array([[1], [2, 3]], name="x", ndim=2),
        lambda: count_array("many", name="x", ndim=1),
        lambda: count_array([1, 2], name="x", ndim=2),
        lambda: answer_codes([0, 1], n_answers=1),
        lambda: answer_codes([0, 3], n_answers=3),
        lambda: count_answers([0, 1], [1], n_answers=2),
        lambda: fit_proportional_odds(MIXED, np.ones((3, 1)), n_answers=3),
        lambda: fit_proportional_odds(MIXED, [[NAN]] * 20, n_answers=3),
        lambda: fit_proportional_odds(MIXED, np.ones(20), n_answers=3),
        lambda: fit_proportional_odds(MIXED, np.ones((20, 1)), n_answers=3, counts=[0] * 20),
        lambda: fit_proportional_odds([0, 1], [["a"], ["b"]], n_answers=3),
        lambda: share_over_waves([0, 2], [1, 2], [1, 1]),
        lambda: cochran_q([[0, 2]]),
        lambda: cochran_q([[0], [1]]),
        lambda: friedman([[0, 1]]),
        lambda: friedman([[0, 1, 2]], counts=[1, 2]),
        lambda: cohen_kappa([[1, 2]]),
        lambda: cohen_kappa([[1]]),
        lambda: count_pairs([0, 1], [0], n_categories=2),
        lambda: fleiss_kappa([[2, 1], [1, 1]], seed=1),
        lambda: fleiss_kappa([[1, 0], [1, 0]], seed=1),
        lambda: krippendorff_alpha([[2, 1]], values=[1, 1], measurement="interval", seed=1),
        lambda: krippendorff_alpha([[2, 1]], measurement="nominal", seed=1, n_replicates=10),
        lambda: krippendorff_alpha([[2, 1], [1, 2]], measurement="nominal", seed=-1),
        lambda: fleiss_kappa([[2, 1], [1, 2]], seed=1.5),
        lambda: count_ratings(["a"], [1, 2]),
        lambda: binary_cluster_icc([3], [2], [1]),
        lambda: binary_cluster_icc([0], [0], [1]),
        lambda: intraclass_correlation([[1, NAN], [1, 2]], form="ICC(1,1)"),
        lambda: theme_shares([3], [2]),
        lambda: theme_shares([3], [4, 5]),
    ],
)
def test_malformed(call):
    with pytest.raises(InvalidInputError):
        call()


@pytest.mark.parametrize(
    ("people", "roles", "said_by", "said"),
    [
        (["p", "p"], ["a", "a"], [], []),
        (["p"], ["z"], [], []),
        (["p"], ["a"], ["q"], ["t"]),
        (["p"], ["a"], ["p"], ["u"]),
    ],
)
def test_themes_of_people_not_asked(people, roles, said_by, said):
    with pytest.raises(InvalidInputError):
        count_themes(people, roles, said_by, said, role_order=["a"], theme_order=["t"])


def test_results_cannot_be_changed():
    fit = answers_over_waves(MIXED, WAVES, n_answers=3, respondents=PEOPLE)
    assert isinstance(fit, ProportionalOddsFit)
    with pytest.raises(ValueError, match="read-only"):
        fit.covariance[0, 0] = 1


def test_the_seed_decides():
    counts = np.random.default_rng(5).integers(0, 4, (25, 4))
    one, again, other = (
        krippendorff_alpha(counts, measurement="interval", seed=seed, n_replicates=200)
        for seed in (1, 1, 2)
    )
    assert one == again
    assert one.conf_int != other.conf_int
    assert (one.seed, other.seed) == (1, 2)
