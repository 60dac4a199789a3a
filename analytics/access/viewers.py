"""The viewers that a file beside the data names, and what each may see."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from analytics.access.viewer import Viewer
from analytics.errors import ViewersError

VIEWERS_FILE: Final = "viewers.toml"


@dataclass(frozen=True, slots=True, kw_only=True, config=ConfigDict(extra="forbid"))
class _Named:
    """One table of the file; without ``local_authorities`` the viewer's scope is all of them."""

    name: str
    local_authorities: frozenset[str] | None = None
    may_see_cases: bool = False


_READER: Final = TypeAdapter(dict[str, _Named])


def read_viewers(folder: Path) -> dict[str, Viewer]:
    """Read ``viewers.toml`` in ``folder``: one table for each viewer.

    Parameters
    ----------
    folder : Path
        The data folder.

    Returns
    -------
    dict of str to Viewer
        Key of the table to viewer, in the order of the file; empty when there is no such file.

    Raises
    ------
    ViewersError
        When the file is not TOML, or a table holds something else than it may. Nobody is given more
        than the public sees by a file that cannot be read.
    """
    try:
        content = tomllib.loads((folder / VIEWERS_FILE).read_text(encoding="utf-8"))
        named = _READER.validate_python(content)
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ViewersError(f"{VIEWERS_FILE} cannot be read: {error}.") from None
    except ValidationError as error:
        places = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)
        )
        raise ViewersError(f"{VIEWERS_FILE}: {places}.") from None
    return {
        key: Viewer(
            key=key,
            name=one.name,
            local_authorities=one.local_authorities,
            may_see_cases=one.may_see_cases,
        )
        for key, one in named.items()
    }
