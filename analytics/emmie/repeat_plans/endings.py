"""Follow-up of plans that ended, with what was known of each when it ended."""

from __future__ import annotations

from datetime import date

import ibis

from analytics.emmie.repeat_plans.spells import EXTRACTS, spells
from analytics.emmie.study import Study

WITH_ENDINGS = (*EXTRACTS, "plan_endings")
MISUSE = ("substance_misuse", "alcohol_misuse")
ASPECTS = ("domestic_abuse", "parental_mental_health", "misuse")
"""The adversities whose combinations are told apart; misuse is of drugs or of alcohol."""


def followed_endings(study: Study, history_from: date) -> ibis.Table:
    """Return one row per plan that ended and whose end was recorded, not executed.

    Returns
    -------
    ibis.Table
        Columns of :func:`spells` and of the contract ``plan_endings``, ``misuse``, and ``aspects``:
        how many of ``ASPECTS`` there were, from 0 to 3.
    """
    found = spells(study, history_from)
    known = study.unfiltered("plan_endings").drop("local_authority")
    rows = found.join(known, "plan_id")
    rows = rows.mutate(misuse=rows.substance_misuse | rows.alcohol_misuse)
    return rows.mutate(aspects=sum(rows[name].cast("int64") for name in ASPECTS))
