"""The specification curve against pandas, on real analyses of synthetic children."""

import numpy as np
import pandas as pd
import pytest

from analytics.statistics.results import NotEstimable
from analytics.statistics.sensitivity.specification import (
    SpecificationCurve,
    run_specifications,
    specification_curve,
)
from analytics.statistics.two_groups.clustered import clustered_risk_difference
from tests.helpers.oracles import reference_data

OPTIONS = {
    "age": ("all", "under_10", "nobody"),
    "category": ("all", "neglect"),
    "cluster": ("family", "child"),
}


@pytest.fixture(scope="module")
def specifications():
    data = reference_data("fsp_like")
    ages = {"all": data["age"] >= 0, "under_10": data["age"] < 10, "nobody": data["age"] < 0}
    categories = {"all": data["age"] >= 0, "neglect": data["neglect"] == 1}

    def estimate(choices):
        kept = data[ages[choices["age"]] & categories[choices["category"]]]
        groups = kept["family_id"] if choices["cluster"] == "family" else kept["child_id"]
        return clustered_risk_difference(kept["outcome"], kept["treat"], groups)

    return run_specifications(OPTIONS, estimate)


def test_every_combination_is_run(specifications):
    assert len({spec.choices for spec in specifications}) == 12
    failed = [spec for spec in specifications if spec.problem is not None]
    assert {spec.choices[0] for spec in failed} == {("age", "nobody")}
    assert all(isinstance(spec.problem, NotEstimable) for spec in failed)


def test_curve_equals_pandas(specifications):
    curve = specification_curve(specifications)
    assert isinstance(curve, SpecificationCurve)
    assert len(curve.not_estimable) == 4
    table = pd.DataFrame(
        [
            dict(spec.choices)
            | {
                "estimate": spec.estimate,
                "low": spec.conf_int.low,
                "high": spec.conf_int.high,
            }
            for spec in specifications
            if spec.estimate is not None
        ]
    )
    assert [spec.estimate for spec in curve.specifications] == sorted(table["estimate"])
    middle = table["estimate"].median()
    assert curve.median == pytest.approx(middle, rel=1e-15)
    same = np.sign(table["estimate"]) == np.sign(middle)
    clear = (table["low"] > 0) | (table["high"] < 0)
    assert curve.share_same_side == same.mean()
    assert curve.share_significant == (same & clear).mean()
    for influence in curve.influences:
        medians = table.groupby(influence.name)["estimate"].median()
        assert dict(influence.option_medians) == pytest.approx(medians.to_dict(), rel=1e-15)
        assert influence.spread == pytest.approx(medians.max() - medians.min(), rel=1e-12)
    spreads = [influence.spread for influence in curve.influences]
    assert spreads == sorted(spreads, reverse=True)
