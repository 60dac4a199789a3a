"""Frozen exhibits, asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from analytics.access.viewer import Viewer
from analytics.errors import BriefingError, EmmieError
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.making import make
from analytics.exhibits.recipe import Recipe
from analytics.exhibits.unanswered import sentences
from analytics.extracts.library import Library
from analytics.reports.pack import Item, Progress


def refreshed(
    items: Sequence[Item],
    viewer: Viewer,
    at: datetime,
    *,
    library: Library | None = None,
    progress: Progress | None = None,
) -> tuple[Item | EmmieError, ...]:
    """Return each item with the figures of now, or why there are none.

    Parameters
    ----------
    items : sequence of Item
        As they were frozen.
    viewer : Viewer
        Who asks.
    at : datetime
        Now.
    library : Library, optional
        Where the data is; the default library when omitted.
    progress : callable, optional
        Told, after each item, how many of how many are done.
    """
    found = []
    for done, item in enumerate(items, start=1):
        found.append(_refreshed(item, viewer, at, library))
        if progress:
            progress(done, len(items))
    return tuple(found)


def _refreshed(
    item: Item, viewer: Viewer, at: datetime, library: Library | None
) -> Item | EmmieError:
    if item.exhibit.stamp is None:
        return BriefingError("It was put together by hand and cannot be asked again.")
    try:
        found = again(item.exhibit.stamp.recipe, item.exhibit.key, viewer, library=library)
    except EmmieError as error:
        return error
    policies = found.stamp.policies if found.stamp else ()
    return replace(item, exhibit=found, frozen_at=at, policy=" ".join(policies))


def again(recipe: Recipe, key: str, viewer: Viewer, *, library: Library | None = None) -> Exhibit:
    """Return one exhibit of a recipe, as someone who may not see cases sees it.

    Raises
    ------
    EmmieError
        When there is none now, and why.
    """
    made = make(recipe, replace(viewer, may_see_cases=False), library=library)
    if not isinstance(made, tuple):
        raise BriefingError(" ".join(sentences(made)))
    for exhibit in made:
        if exhibit.key == key and not exhibit.is_shown_only:
            return exhibit
    raise BriefingError("The same question gives no such exhibit any more.")
