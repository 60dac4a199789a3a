"""Control charts against qicharts2, qcc and Montgomery's figures; rules against NHSRplotthedots."""

import numpy as np
import pytest

from analytics.statistics.variation.control_rules import NHS_RULES, apply_rules
from analytics.statistics.variation.count_charts import count_chart, proportion_chart, rate_chart
from analytics.statistics.variation.individuals_charts import (
    XMR_FACTOR,
    individuals_chart,
    moving_range_chart,
)
from analytics.statistics.variation.timeline import Timeline
from tests.helpers.oracles import data_beside, reference

# Closed forms printed by R with 15 significant digits; limits are differences of such numbers.
RTOL = 1e-10
# Montgomery prints two to four decimals.
PRINTED = {4: 5e-5, 2: 5e-3}

ORACLE = reference("variation")
DATA, LIMITS = ORACLE["charts"], ORACLE["charts"]["limits"]
PUBLISHED = reference("variation_published")
FIRST_TWENTY = Timeline(baseline=np.arange(30) < 20)


def assert_limits(ours, expected, *, factor=1.0):
    """Compare limits; `factor` is our half-width over the reference's."""
    centre = np.array(expected["centre"])
    np.testing.assert_allclose(ours.centre_line, centre, rtol=RTOL)
    for found, name in (
        (ours.lower_process_limit, "low"),
        (ours.upper_process_limit, "high"),
    ):
        theirs = centre + factor * (np.array(expected[name]) - centre)
        np.testing.assert_allclose(found, theirs, rtol=RTOL)


# qicharts2 and qcc have 3 / 1.128 = 2.6596 where we, like the NHS tools, have 2.66.
WIDER = XMR_FACTOR / (3 / 1.128)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("xmr", {}),
        ("xmr_screened", {"screen_moving_ranges": True}),
        ("xmr_baseline", {"timeline": FIRST_TWENTY}),
    ],
)
def test_individuals_equal_qicharts2(name, arguments):
    chart = individuals_chart(DATA["individuals"], **arguments)
    assert_limits(chart, LIMITS[name], factor=WIDER)


def test_moving_ranges_equal_qicharts2():
    chart = moving_range_chart(DATA["individuals"])
    assert chart.centre_line == pytest.approx(LIMITS["mr"]["centre"][1:], rel=RTOL)
    assert chart.upper_process_limit == pytest.approx(LIMITS["mr"]["high"][1:], rel=RTOL)
    assert (chart.lower_process_limit == 0).all()
    assert chart.position.tolist() == list(range(1, 30))


@pytest.mark.parametrize("baseline", [None, FIRST_TWENTY])
@pytest.mark.parametrize("laney", [False, True])
def test_proportions_equal_qicharts2(laney, baseline):
    if baseline and not laney:
        return
    chart = proportion_chart(DATA["events"], DATA["n"], laney=laney, timeline=baseline)
    name = ("p_prime" if laney else "p") + ("_baseline" if baseline else "")
    assert_limits(chart, LIMITS[name])


@pytest.mark.parametrize(("laney", "name"), [(False, "u"), (True, "u_prime")])
def test_rates_equal_qicharts2(laney, name):
    chart = rate_chart(DATA["incidents"], DATA["person_time"], laney=laney)
    assert_limits(chart, LIMITS[name])


def test_counts_equal_qicharts2():
    assert_limits(count_chart(DATA["incidents"]), LIMITS["c"])


def test_viscosity_equals_qcc_and_montgomery():
    expected = PUBLISHED["xmr_viscosity"]
    chart = individuals_chart(expected["x"])
    low, high = expected["limits"][0]
    qcc = {"centre": expected["center"], "low": low, "high": high}
    assert_limits(chart, qcc, factor=WIDER)
    # CL 33.52, UCL 34.80, LCL 32.24
    printed = (33.52, 34.80, 32.24)
    found = (chart.centre_line[0], chart.upper_process_limit[0], chart.lower_process_limit[0])
    assert found == pytest.approx(printed, abs=PRINTED[2])


@pytest.mark.parametrize(
    ("laney", "name"), [(False, "p_nhs_accidents"), (True, "p_prime_nhs_accidents")]
)
def test_accidents_equal_qicharts2(laney, name):
    data, expected = data_beside("nhs_accidents"), PUBLISHED[name]
    chart = proportion_chart(data["r"], data["n"], laney=laney)
    assert_limits(chart, expected)
    outside = ["outside_limits" in rules for rules in apply_rules(chart).signals]
    assert outside == expected["outside"]


def test_infections_equal_qicharts2():
    data = data_beside("cdi")
    expected = {name: PUBLISHED[name] for name in ("c_cdi", "u_cdi", "xmr_cdi_screened")}
    charts = {
        "c_cdi": count_chart(data["n"]),
        "u_cdi": rate_chart(data["n"], data["days"]),
        "xmr_cdi_screened": individuals_chart(data["n"], screen_moving_ranges=True),
    }
    for name, chart in charts.items():
        factor = WIDER if name.startswith("xmr") else 1.0
        assert_limits(chart, expected[name], factor=factor)
        outside = ["outside_limits" in rules for rules in apply_rules(chart).signals]
        assert outside == expected[name]["outside"]


def test_orange_juice_equals_qcc_and_montgomery():
    data, expected = data_beside("orangejuice"), PUBLISHED["p_orangejuice"]
    data = data[np.char.strip(data["trial"].astype(str), '"') == "True"]
    chart = proportion_chart(data["D"], data["size"])
    limits = np.column_stack([chart.lower_process_limit, chart.upper_process_limit])
    np.testing.assert_allclose(limits, expected["limits"], rtol=RTOL)
    found = (chart.centre_line[0], *limits[0])
    assert found == pytest.approx((0.2313, 0.0524, 0.4102), abs=PRINTED[4])


def test_computers_equal_qcc_and_montgomery():
    data, expected = data_beside("pcmanufact"), PUBLISHED["u_pcmanufact"]
    chart = rate_chart(data["x"], data["size"])
    found = (chart.lower_process_limit[0], chart.upper_process_limit[0])
    assert found == pytest.approx(expected["limits"][0], rel=RTOL)
    assert (*found, chart.centre_line[0]) == pytest.approx((0.07, 3.79, 1.93), abs=PRINTED[2])


@pytest.mark.parametrize("series", ORACLE["rules"], ids=range(len(ORACLE["rules"])))
def test_nhs_rules_equal_nhsrplotthedots(series):
    limits = individuals_chart(series["value"])
    chart = apply_rules(limits, rules=NHS_RULES, improvement_direction="decrease")
    assert list(chart.variation) == series["decrease"]
    assert list(apply_rules(limits).variation) == series["neutral"]
    first = [point[0] if point else "common_cause" for point in chart.signals]
    assert first == [_code(text) for text in series["type"]]


def _code(text: str) -> str:
    if "Trend" in text:
        return "trend"
    if text.startswith("2 in 3"):
        return "two_of_three"
    if text.startswith("7 Points"):
        return "shift"
    return "common_cause" if text == "Common Cause" else "outside_limits"
