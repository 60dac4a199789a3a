"""The two arms of a comparison of cases: the same cases for every way of making them alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analytics.emmie.effect.arms import Arms
from analytics.emmie.effect.cases import EXTRACTS, covariate_matrix
from analytics.emmie.study import Study, Unanswered
from analytics.extracts.protocol import Matching
from analytics.statistics.inputs import BoolArray

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """Cases of the two arms.

    Attributes
    ----------
    matching : Matching
        How the protocol makes cases alike.
    n_cases : int
        All cases, also those with a missing covariate.
    complete : DataFrame
        Cases with complete covariates.
    arms : Arms
        Arms and covariates of these.
    """

    matching: Matching
    n_cases: int
    complete: pd.DataFrame
    arms: Arms


def compared_cases(study: Study, cases: pd.DataFrame) -> Compared | Unanswered:
    """Return the cases that can be made alike, or why none can.

    Parameters
    ----------
    study : Study
        Evaluation.
    cases : DataFrame
        From :func:`~analytics.emmie.effect.cases.study_rows`.

    Returns
    -------
    Compared or Unanswered
        ``not_in_protocol`` without covariates to make cases alike by, ``no_rows`` without cases,
        ``not_estimable`` when an arm is empty.
    """
    provenance, matching = study.provenance(*EXTRACTS), study.protocol.matching
    if matching is None:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    if cases.empty:
        return Unanswered(reason="no_rows", provenance=provenance)
    complete = cases.dropna(subset=list(matching.covariates)).reset_index(drop=True)
    arms = Arms(
        covariates=matching.covariates,
        values=covariate_matrix(complete, matching.covariates),
        treated=(complete["arm"] == "intervention").to_numpy(),
        family=complete["family_id"].factorize()[0],
    )
    if arms.treated.all() or not arms.treated.any():
        return Unanswered(reason="not_estimable", details=("empty_arm",), provenance=provenance)
    return Compared(matching=matching, n_cases=len(cases), complete=complete, arms=arms)


def without_intervention(study: Study, cases: pd.DataFrame) -> BoolArray:
    """Return which cases come from areas that did not have the intervention."""
    elsewhere: BoolArray = (
        cases["local_authority"].isin(study.protocol.areas.without_intervention).to_numpy()
    )
    return elsewhere
