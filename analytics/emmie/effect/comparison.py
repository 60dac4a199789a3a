"""Cases under the new process against similar cases before it, matched or weighted.

Methods: ``docs/methods/questions/effect.md`` and ``docs/methods/estimators/propensity.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Self

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import withhold_count
from analytics.emmie.contrast import Contrast, OutcomeEffect, disclose_outcome
from analytics.emmie.effect.analyses import AnalysisQuestion, Chosen, chosen_analysis
from analytics.emmie.effect.arms import (
    Adjustment,
    Arms,
    CovariateBalance,
    adjusted_contrast,
    families_check,
    match_arms,
    plain_contrast,
    weight_arms,
)
from analytics.emmie.effect.cases import EXTRACTS, known, study_rows
from analytics.emmie.effect.checks import missing_covariates_check
from analytics.emmie.effect.compared import Compared, compared_cases, without_intervention
from analytics.emmie.effect.hidden_bias import PairBias, pair_bias
from analytics.emmie.effect.results import (
    AnalysisInfo,
    EffectRow,
    Series,
    with_holm,
)
from analytics.emmie.study import Provenance, Study, Unanswered
from analytics.extracts.protocol import Analysis, Estimator, Outcome
from analytics.statistics.results import HealthCheck

if TYPE_CHECKING:
    import pandas as pd

ESTIMANDS: Final[dict[Estimator, str]] = {"matched": "att_matched", "weighted": "att_weighted"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectQuestion(AnalysisQuestion["EffectAnswer"]):
    """Ask for the outcomes of cases, unadjusted and made alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectAnswer:
    """Outcomes, balance and health checks of a comparison of cases.

    Attributes
    ----------
    analysis : AnalysisInfo
        Which analysis.
    estimand : str
        Code of the target quantity: ``att_matched``, the average over matched intervention cases,
        or ``att_weighted``, over all of them.
    arms : tuple of str
        Labels of intervention and comparison.
    n_treated, n_comparison, n_pairs : int or None
        Cases before matching and pairs after it; None when withheld, or without pairs.
    n_treated_without : int or None
        Intervention cases from areas that did not have the intervention; None when withheld.
    n_incomplete : int or None
        Cases left out because a covariate is missing.
    pair_bias : tuple of PairBias
        For each primary outcome of a matched analysis, how much hidden bias its test bears.
    unmatched_reason : str or None
        Why the arms can't be made alike.
    """

    provenance: Provenance
    analysis: AnalysisInfo
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
    pair_bias: tuple[PairBias, ...]
    assumptions: tuple[str, ...]
    unmatched_reason: str | None
    level: float

    @property
    def failed_checks(self) -> tuple[HealthCheck, ...]:
        """The health checks that forbid quoting the results."""
        return tuple(check for check in self.checks if check.status == "fail")

    @property
    def rows(self) -> tuple[EffectRow, ...]:
        """Every outcome, unadjusted and adjusted, with Holm's p-values; after disclosure only."""
        return with_holm(
            [row for outcome in self.outcomes for row in _rows(outcome)], level=self.level
        )

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts, and whatever would reveal the few cases left unmatched."""
        elsewhere = withhold_count(self.n_treated_without, policy)
        with_is_small = policy.is_small((self.n_treated or 0) - (self.n_treated_without or 0))
        left_few = self.n_pairs is not None and any(
            policy.is_small((size or 0) - self.n_pairs)
            for size in (self.n_treated, self.n_comparison)
        )
        few = {"share_matched": left_few, "missing_covariates": _small(self.n_incomplete, policy)}
        outcomes = tuple(
            disclose_outcome(outcome, (self.n_treated, self.n_comparison), policy)
            for outcome in self.outcomes
        )
        shown = {outcome.key: outcome.adjusted for outcome in outcomes}
        return replace(
            self,
            n_treated=withhold_count(self.n_treated, policy),
            n_treated_without=None if with_is_small else elsewhere,
            n_comparison=withhold_count(self.n_comparison, policy),
            n_pairs=None if left_few else withhold_count(self.n_pairs, policy),
            checks=tuple(
                replace(check, value=None) if few.get(check.name) else check
                for check in self.checks
            ),
            n_incomplete=withhold_count(self.n_incomplete, policy),
            outcomes=outcomes,
            balance=tuple(_disclose_balance(row, policy) for row in self.balance),
            pair_bias=tuple(bias.disclose(shown[bias.key], policy) for bias in self.pair_bias),
        )


def answer_effect(question: EffectQuestion, study: Study) -> EffectAnswer | Unanswered:
    """Estimate every outcome of an analysis, unadjusted and with the arms made alike.

    Parameters
    ----------
    question : EffectQuestion
        Analysis and confidence level.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    EffectAnswer or Unanswered
        Unanswered when no such analysis compares cases, or an arm has no cases.
    """
    chosen = chosen_analysis(study.protocol, question.analysis, *ESTIMANDS)
    if chosen is None:
        return Unanswered(reason="not_in_protocol", provenance=study.provenance(*EXTRACTS))
    compared = compared_cases(study, study_rows(study, chosen.outcomes))
    if isinstance(compared, Unanswered):
        return compared
    return _answer(question, study, chosen, compared)


def adjust(analysis: Analysis, compared: Compared) -> Adjustment:
    """Make the arms alike as the analysis says."""
    if analysis.estimator == "weighted":
        return weight_arms(compared.arms)
    return match_arms(compared.arms, compared.matching.caliper)


def _answer(
    question: EffectQuestion, study: Study, chosen: Chosen, compared: Compared
) -> EffectAnswer:
    complete, arms = compared.complete, compared.arms
    n_incomplete = compared.n_cases - len(complete)
    protocol, treated = study.protocol, arms.treated
    adjustment = adjust(chosen.analysis, compared)
    outcomes = chosen.outcomes
    effects = tuple(
        _outcome_effect(item, complete, arms, adjustment, question.level) for item in outcomes
    )
    match = adjustment.match
    checks = (
        *adjustment.checks,
        *families_check(
            [known(complete, item.key) for item in outcomes if item.primary], arms, adjustment
        ),
        missing_covariates_check(n_incomplete, compared.n_cases),
    )
    return EffectAnswer(
        provenance=study.provenance(*EXTRACTS),
        analysis=chosen.info,
        estimand=ESTIMANDS[chosen.analysis.estimator],
        arms=(protocol.arms["intervention"], protocol.arms["comparison"]),
        n_treated=int(treated.sum()),
        n_treated_without=int((treated & without_intervention(study, complete)).sum()),
        n_comparison=int((~treated).sum()),
        n_pairs=None if match is None else len(match.treated_index),
        n_incomplete=n_incomplete,
        outcomes=effects,
        balance=adjustment.balance,
        checks=checks if adjustment.reason is None else (),
        pair_bias=()
        if match is None
        else tuple(
            pair_bias(item, known(complete, item.key), match) for item in outcomes if item.primary
        ),
        assumptions=tuple(item.text for item in protocol.assumptions),
        unmatched_reason=adjustment.reason,
        level=question.level,
    )


def _outcome_effect(
    outcome: Outcome, complete: pd.DataFrame, arms: Arms, adjustment: Adjustment, level: float
) -> OutcomeEffect:
    values = known(complete, outcome.key)
    return OutcomeEffect(
        key=outcome.key,
        label=outcome.label,
        phrase=outcome.phrase,
        intended=outcome.intended,
        primary=outcome.primary,
        unadjusted=plain_contrast(values, arms, level),
        adjusted=adjusted_contrast(values, arms, adjustment, level),
    )


def _rows(outcome: OutcomeEffect) -> tuple[EffectRow, ...]:
    return (
        _row(outcome, outcome.unadjusted, "unadjusted"),
        _row(outcome, outcome.adjusted, "main"),
    )


def _row(outcome: OutcomeEffect, contrast: Contrast, series: Series) -> EffectRow:
    treated, comparison = contrast.treated, contrast.comparison
    difference = contrast.difference
    return EffectRow(
        key=outcome.key,
        label=outcome.label,
        phrase=outcome.phrase,
        unit="share",
        series=series,
        treated=treated.value,
        comparison=comparison.value,
        treated_of=None
        if treated.events is None or treated.n is None
        else (treated.events, treated.n),
        comparison_of=None
        if comparison.events is None or comparison.n is None
        else (comparison.events, comparison.n),
        difference=difference,
        ratio=contrast.ratio,
        p_value=None if difference is None else difference.p_value,
        intended=outcome.intended,
        primary=outcome.primary,
        reason=contrast.reason,
        rounded=contrast.rounded,
    )


def _disclose_balance(row: CovariateBalance, policy: Policy) -> CovariateBalance:
    """Withhold a covariate that few cases of a group have, and round the others."""
    if any(policy.is_small(cell) for cell in row.cells):
        return CovariateBalance(covariate=row.covariate, unadjusted=None, adjusted=None)
    if not policy.largest_withheld:
        return replace(row, cells=())
    places = 2
    return CovariateBalance(
        covariate=row.covariate,
        unadjusted=None if row.unadjusted is None else round(row.unadjusted, places),
        adjusted=None if row.adjusted is None else round(row.adjusted, places),
    )


def _small(count: int | None, policy: Policy) -> bool:
    return count is not None and policy.is_small(count)
