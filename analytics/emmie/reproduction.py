"""Reproduction: each reported figure beside the computed one, with a mark.

Which figure is computed beside a finding stands in ``published_findings.computed_from``; where
none can be, ``not_computed_because`` says why. Methods:
``docs/methods/questions/published_evidence.md``.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

from analytics.access.viewer import PUBLIC
from analytics.disclosure.policy import Policy, policy_named
from analytics.emmie.effect.results import EffectRow
from analytics.emmie.effect_verdict import ANSWERS, Found, main_analysis
from analytics.emmie.figure_spec import FigureSpec, count_of, parse_spec
from analytics.emmie.published_areas import PUBLISHERS
from analytics.emmie.study import Provenance, Question, Study
from analytics.extracts.engine import UnusableExtractError
from analytics.extracts.filters import NO_FILTERS

Mark = Literal["reproduced", "differs", "not_reproducible", "words_only", "withheld"]
Unit = Literal["count", "points", "percent", "change", "level"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReproductionQuestion(Question["ReproductionAnswer"]):
    """Ask which reported figures of an evaluation the extracts here give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Computed:
    """A computed figure; ``value`` is None when it is withheld or can't be estimated.

    ``is_published`` tells what was worked out from published figures.
    """

    value: float | None
    unit: Unit
    is_withheld: bool = False
    is_published: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction:
    """One reported figure and what the extracts here give.

    Attributes
    ----------
    finding_id : str
        Row of ``published_findings``.
    mark : str
        ``reproduced`` (within ``tolerance``), ``differs``, ``not_reproducible`` (nothing computes
        it), ``words_only`` (no number is reported), or ``withheld``.
    computed : Computed or None
        What the extracts give.
    tolerance : float
        Largest difference that counts as the same, in the unit of the finding.
    because : str
        Why it differs or can't be computed, as the table of findings says.
    """

    finding_id: str
    mark: Mark
    computed: Computed | None
    tolerance: float
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReproductionAnswer:
    """Every reported figure of one evaluation with its mark."""

    provenance: Provenance
    figures: tuple[Reproduction, ...]

    def disclose(self, policy: Policy) -> Self:
        """Return the same: each count was withheld by the policy of its own extract."""
        del policy
        return self


def answer_reproduction(question: ReproductionQuestion, study: Study) -> ReproductionAnswer:
    """Compute every figure that the table of findings names, unfiltered.

    Parameters
    ----------
    question : ReproductionQuestion
        Nothing to choose.
    study : Study
        Evaluation and viewer; filters don't apply to what a document reports.

    Returns
    -------
    ReproductionAnswer
    """
    del question
    rows = _findings(study)
    specs = {
        row["finding_id"]: parse_spec(row["computed_from"]) for row in rows if row["computed_from"]
    }
    computed = {
        **_counts(study, specs),
        **_effects(study, specs),
        **_published(study, specs),
    }
    return ReproductionAnswer(
        provenance=_provenance(study, tuple(computed.values())),
        figures=tuple(_marked(row, computed.get(row["finding_id"])) for row in rows),
    )


def _provenance(study: Study, computed: tuple[Computed, ...]) -> Provenance:
    """Return where the computed figures come from: extracts, published figures, or both."""
    is_counted = any(not one.is_published for one in computed)
    extracts = study.protocol.evaluation.extracts if is_counted else ()
    published = PUBLISHERS if any(one.is_published for one in computed) else ""
    return replace(study.provenance(*extracts), published=published)


def _findings(study: Study) -> list[dict[str, Any]]:
    store = study.library.published_findings()
    table = store.table("published_findings", PUBLIC)
    mine = table.filter(table.evaluation == study.evaluation.name)
    return store.records(
        mine.select(
            "finding_id", "value", "direction", "computed_from", "tolerance", "not_computed_because"
        )
    )


def _marked(row: dict[str, Any], computed: Computed | None) -> Reproduction:
    reported, tolerance = row["value"], row["tolerance"] or 0.0
    mark: Mark
    if reported is None:
        mark = "words_only"
    elif computed is not None and computed.is_withheld:
        mark = "withheld"
    elif computed is None or computed.value is None:
        mark = "not_reproducible"
    else:
        signed = -reported if row["direction"] == "decrease" else reported
        mark = "reproduced" if abs(computed.value - signed) <= tolerance else "differs"
    return Reproduction(
        finding_id=row["finding_id"],
        mark=mark,
        computed=computed,
        tolerance=tolerance,
        because=row["not_computed_because"] or "",
    )


def _counts(study: Study, specs: dict[str, FigureSpec]) -> dict[str, Computed]:
    """Return every count, with one query for each extract."""
    by_extract: dict[str, dict[str, FigureSpec]] = defaultdict(dict)
    for finding, spec in specs.items():
        if spec.kind in ("count", "share", "distinct", "levels"):
            by_extract[spec.of[0]][finding] = spec
    found = {}
    for extract, wanted in by_extract.items():
        try:
            table = study.unfiltered(extract)
        except UnusableExtractError:
            continue
        names = {f"n{place}": finding for place, finding in enumerate(wanted)}
        counts = study.store.records(
            table.aggregate(**{name: count_of(table, wanted[key]) for name, key in names.items()})
        )[0]
        policy = policy_named(study.protocol.policy_of(extract))
        for name, finding in names.items():
            found[finding] = _released(counts[name] or 0, wanted[finding], policy)
    return found


def _released(value: float, spec: FigureSpec, policy: Policy) -> Computed:
    """Return a count as its policy lets it be shown; shares are of whole extracts."""
    if spec.kind == "share":
        return Computed(value=float(value), unit="percent")
    is_small = spec.kind != "levels" and policy.is_small(int(value))
    return Computed(value=None if is_small else value, unit="count", is_withheld=is_small)


def _effects(study: Study, specs: dict[str, FigureSpec]) -> dict[str, Computed]:
    """Return differences, and relative changes, of the main analysis over all of its rows."""
    wanted = {key: spec for key, spec in specs.items() if spec.kind in ("effect", "change")}
    if not wanted:
        return {}
    main = main_analysis(replace(study, filters=NO_FILTERS))
    rows = {row.key: row for row in main.rows} if isinstance(main, Found) else {}
    is_published = isinstance(main, Found) and not ANSWERS[main.estimator][1]
    return {
        finding: replace(_of_row(row, spec), is_published=is_published)
        for finding, spec in wanted.items()
        if (row := rows.get(spec.of[0])) is not None
    }


def _of_row(row: EffectRow, spec: FigureSpec) -> Computed:
    """Return a difference in percentage points, or a ratio as a change in per cent."""
    is_withheld = row.reason == "withheld"
    if spec.kind == "change":
        value = None if row.ratio is None else 100 * (row.ratio.value - 1)
        return Computed(value=value, unit="change", is_withheld=is_withheld)
    value = None if row.difference is None else 100 * row.difference.value
    return Computed(value=value, unit="points", is_withheld=is_withheld)


def _published(study: Study, specs: dict[str, FigureSpec]) -> dict[str, Computed]:
    """Return published figures: one, or the unweighted mean of the intervention's areas."""
    wanted = {
        finding: spec for finding, spec in specs.items() if spec.kind in ("published", "areas")
    }
    if not wanted:
        return {}
    store = study.library.benchmarks()
    table = store.table("published_figures", PUBLIC)
    table = table.filter(
        table.measure.isin(sorted({spec.of[0] for spec in wanted.values()})),
        table.value.notnull(),
    )
    rows = store.records(table.select("measure", "area_code", "year", "value"))
    values = {(row["measure"], row["area_code"], row["year"]): row["value"] for row in rows}
    treated = study.protocol.areas.with_intervention
    found = {}
    for finding, spec in wanted.items():
        places = treated if spec.kind == "areas" else (spec.of[1],)
        shown = [
            value
            for place in places
            if (value := values.get((spec.of[0], place, int(spec.of[-1])))) is not None
        ]
        if shown:
            found[finding] = Computed(
                value=sum(shown) / len(shown), unit="level", is_published=True
            )
    return found
