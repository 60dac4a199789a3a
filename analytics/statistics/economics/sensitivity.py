"""How far uncertain inputs move a net benefit: one at a time, and all at once.

A model is a function from arrays of inputs by name to an array of net benefits, element by element,
so that one call computes every draw. Method notes: ``docs/methods/estimators/economics.md``.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from analytics.errors import InvalidInputError
from analytics.statistics.economics.distributions import Distribution, draw
from analytics.statistics.inputs import (
    FloatArray,
    critical_z,
    float_vector,
    random_generator,
    read_only,
)
from analytics.statistics.results import HealthCheck, Interval, Status

Model = Callable[[Mapping[str, FloatArray]], FloatArray]
OUT_OF_RANGE_PASS, OUT_OF_RANGE_REVIEW = 0.01, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Swing:
    """Net benefit when one input moves over its range and the others stay.

    Attributes
    ----------
    name : str
        The input.
    low_input, high_input : float
        Ends of its range.
    at_low, at_high : float
        Net benefit there; `at_low` is the larger one when the input works against it.
    width : float
        Distance between the two, 0 or more.
    """

    name: str
    low_input: float
    high_input: float
    at_low: float
    at_high: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProbabilisticResult:
    """Net benefit with all inputs uncertain at once.

    Attributes
    ----------
    mean, std_dev : float
        Of the drawn net benefits, in pounds.
    median : float
        Middle draw.
    conf_int : Interval
        Percentiles of the draws.
    probability_positive : float
        Share of draws with a net benefit above 0.
    monte_carlo_error : float
        Standard error of `mean` from the finite number of draws.
    n_draws, seed : int
        What reproduces the draws.
    checks : tuple of HealthCheck
        ``"draws_out_of_range"`` when plausible ranges were given.
    draws : ndarray of float, shape (n_draws,), or None
        Net benefits, when asked for; read-only.
    input_names : tuple of str
        The inputs, sorted.
    input_draws : ndarray of float, shape (n_draws, n_inputs), or None
        In the order of `input_names`, when asked for; read-only.
    """

    mean: float
    std_dev: float
    median: float
    conf_int: Interval
    probability_positive: float
    monte_carlo_error: float
    n_draws: int
    seed: int
    checks: tuple[HealthCheck, ...]
    draws: FloatArray | None
    input_names: tuple[str, ...]
    input_draws: FloatArray | None


def one_way_sensitivity(
    model: Model, base: Mapping[str, float], ranges: Mapping[str, tuple[float, float]]
) -> tuple[Swing, ...]:
    """Move each input over its range, the others at their base values (a tornado).

    Parameters
    ----------
    model : callable
        Net benefit from arrays of inputs.
    base : mapping of str to float
        Best value of each input; at least one.
    ranges : mapping of str to (float, float)
        Low and high end of the inputs to move, low first; the base value need not be between.

    Returns
    -------
    tuple of Swing
        Widest first; equal widths in the order of `ranges`.

    Raises
    ------
    InvalidInputError
        If a range names no input or is out of order, or the model doesn't return one finite
        number per scenario.

    References
    ----------
    .. [1] Briggs A, Claxton K, Sculpher M (2006), Decision Modelling for Health Economic
       Evaluation, Oxford University Press, chapter 4.
    """
    for name, (low, high) in ranges.items():
        if name not in base or not low <= high:
            raise InvalidInputError("each range must name an input and run from low to high")
    scenarios = {name: np.full(2 * len(ranges), float(value)) for name, value in base.items()}
    for row, (name, ends) in enumerate(ranges.items()):
        scenarios[name][2 * row : 2 * row + 2] = ends
    results = _evaluate(model, scenarios, 2 * len(ranges))
    swings = [
        Swing(
            name=name,
            low_input=ends[0],
            high_input=ends[1],
            at_low=float(results[2 * row]),
            at_high=float(results[2 * row + 1]),
            width=abs(float(results[2 * row + 1] - results[2 * row])),
        )
        for row, (name, ends) in enumerate(ranges.items())
    ]
    return tuple(sorted(swings, key=lambda swing: -swing.width))


def probabilistic_sensitivity(
    model: Model,
    inputs: Mapping[str, Distribution],
    *,
    seed: int,
    n_draws: int = 10_000,
    level: float = 0.95,
    plausible: Mapping[str, tuple[float, float]] | None = None,
    keep_draws: bool = False,
) -> ProbabilisticResult:
    r"""Draw every input from its distribution, independently, and summarise the net benefit.

    Parameters
    ----------
    model : callable
        Net benefit from arrays of inputs, each of shape (n_draws,).
    inputs : mapping of str to Distribution
        Distribution of each input; at least one. They are drawn without correlation.
    seed : int
        0 or more. Each input has its own stream, made from the seed and its name, so that a
        change to one input leaves the draws of the others as they were.
    n_draws : int
        At least 2.
    level : float
        Level of the percentile interval, strictly between 0 and 1.
    plausible : mapping of str to (float, float), optional
        Ranges outside which a draw makes no sense, checked and reported; nothing is cut off.
    keep_draws : bool
        Whether the result holds the draws (needed for the value of one input's information).

    Returns
    -------
    ProbabilisticResult
        Summary, and the draws when asked for.

    Raises
    ------
    InvalidInputError
        If there is no input, `seed`, `n_draws` or `level` is out of range, a plausible range names
        no input, or the model doesn't return one finite number per draw.

    References
    ----------
    .. [1] Briggs A, Claxton K, Sculpher M (2006), chapter 4.
    .. [2] dampack 1.0.2 ``gen_psa_samp``, ``run_psa``.
    """
    critical_z(level)
    if not inputs or n_draws < 2:
        raise InvalidInputError("needs an input and at least 2 draws")
    drawn = {
        name: draw(inputs[name], random_generator(seed, zlib.crc32(name.encode())), n_draws)
        for name in sorted(inputs)
    }
    checks = () if plausible is None else (_range_check(drawn, plausible),)
    net = _evaluate(model, drawn, n_draws)
    low, median, high = np.quantile(net, [(1 - level) / 2, 0.5, (1 + level) / 2])
    std_dev = float(net.std(ddof=1))
    input_draws = np.column_stack(list(drawn.values())) if keep_draws else None
    for array in (net, input_draws):
        if array is not None:
            read_only(array)
    return ProbabilisticResult(
        mean=float(net.mean()),
        std_dev=std_dev,
        median=float(median),
        conf_int=Interval(
            low=float(low), high=float(high), level=level, method="percentile_of_draws"
        ),
        probability_positive=float((net > 0).mean()),
        monte_carlo_error=std_dev / math.sqrt(n_draws),
        n_draws=n_draws,
        seed=seed,
        checks=checks,
        draws=net if keep_draws else None,
        input_names=tuple(drawn),
        input_draws=input_draws,
    )


def _evaluate(model: Model, inputs: Mapping[str, FloatArray], n: int) -> FloatArray:
    """Net benefits of the model, a copy of its own, checked."""
    return float_vector(model(inputs), name="net benefits", length=n).copy()


def _range_check(
    drawn: Mapping[str, FloatArray], plausible: Mapping[str, tuple[float, float]]
) -> HealthCheck:
    """Largest share of an input's draws outside its plausible range."""
    if not set(plausible) <= set(drawn):
        raise InvalidInputError("each plausible range must name an input")
    shares = [
        float(((drawn[name] < low) | (drawn[name] > high)).mean())
        for name, (low, high) in plausible.items()
    ]
    largest = max(shares, default=0.0)
    status: Status = (
        "pass"
        if largest <= OUT_OF_RANGE_PASS
        else "review"
        if largest <= OUT_OF_RANGE_REVIEW
        else "fail"
    )
    return HealthCheck(
        name="draws_out_of_range",
        value=largest,
        threshold=OUT_OF_RANGE_PASS,
        status=status,
        meaning="Largest share of an input's draws that cannot be; its distribution doesn't suit.",
        source="own rule",
    )
