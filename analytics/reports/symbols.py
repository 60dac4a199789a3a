"""The symbols that stand where a number can't: one place for what every file says of them."""

from __future__ import annotations

from typing import Final

from analytics.exhibits.wording import NOT_AVAILABLE, WITHHELD

SYMBOLS: Final[tuple[tuple[str, str], ...]] = (
    (WITHHELD, "withheld to protect confidentiality"),
    ("[low]", "rounds to zero but is not zero"),
    ("[u]", "low reliability"),
    (NOT_AVAILABLE, "not available"),
    ("[z]", "not applicable"),
)
"""Each symbol with its meaning, in the order of the alphabet."""

IS_SYMBOL: Final = frozenset(symbol for symbol, _ in SYMBOLS)
