"""A page opened in Chromium without a window, to be read, printed or photographed.

Each call starts a Chromium of its own and ends it. One that is shared by all would have to be
found again after a crash, and would keep its memory between two meetings.
"""

from __future__ import annotations

import asyncio
import base64
import os
import signal
import sys
import tempfile
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore, Event
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from analytics.errors import EmmieError, ExportError
from analytics.reports.pack import Progress

if TYPE_CHECKING:
    from choreographer import Browser, Tab

T = TypeVar("T")
Work: TypeAlias = "Callable[[_Page], Awaitable[T]]"

NOT_FOUND: Final = (
    "PDF and pictures need Chromium, Chrome or Edge on the computer that runs the app, and none "
    "was found. Install one, or name its program in the environment variable BROWSER_PATH."
)
TOO_OLD: Final = (
    "PDF needs Chromium, Chrome or Edge 131 or later: older ones leave the marking and the page "
    "numbers out. The environment variable BROWSER_PATH names the program."
)
OLDEST_THAT_MARKS_PAGES: Final = 131
"""First version that draws what a style sheet puts into the margin of a page."""
SECONDS: Final = 90.0
"""How long Chromium may be silent before it is given up."""
SECONDS_TO_END: Final = 5.0
FETCHES_NOTHING: Final = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    "script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'\">"
)
"""For the head of a page of ours that holds figures: what they name elsewhere is not fetched."""
AT_ONCE: Final = 2
"""How many run at the same time: each fills a processor."""
PAUSE: Final = 0.05

_FREE: Final = BoundedSemaphore(AT_ONCE)
_HAS_NO_SANDBOX: Final = Event()


def found() -> bool:
    """Return whether there is a Chromium, Chrome or Edge to draw with."""
    from choreographer.browsers.chromium import Chromium  # noqa: PLC0415 - only for files

    path = Chromium.find_browser(skip_local=False)
    return path is not None and Path(path).is_file()


def read(html: str, expression: str, *, progress: Progress | None = None) -> Any:
    """Open a page, wait until it has drawn, and return what an expression is then.

    Parameters
    ----------
    html : str
        The page. It says how far it is in ``data-drawn`` and ``data-of`` of its root, and that
        nothing is left to do in ``data-ready``.
    expression : str
        JavaScript whose value can be written as JSON.
    progress : callable, optional
        Called with how many of the figures are drawn, and of how many; from another thread.

    Raises
    ------
    ExportError
        No Chromium was found, it stopped, or it took too long.
    """

    async def work(page: _Page) -> Any:
        await page.load(progress)
        return await page.value(expression)

    return _visit(html, work)


def printed(html: str, *, progress: Progress | None = None) -> bytes:
    """Return a page as a tagged PDF with bookmarks, on the paper that its style sheet names.

    Raises
    ------
    ExportError
        No Chromium was found, it is too old, it stopped, or it took too long.
    """

    async def work(page: _Page) -> bytes:
        version = await page.send("Browser.getVersion")
        number = version["product"].rpartition("/")[2].partition(".")[0]
        if int(number) < OLDEST_THAT_MARKS_PAGES:
            raise ExportError(TOO_OLD)
        await page.load(progress)
        result = await page.send(
            "Page.printToPDF",
            printBackground=True,
            preferCSSPageSize=True,
            generateTaggedPDF=True,
            generateDocumentOutline=True,
        )
        return base64.b64decode(result["data"])

    return _visit(html, work)


def photographed(html: str, *, width: int, height: int, scale: float = 2.0) -> bytes:
    """Return the top left corner of a page as PNG.

    Parameters
    ----------
    html : str
        The page.
    width, height : int
        Size in CSS pixels.
    scale : float
        Pixels of the picture for each of them.

    Raises
    ------
    ExportError
        No Chromium was found, it stopped, or it took too long.
    """

    async def work(page: _Page) -> bytes:
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
        await page.send("Emulation.setDeviceMetricsOverride", **size)
        await page.load(None)
        result = await page.send("Page.captureScreenshot", format="png")
        return base64.b64decode(result["data"])

    return _visit(html, work)


class _NoSandboxError(Exception):
    """Chromium did not start in its sandbox."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A tab of Chromium, and the page that it is to open."""

    tab: Tab
    address: str
    limit: asyncio.Timeout

    async def load(self, progress: Progress | None) -> None:
        """Open the page and wait until it has drawn what it draws."""
        await self.send("Page.navigate", url=self.address)
        said = -1
        while True:
            state = await self.value("({...document.documentElement?.dataset})")
            done, of = int(state.get("drawn", 0)), int(state.get("of", 0))
            if done != said and of:
                said = done
                self.limit.reschedule(asyncio.get_running_loop().time() + SECONDS)
                if progress:
                    progress(done, of)
            if "ready" in state:
                return
            await asyncio.sleep(PAUSE)

    async def value(self, expression: str) -> Any:
        """Return what an expression is in the page."""
        result = await self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise ExportError("Chromium could not run what draws the page.")
        return result["result"].get("value")

    async def send(self, command: str, **params: Any) -> dict[str, Any]:
        """Return Chromium's answer to a command."""
        answer = await self.tab.send_command(command, params=params)
        if "error" in answer:
            raise ExportError(f"Chromium refused {command}.")
        result: dict[str, Any] = answer["result"]
        return result


def _visit(html: str, work: Work[T]) -> T:
    """Open the page and do the work, in a thread of its own: the caller's may run a loop."""
    if not found():
        raise ExportError(NOT_FOUND)
    if not _FREE.acquire(timeout=SECONDS):
        raise ExportError("Too many files are being made at once. Try again in a minute.")
    try:
        with ThreadPoolExecutor(1, thread_name_prefix="chromium") as thread:
            return thread.submit(asyncio.run, _opened(html, work)).result()
    finally:
        _FREE.release()


async def _opened(html: str, work: Work[T]) -> T:
    """Open the page in Chromium's sandbox, where the system lets it have one."""
    if not (_is_root() or _HAS_NO_SANDBOX.is_set()):
        try:
            return await _worked(html, work, is_sandboxed=True)
        except _NoSandboxError:
            # Many containers forbid it. Nothing of the page has been opened yet.
            _HAS_NO_SANDBOX.set()
    return await _worked(html, work, is_sandboxed=False)


async def _worked(html: str, work: Work[T], *, is_sandboxed: bool) -> T:
    from choreographer import Browser  # noqa: PLC0415 - only for files
    from choreographer.errors import ChromeNotFoundError  # noqa: PLC0415

    try:
        browser = Browser(enable_sandbox=is_sandboxed)
    except ChromeNotFoundError as error:
        # Of a Chromium that is not the system's own, the library opens none in a sandbox.
        raise _NoSandboxError if is_sandboxed else ExportError(NOT_FOUND) from error
    # A Chromium from a snap sees nothing in the usual place of temporary files.
    near = Path.home() if browser.is_isolated() else None
    with tempfile.TemporaryDirectory(dir=near, prefix=".emmie-") as folder:
        place = Path(folder) / "page.html"
        place.write_text(html, encoding="utf-8")
        try:
            async with asyncio.timeout(SECONDS) as limit:
                await _start(browser, is_sandboxed=is_sandboxed)
                tab = await browser.create_tab()
                return await work(_Page(tab, place.as_uri(), limit))
        except (EmmieError, _NoSandboxError):
            raise
        except TimeoutError as error:
            message = f"Chromium was silent for {SECONDS:.0f} seconds, and was ended."
            raise ExportError(message) from error
        except (Exception, asyncio.CancelledError) as error:
            # The library cancels whatever still waits when Chromium is gone.
            raise ExportError("Chromium stopped before the file was made.") from error
        finally:
            await _end(browser)


async def _start(browser: Browser, *, is_sandboxed: bool) -> None:
    from choreographer.errors import BrowserFailedError  # noqa: PLC0415 - only for files

    try:
        await browser.open()
    except BrowserFailedError as error:
        if is_sandboxed:
            raise _NoSandboxError from error
        raise


def _is_root() -> bool:
    """Return whether it is root who runs this, to whom Chromium refuses its sandbox."""
    return sys.platform != "win32" and os.geteuid() == 0


async def _end(browser: Browser) -> None:
    """Close Chromium, by force when it does not answer."""
    try:
        async with asyncio.timeout(SECONDS_TO_END):
            await browser.close()
    except (Exception, asyncio.CancelledError):
        _kill(browser)


def _kill(browser: Browser) -> None:
    process = getattr(browser, "subprocess", None)
    if process is None or process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(SECONDS_TO_END)
