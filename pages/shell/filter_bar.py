"""The filter bar: the same filters on every page, kept across pages and carried by the link."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

import streamlit as st

from analytics.extracts import code_lists as codes
from analytics.extracts.filters import Filters
from pages.shell.caching import authorities

Role = Literal["local_authority", "period", "age", "sex", "ethnic_group", "category"]
ALL_ROLES: tuple[Role, ...] = (
    "local_authority",
    "period",
    "age",
    "sex",
    "ethnic_group",
    "category",
)
EARLIEST, LATEST = date(2010, 1, 1), date(2030, 12, 31)


def filter_bar(roles: tuple[Role, ...] = ALL_ROLES) -> Filters:
    """Draw every filter, disable those that mean nothing on this page, and return what is chosen.

    Parameters
    ----------
    roles : tuple of str
        Filters that mean something on this page.

    Returns
    -------
    Filters
        The chosen filters; those without meaning here are left out.
    """
    with st.sidebar:
        st.markdown("**Filters**")
        places = _choice("Local authority", "la", authorities(), "local_authority" in roles)
        start, end = _period("period" in roles)
        ages = _choice("Age band", "age", _age_words(), "age" in roles)
        sexes = _choice("Sex", "sex", codes.SEX, "sex" in roles)
        groups = _choice("Ethnic group", "ethnic", codes.ETHNIC_GROUP, "ethnic_group" in roles)
        categories = _choice(
            "Category of abuse", "category", codes.CATEGORY_OF_ABUSE, "category" in roles
        )
        st.button("Clear all filters", on_click=_clear, width="stretch")
    return Filters(
        local_authorities=places,
        period_start=start,
        period_end=end,
        age_bands=ages,
        sexes=sexes,
        ethnic_groups=groups,
        categories=categories,
    )


def _choice(label: str, key: str, words: Mapping[str, str], is_used: bool) -> tuple[str, ...]:
    chosen = st.multiselect(
        label,
        options=list(words),
        format_func=lambda code: words.get(code, code),
        key=key,
        placeholder="All",
        disabled=not is_used,
        help=None if is_used else "Not used on this page.",
        bind="query-params",
        persist_state="session",
    )
    return tuple(chosen) if is_used else ()


def _period(is_used: bool) -> tuple[date | None, date | None]:
    ends = []
    for label, key in (("From", "from"), ("To", "to")):
        ends.append(
            st.date_input(
                label,
                value=None,
                min_value=EARLIEST,
                max_value=LATEST,
                key=key,
                format="DD/MM/YYYY",
                disabled=not is_used,
                bind="query-params",
                persist_state="session",
            )
        )
    start, end = ends
    return (start, end) if is_used else (None, None)


def _age_words() -> dict[str, str]:
    return {band: f"{band.replace('-', ' to ')} years" for band in codes.AGE_BANDS}


def _clear() -> None:
    for key in ("la", "age", "sex", "ethnic", "category"):
        st.session_state[key] = []
    st.session_state["from"] = None
    st.session_state["to"] = None


def in_words(filters: Filters) -> str:
    """Return the filters as one line, for the page and for every download."""
    names = authorities()
    parts = [
        ("Local authority", [names.get(code, code) for code in filters.local_authorities]),
        ("age", [_age_words()[band] for band in filters.age_bands]),
        ("sex", [codes.SEX[code] for code in filters.sexes]),
        ("ethnic group", [codes.ETHNIC_GROUP[code] for code in filters.ethnic_groups]),
        ("category", [codes.CATEGORY_OF_ABUSE[code] for code in filters.categories]),
        ("from", [f"{filters.period_start:%d/%m/%Y}"] if filters.period_start else []),
        ("to", [f"{filters.period_end:%d/%m/%Y}"] if filters.period_end else []),
    ]
    shown = [f"{label}: {', '.join(values)}" for label, values in parts if values]
    return "; ".join(shown) or "none"
