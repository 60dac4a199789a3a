"""Family Safeguarding, Cambridgeshire: interviews, survey, staffing, training and delivery."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.generator.cam_delivery import TEAMS, delivery_extracts, staff_extracts
from sample_data.generator.cam_practice import interviews, survey
from sample_data.generator.writing import identifiers


def build(seed: int) -> dict[str, pd.DataFrame]:
    """Return every extract of the evaluation, by name."""
    teams = sorted(identifiers(np.random.default_rng([seed, 1]), "CT", TEAMS))
    return {
        "coded_interviews": interviews(np.random.default_rng([seed, 2])),
        "survey_responses": survey(np.random.default_rng([seed, 3]), teams),
        **delivery_extracts(np.random.default_rng([seed, 4]), teams),
        **staff_extracts(np.random.default_rng([seed, 5]), teams),
    }
