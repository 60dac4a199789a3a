"""The filter bar: the same filters on every page, kept across pages and carried by the link."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import streamlit as st

from analytics.extracts import code_lists as codes
from analytics.extracts.filters import (
    FILTER_WORDS,
    NO_FILTERS,
    NOT_NARROWED,
    FilterRole,
    Filters,
)
from pages.shell.caching import authorities, teams

ALL_ROLES: tuple[FilterRole, ...] = tuple(FILTER_WORDS)
EARLIEST, LATEST = date(2010, 1, 1), date(2030, 12, 31)


def filter_bar() -> None:
    """Draw every filter; the router does so on every page, so that no link loses one."""
    places = authorities()
    with st.sidebar:
        st.markdown("**Filters**")
        if not set(st.query_params.get_all("la")) <= set(places.values()):
            st.warning("The link names a local authority that is not known here. It is left out.")
        _choice("Local authority", "la", places)
        if known := teams():
            _choice("Team", "team", known)
        _day("From", "from")
        _day("To", "to")
        _choice("Age band", "age", _age_words())
        _choice("Sex", "sex", codes.SEX)
        _choice("Ethnic group", "ethnic", codes.ETHNIC_GROUP)
        _choice("Category of abuse", "category", codes.CATEGORY_OF_ABUSE)
        st.button("Clear all filters", on_click=_clear, width="stretch")


def chosen_filters(roles: tuple[FilterRole, ...] = ALL_ROLES) -> Filters:
    """Return what is chosen, and say in the bar which chosen filters mean nothing on this page.

    Parameters
    ----------
    roles : tuple of str
        Filters that mean something on this page.

    Returns
    -------
    Filters
        The chosen filters; those without meaning here are left out.
    """
    state = st.session_state
    chosen = Filters(
        local_authorities=tuple(state.get("la", ())),
        teams=tuple(state.get("team", ())),
        period_start=state.get("from"),
        period_end=state.get("to"),
        age_bands=tuple(state.get("age", ())),
        sexes=tuple(state.get("sex", ())),
        ethnic_groups=tuple(state.get("ethnic", ())),
        categories=tuple(state.get("category", ())),
    )
    unused = chosen.active() - set(roles)
    if unused:
        names = ", ".join(FILTER_WORDS[role] for role in ALL_ROLES if role in unused)
        st.sidebar.caption(f"Not used on this page: {names}.")
    return chosen.without(unused)


def _choice(label: str, key: str, words: Mapping[str, str]) -> None:
    st.multiselect(
        label,
        options=list(words),
        format_func=lambda code: words.get(code, code),
        key=key,
        placeholder="All",
        bind="query-params",
        persist_state="session",
    )


def _day(label: str, key: str) -> None:
    st.date_input(
        label,
        value=None,
        min_value=EARLIEST,
        max_value=LATEST,
        key=key,
        format="DD/MM/YYYY",
        bind="query-params",
        persist_state="session",
    )


def _age_words() -> dict[str, str]:
    return {band: f"{band.replace('-', ' to ')} years" for band in codes.AGE_BANDS}


def _clear() -> None:
    for key in ("la", "team", "age", "sex", "ethnic", "category"):
        st.session_state[key] = []
    st.session_state["from"] = None
    st.session_state["to"] = None


def in_words(filters: Filters) -> str:
    """Return the filters as one line, for the page and for every download."""
    if filters == NO_FILTERS:
        return NOT_NARROWED
    names = authorities()
    parts = [
        ("Local authority", [names.get(code, code) for code in filters.local_authorities]),
        ("team", list(filters.teams)),
        ("age", [_age_words()[band] for band in filters.age_bands]),
        ("sex", [codes.SEX[code] for code in filters.sexes]),
        ("ethnic group", [codes.ETHNIC_GROUP[code] for code in filters.ethnic_groups]),
        ("category", [codes.CATEGORY_OF_ABUSE[code] for code in filters.categories]),
        ("from", [f"{filters.period_start:%d/%m/%Y}"] if filters.period_start else []),
        ("to", [f"{filters.period_end:%d/%m/%Y}"] if filters.period_end else []),
    ]
    shown = [f"{label}: {', '.join(values)}" for label, values in parts if values]
    return "; ".join(shown)
