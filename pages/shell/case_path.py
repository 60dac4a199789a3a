"""The path of a case from referral to outcome."""

from __future__ import annotations

from analytics.emmie.case_outcomes.path import PathQuestion
from analytics.exhibits.case_path import path_exhibits
from analytics.extracts.filters import Filters
from pages.shell.caching import built
from pages.shell.case_codes import counts_22
from pages.shell.page import exhibits


def show_path(evaluation: str, filters: Filters) -> None:
    """Show the path, with what counts as out-of-court as a setting."""
    question = PathQuestion(include_22=counts_22())
    exhibits(built(path_exhibits, question, evaluation=evaluation, filters=filters), filters)
