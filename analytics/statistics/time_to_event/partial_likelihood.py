r"""Cox's partial likelihood, its derivatives and its maximum, over given risk sets.

At an event position with d tied events, the j-th of them (j = 0, ..., d - 1) is compared with the
risk set less the share f = j/d of the events themselves (Efron), or with the whole risk set
(f = 0, Breslow):

.. math:: \ell = \sum_{events} \Big[x'\beta - \log(S_0 - f D_0)\Big]

with S and D the sums of exp(x'beta), and of x exp(x'beta), over the risk set and the events.
Method notes: ``docs/methods/estimators/time_to_event.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analytics.statistics.inputs import FloatArray, IntArray
from analytics.statistics.results import NotEstimable
from analytics.statistics.time_to_event.risk_sets import RiskSets

Ties = Literal["efron", "breslow"]
_MAX_STEPS = 30
_STEP_TOLERANCE = 1e-9
_RANK_TOLERANCE = 1e-9
_WIDEST_PREDICTOR = 300.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LikelihoodTerms:
    """The likelihood at one value of the coefficients, and sums that its derivatives need.

    Attributes
    ----------
    log_likelihood : float
        Logarithm of the partial likelihood.
    score : ndarray of float, shape (k,)
        Its gradient.
    risk : ndarray of float, shape (n,)
        Relative hazard of each unit, up to a common factor.
    s1, d1 : ndarray of float, shape (m, k)
        Sums of covariates times risk over the risk set and over the events of each position.
    inverse : ndarray of float, shape (2, m)
        Sums over tied events of 1 and of f, over the denominator.
    square : ndarray of float, shape (3, m)
        Sums over tied events of 1, f and f squared, over the squared denominator.
    """

    log_likelihood: float
    score: FloatArray
    risk: FloatArray
    s1: FloatArray
    d1: FloatArray
    inverse: FloatArray
    square: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Maximum:
    """A maximised partial likelihood.

    Attributes
    ----------
    coefficients : ndarray of float, shape (k,)
        Log hazard ratios per unit of each column.
    covariance : ndarray of float, shape (k, k)
        Inverse of minus the second derivative.
    terms : LikelihoodTerms
        At the maximum.
    null_log_likelihood, score_statistic : float
        Log likelihood at no effect, and the score test of no effect.
    n_steps : int
        Newton steps taken.
    """

    coefficients: FloatArray
    covariance: FloatArray
    terms: LikelihoodTerms
    null_log_likelihood: float
    score_statistic: float
    n_steps: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PartialLikelihood:
    """Risk sets, covariates and the treatment of ties.

    Attributes
    ----------
    sets : RiskSets
        Who is at risk when.
    x : ndarray of float, shape (n, k)
        Covariates, of mean 0 and standard deviation 1.
    ties : {"efron", "breslow"}
        Treatment of tied events.
    """

    sets: RiskSets
    x: FloatArray
    ties: Ties

    def at(self, coefficients: FloatArray) -> LikelihoodTerms:
        """Evaluate the likelihood and its gradient."""
        sets, x, m = self.sets, self.x, len(self.sets.time)
        eta = x @ coefficients
        eta -= eta.max()
        risk = np.exp(eta)
        position, f = self._tied_shares()
        s1 = np.column_stack([sets.at_risk_total(column * risk) for column in x.T])
        d1 = np.column_stack([sets.event_total(column * risk) for column in x.T])
        at_risk, failing = sets.at_risk_total(risk), sets.event_total(risk)
        denominator = at_risk[position] - f * failing[position]
        one, two = 1 / denominator, 1 / denominator**2
        inverse = np.array([np.bincount(position, w * one, minlength=m) for w in (1, f)])
        square = np.array([np.bincount(position, w * two, minlength=m) for w in (1, f, f**2)])
        happened = sets.event_rows
        return LikelihoodTerms(
            log_likelihood=float(eta[happened].sum() - np.log(denominator).sum()),
            score=x[happened].sum(axis=0) - inverse[0] @ s1 + inverse[1] @ d1,
            risk=risk,
            s1=s1,
            d1=d1,
            inverse=inverse,
            square=square,
        )

    def _tied_shares(self) -> tuple[IntArray, FloatArray]:
        """Position of each event, and the share f of the events that has left before it."""
        d = self.sets.n_events
        position = np.repeat(np.arange(len(d)), d)
        if self.ties == "breslow":
            return position, np.zeros(len(position))
        order = np.arange(len(position)) - np.repeat(np.cumsum(d) - d, d)
        return position, order / d[position]

    def information(self, terms: LikelihoodTerms, weight: FloatArray | None = None) -> FloatArray:
        """Return minus the second derivative, each event position counted with a weight."""
        sets, x = self.sets, self.x
        g = np.ones(len(sets.time)) if weight is None else weight
        per_unit = sets.follow_up_total(g * terms.inverse[0])
        per_unit[sets.event_rows] -= (g * terms.inverse[1])[sets.last[sets.event_rows]]
        s1, d1, square = terms.s1, terms.d1, terms.square * g
        mixed = (s1.T * square[1]) @ d1
        outer = (s1.T * square[0]) @ s1 - mixed - mixed.T + (d1.T * square[2]) @ d1
        return np.asarray((x.T * (terms.risk * per_unit)) @ x - outer, dtype=np.float64)

    def covariate_means(self, terms: LikelihoodTerms) -> FloatArray:
        """Mean covariates of the risk set, averaged over the tied events of each position."""
        mean = terms.s1 * terms.inverse[0][:, None] - terms.d1 * terms.inverse[1][:, None]
        return np.asarray(mean / self.sets.n_events[:, None], dtype=np.float64)

    def score_residuals(self, terms: LikelihoodTerms) -> FloatArray:
        r"""Contribution of each unit to the score, shape (n, k).

        Notes
        -----
        .. math:: U_i = \int (x_i - \bar x(t))\, dM_i(t)

        averaged over the tied events of a time, which leave the risk set by shares (Efron).
        """
        sets, happened = self.sets, self.sets.event_rows
        at, (all_of, shares), square = sets.last[happened], terms.inverse, terms.square
        hazard, means = sets.follow_up_total(all_of), self.covariate_means(terms)
        residuals = np.empty(self.x.shape, order="F")
        for k, x in enumerate(self.x.T):
            drift = terms.s1[:, k] * square[0] - terms.d1[:, k] * square[1]
            tied = terms.s1[:, k] * square[1] - terms.d1[:, k] * square[2]
            column = terms.risk * (sets.follow_up_total(drift) - x * hazard)
            column[happened] += x[happened] - means[at, k]
            column[happened] += terms.risk[happened] * (x[happened] * shares[at] - tied[at])
            residuals[:, k] = column
        return residuals

    def maximise(self) -> Maximum | NotEstimable:
        """Maximise the likelihood by Newton steps, halved while it falls.

        Returns
        -------
        Maximum or NotEstimable
            Reasons: ``"collinear"`` (a covariate doesn't vary among those at risk, or follows from
            others), ``"separation"`` (no finite maximum: steps don't shrink).
        """
        beta = np.zeros(self.x.shape[1])
        terms = null = self.at(beta)
        null_information = information = self.information(null)
        smallest = float(np.linalg.eigvalsh(null_information).min())
        if smallest <= _RANK_TOLERANCE * float(self.sets.n_events.sum()):
            return NotEstimable(
                reason="collinear",
                detail="A covariate does not vary among those at risk, or follows from the others.",
            )
        for n_steps in range(1, _MAX_STEPS + 1):
            moved = self._newton_step(beta, terms, information)
            if moved is None:
                break
            step, terms = moved
            beta, information = beta + step, self.information(terms)
            if np.abs(step).max() < _STEP_TOLERANCE:
                return Maximum(
                    coefficients=beta,
                    covariance=np.asarray(np.linalg.inv(information), dtype=np.float64),
                    terms=terms,
                    null_log_likelihood=null.log_likelihood,
                    score_statistic=float(
                        null.score @ np.linalg.solve(null_information, null.score)
                    ),
                    n_steps=n_steps,
                )
        return NotEstimable(
            reason="separation",
            detail="A combination of covariates orders the events perfectly, or nearly so.",
        )

    def _newton_step(
        self, beta: FloatArray, terms: LikelihoodTerms, information: FloatArray
    ) -> tuple[FloatArray, LikelihoodTerms] | None:
        """One step, halved until the likelihood doesn't fall; None when it leads too far out."""
        try:
            step = np.asarray(np.linalg.solve(information, terms.score), dtype=np.float64)
        except np.linalg.LinAlgError:
            return None
        floor = terms.log_likelihood - 1e-12 * abs(terms.log_likelihood)
        while np.ptp(self.x @ (beta + step)) < _WIDEST_PREDICTOR:
            trial = self.at(beta + step)
            if trial.log_likelihood >= floor:
                return step, trial
            step = step / 2
        return None
