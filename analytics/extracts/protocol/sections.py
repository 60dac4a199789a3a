"""What every section of a protocol is made of."""

from __future__ import annotations

from typing import Any, dataclass_transform

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

STRICT = ConfigDict(extra="forbid")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def section(kind: type[Any]) -> Any:
    """Make a class a frozen, slotted section of a protocol that refuses unknown fields."""
    return dataclass(frozen=True, slots=True, kw_only=True, config=STRICT)(kind)
