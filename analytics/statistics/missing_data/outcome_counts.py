"""Counts of a yes/no outcome of which some values are missing, by arm."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import binary_vector


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmOutcomes:
    """Outcomes of one arm.

    Attributes
    ----------
    events : int
        Cases known to have the event.
    observed : int
        Cases with a known outcome; ``0 <= events <= observed``.
    missing : int
        Cases without; at least 0.
    """

    events: int
    observed: int
    missing: int

    @property
    def cases(self) -> int:
        """All cases of the arm."""
        return self.observed + self.missing


def count_outcomes(
    outcome: ArrayLike, is_missing: ArrayLike, treated: ArrayLike
) -> tuple[ArmOutcomes, ArmOutcomes]:
    """Count the outcomes of the treated and of the comparison arm.

    Parameters
    ----------
    outcome : array_like, shape (n,)
        0/1 where known; anything numeric, NaN too, where missing.
    is_missing : array_like of bool or 0/1, shape (n,)
        Whether the outcome is missing.
    treated : array_like of bool or 0/1, shape (n,)
        Arm. Complete.

    Returns
    -------
    treated, comparison : ArmOutcomes
        Counts.

    Raises
    ------
    InvalidInputError
        If lengths differ, or a known outcome isn't 0 or 1.
    """
    arm = binary_vector(treated, name="treated")
    absent = binary_vector(is_missing, name="is_missing", length=len(arm))
    values = np.asarray(outcome, dtype=np.float64)
    if values.shape != arm.shape:
        raise InvalidInputError(f"outcome must have {len(arm)} values, one per unit")
    event = np.zeros(len(arm), dtype=np.bool_)
    event[~absent] = binary_vector(values[~absent], name="outcome")

    def count(side: np.ndarray) -> ArmOutcomes:
        return ArmOutcomes(
            events=int(event[side].sum()),
            observed=int((~absent[side]).sum()),
            missing=int(absent[side].sum()),
        )

    return count(arm), count(~arm)
