"""Exhibits of the effect question: outcomes, unadjusted and matched."""

from __future__ import annotations

from typing import Literal

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.contrast import Contrast, Estimate, OutcomeEffect, includes_zero
from analytics.emmie.effect import EffectAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, assumptions_exhibit, origin
from analytics.exhibits.match_checks import check_words, health_checks, love_plot

Scale = Literal["difference", "ratio"]


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
        shown.append(love_plot(released))
        shown.append(health_checks(released))
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
