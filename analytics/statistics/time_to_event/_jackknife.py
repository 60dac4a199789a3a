"""Infinitesimal jackknife variance of a cumulative incidence, by unit or by cluster.

Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

import numpy as np

from analytics.statistics.inputs import FloatArray, IntArray


def influence_parts(
    step: IntArray,
    codes: IntArray,
    cause: int,
    counts: tuple[IntArray, IntArray, IntArray],
    entering: FloatArray,
    incidence: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Influence of each unit on the incidence F(t), linear in F(t) once the unit has left.

    Parameters
    ----------
    step : ndarray of int, shape (n,)
        Position of each unit's exit among the m distinct times.
    codes : ndarray of int, shape (n,)
        Event codes; 0 is censored.
    cause : int
        Code of interest.
    counts : tuple of three ndarrays of int, shape (m,)
        Events of any cause, events of `cause`, and units at risk, d, d_k and Y.
    entering, incidence : ndarray of float, shape (m,)
        S just before, and F at, each time.

    Returns
    -------
    tuple of three ndarrays
        a and b, shape (n,), and c, shape (m,): the influence is ``a + b F(t)`` from the unit's exit
        on and ``c(t)`` before it.

    Notes
    -----
    .. math:: \frac{\partial F(t)}{\partial w_i} = \sum_{u \le t} \frac{S(u^-)}{Y_u} dM_{ki}(u)
              - \sum_{u \le t} \frac{F(t) - F(u)}{Y_u - d_u} dM_i(u)

    with :math:`dM_i = dN_i - 1[i\ \text{at risk}]\, d/Y`. Where everybody at risk has an event
    the derivative of S is 0, so the second term is too.
    """
    d, dk, y = counts
    g = np.divide(1.0, y - d, out=np.zeros(len(y)), where=y > d)
    own = np.cumsum(entering * dk / y / y)
    hazard = np.cumsum(d / y * g)
    hazard_f = np.cumsum(d / y * g * incidence)
    had_event = codes > 0
    a = np.where(codes == cause, (entering / y)[step], 0.0) - own[step] - hazard_f[step]
    a += np.where(had_event, (incidence * g)[step], 0.0)
    b = hazard[step] - np.where(had_event, g[step], 0.0)
    return a, b, incidence * hazard - own - hazard_f


def incidence_variance(
    counts: tuple[IntArray, IntArray, IntArray], entering: FloatArray, incidence: FloatArray
) -> FloatArray:
    r"""Variance of the incidence at every time when each unit is by itself, from counts.

    Parameters
    ----------
    counts, entering, incidence
        As in `influence_parts`.

    Returns
    -------
    ndarray of float, shape (m,)
        Variance of F at each time; rounding may leave it slightly below 0.

    Notes
    -----
    Residuals at different times don't correlate, so the sum of squared influences is a sum over
    times of the multinomial variance within each,

    .. math:: V(t) = \sum_{u \le t} h^2 d_k(1 - d_k/Y) - 2 h g\,[F(t) - F]\,d_k(1 - d/Y)
              + g^2 [F(t) - F]^2\,d(1 - d/Y)

    with :math:`h = S(u^-)/Y` and :math:`g = 1/(Y - d)`. With late entries it is Aalen's
    martingale variance instead.
    """
    d, dk, y = counts
    g = np.divide(1.0, y - d, out=np.zeros(len(y)), where=y > d)
    h, f = entering / y, incidence
    own, shared, other = dk * (1 - dk / y), dk * (1 - d / y), d * (1 - d / y)
    constant = np.cumsum(h**2 * own + 2 * h * g * f * shared + (g * f) ** 2 * other)
    linear = np.cumsum(h * g * shared + g**2 * f * other)
    return np.asarray(constant - 2 * f * linear + f**2 * np.cumsum(g**2 * other), dtype=np.float64)


def clustered_variance(
    step: IntArray,
    clusters: IntArray,
    parts: tuple[FloatArray, FloatArray, FloatArray],
    incidence: FloatArray,
) -> FloatArray:
    """Sum over clusters of the squared total influence, at every time, in one sorted pass.

    Parameters
    ----------
    step, clusters : ndarray of int, shape (n,)
        Exit position and cluster code of each unit.
    parts : tuple of three ndarrays
        From `influence_parts`.
    incidence : ndarray of float, shape (m,)
        F at each time.

    Returns
    -------
    ndarray of float, shape (m,)
        Variance of F at each time; rounding may leave it slightly below 0.

    Notes
    -----
    At time t a cluster totals ``A + B F(t) + R c(t)``: A and B sum over members who have left, R
    counts those who haven't. Each exit changes the sums of squares and products by a known amount.
    """
    a, b, c = parts
    order = np.lexsort((step, clusters))
    start = np.flatnonzero(np.diff(clusters[order], prepend=-1))
    size = np.diff(np.append(start, len(order)))
    gone = np.arange(1, len(order) + 1) - np.repeat(start, size)
    after = [
        _running(a[order], start, size),
        _running(b[order], start, size),
        np.repeat(size, size) - gone,
    ]
    change = (-a[order], -b[order], np.ones(len(order)))
    before = [total + delta for total, delta in zip(after, change, strict=True)]

    def over_time(i: int, j: int) -> FloatArray:
        delta = after[i] * after[j] - before[i] * before[j]
        return np.cumsum(np.bincount(step[order], weights=delta, minlength=len(c)))

    at_start = float((size.astype(np.float64) ** 2).sum())
    f = incidence
    left = over_time(0, 0) + 2 * f * over_time(0, 1) + f**2 * over_time(1, 1)
    mixed = over_time(0, 2) + f * over_time(1, 2)
    return np.asarray(left + 2 * c * mixed + c**2 * (at_start + over_time(2, 2)), dtype=np.float64)


def _running(values: FloatArray, start: IntArray, size: IntArray) -> FloatArray:
    """Cumulative sum that restarts with each cluster."""
    total = np.cumsum(values)
    offset = np.concatenate(([0.0], total))[start]
    return np.asarray(total - np.repeat(offset, size), dtype=np.float64)
