"""Warm-up: what the first viewer would otherwise wait for."""

from __future__ import annotations

import logging
from typing import Any

from analytics.ask import ask, evaluations_for
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.plan_rates import AreasQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.emmie.study import Question
from analytics.errors import EmmieError

LOG = logging.getLogger("emmie")


def warm_up() -> None:
    """Ask the questions of the first page once, so that extracts are read and modules imported."""
    try:
        ask(AreasQuestion())
        questions: tuple[Question[Any], ...] = (EffectQuestion(), RepeatPlansQuestion())
        for question in questions:
            for name in evaluations_for(type(question)):
                ask(question, name)
    except EmmieError as error:
        LOG.warning("Warm-up stopped: %s", type(error).__name__)
