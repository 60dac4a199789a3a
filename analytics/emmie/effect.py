"""Effect: what happened to cases under the new process, against similar cases before it.

Methods: ``docs/methods/questions/effect.md`` and ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import Share, withhold_count
from analytics.emmie.contrast import (
    Contrast,
    Estimate,
    OutcomeEffect,
    disclose_outcome,
    no_contrast,
)
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts.protocol import Outcome
from analytics.statistics.propensity.balance import balance_checks, balance_table
from analytics.statistics.propensity.matching import MatchResult, nearest_neighbour_match
from analytics.statistics.propensity.score import fit_propensity
from analytics.statistics.results import HealthCheck, NotEstimable
from analytics.statistics.two_groups.clustered import (
    clustered_risk_difference,
    clustered_risk_ratio,
)

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
class CovariateBalance:
    """Standardised mean differences of one covariate; None when not estimable or withheld.

    ``cells`` are the cases with and without a yes-or-no covariate in each group; empty after
    disclosure control and for other covariates.
    """

    covariate: str
    unadjusted: float | None
    matched: float | None
    cells: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectAnswer:
    """Outcomes, balance and health checks of a matched comparison.

    Attributes
    ----------
    estimand : str
        Code of the target quantity: ``att_matched``, the average over matched intervention cases.
    arms : tuple of str
        Labels of intervention and comparison.
    n_treated, n_comparison, n_pairs : int or None
        Cases before matching and pairs after it; None when withheld.
    n_treated_without : int or None
        Intervention cases from areas that did not have the intervention; None when withheld.
    n_incomplete : int or None
        Cases left out because a covariate is missing.
    """

    provenance: Provenance
    estimand: str
    arms: tuple[str, str]
    n_treated: int | None
    n_treated_without: int | None
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
        elsewhere = withhold_count(self.n_treated_without, policy)
        with_is_small = policy.is_small((self.n_treated or 0) - (self.n_treated_without or 0))
        left_few = self.n_pairs is not None and any(
            policy.is_small((size or 0) - self.n_pairs)
            for size in (self.n_treated, self.n_comparison)
        )
        return replace(
            self,
            n_treated=withhold_count(self.n_treated, policy),
            n_treated_without=None if with_is_small else elsewhere,
            n_comparison=withhold_count(self.n_comparison, policy),
            n_pairs=None if left_few else withhold_count(self.n_pairs, policy),
            checks=tuple(
                replace(check, value=None) if left_few and check.name == "share_matched" else check
                for check in self.checks
            ),
            n_incomplete=withhold_count(self.n_incomplete, policy),
            outcomes=tuple(
                disclose_outcome(outcome, (self.n_treated, self.n_comparison), policy)
                for outcome in self.outcomes
            ),
            balance=tuple(_disclose_balance(row, policy) for row in self.balance),
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
    provenance = study.provenance(*EXTRACTS)
    if protocol.matching is None:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    cases = study.store.rows(_case_rows(study))
    if cases.empty:
        return Unanswered(reason="no_rows", provenance=provenance)
    covariates = list(protocol.matching.covariates)
    complete = cases.dropna(subset=covariates).reset_index(drop=True)
    complete["family"] = complete["family_id"].factorize()[0]
    treated = (complete["arm"] == "intervention").to_numpy()
    if treated.all() or not treated.any():
        return Unanswered(reason="not_estimable", details=("empty_arm",), provenance=provenance)
    elsewhere = complete["local_authority"].isin(protocol.areas.without_intervention)
    values = _covariate_matrix(complete, covariates)
    match = _match(values, treated, protocol.matching.caliper)
    return EffectAnswer(
        provenance=provenance,
        estimand="att_matched",
        arms=(protocol.arms["intervention"], protocol.arms["comparison"]),
        n_treated=int(treated.sum()),
        n_treated_without=int((treated & elsewhere.to_numpy()).sum()),
        n_comparison=int((~treated).sum()),
        n_incomplete=len(cases) - len(complete),
        outcomes=tuple(
            _outcome_effect(outcome, complete, treated, match, question.level)
            for outcome in protocol.outcomes
        ),
        assumptions=tuple(item.text for item in protocol.assumptions),
        level=question.level,
        **_match_quality(values, tuple(covariates), treated, match),
    )


def _match_quality(
    values: np.ndarray,
    covariates: tuple[str, ...],
    treated: np.ndarray,
    match: MatchResult | NotEstimable,
) -> dict[str, Any]:
    """Return the fields of the answer that describe the match."""
    if isinstance(match, NotEstimable):
        return {
            "n_pairs": None,
            "balance": (),
            "checks": (),
            "unmatched_reason": match.reason,
        }
    table = balance_table(values, covariates, treated, match)
    balance = tuple(
        CovariateBalance(
            covariate=row.covariate,
            unadjusted=row.smd_unadjusted,
            matched=row.smd_adjusted,
            cells=_cells(values[:, place], treated, match),
        )
        for place, row in enumerate(table.rows)
    )
    return {
        "n_pairs": len(match.treated_index),
        "balance": balance,
        "checks": balance_checks(table, match),
        "unmatched_reason": None,
    }


def _cells(covariate: np.ndarray, treated: np.ndarray, match: MatchResult) -> tuple[int, ...]:
    """Return the cases with and without a yes-or-no covariate in each arm, before and after."""
    if not np.isin(covariate, (0, 1)).all():
        return ()
    groups = (
        covariate[treated],
        covariate[~treated],
        covariate[match.treated_index],
        covariate[match.comparison_index],
    )
    return tuple(int(cell) for group in groups for cell in (group.sum(), (1 - group).sum()))


def _disclose_balance(row: CovariateBalance, policy: Policy) -> CovariateBalance:
    """Withhold a covariate that few cases of a group have, and round the others."""
    if any(policy.is_small(cell) for cell in row.cells):
        return CovariateBalance(covariate=row.covariate, unadjusted=None, matched=None)
    if not policy.largest_withheld:
        return replace(row, cells=())
    places = 2
    return CovariateBalance(
        covariate=row.covariate,
        unadjusted=None if row.unadjusted is None else round(row.unadjusted, places),
        matched=None if row.matched is None else round(row.matched, places),
    )


def _case_rows(study: Study) -> ibis.Table:
    """Return the study's cases with covariates and one column per outcome, not executed."""
    protocol = study.protocol
    covariates = protocol.matching.covariates if protocol.matching else ()
    cases = study.table("cases")
    cases = cases.filter(cases.arm.notnull())
    outcomes = {item.key: _outcome_column(item, cases, study) for item in protocol.outcomes}
    columns = ["case_id", "family_id", "local_authority", "arm", *covariates]
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
        lambda row: (
            (row.happened_on > row.recorded_on)
            & (row.happened_on.delta(row.recorded_on, unit="day") <= days)
        )
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


def _match(values: np.ndarray, treated: np.ndarray, caliper: float) -> MatchResult | NotEstimable:
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
    family = cases["family"].to_numpy()
    everyone = np.arange(len(values))
    unadjusted = _contrast(values, treated, family, everyone, None, level)
    if isinstance(match, NotEstimable):
        matched = no_contrast(match.reason)
    else:
        matched = _matched_contrast(values, treated, family, match, level)
    return OutcomeEffect(
        key=outcome.key,
        label=outcome.label,
        phrase=outcome.phrase,
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
        return no_contrast("empty_arm")
    second = None if pair is None else pair[keep]
    difference = clustered_risk_difference(
        outcome, arm, cluster, second_cluster=second, level=level
    )
    ratio = clustered_risk_ratio(outcome, arm, cluster, second_cluster=second, level=level)
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
