"""Mechanism: how it is meant to work, and what evidence there is for each link."""

import streamlit as st

from analytics.ask import evaluations_for
from analytics.emmie.mechanism.drivers import DriversQuestion
from analytics.emmie.mechanism.groups import GroupsQuestion
from analytics.emmie.mechanism.logic_model import LogicModelQuestion
from analytics.emmie.mechanism.skills import SkillsQuestion
from analytics.emmie.mechanism.surveys import SurveysQuestion
from analytics.emmie.mechanism.themes import ThemesQuestion
from analytics.exhibits.mechanism import logic_model_exhibits
from analytics.exhibits.mechanism_drivers import driver_exhibits
from analytics.exhibits.mechanism_groups import group_exhibits, group_items
from analytics.exhibits.mechanism_skills import skill_exhibits
from analytics.exhibits.mechanism_surveys import survey_exhibits
from analytics.exhibits.mechanism_themes import theme_exhibits
from analytics.extracts.filters import Filters
from pages.shell.caching import NothingToShow, built
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import chosen_evaluation, exhibits, heading

PARTS = {
    "logic_model": "Logic model",
    "interviews": "Interviews",
    "surveys": "Surveys",
    "practice": "Observed practice",
}
ASKED = {"interviews": ThemesQuestion, "surveys": SurveysQuestion, "practice": SkillsQuestion}


def show_surveys(name: str, filters: Filters) -> None:
    """Show the questionnaires, what goes with what, and answers by group of areas."""
    exhibits(built(survey_exhibits, SurveysQuestion(), evaluation=name, filters=filters), filters)
    if name in evaluations_for(DriversQuestion):
        found = built(driver_exhibits, DriversQuestion(), evaluation=name, filters=filters)
        exhibits(found, filters)
    if name in evaluations_for(GroupsQuestion):
        items = built(group_items, GroupsQuestion(), evaluation=name, filters=filters)
        if not isinstance(items, NothingToShow):
            item = st.selectbox(
                "Statement by group of areas",
                options=list(items),
                format_func=lambda key: items[key],
                key="statement",
                bind="query-params",
                persist_state="session",
            )
            exhibits(
                built(
                    group_exhibits, GroupsQuestion(), evaluation=name, filters=filters, item=item
                ),
                filters,
            )


def show_part(part: str, name: str, filters: Filters) -> None:
    """Show one part of the page."""
    match part:
        case "interviews":
            found = built(theme_exhibits, ThemesQuestion(), evaluation=name, filters=filters)
            exhibits(found, filters)
        case "surveys":
            show_surveys(name, filters)
        case "practice":
            found = built(skill_exhibits, SkillsQuestion(), evaluation=name, filters=filters)
            exhibits(found, filters)
        case _:
            question = LogicModelQuestion()
            found = built(logic_model_exhibits, question, evaluation=name, filters=filters)
            exhibits(found, filters)


heading(
    "Mechanism",
    "How is it meant to work, and what did interviews, surveys and observed practice show of it?",
)
evaluation = chosen_evaluation()
chosen = chosen_filters(("local_authority",))
if evaluation:
    part: str | None = st.segmented_control(
        "What to show",
        options=list(PARTS),
        format_func=lambda key: PARTS[key],
        default="logic_model",
        required=True,
        key="part",
        bind="query-params",
        persist_state="session",
    )
    asked = ASKED.get(part or "")
    if asked and evaluation not in evaluations_for(asked):
        missing = PARTS[part or ""].lower()
        st.info(f"This evaluation holds no {missing}. Its logic model shows what it does hold.")
    else:
        show_part(part or "logic_model", evaluation, chosen)
