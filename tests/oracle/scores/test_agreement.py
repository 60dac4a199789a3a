"""Agreement and reliability against R (vcd, psych, irr), `krippendorff` and published values."""

import numpy as np
import pytest
from scipy.stats import norm
from statsmodels.stats.inter_rater import cohens_kappa

from analytics.statistics.scores.intraclass import (
    IccResult,
    binary_cluster_icc,
    cluster_icc,
    intraclass_correlation,
)
from analytics.statistics.scores.kappa import KappaResult, cohen_kappa
from analytics.statistics.scores.many_raters import (
    AgreementResult,
    count_ratings,
    fleiss_kappa,
    krippendorff_alpha,
)
from tests.helpers.oracles import data_beside, reference, reference_data

# Closed forms printed with 15 significant digits.
RTOL = 1e-10

R = reference("scores")
IRR = reference("scores_irr")
ALPHA = reference("scores_krippendorff")
FORMS = ["ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)"]
MEASUREMENTS = ["nominal", "ordinal", "interval"]


def alpha(raters_by_unit: list | np.ndarray, measurement: str) -> AgreementResult:
    rows = np.array(raters_by_unit, dtype=float)
    rater, unit = np.nonzero(np.isfinite(rows))
    counted = count_ratings(unit, rows[rater, unit])
    result = krippendorff_alpha(
        counted.counts, values=counted.values, measurement=measurement, seed=1, n_replicates=100
    )
    assert isinstance(result, AgreementResult)
    return result


@pytest.mark.parametrize("weights", ["unweighted", "linear", "quadratic"])
@pytest.mark.parametrize("name", R["kappa"])
def test_kappa_equals_vcd_and_statsmodels(name, weights):
    case = R["kappa"][name]
    result = cohen_kappa(case["table"], weights=weights)
    assert isinstance(result, KappaResult)
    assert (result.estimate, result.std_error) == pytest.approx(case[weights], rel=RTOL)
    library = cohens_kappa(np.array(case["table"]), wt=None if weights == "unweighted" else weights)
    assert result.estimate == pytest.approx(library.kappa, rel=RTOL)
    assert result.std_error == pytest.approx(np.sqrt(library.var_kappa), rel=RTOL)
    agreed = (result.observed_agreement - result.expected_agreement) / (
        1 - result.expected_agreement
    )
    assert agreed == pytest.approx(result.estimate, rel=RTOL)


@pytest.mark.parametrize("measurement", MEASUREMENTS)
@pytest.mark.parametrize("name", ["worked_example", "uneven"])
def test_alpha_equals_the_krippendorff_package(name, measurement):
    result = alpha(ALPHA[name]["ratings"], measurement)
    assert result.estimate == pytest.approx(ALPHA[name][measurement], rel=RTOL)


def test_alpha_equals_krippendorff_2011():
    ratings = ALPHA["worked_example"]["ratings"]
    published = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849}
    assert {m: round(alpha(ratings, m).estimate, 3) for m in MEASUREMENTS} == published
    assert alpha(ratings, "nominal").n_units_single == 1


def test_irr_counts_pairs_twice_when_no_rating_is_missing():
    data = data_beside("irr_anxiety")
    rows = np.array(data.tolist(), dtype=float).T
    result = alpha(rows, "ordinal")
    assert result.estimate == pytest.approx(ALPHA["anxiety"]["ordinal"], rel=RTOL)
    # irr 0.84.1 divides by m - 1 only when a rating is missing, so that with three raters its total
    # is 120 coincidences instead of 60; undoing that gives its figure.
    n = result.n_ratings
    irrs = 1 - (1 - result.estimate) * n / (n - 1) * (2 * n - 1) / (2 * n)
    assert irrs == pytest.approx(IRR["kripp_ordinal_anxiety"], rel=RTOL)


def test_fleiss_equals_irr():
    data = data_beside("irr_diagnoses")
    names = np.array(data.tolist()).ravel()
    codes = np.unique(names, return_inverse=True)[1]
    counted = count_ratings(np.repeat(np.arange(len(data)), 6), codes)
    result = fleiss_kappa(counted.counts, seed=1, n_replicates=100)
    assert isinstance(result, AgreementResult)
    expected = IRR["fleiss_diagnoses"]
    assert result.estimate == pytest.approx(expected["kappa"], rel=RTOL)
    # At z = 17.7 the p-value is compared through its logarithm.
    assert result.p_value is not None
    assert np.log(result.p_value) == pytest.approx(np.log(2) + norm.logsf(expected["z"]), rel=RTOL)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", R["icc"])
def test_icc_equals_psych(name, form):
    case, i = R["icc"][name], FORMS.index(form)
    result = intraclass_correlation(case["ratings"], form=form)
    assert isinstance(result, IccResult)
    assert result.estimate == pytest.approx(case["ICC"][i], rel=RTOL)
    assert (result.statistic, result.p_value) == pytest.approx(
        (case["F"][i], case["p"][i]), rel=RTOL
    )
    limits = (result.conf_int.low, result.conf_int.high)
    assert limits == pytest.approx((case["lower"][i], case["upper"][i]), rel=RTOL)


def test_icc_equals_shrout_and_fleiss_1979():
    ratings = R["icc"]["shrout_fleiss"]["ratings"]
    results = [intraclass_correlation(ratings, form=form) for form in FORMS]
    assert [round(r.estimate, 2) for r in results] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]


def test_icc_equals_irr():
    rows = np.array(data_beside("irr_anxiety").tolist(), dtype=float)
    for form, key in (("ICC(2,1)", "icc_agreement"), ("ICC(3,1)", "icc_consistency")):
        result = intraclass_correlation(rows, form=form)
        assert isinstance(result, IccResult)
        ours = (result.estimate, result.conf_int.low, result.conf_int.high, result.statistic)
        expected = [IRR[key][name] for name in ("value", "lbound", "ubound", "Fvalue")]
        assert ours == pytest.approx(expected, rel=RTOL)


def test_cluster_icc_equals_r():
    data = reference_data("fsp_like")
    result = cluster_icc(data["outcome"], data["family_id"])
    assert isinstance(result, IccResult)
    expected = R["cluster_icc"]
    assert (result.estimate, result.mean_size, result.statistic) == pytest.approx(
        (expected["icc"], expected["n0"], expected["F"]), rel=RTOL
    )
    assert round(result.estimate, 7) == 0.0393723


def test_cluster_icc_of_equal_sizes_is_icc_1():
    ratings = np.array(R["icc"]["noise"]["ratings"])
    n, k = ratings.shape
    one_way = cluster_icc(ratings.ravel(), np.repeat(np.arange(n), k))
    form = intraclass_correlation(ratings, form="ICC(1,1)")
    assert isinstance(one_way, IccResult)
    assert isinstance(form, IccResult)
    assert one_way.estimate == pytest.approx(form.estimate, rel=RTOL)
    assert one_way.conf_int.low == pytest.approx(form.conf_int.low, rel=RTOL)
    assert one_way.conf_int.high == pytest.approx(form.conf_int.high, rel=RTOL)


def test_binary_patterns_equal_cases():
    data = reference_data("fsp_like")
    codes = np.unique(data["family_id"], return_inverse=True)[1]
    events, sizes = np.bincount(codes, weights=data["outcome"]), np.bincount(codes)
    patterns, counts = np.unique(np.column_stack([events, sizes]), axis=0, return_counts=True)
    counted = binary_cluster_icc(patterns[:, 0], patterns[:, 1], counts)
    assert isinstance(counted, IccResult)
    assert counted.estimate == pytest.approx(R["cluster_icc"]["icc"], rel=RTOL)
