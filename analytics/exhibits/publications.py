"""Which publications, of which years, published figures are from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from analytics.emmie.published_areas import PUBLISHERS, sources_of
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Exhibit
from analytics.extracts.library import Library
from analytics.extracts.protocol import Outcome

_NAMES: Final = {
    "DfE": "Department for Education",
    "ONS": "Office for National Statistics",
}
_SHORT: Final = re.compile(rf"\b({'|'.join(_NAMES)})\b")
_BY_WAY_OF: Final = ", from DfE"
_TABLE: Final = ", table "


def with_publications(exhibit: Exhibit, evaluations: Iterable[str], library: Library) -> Exhibit:
    """Return an exhibit whose source names publications and years, where it named publishers only.

    Parameters
    ----------
    exhibit : Exhibit
        As it was built.
    evaluations : iterable of str
        Folder names of the evaluations that it is about; their protocols say which measures.
    library : Library
        Where protocols and published figures are.
    """
    if PUBLISHERS not in exhibit.source:
        return exhibit
    outcomes = [
        outcome
        for name in evaluations
        for outcome in library.evaluation(name).protocol.outcomes
        if outcome.kind == "published" and outcome.measure
    ]
    named, last_year = _publications(_about(exhibit, outcomes), library)
    if not named:
        return exhibit
    to = date(last_year, 3, 31)
    source = exhibit.source.replace(PUBLISHERS, f"{named}; figures to {wording.day(to)}")
    return replace(exhibit, source=source, as_at=exhibit.as_at or to)


def _about(exhibit: Exhibit, outcomes: list[Outcome]) -> set[str]:
    """Return the measures of an exhibit: the one that its key ends with, or else all."""
    own = {one.measure for one in outcomes if one.measure and exhibit.key.endswith(one.measure)}
    own |= {one.measure for one in outcomes if one.measure and exhibit.key.endswith(one.key)}
    return own or {one.measure for one in outcomes if one.measure}


def _publications(measures: set[str], library: Library) -> tuple[str, int]:
    """Return the publications of measures, with all their tables, and their last year."""
    sources, last_year = sources_of(library.benchmarks(), sorted(measures))
    return publications_in_words(sources), last_year


def publications_in_words(sources: Iterable[str]) -> str:
    """Return each publication once with its tables, and without abbreviations.

    Examples
    --------
    >>> publications_in_words(["DfE, A 2013, table B; ONS, C", "DfE, A 2013, table D; ONS, C"])
    'Department for Education, A 2013, tables B and D; Office for National Statistics, C'
    """
    tables: dict[str, list[str]] = {}
    for part in dict.fromkeys(part for source in sources for part in source.split("; ")):
        name, _, table = part.removesuffix(_BY_WAY_OF).partition(_TABLE)
        tables.setdefault(name, []).extend([table] if table else [])
    ordered = sorted(tables.items(), key=lambda item: not item[1])
    said = [name + _listed(sorted(held)) for name, held in ordered]
    return _SHORT.sub(lambda found: _NAMES[found[0]], "; ".join(said))


def _listed(tables: list[str]) -> str:
    if len(tables) < 2:
        return "".join(f"{_TABLE}{one}" for one in tables)
    return f", tables {wording.listed(tables)}"
