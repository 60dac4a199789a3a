"""Exhibits of a comparison's fitness: balance of the covariates, and health checks."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.effect import EffectAnswer
from analytics.emmie.in_words import check_title
from analytics.emmie.study import Provenance
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.statistics.results import HealthCheck

COVARIATE_WORDS = {
    "age_years": "Age",
    "sex": "Female",
    "domestic_abuse": "Domestic abuse",
    "parental_mental_health": "Parental mental health",
    "substance_misuse": "Substance misuse",
    "prior_referrals": "Earlier referrals",
    "prior_plan": "Earlier plan",
    "assessed_risk": "Assessed risk",
}
BALANCE_LIMIT = 0.1
STATUS_WORDS = {"pass": "Pass", "review": "Review", "fail": "Fail"}
HOW_WORDS = {"matched": "matching", "weighted": "weighting"}


def love_plot(released: Released[EffectAnswer]) -> Exhibit:
    """Return the balance of each covariate before and after matching or weighting."""
    answer = released.answer
    how = HOW_WORDS[answer.analysis.estimator]
    rows = [
        row for row in answer.balance if row.unadjusted is not None and row.adjusted is not None
    ]
    labels = [covariate_words(row.covariate) for row in rows]
    before = [abs(row.unadjusted or 0) for row in rows]
    after = [abs(row.adjusted or 0) for row in rows]
    worst = max(after, default=0)
    balanced = sum(value < BALANCE_LIMIT for value in after)
    headline = (
        "The groups compared are alike on every measured feature"
        if balanced == len(rows)
        else f"The groups compared still differ on {len(rows) - balanced} of {len(rows)} features"
    )
    return Exhibit(
        key="love_plot",
        headline=headline,
        subtitle=(
            f"Absolute standardised mean difference of each covariate, before and after {how}; "
            f"below {BALANCE_LIMIT} counts as balanced"
        ),
        figure=theme.as_dict(_balance_figure(labels, before, after, how)),
        table=Table(
            columns=("Covariate", f"Before {how} (SD)", f"After {how} (SD)"),
            rows=tuple(
                (
                    label,
                    wording.signed(row.unadjusted, places=2),
                    wording.signed(row.adjusted, places=2),
                )
                for label, row in zip(labels, rows, strict=True)
            ),
        ),
        alt_text=(
            f"Love plot of {len(rows)} covariates. The largest absolute standardised mean "
            f"difference is {wording.fixed(max(before, default=0), 2)} before {how} and "
            f"{wording.fixed(worst, 2)} after."
        ),
        notes=(
            "A love plot shows how far the two groups differ on each measured feature (covariate), "
            f"in standard deviations. {how.capitalize()} balances what was measured; the rest may "
            "differ.",
            released.statement,
        ),
        **origin(answer.provenance),
    )


def covariate_words(name: str) -> str:
    """Return the name of a covariate for the screen."""
    return COVARIATE_WORDS.get(name, name.replace("_", " ").capitalize())


def _balance_figure(
    labels: list[str], before: list[float], after: list[float], how: str
) -> go.Figure:
    built = theme.figure(height=140 + 38 * len(labels))
    for name, values, colour, symbol in (
        (f"Before {how}", before, theme.TURQUOISE, "circle-open"),
        (f"After {how}", after, theme.DARK_BLUE, "circle"),
    ):
        built.add_trace(
            go.Scatter(
                x=values,
                y=labels,
                name=name,
                mode="markers",
                marker={"color": colour, "symbol": symbol, "size": 11, "line": {"width": 2}},
                hovertemplate="%{y}<br>" + name + ": %{x:.2f}<extra></extra>",
            )
        )
    built.add_vline(x=BALANCE_LIMIT, line_color=theme.DARK_GREY, line_width=1, line_dash="dash")
    built.update_xaxes(title_text="Standardised mean difference", rangemode="tozero")
    built.update_yaxes(autorange="reversed", showgrid=False)
    return built


def check_words(check: HealthCheck) -> str:
    """Return a health check with its value and threshold, as part of a sentence."""
    value = "withheld" if check.value is None else _value(check.value)
    threshold = "" if check.threshold is None else f" (threshold {check.threshold:g})"
    return f"{wording.lower_first(check_title(check.name))} is {value}{threshold}"


def _value(value: float) -> str:
    """Return the value of a check; a small one isn't rounded to nothing."""
    shown = wording.fixed(value, 2)
    return "under 0.01" if value > 0 and shown == wording.fixed(0.0, 2) else shown


def health_checks(checks: Sequence[HealthCheck], provenance: Provenance) -> Exhibit:
    """Return the health checks of any design with their thresholds."""
    worst = [check for check in checks if check.status == "fail"]
    review = [check for check in checks if check.status == "review"]
    if worst:
        headline = "A health check failed: do not quote these results"
    elif review:
        headline = f"{len(review)} of {len(checks)} health checks need a second look"
    else:
        headline = f"All {len(checks)} health checks passed"
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            check_title(check.name),
            STATUS_WORDS[check.status],
            "" if check.value is None else _value(check.value),
            "" if check.threshold is None else f"{check.threshold:g}",
            check.meaning,
            check.source.split(" (docs")[0],
        )
        for check in checks
    )
    return Exhibit(
        key="health_checks",
        headline=headline,
        subtitle="Checks of the comparison, with the thresholds they are judged by",
        figure=None,
        table=Table(
            columns=("Check", "Status", "Value", "Threshold", "What it means", "Threshold from"),
            rows=rows,
        ),
        alt_text=headline,
        notes=(),
        **origin(provenance),
    )
