"""Exhibits of the methods question: the numbers on screen, and how often methods were right."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.disclosure.release import Released
from analytics.emmie.methods import PARTS, Estimator, MethodsAnswer, ShownNumber
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Exhibit, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodsChoices:
    """What the Methods page offers.

    Attributes
    ----------
    pages, families, studies : dict of str to str
        Key to title: pages with numbers, families of methods, simulation studies.
    entries : dict of str to dict
        Key of a family to its entries: name to whole text in Markdown.
    """

    pages: dict[str, str]
    families: dict[str, str]
    studies: dict[str, str]
    entries: dict[str, dict[str, str]]


SOURCE = "Methods registry of this project, docs/methods/"


def numbers_exhibits(released: Released[MethodsAnswer], *, page: str = "") -> tuple[Exhibit, ...]:
    """Return how each number on a page, or on every page, is made.

    Parameters
    ----------
    released : Released of MethodsAnswer
        The registry.
    page : str, optional
        Title of the page; every page when empty.
    """
    registry = released.answer
    numbers = [item for item in registry.numbers if page in ("", item.page)]
    rows = tuple(
        (
            item.page,
            item.number,
            item.made,
            _joined(registry, item, "source") or item.source,
            " ".join(filter(None, (_joined(registry, item, "reference"), item.checked))),
            f"docs/methods/{item.document}",
        )
        for item in numbers
    )
    where = f"the page “{page}”" if page else "every page"
    headline = f"{wording.plural(len(rows), 'kind of number', 'kinds of numbers')}, each explained"
    return (
        Exhibit(
            key="numbers_on_screen",
            headline=headline,
            subtitle=f"Kinds of numbers on {where}: method, source and check",
            figure=None,
            table=Table(
                columns=(
                    "Page",
                    "Number",
                    "How it is made",
                    "Source",
                    "Checked against",
                    "Document",
                ),
                rows=rows,
            ),
            alt_text=f"Table of {len(rows)} kinds of numbers.",
            notes=(),
            source=SOURCE,
            synthetic=False,
        ),
    )


def estimators_exhibits(
    released: Released[MethodsAnswer], *, family: str = ""
) -> tuple[Exhibit, ...]:
    """Return the list of estimators of a family, or of all.

    Parameters
    ----------
    released : Released of MethodsAnswer
        The registry.
    family : str, optional
        Key of the family; all when empty.
    """
    shown = [item for item in released.answer.families if family in ("", item.key)]
    rows = tuple(
        (item.title, *(words(text) for text in _cells(entry)))
        for item in shown
        for entry in item.estimators
    )
    lead = words(shown[0].lead) if family else "Every estimator that the project holds"
    return (
        Exhibit(
            key="estimators",
            headline=f"{wording.plural(len(rows), 'method', 'methods')}, each checked",
            subtitle=lead,
            figure=None,
            table=Table(
                columns=("Family", "Method", "What it estimates", "Source", "Checked against"),
                rows=rows,
            ),
            alt_text=f"Table of {len(rows)} estimators.",
            notes=("A method is listed only with a test against something that others computed.",),
            source=SOURCE,
            synthetic=False,
        ),
    )


def choices(released: Released[MethodsAnswer]) -> MethodsChoices:
    """Return what can be chosen on the page."""
    registry = released.answer
    return MethodsChoices(
        pages={item.page: item.page for item in registry.numbers},
        families={family.key: family.title for family in registry.families},
        entries={
            family.key: {entry.name: entry_text(entry) for entry in family.estimators}
            for family in registry.families
        },
        studies={item.study: item.study for item in registry.simulations},
    )


def entry_text(entry: Estimator) -> str:
    """Return a whole entry as Markdown, the code first."""
    code = ", ".join(f"`analytics.statistics.{name}`" for name in entry.functions)
    parts = [f"**{label}.** {getattr(entry, part)}" for label, part in list(PARTS.items())[1:]]
    return "\n\n".join((f"**Code.** {code}", *parts))


def words(markdown: str) -> str:
    """Return the words of a piece of the registry without marks of code or line ends."""
    return " ".join(markdown.replace("`", "").split())


def _cells(entry: Estimator) -> tuple[str, ...]:
    return entry.name, entry.estimand, entry.source, entry.reference


def _joined(registry: MethodsAnswer, number: ShownNumber, part: str) -> str:
    """Return one part of every estimator of a number, each text once."""
    texts = [words(getattr(registry.estimator(name), part)) for name in number.estimators]
    return " ".join(dict.fromkeys(texts))
