"""Reference numbers of weighting estimators, by delicatessen and empirical_calibration.

Run from this folder. delicatessen stacks the estimating equations of score, outcome models and
means and differentiates them; the sums by family are taken here. No finite-sample factor.
"""

import json
from importlib.metadata import version
from pathlib import Path

import empirical_calibration as ec
import numpy as np
from delicatessen import MEstimator
from delicatessen.estimating_equations import ee_regression
from delicatessen.utilities import inverse_logit

REFERENCE = Path(__file__).parents[1] / "reference"
FSP = np.genfromtxt(REFERENCE / "data" / "fsp_like.csv", delimiter=",", names=True)
NAMES = ("age", "female", "neglect", "prior_referrals")
X = np.column_stack([FSP[name] for name in NAMES])
Z = np.column_stack([np.ones(len(X)), (X - X.mean(axis=0)) / X.std(axis=0)])
T, Y = FSP["treat"], FSP["outcome"]
FAMILY = np.unique(FSP["family_id"], return_inverse=True)[1]


def weights(e, estimand):
    h = {"ATE": 1.0, "ATT": e, "ATC": 1 - e, "ATO": e * (1 - e)}[estimand]
    return h / e, h / (1 - e)


def ipw(estimand):
    def stacked(theta):
        alpha = theta[2:]
        w1, w0 = weights(inverse_logit(Z @ alpha), estimand)
        score = ee_regression(alpha, X=Z, y=T, model="logistic")
        means = [T * w1 * (Y - theta[0]), (1 - T) * w0 * (Y - theta[1])]
        return np.vstack([*means, score])

    return solve(stacked, [0.3, 0.3, -1.0, 0, 0, 0, 0])


def aipw(estimand, model, outcome_columns, score_columns):
    V, S = Z[:, outcome_columns], Z[:, score_columns]
    k, m = S.shape[1], V.shape[1]

    def stacked(theta):
        alpha, b1, b0 = theta[2 : 2 + k], theta[2 + k : 2 + k + m], theta[2 + k + m :]
        w1, w0 = weights(inverse_logit(S @ alpha), estimand)
        m1, m0 = V @ b1, V @ b0
        if model == "logistic":
            m1, m0 = inverse_logit(m1), inverse_logit(m0)
        s = {"ATE": np.ones(len(T)), "ATT": T, "ATC": 1 - T}[estimand]
        score = ee_regression(alpha, X=S, y=T, model="logistic")
        outcome1 = ee_regression(b1, X=V, y=Y, model=model) * T
        outcome0 = ee_regression(b0, X=V, y=Y, model=model) * (1 - T)
        means = [
            s * (m1 - theta[0]) + T * w1 * (Y - m1),
            s * (m0 - theta[1]) + (1 - T) * w0 * (Y - m0),
        ]
        return np.vstack([*means, score, outcome1, outcome0])

    return solve(stacked, [0.3, 0.3, -1.0] + [0.0] * (k - 1) + [0.0] * (2 * m))


def solve(stacked, start):
    estimator = MEstimator(stacked, init=start)
    estimator.estimate(deriv_method="exact", tolerance=1e-14)
    theta, n = estimator.theta, len(T)
    bread = np.linalg.inv(estimator.bread)
    influence = (bread @ stacked(theta))[:2]
    by_family = np.array([np.bincount(FAMILY, weights=row) for row in influence])
    d, r = np.array([1, -1]), np.array([1 / theta[0], -1 / theta[1]])

    def errors(rows):
        covariance = rows @ rows.T / n**2
        return [float(np.sqrt(c @ covariance @ c)) for c in (d, r)]

    return {
        "means": [float(theta[0]), float(theta[1])],
        "se_library": float(np.sqrt(d @ estimator.variance[:2, :2] @ d)),
        "se_difference_and_log_ratio": errors(influence),
        "se_by_family": errors(by_family),
    }


def entropy(described, side):
    found, success = ec.calibrate(
        Z[side, 1:], Z[described, 1:], objective=ec.Objective.ENTROPY, autoscale=False
    )
    assert success
    return (found / found.mean()).tolist()[:40]


full, short = [0, 1, 2, 3, 4], [0, 2]
everyone = np.ones(len(T), dtype=bool)
results = {
    "versions": {name: version(name) for name in ("delicatessen", "empirical-calibration")},
    "ipw": {estimand: ipw(estimand) for estimand in ("ATE", "ATT", "ATC", "ATO")},
    "aipw": {
        "ATE_logistic": aipw("ATE", "logistic", full, full),
        "ATE_linear": aipw("ATE", "linear", full, full),
        "ATT_logistic": aipw("ATT", "logistic", full, full),
        "ATC_logistic": aipw("ATC", "logistic", full, full),
        "ATE_logistic_short_outcome": aipw("ATE", "logistic", short, full),
        "ATT_linear_short_score": aipw("ATT", "linear", full, short),
    },
    "entropy_first_40": {
        "ATT_comparison": entropy(T == 1, T == 0),
        "ATE_treated": entropy(everyone, T == 1),
        "ATE_comparison": entropy(everyone, T == 0),
        "ATC_treated": entropy(T == 0, T == 1),
    },
}
text = json.dumps(results, indent=1)
(REFERENCE / "propensity_estimation.json").write_text(text + "\n", encoding="utf-8")
