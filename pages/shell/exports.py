"""Work that takes a while: done beside the page, with a bar; files are offered when whole."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

import streamlit as st

from analytics.errors import EmmieError, ExportError
from analytics.reports.pack import Progress
from pages.shell.session import current_viewer

AT_ONCE: Final = 2
MOST_WAITING: Final = 20
EVERY_SECONDS: Final = 0.5
BUSY: Final = "Too much is being made just now. Try again in a minute."
_LOG = logging.getLogger(__name__)
_JOBS: Final = "jobs"


@dataclass(slots=True)
class Job:
    """Work that is being done beside the page, and how far it has come.

    Attributes
    ----------
    of : Hashable
        What it is made of; another one needs another job.
    share : float
        Done, 0 to 1.
    future : Future
        What comes out, or why nothing does.
    """

    of: Hashable
    share: float = 0.0
    future: Future[Any] = field(default_factory=Future)

    def step(self, done: int, of: int) -> None:
        """Note how far the work has come."""
        self.share = min(done / of, 1.0) if of else 0.0


@st.cache_resource(show_spinner=False)
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="export")


def begin(key: str, of: Hashable, work: Callable[[Progress], Any]) -> None:
    """Begin work beside the page, in the place of what had the same key."""
    drop(key)
    job = Job(of=of)
    pool = _pool()
    if pool._work_queue.qsize() >= MOST_WAITING:
        job.future.set_exception(ExportError(BUSY))
    else:
        job.future = pool.submit(_work, work, job.step)
    _jobs()[_own(key)] = job


def job_of(key: str, of: Hashable | None = None) -> Job | None:
    """Return the work under a key; None when there is none, or it is of something else."""
    job = _jobs().get(_own(key))
    return job if job is not None and (of is None or job.of == of) else None


def drop(key: str) -> None:
    """Forget the work under a key, and end it if it has not begun."""
    job = _jobs().pop(_own(key), None)
    if job is not None:
        job.future.cancel()


@st.fragment(run_every=EVERY_SECONDS)
def wait(job: Job, what: str) -> None:
    """Show how far the work has come, and show the page anew when it is done."""
    if job.future.done():
        st.rerun()
    st.progress(job.share, text=f"{what} You can go on meanwhile.")


def why(error: BaseException) -> str:
    """Return why work came to nothing, without anything that could be a value of a row."""
    return str(error) if isinstance(error, EmmieError) else "An unexpected error stopped it."


def offer(
    label: str,
    make: Callable[[Progress], bytes],
    *,
    of: Hashable,
    file_name: str,
    mime: str,
    key: str,
) -> None:
    """Offer a file: a button that begins the work, a bar, then a button that downloads.

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
    job = job_of(key, of)
    if job is None:
        st.button(
            f"Prepare {label}",
            key=f"prepare_{key}",
            on_click=begin,
            args=(key, of, make),
            width="stretch",
        )
    elif not job.future.done():
        wait(job, f"Making {label}.")
    elif error := job.future.exception():
        st.error(f"Making {label} failed. {why(error)} Nothing was left half done.")
        st.button("Try again", key=f"again_{key}", on_click=begin, args=(key, of, make))
    else:
        st.download_button(
            f"Download {label}",
            data=job.future.result(),
            file_name=file_name,
            mime=mime,
            key=f"download_{key}",
            on_click="ignore",
            width="stretch",
        )


def _work(work: Callable[[Progress], Any], step: Progress) -> Any:
    """Work, and log once why it failed; the page is drawn many times after."""
    try:
        return work(step)
    except EmmieError:
        raise
    except Exception as error:
        # Its text could hold a value of a row; its kind cannot.
        _LOG.error("Work beside a page failed: %s", type(error).__name__)
        raise


def _jobs() -> dict[str, Job]:
    found: dict[str, Job] = st.session_state.setdefault(_JOBS, {})
    return found


def _own(key: str) -> str:
    """Return a key that one viewer of a session does not share with another."""
    return f"{current_viewer().scope}|{key}"
