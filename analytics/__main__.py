"""The command line, over the same door as the app.

``python -m analytics check FOLDER`` checks extracts against their contracts;
``python -m analytics ask QUESTION`` prints a released answer;
``python -m analytics brief --evaluation NAME --out FILE`` writes its briefing as a file.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from analytics.ask import ask
from analytics.emmie.area_change import AreaChangeQuestion
from analytics.emmie.audit import AuditQuestion
from analytics.emmie.case_outcomes import CaseOutcomesQuestion
from analytics.emmie.case_outcomes.course import CourseQuestion
from analytics.emmie.case_outcomes.force_trend import ForceTrendQuestion
from analytics.emmie.case_outcomes.path import PathQuestion
from analytics.emmie.case_outcomes.timeliness import (
    AssessmentTimesQuestion,
    ConferenceTimesQuestion,
    ReReferralsQuestion,
)
from analytics.emmie.combinations import CombinationsQuestion
from analytics.emmie.conferences import AgenciesQuestion, ConferencesQuestion
from analytics.emmie.data_status import DataQuestion
from analytics.emmie.economics import EconomicsQuestion
from analytics.emmie.effect import EffectQuestion
from analytics.emmie.evidence import EvidenceQuestion
from analytics.emmie.implementation.measures import MeasuresQuestion
from analytics.emmie.mechanism.logic_model import LogicModelQuestion
from analytics.emmie.methods import MethodsQuestion
from analytics.emmie.moderators import ModeratorsQuestion
from analytics.emmie.neighbours.comparison import ComparisonQuestion
from analytics.emmie.overview import OverviewQuestion
from analytics.emmie.quoted import QuotedFiguresQuestion
from analytics.emmie.repeat_plans import RepeatPlansQuestion
from analytics.emmie.repeat_plans.audit_tool import AuditToolQuestion
from analytics.emmie.repeat_plans.current import CurrentPlansQuestion
from analytics.emmie.repeat_plans.ever import EverQuestion
from analytics.emmie.repeat_plans.factors import FactorsQuestion
from analytics.emmie.repeat_plans.groups import RepeatGroupsQuestion
from analytics.emmie.repeat_plans.series import RepeatSeriesQuestion
from analytics.emmie.repeat_plans.together import TogetherQuestion
from analytics.emmie.repeat_plans.what_if import WhatIfQuestion
from analytics.emmie.reproduction import ReproductionQuestion
from analytics.emmie.service_use import ServiceUseQuestion
from analytics.emmie.study import Question, is_unanswered
from analytics.errors import EmmieError, InvalidInputError, UnknownEvaluationError
from analytics.extracts.engine import Store
from analytics.extracts.filters import Filters
from analytics.extracts.library import Library, open_library

OF_AN_EVALUATION: Final[dict[str, type[Question[Any]]]] = {
    "overview": OverviewQuestion,
    "effect": EffectQuestion,
    "service-use": ServiceUseQuestion,
    "area-change": AreaChangeQuestion,
    "mechanism": LogicModelQuestion,
    "moderators": ModeratorsQuestion,
    "implementation": MeasuresQuestion,
    "economic-cost": EconomicsQuestion,
    "case-outcomes": CaseOutcomesQuestion,
    "case-path": PathQuestion,
    "level-and-slope": CourseQuestion,
    "force-trend": ForceTrendQuestion,
    "conference-times": ConferenceTimesQuestion,
    "assessment-times": AssessmentTimesQuestion,
    "re-referrals": ReReferralsQuestion,
    "repeat-plans": RepeatPlansQuestion,
    "returns-by-group": RepeatGroupsQuestion,
    "ever-before": EverQuestion,
    "return-factors": FactorsQuestion,
    "returns-together": TogetherQuestion,
    "what-if": WhatIfQuestion,
    "follow-up": RepeatSeriesQuestion,
    "current-plans": CurrentPlansQuestion,
    "audit-tally": AuditToolQuestion,
    "audit": AuditQuestion,
    "audit-combinations": CombinationsQuestion,
    "conferences": ConferencesQuestion,
    "agencies": AgenciesQuestion,
    "quoted-figures": QuotedFiguresQuestion,
    "reproduction": ReproductionQuestion,
}
QUESTIONS: Final = (*OF_AN_EVALUATION, "statistical-neighbours", "evidence", "methods", "data")
OK, BROKEN, MISUSED, STOPPED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except EmmieError as error:
        sys.stderr.write(f"{error}\n")
        return MISUSED
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. Nothing was written.\n")
        return STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m analytics", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="check a folder of extracts against its contracts")
    check.add_argument("folder", type=Path, help="an evaluation folder, or a folder of them")
    check.set_defaults(run=_check)
    asking = commands.add_parser("ask", help="print a released answer")
    asking.add_argument("question", choices=QUESTIONS)
    asking.add_argument("--evaluation", help="folder or title of the evaluation")
    asking.add_argument(
        "--local-authority",
        action="append",
        default=[],
        metavar="CODE",
        help="narrow to an authority; may be repeated",
    )
    asking.add_argument("--data", type=Path, help="folder that holds the evaluations")
    asking.add_argument(
        "--json", action="store_true", help="print JSON on one line; indented when omitted"
    )
    asking.set_defaults(run=_ask)
    briefing = commands.add_parser("brief", help="write the ready-made briefing of an evaluation")
    briefing.add_argument("--evaluation", required=True, help="folder or title of the evaluation")
    briefing.add_argument(
        "--out",
        required=True,
        type=Path,
        help="file to write; .pptx, .xlsx, .html or .pdf says which kind",
    )
    briefing.add_argument("--marking", default="", help="security marking for each page")
    briefing.add_argument("--template", type=Path, help="your own .pptx to lay slides out with")
    briefing.add_argument("--data", type=Path, help="folder that holds the evaluations")
    briefing.add_argument("--quiet", action="store_true", help="no progress bar")
    briefing.set_defaults(run=_brief)
    return parser


def _check(options: argparse.Namespace) -> int:
    folder = options.folder.resolve()
    if not folder.is_dir():
        raise InvalidInputError(f"{options.folder} is not a folder.")
    is_one = (folder / "evaluation.toml").is_file()
    library = open_library(folder.parent if is_one else folder)
    names = [folder.name] if is_one else list(library.names())
    if not names:
        raise InvalidInputError(f"{options.folder} holds no evaluation.toml.")
    faults = library.protocol_faults()
    broken = False
    for name in names:
        if name in faults:
            broken = True
            sys.stdout.write(f"{name}: {faults[name]}\n")
            continue
        broken |= _print_statuses(name, library.evaluation(name).store)
    if not is_one:
        if (folder / "benchmarks").is_dir():
            broken |= _print_statuses("benchmarks", library.benchmarks())
        if (folder / "published_findings.parquet").is_file():
            broken |= _print_statuses(folder.name, library.published_findings())
    return BROKEN if broken else OK


def _print_statuses(name: str, store: Store) -> bool:
    """Print the state of each extract, and return whether any rule is broken."""
    for status in store.statuses.values():
        state = f"{status.rows:,} rows used" if status.usable else "not used"
        aside = f", {status.rows_set_aside:,} set aside" if status.rows_set_aside else ""
        sys.stdout.write(f"{name}/{status.name}.parquet: {state}{aside}\n")
        for finding in status.findings:
            where = f" {finding.column}" if finding.column else ""
            rows = "" if finding.rows is None else f" ({finding.rows:,} rows)"
            sys.stdout.write(f"  {finding.rule}{where}: {finding.meaning}{rows}\n")
    return any(status.findings for status in store.statuses.values())


def _ask(options: argparse.Namespace) -> int:
    library = open_library(options.data.resolve() if options.data else None)
    filters = Filters(local_authorities=tuple(options.local_authority))
    options.evaluation = _folder(options.evaluation, library)
    released = ask(_question(options), options.evaluation, filters, library=library)
    text = json.dumps(_plain(released), indent=None if options.json else 2, ensure_ascii=False)
    sys.stdout.write(f"{text}\n")
    return BROKEN if is_unanswered(released) else OK


def _brief(options: argparse.Namespace) -> int:
    from analytics.reports.brief import write_brief  # noqa: PLC0415 - only this command writes files

    library = open_library(options.data.resolve() if options.data else None)
    pack = write_brief(
        _folder(options.evaluation, library) or "",
        options.out,
        marking=options.marking,
        template=options.template,
        library=library,
        quiet=options.quiet,
    )
    sys.stdout.write(f"{options.out}: {len(pack.items)} exhibits\n")
    return OK


def _folder(named: str | None, library: Library) -> str | None:
    """Return the folder of an evaluation that is named by its folder or by its title."""
    if named is None or named in library.names():
        return named
    titles = {one.name: one.protocol.evaluation.name for one in library.readable()}
    wanted = " ".join(named.split()).casefold()
    for folder, title in titles.items():
        if wanted in {folder.casefold(), title.casefold()}:
            return folder
    known = "; ".join(f"{folder}: {title}" for folder, title in titles.items()) or "none"
    raise UnknownEvaluationError(f"No evaluation is called {named!r}. Folders and titles: {known}.")


def _question(options: argparse.Namespace) -> Question[Any]:
    places = options.local_authority
    if options.question == "statistical-neighbours":
        if len(places) != 1:
            raise InvalidInputError("statistical-neighbours needs one --local-authority.")
        return ComparisonQuestion(area_code=places[0])
    if options.question == "evidence":
        return EvidenceQuestion(evaluation=options.evaluation)
    if options.question == "methods":
        return MethodsQuestion()
    if options.question == "data":
        return DataQuestion()
    if options.evaluation is None:
        raise InvalidInputError(f"{options.question} needs --evaluation.")
    return OF_AN_EVALUATION[options.question]()


def _plain(value: Any) -> Any:
    """Return an answer as dictionaries, lists, numbers and text."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value


if __name__ == "__main__":
    sys.exit(main())
