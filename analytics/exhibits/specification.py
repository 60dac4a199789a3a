"""Exhibit of the specification curve: does the sign hold in every reasonable specification."""

from __future__ import annotations

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.effect.specification import Spec, SpecificationAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Exhibit, Table, origin
from analytics.exhibits.match_checks import covariate_words

CHOICE_WORDS = {
    "method": "Method",
    "covariates": "Covariates",
    "cases": "Cases",
    "codes": "Codes that count",
    "open": "Open cases",
}
OPTION_WORDS = {
    "entropy": "Weights: entropy balancing",
    "overlap": "Weights: overlap",
    "inverse": "Weights: inverse probability",
    "regression": "Regression",
    "doubly_robust": "Doubly robust",
    "all": "All",
    "with:area": "All, and the area",
    "no_intervention_elsewhere": "No new cases from elsewhere",
    "left_out": "Left out",
    "counted_as_no": "Counted as without the outcome",
}


def specification_exhibits(released: Released[SpecificationAnswer]) -> tuple[Exhibit, ...]:
    """Return the curve of one outcome; nothing when all of it is withheld."""
    answer = released.answer
    if not answer.specs or answer.median is None:
        return (_withheld(released),)
    found = _sentences(answer)
    return (
        Exhibit(
            key="specification_curve",
            headline=_headline(answer),
            subtitle=(
                f"{answer.label}: difference in percentage points by each of "
                f"{len(answer.specs):,} reasonable specifications, {answer.provenance.place}, "
                f"{wording.percent(answer.level)} intervals"
            ),
            figure=theme.as_dict(_curve(answer)),
            table=_influence_table(answer),
            alt_text="Curve of estimates from the smallest to the largest. " + " ".join(found),
            notes=(
                "Each point is one whole analysis: another way of making cases alike, another set "
                "of covariates, other cases or other codes. All are reasonable; none was chosen "
                "for its result.",
                "“No new cases from elsewhere” leaves out cases of the new process from areas "
                "that did not have it.",
                "Specifications share the same cases, so they are not independent confirmations. "
                "What all of them miss, such as other changes between the years, none can show.",
                f"{answer.n_not_estimable:,} further combinations have no estimate or are "
                "withheld. Differences are rounded to whole points, and no counts are given.",
                released.statement,
            ),
            **origin(answer.provenance),
            sentences=found,
            full_table=_full_table(answer),
        ),
    )


def _headline(answer: SpecificationAnswer) -> str:
    share = answer.share_same_side or 0.0
    word = "lower" if (answer.median or 0) < 0 else "higher"
    if share >= 1:
        return f"{word.capitalize()} in all {len(answer.specs):,} reasonable specifications"
    n = int(wording.rounded(share * len(answer.specs)))
    if share >= 0.9:
        return f"{word.capitalize()} in {n:,} of {len(answer.specs):,} reasonable specifications"
    return f"The sign depends on the specification: {word} in {n:,} of {len(answer.specs):,}"


def _sentences(answer: SpecificationAnswer) -> tuple[str, ...]:
    median = wording.points(answer.median or 0, places=0)
    said = [
        f"Median difference {median} points, from "
        f"{wording.points(answer.specs[0].estimate, places=0)} to "
        f"{wording.points(answer.specs[-1].estimate, places=0)}.",
        f"{wording.percent(answer.share_same_side)} of the specifications lie on that side of no "
        f"difference, and in {wording.percent(answer.share_clear)} the interval does too.",
    ]
    place = next((i for i, spec in enumerate(answer.specs) if spec.is_chosen), None)
    if place is not None:
        chosen = answer.specs[place]
        said.append(
            f"The protocol's own analysis gives {wording.points(chosen.estimate, places=0)} "
            f"points; {wording.percent(place / len(answer.specs))} of the specifications give a "
            "smaller number."
        )
    widest = answer.influences[0] if answer.influences else None
    if widest is not None and widest.spread > 0:
        said.append(
            f"The choice that moves it most is “{CHOICE_WORDS[widest.name].lower()}” "
            f"({wording.fixed(100 * widest.spread)} points between the medians of its options)."
        )
    return tuple(said)


def _curve(answer: SpecificationAnswer) -> go.Figure:
    """Draw the estimates in order, and under them which option each one took."""
    labels = _options(answer)
    height = 330 + 22 * len(labels)
    built = theme.panels(
        2,
        height=height,
        shared_xaxes=True,
        vertical_spacing=0.03,
        row_heights=[270, 22 * len(labels)],
    )
    for name, colour, size, chosen in (
        ("Each specification", theme.TURQUOISE, 5, False),
        ("The protocol's", theme.DARK_BLUE, 12, True),
    ):
        drawn = [(i, spec) for i, spec in enumerate(answer.specs, 1) if spec.is_chosen is chosen]
        built.add_trace(_points(drawn, name, colour, size), row=1, col=1)
    places = {label: row for row, label in enumerate(labels)}
    built.add_trace(
        go.Scatter(
            x=[i for i, spec in enumerate(answer.specs, 1) for _ in spec.choices],
            y=[places[pair] for spec in answer.specs for pair in spec.choices],
            mode="markers",
            marker={"symbol": "line-ns-open", "size": 9, "color": theme.DARK_BLUE},
            showlegend=False,
            hoverinfo="skip",
        ),
        row=2,
        col=1,
    )
    built.add_hline(y=0, line_color=theme.DARK_GREY, line_width=1, row=1, col=1)
    built.update_yaxes(title_text="Percentage points", row=1, col=1)
    built.update_yaxes(
        tickvals=list(places.values()),
        ticktext=[option_words(*pair) for pair in labels],
        tickfont={"size": 12},
        range=[len(labels) - 0.5, -0.5],
        showgrid=False,
        row=2,
        col=1,
    )
    built.update_xaxes(title_text="From smallest to largest", row=2, col=1)
    return built


def _points(drawn: list[tuple[int, Spec]], name: str, colour: str, size: int) -> go.Scatter:
    """Return estimates with their limits."""
    return go.Scatter(
        x=[place for place, _ in drawn],
        y=[100 * spec.estimate for _, spec in drawn],
        name=name,
        mode="markers",
        marker={"color": colour, "size": size},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [100 * (spec.high - spec.estimate) for _, spec in drawn],
            "arrayminus": [100 * (spec.estimate - spec.low) for _, spec in drawn],
            "color": theme.fade(colour, 0.3 if size < 10 else 1),
            "thickness": 1 if size < 10 else 2,
            "width": 0,
        },
        customdata=[wording.points(spec.estimate, places=0) for _, spec in drawn],
        hovertemplate="%{customdata} points<extra></extra>",
    )


def _options(answer: SpecificationAnswer) -> list[tuple[str, str]]:
    """Return every option that was taken, choice by choice."""
    names = [name for name, _ in answer.specs[0].choices]
    taken = dict.fromkeys(pair for spec in answer.specs for pair in spec.choices)
    return sorted(taken, key=lambda pair: (names.index(pair[0]), option_words(*pair)))


def option_words(name: str, code: str) -> str:
    """Return an option of a choice for the screen."""
    kind, _, rest = code.partition(":")
    if kind == "pairs":
        width, _, ratio = rest.partition(":")
        return f"Pairs 1:{ratio}, caliper {width}"
    if kind == "without":
        return f"Without: {wording.lower_first(covariate_words(rest))}"
    if name == "codes":
        number = code.rpartition("__")[2] if "__" in code else ""
        return f"Codes: list {int(number) + 2}" if number else "Codes: the protocol's"
    if name == "cases" and code == "all":
        return "All cases"
    if name == "covariates" and code == "all":
        return "All covariates"
    return OPTION_WORDS.get(code, code.replace("_", " "))


def _influence_table(answer: SpecificationAnswer) -> Table:
    return Table(
        columns=("Choice", "Option", "Median difference (points)"),
        rows=tuple(
            (
                CHOICE_WORDS[one.name],
                option_words(one.name, code),
                wording.points(value, places=0),
            )
            for one in answer.influences
            for code, value in one.medians
        ),
    )


def _full_table(answer: SpecificationAnswer) -> Table:
    names = [name for name, _ in answer.specs[0].choices]
    return Table(
        columns=(
            *(CHOICE_WORDS[name] for name in names),
            "Difference (points)",
            "Interval",
            "The protocol's own",
        ),
        rows=tuple(
            (
                *(option_words(name, code) for name, code in spec.choices),
                wording.points(spec.estimate, places=0),
                f"{wording.fixed(100 * spec.low)} to {wording.fixed(100 * spec.high)}",
                "yes" if spec.is_chosen else "",
            )
            for spec in answer.specs
        ),
    )


def _withheld(released: Released[SpecificationAnswer]) -> Exhibit:
    answer = released.answer
    return Exhibit(
        key="specification_curve",
        headline="Too few cases for a specification curve",
        subtitle=f"{answer.label}, {answer.provenance.place}",
        figure=None,
        table=Table(columns=("Choice", "Option", "Median difference (points)"), rows=()),
        alt_text="Nothing is shown.",
        notes=(released.statement,),
        **origin(answer.provenance),
        sentences=("No specification rests on enough cases to be shown.",),
    )
