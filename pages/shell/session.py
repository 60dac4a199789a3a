"""Who is looking."""

from __future__ import annotations

from analytics.access.viewer import PUBLIC, Viewer


def current_viewer() -> Viewer:
    """Return the viewer; until sign-in exists, everyone sees released aggregates."""
    return PUBLIC
