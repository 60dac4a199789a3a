"""A synthetic counterpart for every area: the treated ones, and the others as placebos.

Each is a weighted mean of the others that were never treated. Methods:
``docs/methods/questions/statistical_neighbours.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analytics.emmie.area_change.estimates import SEED
from analytics.emmie.area_change.figures import AreaFigures, FloatArray
from analytics.statistics.before_after.panel import Panel
from analytics.statistics.before_after.permutation import PermutationTest, permutation_test
from analytics.statistics.before_after.placebos import LeaveOneOut, leave_one_donor_out
from analytics.statistics.before_after.synthetic_control import SyntheticControl, synthetic_control
from analytics.statistics.results import HealthCheck, NotEstimable

FIT: Final = "fit_before_treatment"
Fit = SyntheticControl | NotEstimable


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counterparts:
    """Areas with their counterparts.

    Attributes
    ----------
    treated : dict of str to SyntheticControl
        By code; areas whose own fit before was worse than a flat line are in ``poor``.
    poor : tuple of str
        Treated areas left out for that.
    placebo_gaps : ndarray of float, shape (n_placebos, n_years)
        Observed minus synthetic of the other areas, those with such a fit left out.
    n_poor_placebos : int
        How many those are.
    test : PermutationTest or None
        Whether the treated areas' mean gap since the start is unusual among as many others'.
    """

    treated: dict[str, SyntheticControl]
    poor: tuple[str, ...]
    placebo_gaps: FloatArray
    n_poor_placebos: int
    test: PermutationTest | None


def counterparts_of(figures: AreaFigures, launch: int) -> Counterparts | None:
    """Fit a counterpart to every area.

    Parameters
    ----------
    figures : AreaFigures
        Complete, treated areas first; the others are the donors of each.
    launch : int
        First year after the start.

    Returns
    -------
    Counterparts or None
        None when none can be fitted.
    """
    donors = ~figures.is_treated
    fits = [synthetic_control(_panel(figures, row, donors, launch)) for row in range(len(donors))]
    good = [isinstance(one, SyntheticControl) and not _is_poor(one) for one in fits]
    named = list(zip(figures.codes, fits, good, strict=True))
    split = figures.n_treated
    treated = {code: fit for code, fit, _ in named[:split] if isinstance(fit, SyntheticControl)}
    if not treated:
        return None
    gaps = [fit.gap for _, fit, kept in named[split:] if kept and isinstance(fit, SyntheticControl)]
    return Counterparts(
        treated=treated,
        poor=tuple(code for code, _, kept in named[:split] if not kept),
        placebo_gaps=np.array(gaps).reshape(len(gaps), len(figures.years)),
        n_poor_placebos=sum(not kept for _, _, kept in named[split:]),
        test=_test(
            [fit for _, fit, kept in named[:split] if kept],
            [fit for _, fit, kept in named[split:] if kept],
        ),
    )


def fit_check(one: SyntheticControl) -> HealthCheck:
    """Return the health check of the fit before."""
    return next(check for check in one.checks if check.name == FIT)


def range_without_one(figures: AreaFigures, launch: int) -> tuple[float, float] | None:
    """Return the lowest and highest mean gap of the one treated area leaving a donor out."""
    found = leave_one_donor_out(_panel(figures, 0, ~figures.is_treated, launch))
    return (found.lowest, found.highest) if isinstance(found, LeaveOneOut) else None


def _panel(figures: AreaFigures, row: int, donors: np.ndarray, launch: int) -> Panel:
    """Return one area and the donors other than itself, as if that area had been treated."""
    kept = donors.copy()
    kept[row] = True
    rows = np.flatnonzero(kept)
    return Panel(
        outcome=figures.value[rows],
        units=rows,
        periods=np.array(figures.years, dtype=np.int64),
        first_treated=np.where(rows == row, launch, 0),
        weights=np.ones(len(rows)),
    )


def _is_poor(one: SyntheticControl) -> bool:
    return fit_check(one).status == "fail"


def _test(treated: Sequence[Fit], others: Sequence[Fit]) -> PermutationTest | None:
    """Return where the treated areas' mean gap lies among those of as many others.

    The gap before is 0 by construction, so that the change of the gap is the mean gap since.
    """
    since = [one.average_effect for one in (*treated, *others) if isinstance(one, SyntheticControl)]
    if not treated or not others:
        return None
    rows = len(since)
    found = permutation_test(
        Panel(
            outcome=np.column_stack([np.zeros(rows), since]),
            units=np.arange(rows),
            periods=np.array([1, 2], dtype=np.int64),
            first_treated=np.where(np.arange(rows) < len(treated), 2, 0),
            weights=np.ones(rows),
        ),
        seed=SEED,
    )
    return found if isinstance(found, PermutationTest) else None
