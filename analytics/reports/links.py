"""Links that keep their word: what was asked, what it rested on, and a hash of what came out.

A link holds a recipe, and whoever opens it has it asked. It is sealed, so that only what the app
itself offered is ever asked: a question that no form allows could be subtracted from one it does.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from pydantic import TypeAdapter, ValidationError

from analytics.errors import BriefingError
from analytics.exhibits.exhibit import Exhibit
from analytics.exhibits.recipe import Recipe, as_text

PARTS: Final = ("view", "exhibit", "answer", "data", "version")
SEAL: Final = "seal"
SEAL_LETTERS: Final = 24
LONGEST: Final = 4000
"""Characters of a recipe in a link; longer ones are no link of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What a link asks for, and what it promised.

    Attributes
    ----------
    recipe : Recipe
        What to make again.
    exhibit : str
        Key of the exhibit among those that are made.
    answer, data, version : str
        Hash of the released answers, fingerprints of the extracts, version of the code: as they
        were when the link was made.
    name : str
        Name under which the figures were kept.
    """

    recipe: Recipe
    exhibit: str
    answer: str
    data: str
    version: str
    name: str


def link_to(exhibit: Exhibit, secret: bytes) -> dict[str, str]:
    """Return the parameters of a link to an exhibit.

    Parameters
    ----------
    exhibit : Exhibit
        With its stamp.
    secret : bytes
        Seals the link.

    Raises
    ------
    BriefingError
        When the exhibit has no stamp, is for the screen only, or asks for too much.
    """
    stamp = exhibit.stamp
    if stamp is None or exhibit.is_shown_only:
        raise BriefingError("There is no link to this exhibit.")
    view = base64.urlsafe_b64encode(zlib.compress(as_text(stamp.recipe), 9)).decode().rstrip("=")
    if len(view) > LONGEST:
        raise BriefingError("This view asks for too much to stand in a link. Narrow it down.")
    parts = {
        "view": view,
        "exhibit": exhibit.key,
        "answer": stamp.answer,
        "data": stamp.data,
        "version": stamp.version,
    }
    return parts | {SEAL: _seal(parts, secret)}


def open_link(parameters: Mapping[str, str], secret: bytes) -> Link:
    """Return what a link asks for.

    Raises
    ------
    BriefingError
        When it is no link of this shelf, or was changed on its way.
    """
    parts = {part: parameters.get(part, "") for part in PARTS}
    seal = parameters.get(SEAL, "")
    if not hmac.compare_digest(seal.encode(), _seal(parts, secret).encode()):
        raise BriefingError(
            "This link was made elsewhere, or was changed on its way. Ask for a new one."
        )
    if len(parts["view"]) > LONGEST:
        raise BriefingError("This link cannot be read. Ask for a new one.")
    try:
        packed = base64.urlsafe_b64decode(parts["view"] + "=" * (-len(parts["view"]) % 4))
        recipe = _recipes().validate_json(zlib.decompress(packed))
    except (ValueError, zlib.error, ValidationError):
        raise BriefingError(
            "This link asks a question that this version does not know. Ask for a new one."
        ) from None
    return Link(
        recipe=recipe,
        exhibit=parts["exhibit"],
        answer=parts["answer"],
        data=parts["data"],
        version=parts["version"],
        name=seal,
    )


def _seal(parts: Mapping[str, str], secret: bytes) -> str:
    text = "\n".join(f"{part}={parts[part]}" for part in PARTS)
    return hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:SEAL_LETTERS]


@cache
def _recipes() -> TypeAdapter[Recipe]:
    return TypeAdapter(Recipe)
