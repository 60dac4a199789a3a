"""Signs of Safety in ten areas: case records, parents, interviews, tools and training."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.generator.practice import staff, training
from sample_data.generator.sos_areas import teams
from sample_data.generator.sos_records import case_records, tools
from sample_data.generator.sos_views import interviews, survey_responses

STAFF_IN_TEAM = {"team_manager": 2, "social_worker": 6}
COMPLETED = {
    "advanced_five_day": {"team_manager": 0.87},
    "two_day": {"social_worker": 0.72},
}


def build(seed: int) -> dict[str, pd.DataFrame]:
    """Return every extract of the evaluation, by name; each has a stream of its own."""
    streams = [np.random.default_rng([seed, number]) for number in range(6)]
    teams_of_pilots = teams(streams[0])
    records = case_records(streams[1])
    people = staff(streams[2], "WS", teams_of_pilots, STAFF_IN_TEAM)
    return {
        "case_records": records,
        "survey_responses": survey_responses(streams[3]),
        "coded_interviews": interviews(streams[4]),
        "fidelity": tools(streams[5], records, teams_of_pilots),
        "training": training(streams[2], people, COMPLETED, "2015-01-05", "2016-03-31"),
    }
