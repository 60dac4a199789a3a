"""The teams that extracts name, for the filter."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from typing import Self

import ibis

from analytics.disclosure.policy import Policy
from analytics.emmie.study import Question, Study
from analytics.extracts.contracts import CONTRACTS
from analytics.extracts.engine import UnusableExtractError
from analytics.extracts.protocol import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTeamsQuestion(Question["KnownTeamsAnswer"]):
    """Ask which teams there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTeamsAnswer:
    """Identifiers of teams within the viewer's scope, in alphabetical order."""

    teams: tuple[str, ...]

    def disclose(self, policy: Policy) -> Self:
        """Return the same: names of teams, not of people."""
        del policy
        return self


def extracts_used(protocol: Protocol) -> tuple[str, ...]:
    """Return the extracts that the filter can narrow to a team."""
    return tuple(
        name
        for name in protocol.evaluation.extracts
        if name in CONTRACTS and "team" in CONTRACTS[name].roles
    )


def answer_known_teams(question: KnownTeamsQuestion, study: Study) -> KnownTeamsAnswer:
    """Return every team that a usable extract names."""
    del question
    columns = [one for name in extracts_used(study.protocol) for one in _teams(study, name)]
    if not columns:
        return KnownTeamsAnswer(teams=())
    every = reduce(lambda one, other: one.union(other, distinct=True), columns)
    rows = study.store.records(every.distinct().order_by("team"))
    return KnownTeamsAnswer(teams=tuple(row["team"] for row in rows))


def _teams(study: Study, name: str) -> list[ibis.Table]:
    try:
        table = study.unfiltered(name)
    except UnusableExtractError:
        return []
    team = table[CONTRACTS[name].roles["team"]]
    return [table.filter(team.notnull()).select(team=team).distinct()]
