"""The library: every evaluation folder of a data folder, and the published figures beside them.

Stores are kept in memory until a file of theirs changes; a replaced file is picked up at the next
question.
"""

from __future__ import annotations

import hashlib
import os
import threading
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from analytics.errors import ProtocolError, UnknownEvaluationError
from analytics.extracts.engine import Store
from analytics.extracts.entries import ENTRIES_VARIABLE, ENTRY_EXTRACTS
from analytics.extracts.protocol import Protocol, read_protocol

DATA_FOLDER_VARIABLE = "EMMIE_DATA"
BENCHMARK_EXTRACTS = (
    "areas", "published_figures", "statistical_neighbours", "gdp_deflators", "unit_costs",
    "force_outcomes",
)  # fmt: skip
FINDING_EXTRACTS = ("published_findings",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One evaluation: its protocol and its extracts."""

    name: str
    protocol: Protocol
    store: Store


class Library:
    """Everything that can be asked about.

    Parameters
    ----------
    root : Path
        Folder that holds one folder per evaluation, ``benchmarks`` and
        ``published_findings.parquet``.
    entries : Path, optional
        Folder of what is entered in the app; ``entries`` beside ``root`` when omitted.
    """

    def __init__(self, root: Path, entries: Path | None = None) -> None:
        self.root = root
        self._entries = entries or root.parent / "entries"
        self._lock = threading.Lock()
        self._stores: dict[Path, tuple[str, Store]] = {}
        self._protocols: dict[Path, tuple[str, Protocol]] = {}

    def names(self) -> tuple[str, ...]:
        """Return the names of the evaluation folders, in alphabetical order."""
        return tuple(sorted(path.parent.name for path in self.root.glob("*/evaluation.toml")))

    def evaluation(self, name: str) -> Evaluation:
        """Return one evaluation.

        Raises
        ------
        UnknownEvaluationError
            When there is no such folder.
        ProtocolError
            When its protocol cannot be used.
        """
        if name not in self.names():
            raise UnknownEvaluationError(f"No evaluation is called {name!r}.")
        return self._evaluation(name, self._protocol(name))

    def _evaluation(self, name: str, protocol: Protocol) -> Evaluation:
        store = self._store(self.root / name, protocol.evaluation.extracts)
        return Evaluation(name=name, protocol=protocol, store=store)

    def readable(self) -> tuple[Evaluation, ...]:
        """Return the evaluations whose protocol can be read."""
        return tuple(self._evaluation(name, one) for name, one in self.protocols().items())

    def protocols(self) -> dict[str, Protocol]:
        """Return the protocols that can be read, by the names of their evaluations."""
        found = {}
        for name in self.names():
            try:
                found[name] = self._protocol(name)
            except ProtocolError:
                continue
        return found

    def protocol_faults(self) -> dict[str, str]:
        """Return what is wrong with each protocol that cannot be read."""
        faults = {}
        for name in self.names():
            try:
                self._protocol(name)
            except ProtocolError as error:
                faults[name] = str(error)
        return faults

    def benchmarks(self) -> Store:
        """Return the published figures, areas and statistical neighbours."""
        return self._store(self.root / "benchmarks", BENCHMARK_EXTRACTS)

    def entries_folder(self, name: str) -> Path:
        """Return the folder that holds what is entered about one evaluation.

        Raises
        ------
        UnknownEvaluationError
            When there is no such evaluation.
        """
        if name not in self.names():
            raise UnknownEvaluationError(f"No evaluation is called {name!r}.")
        return self._entries / name

    def entries(self, name: str) -> Store:
        """Return what has been entered about one evaluation; a store without files at first."""
        return self._store(self.entries_folder(name), ENTRY_EXTRACTS)

    def published_findings(self) -> Store:
        """Return what the source documents report."""
        return self._store(self.root, FINDING_EXTRACTS)

    def is_made_up(self) -> bool:
        """Return whether every evaluation that can be read is synthetic."""
        return all(one.evaluation.synthetic for one in self.protocols().values())

    def signature(self) -> str:
        """Return a text that changes when any file of the library changes; for cache keys."""
        files = [*self.root.glob("*.parquet"), *self.root.glob("*/*.parquet")]
        files += self._entries.glob("*/*.parquet")
        return _signature([*files, *self.root.glob("*/evaluation.toml")])

    def protocol_fingerprint(self, name: str) -> str:
        """Return a short text that changes with the protocol of an evaluation."""
        path = self.root / self.evaluation(name).name / "evaluation.toml"
        return hashlib.sha256(path.read_bytes()).hexdigest()[:8]

    def published_fingerprint(self) -> str:
        """Return a text that changes when a published figure does."""
        stores = (self.benchmarks(), self.published_findings())
        return "-".join(store.fingerprint(*store.statuses) for store in stores)

    def _protocol(self, name: str) -> Protocol:
        """Return a protocol, read anew when its file has changed."""
        folder = self.root / name
        signature = _signature([folder / "evaluation.toml"])
        with self._lock:
            known = self._protocols.get(folder)
        if known is None or known[0] != signature:
            known = (signature, read_protocol(folder))
            with self._lock:
                self._protocols[folder] = known
        return known[1]

    def _store(self, folder: Path, extracts: tuple[str, ...]) -> Store:
        signature = _signature(sorted(folder.glob("*.parquet"))) + repr(extracts)
        with self._lock:
            known = self._stores.get(folder)
            if known is None or known[0] != signature:
                known = (signature, Store(folder, extracts))
                self._stores[folder] = known
            return known[1]


def _signature(paths: list[Path]) -> str:
    parts = []
    for path in sorted(paths):
        state = path.stat()
        parts.append(f"{path.parent.name}/{path.name}:{state.st_size}:{state.st_mtime_ns}")
    return "|".join(parts)


@lru_cache(maxsize=8)
def open_library(root: Path | None = None) -> Library:
    """Return the library of a folder; by default what ``EMMIE_DATA`` names, or the sample.

    What is entered lies in the folder that ``EMMIE_ENTRIES`` names, or else beside the data.
    """
    if root is None:
        named = os.environ.get(DATA_FOLDER_VARIABLE)
        shipped = Path(__file__).resolve().parents[2] / "sample_data"
        return open_library(Path(named).resolve() if named else shipped)
    entries = os.environ.get(ENTRIES_VARIABLE)
    return Library(root, Path(entries).resolve() if entries else None)
