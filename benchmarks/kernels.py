"""Times the statistical kernels: ``python benchmarks/kernels.py [NAME ...]``.

Each kernel runs at a size that a page meets and at a hundred times that or more. Where a runtime
library does the same, it is timed in turn with the kernel, on the same data.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from statsmodels.discrete.discrete_model import Logit
from statsmodels.duration.hazard_regression import PHReg
from statsmodels.duration.survfunc import CumIncidenceRight
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.regression.linear_model import OLS

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analytics.statistics.before_after.event_study import event_study
from analytics.statistics.before_after.panel import Panel, balanced_panel
from analytics.statistics.before_after.placebos import placebo_in_space
from analytics.statistics.before_after.staggered import group_time_effects
from analytics.statistics.economics.information import (
    partial_perfect_information,
)
from analytics.statistics.linear_models import fit_linear, linear_contrast
from analytics.statistics.missing_data.comparison import compare_with_imputation
from analytics.statistics.propensity.inverse_probability import (
    inverse_probability_effect,
)
from analytics.statistics.propensity.matching import nearest_neighbour_match
from analytics.statistics.propensity.score import fit_propensity
from analytics.statistics.scores.many_raters import krippendorff_alpha
from analytics.statistics.scores.proportional_odds import answers_over_waves
from analytics.statistics.time_to_event.cox import fit_cox
from analytics.statistics.time_to_event.gray import gray_test
from analytics.statistics.time_to_event.log_rank import log_rank
from analytics.statistics.time_to_event.survival import cumulative_incidence
from analytics.statistics.two_groups.clustered import clustered_risk_difference
from analytics.statistics.variation.funnel import funnel

ROUNDS = 5
Call = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """One kernel at one size, and the library that does the same, if any."""

    name: str
    size: str
    kernel: Call
    peer: Call | None = None
    peer_name: str = ""


def cases(n: int) -> dict[str, np.ndarray]:
    """Return cases of siblings: families of two on average, a fifth of cases treated."""
    rng = np.random.default_rng(1)
    covariates = rng.normal(size=(n, 3))
    treated = rng.random(n) < 0.2
    return {
        "x": covariates,
        "treated": treated,
        "family": np.sort(rng.integers(0, n // 2, n)),
        "y": (rng.random(n) < 0.3 - 0.06 * treated).astype(float),
        "days": rng.integers(1, 1096, n).astype(float),
        "event": rng.choice([0, 1, 2], n, p=[0.6, 0.3, 0.1]),
    }


def of_cases(n: int) -> Iterator[Timed]:
    """Yield the kernels that take one row a case."""
    data, size = cases(n), f"{n:,} cases"
    x, treated, family, y = data["x"], data["treated"], data["family"], data["y"]
    days, event = data["days"], data["event"]
    design = np.column_stack([np.ones(n), treated])

    def peer_clustered() -> object:
        return OLS(y, design).fit(cov_type="cluster", cov_kwds={"groups": family})

    def peer_logit() -> object:
        return Logit(treated, np.column_stack([np.ones(n), x])).fit(disp=False)

    def peer_cox() -> object:
        return PHReg(days, x, status=event == 1, ties="efron").fit()

    def peer_incidence() -> object:
        return CumIncidenceRight(days, event)

    score = fit_propensity(x, treated).linear_predictor
    yield Timed(
        name="difference, CR1",
        size=size,
        kernel=lambda: clustered_risk_difference(y, treated, family, vcov_type="CR1"),
        peer=peer_clustered,
        peer_name="statsmodels",
    )
    yield Timed(
        name="difference, CR2",
        size=size,
        kernel=lambda: linear_contrast(fit_linear(y, design, cluster=family), (0, 1)),
    )
    yield Timed(
        name="propensity score",
        size=size,
        kernel=lambda: fit_propensity(x, treated),
        peer=peer_logit,
        peer_name="statsmodels",
    )
    yield Timed(
        name="matching 1:1", size=size, kernel=lambda: nearest_neighbour_match(score, treated)
    )
    yield Timed(
        name="inverse probability",
        size=size,
        kernel=lambda: inverse_probability_effect(y, treated, x, cluster=family),
    )
    yield Timed(
        name="Cox, families",
        size=size,
        kernel=lambda: fit_cox(days, event == 1, x, cluster=family),
        peer=peer_cox if n <= 100_000 else None,
        peer_name="statsmodels, without families",
    )
    yield Timed(
        name="cumulative incidence",
        size=size,
        kernel=lambda: cumulative_incidence(days, event),
        peer=peer_incidence,
        peer_name="statsmodels",
    )
    yield Timed(name="log-rank", size=size, kernel=lambda: log_rank(days, event == 1, treated))
    yield Timed(name="Gray", size=size, kernel=lambda: gray_test(days, event, treated))


def of_imputation(n: int) -> Iterator[Timed]:
    """Yield multiple imputation, 50 times."""
    data, rng = cases(n), np.random.default_rng(2)
    y, x = data["y"].copy(), data["x"].copy()
    y[rng.random(n) < 0.2] = np.nan
    x[rng.random(x.shape) < 0.1] = np.nan
    yield Timed(
        name="multiple imputation",
        size=f"{n:,} cases",
        kernel=lambda: compare_with_imputation(y, data["treated"], covariates=x, seed=1),
    )


def panel(units: int, periods: int, starts: tuple[int, ...]) -> Panel:
    """Return a panel of places with these start periods in turn, 0 for never."""
    rng = np.random.default_rng(1)
    made = balanced_panel(
        rng.normal(50, 5, units * periods),
        np.repeat(np.arange(units), periods),
        np.tile(np.arange(1, periods + 1), units),
        np.repeat(np.resize(starts, units), periods),
    )
    assert isinstance(made, Panel)  # noqa: S101
    return made


def of_places(units: int, periods: int) -> Iterator[Timed]:
    """Yield the kernels that take places and periods."""
    size, middle = f"{units} places x {periods}", periods // 2
    staggered = panel(units, periods, (0, middle, middle + 2, middle + 4))
    two = panel(units, periods, (0, middle))
    one = panel(units, periods, (middle, *(0,) * (units - 1)))
    yield Timed(name="staggered", size=size, kernel=lambda: group_time_effects(staggered))
    yield Timed(name="event study", size=size, kernel=lambda: event_study(two))
    yield Timed(name="placebos", size=size, kernel=lambda: placebo_in_space(one))


def of_areas(n: int) -> Iterator[Timed]:
    """Yield the funnel of rates."""
    rng = np.random.default_rng(1)
    population = rng.uniform(5e3, 5e4, n)
    events = rng.poisson(0.002 * population)
    yield Timed(
        name="funnel", size=f"{n:,} areas", kernel=lambda: funnel("rate", events, population)
    )


def of_answers(n: int) -> Iterator[Timed]:
    """Yield the kernels of a survey in three waves, and of coded interviews."""
    rng = np.random.default_rng(1)
    people, wave = np.repeat(np.arange(n // 3), 3), np.tile([0, 1, 2], n // 3)
    latent = 0.3 * wave + rng.normal(size=n // 3)[people] + rng.logistic(size=len(people))
    answers = np.digitize(latent, [-2, -0.7, 0.5, 1.8])
    ratings = rng.multinomial(3, [0.5, 0.3, 0.2], n // 3)

    def peer_ordered() -> object:
        columns = np.column_stack([wave == 1, wave == 2]).astype(float)
        return OrderedModel(answers, columns, distr="logit").fit(method="bfgs", disp=False)

    yield Timed(
        name="ordered answers over waves",
        size=f"{n:,} answers",
        kernel=lambda: answers_over_waves(answers, wave, n_answers=5, respondents=people),
        peer=peer_ordered,
        peer_name="statsmodels, without respondents",
    )
    yield Timed(
        name="Krippendorff's alpha",
        size=f"{n // 3:,} units, 2,000 replicates",
        kernel=lambda: krippendorff_alpha(ratings, measurement="ordinal", seed=1),
    )


def of_draws(n: int) -> Iterator[Timed]:
    """Yield the value of knowing one input."""
    rng = np.random.default_rng(1)
    known = rng.normal(size=n)
    net = np.column_stack([np.zeros(n), 0.3 + known + 2 * rng.normal(size=n)])
    yield Timed(
        name="value of one input",
        size=f"{n:,} draws",
        kernel=lambda: partial_perfect_information(net, known),
    )


def every() -> Iterator[Timed]:
    """Yield each kernel at each size."""
    for n in (526, 100_000, 1_000_000):
        yield from of_cases(n)
    yield from of_imputation(526)
    for units, periods in ((15, 12), (150, 48)):
        yield from of_places(units, periods)
    for n in (152, 10_000):
        yield from of_areas(n)
    for n in (300, 30_000):
        yield from of_answers(n)
    for n in (10_000, 100_000):
        yield from of_draws(n)


def paired_ms(timed: Timed) -> tuple[float, float | None]:
    """Return median times of kernel and peer in milliseconds, run in turn after one round each."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS + 1):
        for record, call in zip(times, (timed.kernel, timed.peer), strict=True):
            if call is not None:
                start = time.perf_counter()
                call()
                record.append(1000 * (time.perf_counter() - start))
    own, peer = (statistics.median(record[1:]) if record else None for record in times)
    assert own is not None  # noqa: S101
    return own, peer


def main() -> None:
    """Print a table of times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="kernels whose name holds one of these")
    names = parser.parse_args().names
    print("| Kernel | Size | ms | Library, ms |\n|---|---|---|---|")
    for timed in every():
        if not names or any(name in timed.name for name in names):
            own, peer = paired_ms(timed)
            other = "" if peer is None else f"{peer:,.1f} ({timed.peer_name})"
            print(f"| {timed.name} | {timed.size} | {own:,.2f} | {other} |", flush=True)


if __name__ == "__main__":
    main()
