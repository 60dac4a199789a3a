"""Warm-up: what the first viewer would otherwise wait for."""

from __future__ import annotations

import logging

from analytics.ask import evaluations_for
from analytics.emmie.overview import OverviewQuestion
from analytics.errors import EmmieError
from analytics.exhibits.overview import overview_card
from analytics.reports.ready_made import ROUND_UP
from pages.shell.caching import authorities, built

LOG = logging.getLogger("emmie")


def warm_up() -> None:
    """Build the Overview as it opens, which reads every extract and asks about every letter.

    What is built is cached for the first viewer; the questions are those of ``pages/overview.py``.
    """
    try:
        authorities()
        for name in evaluations_for(OverviewQuestion):
            built(overview_card, *ROUND_UP, evaluation=name, optional=2)
    except EmmieError as error:
        LOG.warning("Warm-up stopped: %s", type(error).__name__)
