"""Implementation: what was delivered, by whom, how faithfully, and what stood in the way."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from analytics.ask import evaluations_for
from analytics.emmie.implementation.delivery import DeliveryQuestion
from analytics.emmie.implementation.fidelity import FidelityQuestion
from analytics.emmie.implementation.measures import MeasuresQuestion
from analytics.emmie.implementation.teams import TeamsQuestion
from analytics.emmie.implementation.training import TrainingQuestion
from analytics.emmie.implementation.workforce import WorkforceQuestion
from analytics.emmie.mechanism.themes import ThemesQuestion
from analytics.emmie.study import Question
from analytics.exhibits.implementation import measure_exhibits
from analytics.exhibits.implementation_delivery import delivery_exhibits
from analytics.exhibits.implementation_practice import fidelity_exhibits, team_exhibits
from analytics.exhibits.implementation_questions import (
    recommendation_exhibits,
    research_exhibits,
)
from analytics.exhibits.implementation_staff import training_exhibits, workforce_exhibits
from analytics.exhibits.mechanism_themes import theme_exhibits
from pages.shell.caching import NothingToShow, built
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import chosen_evaluation, exhibits, heading

BARRIERS = ThemesQuestion(kinds=("barrier", "enabler", "concern", "unintended"))
PARTS = {
    "measures": "Where it stands",
    "delivery": "Delivery",
    "staff": "Staff",
    "views": "Barriers and enablers",
    "recommendations": "Recommendations",
}
SECTIONS: tuple[tuple[str, Question[Any], Callable[..., Any], dict[str, bool]], ...] = (
    ("measures", MeasuresQuestion(), measure_exhibits, {}),
    ("measures", MeasuresQuestion(), research_exhibits, {}),
    ("delivery", DeliveryQuestion(), delivery_exhibits, {}),
    ("delivery", FidelityQuestion(), fidelity_exhibits, {}),
    ("delivery", TeamsQuestion(), team_exhibits, {}),
    ("staff", TrainingQuestion(), training_exhibits, {}),
    ("staff", WorkforceQuestion(), workforce_exhibits, {}),
    ("views", BARRIERS, theme_exhibits, {"with_agreement": False}),
    ("recommendations", MeasuresQuestion(), recommendation_exhibits, {}),
)

heading(
    "Implementation",
    "Was it put into practice: what was delivered to families, how faithfully, by which staff, and "
    "what helped or stood in the way?",
)
evaluation = chosen_evaluation()
filters = chosen_filters(("local_authority", "period"))
if evaluation:
    wanted = st.pills(
        "Show",
        options=list(PARTS),
        format_func=lambda key: PARTS[key],
        selection_mode="multi",
        key="parts",
        bind="query-params",
        persist_state="session",
        help="Nothing chosen shows everything.",
    )
    missing: dict[tuple[str, ...], NothingToShow] = {}
    for part, question, build, options in SECTIONS:
        is_wanted = not wanted or part in wanted
        if is_wanted and evaluation in evaluations_for(type(question)):
            found = built(build, question, evaluation=evaluation, filters=filters, **options)
            if isinstance(found, NothingToShow):
                missing[found.why] = found
            else:
                exhibits(found, filters)
    for nothing in missing.values():
        exhibits(nothing, filters)
