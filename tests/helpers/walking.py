"""Walking released answers and figures, whatever they are made of."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from analytics.disclosure.suppression import Share


def values_in(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield every dataclass and every leaf below a value, with its path."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield path, value
        for field in dataclasses.fields(value):
            yield from values_in(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from values_in(item, f"{path}[{key!r}]")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from values_in(item, f"{path}[{index}]")
    else:
        yield path, value


def shares_in(value: Any) -> Iterator[tuple[str, Share]]:
    """Yield every share below a value."""
    return ((path, item) for path, item in values_in(value) if isinstance(item, Share))


def counts_in(value: Any) -> Iterator[tuple[str, int]]:
    """Yield every count: those of shares, their complements, and fields named ``n_``."""
    for path, share in shares_in(value):
        cells = {"events": share.events, "n": share.n}
        if share.events is not None and share.n is not None:
            cells["rest"] = share.n - share.events
        yield from ((f"{path}.{name}", cell) for name, cell in cells.items() if cell is not None)
    for path, item in values_in(value):
        name = path.rpartition(".")[2]
        if name.startswith("n_") and isinstance(item, int) and not isinstance(item, bool):
            yield path, item


def small_counts_in(value: Any, largest: int = 5) -> list[str]:
    """Return the places where a count of 1 to ``largest`` is shown."""
    return [f"{path} = {count}" for path, count in counts_in(value) if 1 <= count <= largest]
