"""Run every simulation study and write what it found beside the methods registry.

``python docs/build_simulations.py [family ...]`` writes ``docs/methods/simulations.csv``,
``simulations.md`` and one figure per study; families that are not named keep their rows. Needs the
development requirements and an installed Chromium. Takes some 15 minutes for all families.
"""

from __future__ import annotations

import csv
import importlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import plotly.graph_objects as go

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from analytics.disclosure.policy import PUBLISHED  # noqa: E402
from analytics.disclosure.release import release  # noqa: E402
from analytics.emmie.methods import (  # noqa: E402
    MethodsAnswer,
    SimulationFinding,
    read_simulations,
)
from analytics.exhibits.exhibit import Exhibit  # noqa: E402
from analytics.exhibits.simulations import simulation_exhibits  # noqa: E402

METHODS = ROOT / "docs" / "methods"
STUDIES = ROOT / "tests" / "simulation"
COLUMNS = tuple(item.name for item in fields(SimulationFinding))


def families() -> dict[str, ModuleType]:
    """Return each family's module of studies."""
    found = {}
    for path in sorted(STUDIES.glob("*.py")):
        if path.stem != "study" and not path.stem.startswith("test_"):
            found[path.stem] = importlib.import_module(f"tests.simulation.{path.stem}")
    return found


def studies(module: ModuleType) -> Iterator[Callable[[], Iterable[object]]]:
    """Yield the studies of a module, in the order they are written."""
    for name, value in vars(module).items():
        if name.startswith("study_"):
            yield value


def run(names: list[str]) -> None:
    """Run the studies of the named families, or of all, and write the results."""
    found = families()
    chosen = names or list(found)
    path = METHODS / "simulations.csv"
    kept = [
        row for row in read_simulations(path) if row.family not in chosen and row.family in found
    ]
    for family in chosen:
        for study in studies(found[family]):
            print(f"{family}: {study.__name__}", flush=True)
            kept += [_finding(family, item) for item in study()]
    write(kept, list(found), redraw=chosen)


def write(kept: list[SimulationFinding], order: list[str], *, redraw: list[str]) -> None:
    """Write the findings, families in this order, and the document; redraw these families."""
    kept.sort(key=lambda row: order.index(row.family))
    with (METHODS / "simulations.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([_cell(getattr(row, name)) for name in COLUMNS] for row in kept)
    _write_document(tuple(kept), redraw)


def _finding(family: str, item: object) -> SimulationFinding:
    values = {name: getattr(item, name) for name in COLUMNS if name != "family"}
    title = f"{family.replace('_', ' ')}: {values['study'].replace('_', ' ')}".capitalize()
    values["study"] = title.replace("Before after", "Before and after").replace(": cox", ": Cox")
    return SimulationFinding(family=family, **values)


def _cell(value: object) -> object:
    return f"{value:.6g}" if isinstance(value, float) else value


def _write_document(findings: tuple[SimulationFinding, ...], redraw: list[str]) -> None:
    answer = MethodsAnswer(numbers=(), documents={}, families=(), simulations=findings)
    released = release(answer, PUBLISHED)
    parts = [
        "# Simulations\n",
        "How often each method is right when the truth is known, in samples as small and as "
        "clustered as those of the documents, and what happens when an assumption breaks. Written "
        "by `python docs/build_simulations.py`; the same studies are tests: `pytest -m "
        "simulation`. In words: [what the simulations say](simulation_lessons.md).\n",
    ]
    (METHODS / "figures").mkdir(exist_ok=True)
    for study, family in {row.study: row.family for row in findings}.items():
        (exhibit,) = simulation_exhibits(released, study=study)
        parts.append(_section(study, exhibit, redraw=family in redraw))
    (METHODS / "simulations.md").write_text("\n".join(parts), encoding="utf-8")


def _section(study: str, exhibit: Exhibit, *, redraw: bool) -> str:
    lines = [f"## {study}\n", f"{exhibit.headline}.\n"]
    if exhibit.figure is not None:
        name = re.sub(r"[^a-z0-9]+", "_", study.lower()).strip("_")
        if redraw:
            _draw(exhibit, METHODS / "figures" / f"{name}.svg")
        lines.append(
            f"![{exhibit.alt_text.split('. ')[0]} of the table below](figures/{name}.svg)\n"
        )
    head, rows = exhibit.table.columns, exhibit.table.rows
    lines += [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    lines += [f"| {' | '.join(str(cell) for cell in row)} |" for row in rows]
    return "\n".join([*lines, ""])


def _draw(exhibit: Exhibit, path: Path) -> None:
    go.Figure(exhibit.figure).update_layout(width=760).write_image(path)


if __name__ == "__main__":
    run(sys.argv[1:])
