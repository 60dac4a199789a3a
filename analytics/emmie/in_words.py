"""How numbers and health checks are written, in the reasons of verdicts as in exhibits.

One rule of rounding for everything that a person reads: half away from zero, on the decimal value.
Disclosure control rounds by its own rule, before anything is written.
"""

from __future__ import annotations

import math
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

MINUS: Final = "\u2212"
"""The sign before a number below zero, wherever a person reads it."""

FLOAT_PLACES: Final = 9
"""Decimal places that outlive arithmetic on floats: 100 x 0.285 is meant as 28.5."""

CHECK_WORDS: Final[dict[str, str]] = {
    "largest_smd": "Balance of the groups compared",
    "variance_ratio": "Spread of the covariates",
    "share_matched": "Share of cases matched",
    "overlap": "Overlap of the two groups",
    "events_per_parameter": "Cases per covariate",
    "proportional_hazards": "Ratios the same at any time",
    "effective_sample_share": "Effective sample size after weighting",
    "largest_weight": "Largest weight of one case",
    "satterthwaite_df": "Families behind the interval",
    "missing_covariates": "Missing covariates",
    "areas_in_smaller_group": "Areas in the smaller group",
    "smallest_possible_p_value": "Smallest p-value that the test can give",
    "pre_trend": "Trend before the change",
    "points_per_phase": "Months before and after",
    "points_before": "Periods before the change",
    "points_after": "Periods after the change",
    "series_length": "Length of the series",
    "durbin_watson": "Neighbouring periods (Durbin-Watson)",
    "ljung_box": "Periods further apart (Ljung-Box)",
    "autocorrelation": "Autocorrelation",
    "multiplicity": "Several tests at once",
    "exposure_after_over_before": "Time after over time before",
    "share_followed_six_months": "Share followed for six months",
    "share_without_exposure": "Share with no time on a side",
    "events_in_spells": "Events in spells",
    "no_comparison_group": "Comparison group",
    "regression_to_the_mean": "Regression to the mean",
    "clusters_in_smaller_group": "Areas in the smaller group",
    "degrees_of_freedom": "Information behind the interval",
    "pre_trend_test": "Same course before the launch",
    "pre_trend_power": "Trend that could hide before the launch",
    "areas_with_every_year": "Areas with every year",
    "points_before_launch": "Years before the launch",
    "fit_before_treatment": "Fit before the launch",
    "periods_before_treatment": "Years the weights rest on",
    "horizon": "How far ahead savings are counted",
    "benefit_concentration": "What the savings rest on",
}
"""Titles of health checks by their code."""


def rounded(value: float, places: int = 0) -> float:
    """Return a finite number rounded half away from zero, to 0 to 9 decimal places."""
    return float(_quantised(value, places))


def _quantised(value: float, places: int) -> Decimal:
    exact = Decimal(repr(round(float(value), FLOAT_PLACES)))
    return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def fixed(value: float, places: int = 0) -> str:
    """Return a number with thousands separators; no sign where it rounds to zero."""
    if math.isinf(value):
        return f"{MINUS}∞" if value < 0 else "∞"
    shown = _quantised(value, places)
    return f"{MINUS if shown < 0 else ''}{abs(shown):,f}"


def signed(value: float, *, places: int = 1) -> str:
    """Return a difference with its sign, and a bare 0 where it rounds to zero."""
    shown = fixed(value, places)
    if value < 0 and shown.startswith(MINUS):
        return shown
    return "0" if not shown.strip("0.") else f"+{shown}"


def percent(share: float, *, places: int = 0) -> str:
    """Return a share between 0 and 1 as a percentage."""
    return f"{fixed(100 * share, places)}%"


def chance(value: float) -> str:
    """Return a chance as whole per cent, never 0 or 100: draws come to an end."""
    if value < 0.01:
        return "under 1%"
    if value > 0.99:
        return "over 99%"
    return percent(value)


def check_title(code: str) -> str:
    """Return the title of a health check."""
    return CHECK_WORDS.get(code, code.replace("_", " ").capitalize())
