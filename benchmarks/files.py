"""Times what a presenter waits for: ``python benchmarks/files.py [OUT_FOLDER]``.

Ready-made briefings are asked once; a deck of twelve exhibits, a workbook of thirty, and the web
page and PDF of twelve are then made three times each. With a folder, the last of each is kept.
"""

from __future__ import annotations

import statistics
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
warnings.filterwarnings("ignore", message="fetch_arrow_table", category=DeprecationWarning)

from analytics.access.viewer import PUBLIC  # noqa: E402
from analytics.ask import evaluations_for  # noqa: E402
from analytics.emmie.overview import OverviewQuestion  # noqa: E402
from analytics.reports import pictures  # noqa: E402
from analytics.reports.document import web_page  # noqa: E402
from analytics.reports.files import KINDS  # noqa: E402
from analytics.reports.pack import Item, Pack  # noqa: E402
from analytics.reports.ready_made import ready_made  # noqa: E402

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROUNDS = 3
SIZES = {"pptx": 12, "xlsx": 30, "html": 12, "pdf": 12}
DECK = "family_safety_plans"


def timed(label: str, make: Callable[[], bytes]) -> bytes:
    """Print the median and the slowest of some rounds, and return what was made."""
    taken = []
    content = b""
    for _ in range(ROUNDS):
        start, spent = time.perf_counter(), time.process_time()
        content = make()
        taken.append((time.perf_counter() - start, time.process_time() - spent))
    wall, processor = (statistics.median(column) for column in zip(*taken, strict=True))
    print(f"{label}: {wall:.2f} s ({processor:.2f} s of processor), {len(content) // 1000:,} kB")
    return content


def main() -> None:
    """Time each kind of file."""
    packs: dict[str, Pack] = {}
    for name in evaluations_for(OverviewQuestion):
        start = time.perf_counter()
        packs[name] = ready_made(name, PUBLIC, prepared_at=AT)
        n = len(packs[name].items)
        print(f"asking {name}: {time.perf_counter() - start:.2f} s, {n} exhibits")
    every: tuple[Item, ...] = (
        *packs[DECK].items,
        *(item for name, pack in packs.items() if name != DECK for item in pack.items),
    )
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    for kind in KINDS:
        pack = replace(packs[DECK], items=every[: SIZES[kind.suffix]])
        label = f".{kind.suffix} of {len(pack.items)} exhibits"
        content = timed(label, lambda kind=kind, pack=pack: kind.make(pack, None))
        if out is not None:
            (out / f"briefing.{kind.suffix}").write_bytes(content)
    twelve = replace(packs[DECK], items=every[:12])
    timed("page to present from, 12 exhibits", lambda: web_page(twelve, drawn="live"))
    drawn = next(item for item in every if item.exhibit.figure is not None)
    timed("one PNG", lambda: pictures.png(drawn))


if __name__ == "__main__":
    main()
