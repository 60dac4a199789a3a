"""Check of the size of subgroups; shared by the tests of interaction."""

from __future__ import annotations

from analytics.statistics.results import HealthCheck

SMALL_ARM = 20


def smallest_arm_check(smallest: int) -> HealthCheck:
    """Judge whether every subgroup has cases enough in both arms.

    Parameters
    ----------
    smallest : int
        Cases in the smallest arm of a subgroup.

    Returns
    -------
    HealthCheck
        ``"smallest_subgroup_arm"``: review below 20.
    """
    return HealthCheck(
        name="smallest_subgroup_arm",
        value=smallest,
        threshold=SMALL_ARM,
        status="pass" if smallest >= SMALL_ARM else "review",
        meaning=(
            "Cases in the smallest arm of a subgroup. With few, a test that finds no difference"
            " between subgroups says little."
        ),
        source="Our own rule (docs/methods/estimators/subgroups.md)",
    )
