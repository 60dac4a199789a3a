"""Effect: whether outcomes differ by more than chance, by each evaluation's own designs."""

from __future__ import annotations

from typing import Any

import streamlit as st

from analytics.ask import evaluations_for
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.effect.analyses import AnalysesQuestion
from analytics.emmie.effect.association import AssociationQuestion
from analytics.emmie.effect.results import AnalysisInfo
from analytics.emmie.effect.specification import SpecificationQuestion
from analytics.exhibits.association import association_exhibits
from analytics.exhibits.designs import DESIGNS
from analytics.exhibits.no_effect import listed, no_effect_exhibits
from analytics.exhibits.specification import specification_exhibits
from analytics.extracts.filters import Filters
from pages.shell.caching import NothingToShow, built
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import chosen_evaluation, exhibits, heading

# The first is of 100 cases, a rate of people or a level of areas, as the unit is.
FORMS = {"frequency": "Plain numbers", "difference": "Difference", "ratio": "Ratio"}


def choose(label: str, key: str, options: dict[str, str]) -> str:
    """Return what is chosen in a box; the first option without asking when there is but one."""
    if len(options) == 1:
        return next(iter(options))
    chosen: str = st.selectbox(
        label,
        options=list(options),
        format_func=lambda one: options[one],
        key=key,
        bind="query-params",
        persist_state="session",
    )
    return chosen


def show_analysis(analysis: AnalysisInfo, evaluation: str, filters: Filters) -> None:
    """Show one analysis in the form that is chosen."""
    design = DESIGNS[analysis.estimator]
    left, right = st.columns(2)
    with left:
        form = st.segmented_control(
            "Show the result as",
            options=list(FORMS),
            format_func=lambda key: FORMS[key],
            default="difference",
            required=True,
            key="form",
            bind="query-params",
            persist_state="session",
        )
    with right:
        box = f"outcome_{evaluation}_{analysis.key}"
        outcome = choose("Look closer at", box, dict(analysis.outcomes))
    about: dict[str, Any] = {"evaluation": evaluation, "filters": filters}
    question = design.question(analysis=analysis.key)
    found = built(design.build, question, form=form, outcome=outcome, **about)
    if isinstance(found, NothingToShow) or design.question is not EffectQuestion:
        exhibits(found, filters)
        return
    # What is assumed comes last, after the closer looks.
    assumed = tuple(exhibit for exhibit in found if exhibit.key == "assumptions")
    exhibits(tuple(exhibit for exhibit in found if exhibit not in assumed), filters)
    curve = SpecificationQuestion(outcome=outcome, analysis=analysis.key)
    exhibits(built(specification_exhibits, curve, **about), filters)
    if evaluation in evaluations_for(AssociationQuestion):
        exhibits(built(association_exhibits, AssociationQuestion(), **about), filters)
    exhibits(assumed, filters)


heading("Effect", "Did outcomes differ between similar cases or places, and by more than chance?")
evaluation = chosen_evaluation()
filters = chosen_filters(("local_authority", "period", "age", "sex", "ethnic_group"))
if evaluation:
    analyses = built(listed, AnalysesQuestion(), evaluation=evaluation)
    if isinstance(analyses, NothingToShow):
        exhibits(analyses, filters)
    elif not analyses:
        exhibits(built(no_effect_exhibits, AnalysesQuestion(), evaluation=evaluation))
    else:
        titles = {one.key: one.label for one in analyses}
        key = choose("Estimated by", f"analysis_{evaluation}", titles)
        show_analysis(next(one for one in analyses if one.key == key), evaluation, filters)
