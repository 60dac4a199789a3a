"""The protocol of an evaluation: ``evaluation.toml``, read once and checked.

The protocol comes before the analysis: design, arms, outcomes with their intended direction,
covariates, logic model, what should be delivered, costs, disclosure policy, as-at date and
assumptions.
"""

from analytics.extracts.protocol.about import AreaGroup, Change, Design
from analytics.extracts.protocol.analysis import (
    Analysis,
    Correlation,
    Direction,
    Estimator,
    Matching,
    Outcome,
    Quoted,
    Repeat,
    Subgroup,
)
from analytics.extracts.protocol.delivery import (
    Component,
    Course,
    Measure,
    Recommendation,
    ResearchQuestion,
    Step,
)
from analytics.extracts.protocol.economics import Economics
from analytics.extracts.protocol.practice import (
    Instrument,
    Item,
    LogicLink,
    LogicModel,
    LogicNode,
    Skill,
    Theme,
)
from analytics.extracts.protocol.reading import PolicyName, Protocol, read_protocol

__all__ = [
    "Analysis",
    "AreaGroup",
    "Change",
    "Component",
    "Correlation",
    "Course",
    "Design",
    "Direction",
    "Economics",
    "Estimator",
    "Instrument",
    "Item",
    "LogicLink",
    "LogicModel",
    "LogicNode",
    "Matching",
    "Measure",
    "Outcome",
    "PolicyName",
    "Protocol",
    "Quoted",
    "Recommendation",
    "Repeat",
    "ResearchQuestion",
    "Skill",
    "Step",
    "Subgroup",
    "Theme",
    "read_protocol",
]
