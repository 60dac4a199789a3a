"""The part of Repeat plans on how soon children come back: all of them, and by group."""

from __future__ import annotations

import streamlit as st

from analytics.ask import evaluations_for
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.emmie.repeat_plans.ever import EverQuestion
from analytics.emmie.repeat_plans.factors import FactorsQuestion
from analytics.emmie.repeat_plans.groups import (
    OF_THE_PLAN,
    Grouping,
    RepeatGroupsQuestion,
)
from analytics.exhibits.repeat_ever import ever_exhibits
from analytics.exhibits.repeat_groups import GROUPING_WORDS, repeat_group_exhibits
from analytics.exhibits.repeat_plans import assumed_exhibits
from analytics.exhibits.repeat_timing import repeat_plan_exhibits
from analytics.extracts.filters import Filters
from pages.shell.caching import NothingToShow, built
from pages.shell.page import exhibits


def show_timing(evaluation: str, filters: Filters) -> None:
    """Show the curve of returns, the same by group, and what the extract alone would miss."""
    found = built(
        repeat_plan_exhibits, RepeatPlansQuestion(), evaluation=evaluation, filters=filters
    )
    exhibits(found, filters)
    if isinstance(found, NothingToShow):
        return
    question = _by_group(evaluation)
    by_group = built(repeat_group_exhibits, question, evaluation=evaluation, filters=filters)
    exhibits(by_group, filters)
    ever = built(ever_exhibits, EverQuestion(), evaluation=evaluation, filters=filters)
    exhibits(ever, filters)
    assumed = built(assumed_exhibits, RepeatPlansQuestion(), evaluation=evaluation, filters=filters)
    exhibits(assumed, filters)


def _by_group(evaluation: str) -> RepeatGroupsQuestion:
    """Let the viewer choose what divides the plans."""
    offered: list[Grouping] = [
        key
        for key in GROUPING_WORDS
        if key in OF_THE_PLAN or evaluation in evaluations_for(FactorsQuestion)
    ]
    left, _ = st.columns(2)
    grouping: Grouping = left.selectbox(
        "Compare by",
        options=offered,
        format_func=lambda key: GROUPING_WORDS[key],
        key="returns_by",
        bind="query-params",
        persist_state="session",
    )
    return RepeatGroupsQuestion(grouping=grouping)
