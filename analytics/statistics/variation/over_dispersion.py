r"""Whether areas differ by more than chance, and by how much.

Assumes that most areas share one underlying value, spread further than counts alone explain; the
tails are trimmed first, so that a few true outliers don't hide themselves. Method notes:
``docs/methods/estimators/variation.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from analytics.errors import InvalidInputError
from analytics.statistics.inputs import FloatArray, float_vector, positive_vector, read_only
from analytics.statistics.results import HealthCheck, NotEstimable

Transform = Literal["arcsine", "square_root", "log"]

TAILS = (0.1, 0.9)
MIN_AREAS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OverDispersion:
    """Variation between areas beyond chance, on a transformed scale.

    Attributes
    ----------
    transform : {"arcsine", "square_root", "log"}
        Scale of the z-scores: arcsine root for proportions; root or logarithm for the ratio to the
        centre.
    phi : float
        Mean square of the trimmed z-scores; about 1 when only chance is at work.
    tau_squared : float
        Variance between areas on the transformed scale, at least 0.
    z_score : ndarray of float, shape (n_areas,)
        Distance from the centre in standard errors, not trimmed; read-only. Minus infinity for an
        area without events on the ``"log"`` scale.
    n_areas, n_used : int
        Areas, and areas in `phi`: fewer on the ``"log"`` scale, where the tails are left out.
    """

    transform: Transform
    phi: float
    tau_squared: float
    z_score: FloatArray
    n_areas: int
    n_used: int

    def __post_init__(self) -> None:
        """Make the array read-only."""
        read_only(self.z_score)


def proportion_over_dispersion(
    events: ArrayLike, n: ArrayLike, *, centre: float
) -> OverDispersion | NotEstimable:
    r"""Over-dispersion of proportions about a common one, on the arcsine-root scale.

    Parameters
    ----------
    events, n : array_like, shape (n_areas,)
        Units with the event, and units; ``0 <= events <= n``, ``n`` above 0. Complete.
    centre : float
        Common proportion, in [0, 1].

    Returns
    -------
    OverDispersion or NotEstimable
        Reasons: ``"too_few_cases"`` (fewer than 3 areas), ``"no_variation"`` (`centre` is 0 or 1).

    Raises
    ------
    InvalidInputError
        If counts are missing or contradict each other, or `centre` is out of range.

    Notes
    -----
    :math:`z_i = 2\sqrt{n_i}(\arcsin\sqrt{p_i} - \arcsin\sqrt{p_0})`, winsorised at the 10% and 90%
    quantiles; then as `ratio_over_dispersion`.

    References
    ----------
    .. [1] Spiegelhalter DJ (2005), Statistics in Medicine 24:1185-1202.
    .. [2] FunnelPlotR, ``data_type = "PR"``.
    """
    size = positive_vector(n, name="n")
    x = float_vector(events, name="events", length=len(size))
    if ((x < 0) | (x > size)).any() or not 0 <= centre <= 1:
        raise InvalidInputError("counts must satisfy 0 <= events <= n, and centre be in [0, 1]")
    if centre in {0, 1}:
        return NotEstimable(reason="no_variation", detail="Nobody, or everybody, has the event.")
    distance = np.arcsin(np.sqrt(x / size)) - np.arcsin(np.sqrt(centre))
    return _dispersion("arcsine", distance, 0.5 / np.sqrt(size))


def ratio_over_dispersion(
    observed: ArrayLike,
    expected: ArrayLike,
    *,
    transform: Literal["square_root", "log"] = "square_root",
) -> OverDispersion | NotEstimable:
    r"""Over-dispersion of observed over expected events about 1.

    For rates, the expected events are the common rate times each population.

    Parameters
    ----------
    observed : array_like, shape (n_areas,)
        Events, at least 0. Complete.
    expected : array_like, shape (n_areas,)
        Expected events, above 0. Complete.
    transform : {"square_root", "log"}
        ``"square_root"`` as the Care Quality Commission does, tails winsorised; ``"log"`` as NHS
        England's hospital mortality indicator (SHMI) does, tails left out.

    Returns
    -------
    OverDispersion or NotEstimable
        Reasons: ``"too_few_cases"`` (fewer than 3 areas in use), ``"no_events"`` (more areas
        without events than the logarithm can leave out).

    Raises
    ------
    InvalidInputError
        If an argument is missing, of another length or out of range.

    Notes
    -----
    :math:`z_i = y_i / s_i` with :math:`y = \sqrt{O/E} - 1, s = 1/(2\sqrt E)`, or
    :math:`y = \log(O/E), s = 1/\sqrt E`. Over the I areas in use, with :math:`w = 1/s^2`,

    .. math:: \phi = \frac1I \sum z^2,\qquad
              \tau^2 = \max\Big(0, \frac{I\phi - (I - 1)}{\sum w - \sum w^2 / \sum w}\Big)

    References
    ----------
    .. [1] Spiegelhalter DJ et al. (2012), JRSS A 175:1-47.
    .. [2] DerSimonian R, Laird N (1986), Controlled Clinical Trials 7:177-188.
    .. [3] FunnelPlotR, ``sr_method = "CQC"`` and ``"SHMI"``.
    """
    e = positive_vector(expected, name="expected")
    x = float_vector(observed, name="observed", length=len(e))
    if (x < 0).any():
        raise InvalidInputError("observed must be at least 0")
    if transform == "square_root":
        return _dispersion("square_root", np.sqrt(x / e) - 1, 0.5 / np.sqrt(e))
    distance = np.log(x / e, out=np.full(len(e), -np.inf), where=x > 0)
    return _dispersion("log", distance, 1 / np.sqrt(e))


def over_dispersion_check(dispersion: OverDispersion) -> HealthCheck:
    """Judge phi against what chance alone would give.

    Parameters
    ----------
    dispersion : OverDispersion
        Variation between areas.

    Returns
    -------
    HealthCheck
        Pass up to ``1 + 2 sqrt(2 / n_used)``, review above.
    """
    threshold = 1 + 2 * float(np.sqrt(2 / dispersion.n_used))
    return HealthCheck(
        name="over_dispersion",
        value=dispersion.phi,
        threshold=threshold,
        status="pass" if dispersion.phi <= threshold else "review",
        meaning=(
            "Spread of the areas over the spread that counts alone would give. Above the threshold "
            "the areas differ for reasons that the counts don't explain, and unadjusted limits "
            "point at too many of them."
        ),
        source="Spiegelhalter 2005: two standard errors of a mean squared z-score, 2 sqrt(2 / I).",
    )


def _dispersion(
    transform: Transform, distance: FloatArray, std_error: FloatArray
) -> OverDispersion | NotEstimable:
    """Trim the z-scores and take their mean square and the variance it implies."""
    z: FloatArray = distance / std_error
    trimmed, kept = _left_out(z) if transform == "log" else _winsorised(z)
    n_used = len(trimmed)
    if n_used < MIN_AREAS:
        return NotEstimable(reason="too_few_cases", detail="Fewer than 3 areas.")
    if not np.isfinite(trimmed).all():
        return NotEstimable(reason="no_events", detail="Too many areas without events for the log.")
    phi = float((trimmed**2).mean())
    weight = std_error[kept] ** -2
    information = float(weight.sum() - (weight**2).sum() / weight.sum())
    return OverDispersion(
        transform=transform,
        phi=phi,
        tau_squared=max(0.0, (n_used * phi - (n_used - 1)) / information),
        z_score=z,
        n_areas=len(z),
        n_used=n_used,
    )


def _winsorised(z: FloatArray) -> tuple[FloatArray, np.ndarray]:
    """Pull the tails in to the 10% and 90% quantiles; all areas stay in use."""
    if len(z) == 0:
        return z, np.ones(0, dtype=bool)
    return np.clip(z, *np.quantile(z, TAILS)), np.ones(len(z), dtype=bool)


def _left_out(z: FloatArray) -> tuple[FloatArray, np.ndarray]:
    """Leave out the lowest and the highest tenth, ties by their mean rank."""
    ordered = np.sort(z)
    rank = (np.searchsorted(ordered, z) + np.searchsorted(ordered, z, side="right") + 1) / 2
    tenth = np.floor(rank * 10 / (len(z) + 1))
    kept = (tenth > 0) & (tenth < 9)
    return z[kept], kept
