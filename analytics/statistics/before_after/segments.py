"""What was interrupted: the model of linear and of log-linear interrupted time series.

Method notes: ``docs/methods/estimators/before_after.md``.
"""

from __future__ import annotations

from dataclasses import dataclass

from analytics.errors import InvalidInputError


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesModel:
    """What was interrupted, when, and how the season is modelled.

    Attributes
    ----------
    interruption : int
        First period of the new time.
    phase_in : int
        Periods from `interruption` on that are left out of the fit; the new time then starts after
        them.
    second_interruption : int or None
        First period of a second change; its coefficients are changes from the segment before it.
    harmonics : int
        Pairs of sine and cosine of the season; 0 for none. Half of `season_length` gives each
        period of the season its own effect.
    season_length : int
        Periods in a season: 12 for months, 4 for quarters.
    """

    interruption: int
    phase_in: int = 0
    second_interruption: int | None = None
    harmonics: int = 0
    season_length: int = 12

    def __post_init__(self) -> None:
        """Refuse what can't be a model."""
        if self.phase_in < 0 or self.season_length < 2:
            raise InvalidInputError("phase_in must be at least 0, season_length at least 2")
        if not 0 <= self.harmonics <= self.season_length // 2:
            raise InvalidInputError("harmonics must lie between 0 and half of season_length")
        if self.second_interruption is not None and self.second_interruption <= self.start:
            raise InvalidInputError(
                "second_interruption must come after the first and its phase-in"
            )

    @property
    def start(self) -> int:
        """First period of the new time that is in the fit."""
        return self.interruption + self.phase_in
