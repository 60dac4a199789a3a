"""A pack for the report's tests: made-up exhibits with every part, and real ones of the sample."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from analytics.ask import ask
from analytics.emmie.implementation.delivery import DeliveryQuestion
from analytics.emmie.implementation.measures import MeasuresQuestion
from analytics.emmie.implementation.training import TrainingQuestion
from analytics.emmie.implementation.workforce import WorkforceQuestion
from analytics.emmie.mechanism.logic_model import LogicModelQuestion
from analytics.emmie.mechanism.surveys import SurveysQuestion
from analytics.emmie.mechanism.themes import ThemesQuestion
from analytics.exhibits.exhibit import Exhibit, Table
from analytics.exhibits.implementation import measure_exhibits
from analytics.exhibits.implementation_delivery import delivery_exhibits
from analytics.exhibits.implementation_staff import training_exhibits, workforce_exhibits
from analytics.exhibits.mechanism import logic_model_exhibits
from analytics.exhibits.mechanism_surveys import survey_exhibits
from analytics.exhibits.mechanism_themes import theme_exhibits
from analytics.extracts.library import Library
from analytics.reports.pack import Item, Pack

CAMBRIDGESHIRE = "family_safeguarding_cambridgeshire"
PREPARED = datetime(2026, 3, 5, 9, 30, tzinfo=UTC)
POLICY = "Counts of 1 to 5 are withheld and shown as [c]."
MARKING = 'OFFICIAL-SENSITIVE "local" <only>'
BARS: dict[str, Any] = {
    "data": [{"type": "bar", "orientation": "h", "x": [20.0, 40.0], "y": ["First", "Second"]}],
    "layout": {"height": 300, "xaxis": {"title": {"text": "Per cent"}}},
}
UNDRAWABLE: dict[str, Any] = {"data": [], "layout": {"height": -5}}
REAL = (
    (LogicModelQuestion(), logic_model_exhibits),
    (SurveysQuestion(), survey_exhibits),
    (WorkforceQuestion(), workforce_exhibits),
    (MeasuresQuestion(), measure_exhibits),
    (ThemesQuestion(), theme_exhibits),
    (DeliveryQuestion(), delivery_exhibits),
    (TrainingQuestion(), training_exhibits),
)


def exhibit(**changes: Any) -> Exhibit:
    """Return a made-up exhibit."""
    base = Exhibit(
        key="made_up",
        headline="A finding",
        subtitle="Of what, where and when",
        figure=BARS,
        table=Table(columns=("Group", "Share (%)"), rows=(("First", "20"), ("Second", "[c]"))),
        alt_text="Two bars: 20 and 40.",
        notes=("One note.",),
        source="A source, as at 1 July 2019 (extract abc)",
        as_at=date(2019, 7, 1),
        synthetic=True,
        sentences=("The first is half of the second.",),
    )
    return replace(base, **changes)


def item(**changes: Any) -> Item:
    """Return a made-up exhibit in a pack."""
    return Item(exhibit=exhibit(**changes), filters="sex: Female", policy=POLICY)


def pack(*items: Item, **changes: Any) -> Pack:
    """Return a pack of these, or of three made-up ones."""
    chosen = items or (
        item(),
        replace(item(), title="My own <title>", annotation="Say this.\n<b>Slowly</b>."),
        item(figure=None, synthetic=False),
    )
    base = Pack(
        title="Ten minutes & a bit",
        items=chosen,
        prepared_at=PREPARED,
        version="1.2.3",
        marking=MARKING,
    )
    return replace(base, **changes)


def real_pack(library: Library, size: int = 12) -> Pack:
    """Return a pack of the sample's exhibits: wide and tall figures, long tables, own width."""
    found = [
        one
        for question, build in REAL
        for one in build(ask(question, CAMBRIDGESHIRE, library=library))  # type: ignore[operator]
    ]
    items = [Item(exhibit=one, policy=POLICY) for one in found[:size]]
    items[1] = replace(items[1], annotation="What I say about this.", filters="sex: Female")
    return pack(*items)
