"""The shelf: briefings that were saved by name, and the views that links were made of."""

from __future__ import annotations

import os
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from analytics.access.viewer import Viewer
from analytics.errors import BriefingError, NotAllowedError
from analytics.extracts.durable import make_folder, put
from analytics.extracts.library import open_library
from analytics.reports.pack import Item, Pack

SHELF_VARIABLE: Final = "EMMIE_BRIEFINGS"
PATIENCE_SECONDS: Final = 15.0
KEY: Final = re.compile(r"[A-Za-z0-9_-]{8,40}")
KEY_BYTES: Final = 9
SECRET_BYTES: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A saved briefing in the list of them."""

    key: str
    title: str
    prepared_at: datetime
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

    def save(self, pack: Pack, key: str = "", *, seen: datetime | None = None) -> str:
        """Save a briefing, and return its key, which stands in its link.

        Parameters
        ----------
        pack : Pack
            What to save; without any exhibit that is for the screen only.
        key : str
            The briefing that it takes the place of; a new one when empty.
        seen : datetime, optional
            ``prepared_at`` of the briefing as it was opened.

        Raises
        ------
        BriefingError
            When nothing was saved, and why; also when somebody else saved it since it was opened.
        NotAllowedError
            When an exhibit is for the screen only.
        """
        if not pack.items:
            raise BriefingError("A briefing needs at least one exhibit. Nothing was saved.")
        for item in pack.items:
            _check_shareable(item)
        key = key or secrets.token_urlsafe(KEY_BYTES)
        path = self._path("briefings", key)
        with _Locked(path.parent):
            if seen is not None and path.exists() and self.load(key).prepared_at != seen:
                raise BriefingError(
                    "Somebody else has saved this briefing since you opened it. Yours was not "
                    "saved; save it under another name."
                )
            put(path, _packs().dump_json(pack, exclude_defaults=True))
        return key

    def load(self, key: str) -> Pack:
        """Return a saved briefing, with the numbers as they were frozen.

        Raises
        ------
        BriefingError
            When there is none, or its file cannot be read.
        """
        found: Pack = _read(self._path("briefings", key), _packs())
        return found

    def open(self, key: str, viewer: Viewer) -> Pack:
        """Return a saved briefing to a viewer who may see all that it counts.

        Raises
        ------
        BriefingError
            As :meth:`load`.
        NotAllowedError
            When it counts authorities that the viewer may not see.
        """
        pack = self.load(key)
        if not may_see(viewer, pack.items):
            raise NotAllowedError(
                "This briefing counts authorities that you may not see. Ask who prepared it for "
                "one of your own."
            )
        return pack

    def listed(self, viewer: Viewer) -> tuple[Listed, ...]:
        """Return the briefings that a viewer may open, the newest first."""
        found = []
        for path in self._path("briefings", "").glob("*.json"):
            try:
                pack = self.open(path.stem, viewer)
            except (BriefingError, NotAllowedError):
                continue
            found.append(
                Listed(
                    key=path.stem,
                    title=pack.title,
                    prepared_at=pack.prepared_at,
                    n_items=len(pack.items),
                )
            )
        return tuple(sorted(found, key=lambda one: one.prepared_at, reverse=True))

    def remove(self, key: str) -> None:
        """Take a briefing off the shelf."""
        self._path("briefings", key).unlink(missing_ok=True)

    def keep(self, name: str, item: Item) -> None:
        """Keep the figures of a view, so that a link can say later which of them moved."""
        _check_shareable(item)
        path = self._path("views", name)
        if not path.exists():
            with _Locked(path.parent):
                put(path, _items().dump_json(item, exclude_defaults=True))

    def kept(self, name: str) -> Item | None:
        """Return the figures of a view as they were; None where this shelf does not hold them."""
        path = self._path("views", name)
        return _read(path, _items()) if path.exists() else None

    def secret(self) -> bytes:
        """Return what seals the links of this shelf; made when it is first needed."""
        path = self._folder / ".seal"
        if not path.exists():
            with _Locked(self._folder):
                if not path.exists():
                    put(path, secrets.token_bytes(SECRET_BYTES))
        return path.read_bytes()

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
        except Timeout:
            raise BriefingError("Somebody else is saving. Nothing was saved; save again.") from None
        except (OSError, NotImplementedError):
            raise BriefingError(
                "The folder of briefings cannot be written. Nothing was saved."
            ) from None

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._lock is not None:
            self._lock.release()
        if kind is not None and issubclass(kind, OSError):
            raise BriefingError(
                "The folder of briefings cannot be written. Nothing was saved."
            ) from None


def open_shelf() -> Shelf:
    """Return the shelf that ``EMMIE_BRIEFINGS`` names, or else the one beside the data."""
    named = os.environ.get(SHELF_VARIABLE)
    return Shelf(Path(named).resolve() if named else open_library().root.parent / "briefings")


def may_see(viewer: Viewer, items: tuple[Item, ...]) -> bool:
    """Return whether a viewer may see every authority that the items count."""
    if viewer.local_authorities is None:
        return True
    return all(
        places is not None and viewer.local_authorities.issuperset(places)
        for places in (item.exhibit.stamp.places for item in items if item.exhibit.stamp)
    )


def _check_shareable(item: Item) -> None:
    if item.exhibit.is_shown_only:
        raise NotAllowedError("This list is for the screen only and goes into no file.")


def _read(path: Path, form: TypeAdapter[Any]) -> Any:
    try:
        return form.validate_json(path.read_bytes())
    except FileNotFoundError:
        raise BriefingError("There is no such briefing.") from None
    except (OSError, ValidationError):
        raise BriefingError(
            "The file of this briefing cannot be read. It has been left as it is."
        ) from None


@cache
def _packs() -> TypeAdapter[Pack]:
    return TypeAdapter(Pack)


@cache
def _items() -> TypeAdapter[Item]:
    return TypeAdapter(Item)
