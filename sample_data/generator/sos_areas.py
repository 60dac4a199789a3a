"""The ten pilots of Signs of Safety: their experience, their share of the sample, their teams."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sample_data.generator.people import ETHNIC_GROUP_SHARES
from sample_data.generator.writing import identifiers

EXPERIENCE: Mapping[str, int] = {
    "E08000036": 0, "E10000020": 0, "E06000041": 0, "E06000023": 0,
    "E10000029": 1, "E10000019": 1, "E09000005": 1,
    "E10000032": 2, "E09000030": 2, "E10000018": 2,
}  # fmt: skip
"""0 new, 1 two years, 2 more than two years; read from the order of the document's slide."""

SHARE_OF_RECORDS: Mapping[str, float] = {
    "E08000036": 0.10, "E10000020": 0.12, "E06000041": 0.07, "E06000023": 0.11,
    "E10000029": 0.11, "E10000019": 0.11, "E09000005": 0.09,
    "E10000032": 0.11, "E09000030": 0.09, "E10000018": 0.09,
}  # fmt: skip

LONDON = frozenset({"E09000005", "E09000030"})
LONDON_ETHNIC_GROUPS: Mapping[str, float] = {
    "white": 0.34, "mixed": 0.11, "asian": 0.28, "black": 0.20, "other": 0.04, "unknown": 0.03,
}  # fmt: skip

TEAMS_IN_AREA = 3


def ethnic_groups(area: str) -> Mapping[str, float]:
    """Return the assumed shares of ethnic groups in a pilot."""
    return LONDON_ETHNIC_GROUPS if area in LONDON else ETHNIC_GROUP_SHARES


def teams(rng: np.random.Generator) -> pd.DataFrame:
    """Return the teams: ``team_id`` and ``local_authority``."""
    areas = np.repeat(list(EXPERIENCE), TEAMS_IN_AREA)
    return pd.DataFrame({"team_id": identifiers(rng, "WT", len(areas)), "local_authority": areas})
