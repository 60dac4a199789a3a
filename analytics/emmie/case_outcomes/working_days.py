"""England's working days: Monday to Friday without bank holidays, moved and one-off ones too.

Methods: ``docs/methods/questions/timeliness.md``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray


def working_days_between(first: Sequence[date], last: Sequence[date]) -> NDArray[np.int64]:
    """Count the working days after each first day, up to and including the last.

    So that something done on the same day took none, and on the next working day one.

    Parameters
    ----------
    first, last : sequence of date, length n
        ``first <= last``. Complete.

    Returns
    -------
    ndarray of int, shape (n,)
        Working days, at least 0.
    """
    if not len(first):
        return np.zeros(0, dtype=np.int64)
    start, end = (np.array(days, dtype="datetime64[D]") for days in (first, last))
    off = bank_holidays(min(first).year, max(last).year)
    counted = np.busday_count(start + 1, end + 1, holidays=np.array(off, dtype="datetime64[D]"))
    return np.asarray(counted, dtype=np.int64)


@lru_cache(maxsize=16)
def bank_holidays(first_year: int, last_year: int) -> tuple[date, ...]:
    """Return England's bank holidays of some years, in order.

    Parameters
    ----------
    first_year, last_year : int
        Both included.
    """
    from holidays import country_holidays  # noqa: PLC0415 - heavy

    years = range(first_year, last_year + 1)
    return tuple(sorted(country_holidays("GB", subdiv="ENG", years=years)))
