"""The ready-made briefing as a file, for a schedule."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tqdm import tqdm

from analytics.access.viewer import PUBLIC
from analytics.errors import ExportError, InvalidInputError
from analytics.extracts.durable import put
from analytics.extracts.library import Library
from analytics.reports.files import kind_of
from analytics.reports.pack import Pack, own_marking
from analytics.reports.powerpoint import presentation
from analytics.reports.ready_made import ready_made


def write_brief(
    evaluation: str,
    out: Path,
    *,
    library: Library,
    marking: str = "",
    template: Path | None = None,
    quiet: bool = False,
) -> Pack:
    """Write the briefing of an evaluation, with a bar on the error stream.

    Parameters
    ----------
    evaluation : str
        Folder name.
    out : Path
        File to write; its suffix says which kind. It is whole in the end, or as it was before.
    library : Library
        Where the data is.
    marking : str
        The body's own security marking; the installation's when empty.
    template : Path, optional
        A PowerPoint file to lay the slides out with.
    quiet : bool
        Whether to draw no bar.

    Returns
    -------
    Pack
        What was written.

    Raises
    ------
    InvalidInputError
        When the suffix names no kind of file, or a template is given for another kind.
    ExportError
        When the file cannot be made or written.
    """
    kind = kind_of(out.suffix)
    if template is not None and kind.suffix != "pptx":
        raise InvalidInputError("A template lays out slides only; --out has to end in .pptx.")
    if not out.parent.is_dir():
        raise ExportError("The folder to write to is not there. Nothing was written.")
    with _bar("Asking", quiet) as step:
        pack = ready_made(
            evaluation,
            PUBLIC,
            prepared_at=datetime.now(UTC).replace(microsecond=0),
            marking=own_marking(marking),
            library=library,
            progress=step,
        )
    with _bar("Writing", quiet) as step:
        if template is None:
            content = kind.make(pack, step)
        else:
            content = presentation(pack, template=template, progress=step)
    try:
        put(out, content, mode=0o644)
    except OSError:
        raise ExportError("The file cannot be written. Nothing was changed.") from None
    return pack


@contextmanager
def _bar(what: str, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    with tqdm(desc=what, disable=quiet, file=sys.stderr, unit="part") as bar:

        def step(done: int, of: int) -> None:
            bar.total = of
            bar.update(done - bar.n)

        yield step
