"""Models of repeated answers against R (ordinal, MASS, sandwich, geepack, lme4) and statsmodels."""

import math

import numpy as np
import pytest
from statsmodels.miscmodels.ordinal_model import OrderedModel

from analytics.statistics.scores._mixed_likelihood import RemlFit, fit_reml
from analytics.statistics.scores.agreeing_share import WaveShares, share_over_waves
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
from tests.helpers.oracles import reference, reference_data

# clm was run to a gradient of 1e-10, glm to a relative deviance change of 1e-14.
RTOL = 1e-7
# geepack and statsmodels stop at a coefficient change of 1e-6 or less.
RTOL_GEE = 1e-6
# geepack divides the sum over pairs of residual products by their number, statsmodels by that less
# the number of coefficients; with respondents missing this moves the working correlation by a few
# per cent, and by it the weights. The estimates are consistent whatever the correlation.
RTOL_GEE_PARTIAL = 5e-3
# lme4's own numbers move by this when its optimiser is changed; nlme differs from it by 6e-6.
RTOL_MIXED = 1e-6

R = reference("scores")
SURVEY = reference_data("survey3")
ANSWERS = np.clip(np.round(SURVEY["y"]), 1, 5).astype(int) - 1
OLDER = (SURVEY["id"] % 3 == 0).astype(float)
PART = (SURVEY["id"] * 7 + SURVEY["wave"] * 3) % 5 != 0
SLEEP = reference_data("sleepstudy")


def fitted(result: object) -> ProportionalOddsFit:
    assert isinstance(result, ProportionalOddsFit)
    return result


def part_design() -> np.ndarray:
    wave = SURVEY["wave"][PART]
    return np.column_stack([wave == 2, wave == 3, OLDER[PART]]).astype(float)


def models(name: str, *, linked: bool) -> ProportionalOddsFit:
    if name == "full":
        people = SURVEY["id"] if linked else None
        return fitted(answers_over_waves(ANSWERS, SURVEY["wave"], n_answers=5, respondents=people))
    people = SURVEY["id"][PART] if linked else None
    return fitted(fit_proportional_odds(ANSWERS[PART], part_design(), n_answers=5, cluster=people))


@pytest.mark.parametrize("name", ["full", "part_adjusted"])
def test_proportional_odds_equals_clm_and_polr(name):
    expected, free, linked = (
        R["ordinal"][name],
        models(name, linked=False),
        models(name, linked=True),
    )
    for fit, errors in ((free, expected["se"]), (linked, expected["cluster_se"])):
        assert [e.coefficient for e in fit.effects] == pytest.approx(expected["beta"], rel=RTOL)
        assert [e.std_error for e in fit.effects] == pytest.approx(errors, rel=RTOL)
        assert fit.thresholds == pytest.approx(expected["alpha"], rel=RTOL)
        assert fit.log_likelihood == pytest.approx(expected["loglik"], rel=RTOL)
    # polr's optimiser is a quasi-Newton one without an end condition on the gradient.
    assert expected["polr_beta"] == pytest.approx(expected["beta"], rel=1e-6)
    assert expected["polr_se"] == pytest.approx(expected["se"], rel=1e-6)


@pytest.mark.parametrize("name", ["full", "part_adjusted"])
def test_equal_cuts_equal_stacked_logits(name):
    expected = R["ordinal"][name]
    for linked, key in ((False, "equal_cuts_p"), (True, "equal_cuts_p_clustered")):
        check = models(name, linked=linked).checks[0]
        assert check.name == "proportional_odds"
        assert check.value == pytest.approx(expected[key], rel=RTOL)


def test_proportional_odds_equals_statsmodels():
    x = part_design()
    library = OrderedModel(ANSWERS[PART], x, distr="logit").fit(method="newton", disp=False)
    fit = models("part_adjusted", linked=False)
    assert [e.coefficient for e in fit.effects] == pytest.approx(library.params[:3], rel=RTOL)
    # statsmodels differentiates numerically.
    assert [e.std_error for e in fit.effects] == pytest.approx(library.bse[:3], rel=1e-5)


def test_gee_equals_geepack():
    result = share_over_waves(SURVEY["b"], SURVEY["wave"], SURVEY["id"])
    assert isinstance(result, WaveShares)
    expected = R["gee"]["full"]
    first = result.waves[0].share
    assert math.log(first / (1 - first)) == pytest.approx(expected["est"][0], rel=RTOL_GEE)
    for wave, estimate, se in zip(
        result.waves[1:], expected["est"][1:], expected["se"][1:], strict=True
    ):
        assert wave.log_odds_ratio == pytest.approx(estimate, rel=RTOL_GEE)
        assert wave.std_error == pytest.approx(se, rel=RTOL_GEE)
    assert result.correlation == pytest.approx(expected["alpha"], rel=RTOL_GEE)


def test_gee_with_missing_waves_is_near_geepack():
    result = share_over_waves(SURVEY["b"][PART], SURVEY["wave"][PART], SURVEY["id"][PART])
    assert isinstance(result, WaveShares)
    expected = R["gee"]["part"]
    ours = [(w.log_odds_ratio, w.std_error) for w in result.waves[1:]]
    theirs = list(zip(expected["est"][1:], expected["se"][1:], strict=True))
    assert np.array(ours) == pytest.approx(np.array(theirs), rel=RTOL_GEE_PARTIAL)


@pytest.mark.parametrize("name", ["waves", "waves_part"])
def test_wave_means_equal_lme4(name):
    rows = PART if name == "waves_part" else np.ones(len(SURVEY), dtype=bool)
    result = score_over_waves(SURVEY["y"][rows], SURVEY["wave"][rows], SURVEY["id"][rows])
    assert isinstance(result, MixedModelResult)
    expected = R["mixed"][name]
    effects = [result.intercept, *result.effects]
    assert [e.estimate for e in effects] == pytest.approx(expected["est"], rel=RTOL_MIXED)
    assert [e.std_error for e in effects] == pytest.approx(expected["se"], rel=RTOL_MIXED)
    assert [result.sd_intercept, result.sd_residual] == pytest.approx(
        expected["sd"], rel=RTOL_MIXED
    )


def test_slopes_equal_lme4():
    result = score_over_time(SLEEP["Reaction"], SLEEP["Days"], SLEEP["Subject"])
    assert isinstance(result, MixedModelResult)
    expected = R["mixed"]["sleep"]
    effects = [result.intercept, *result.effects]
    assert [e.estimate for e in effects] == pytest.approx(expected["est"], rel=RTOL_MIXED)
    assert [e.std_error for e in effects] == pytest.approx(expected["se"], rel=RTOL_MIXED)
    assert [result.sd_intercept, result.sd_slope, result.sd_residual] == pytest.approx(
        expected["sd"], rel=RTOL_MIXED
    )
    # Bates et al. 2015, table 3, as quoted in the lme4 documentation.
    assert [round(e.estimate, 3) for e in effects] == [251.405, 10.467]


def test_border_is_found_where_lme4_finds_it():
    noise = np.sin(12.9898 * np.arange(1, len(SLEEP) + 1)) * 43758.5453 % 1
    expected = R["mixed"]["border"]
    design = np.column_stack([np.ones(len(SLEEP)), SLEEP["Days"]]).astype(float)
    fit = fit_reml(noise, design, design, np.unique(SLEEP["Subject"], return_inverse=True)[1])
    assert isinstance(fit, RemlFit)
    assert fit.criterion == pytest.approx(expected["criterion"], rel=1e-9)
    # The likelihood is flat along the border: errors agree less closely than its value.
    assert np.sqrt(np.diag(fit.covariance)) == pytest.approx(expected["se"], rel=1e-4)
    result = score_over_time(noise, SLEEP["Days"], SLEEP["Subject"])
    assert isinstance(result, MixedModelResult)
    assert (result.checks[0].name, result.checks[0].status) == ("variance_border", "review")
