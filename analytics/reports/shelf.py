"""The shelf: briefings that were saved by name, and the views that links were made of."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from analytics.access.viewer import Viewer
from analytics.errors import BriefingError, NotAllowedError
from analytics.exhibits.recipe import UNREADABLE, Recipe
from analytics.extracts.durable import UNFINISHED, make_folder, put
from analytics.extracts.library import open_library
from analytics.reports.pack import Item, Pack

SHELF_VARIABLE: Final = "EMMIE_BRIEFINGS"
PATIENCE_SECONDS: Final = 15.0
KEY: Final = re.compile(r"[A-Za-z0-9_-]{8,40}")
KEY_BYTES: Final = 9
SECRET_BYTES: Final = 32
MOST_VIEWS: Final = 5_000
"""Kept views; the oldest go when there are more, and their links say less."""
UNWRITABLE: Final = "The folder of briefings cannot be written. Nothing was saved."


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A briefing as it lies on the shelf.

    Attributes
    ----------
    key : str
        Stands in its link.
    mark : str
        Changes with every save that changes anything.
    pack : Pack
        What was saved.
    """

    key: str
    mark: str
    pack: Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A saved briefing in the list of them."""

    key: str
    title: str
    saved_at: datetime
    n_items: int


class Shelf:
    """A folder of saved briefings and kept views, one whole file each.

    Parameters
    ----------
    folder : Path
        Made when something is first saved.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, pack: Pack, viewer: Viewer, key: str = "", *, seen: str = "") -> Saved:
        """Save a briefing.

        Parameters
        ----------
        pack : Pack
            What to save; without any exhibit that is for the screen only.
        viewer : Viewer
            Who saves; has to be allowed to see all that it counts.
        key : str
            The briefing that it takes the place of; a new one when empty.
        seen : str
            Mark of the briefing as it was opened.

        Raises
        ------
        BriefingError
            When nothing was saved, and why; also when somebody else saved it since it was opened.
        NotAllowedError
            When an exhibit is for the screen only, or counts what the viewer may not see.
        """
        if not pack.items:
            raise BriefingError("A briefing needs at least one exhibit. Nothing was saved.")
        for item in pack.items:
            _check_shareable(item)
        _check_scope(viewer, pack.items)
        key = key or secrets.token_urlsafe(KEY_BYTES)
        path = self._path("briefings", key)
        content = _packs().dump_json(pack, exclude_defaults=True)
        with _Locked(path.parent):
            if path.exists() and _mark(path.read_bytes()) != seen:
                raise BriefingError(
                    "Somebody else has saved this briefing since you opened it. Yours was not "
                    "saved; save it as a new one."
                )
            put(path, content)
        return Saved(key=key, mark=_mark(content), pack=pack)

    def open(self, key: str, viewer: Viewer) -> Saved:
        """Return a saved briefing, as it was frozen, to a viewer who may see all that it counts.

        Raises
        ------
        BriefingError
            When there is none, or its file cannot be read.
        NotAllowedError
            When it counts authorities that the viewer may not see.
        """
        content = _content(self._path("briefings", key))
        pack: Pack = _parsed(content, _packs())
        _check_scope(viewer, pack.items)
        return Saved(key=key, mark=_mark(content), pack=pack)

    def listed(self, viewer: Viewer) -> tuple[Listed, ...]:
        """Return the briefings that a viewer may open, the newest first."""
        found = []
        for path in self._path("briefings", "").glob("*.json"):
            try:
                pack = self.open(path.stem, viewer).pack
                saved_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            except (BriefingError, NotAllowedError, OSError):
                continue
            found.append(
                Listed(
                    key=path.stem,
                    title=pack.title,
                    saved_at=saved_at,
                    n_items=len(pack.items),
                )
            )
        return tuple(sorted(found, key=lambda one: one.saved_at, reverse=True))

    def signature(self) -> str:
        """Return a text that changes when a briefing is saved or removed; for cache keys."""
        paths = sorted(self._path("briefings", "").glob("*.json"))
        return "|".join(f"{path.stem}:{path.stat().st_mtime_ns}" for path in paths)

    def remove(self, key: str, viewer: Viewer) -> None:
        """Take a briefing off the shelf, for a viewer who may open it."""
        self.open(key, viewer)
        self._path("briefings", key).unlink(missing_ok=True)

    def keep(self, name: str, item: Item) -> None:
        """Keep the figures of a view, so that a link can say later which of them moved."""
        _check_shareable(item)
        path = self._path("views", name)
        if path.exists():
            return
        with _Locked(path.parent):
            put(path, _items().dump_json(item, exclude_defaults=True))
            kept = sorted(path.parent.glob("*.json"), key=lambda one: one.stat().st_mtime_ns)
            for old in kept[:-MOST_VIEWS]:
                old.unlink(missing_ok=True)

    def kept(self, name: str, viewer: Viewer) -> Item | None:
        """Return the figures of a view as they were; None where they are not for this viewer.

        None too where this shelf does not hold them, or cannot read them any more.
        """
        try:
            item: Item = _parsed(_content(self._path("views", name)), _items())
            _check_scope(viewer, (item,))
        except (BriefingError, NotAllowedError):
            return None
        return item

    def secret(self) -> bytes:
        """Return what seals the links of this shelf; made when it is first needed.

        Raises
        ------
        BriefingError
            When it cannot be made or read.
        """
        path = self._folder / ".seal"
        if not path.exists():
            with _Locked(self._folder):
                if not path.exists():
                    put(path, secrets.token_bytes(SECRET_BYTES))
        try:
            found = path.read_bytes()
        except OSError:
            found = b""
        if len(found) != SECRET_BYTES:
            raise BriefingError("Links cannot be made or opened here: their seal cannot be read.")
        return found

    def _path(self, kind: str, key: str) -> Path:
        if not key:
            return self._folder / kind
        if not KEY.fullmatch(key):
            raise BriefingError("There is no such briefing.")
        return self._folder / kind / f"{key}.json"


class _Locked:
    """Keeps savers of one folder apart, and says in words when nothing can be saved."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: FileLock | None = None

    def __enter__(self) -> None:
        try:
            make_folder(self._folder)
            self._lock = FileLock(
                self._folder / ".lock",
                timeout=PATIENCE_SECONDS,
                mode=0o600,
                thread_local=False,
                fallback_to_soft=False,
            )
            self._lock.acquire()
            for path in self._folder.glob(f".*{UNFINISHED}"):
                path.unlink(missing_ok=True)
        except Timeout:
            raise BriefingError("Somebody else is saving. Nothing was saved; save again.") from None
        except (OSError, NotImplementedError):
            raise BriefingError(UNWRITABLE) from None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._lock is not None:
            self._lock.release()
        if kind is not None and issubclass(kind, OSError):
            raise BriefingError(UNWRITABLE) from None


def open_shelf() -> Shelf:
    """Return the shelf that ``EMMIE_BRIEFINGS`` names, or else the one beside the data."""
    named = os.environ.get(SHELF_VARIABLE)
    return Shelf(Path(named).resolve() if named else open_library().root.parent / "briefings")


def _check_scope(viewer: Viewer, items: tuple[Item, ...]) -> None:
    """Refuse a viewer who may not see every authority that the items count."""
    if viewer.local_authorities is None:
        return
    for item in items:
        stamp = item.exhibit.stamp
        if stamp is None or stamp.places is None:
            break
        if not viewer.local_authorities.issuperset(stamp.places):
            break
    else:
        return
    raise NotAllowedError(
        "This briefing counts authorities that you may not see. Ask who prepared it for one of "
        "your own."
    )


def _check_shareable(item: Item) -> None:
    if item.exhibit.is_shown_only or item.exhibit.stamp is None:
        raise NotAllowedError("This list is for the screen only and goes into no file.")


def _mark(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise BriefingError("There is no such briefing.") from None
    except OSError:
        raise BriefingError("The file of this briefing cannot be read.") from None


def _parsed(content: bytes, form: TypeAdapter[Any]) -> Any:
    try:
        plain = json.loads(content)
        for item in plain.get("items", (plain,)):
            _with_readable_recipe(item["exhibit"].get("stamp"))
        return form.validate_python(plain)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise BriefingError(
            "The file of this briefing cannot be read. It has been left as it is."
        ) from None


def _with_readable_recipe(stamp: dict[str, Any] | None) -> None:
    """Put a recipe that this version does not know aside: what was frozen can still be shown."""
    if stamp is None:
        return
    try:
        _recipes().validate_python(stamp["recipe"])
    except ValidationError:
        stamp["recipe"] = {"build": UNREADABLE, "questions": []}


@cache
def _packs() -> TypeAdapter[Pack]:
    return TypeAdapter(Pack)


@cache
def _items() -> TypeAdapter[Item]:
    return TypeAdapter(Item)


@cache
def _recipes() -> TypeAdapter[Recipe]:
    return TypeAdapter(Recipe)
