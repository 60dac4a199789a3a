"""Exhibits of the themes question: themes by role, and agreement between coders."""

from __future__ import annotations

from typing import Final

import plotly.graph_objects as go

from analytics.disclosure.release import Released
from analytics.emmie.mechanism.evidence import RELIABLE_FROM
from analytics.emmie.mechanism.themes import ThemeFound, ThemesAnswer
from analytics.exhibits import theme, wording
from analytics.exhibits.exhibit import Cell, Exhibit, Table, origin
from analytics.exhibits.mechanism_words import FEW_SHOWN, before_colon
from analytics.extracts.code_lists import ROLE
from analytics.extracts.protocol.practice import ThemeKind

GOOD_FROM: Final = 0.8
KIND_WORDS: Final[dict[ThemeKind, str]] = {
    "mechanism": "how it works",
    "benefit": "benefits",
    "concern": "concerns",
    "unintended": "unintended consequences",
    "moderator": "where it works",
    "barrier": "barriers",
    "enabler": "what helps",
}


def theme_exhibits(
    released: Released[ThemesAnswer], *, with_agreement: bool = True
) -> tuple[Exhibit, ...]:
    """Return one exhibit for each kind of theme, and one on the agreement between coders.

    Parameters
    ----------
    released : Released of ThemesAnswer
        What may be shown.
    with_agreement : bool
        Whether the agreement between coders is shown.
    """
    kinds = dict.fromkeys(one.kind for one in released.answer.themes)
    shown = [_kind(released, kind) for kind in KIND_WORDS if kind in kinds]
    return (*shown, _agreement(released)) if with_agreement else tuple(shown)


def _kind(released: Released[ThemesAnswer], kind: ThemeKind) -> Exhibit:
    answer = released.answer
    mine = [one for one in answer.themes if one.kind == kind]
    roles = _roles(answer, mine)
    anything = any(role.share.value is not None for one in mine for role in one.roles)
    return Exhibit(
        key=f"themes_{kind}",
        headline=_headline(mine, kind),
        subtitle=(
            f"{_words(kind)}: share of interviews that raise a theme, by role, "
            f"{answer.provenance.place}, "
            f"{_sizes(answer)}, 95% intervals"
        ),
        figure=theme.as_dict(_dots(mine, roles, dict(answer.interviews))) if anything else None,
        table=Table(
            columns=(
                "Theme",
                "Role",
                "Interviews that raise it",
                "Share (%)",
                "95% interval (%)",
                "p-value that roles differ (adjusted)",
            ),
            rows=tuple(row for one in mine for row in _rows(one)),
        ),
        alt_text=(f"Dot plot of {len(mine)} themes by role. " + " ".join(_sentences(mine))),
        notes=_notes(released, mine, roles),
        **origin(answer.provenance),
        sentences=_sentences(mine),
    )


def _roles(answer: ThemesAnswer, mine: list[ThemeFound]) -> list[str]:
    """Return the roles to draw: those with most interviews, in the order of the code list."""
    asked = {role.role for one in mine for role in one.roles}
    sizes = {role: n or 0 for role, n in answer.interviews if role in asked}
    largest = sorted(sizes, key=lambda role: -sizes[role])[:FEW_SHOWN]
    return [role for role in ROLE if role in largest]


def _sizes(answer: ThemesAnswer) -> str:
    """Return how many interviews there were, with those of the largest roles."""
    sizes = [n for _, n in answer.interviews]
    if None in sizes:
        return _of_roles(len(sizes))
    return f"{sum(n or 0 for n in sizes):,} interviews, {_of_roles(len(sizes))}"


def _of_roles(n: int) -> str:
    return wording.plural(n, "role", "roles")


def raised(one: ThemeFound) -> float | None:
    """Return the share of the interviews of every role shown that raise a theme."""
    shown = [role.share for role in one.roles if role.share.value is not None]
    events, n = sum(one.events or 0 for one in shown), sum(one.n or 0 for one in shown)
    return events / n if n else None


def _headline(mine: list[ThemeFound], kind: ThemeKind) -> str:
    shares = [(value, one) for one in mine if (value := raised(one)) is not None]
    if not shares:
        return f"{_words(kind)}: counts are too small to show"
    value, most = max(shares, key=lambda pair: pair[0])
    # A withheld theme may be raised by nearly everybody.
    among = "" if len(shares) == len(mine) else ", of the themes that can be shown"
    return f"{wording.percent(value)} raise “{before_colon(most.label)}”{among}"


def _words(kind: ThemeKind) -> str:
    return KIND_WORDS[kind][:1].upper() + KIND_WORDS[kind][1:]


def _dots(mine: list[ThemeFound], roles: list[str], sizes: dict[str, int | None]) -> go.Figure:
    """Draw a dot with its interval for each theme and role."""
    step = 0.7 / max(len(roles), 1)
    built = theme.figure(height=110 + len(mine) * (34 + 18 * len(roles)))
    for place, (role, colour) in enumerate(zip(roles, theme.CATEGORICAL, strict=False)):
        found = [
            (row, one)
            for row, theme_found in enumerate(mine)
            for one in theme_found.roles
            if one.role == role and one.share.value is not None
        ]
        values = [one.share.value for _, one in found]
        built.add_trace(
            go.Scatter(
                x=[100 * (value or 0) for value in values],
                y=[row + (place - (len(roles) - 1) / 2) * step for row, _ in found],
                mode="markers",
                name=f"{ROLE[role]} ({wording.count(sizes.get(role))})",
                marker={"color": colour, "size": 10, "symbol": MARKS[place]},
                error_x=theme.error_bars(
                    values, [one.conf_int for _, one in found], colour=colour, scale=100
                ),
                hovertemplate=ROLE[role] + ": %{x:.0f}%<extra></extra>",
            )
        )
    built.update_xaxes(title_text="Share of interviews (%)", range=[0, 100])
    built.update_yaxes(
        tickvals=list(range(len(mine))),
        ticktext=[theme.wrapped(one.label, 22) for one in mine],
        range=[len(mine) - 0.5, -0.5],
        showgrid=False,
    )
    return built


MARKS: Final = ("circle", "diamond", "square", "triangle-up")


def _rows(one: ThemeFound) -> list[tuple[Cell, ...]]:
    p_value = wording.p_value(one.p_value) + (" (rough)" if one.is_rough and one.p_value else "")
    return [
        (
            one.label,
            ROLE[role.role],
            wording.out_of(role.share),
            wording.WITHHELD if role.share.value is None else wording.fixed(100 * role.share.value),
            wording.interval(role.conf_int, scale=100, places=0),
            p_value,
        )
        for role in one.roles
    ]


def _sentences(mine: list[ThemeFound]) -> tuple[str, ...]:
    return tuple(_sentence(one) for one in mine)


def _sentence(one: ThemeFound) -> str:
    """Return how often a theme is raised, from which role least to which most."""
    shown = [role for role in one.roles if role.share.value is not None]
    value = raised(one)
    if value is None:
        return f"{one.label}: withheld, because in each role too few raise it or too few do not."
    events, n = (sum(getattr(role.share, part) for role in shown) for part in ("events", "n"))
    words = f"{one.label}: {wording.percent(value)} of interviews ({events:,} of {n:,})"
    if len(shown) > 1:
        ranked = sorted(shown, key=lambda role: role.share.value or 0)
        ends = [
            f"{wording.percent(role.share.value)} ({wording.lower_first(ROLE[role.role])})"
            for role in (ranked[0], ranked[-1])
        ]
        words += f", from {ends[0]} to {ends[1]}"
    if one.p_value is not None:
        chance = "more than chance" if one.p_value < 0.05 else "no more than chance"
        words += f"; roles differ by {chance} (p = {wording.p_value(one.p_value)})"
    left_out = " Roles with few are left out." if len(shown) < len(one.roles) else ""
    return f"{words}.{left_out}"


def _notes(
    released: Released[ThemesAnswer], mine: list[ThemeFound], roles: list[str]
) -> tuple[str, ...]:
    asked = {role.role for one in mine for role in one.roles}
    notes = [
        "One interview is one voice, also when several people were there. Not raising a theme "
        "does not mean disagreeing with it.",
        "Counted as the first coder judged. Who was asked was not drawn at random, so an interval "
        "shows what so few interviews can bear, not what all staff think.",
        "Tests between roles are adjusted for the number of themes (Holm); “rough” means that an "
        "expected count is below 5.",
        released.statement,
    ]
    if asked - set(roles):
        notes.insert(
            1,
            f"The drawing holds the {len(roles)} roles with most interviews; the table holds all.",
        )
    return tuple(notes)


def agreement_word(value: float) -> str:
    """Return how good an agreement beyond chance is, by Krippendorff's marks."""
    if value >= GOOD_FROM:
        return "good"
    return "fair" if value >= RELIABLE_FROM else "poor"


def _agreement(released: Released[ThemesAnswer]) -> Exhibit:
    answer = released.answer
    with_kappa = [one for one in answer.themes if one.kappa is not None]
    n = wording.count(answer.n_double_coded)
    return Exhibit(
        key="coder_agreement",
        headline=_agreement_headline(answer),
        subtitle=(
            f"Cohen's kappa of each theme, {answer.provenance.place}, {n} interviews coded by two "
            "people blind to each other, 95% intervals; 1 is full agreement, 0 is chance"
        ),
        figure=theme.as_dict(_kappas(with_kappa)) if with_kappa else None,
        table=Table(
            columns=("Theme", "Kappa", "95% interval", "How good"),
            rows=tuple(_kappa_row(one) for one in answer.themes),
        ),
        alt_text=(
            f"Dot plot of the agreement of two coders on {len(with_kappa)} themes. "
            + _alpha_words(answer)
        ),
        notes=(
            "Good: 0.80 or more; fair: 0.67 or more; poor: less (Krippendorff's marks for alpha, "
            "which we use for kappa too). A theme that nearly everybody or nobody raises can have "
            "a low kappa although the coders nearly always agree.",
            "Alpha treats each theme of each interview as a unit; themes of one interview are not "
            "independent, so its interval is a little too narrow.",
            "A kappa is withheld when it could give a small count away.",
            released.statement,
        ),
        **origin(answer.provenance),
        sentences=(_alpha_words(answer),),
    )


def _agreement_headline(answer: ThemesAnswer) -> str:
    if answer.alpha is None:
        return "Agreement between coders cannot be told"
    return (
        f"Agreement between coders is {agreement_word(answer.alpha.value)} "
        f"(alpha {wording.fixed(answer.alpha.value, 2)})"
    )


def _alpha_words(answer: ThemesAnswer) -> str:
    if answer.alpha is None:
        return "There are too few interviews coded twice to say how far coders agree."
    return (
        f"Over all themes Krippendorff's alpha is {wording.fixed(answer.alpha.value, 2)} "
        f"({wording.interval(answer.alpha.conf_int, places=2)}), from "
        f"{wording.count(answer.n_double_coded)} interviews coded twice."
    )


def _kappas(found: list[ThemeFound]) -> go.Figure:
    labels = [theme.wrapped(before_colon(one.label), 22) for one in found]
    places, height = theme.rows_of(labels, gap=14)
    built = theme.figure(height=90 + int(height), showlegend=False)
    built.add_trace(
        go.Scatter(
            x=[one.kappa.value for one in found if one.kappa],
            y=places,
            mode="markers",
            name="Kappa",
            marker={"color": theme.DARK_BLUE, "size": 10},
            error_x=theme.error_bars(
                [one.kappa.value for one in found if one.kappa],
                [one.kappa.conf_int for one in found if one.kappa],
                colour=theme.DARK_BLUE,
            ),
            hovertemplate="Kappa %{x:.2f}<extra></extra>",
        )
    )
    for mark, words, side in ((RELIABLE_FROM, "fair", "right"), (GOOD_FROM, "good", "left")):
        built.add_vline(x=mark, line_color=theme.DARK_GREY, line_dash="dash", line_width=1)
        built.add_annotation(
            x=mark,
            y=1,
            yref="paper",
            text=words,
            showarrow=False,
            xanchor=side,
            yanchor="bottom",
            font={"size": 13, "color": theme.MUTED},
        )
    lows = [one.kappa.conf_int.low for one in found if one.kappa]
    built.update_xaxes(title_text="Cohen's kappa", range=[min(0.0, *lows) - 0.05, 1.05])
    built.update_yaxes(
        tickvals=places,
        ticktext=labels,
        range=[height, 0],
        showgrid=False,
    )
    return built


NO_KAPPA: Final = {
    "no_cases": "not coded twice",
    "no_variation": "both coders always gave the same answer",
    "withheld": wording.WITHHELD,
}


def _kappa_row(one: ThemeFound) -> tuple[Cell, ...]:
    if one.kappa is None:
        return (one.label, NO_KAPPA.get(one.no_kappa or "no_cases", "not estimable"), "", "")
    return (
        one.label,
        wording.fixed(one.kappa.value, 2),
        wording.interval(one.kappa.conf_int, places=2),
        agreement_word(one.kappa.value),
    )
