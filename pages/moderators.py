"""Moderators: for whom, and where, what was seen differs."""

import streamlit as st

from analytics.ask import evaluations_for
from analytics.emmie.effect.analyses import AnalysesQuestion
from analytics.emmie.mechanism.themes import ThemesQuestion
from analytics.emmie.moderators import ModeratorsQuestion
from analytics.exhibits.mechanism_themes import theme_exhibits
from analytics.exhibits.moderators import moderator_exhibits
from analytics.exhibits.no_effect import listed
from pages.shell.caching import NothingToShow, built
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import chosen_evaluation, exhibits, heading

heading(
    "Moderators",
    "For whom, and where, does what was seen differ? Groups are compared with each other, not each "
    "with zero.",
)
evaluation = chosen_evaluation()
filters = chosen_filters(("local_authority", "period", "age", "sex", "ethnic_group"))
if evaluation:
    analyses = built(listed, AnalysesQuestion(), evaluation=evaluation)
    outcomes = {} if isinstance(analyses, NothingToShow) or not analyses else analyses[0].outcomes
    labels = dict(outcomes)
    outcome = ""
    if len(labels) > 1:
        outcome = st.selectbox(
            "Outcome",
            options=list(labels),
            format_func=lambda key: labels[key],
            key=f"groups_outcome_{evaluation}",
            bind="query-params",
            persist_state="session",
        )
    found = built(
        moderator_exhibits,
        AnalysesQuestion(),
        ModeratorsQuestion(outcome=outcome),
        evaluation=evaluation,
        filters=filters,
        optional=1,
    )
    exhibits(found, filters)
    if evaluation in evaluations_for(ThemesQuestion):
        views = built(
            theme_exhibits,
            ThemesQuestion(kinds=("moderator",)),
            evaluation=evaluation,
            filters=filters,
            with_agreement=False,
        )
        if not isinstance(views, NothingToShow):
            exhibits(views, filters)
