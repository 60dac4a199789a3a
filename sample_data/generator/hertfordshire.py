"""Family Safeguarding Hertfordshire: families, service use, staff, practice and delivery."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.generator import her_delivery, her_families, her_practice, her_services


def build(seed: int) -> dict[str, pd.DataFrame]:
    """Return every extract of the evaluation, by name; each has a stream of its own."""

    def stream(number: int) -> np.random.Generator:
        return np.random.default_rng([seed, number])

    team_ids = her_families.teams(stream(0))
    families = her_families.families(stream(1), team_ids)
    people = her_families.people(stream(2), families)
    team_staff = her_practice.team_staff(stream(3), team_ids)
    meetings, scores = her_practice.observations(stream(4), team_ids)
    steps, parts = her_delivery.delivery(stream(5), families)
    return {
        "people": people,
        "service_use": her_services.service_use(stream(6), people),
        "survey_responses": her_practice.survey_responses(stream(7), team_staff),
        "observations": meetings,
        "skill_scores": scores,
        "coded_interviews": her_practice.coded_interviews(stream(8)),
        "delivery_steps": steps,
        "fidelity": parts,
        "training": her_delivery.training(stream(9), team_staff),
        "workforce_months": her_delivery.workforce_months(stream(10), team_ids),
    }
