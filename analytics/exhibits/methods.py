"""Exhibits of the methods question: the numbers on screen, and the methods behind them."""

from __future__ import annotations

from dataclasses import dataclass

from analytics.disclosure.release import Released
from analytics.emmie.methods import PARTS, Estimator, Family, MethodsAnswer, ShownNumber
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Exhibit, Table

SOURCE = "Methods registry of this project, docs/methods/"


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodsChoices:
    """What the Methods page offers.

    Attributes
    ----------
    pages, families, studies : dict of str to str
        Key to title: pages with numbers, families of methods, simulation studies.
    documents : dict of str to tuple of str
        Key of a page to the whole method of its questions, in Markdown.
    entries : dict of str to dict
        Key of a family to its entries: name to whole text in Markdown.
    """

    pages: dict[str, str]
    families: dict[str, str]
    studies: dict[str, str]
    documents: dict[str, tuple[str, ...]]
    entries: dict[str, dict[str, str]]


def choices(released: Released[MethodsAnswer]) -> MethodsChoices:
    """Return what can be chosen on the page."""
    registry = released.answer
    documents: dict[str, dict[str, None]] = {}
    for item in registry.numbers:
        documents.setdefault(item.page, {})[item.document] = None
    return MethodsChoices(
        pages={item.page: item.page for item in registry.numbers},
        families={family.key: family.title for family in registry.families},
        studies={item.study: item.study for item in registry.simulations},
        documents={
            page: tuple(_without_title(registry.documents[name]) for name in names)
            for page, names in documents.items()
        },
        entries={
            family.key: {entry.name: entry_text(entry) for entry in family.estimators}
            for family in registry.families
        },
    )


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
    kinds = wording.plural(len(numbers), "kind of number", "kinds of numbers")
    where = f"the page “{page}”" if page else "every page"
    columns = ("Page", "Number", "How it is made", "Source", "Checked against")
    rows = [(item.page, item.number, item.made, item.source, item.checked) for item in numbers]
    return (
        Exhibit(
            key="numbers_on_screen",
            headline=f"{kinds}, each explained",
            subtitle=f"Numbers on {where}: how they are made, from which source, and the check",
            figure=None,
            table=Table(columns=columns, rows=tuple(rows)),
            full_table=Table(
                columns=(*columns, "Sources in full", "Reference implementations", "Document"),
                rows=tuple(
                    (*row, *_in_full(registry, item), f"docs/methods/{item.document}")
                    for row, item in zip(rows, numbers, strict=True)
                ),
            ),
            alt_text=f"Table of {kinds}.",
            notes=("The download has the sources and the reference implementations in full.",),
            source=SOURCE,
            synthetic=False,
        ),
    )


def families_exhibits(released: Released[MethodsAnswer]) -> tuple[Exhibit, ...]:
    """Return the families of methods, with how many of their methods are behind numbers."""
    registry = released.answer
    rows = tuple(
        (
            family.title,
            words(family.lead),
            len(family.estimators),
            sum(bool(shown_on(registry, entry)) for entry in family.estimators),
        )
        for family in registry.families
    )
    return (
        Exhibit(
            key="families",
            headline=f"{sum(row[2] for row in rows)} methods in {len(rows)} families",
            subtitle=f"{sum(row[3] for row in rows)} of them are behind numbers on screen today",
            figure=None,
            table=Table(
                columns=("Family", "What it answers", "Methods", "Behind numbers on screen"),
                rows=rows,
            ),
            alt_text=f"Table of {len(rows)} families.",
            notes=(CHECKS,),
            source=SOURCE,
            synthetic=False,
        ),
    )


CHECKS = (
    "Each method has a test against something that others computed: R, another library or a "
    "published table. Plain arithmetic and rules are tested against worked examples; the entry of "
    "a method says which."
)


def estimators_exhibits(released: Released[MethodsAnswer], *, family: str) -> tuple[Exhibit, ...]:
    """Return the methods of a family.

    Parameters
    ----------
    released : Released of MethodsAnswer
        The registry.
    family : str
        Key of the family.
    """
    registry = released.answer
    (chosen,) = (item for item in registry.families if item.key == family)
    methods = wording.plural(len(chosen.estimators), "method", "methods")
    return (
        Exhibit(
            key="estimators",
            headline=f"{chosen.title}: {methods}",
            subtitle=words(chosen.lead),
            figure=None,
            table=Table(
                columns=("Method", "What it estimates", "Source", "Checked against", "Shown on"),
                rows=tuple(_described(registry, entry) for entry in _shown_first(registry, chosen)),
            ),
            alt_text=f"Table of {methods}.",
            notes=(CHECKS,),
            source=SOURCE,
            synthetic=False,
        ),
    )


def entry_text(entry: Estimator) -> str:
    """Return a whole entry as Markdown, the code first."""
    code = ", ".join(f"`analytics.statistics.{name}`" for name in entry.functions)
    parts = [f"**{label}.** {getattr(entry, part)}" for label, part in list(PARTS.items())[1:]]
    return "\n\n".join((f"**Code.** {code}", *parts))


def words(markdown: str) -> str:
    """Return the words of a piece of the registry without marks of code or line ends."""
    return " ".join(markdown.replace("`", "").split())


def shown_on(registry: MethodsAnswer, entry: Estimator) -> tuple[str, ...]:
    """Return the pages with a number that a method is behind."""
    pages = (item.page for item in registry.numbers if set(item.estimators) & set(entry.functions))
    return tuple(dict.fromkeys(pages))


def _shown_first(registry: MethodsAnswer, family: Family) -> list[Estimator]:
    return sorted(family.estimators, key=lambda entry: not shown_on(registry, entry))


def _described(registry: MethodsAnswer, entry: Estimator) -> tuple[str, ...]:
    texts = (entry.estimand, entry.source, entry.reference)
    return (entry.name, *map(words, texts), ", ".join(shown_on(registry, entry)))


def _in_full(registry: MethodsAnswer, item: ShownNumber) -> tuple[str, str]:
    """Return the sources and the reference implementations of a number's estimators, each once."""
    entries = dict.fromkeys(registry.estimator(name) for name in item.estimators)
    sources = dict.fromkeys(words(entry.source) for entry in entries)
    return " ".join(sources), " ".join(dict.fromkeys(words(entry.reference) for entry in entries))


def _without_title(markdown: str) -> str:
    return markdown.partition("\n")[2].strip()
