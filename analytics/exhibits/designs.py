"""Which question answers each estimator of a protocol, and which builder draws the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from analytics.emmie.area_change import AreaChangeQuestion
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.effect.change import ChangeQuestion
from analytics.emmie.effect.series import SeriesQuestion
from analytics.emmie.service_use import ServiceUseQuestion
from analytics.emmie.study import Question
from analytics.exhibits.area_change import area_change_exhibits
from analytics.exhibits.effect import effect_exhibits
from analytics.exhibits.effect_change import change_exhibits
from analytics.exhibits.effect_series import series_exhibits
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.service_use import service_use_exhibits
from analytics.extracts.protocol import Estimator


class Design(NamedTuple):
    """What answers an estimator, and what draws the answer."""

    question: Callable[..., Question[Any]]
    build: Callable[..., tuple[Exhibit, ...]]


DESIGNS: Final[dict[Estimator, Design]] = {
    "matched": Design(EffectQuestion, effect_exhibits),
    "weighted": Design(EffectQuestion, effect_exhibits),
    "difference_in_differences": Design(ChangeQuestion, change_exhibits),
    "interrupted_series": Design(SeriesQuestion, series_exhibits),
    "rate_ratio": Design(ServiceUseQuestion, service_use_exhibits),
    "cross_section": Design(AreaChangeQuestion, area_change_exhibits),
    "area_difference_in_differences": Design(AreaChangeQuestion, area_change_exhibits),
    "area_series": Design(AreaChangeQuestion, area_change_exhibits),
}
