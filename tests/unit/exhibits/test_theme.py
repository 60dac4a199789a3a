"""Axes of ratios: upright labels that stand apart on any screen."""

from __future__ import annotations

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.ask import ask
from analytics.emmie.service_use import ServiceUseQuestion
from analytics.exhibits import theme
from analytics.exhibits.service_use import service_use_exhibits
from analytics.statistics.results import Interval

PHONE = 157
"""Pixels of a forest plot's axis in a window of 390 pixels."""
WIDEST_LABEL = 26
"""Pixels of ``0.95``, the longest label."""

ratios = st.lists(
    st.tuples(
        st.floats(min_value=0.02, max_value=50),
        st.none()
        | st.tuples(st.floats(min_value=0, max_value=1), st.floats(min_value=1, max_value=1e6)).map(
            lambda ends: Interval(low=ends[0], high=ends[1], level=0.95, method="wald")
        ),
    ),
    max_size=6,
)


@given(drawn=ratios)
def test_labels_stand_apart_and_every_ratio_is_on_the_axis(drawn) -> None:
    axis = theme.ratio_axis(drawn)
    low, high = axis["range"]
    places = [math.log10(tick) for tick in axis["tickvals"]]
    assert 1 in axis["tickvals"]
    assert places == sorted(places)
    assert all(low <= place <= high for place in places)
    gaps = [after - before for before, after in itertools.pairwise(places)]
    assert all(gap / (high - low) * PHONE >= WIDEST_LABEL for gap in gaps)
    assert axis["tickangle"] == 0
    assert all(low <= math.log10(value) <= high for value, _ in drawn)
    assert len(axis["ticktext"]) == len(axis["tickvals"])


@pytest.mark.parametrize(
    ("ends", "ticks"),
    [
        ((0.29, 1.35), ["0.3", "0.5", "0.7", "1", "1.4"]),
        ((0.12, 3), ["0.1", "0.2", "0.5", "1", "2"]),
        ((0.86, 1.02), ["0.9", "0.95", "1", "1.05"]),
    ],
)
def test_ratios_of_rates(ends: tuple[float, float], ticks: list[str]) -> None:
    assert theme.ratio_axis([(end, None) for end in ends])["ticktext"] == ticks


def test_every_logarithmic_axis_has_its_own_labels() -> None:
    released = ask(ServiceUseQuestion(), "family_safeguarding_hertfordshire")
    drawn = [one.figure for one in service_use_exhibits(released, form="ratio") if one.figure]
    logs = [
        axis
        for figure in drawn
        for key, axis in figure["layout"].items()
        if key.startswith("xaxis") and axis.get("type") == "log"
    ]
    assert len(logs) == 3
    assert all(len(axis["ticktext"]) >= 3 and axis["tickangle"] == 0 for axis in logs)
