"""Words that the exhibits of Mechanism share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from analytics.emmie.contrast import Estimate
from analytics.emmie.mechanism.evidence import Basis, Finding, Piece
from analytics.emmie.mechanism.logic_model import LinkFound, Standing
from analytics.exhibits import wording

STANDING: Final[dict[Standing, str]] = {
    "supported": "Supported",
    "mixed": "Mixed or unclear",
    "not_supported": "Not supported",
    "no_evidence": "No evidence collected",
}
STRENGTH: Final[dict[str, str]] = {
    "outcome": "an outcome compared with others",
    "change": "a change compared with nobody",
    "delivered": "what was delivered",
    "perceived": "what people said",
    "none": "",
}
FINDING: Final[dict[Finding, str]] = {
    "for": "for the link",
    "against": "against the link",
    "unclear": "unclear",
    "none": "nothing to judge",
}
BASIS: Final[dict[Basis, str]] = {
    "perceived": "said",
    "delivered": "done",
    "change": "change, compared with nobody",
    "outcome": "outcome",
}
KIND: Final[dict[str, str]] = {
    "theme": "Theme of interviews",
    "item": "Survey",
    "skill": "Observed skill",
    "step": "Step of delivery",
    "component": "Part of the model",
    "course": "Training",
    "audit": "Audit",
    "outcome": "Outcome",
    "post": "Posts",
    "agency_attended": "Agency at conferences",
    "agency_contributed": "Agency's contribution",
}
WHY: Final[dict[str, str]] = {
    "withheld": "the count is too small to show",
    "not_collected": "not collected, or there is no answer",
    "unusable_extract": "its extract broke its contract",
    "unreliable": "two coders do not agree well enough",
    "context": "says where it works, not that it does",
    "no_comparison": "no comparison group, so it may have happened anyway",
    "check_failed": "a health check of the analysis failed",
    "no_direction": "no direction is agreed as good",
    "attrition": "most of those who were followed did not answer again",
}
FEW_SHOWN: Final = 4


def link_basis(link: LinkFound) -> str:
    """Return what the evidence for a link rests on, in words."""
    return STRENGTH[link.strength]


def piece_words(piece: Piece) -> str:
    """Return one piece of evidence as one phrase."""
    parts = [f"{KIND.get(piece.kind, piece.kind)} “{piece.label}”"]
    if piece.share is not None and piece.share.value is not None:
        shown = f"{wording.percent(piece.share.value)} ({wording.out_of(piece.share)})"
        limits = wording.interval(piece.conf_int, scale=100, places=0)
        parts.append(f"{shown}, interval {limits}" if limits else shown)
    if piece.posts is not None:
        parts.append(
            f"{wording.fixed(piece.posts[0], 1)} of {wording.fixed(piece.posts[1], 1)} filled"
        )
    if piece.ratio is not None:
        parts.append(
            f"ratio {wording.fixed(piece.ratio.value, 2)} "
            f"({wording.interval(piece.ratio.conf_int, places=2)})"
        )
    if piece.change is not None:
        parts.append(
            change_words(piece.change, is_share=piece.kind == "item" and bool(piece.share))
        )
    judged = f"{FINDING[piece.finding]} ({BASIS[piece.basis]})"
    if piece.finding == "none":
        judged = FINDING["none"]
    why = f": {WHY[piece.why]}" if piece.why else ""
    return f"{'; '.join(parts)}: {judged}{why}"


def change_words(change: Estimate, *, is_share: bool) -> str:
    """Return a change over waves with its interval."""
    scale, places, unit = (100, 0, "percentage points") if is_share else (1, 2, "points")
    value = wording.signed(scale * change.value, places=places)
    limits = wording.interval(change.conf_int, scale=scale, places=places)
    return f"change {value} {unit} ({limits})"


def short(label: str) -> str:
    """Return a label without what stands behind a comma."""
    return label.partition(",")[0]


def wave_label(waves: Sequence[str], wave: int) -> str:
    """Return the label of a wave, counted from 1."""
    return waves[wave - 1] if wave <= len(waves) else f"Wave {wave}"


def before_colon(text: str) -> str:
    """Return what stands before a colon: the short name of a long label."""
    return text.partition(":")[0]
