"""Published evidence: what the documents report, beside what the sample computes."""

from analytics.emmie.evidence import EvidenceQuestion
from analytics.emmie.reproduction import ReproductionQuestion
from analytics.exhibits.evidence import evidence_exhibits
from pages.shell.caching import built
from pages.shell.filter_bar import chosen_filters
from pages.shell.page import chosen_evaluation, exhibits, heading

heading(
    "Published evidence",
    "What the evaluation documents report, beside what the extracts here give, and what to bear "
    "in mind.",
)
evaluation = chosen_evaluation()
chosen_filters(())
if evaluation:
    found = built(
        evidence_exhibits,
        EvidenceQuestion(evaluation=evaluation),
        ReproductionQuestion(),
        evaluation=evaluation,
        optional=1,
    )
    exhibits(found)
