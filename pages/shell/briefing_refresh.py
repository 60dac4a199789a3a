"""What moved since a briefing was frozen, and taking the new figures over."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Final

import streamlit as st

from analytics.access.viewer import Viewer
from analytics.errors import EmmieError
from analytics.reports.moved import extent_sentence, moved_table, movement, why_sentence
from analytics.reports.pack import Item, Progress
from analytics.reports.refreshed import refreshed
from pages.shell.draft import change, draft, now
from pages.shell.exhibit_view import html_table
from pages.shell.exports import begin, drop, job_of, wait, why
from pages.shell.plain_text import plain
from pages.shell.session import current_viewer

_KEY: Final = "refresh_briefing"


def show_refresh() -> None:
    """Ask everything again when told to, say what moved, and take it over only when told to."""
    items = draft().items
    job = job_of(_KEY, _frozen(items))
    if job is None:
        st.button(
            "Check for newer figures",
            key="check_briefing",
            on_click=begin,
            args=(_KEY, _frozen(items), partial(_asked_again, items, current_viewer())),
        )
    elif not job.future.done():
        wait(job, "Asking everything again.")
    elif error := job.future.exception():
        st.error(f"The figures could not be checked. {why(error)}")
    else:
        _say_moved(items, job.future.result())


def _frozen(items: tuple[Item, ...]) -> tuple[Any, ...]:
    """Return what stays the same while a presenter only writes words."""
    return tuple((item.exhibit.key, item.exhibit.stamp, item.frozen_at) for item in items)


def _asked_again(
    items: tuple[Item, ...], viewer: Viewer, progress: Progress
) -> tuple[Item | EmmieError, ...]:
    return refreshed(items, viewer, now(), progress=progress)


def _say_moved(items: tuple[Item, ...], found: tuple[Item | EmmieError, ...]) -> None:
    moved = failed = 0
    for number, (item, fresh) in enumerate(zip(items, found, strict=True), start=1):
        if isinstance(fresh, EmmieError):
            failed += 1
            st.warning(plain(f"{number}. {item.heading}: {fresh}"))
            continue
        seen = movement(item.exhibit, fresh.exhibit)
        if seen.is_any:
            moved += 1
            with st.expander(plain(f"{number}. {item.heading}: moved"), expanded=True):
                st.markdown(plain(f"{extent_sentence(seen)} {why_sentence(seen)}"))
                if moved_table(seen).rows:
                    st.html(html_table(moved_table(seen), f"What moved on {number}"))
    if moved:
        st.button("Take over the new figures", key="take_new", on_click=_take, args=(found,))
    elif failed < len(items):
        rest = "No other figure" if failed else "No figure"
        st.success(f"{rest} of this briefing has moved.")


def _take(found: tuple[Item | EmmieError, ...]) -> None:
    """Take over the new figures; order, titles and notes stay as they are now."""
    change(
        items=tuple(
            old
            if isinstance(new, EmmieError)
            else replace(old, exhibit=new.exhibit, policy=new.policy, frozen_at=new.frozen_at)
            for old, new in zip(draft().items, found, strict=True)
        )
    )
    drop(_KEY)
