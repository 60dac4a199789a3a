"""Exhibit of the logic model: the drawing, its links with their evidence, and the verdict."""

from __future__ import annotations

from analytics.disclosure.release import Released
from analytics.emmie.mechanism.logic_model import LinkFound, LogicModelAnswer
from analytics.emmie.mechanism.verdict import verdict_of
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.mechanism_diagram import diagram
from analytics.exhibits.mechanism_words import STANDING, link_basis, piece_words


def logic_model_exhibits(released: Released[LogicModelAnswer]) -> tuple[Exhibit, ...]:
    """Return the logic model with the evidence for each of its links."""
    answer = released.answer
    names = {node.key: node.label for node in answer.nodes}
    return (
        Exhibit(
            key="logic_model",
            headline=_headline(answer),
            subtitle=(
                f"Logic model of the protocol, {answer.provenance.place}; arrows are links, "
                "numbered as in the table"
            ),
            figure=theme.as_dict(diagram(answer)),
            table=Table(
                columns=("Link", "From and to", "How it stands", "Rests on", "Evidence"),
                rows=tuple(_row(link, names) for link in answer.links),
            ),
            alt_text=_alt_text(answer),
            notes=(*NOTES, released.statement),
            **origin(answer.provenance),
            sentences=verdict_of(answer).reasons,
        ),
    )


NOTES = (
    "Supported: every piece of evidence is for the link. Not supported: some is against it and "
    "none is for it. Mixed or unclear: anything between. No evidence collected: nothing could be "
    "judged.",
    "What people say counts as for a link when at least half of those asked raise it or, in a "
    "survey, when more than half agree by more than chance. What was done counts from 80% (or the "
    "protocol's own mark), and against below 50%. A change counts when it could not easily be "
    "chance, after adjustment for the number of items.",
    "Mechanism is shown only when every link at a mechanism is supported by an outcome compared "
    "with others; it is not shown when something measured moved the wrong way. A change over waves "
    "has no comparison: it is consistent with a link and may have come anyway. What people "
    "perceive is not a test.",
    "An outcome counts when the Effect page's analysis compares with others who did not have the "
    "intervention, passes its health checks, and leaves out no difference. It is then in line with "
    "every link that leads to it, and does not show which of them, if any, was at work.",
    "A survey's change counts as unclear when people were followed and more than half did not "
    "answer again. Themes count as unclear when two coders' alpha is below 0.667.",
)


def _headline(answer: LogicModelAnswer) -> str:
    links = [link for link in answer.links if link.touches_mechanism]
    if not links:
        return "The logic model names no mechanism"
    supported = [link for link in links if link.standing == "supported"]
    compared = [link for link in supported if link.strength == "outcome"]
    word = verdict_of(answer).word.capitalize()
    return f"{word}: {len(compared)} of {len(links)} links at a mechanism rest on a comparison"


def _row(link: LinkFound, names: dict[str, str]) -> tuple[Cell, ...]:
    pieces = ". ".join(piece_words(one) for one in link.pieces)
    return (
        link.number,
        f"{names[link.source]} → {names[link.target]}",
        STANDING[link.standing],
        link_basis(link),
        f"{pieces}." if pieces else "The protocol names no evidence for this link.",
    )


def _alt_text(answer: LogicModelAnswer) -> str:
    counts = [
        f"{STANDING[standing].lower()} {sum(link.standing == standing for link in answer.links)}"
        for standing in STANDING
        if any(link.standing == standing for link in answer.links)
    ]
    return (
        f"Logic model with {len(answer.nodes)} boxes in five stages from inputs to impact, and "
        f"{len(answer.links)} numbered arrows: {wording.listed(counts)}. The table lists every "
        "arrow with its evidence."
    )
