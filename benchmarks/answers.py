"""Times answers and redraws: ``python benchmarks/answers.py [COPIES ...]``.

For each number of copies the Family Safety Plans sample, and the people of the Hertfordshire one,
are repeated that often with new identifiers, which shows how the time grows with the rows. Then
every letter of every evaluation is timed on the shipped sample.
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

from analytics.ask import ask, evaluations_for  # noqa: E402
from analytics.emmie.case_outcomes import CaseOutcomesQuestion  # noqa: E402
from analytics.emmie.economics import EconomicsQuestion  # noqa: E402
from analytics.emmie.effect import EffectQuestion  # noqa: E402
from analytics.emmie.effect.analyses import AnalysesQuestion  # noqa: E402
from analytics.emmie.effect.specification import SpecificationQuestion  # noqa: E402
from analytics.emmie.implementation.delivery import DeliveryQuestion  # noqa: E402
from analytics.emmie.implementation.measures import MeasuresQuestion  # noqa: E402
from analytics.emmie.implementation.workforce import WorkforceQuestion  # noqa: E402
from analytics.emmie.mechanism.logic_model import LogicModelQuestion  # noqa: E402
from analytics.emmie.mechanism.surveys import SurveysQuestion  # noqa: E402
from analytics.emmie.moderators import ModeratorsQuestion  # noqa: E402
from analytics.emmie.neighbours.anyway import AnywayQuestion  # noqa: E402
from analytics.emmie.neighbours.comparison import ComparisonQuestion  # noqa: E402
from analytics.emmie.neighbours.funnel import FunnelQuestion  # noqa: E402
from analytics.emmie.neighbours.group import GroupQuestion  # noqa: E402
from analytics.emmie.neighbours.presets import PresetsQuestion  # noqa: E402
from analytics.emmie.overview import OverviewQuestion  # noqa: E402
from analytics.emmie.repeat_plans import RepeatPlansQuestion  # noqa: E402
from analytics.emmie.service_use import ServiceUseQuestion  # noqa: E402
from analytics.exhibits.designs import DESIGNS  # noqa: E402
from analytics.extracts.library import Library  # noqa: E402

EVALUATION, PEOPLE = "family_safety_plans", "family_safeguarding_hertfordshire"
ROUNDS = 5
IDENTIFIERS = (
    "case_id", "child_id", "family_id", "plan_id", "event_id", "person_id", "delivery_id",
    "interview_id", "respondent_id", "observation_id", "staff_id", "team_id", "worker_id",
)  # fmt: skip
PAGES = (
    "overview", "effect", "mechanism", "moderators", "implementation", "economic_cost",
    "case_outcomes", "statistical_neighbours", "repeat_plans",
)  # fmt: skip
LETTERS = {
    "overview": OverviewQuestion(),
    "logic model": LogicModelQuestion(),
    "surveys": SurveysQuestion(),
    "moderators": ModeratorsQuestion(),
    "measures": MeasuresQuestion(),
    "delivery": DeliveryQuestion(),
    "workforce": WorkforceQuestion(),
    "economic cost": EconomicsQuestion(),
}


def enlarged(copies: int, folder: Path, evaluation: str = EVALUATION) -> Path:
    """Write the evaluation ``copies`` times over, with new identifiers, and return its parent."""
    source, target = ROOT / "sample_data" / evaluation, folder / evaluation
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


def report_people(copies: int) -> None:
    """Print how long rates before and after take for an enlarged sample."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(enlarged(copies, Path(folder), PEOPLE))
        start = time.perf_counter()
        rows = library.evaluation(PEOPLE).store.statuses["service_use"].rows
        load = 1000 * (time.perf_counter() - start)
        print(f"{rows:>9,} rows of service use  load and check {load:8.0f} ms", end="")
        for label, question in (
            ("rates", ServiceUseQuestion()),
            ("moderators", ModeratorsQuestion()),
            ("delivery", DeliveryQuestion()),
        ):
            spent = median_ms(lambda q=question: ask(q, PEOPLE, library=library))
            print(f"  {label} {spent:7.0f} ms", end="")
        print()


def report_letters() -> None:
    """Print how long each letter's answers take on the shipped sample."""
    for name in evaluations_for(OverviewQuestion):
        print(name)
        analyses = ask(AnalysesQuestion(), name).answer.analyses
        asked = {
            f"effect, {one.estimator}": DESIGNS[one.estimator].question(analysis=one.key)
            for one in analyses
        }
        if any(one.estimator == "matched" for one in analyses):
            asked["specification curve"] = SpecificationQuestion(outcome=analyses[0].outcomes[0][0])
        asked |= {
            label: question
            for label, question in LETTERS.items()
            if name in evaluations_for(type(question))
        }
        for label, question in asked.items():
            print(f"  {label}: {median_ms(lambda q=question, n=name: ask(q, n)):.0f} ms")


def report_neighbours() -> None:
    """Print how long the parts of Statistical neighbours take, of one authority and of a group."""
    presets = ask(PresetsQuestion()).answer.presets
    group = max((one.areas for one in presets), key=len)
    for label, question in (
        ("one authority", ComparisonQuestion(area_code="E06000045")),
        (f"{len(group)} authorities", GroupQuestion(areas=group)),
        ("funnel", FunnelQuestion(measure="cp_plans_at_31_march", marked=("E06000045",))),
        ("course of one, every placebo", AnywayQuestion(areas=("E10000015",), start=2015)),
        (f"course of {len(group)}, every placebo", AnywayQuestion(areas=group, start=2014)),
    ):
        spent = median_ms(lambda q=question: ask(q))
        print(f"statistical neighbours, {label}: {spent:.0f} ms")


def report_sample() -> None:
    """Print the other answers on the shipped sample, and the redraw of pages."""
    spent = median_ms(lambda: ask(RepeatPlansQuestion(), "repeat_plans_southampton"))
    print(f"repeat plans, 3,517 plans: {spent:.0f} ms")
    report_neighbours()
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
        report_people(copies)
    report_letters()
    report_sample()


if __name__ == "__main__":
    main()
