"""Published evidence: what the documents report, beside what the sample computes."""

import streamlit as st

from analytics.ask import evaluations_for
from analytics.emmie.evidence import EvidenceQuestion
from analytics.emmie.reproduction import ReproductionQuestion
from analytics.exhibits.evidence import DOCUMENT_TITLES, evidence_exhibits
from pages.shell.caching import built
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import exhibits, heading

heading(
    "Published evidence",
    "What the evaluation documents report, beside what the extracts here give, and what to bear "
    "in mind.",
)
# An evaluation goes by its own name here too: links from its other pages carry it.
titles = DOCUMENT_TITLES | evaluations_for(EvidenceQuestion)
document = st.selectbox(
    "Document",
    options=sorted(titles, key=lambda key: key not in DOCUMENT_TITLES),
    format_func=lambda key: titles[key],
    key="document",
    bind="query-params",
    persist_state="session",
)
chosen_filters(())
computed = [ReproductionQuestion()] if document in evaluations_for(ReproductionQuestion) else []
found = built(
    evidence_exhibits,
    EvidenceQuestion(evaluation=document),
    *computed,
    evaluation=document,
    optional=len(computed),
)
exhibits(found)
