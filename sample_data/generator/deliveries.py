"""Draws of what was delivered: steps reached, parts of the model done, and how teams differ."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from sample_data.generator.practice import exactly, highest, whole


def fidelity(
    rng: np.random.Generator,
    deliveries: pd.DataFrame,
    met: Mapping[str, float],
    *,
    unknown: Mapping[str, float] | None = None,
    team_spread: float = 0.6,
) -> pd.DataFrame:
    """Return one row per delivery and component; the share met, of those known, is exact.

    ``deliveries`` has ``delivery_id``, ``local_authority``, ``team_id`` and ``started_on``. Teams
    differ by ``team_spread`` standard deviations of chance; ``unknown`` is the share that the
    records do not tell, by component.
    """
    team = by_team(rng, deliveries["team_id"], team_spread)
    frames = []
    for component, share in met.items():
        missing = exactly(
            rng, len(deliveries), whole((unknown or {}).get(component, 0.0), len(deliveries))
        )
        leaning = np.where(missing, -np.inf, team + rng.normal(size=len(deliveries)))
        flags = pd.array(highest(leaning, whole(share, int((~missing).sum()))), dtype="boolean")
        flags[missing] = pd.NA
        frames.append(deliveries.assign(component=component, met=flags))
    return pd.concat(frames, ignore_index=True)


def by_team(rng: np.random.Generator, teams: pd.Series, spread: float) -> np.ndarray:
    """Return one normal draw per team, repeated for its rows."""
    names = sorted(teams.unique())
    drawn = dict(zip(names, rng.normal(0.0, spread, len(names)), strict=True))
    return teams.map(drawn).to_numpy(float)


def lags(
    rng: np.random.Generator, count: int, *, within: int, in_time: float, longest: int
) -> np.ndarray:
    """Return ``count`` numbers of days; exactly the share ``in_time`` is at most ``within``.

    The others lie between ``within`` and ``longest``, most of them near ``within``.
    """
    prompt = rng.integers(1, within + 1, count)
    late = within + 1 + np.floor((longest - within) * rng.beta(1.0, 2.5, count)).astype(int)
    return np.where(exactly(rng, count, whole(in_time, count)), prompt, late)


def reached(
    rng: np.random.Generator,
    deliveries: pd.DataFrame,
    step: str,
    since: pd.Series,
    *,
    share: float,
    leaning: np.ndarray,
    within: int,
    in_time: float,
    longest: int,
    as_at: str,
) -> pd.Series:
    """Return the day on which each delivery reached a step; NaT where it did not.

    Parameters
    ----------
    deliveries : DataFrame
        One row per delivery.
    step : str
        Name of the returned series.
    since : Series of datetime64
        Day of the step before; NaT where it was not reached.
    share : float
        Share of the deliveries with ``since`` that reach this step; the number is exact, except
        that days after ``as_at`` have not happened yet.
    leaning : array of float
        How likely each delivery is to reach it; the highest do.
    within, in_time, longest
        As in ``lags``.
    """
    there = since.notna().to_numpy()
    chosen = highest(
        np.where(there, leaning + 0.5 * rng.normal(size=len(deliveries)), -np.inf),
        whole(share, int(there.sum())),
    )
    days = lags(rng, len(deliveries), within=within, in_time=in_time, longest=longest)
    on = pd.Series(since + pd.to_timedelta(days, unit="D"), index=deliveries.index, name=step)
    return on.where(chosen & (on <= pd.Timestamp(as_at)))


def step_rows(deliveries: pd.DataFrame, days: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Return one row per delivery and step reached, from the day of each step."""
    frames = [
        deliveries.assign(step=step, reached_on=on).loc[on.notna().to_numpy()]
        for step, on in days.items()
    ]
    return pd.concat(frames, ignore_index=True)
