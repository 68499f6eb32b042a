"""Where a tenant's points stand, and which of it customers see.

A tenant has two shelves: the current version's and that of the one before. A point that both versions have
stands on both, and is stored once. The next version is put together on the shelf that nobody looks at; then
one small record, the head, names it the current one.
"""

from __future__ import annotations

from typing import Final

import msgspec

_SHELVES: Final = ("a", "b")


class Version(msgspec.Struct, frozen=True):
    """A tenant's knowledge as it was published."""

    number: int
    shelf: str
    at: float
    """Unix seconds."""
    items: int
    configured: tuple[str, ...] | None = None
    """Of its sources, those that the configuration named. None: an older release published it, and nobody
    noted them."""


class Head(msgspec.Struct, frozen=True):
    """What a tenant's searches begin with."""

    revision: int = 0
    """Of this record; each one that replaces it has the next."""
    newest: int = 0
    """The number given last."""
    current: Version | None = None
    before: Version | None = None
    """To go back to. None also while its shelf is being filled anew."""
    writer: str = ""
    """Who is about to publish; others wait until then."""
    until: float = 0.0

    def next(self, **changes: object) -> Head:
        """To replace this one."""
        return msgspec.structs.replace(self, revision=self.revision + 1, **changes)


def staging(tenant: str) -> str:
    """For what is embedded, and of no version yet."""
    return f"{tenant}/new"


def leaving(tenant: str) -> str:
    """For what is of no version any more."""
    return f"{tenant}/old"


def free_shelf(tenant: str, head: Head) -> str:
    """The one that nobody looks at."""
    first, second = (f"{tenant}/{shelf}" for shelf in _SHELVES)
    return second if head.current and head.current.shelf == first else first
