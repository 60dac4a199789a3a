"""Warm-up: what the first viewer would otherwise wait for."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from analytics.ask import ask, evaluations_for
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.plan_rates import AreasQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.emmie.study import Question, is_unanswered
from analytics.errors import EmmieError
from analytics.exhibits.effect import effect_exhibits
from analytics.exhibits.repeat_plans import repeat_plan_exhibits

FIRST: tuple[tuple[Question[Any], Callable[[Any], object]], ...] = (
    (EffectQuestion(), effect_exhibits),
    (RepeatPlansQuestion(), repeat_plan_exhibits),
)
LOG = logging.getLogger("emmie")


def warm_up() -> None:
    """Build what the first pages show once, so that extracts are read and modules imported."""
    try:
        ask(AreasQuestion())
        for question, build in FIRST:
            for name in evaluations_for(type(question)):
                released = ask(question, name)
                if not is_unanswered(released):
                    build(released)
    except EmmieError as error:
        LOG.warning("Warm-up stopped: %s", type(error).__name__)
