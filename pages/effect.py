"""Effect: whether outcomes differ by more than chance, by each evaluation's own designs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import streamlit as st

from analytics.ask import evaluations_for
from analytics.emmie.area_change import AreaChangeQuestion
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.effect.analyses import AnalysesQuestion
from analytics.emmie.effect.association import AssociationQuestion
from analytics.emmie.effect.change import ChangeQuestion
from analytics.emmie.effect.results import AnalysisInfo
from analytics.emmie.effect.series import SeriesQuestion
from analytics.emmie.effect.specification import SpecificationQuestion
from analytics.emmie.service_use import ServiceUseQuestion
from analytics.emmie.study import Question
from analytics.exhibits.area_change import area_change_exhibits
from analytics.exhibits.association import association_exhibits
from analytics.exhibits.effect import effect_exhibits
from analytics.exhibits.effect_change import change_exhibits
from analytics.exhibits.effect_series import series_exhibits
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.no_effect import listed, no_effect_exhibits
from analytics.exhibits.service_use import service_use_exhibits
from analytics.exhibits.specification import specification_exhibits
from analytics.extracts.filters import Filters
from pages.shell.caching import NothingToShow, built
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import choose_evaluation, exhibits, heading


class Design(NamedTuple):
    """What answers an estimator, and what draws the answer."""

    question: Callable[..., Question[Any]]
    build: Callable[..., tuple[Exhibit, ...]]


DESIGNS: dict[str, Design] = {
    "matched": Design(EffectQuestion, effect_exhibits),
    "weighted": Design(EffectQuestion, effect_exhibits),
    "difference_in_differences": Design(ChangeQuestion, change_exhibits),
    "interrupted_series": Design(SeriesQuestion, series_exhibits),
    "rate_ratio": Design(ServiceUseQuestion, service_use_exhibits),
    "cross_section": Design(AreaChangeQuestion, area_change_exhibits),
    "area_difference_in_differences": Design(AreaChangeQuestion, area_change_exhibits),
    "area_series": Design(AreaChangeQuestion, area_change_exhibits),
}
FORMS = {"frequency": "Of 100", "difference": "Difference", "ratio": "Ratio"}


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
    design = DESIGNS[analysis.estimator]
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
evaluation = choose_evaluation()
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
