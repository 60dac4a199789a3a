"""Contracts of what people said and how they worked: interviews, surveys and observed practice."""

from __future__ import annotations

from typing import Final

from analytics.extracts.contract_columns import (
    flag,
    identifier,
    local_authority,
    protocol_key,
    role,
    team,
    wave,
)
from analytics.extracts.contract_rules import (
    DATE,
    INTEGER,
    NUMBER,
    STRING,
    Contract,
    Reference,
    allowed,
    between,
    column,
    contract,
)

CODED_INTERVIEWS: Final = contract(
    "coded_interviews",
    "one theme in one interview, as one coder judged it",
    ("interview_id", "theme", "coder"),
    {
        "interview_id": identifier("interview"),
        "local_authority": local_authority(),
        "role": role(),
        "wave": wave(),
        "theme": protocol_key("Theme that was looked for", "themes"),
        "coder": column(
            STRING,
            "Who coded: `first` reads every interview, `second` some of them, blind to the first.",
            allowed(("first", "second")),
        ),
        "present": flag("The theme is in the interview."),
    },
    roles={"local_authority": "local_authority"},
)

SURVEY_RESPONSES: Final = contract(
    "survey_responses",
    "one answer of one respondent to one item in one wave",
    ("respondent_id", "instrument", "item", "wave"),
    {
        "respondent_id": identifier("respondent; the same in every wave"),
        "local_authority": local_authority(),
        "team_id": column(
            STRING, "Pseudonymised identifier of the team; empty for families.", required=False
        ),
        "instrument": protocol_key("Questionnaire", "instruments"),
        "role": role(),
        "wave": wave(),
        "cohort": column(
            INTEGER,
            "Cohort of the respondent; empty where there is one cohort only.",
            between(1, 9),
            required=False,
            unit="cohort",
        ),
        "item": protocol_key("Item", "items"),
        "score": column(
            NUMBER,
            "Answer on the item's scale; empty when it was not answered.",
            between(0, 100),
            required=False,
            unit="points",
        ),
    },
    roles={"local_authority": "local_authority"},
)

OBSERVATIONS: Final = contract(
    "observations",
    "one observed meeting of a worker with a family",
    ("observation_id",),
    {
        "observation_id": identifier("observation"),
        "worker_id": identifier("worker"),
        "team_id": team(),
        "local_authority": local_authority(),
        "wave": wave(),
        "observed_on": column(DATE, "Day of the meeting."),
        "recorded": flag("The meeting was recorded and coded for skill."),
    },
    roles={"local_authority": "local_authority", "period": "observed_on"},
)

SKILL_SCORES: Final = contract(
    "skill_scores",
    "one skill in one recorded meeting, as one coder scored it",
    ("observation_id", "skill", "coder"),
    {
        "observation_id": identifier("observation"),
        "skill": protocol_key("Skill", "skills"),
        "coder": column(
            STRING,
            "Who coded: `first` scores every recording, `second` some of them, blind to the first.",
            allowed(("first", "second")),
        ),
        "score": column(NUMBER, "Score, 5 is best.", between(1, 5), unit="points"),
    },
    references=(Reference(column="observation_id", table="observations", key="observation_id"),),
)

PRACTICE_CONTRACTS: Final[tuple[Contract, ...]] = (
    CODED_INTERVIEWS,
    SURVEY_RESPONSES,
    OBSERVATIONS,
    SKILL_SCORES,
)
"""Contracts of interviews, surveys and observed practice."""
