"""Times answers and redraws: ``python benchmarks/answers.py [COPIES ...]``.

For each number of copies the Family Safety Plans sample is repeated that often with new
identifiers, which shows how the time grows with the rows.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import pandas as pd

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
warnings.filterwarnings("ignore", message="fetch_arrow_table", category=DeprecationWarning)

from analytics.ask import ask  # noqa: E402
from analytics.emmie.case_outcomes import CaseOutcomesQuestion  # noqa: E402
from analytics.emmie.effect import EffectQuestion  # noqa: E402
from analytics.emmie.plan_rates import PlanRatesQuestion  # noqa: E402
from analytics.emmie.repeat_plans import RepeatPlansQuestion  # noqa: E402
from analytics.extracts.library import Library  # noqa: E402

EVALUATION = "family_safety_plans"
ROUNDS = 5
IDENTIFIERS = ("case_id", "child_id", "family_id", "plan_id", "event_id")
PAGES = ("overview", "effect", "case_outcomes", "plan_rates", "repeat_plans")


def enlarged(copies: int, folder: Path) -> Path:
    """Write the evaluation ``copies`` times over, with new identifiers, and return its parent."""
    source, target = ROOT / "sample_data" / EVALUATION, folder / EVALUATION
    target.mkdir(parents=True)
    shutil.copy(source / "evaluation.toml", target)
    for path in source.glob("*.parquet"):
        frame = pd.read_parquet(path, dtype_backend="pyarrow")
        parts = []
        for copy in range(copies):
            part = frame.copy()
            for name in set(IDENTIFIERS) & set(part.columns):
                part[name] = part[name] + f"-{copy}"
            parts.append(part)
        pd.concat(parts, ignore_index=True).to_parquet(target / path.name, compression="zstd")
    return folder


def median_ms(call: Callable[[], object]) -> float:
    """Return the median time of a call in milliseconds, after one call that is not counted."""
    call()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


def report_answers(copies: int) -> None:
    """Print how long loading and each answer take for an enlarged sample."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(enlarged(copies, Path(folder)))
        start = time.perf_counter()
        rows = library.evaluation(EVALUATION).store.statuses["cases"].rows
        load = 1000 * (time.perf_counter() - start)
        print(f"{rows:>9,} cases  load and check {load:8.0f} ms", end="")
        for label, question in (
            ("case outcomes", CaseOutcomesQuestion()),
            ("effect", EffectQuestion()),
        ):
            spent = median_ms(lambda q=question: ask(q, EVALUATION, library=library))
            print(f"  {label} {spent:7.0f} ms", end="")
        print()


def report_sample() -> None:
    """Print the other answers on the shipped sample, and the redraw of pages."""
    spent = median_ms(lambda: ask(RepeatPlansQuestion(), "repeat_plans_southampton"))
    print(f"repeat plans, 3,517 plans: {spent:.0f} ms")
    spent = median_ms(lambda: ask(PlanRatesQuestion(area_code="E06000045")))
    print(f"plan rates, 80,472 published figures: {spent:.0f} ms")
    from streamlit.testing.v1 import AppTest  # noqa: PLC0415 - slow, and only used here

    app = AppTest.from_file(str(ROOT / "pages" / "navigation.py"), default_timeout=60).run()
    for page in PAGES:
        app.switch_page(f"{page}.py")
        print(f"redraw {page}: {median_ms(app.run):.0f} ms")


def main() -> None:
    """Read the arguments and print every timing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("copies", nargs="*", type=int, default=[1, 20, 200])
    for copies in parser.parse_args().copies:
        report_answers(copies)
    report_sample()


if __name__ == "__main__":
    main()
