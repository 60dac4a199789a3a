"""Exhibits of the effect question: outcomes, balance and health checks."""

from __future__ import annotations

from typing import Literal

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.contrast import Contrast, Estimate, OutcomeEffect, includes_zero
from analytics.emmie.effect import EffectAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, assumptions_exhibit, origin
from analytics.statistics.results import HealthCheck

Scale = Literal["difference", "ratio"]

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


def effect_exhibits(
    released: Released[EffectAnswer], *, scale: Scale = "difference"
) -> tuple[Exhibit, ...]:
    """Return the outcomes, the balance and the health checks.

    Parameters
    ----------
    released : Released of EffectAnswer
        What may be shown.
    scale : str
        ``difference`` in percentage points, or ``ratio`` of the two shares.
    """
    shown = [_outcomes(released, scale)]
    if released.answer.balance:
        shown.append(_love_plot(released))
        shown.append(_health(released))
    if released.answer.assumptions:
        shown.append(assumptions_exhibit(released.answer.provenance, released.answer.assumptions))
    return tuple(shown)


def sentences(answer: EffectAnswer, outcomes: tuple[OutcomeEffect, ...]) -> tuple[str, ...]:
    """Return what was seen, outcome by outcome; only why not to quote it when a check failed."""
    failed = [check for check in answer.checks if check.status == "fail"]
    if failed:
        return tuple(f"Not reliable enough to quote: {check_words(check)}." for check in failed)
    found = [_sentence(outcome, answer.arms) for outcome in outcomes]
    if answer.n_treated_without:
        found.append(
            f"{answer.n_treated_without:,} of the {wording.count(answer.n_treated)} cases of "
            f"“{answer.arms[0]}” come from areas without the intervention."
        )
    return tuple(found)


def check_words(check: HealthCheck) -> str:
    """Return a health check with its value and threshold, as part of a sentence."""
    value = "withheld" if check.value is None else f"{check.value:.2f}"
    threshold = "" if check.threshold is None else f" (threshold {check.threshold:g})"
    return f"{wording.lower_first(CHECK_WORDS[check.name])} is {value}{threshold}"


def _sentence(outcome: OutcomeEffect, arms: tuple[str, str]) -> str:
    """Return one outcome as a natural frequency among matched cases, with its interval."""
    matched = outcome.matched
    first, second = matched.treated.value, matched.comparison.value
    if matched.difference is None:
        return f"{outcome.label}: {_why_not(matched)}."
    limits = f"difference {difference_words(matched)}"
    if includes_zero(matched.difference):
        limits += ", which could be chance"
    if first is None or second is None:
        return f"{outcome.label}: {limits}; the shares themselves are withheld."
    if round(100 * first) == round(100 * second):
        both = f"{100 * first:.0f} in each group {outcome.phrase}"
        return f"Of 100 matched cases, {both}: {limits}."
    return (
        f"Of 100 matched cases, {100 * first:.0f} {outcome.phrase}, against {100 * second:.0f} of "
        f"100 in the comparison ({wording.lower_first(arms[1])}): {limits}."
    )


def _outcomes(released: Released[EffectAnswer], scale: Scale) -> Exhibit:
    answer = released.answer
    found = sentences(answer, answer.outcomes)
    measure = (
        "Difference between arms (percentage points)"
        if scale == "difference"
        else "Ratio of the two arms' shares"
    )
    pairs = "" if answer.n_pairs is None else f", {answer.n_pairs:,} matched pairs"
    return Exhibit(
        key=f"outcomes_{scale}",
        headline=_headline(answer),
        subtitle=(
            f"{measure}, {answer.provenance.place}{pairs}, {100 * answer.level:.0f}% intervals"
        ),
        figure=theme.as_dict(_forest(answer, scale)) if _anything(answer, scale) else None,
        table=_outcome_table(answer, scale),
        alt_text=(
            f"Forest plot of {len(answer.outcomes)} outcomes, unadjusted and matched. "
            + " ".join(found)
        ),
        notes=_notes(released),
        **origin(answer.provenance),
        sentences=found,
    )


def _headline(answer: EffectAnswer) -> str:
    failed = [check for check in answer.checks if check.status == "fail"]
    if answer.unmatched_reason:
        return "No matched comparison can be made"
    if failed:
        return "Not reliable enough to quote: a health check failed"
    primary = [outcome for outcome in answer.outcomes if outcome.primary]
    if any(outcome.matched.difference is None for outcome in primary):
        return "Too few cases to compare every main outcome"
    moved = [outcome for outcome in primary if outcome.differs_as_intended]
    if len(moved) == len(primary):
        return f"All {len(primary)} main outcomes differ in the intended direction"
    if not moved:
        return "No main outcome clearly differs in the intended direction"
    return f"{len(moved)} of {len(primary)} main outcomes differ in the intended direction"


def _anything(answer: EffectAnswer, scale: Scale) -> bool:
    """Return whether there is an estimate to draw."""
    contrasts = [item for row in answer.outcomes for item in (row.unadjusted, row.matched)]
    return any(_estimate(contrast, scale) for contrast in contrasts)


def _forest(answer: EffectAnswer, scale: Scale) -> go.Figure:
    labels = [theme.wrapped(outcome.label) for outcome in answer.outcomes]
    built = theme.figure(height=110 + 78 * len(labels))
    series = (
        ("Unadjusted", theme.TURQUOISE, "circle-open", 0.17, "unadjusted"),
        ("Matched", theme.DARK_BLUE, "circle", -0.17, "matched"),
    )
    for name, colour, symbol, offset, which in series:
        found = [
            (index, outcome, estimate)
            for index, outcome in enumerate(answer.outcomes)
            if (estimate := _estimate(getattr(outcome, which), scale)) is not None
        ]
        factor = 100 if scale == "difference" else 1
        x = [factor * estimate.value for *_, estimate in found]
        built.add_trace(
            go.Scatter(
                x=x,
                y=[index + offset for index, *_ in found],
                name=name,
                mode="markers",
                marker={"color": colour, "symbol": symbol, "size": 11, "line": {"width": 2}},
                error_x=theme.error_bars(
                    [estimate.value for *_, estimate in found],
                    [estimate.conf_int for *_, estimate in found],
                    colour=colour,
                    scale=factor,
                    thickness=2,
                ),
                customdata=[outcome.label for _, outcome, _ in found],
                hovertemplate="%{customdata}<br>" + name + ": %{x:.1f}<extra></extra>",
            )
        )
    neutral = 0 if scale == "difference" else 1
    built.add_vline(x=neutral, line_color=theme.DARK_GREY, line_width=1)
    title = "Percentage points" if scale == "difference" else "Ratio (log scale)"
    built.update_xaxes(title_text=title, type="linear" if scale == "difference" else "log")
    built.update_yaxes(
        tickvals=list(range(len(labels))),
        ticktext=labels,
        range=[len(labels) - 0.5, -0.5],
        showgrid=False,
    )
    return built


def _estimate(contrast: Contrast, scale: Scale) -> Estimate | None:
    return contrast.difference if scale == "difference" else contrast.ratio


def _outcome_table(answer: EffectAnswer, scale: Scale) -> Table:
    measure = "Difference (points)" if scale == "difference" else "Ratio"
    rows: list[tuple[Cell, ...]] = []
    for outcome in answer.outcomes:
        for name, contrast in (("Unadjusted", outcome.unadjusted), ("Matched", outcome.matched)):
            estimate = _estimate(contrast, scale)
            rows.append(
                (
                    outcome.label,
                    name,
                    _share(contrast, "treated"),
                    _share(contrast, "comparison"),
                    _value(contrast, estimate, scale) or _why_not(contrast),
                    _limits(contrast, estimate, scale),
                    wording.p_value(estimate.p_value) if estimate else "",
                )
            )
    return Table(
        columns=(
            "Outcome",
            "Estimate",
            answer.arms[0],
            answer.arms[1],
            measure,
            f"{100 * answer.level:.0f}% interval",
            "p-value",
        ),
        rows=tuple(rows),
    )


def _share(contrast: Contrast, arm: Literal["treated", "comparison"]) -> str:
    share = contrast.treated if arm == "treated" else contrast.comparison
    if share.value is None:
        return wording.WITHHELD if share.is_withheld else ""
    if share.events is None:
        return f"about {wording.percent(share.value)}"
    return f"{wording.percent(share.value, places=1)} ({wording.out_of(share)})"


def difference_words(contrast: Contrast) -> str:
    """Return the difference in percentage points with its interval, as finely as allowed."""
    if contrast.difference is None:
        return _why_not(contrast)
    value = _value(contrast, contrast.difference, "difference")
    return f"{value} percentage points ({_limits(contrast, contrast.difference, 'difference')})"


def _value(contrast: Contrast, estimate: Estimate | None, scale: Scale) -> str:
    if estimate is None:
        return ""
    if scale == "difference":
        return wording.points(estimate.value, places=0 if contrast.rounded else 1)
    return f"{estimate.value:.{1 if contrast.rounded else 2}f}"


def _limits(contrast: Contrast, estimate: Estimate | None, scale: Scale) -> str:
    if estimate is None:
        return ""
    if scale == "difference":
        return wording.interval(estimate.conf_int, scale=100, places=0 if contrast.rounded else 1)
    return wording.interval(estimate.conf_int, places=1 if contrast.rounded else 2)


REASON_WORDS = {
    "withheld": "withheld, because 1 to 5 cases of a group had, or did not have, this outcome",
    "empty_arm": "not estimable, because an arm has no cases",
    "no_events": "not estimable, because an arm has no such outcome",
    "too_few_clusters": "not estimable, because there are too few families",
    "separation": "not estimable, because the arms do not overlap",
    "no_overlap": "not estimable, because the arms do not overlap",
    "no_cases": "not estimable, because there are no cases",
    "no_variation": "not estimable, because the outcome does not vary",
    "too_few_cases": "not estimable, because there are too few cases",
    "collinear": "not estimable, because the covariates repeat each other",
    "not_converged": "not estimable, because the propensity score could not be fitted",
}


def _why_not(contrast: Contrast) -> str:
    if contrast.rounded:
        return "withheld, because it would give a few unmatched cases away"
    return REASON_WORDS.get(contrast.reason or "no_cases", "not estimable")


def _notes(released: Released[EffectAnswer]) -> tuple[str, ...]:
    answer = released.answer
    notes = [
        "These are associations. The comparison comes from an earlier year, so other changes made "
        "at the same time are part of each difference.",
        "Matched: each case of the new process is paired with the most similar earlier case "
        "(propensity score, nearest neighbour, caliper, without replacement). Intervals allow for "
        "pairs and for siblings in the same family.",
        f"{len(answer.outcomes)} outcomes are tested and the intervals are not adjusted for that: "
        "an isolated small difference may be chance.",
        "Open cases are in no denominator of a police outcome.",
        released.statement,
    ]
    if any(outcome.matched.rounded for outcome in answer.outcomes):
        notes.insert(
            4,
            "Some matched figures are rounded (shares to whole per cent or further, differences to "
            "whole points) or withheld, so that the few cases left out of the match cannot be "
            "worked out.",
        )
    if answer.n_incomplete:
        notes.insert(2, f"{answer.n_incomplete:,} cases with a missing covariate are left out.")
    return tuple(notes)


def _love_plot(released: Released[EffectAnswer]) -> Exhibit:
    answer = released.answer
    rows = [row for row in answer.balance if row.unadjusted is not None and row.matched is not None]
    labels = [COVARIATE_WORDS.get(row.covariate, row.covariate) for row in rows]
    before = [abs(row.unadjusted or 0) for row in rows]
    after = [abs(row.matched or 0) for row in rows]
    worst = max(after, default=0)
    balanced = sum(value < BALANCE_LIMIT for value in after)
    headline = (
        "The matched groups are alike on every measured feature"
        if balanced == len(rows)
        else f"The matched groups still differ on {len(rows) - balanced} of {len(rows)} features"
    )
    return Exhibit(
        key="love_plot",
        headline=headline,
        subtitle=(
            "Absolute standardised mean difference of each covariate, before and after matching; "
            f"below {BALANCE_LIMIT} counts as balanced"
        ),
        figure=theme.as_dict(_balance_figure(labels, before, after)),
        table=Table(
            columns=("Covariate", "Before matching (SD)", "After matching (SD)"),
            rows=tuple(
                (label, f"{row.unadjusted:+.2f}", f"{row.matched:+.2f}")
                for label, row in zip(labels, rows, strict=True)
            ),
        ),
        alt_text=(
            f"Love plot of {len(rows)} covariates. The largest absolute standardised mean "
            f"difference is {max(before, default=0):.2f} before matching and {worst:.2f} after."
        ),
        notes=(
            "A love plot shows how far the two groups differ on each measured feature (covariate), "
            "in standard deviations. Matching balances what was measured; the rest may differ.",
            released.statement,
        ),
        **origin(answer.provenance),
    )


def _balance_figure(labels: list[str], before: list[float], after: list[float]) -> go.Figure:
    built = theme.figure(height=140 + 38 * len(labels))
    for name, values, colour, symbol in (
        ("Before matching", before, theme.TURQUOISE, "circle-open"),
        ("After matching", after, theme.DARK_BLUE, "circle"),
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


CHECK_WORDS = {
    "largest_smd": "Balance after matching",
    "share_matched": "Share of cases matched",
    "overlap": "Overlap of the two groups",
}
STATUS_WORDS = {"pass": "Pass", "review": "Review", "fail": "Fail"}


def _health(released: Released[EffectAnswer]) -> Exhibit:
    answer = released.answer
    worst = [check for check in answer.checks if check.status == "fail"]
    review = [check for check in answer.checks if check.status == "review"]
    if worst:
        headline = "A health check failed: do not quote these results"
    elif review:
        headline = f"{len(review)} of {len(answer.checks)} health checks need a second look"
    else:
        headline = f"All {len(answer.checks)} health checks passed"
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            CHECK_WORDS[check.name],
            STATUS_WORDS[check.status],
            "" if check.value is None else f"{check.value:.2f}",
            "" if check.threshold is None else f"{check.threshold:g}",
            check.meaning,
            check.source.split(" (docs")[0],
        )
        for check in answer.checks
    )
    return Exhibit(
        key="health_checks",
        headline=headline,
        subtitle="Checks of the match, with the thresholds they are judged by",
        figure=None,
        table=Table(
            columns=("Check", "Status", "Value", "Threshold", "What it means", "Threshold from"),
            rows=rows,
        ),
        alt_text=headline,
        notes=(),
        **origin(answer.provenance),
    )
