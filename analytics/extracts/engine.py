"""The engine: Ibis over DuckDB, in process, over the parquet files of one folder.

Filters and the viewer's scope become part of every query, so rows outside them are never fetched.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pandas as pd
import pyarrow as pa
from ibis.common.exceptions import IbisError

from analytics.access.viewer import Viewer
from analytics.extracts.contracts import CONTRACTS
from analytics.extracts.filters import Filters, apply_filters
from analytics.extracts.quality import (
    ExtractStatus,
    Finding,
    check_rows,
    check_structure,
    normalise_types,
)

BROKEN_FILE = (IbisError, duckdb.Error, pa.ArrowException, OSError)
"""What reading a damaged file can raise."""


class UnusableExtractError(Exception):
    """An extract that a question needs broke its contract; carries the findings."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(finding.words for finding in findings))
        self.findings = findings


class Store:
    """The extracts of one folder, checked against their contracts and ready to be queried.

    Parameters
    ----------
    folder : Path
        Where the parquet files lie.
    extracts : tuple of str
        Names of the extracts that should be there.
    """

    def __init__(self, folder: Path, extracts: tuple[str, ...]) -> None:
        self.folder = folder
        self._connection = ibis.duckdb.connect()
        self._lock = threading.RLock()
        self._tables: dict[str, ibis.Table] = {}
        self.statuses: dict[str, ExtractStatus] = {}
        with self._lock:
            for name in _in_order(extracts):
                self.statuses[name] = self._load(name)

    def _load(self, name: str) -> ExtractStatus:
        path = self.folder / f"{name}.parquet"
        contract = CONTRACTS.get(name)
        if contract is None:
            return _unusable(path, name, "contract", "no contract has this name")
        if not path.is_file():
            return _unusable(path, name, "file_present", "the file is missing")
        try:
            raw = normalise_types(self._connection.read_parquet(path), contract)
        except BROKEN_FILE:
            return _unusable(path, name, "readable", "the file is not a parquet file")
        structure = check_structure(raw, contract)
        if structure:
            return _status(path, name, findings=structure)
        try:
            findings, kept = check_rows(raw, contract, self._tables)
            total = int(raw.count().execute())
            if findings:
                kept = self._connection.create_table(f"kept_{name}", kept, temp=True)
            used = int(kept.count().execute()) if findings else total
        except BROKEN_FILE:
            return _unusable(path, name, "readable", "the file is damaged")
        if not used:
            empty = Finding(
                table=name, column=None, rule="not_empty", meaning="no row can be used", rows=0
            )
            findings = (*findings, empty)
        self._tables[name] = kept
        return _status(
            path, name, rows=used, rows_set_aside=total - used, findings=findings, usable=True
        )

    def table(
        self,
        name: str,
        viewer: Viewer,
        filters: Filters | None = None,
        *,
        period: str | None = None,
    ) -> ibis.Table:
        """Return the rows of an extract that the viewer may see and the filters leave.

        Parameters
        ----------
        name : str
            Extract.
        viewer : Viewer
            Whose scope applies.
        filters : Filters, optional
            What to narrow to; nothing when omitted.
        period : str, optional
            Date column that the period filter uses instead of the contract's.

        Returns
        -------
        ibis.Table
            Not executed.

        Raises
        ------
        UnusableExtractError
            When the extract broke its contract.
        """
        status = self.statuses.get(name)
        if status is None or not status.usable:
            unlisted = _finding(name, "listed", "the protocol does not list this extract")
            raise UnusableExtractError(status.findings if status else (unlisted,))
        roles = dict(CONTRACTS[name].roles)
        table = self._tables[name]
        if viewer.local_authorities is not None and "local_authority" in roles:
            allowed = table[roles["local_authority"]].isin(sorted(viewer.local_authorities))
            table = table.filter(allowed)
        if period is not None:
            roles["period"] = period
        return apply_filters(table, filters, roles) if filters else table

    def rows(self, expression: ibis.Table) -> pd.DataFrame:
        """Run a query and return its rows; one query at a time on this connection."""
        with self._running():
            frame: pd.DataFrame = expression.to_pandas()
            return frame

    def records(self, expression: ibis.Table) -> list[dict[str, Any]]:
        """Run a query and return its rows as dictionaries; missing values are None."""
        with self._running():
            records: list[dict[str, Any]] = expression.to_pyarrow().to_pylist()
            return records

    @contextmanager
    def _running(self) -> Iterator[None]:
        """Hold the connection; a file that turns out to be damaged is an unusable extract."""
        try:
            with self._lock:
                yield
        except BROKEN_FILE:
            finding = _finding(self.folder.name, "readable", "a file of this folder is damaged")
            raise UnusableExtractError((finding,)) from None

    def fingerprint(self, *names: str) -> str:
        """Return a short text that changes when any of the named extracts changes."""
        return "-".join(
            self.statuses[name].fingerprint[:8] for name in names if name in self.statuses
        )


def _in_order(extracts: tuple[str, ...]) -> list[str]:
    """Return the names with each extract after those that it refers to."""

    def depth(name: str) -> int:
        contract = CONTRACTS.get(name)
        references = contract.references if contract else ()
        return 1 + max((depth(reference.table) for reference in references), default=0)

    return sorted(extracts, key=depth)


def _unusable(path: Path, name: str, rule: str, meaning: str) -> ExtractStatus:
    return _status(path, name, findings=(_finding(name, rule, meaning),))


def _finding(name: str, rule: str, meaning: str) -> Finding:
    return Finding(table=name, column=None, rule=rule, meaning=meaning)


def _status(
    path: Path,
    name: str,
    *,
    findings: tuple[Finding, ...],
    rows: int = 0,
    rows_set_aside: int = 0,
    usable: bool = False,
) -> ExtractStatus:
    exists = path.is_file()
    return ExtractStatus(
        name=name,
        rows=rows,
        rows_set_aside=rows_set_aside,
        fingerprint=_sha256(path) if exists else "",
        modified_at=datetime.fromtimestamp(path.stat().st_mtime, UTC) if exists else None,
        findings=findings,
        usable=usable,
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
