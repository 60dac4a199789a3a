"""The exhibit: one thing to show, made from one released answer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from analytics.emmie.study import Provenance
from analytics.exhibits import wording
from analytics.exhibits.claim import Claim, Moved
from analytics.exhibits.recipe import Stamp
from analytics.extracts.filters import FilterRole

Cell = str | int | float | None
CALIBRATED: Final = "Synthetic sample calibrated to: "
NOT_MADE_UP: Final = ". Published, not made up: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows to read beside a figure; units stand in the column names.

    Attributes
    ----------
    columns : tuple of str
        Column names.
    rows : tuple of tuple
        Cells; a withheld count is the text ``[c]``.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One thing to show.

    Attributes
    ----------
    key : str
        Stable name, used for files and for finding the exhibit on a page.
    headline : str
        The finding, in at most about ten words.
    subtitle : str
        Measure, place, period and unit.
    figure : dict or None
        Plotly figure as a plain dictionary.
    table : Table
        The same numbers.
    alt_text : str
        The figure in words, from the same numbers.
    notes : tuple of str
        What to bear in mind.
    source : str
        Where the numbers come from.
    synthetic : bool
        Whether they are made up.
    as_at : date or None
        Day to which the data reach; None where there is not one for all of it.
    sentences : tuple of str
        The findings in plain sentences, to read aloud or to quote.
    full_table : Table or None
        A wider table for the download, where the one on the page leaves columns out.
    filters_unused : tuple of str
        Chosen filters that mean nothing for this exhibit.
    is_shown_only : bool
        Whether the rows are for the screen and never for a file.
    claim : Claim or None
        What it is about and what differs in it; None where that is in no answer.
    stamp : Stamp or None
        How it was made and what it rests on; None where it was put together by hand.
    """

    key: str
    headline: str
    subtitle: str
    figure: dict[str, Any] | None = field(hash=False, compare=False)
    table: Table
    alt_text: str
    notes: tuple[str, ...]
    source: str
    synthetic: bool
    as_at: date | None = None
    sentences: tuple[str, ...] = ()
    full_table: Table | None = None
    filters_unused: tuple[FilterRole, ...] = ()
    is_shown_only: bool = False
    claim: Claim | None = None
    stamp: Stamp | None = field(default=None, hash=False, compare=False, repr=False)

    @property
    def download(self) -> Table:
        """The table that goes into a file; one without rows where none may."""
        if self.is_shown_only:
            return Table(columns=(), rows=())
        return self.full_table or self.table


def assumptions_exhibit(provenance: Provenance, assumptions: tuple[str, ...]) -> Exhibit:
    """Return what a synthetic sample assumes and its document does not say."""
    return Exhibit(
        key="assumptions",
        headline="What these extracts assume",
        subtitle=f"Assumptions written in the protocol, {provenance.place}",
        figure=None,
        table=Table(columns=("Assumption",), rows=()),
        alt_text="",
        notes=(),
        **origin(provenance),
        sentences=assumptions,
    )


def folded_assumptions(provenance: Provenance, assumptions: tuple[str, ...]) -> tuple[Exhibit, ...]:
    """Return the assumptions that bear on one part of a page, folded away; none without any."""
    if not assumptions:
        return ()
    whole = assumptions_exhibit(provenance, assumptions)
    number = wording.plural(len(assumptions), "assumption bears", "assumptions bear")
    said = f"{number} on what is shown here. Open the notes to read what is made up, and how."
    return (replace(whole, sentences=(said,), notes=assumptions),)


def origin(provenance: Provenance, moved: tuple[Moved, ...] = ()) -> dict[str, Any]:
    """Return the fields of an exhibit that say where it comes from, and what differs in it."""
    return {
        "source": source_line(provenance),
        "synthetic": provenance.synthetic,
        "as_at": provenance.as_at,
        "filters_unused": provenance.filters_unused,
        "claim": claim_of(provenance, moved),
    }


def claim_of(provenance: Provenance, moved: tuple[Moved, ...] = ()) -> Claim:
    """Return what an exhibit is about, and what differs in it."""
    tried = "" if provenance.design == "case_audit" else provenance.title
    return Claim(about=tried, place=provenance.place, moved=moved)


def source_line(provenance: Provenance) -> str:
    """Return where an answer comes from, as one line."""
    as_at = f", as at {wording.day(provenance.as_at)}" if provenance.as_at else ""
    extract = f" (extract {provenance.fingerprint})" if provenance.fingerprint else ""
    calibrated = CALIBRATED if provenance.synthetic else ""
    published = f"{NOT_MADE_UP}{provenance.published}" if provenance.published else ""
    return f"{calibrated}{provenance.document}{as_at}{extract}{published}"
