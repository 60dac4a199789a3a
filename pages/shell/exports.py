"""Files that take a while: made beside the page, with a bar, and offered when they are whole."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

import streamlit as st

from analytics.errors import EmmieError

Progress = Callable[[int, int], None]
AT_ONCE: Final = 2
EVERY_SECONDS: Final = 0.5
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class Job:
    """A file that is being made, and how far it has come.

    Attributes
    ----------
    of : Hashable
        What it is made of; another one needs another file.
    share : float
        Done, 0 to 1.
    future : Future
        The file, or why there is none.
    """

    of: Hashable
    share: float = 0.0
    future: Future[bytes] = field(default_factory=Future)

    def step(self, done: int, of: int) -> None:
        """Note how far the work has come."""
        self.share = done / of if of else 0.0


@st.cache_resource(show_spinner=False)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="export")


def offer(
    label: str,
    make: Callable[[Progress], bytes],
    *,
    of: Hashable,
    file_name: str,
    mime: str,
    key: str,
) -> None:
    """Offer a file: a button that starts the work, a bar, then a button that downloads.

    Parameters
    ----------
    label : str
        Kind of file, as it stands on the button.
    make : callable
        Returns the whole file; calls what it is given with how many parts of how many are done.
    of : Hashable
        What the file is made of; when it changes, the file is made anew.
    file_name, mime : str
        Of the file.
    key : str
        Unique on the page.
    """
    job: Job | None = st.session_state.get(f"job_{key}")
    if job is not None and job.of != of:
        job = None
    if job is None:
        st.button(
            f"Prepare {label}",
            key=f"prepare_{key}",
            on_click=_start,
            args=(key, of, make),
            width="stretch",
        )
    elif job.future.done():
        _finished(job, label, file_name, mime, key)
    else:
        _wait(job, label)


@st.fragment(run_every=EVERY_SECONDS)
def _wait(job: Job, label: str) -> None:
    if job.future.done():
        st.rerun()
    st.progress(job.share, text=f"{label} is being made. You can go on meanwhile.")


def _start(key: str, of: Hashable, make: Callable[[Progress], bytes]) -> None:
    job = Job(of=of)
    job.future = _pool().submit(make, job.step)
    st.session_state[f"job_{key}"] = job


def _finished(job: Job, label: str, file_name: str, mime: str, key: str) -> None:
    error = job.future.exception()
    if error is None:
        st.download_button(
            f"Download {label}",
            data=job.future.result(),
            file_name=file_name,
            mime=mime,
            key=f"download_{key}",
            on_click="ignore",
            width="stretch",
        )
        return
    if not isinstance(error, EmmieError):
        # Its text could hold a value of a row; its kind cannot.
        _LOG.error("An export failed: %s", type(error).__name__)
    why = str(error) if isinstance(error, EmmieError) else "An unexpected error stopped it."
    st.error(f"{label} could not be made. {why} Nothing was left half done.")
    st.button("Try again", key=f"again_{key}", on_click=_forget, args=(key,))


def _forget(key: str) -> None:
    st.session_state.pop(f"job_{key}", None)
