"""Disclosure policies: which counts are too small to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from analytics.errors import ProtocolError


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Which counts of children, families or cases are withheld.

    Attributes
    ----------
    key : str
        Name used in ``evaluation.toml``.
    largest_withheld : int
        Counts from 1 to this one are withheld; 0 withholds none. A true zero is shown.
    statement : str
        The sentence that goes with every exhibit under this policy.
    """

    key: str
    largest_withheld: int
    statement: str

    def is_small(self, count: int) -> bool:
        """Return whether a count is too small to show."""
        return 1 <= count <= self.largest_withheld


DFE_CIN: Final = Policy(
    key="dfe_cin",
    largest_withheld=5,
    statement=(
        "Counts of 1 to 5 are withheld and shown as [c], and so are figures of this view from "
        "which one could be worked out; a true zero is shown. Views with different filters are "
        "not yet checked against each other."
    ),
)

STAFF: Final = Policy(
    key="staff",
    largest_withheld=2,
    statement=(
        "Counts of one or two members of staff are withheld and shown as [c]: they are about "
        "professionals, not about children or families, but nobody should be recognised."
    ),
)

PUBLISHED: Final = Policy(
    key="published",
    largest_withheld=0,
    statement="Counts are shown whole because they have already been published.",
)

POLICIES: Final[Mapping[str, Policy]] = MappingProxyType(
    {policy.key: policy for policy in (DFE_CIN, STAFF, PUBLISHED)}
)


def policy_named(key: str) -> Policy:
    """Return a policy.

    Raises
    ------
    ProtocolError
        When no policy has this name.
    """
    try:
        return POLICIES[key]
    except KeyError:
        raise ProtocolError(f"No disclosure policy is called {key!r}.") from None


def strictest(keys: tuple[str, ...]) -> Policy:
    """Return the policy that withholds most among the named ones."""
    return max((policy_named(key) for key in keys), key=lambda policy: policy.largest_withheld)
