"""Themes of interviews: how many of each role raised them, and how far two coders agree.

Methods: ``docs/methods/questions/mechanism.md``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Self

import numpy as np

from analytics.disclosure.policy import DFE_CIN, STAFF, Policy
from analytics.disclosure.suppression import Share, withhold_count, withhold_share
from analytics.emmie.contrast import Estimate
from analytics.emmie.study import Provenance, Question, Study, Unanswered
from analytics.extracts import code_lists as codes
from analytics.extracts.protocol import Theme
from analytics.extracts.protocol.practice import ThemeKind
from analytics.statistics.results import Interval, NotEstimable
from analytics.statistics.scores.kappa import cohen_kappa
from analytics.statistics.scores.many_raters import krippendorff_alpha
from analytics.statistics.scores.themes import RoleShare, ThemeShares, theme_shares
from analytics.statistics.subgroups.multiplicity import AdjustedTest, adjust_p_values

EXTRACTS: Final = ("coded_interviews",)
MECHANISM_KINDS: Final[tuple[ThemeKind, ...]] = (
    "mechanism",
    "benefit",
    "concern",
    "unintended",
    "moderator",
)
DELIVERY_KINDS: Final[tuple[ThemeKind, ...]] = ("barrier", "enabler")
"""Kinds of themes that belong to Implementation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemesQuestion(Question["ThemesAnswer"]):
    """Ask which themes were raised, by whom.

    Attributes
    ----------
    kinds : tuple of str
        Kinds of themes.
    seed : int
        Of the bootstrap of the agreement between coders.
    """

    kinds: tuple[ThemeKind, ...] = MECHANISM_KINDS
    seed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRole:
    """Interviews of one role in which a theme was raised.

    Attributes
    ----------
    role : str
        Code of the role.
    share : Share
        Of the role's interviews in which the theme was looked for.
    conf_int : Interval or None
        Wilson; None when withheld.
    """

    role: str
    share: Share
    conf_int: Interval | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeFound:
    """One theme: who raised it, and how far two coders agree on it.

    Attributes
    ----------
    roles : tuple of ThemeRole
        Roles that were asked, in the order of the code list.
    p_value : float or None
        That the roles' shares are equal, adjusted over the themes (Holm); None when fewer than
        two roles were asked, nobody or everybody raised it, or a share is withheld.
    is_rough : bool
        Whether an expected count below 5 makes that test rough.
    kappa : Estimate or None
        Agreement of two coders beyond chance, in [-1, 1].
    no_kappa : str or None
        Why there is none: ``no_cases`` (not coded twice), ``no_variation``, ``withheld``.
    pairs : tuple of int
        Interviews coded twice: raised for both coders, the first only, the second only, neither.
        Empty after disclosure control.
    """

    key: str
    label: str
    kind: ThemeKind
    roles: tuple[ThemeRole, ...]
    p_value: float | None
    is_rough: bool
    kappa: Estimate | None
    no_kappa: str | None
    pairs: tuple[int, int, int, int] | tuple[()] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemesAnswer:
    """The themes of the interviews.

    Attributes
    ----------
    themes : tuple of ThemeFound
        In the order of the protocol.
    interviews : tuple of (str, int or None)
        Role, and its interviews.
    n_double_coded : int or None
        Interviews that both coders read.
    alpha : Estimate or None
        Krippendorff's alpha over every theme of every interview that was coded twice.
    """

    provenance: Provenance
    themes: tuple[ThemeFound, ...]
    interviews: tuple[tuple[str, int | None], ...]
    n_double_coded: int | None
    alpha: Estimate | None

    def disclose(self, policy: Policy) -> Self:
        """Withhold small counts, and the tests and agreement from which one could be found."""
        return replace(
            self,
            themes=tuple(_disclose_theme(theme, policy) for theme in self.themes),
            interviews=tuple(
                (role, withhold_count(n, whose(policy, role))) for role, n in self.interviews
            ),
            n_double_coded=withhold_count(self.n_double_coded, policy),
            alpha=None if policy.is_small(self.n_double_coded or 0) else self.alpha,
        )


def answer_themes(question: ThemesQuestion, study: Study) -> ThemesAnswer | Unanswered:
    """Count the interviews that raised each theme; the engine does the counting.

    Parameters
    ----------
    question : ThemesQuestion
        Kinds of themes, and the seed.
    study : Study
        Evaluation, filters and viewer.

    Returns
    -------
    ThemesAnswer or Unanswered
    """
    provenance = study.provenance(*EXTRACTS)
    wanted = {theme.key: theme for theme in study.protocol.themes if theme.kind in question.kinds}
    if "coded_interviews" not in study.protocol.evaluation.extracts or not wanted:
        return Unanswered(reason="not_in_protocol", provenance=provenance)
    coded = study.table("coded_interviews")
    first = coded.filter(coded.coder == "first", coded.theme.isin(list(wanted)))
    counts = study.store.records(
        first.group_by("theme", "role").aggregate(
            n=first.count(), events=first.present.cast("int64").sum()
        )
    )
    if not counts:
        return Unanswered(reason="no_rows", provenance=provenance)
    sizes = study.store.records(first.group_by("role").aggregate(n=first.interview_id.nunique()))
    pairs = _pairs(study, list(wanted))
    found = [_theme(theme, counts, pairs.get(key)) for key, theme in wanted.items()]
    return ThemesAnswer(
        provenance=provenance,
        themes=_adjusted([theme for theme in found if theme.roles]),
        interviews=tuple(
            (role, n) for role in codes.ROLE for n in [_size(sizes, role)] if n is not None
        ),
        n_double_coded=_double_coded(study, list(wanted)),
        alpha=_alpha(list(pairs.values()), question.seed),
    )


def _size(sizes: list[dict[str, Any]], role: str) -> int | None:
    return next((int(row["n"]) for row in sizes if row["role"] == role), None)


def _twice(study: Study, themes: list[str]) -> Any:
    """Return each theme of each interview that both coders judged, not executed."""
    coded = study.table("coded_interviews")
    coded = coded.filter(coded.theme.isin(themes))
    first = coded.filter(coded.coder == "first").select("interview_id", "theme", "present")
    second = coded.filter(coded.coder == "second").select(
        "interview_id", "theme", again=coded.present
    )
    return first.join(second, ["interview_id", "theme"])


def _pairs(study: Study, themes: list[str]) -> dict[str, tuple[int, int, int, int]]:
    """Return, by theme, how often both coders, the first only, the second only, neither saw it."""
    twice = _twice(study, themes)
    rows = study.store.records(
        twice.group_by("theme").aggregate(
            both=(twice.present & twice.again).sum(),
            first=(twice.present & ~twice.again).sum(),
            second=(~twice.present & twice.again).sum(),
            neither=(~twice.present & ~twice.again).sum(),
        )
    )
    cells = ("both", "first", "second", "neither")
    counted = {row["theme"]: tuple(int(row[cell]) for cell in cells) for row in rows}
    return {
        theme: (cell[0], cell[1], cell[2], cell[3])
        for theme in themes
        if (cell := counted.get(theme)) is not None
    }


def _double_coded(study: Study, themes: list[str]) -> int:
    twice = _twice(study, themes)
    return int(study.store.records(twice.aggregate(n=twice.interview_id.nunique()))[0]["n"])


def _theme(
    theme: Theme, counts: list[dict[str, Any]], pairs: tuple[int, int, int, int] | None
) -> ThemeFound:
    """Return one theme among the roles that were asked about it."""
    by_role = {row["role"]: row for row in counts if row["theme"] == theme.key}
    asked = [
        role for role in codes.ROLE if role in by_role and (not theme.roles or role in theme.roles)
    ]
    mentions = [int(by_role[role]["events"]) for role in asked]
    sizes = [int(by_role[role]["n"]) for role in asked]
    found = theme_shares(mentions, sizes) if asked else None
    roles: tuple[ThemeRole, ...] = ()
    p_value, is_rough = None, False
    if isinstance(found, ThemeShares):
        roles = tuple(
            ThemeRole(role=role, share=Share.of(item.mentions, item.asked), conf_int=item.conf_int)
            for role, item in zip(asked, found.roles, strict=True)
            if isinstance(item, RoleShare)
        )
        p_value = found.p_value
        is_rough = any(
            check.status == "review"
            for check in found.checks
            if check.name == "smallest_expected_count"
        )
    kappa, no_kappa = _kappa(pairs)
    return ThemeFound(
        key=theme.key,
        label=theme.label,
        kind=theme.kind,
        roles=roles,
        p_value=p_value,
        is_rough=p_value is not None and is_rough,
        kappa=kappa,
        no_kappa=no_kappa,
        pairs=pairs or (),
    )


def _kappa(pairs: tuple[int, int, int, int] | None) -> tuple[Estimate | None, str | None]:
    if pairs is None:
        return None, "no_cases"
    found = cohen_kappa([[pairs[0], pairs[1]], [pairs[2], pairs[3]]])
    if isinstance(found, NotEstimable):
        return None, found.reason
    return Estimate(value=found.estimate, conf_int=found.conf_int), None


def _adjusted(themes: list[ThemeFound]) -> tuple[ThemeFound, ...]:
    """Return the themes with the tests between roles adjusted for their number."""
    not_made = NotEstimable(reason="no_variation", detail="Roles could not be compared.")
    family = adjust_p_values(
        [not_made if theme.p_value is None else theme.p_value for theme in themes]
    )
    if isinstance(family, NotEstimable):
        return tuple(themes)
    return tuple(
        replace(theme, p_value=test.adjusted_p_value) if isinstance(test, AdjustedTest) else theme
        for theme, test in zip(themes, family.tests, strict=True)
    )


def _alpha(pairs: list[tuple[int, int, int, int]], seed: int) -> Estimate | None:
    """Return the agreement over all themes; each theme of each interview is a unit."""
    both, first, second, neither = (
        (sum(cell) for cell in zip(*pairs, strict=True)) if pairs else ((0, 0, 0, 0))
    )
    units = np.repeat([[0, 2], [1, 1], [2, 0]], [both, first + second, neither], axis=0)
    if not len(units):
        return None
    found = krippendorff_alpha(units, measurement="nominal", seed=seed)
    if isinstance(found, NotEstimable):
        return None
    return Estimate(value=found.estimate, conf_int=found.conf_int)


def _disclose_theme(theme: ThemeFound, policy: Policy) -> ThemeFound:
    roles = tuple(_disclose_role(role, policy) for role in theme.roles)
    is_out = any(role.share.is_withheld for role in roles)
    whole = whose(policy, *(role.role for role in theme.roles))
    small_pairs = bool(theme.pairs) and any(whole.is_small(n) for n in _margins(theme.pairs))
    kappa_is_out = theme.kappa is not None and (is_out or small_pairs)
    return replace(
        theme,
        roles=roles,
        p_value=None if is_out else theme.p_value,
        kappa=None if kappa_is_out else theme.kappa,
        no_kappa="withheld" if kappa_is_out else theme.no_kappa,
        pairs=(),
    )


def _margins(pairs: tuple[int, ...]) -> tuple[int, ...]:
    """Return how often each coder saw the theme and did not; kappa could give a small one away."""
    both, first, second, neither = pairs
    return (both + first, second + neither, both + second, first + neither)


def whose(policy: Policy, *roles: str) -> Policy:
    """Return the policy for what these roles said: families' words are never staff's."""
    is_family = any(role in codes.FAMILY_ROLES for role in roles)
    return DFE_CIN if is_family and policy.key == STAFF.key else policy


def _disclose_role(role: ThemeRole, policy: Policy) -> ThemeRole:
    share = withhold_share(role.share, whose(policy, role.role))
    return replace(role, share=share, conf_int=None if share.is_withheld else role.conf_int)
