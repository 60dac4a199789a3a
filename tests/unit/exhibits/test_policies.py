"""Several disclosure policies as one statement that contradicts nothing."""

from __future__ import annotations

import pytest

from analytics.ask import ask
from analytics.disclosure.policy import DFE_CIN, PUBLISHED, STAFF
from analytics.disclosure.release import Released
from analytics.emmie.effect.analyses import AnalysesQuestion
from analytics.emmie.study import Unanswered
from analytics.exhibits.policies import NO_COUNTS, policies_of
from tests.helpers.folders import FSP

WHOLE = "Counts that have already been published are shown whole."


def released(*policies: object) -> list[Released[object]]:
    return [
        Released(answer=object(), policy=one.key, statement=one.statement)  # type: ignore[attr-defined,type-var]
        for one in policies
    ]


def test_one_policy_is_stated_as_it_is() -> None:
    assert policies_of(released(DFE_CIN, DFE_CIN)) == (DFE_CIN.statement,)
    assert policies_of(released(PUBLISHED)) == (PUBLISHED.statement,)


@pytest.mark.parametrize("order", [(DFE_CIN, PUBLISHED), (PUBLISHED, DFE_CIN)])
def test_what_is_published_comes_first_and_the_other_is_about_other_counts(order) -> None:
    said = " ".join(policies_of(released(*order)))
    assert said.startswith(f"{WHOLE} Other counts of 1 to 5 are withheld and shown as [c]")
    assert "Counts are shown whole" not in said


def test_three_policies_stand_from_the_mildest_to_the_strictest() -> None:
    first, second, third = policies_of(released(DFE_CIN, PUBLISHED, STAFF))
    assert first == WHOLE
    assert second.startswith("Other counts of one or two members of staff")
    assert third.startswith("Other counts of 1 to 5")


def test_an_answer_without_counts_brings_no_policy() -> None:
    analyses = ask(AnalysesQuestion(), FSP)
    nothing = Released(
        answer=Unanswered(reason="no_rows"), policy=PUBLISHED.key, statement=PUBLISHED.statement
    )
    assert policies_of([analyses, nothing, *released(DFE_CIN)]) == (DFE_CIN.statement,)
    assert policies_of([analyses, nothing]) == (NO_COUNTS,)
