"""Warm-up: what the first viewer would otherwise wait for."""

from __future__ import annotations

import logging

from analytics.ask import ask, evaluations_for
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.plan_rates import AreasQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.errors import EmmieError

LOG = logging.getLogger("emmie")


def warm_up() -> None:
    """Ask the questions of the first page once, so that extracts are read and modules imported."""
    try:
        ask(AreasQuestion())
        for question in (EffectQuestion(), RepeatPlansQuestion()):
            for name in evaluations_for(type(question)):
                ask(question, name)
    except EmmieError as error:
        LOG.warning("Warm-up stopped: %s", type(error).__name__)
