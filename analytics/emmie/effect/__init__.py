"""Effect: whether outcomes differ by more than chance, by whichever design the evaluation has.

Methods: ``docs/methods/questions/effect.md``.
"""

from analytics.emmie.effect.cases import EXTRACTS
from analytics.emmie.effect.comparison import EffectAnswer, EffectQuestion, answer_effect

__all__ = ["EXTRACTS", "EffectAnswer", "EffectQuestion", "answer_effect"]
