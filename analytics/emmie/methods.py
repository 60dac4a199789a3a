"""Methods: how each number is made, from which source, and what it was checked against.

Everything is read from ``docs/methods/``, so that the page and the documents can't disagree.
"""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final, Literal, Self

from analytics.disclosure.policy import Policy
from analytics.emmie.study import Question
from analytics.errors import MethodsRegistryError

REGISTRY: Final = Path(__file__).parents[2] / "docs" / "methods"
PARTS: Final = {
    "Functions": "functions",
    "Estimand": "estimand",
    "Equation": "equation",
    "Assumptions": "assumptions",
    "Standard error and interval": "standard_error",
    "Edge cases": "edge_cases",
    "Source": "source",
    "Reference implementation": "reference",
    "Checked by": "checked_by",
    "Departures": "departures",
}
"""Labels of an entry, in their order, and the fields that they fill."""
_LABEL = re.compile(r"^\*\*(?P<label>[^*]+)\.\*\*\s*", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodsQuestion(Question["MethodsAnswer"]):
    """Ask how the numbers are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimator:
    """One entry of the registry; every part in Markdown, as its document words it.

    Attributes
    ----------
    name : str
        Title of the entry.
    functions : tuple of str
        Paths below ``analytics.statistics``.
    estimand, equation, assumptions, standard_error, edge_cases, source, reference, checked_by,\
    departures : str
        The parts, see `PARTS`.
    """

    name: str
    functions: tuple[str, ...]
    estimand: str
    equation: str
    assumptions: str
    standard_error: str
    edge_cases: str
    source: str
    reference: str
    checked_by: str
    departures: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Estimators that answer one kind of question: one document of the registry."""

    key: str
    title: str
    lead: str
    estimators: tuple[Estimator, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNumber:
    """One kind of number on screen.

    Attributes
    ----------
    page : str
        Title of the page.
    exhibits : tuple of str
        Keys of the exhibits that show it; an asterisk stands for any ending.
    number, made : str
        What it is, and how it is made, in words.
    source : str
        Where the method or the figure comes from, in short.
    checked : str
        What it was checked against, in words for every reader.
    estimators : tuple of str
        Functions of the registry that compute it, with their sources and reference implementations;
        empty for plain counts and published figures.
    document : str
        File in ``docs/methods/`` that defines the question.
    """

    page: str
    exhibits: tuple[str, ...]
    number: str
    made: str
    source: str
    checked: str
    document: str
    estimators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationFinding:
    """How often a method was right when the truth was known.

    Attributes
    ----------
    measure : {"bias", "coverage", "size", "power"}
        What was measured.
    value, monte_carlo_error : float
        Measured value and its standard error.
    nominal : float or None
        What the method promises.
    assumptions_hold : bool
        Whether the scenario keeps the method's assumptions.
    replicates : int
        Replicates with an estimate.
    """

    family: str
    study: str
    scenario: str
    method: str
    measure: Literal["bias", "coverage", "size", "power"]
    value: float
    monte_carlo_error: float
    nominal: float | None
    assumptions_hold: bool
    replicates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodsAnswer:
    """The registry.

    Attributes
    ----------
    numbers : tuple of ShownNumber
        Kinds of numbers on screen.
    documents : dict of str to str
        The document of each question, in Markdown, by its file's name.
    families : tuple of Family
        Estimators by family.
    simulations : tuple of SimulationFinding
        How often methods were right.
    """

    numbers: tuple[ShownNumber, ...] = field(repr=False)
    documents: dict[str, str] = field(repr=False, hash=False)
    families: tuple[Family, ...] = field(repr=False)
    simulations: tuple[SimulationFinding, ...] = field(repr=False)

    def disclose(self, policy: Policy) -> Self:
        """Return the same: methods describe no person."""
        del policy
        return self

    def estimator(self, function: str) -> Estimator:
        """Return the entry that names a function.

        Raises
        ------
        MethodsRegistryError
            If no entry does.
        """
        for family in self.families:
            for entry in family.estimators:
                if function in entry.functions:
                    return entry
        raise MethodsRegistryError(f"No entry of the methods registry names {function}.")


@cache
def answer_methods(registry: Path = REGISTRY) -> MethodsAnswer:
    """Read the registry.

    Parameters
    ----------
    registry : Path
        Folder with ``numbers.toml``, ``simulations.csv`` and one document per family.

    Returns
    -------
    MethodsAnswer
        Families in alphabetical order of their titles.

    Raises
    ------
    MethodsRegistryError
        If the folder is missing, an entry lacks a part, or a number names an unknown estimator.
    """
    try:
        numbers = tomllib.loads((registry / "numbers.toml").read_text(encoding="utf-8"))
        documents = sorted((registry / "estimators").glob("*.md"))
        families = [_family(path.stem, path.read_text(encoding="utf-8")) for path in documents]
        simulations = read_simulations(registry / "simulations.csv")
        shown = tuple(_number(**item) for item in numbers["number"])
        questions = {
            name: (registry / name).read_text(encoding="utf-8")
            for name in sorted({item.document for item in shown})
        }
    except OSError as error:
        raise MethodsRegistryError("The methods registry is not beside the project.") from error
    answer = MethodsAnswer(
        numbers=shown,
        documents=questions,
        families=tuple(sorted(families, key=lambda family: family.title)),
        simulations=simulations,
    )
    for number in answer.numbers:
        for function in number.estimators:
            answer.estimator(function)
    return answer


def _number(exhibits: list[str], estimators: tuple[str, ...] = (), **words: str) -> ShownNumber:
    return ShownNumber(exhibits=tuple(exhibits), estimators=tuple(estimators), **words)


def _family(key: str, text: str) -> Family:
    """Parse one document: title, lead, and one entry per second-level heading."""
    head, *sections = re.split(r"^## ", text, flags=re.MULTILINE)
    title, _, lead = head.partition("\n")
    return Family(
        key=key,
        title=title.removeprefix("# ").strip(),
        lead=" ".join(lead.split()),
        estimators=tuple(_estimator(key, section) for section in sections),
    )


def _estimator(key: str, section: str) -> Estimator:
    name, _, body = section.partition("\n")
    _, *pieces = _LABEL.split(body)
    labels, texts = pieces[::2], [text.strip() for text in pieces[1::2]]
    if labels != list(PARTS) or not all(texts):
        raise MethodsRegistryError(f"{key}: “{name.strip()}” does not have the parts of an entry.")
    functions, *parts = texts
    return Estimator(
        name=name.strip(),
        functions=tuple(re.findall(r"`([\w.]+)`", functions)),
        **dict(zip(list(PARTS.values())[1:], parts, strict=True)),
    )


def read_simulations(path: Path) -> tuple[SimulationFinding, ...]:
    """Read the findings that ``docs/build_simulations.py`` wrote; none where there is no file."""
    if not path.exists():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_finding(row) for row in csv.DictReader(file))


def _finding(row: dict[str, str]) -> SimulationFinding:
    return SimulationFinding(
        family=row["family"],
        study=row["study"],
        scenario=row["scenario"],
        method=row["method"],
        measure=row["measure"],  # type: ignore[arg-type]
        value=float(row["value"]),
        monte_carlo_error=float(row["monte_carlo_error"]),
        nominal=float(row["nominal"]) if row["nominal"] else None,
        assumptions_hold=row["assumptions_hold"] == "True",
        replicates=int(row["replicates"]),
    )
