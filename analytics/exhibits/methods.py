"""Exhibits of the methods question: the numbers on screen, and how often methods were right."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analytics.disclosure.release import Released
from analytics.emmie.methods import PARTS, Estimator, MethodsAnswer, ShownNumber
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table


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
    where = f"the page “{page}”" if page else "every page"
    kinds = wording.plural(len(numbers), "kind of number", "kinds of numbers")
    columns = ("Page", "Number", "How it is made", "Source", "Checked against")
    return (
        Exhibit(
            key="numbers_on_screen",
            headline=f"{kinds}, each explained",
            subtitle=f"Kinds of numbers on {where}: method, source and check",
            figure=None,
            table=Table(columns=columns, rows=tuple(_row(registry, item) for item in numbers)),
            full_table=Table(
                columns=(*columns, "Document"),
                rows=tuple(
                    (*_row(registry, item, whole=True), f"docs/methods/{item.document}")
                    for item in numbers
                ),
            ),
            alt_text=f"Table of {len(numbers)} kinds of numbers.",
            notes=("Sources and checks are shortened here; the download has them whole.",),
            source=SOURCE,
            synthetic=False,
        ),
    )


def _row(registry: MethodsAnswer, item: ShownNumber, *, whole: bool = False) -> tuple[Cell, ...]:
    """Return one kind of number; source and reference of its estimators whole or shortened."""
    entries = dict.fromkeys(registry.estimator(name) for name in item.estimators)
    shorten = words if whole else first_part
    sources = [shorten(entry.source) for entry in entries] or [item.source]
    checks = [*(shorten(entry.reference) for entry in entries), item.checked]
    return item.page, item.number, item.made, _joined(sources), _joined(checks)


def estimators_exhibits(
    released: Released[MethodsAnswer], *, family: str = ""
) -> tuple[Exhibit, ...]:
    """Return the list of estimators of a family, or of all in fewer columns.

    Parameters
    ----------
    released : Released of MethodsAnswer
        The registry.
    family : str, optional
        Key of the family; all when empty.
    """
    shown = [item for item in released.answer.families if family in ("", item.key)]
    rows = tuple(
        (item.title, entry.name, *(words(text) for text in _described(entry)))
        for item in shown
        for entry in item.estimators
    )
    columns = ("Family", "Method", "What it estimates", "Source", "Checked against")
    table = Table(columns=columns[1:], rows=tuple(row[1:] for row in rows))
    short = Table(columns=columns[:3], rows=tuple(row[:3] for row in rows))
    return (
        Exhibit(
            key="estimators",
            headline=f"{wording.plural(len(rows), 'method', 'methods')}, each checked",
            subtitle=words(shown[0].lead) if family else "Every method that the project holds",
            figure=None,
            table=table if family else short,
            full_table=Table(columns=columns, rows=rows),
            alt_text=f"Table of {len(rows)} methods.",
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


def first_part(markdown: str) -> str:
    """Return a piece of the registry up to its first semicolon or sentence."""
    return re.split(r"; |(?<=[a-z0-9)])\. (?=[A-Z])", words(markdown))[0].rstrip(".") + "."


def _described(entry: Estimator) -> tuple[str, str, str]:
    return entry.estimand, entry.source, entry.reference


def _joined(texts: list[str]) -> str:
    return " ".join(dict.fromkeys(text for text in texts if text))
