"""What it costs, what it may save, and who pays."""

from __future__ import annotations

from analytics.extracts.protocol.sections import section


@section
class Economics:
    """How costs are put together."""

    price_year: str
