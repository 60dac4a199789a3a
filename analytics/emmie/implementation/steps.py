"""Steps of delivery as a tree: which deliveries reached which, and what may be said of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import ibis

from analytics.disclosure.policy import Policy
from analytics.disclosure.suppression import small_cells
from analytics.emmie.study import Study
from analytics.extracts.protocol import Step


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return the steps, each after the one that it follows; otherwise in the protocol's order."""
    waiting, found = list(steps), dict[str, Step]()
    while waiting:
        ready = [step for step in waiting if step.after is None or step.after in found]
        if not ready:
            break
        found |= {step.key: step for step in ready}
        waiting = [step for step in waiting if step.key not in found]
    return tuple(found.values())


def path_to(key: str, steps: Iterable[Step]) -> tuple[str, ...]:
    """Return the keys from the first step to this one, both included."""
    after = {step.key: step.after for step in steps}
    path = [key]
    while (before := after[path[0]]) is not None:
        path.insert(0, before)
    return tuple(path)


def deliveries(study: Study) -> ibis.Table:
    """Return one row per delivery with the day on which it reached each step; not executed.

    A step counts as reached only where the step before was reached too, so that each count lies
    within the one before.
    """
    rows = study.table("delivery_steps")
    steps = in_order(study.protocol.steps)
    wide = rows.group_by("delivery_id", "team_id", "started_on").aggregate(
        **{step.key: rows.reached_on.min(where=rows.step == step.key) for step in steps}
    )
    for step in steps:
        if step.after is not None:
            there = wide[step.after].notnull()
            wide = wide.mutate(**{step.key: ibis.ifelse(there, wide[step.key], ibis.null("date"))})
    return wide


def hidden_steps(steps: tuple[Step, ...], reached: Mapping[str, int], policy: Policy) -> set[str]:
    """Return the steps whose counts must be withheld.

    Those are steps whose count is small, or which a small number of deliveries did not reach after
    the step before; ends beside each other from which one could be worked out; and steps after a
    withheld one that are few deliveries away from the last step shown.

    Parameters
    ----------
    steps : tuple of Step
        From `in_order`.
    reached : mapping of str to int
        Deliveries that reached each step; each count lies within that of the step before.
    policy : Policy
        What counts as small.

    Returns
    -------
    set of str
        Keys of steps.
    """
    hidden = {
        step.key
        for step in steps
        if policy.is_small(reached[step.key])
        or (step.after and policy.is_small(reached[step.after] - reached[step.key]))
    }
    for parent in {step.after for step in steps if step.after}:
        hidden |= _hidden_ends(parent, steps, reached, policy)
    after = {step.key: step.after for step in steps}
    for step in steps:
        above = after[step.key]
        while above in hidden:
            above = after[above]
        if above and policy.is_small(reached[above] - reached[step.key]):
            hidden.add(step.key)
    return hidden


def _hidden_ends(
    parent: str, steps: tuple[Step, ...], reached: Mapping[str, int], policy: Policy
) -> set[str]:
    """Return which ends of one step could be worked out from it and from each other."""
    ends = [step.key for step in steps if step.after == parent and step.is_end]
    counts = [reached[key] for key in ends]
    rest = reached[parent] - sum(counts)
    if rest < 0:
        return set()
    out = small_cells([*counts, rest], policy)
    return {key for key, is_out in zip(ends, out, strict=False) if is_out}
