"""The protocol of an evaluation: ``evaluation.toml``, read once and checked.

The protocol comes before the analysis: design, arms, outcomes with their intended direction,
covariates, disclosure policy, as-at date and assumptions.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import field
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from analytics.errors import ProtocolError
from analytics.extracts.code_lists import EVENT_KIND
from analytics.extracts.contracts import AUDIT_FLAGS, CASES

Design = Literal["matched_historical_comparison", "case_audit"]
Direction = Literal["lower", "higher"]
OutcomeKind = Literal["police_outcome", "plan", "event"]
PolicyName = Literal["dfe_cin", "published"]
"""Names of the policies in ``analytics.disclosure``."""

STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class About:
    """What the evaluation is, and of whom."""

    name: str
    place: str
    summary: str
    document: str
    design: Design
    as_at: date
    synthetic: bool
    extracts: tuple[str, ...]
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Areas:
    """Which authorities had the intervention."""

    with_intervention: tuple[str, ...]
    without_intervention: tuple[str, ...]
    with_label: str
    without_label: str


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Change:
    """The day on which practice changed."""

    on: date
    label: str


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Matching:
    """How comparison cases are matched; the caliper is in standard deviations of the logit."""

    covariates: tuple[str, ...]
    caliper: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Outcome:
    """One yes-or-no outcome and the direction that the logic model intends.

    ``phrase`` finishes the sentence "of 100 cases, 17 ...".
    """

    key: str
    label: str
    phrase: str
    kind: OutcomeKind
    intended: Direction
    primary: bool
    codes: tuple[int, ...] = ()
    event: str | None = None
    within_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Practice:
    """One thing that the audit looked for, and whether it should have been seen."""

    flag: str
    label: str
    expected: bool


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Repeat:
    """How time to the next plan is measured."""

    within_days: tuple[int, ...]
    history_from: date


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Assumption:
    """Something that the sample assumes and the document does not say."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)
class Protocol:
    """Everything that ``evaluation.toml`` says."""

    evaluation: About
    disclosure: dict[str, PolicyName]
    areas: Areas
    arms: dict[Literal["intervention", "comparison"], str] = field(default_factory=dict)
    change: Change | None = None
    matching: Matching | None = None
    repeat: Repeat | None = None
    outcomes: tuple[Outcome, ...] = ()
    practice: tuple[Practice, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    reported: dict[str, str] = field(default_factory=dict)

    def policy_of(self, extract: str) -> PolicyName:
        """Return the name of the disclosure policy of one extract."""
        return self.disclosure.get(extract, self.disclosure["default"])


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
    impossible = list(_impossible(protocol))
    if impossible:
        raise ProtocolError(f"{folder.name}/evaluation.toml: {'; '.join(impossible)}.")
    return protocol


def _impossible(protocol: Protocol) -> Iterator[str]:
    """Yield what the protocol asks for and cannot be."""
    if "default" not in protocol.disclosure:
        yield "disclosure.default is missing"
    for place, outcome in enumerate(protocol.outcomes):
        where = f"outcomes.{place}"
        if outcome.kind == "police_outcome" and not outcome.codes:
            yield f"{where}.codes is missing"
        if outcome.kind == "event" and outcome.event not in EVENT_KIND:
            yield f"{where}.event must be one of {', '.join(EVENT_KIND)}"
        if outcome.kind != "police_outcome" and not outcome.within_days:
            yield f"{where}.within_days is missing"
    if protocol.change is not None and (protocol.change.on.day, protocol.change.on.month % 3) != (
        1,
        1,
    ):
        yield "change.on must be the first day of a quarter, so that no period has both sides"
    for place, practice in enumerate(protocol.practice):
        if practice.flag not in AUDIT_FLAGS:
            yield f"practice.{place}.flag is no flag of an audit"
    if protocol.matching is not None:
        yield from _impossible_matching(protocol, protocol.matching)


def _impossible_matching(protocol: Protocol, matching: Matching) -> Iterator[str]:
    yield from (
        f"arms.{arm} is missing"
        for arm in ("intervention", "comparison")
        if arm not in protocol.arms
    )
    if not matching.covariates:
        yield "matching.covariates is empty"
    if matching.caliper <= 0:
        yield "matching.caliper must be above 0"
    columns = CASES.schema.columns
    for name in matching.covariates:
        kind = columns[name].dtype.type if name in columns else None
        if kind is None or not (name == "sex" or kind.is_numeric() or kind.is_boolean()):
            yield f"matching.covariates: {name} is no number or flag of the cases"
