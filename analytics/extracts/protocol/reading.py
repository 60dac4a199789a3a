"""Reading ``evaluation.toml``: once, and checked."""

from __future__ import annotations

import tomllib
from dataclasses import field
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from analytics.errors import ProtocolError
from analytics.extracts.protocol.about import (
    About,
    AreaGroup,
    Areas,
    Assumption,
    Change,
    CodingChange,
    Force,
)
from analytics.extracts.protocol.analysis import (
    Analysis,
    Correlation,
    Matching,
    Outcome,
    Quoted,
    Repeat,
    Subgroup,
)
from analytics.extracts.protocol.consistency import impossible
from analytics.extracts.protocol.delivery import (
    Agency,
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
    LogicModel,
    ObservedWaves,
    Skill,
    Theme,
)
from analytics.extracts.protocol.sections import section

PolicyName = Literal["dfe_cin", "staff", "published"]
"""Names of the policies in ``analytics.disclosure``."""


@section
class Protocol:
    """Everything that ``evaluation.toml`` says."""

    evaluation: About
    disclosure: dict[str, PolicyName]
    areas: Areas
    arms: dict[Literal["intervention", "comparison"], str] = field(default_factory=dict)
    change: Change | None = None
    coding_changes: tuple[CodingChange, ...] = ()
    force: Force | None = None
    matching: Matching | None = None
    repeat: Repeat | None = None
    area_groups: tuple[AreaGroup, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    analyses: tuple[Analysis, ...] = ()
    correlations: tuple[Correlation, ...] = ()
    subgroups: tuple[Subgroup, ...] = ()
    quoted: tuple[Quoted, ...] = ()
    logic_model: LogicModel | None = None
    themes: tuple[Theme, ...] = ()
    instruments: tuple[Instrument, ...] = ()
    items: tuple[Item, ...] = ()
    skills: tuple[Skill, ...] = ()
    observed: ObservedWaves | None = None
    steps: tuple[Step, ...] = ()
    components: tuple[Component, ...] = ()
    courses: tuple[Course, ...] = ()
    agencies: tuple[Agency, ...] = ()
    measures: tuple[Measure, ...] = ()
    recommendations: tuple[Recommendation, ...] = ()
    research_questions: tuple[ResearchQuestion, ...] = ()
    economics: Economics | None = None
    assumptions: tuple[Assumption, ...] = ()

    def policy_of(self, extract: str) -> PolicyName:
        """Return the name of the disclosure policy of one extract."""
        return self.disclosure.get(extract, self.disclosure["default"])

    def assumed_of(self, *extracts: str) -> tuple[str, ...]:
        """Return the assumptions that are about any of some extracts, or about all."""
        return tuple(
            one.text
            for one in self.assumptions
            if not one.extracts or not set(one.extracts).isdisjoint(extracts)
        )


_READER = TypeAdapter(Protocol)


def read_protocol(folder: Path) -> Protocol:
    """Read and check ``evaluation.toml`` in ``folder``.

    Raises
    ------
    ProtocolError
        When the file is missing, is not TOML, or breaks a rule; the message names file and field.
    """
    path = folder / "evaluation.toml"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProtocolError(f"{folder.name}/evaluation.toml is missing.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProtocolError(f"{folder.name}/evaluation.toml cannot be read: {error}.") from None
    try:
        protocol = _READER.validate_python(content)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        )
        raise ProtocolError(f"{folder.name}/evaluation.toml: {faults}.") from None
    wrong = list(impossible(protocol))
    if wrong:
        raise ProtocolError(f"{folder.name}/evaluation.toml: {'; '.join(wrong)}.")
    return protocol
