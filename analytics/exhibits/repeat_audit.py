"""Exhibits of the analysis of repeat plans: the tally of its answers, beside the audit."""

from __future__ import annotations

from analytics.disclosure.release import Released
from analytics.emmie.repeat_plans.audit_tally import AuditCounts, Tally
from analytics.emmie.repeat_plans.audit_tool import AuditToolAnswer, Case
from analytics.exhibits import wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.repeat_compared import AuditView, compared
from analytics.exhibits.repeat_words import QUESTION_GROUPS
from analytics.extracts.code_lists import AUDIT_ANSWER, AUDIT_FLAGS


def audit_tool_exhibits(
    released: Released[AuditToolAnswer], *, is_own: bool = False
) -> tuple[Exhibit, ...]:
    """Return the tally of the answers and, where there was an audit, the comparison with it.

    Parameters
    ----------
    released : Released
        The answer.
    is_own : bool
        Whether the true counts are shown, to a viewer who may see every case that is counted; they
        go into no file. Others get what may be passed on in any case.

    Returns
    -------
    tuple of Exhibit
        Before the first answer, an invitation and no table.
    """
    answer = released.answer
    view = AuditView(released=released, counts=answer.counts)
    if is_own and answer.own is not None:
        view = AuditView(released=released, counts=answer.own, is_own=True)
    if view.counts.analysed.events == 0:
        return (_invitation(AuditView(released=released, counts=answer.counts)),)
    if answer.n_audited == 0 or not any(one.earlier.n for one in view.counts.tallies):
        return (_tally(view),)
    return (_tally(view), compared(view))


def answered_exhibits(released: Released[AuditToolAnswer], *, plan: str) -> tuple[Exhibit, ...]:
    """Return who answered each question about one case, and when; for the screen only.

    Nothing is returned about a case that the viewer may not see, or nobody has analysed.
    """
    answers = next((case.given for case in released.answer.cases if case.plan_id == plan), ())
    if not answers:
        return ()
    given = {one.question: one for one in answers}
    rows = tuple(
        (
            AUDIT_FLAGS[key],
            AUDIT_ANSWER[given[key].answer],
            given[key].answered_by,
            wording.moment(given[key].answered_at),
        )
        for keys in QUESTION_GROUPS.values()
        for key in keys
        if key in given
    )
    return (
        Exhibit(
            key="audit_answers_of_a_child",
            headline="Answers so far about the chosen child",
            subtitle="The latest answer to each question; earlier ones are kept as history",
            figure=None,
            table=Table(columns=("Question", "Answer", "Answered by", "When"), rows=rows),
            alt_text="",
            notes=(),
            **origin(released.answer.provenance),
            is_shown_only=True,
        ),
    )


def cases_of(released: Released[AuditToolAnswer]) -> tuple[Case, ...]:
    """Return the cases that the viewer may see."""
    return released.answer.cases


def tally_sentence(counts: AuditCounts) -> str:
    """Return how many of the families have been analysed."""
    if counts.n_families is None:
        return "The number of families to analyse is withheld, because it is small."
    if counts.analysed.events is None:
        return (
            f"Of {counts.n_families:,} families to analyse, the number with an answer so far is "
            f"withheld, because it, or the rest, is small."
        )
    return (
        f"Of {counts.n_families:,} families to analyse, {counts.analysed.events:,} have at least "
        f"one answer so far."
    )


def _invitation(view: AuditView) -> Exhibit:
    return Exhibit(
        key="audit_tally",
        headline="No family is analysed yet",
        subtitle=view.who,
        figure=None,
        table=Table(columns=(), rows=()),
        alt_text="",
        notes=(),
        **origin(view.answer.provenance),
        sentences=(
            "What families say to each question, and how that stands against the audit, appears "
            "here as soon as answers are saved.",
        ),
    )


def _tally(view: AuditView) -> Exhibit:
    counts = view.counts
    by_key = {one.key: one for one in counts.tallies}
    asked = [by_key[key] for keys in QUESTION_GROUPS.values() for key in keys if key in by_key]
    answered = [one for one in asked if view.is_answered(one)]
    is_useful = view.is_own or any(one.share.value is not None for one in answered)
    left_out = len(asked) - len(answered)
    return Exhibit(
        key="audit_tally",
        headline=_tally_headline(counts),
        subtitle=f"Families by what they say to each question; {view.who}",
        figure=None,
        table=Table(
            columns=(
                "Question",
                "Yes (families)",
                "No",
                "Children differ",
                "Not known",
                "Not answered",
            ),
            rows=tuple(_tally_row(one) for one in answered) if is_useful else (),
        ),
        alt_text="",
        notes=(
            "Families are counted, as in the audit. A family says yes or no when the answers for "
            "its children agree; where they differ it is counted apart. Not known adds nothing to "
            "another child's yes or no.",
            "The latest answer to a question about a child counts.",
            *(
                (f"Left out, because nobody has answered them: {left_out} of {len(asked)}.",)
                if left_out
                else ()
            ),
            view.statement,
        ),
        **origin(view.answer.provenance),
        sentences=(tally_sentence(counts),),
        is_shown_only=view.is_own,
    )


def _tally_headline(counts: AuditCounts) -> str:
    analysed, families = counts.analysed.events, counts.n_families
    if analysed is None or families is None:
        return "How many families are analysed is withheld"
    return f"{analysed:,} of {wording.plural(families, 'family', 'families')} analysed so far"


def _tally_row(one: Tally) -> tuple[Cell, ...]:
    counts = (one.n_yes, one.n_no, one.n_mixed, one.n_not_known, one.n_unanswered)
    return (AUDIT_FLAGS[one.key], *(wording.count(count) for count in counts))
