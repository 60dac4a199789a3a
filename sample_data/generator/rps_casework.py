"""Southampton's casework: referrals, assessments and section 47 enquiries, as rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sample_data.generator.rps_enquiries import conferences, enquiries
from sample_data.generator.rps_referrals import assessments, referrals
from sample_data.generator.rps_teams import NewFamilies
from sample_data.generator.writing import identifiers


def casework(
    rng: np.random.Generator, plans: pd.DataFrame, held: pd.DataFrame, authority: str
) -> dict[str, pd.DataFrame]:
    """Return the three extracts; ``held`` has one row per conference of the audited quarter."""
    new = NewFamilies(rng, plans, held)
    conferred = conferences(rng, plans, held, new)
    referred = referrals(rng, conferred, new)
    rows = {
        "referrals": ("referral_id", "SR", _referral_rows(referred)),
        "assessments": ("assessment_id", "SA", assessments(rng, referred)),
        "section_47_enquiries": ("enquiry_id", "SQ", enquiries(rng, conferred, referred)),
    }
    return {
        name: pd.DataFrame(found).assign(
            local_authority=authority, **{key: identifiers(rng, prefix, len(found))}
        )
        for name, (key, prefix, found) in rows.items()
    }


def _referral_rows(referred: list) -> list[dict[str, object]]:
    return [row for family, day in referred for row in family.rows(referred_on=day)]
