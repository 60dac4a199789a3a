"""Effect: whether outcomes differ between similar cases by more than chance."""

import streamlit as st

from analytics.emmie.effect import EffectQuestion
from analytics.exhibits.effect import effect_exhibits
from pages.shell.caching import built
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import choose_evaluation, exhibits, heading

SCALES = {"difference": "Difference", "ratio": "Ratio"}

heading("Effect", "Did outcomes differ between similar cases, and by more than chance?")
evaluation = choose_evaluation(EffectQuestion, "effect_of")
filters = chosen_filters(("local_authority", "period", "age", "sex", "ethnic_group"))
if evaluation:
    scale = st.segmented_control(
        "Show the result as",
        options=list(SCALES),
        format_func=lambda key: SCALES[key],
        default="difference",
        required=True,
        key="scale",
        bind="query-params",
        persist_state="session",
    )
    found = built(
        effect_exhibits, EffectQuestion(), evaluation=evaluation, filters=filters, scale=scale
    )
    exhibits(found, filters)
