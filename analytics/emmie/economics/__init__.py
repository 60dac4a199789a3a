"""Economic cost: what the work costs, what it may save, for whom, and how sure that is.

Methods: ``docs/methods/questions/economic_cost.md``.
"""

from analytics.emmie.economics.answer import answer_economics, extracts_used
from analytics.emmie.economics.band import CostBand, band_of, cost_band
from analytics.emmie.economics.question import EconomicsAnswer, EconomicsQuestion
from analytics.emmie.economics.verdict import economic_verdict

__all__ = [
    "CostBand",
    "EconomicsAnswer",
    "EconomicsQuestion",
    "answer_economics",
    "band_of",
    "cost_band",
    "economic_verdict",
    "extracts_used",
]
