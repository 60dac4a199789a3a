"""Effect: what happened to cases under the new process, against similar cases before it.

Methods: ``docs/methods/effect.md`` and ``docs/methods/propensity_matching.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import CONFIDENTIAL, Share, withhold_count, withhold_share
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.protocol import Direction, Outcome
from analytics.statistics.balance import balance_checks, balance_table
from analytics.statistics.clustered import clustered_risk_difference, clustered_risk_ratio
from analytics.statistics.matching import MatchResult, nearest_neighbour_match
from analytics.statistics.propensity import fit_propensity
from analytics.statistics.results import HealthCheck, Interval, NotEstimable

if TYPE_CHECKING:
    import ibis
    import pandas as pd

EXTRACTS = ("cases", "cp_plans", "events")


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectQuestion(Question["EffectAnswer"]):
    """Ask for the outcomes of an evaluation, unadjusted and matched.

    Attributes
    ----------
    level : float
        Confidence level of every interval, between 0 and 1.
    """

    level: float = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A number with its interval."""

    value: float
    conf_int: Interval
    p_value: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """One outcome in the two arms.

    Attributes
    ----------
    treated, comparison : Share
        Share of cases with the outcome.
    difference : Estimate or None
        Risk difference, intervention minus comparison, between -1 and 1.
    ratio : Estimate or None
        Risk ratio.
    reason : str or None
        Why there is no estimate.
    rounded : bool
        Whether the shares are rounded to whole per cent to protect the few cases left out.
    """

    treated: Share
    comparison: Share
    difference: Estimate | None
    ratio: Estimate | None
    reason: str | None = None
    rounded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeEffect:
    """One outcome, before and after matching."""

    key: str
    label: str
    intended: Direction
    primary: bool
    unadjusted: Contrast
    matched: Contrast


@dataclass(frozen=True, slots=True, kw_only=True)
class CovariateBalance:
    """Standardised mean differences of one covariate; None when not estimable."""

    covariate: str
    unadjusted: float | None
    matched: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectAnswer:
    """Outcomes, balance and health checks of a matched comparison.

    Attributes
    ----------
    estimand : str
        Code of the target quantity: ``att_matched``, the average over the matched intervention cases.
    arms : tuple of str
        Labels of intervention and comparison.
    n_treated, n_comparison, n_pairs : int or None
        Cases before matching and pairs after it; None when withheld.
    n_incomplete : int or None
        Cases left out because a covariate is missing.
    """

    provenance: Provenance
    estimand: str
    arms: tuple[str, str]
    n_treated: int | None
    n_comparison: int | None
    n_pairs: int | None
    n_incomplete: int | None
    outcomes: tuple[OutcomeEffect, ...]
    balance: tuple[CovariateBalance, ...]
    checks: tuple[HealthCheck, ...]
    assumptions: tuple[str, ...]
    unmatched_reason: str | None
    level: float

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts, and whatever would reveal the few cases left unmatched."""
        return replace(
            self,
            n_treated=withhold_count(self.n_treated, policy),
            n_comparison=withhold_count(self.n_comparison, policy),
            n_pairs=withhold_count(self.n_pairs, policy),
            n_incomplete=withhold_count(self.n_incomplete, policy),
            outcomes=tuple(_disclose_outcome(outcome, policy) for outcome in self.outcomes),
        )


def answer_effect(question: EffectQuestion, study: Study) -> EffectAnswer | Unanswered:
    """Estimate every outcome of the protocol, unadjusted and in matched pairs.

    Parameters
    ----------
    question : EffectQuestion
        Confidence level.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    EffectAnswer or Unanswered
        Unanswered when the design has no comparison, or an arm has no cases.
    """
    protocol = study.protocol
    provenance = study.provenance("cases")
    if protocol.matching is None:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    cases = study.store.rows(_case_rows(study))
    if cases.empty:
        return Unanswered(reason="no_rows", provenance=provenance)
    covariates = list(protocol.matching.covariates)
    complete = cases.dropna(subset=covariates).reset_index(drop=True)
    treated = (complete["arm"] == "intervention").to_numpy()
    if treated.all() or not treated.any():
        return Unanswered(reason="not_estimable", details=("empty_arm",), provenance=provenance)
    values = _covariate_matrix(complete, covariates)
    match = _match(values, treated, protocol.matching.caliper)
    matched = isinstance(match, MatchResult)
    table = balance_table(values, tuple(covariates), treated, match) if matched else None
    return EffectAnswer(
        provenance=provenance,
        estimand="att_matched",
        arms=(protocol.arms["intervention"], protocol.arms["comparison"]),
        n_treated=int(treated.sum()),
        n_comparison=int((~treated).sum()),
        n_pairs=len(match.treated_index) if matched else None,
        n_incomplete=len(cases) - len(complete),
        outcomes=tuple(
            _outcome_effect(outcome, complete, treated, match, question.level)
            for outcome in protocol.outcomes
        ),
        balance=tuple(
            CovariateBalance(
                covariate=row.covariate,
                unadjusted=row.smd_unadjusted,
                matched=row.smd_adjusted,
            )
            for row in (table.rows if table else ())
        ),
        checks=balance_checks(table, match) if table and matched else (),
        assumptions=tuple(item.text for item in protocol.assumptions),
        unmatched_reason=None if matched else match.reason,
        level=question.level,
    )


def _case_rows(study: Study) -> ibis.Table:
    """Return the study's cases with covariates and one column per outcome, not executed."""
    protocol = study.protocol
    assert protocol.matching is not None
    cases = study.table("cases")
    cases = cases.filter(cases.arm.notnull())
    outcomes = {item.key: _outcome_column(item, cases, study) for item in protocol.outcomes}
    columns = ["case_id", "family_id", "arm", *protocol.matching.covariates]
    return cases.mutate(**outcomes).select(*columns, *outcomes).order_by("case_id")


def _outcome_column(outcome: Outcome, cases: ibis.Table, study: Study) -> Any:
    """Return the outcome as 1, 0 or null (open, or not followed for long enough)."""
    if outcome.kind == "police_outcome":
        return cases.outcome_code.isin(outcome.codes).cast("int64")
    days = outcome.within_days or 0
    source = study.unfiltered("cp_plans" if outcome.kind == "plan" else "events")
    if outcome.kind == "event":
        source = source.filter(source.kind == outcome.event)
    happened_on = "started_on" if outcome.kind == "plan" else "occurred_on"
    later = source.select(other_child=source.child_id, happened_on=source[happened_on])
    hits = cases.join(later, cases.child_id == later.other_child).filter(
        lambda row: (row.happened_on > row.recorded_on)
        & (row.happened_on.delta(row.recorded_on, unit="day") <= days)
    )
    followed = cases.recorded_on.delta(study.protocol.evaluation.as_at, unit="day") <= -days
    happened = cases.case_id.isin(hits.case_id).cast("int64")
    return followed.ifelse(happened, None)


def _covariate_matrix(cases: pd.DataFrame, covariates: list[str]) -> np.ndarray:
    """Return the covariates as floats, shape (n, k); sex becomes 1 for female."""
    columns = [
        (cases[name] == "F").to_numpy(dtype=float)
        if name == "sex"
        else cases[name].to_numpy(dtype=float)
        for name in covariates
    ]
    return np.column_stack(columns)


def _match(
    values: np.ndarray, treated: np.ndarray, caliper: float
) -> MatchResult | NotEstimable:
    fit = fit_propensity(values, treated)
    if isinstance(fit, NotEstimable):
        return fit
    return nearest_neighbour_match(fit.linear_predictor, treated, caliper=caliper)


def _outcome_effect(
    outcome: Outcome,
    cases: pd.DataFrame,
    treated: np.ndarray,
    match: MatchResult | NotEstimable,
    level: float,
) -> OutcomeEffect:
    values = cases[outcome.key].to_numpy(dtype=float, na_value=np.nan)
    family = cases["family_id"].to_numpy()
    everyone = np.arange(len(values))
    unadjusted = _contrast(values, treated, family, everyone, None, level)
    if isinstance(match, NotEstimable):
        matched = _no_contrast(match.reason)
    else:
        matched = _matched_contrast(values, treated, family, match, level)
    return OutcomeEffect(
        key=outcome.key,
        label=outcome.label,
        intended=outcome.intended,
        primary=outcome.primary,
        unadjusted=unadjusted,
        matched=matched,
    )


def _matched_contrast(
    values: np.ndarray, treated: np.ndarray, family: np.ndarray, match: MatchResult, level: float
) -> Contrast:
    """Compare the arms within pairs whose two cases both have a known outcome."""
    known = ~np.isnan(values[match.treated_index]) & ~np.isnan(values[match.comparison_index])
    first, second = match.treated_index[known], match.comparison_index[known]
    rows = np.concatenate([first, second])
    pair = np.concatenate([np.arange(len(first)), np.arange(len(second))])
    return _contrast(values, treated, family, rows, pair, level)


def _contrast(
    values: np.ndarray,
    treated: np.ndarray,
    family: np.ndarray,
    rows: np.ndarray,
    pair: np.ndarray | None,
    level: float,
) -> Contrast:
    """Compare the arms among ``rows``, with families (and pairs) as clusters."""
    keep = ~np.isnan(values[rows])
    rows = rows[keep]
    outcome, arm, cluster = values[rows], treated[rows], family[rows]
    if arm.all() or not arm.any():
        return _no_contrast("empty_arm")
    second = None if pair is None else pair[keep]
    difference = clustered_risk_difference(
        outcome, arm, cluster, second_cluster=second, level=level
    )
    ratio = clustered_risk_ratio(outcome, arm, cluster, level=level)
    return Contrast(
        treated=Share.of(int(outcome[arm].sum()), int(arm.sum())),
        comparison=Share.of(int(outcome[~arm].sum()), int((~arm).sum())),
        difference=_estimate(difference),
        ratio=_estimate(ratio),
        reason=difference.reason if isinstance(difference, NotEstimable) else None,
    )


def _estimate(result: Any) -> Estimate | None:
    if isinstance(result, NotEstimable):
        return None
    return Estimate(
        value=result.estimate, conf_int=result.conf_int, p_value=getattr(result, "p_value", None)
    )


def _no_contrast(reason: str) -> Contrast:
    nobody = Share(events=None, n=None, value=None)
    return Contrast(
        treated=nobody, comparison=nobody, difference=None, ratio=None, reason=reason
    )


def _disclose_outcome(outcome: OutcomeEffect, policy: Policy) -> OutcomeEffect:
    unadjusted = _disclose_contrast(outcome.unadjusted, policy)
    matched = _disclose_contrast(outcome.matched, policy)
    if unadjusted.treated.is_withheld or unadjusted.comparison.is_withheld:
        matched = _withheld(matched)
    elif _reveals_unmatched(outcome, policy):
        matched = _rounded(matched)
    return replace(outcome, unadjusted=unadjusted, matched=matched)


def _disclose_contrast(contrast: Contrast, policy: Policy) -> Contrast:
    treated = withhold_share(contrast.treated, policy)
    comparison = withhold_share(contrast.comparison, policy)
    released = replace(contrast, treated=treated, comparison=comparison)
    if treated.is_withheld or comparison.is_withheld:
        return _withheld(released)
    return released


def _withheld(contrast: Contrast) -> Contrast:
    """Withhold everything from which one arm's count could be worked out."""
    return replace(
        contrast,
        treated=replace(contrast.treated, events=None, value=None, symbol=CONFIDENTIAL),
        comparison=replace(contrast.comparison, events=None, value=None, symbol=CONFIDENTIAL),
        difference=None,
        ratio=None,
        reason="withheld",
    )


def _reveals_unmatched(outcome: OutcomeEffect, policy: Policy) -> bool:
    """Return whether subtracting matched from all cases leaves a small cell in either arm."""
    for whole, part in (
        (outcome.unadjusted.treated, outcome.matched.treated),
        (outcome.unadjusted.comparison, outcome.matched.comparison),
    ):
        if None in (whole.events, whole.n, part.events, part.n):
            continue
        left_n = (whole.n or 0) - (part.n or 0)
        left_events = (whole.events or 0) - (part.events or 0)
        if policy.is_small(left_events) or policy.is_small(left_n - left_events):
            return True
    return False


def _rounded(contrast: Contrast) -> Contrast:
    """Round the matched figures so far that the counts behind them cannot be worked out."""

    def round_share(share: Share) -> Share:
        value = None if share.value is None else round(share.value, 2)
        return replace(share, events=None, value=value)

    return replace(
        contrast,
        treated=round_share(contrast.treated),
        comparison=round_share(contrast.comparison),
        difference=_rounded_estimate(contrast.difference, 3),
        ratio=_rounded_estimate(contrast.ratio, 1),
        rounded=True,
    )


def _rounded_estimate(estimate: Estimate | None, places: int) -> Estimate | None:
    if estimate is None:
        return None
    limits = estimate.conf_int
    return Estimate(
        value=round(estimate.value, places),
        conf_int=replace(limits, low=round(limits.low, places), high=round(limits.high, places)),
        p_value=None if estimate.p_value is None else round(estimate.p_value, 3),
    )


