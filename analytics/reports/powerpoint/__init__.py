"""PowerPoint: packs as presentations with native charts."""

from analytics.reports.powerpoint.deck import presentation

__all__ = ["presentation"]
