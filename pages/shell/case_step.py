"""The setting of case outcomes: months, quarters, or the finer of them that can be shown."""

from __future__ import annotations

from typing import Final

from streamlit.delta_generator import DeltaGenerator

from analytics.emmie.case_outcomes import Step

LABELS: Final = {"finest": "Automatic", "month": "Month", "quarter": "Quarter"}
STEPS: Final[dict[str, tuple[Step, ...]]] = {
    "finest": ("month", "quarter"),
    "month": ("month",),
    "quarter": ("quarter",),
}


def chosen_steps(place: DeltaGenerator) -> tuple[Step, ...]:
    """Let the viewer choose; return one step, or both where the exhibits are to choose.

    Parameters
    ----------
    place : DeltaGenerator
        Where the control stands.
    """
    chosen = place.segmented_control(
        "Count by",
        options=list(LABELS),
        format_func=lambda key: LABELS[key],
        default="finest",
        required=True,
        key="step",
        bind="query-params",
        persist_state="session",
        help="Automatic: by month, or by quarter where most months would have to be withheld.",
    )
    return STEPS[chosen or "finest"]
