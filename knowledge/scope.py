"""When an item holds, and who may see it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

_DAY: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?")
_EVER: Final = re.compile("(?:长期|永久|永远|一直)(?:有效)?|不限|无限期|无|[-—/]+")
_BETWEEN: Final = re.compile(r"[\n|；;,，、\s\[\]\"']+")
_FIRST: Final = "0001-01-01"
_LAST: Final = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Scope:
    """By default: always, and everybody."""

    since: str = ""
    """The first day, as 2026-01-31; empty: from ever."""
    until: str = ""
    """The last day; empty: for ever."""
    audience: tuple[str, ...] = ()
    """Names of the channels whose customers may be told; none: all. A name that no channel has keeps an item
    from all of them."""

    @classmethod
    def read(cls, since: str, until: str, audience: str) -> Self:
        """As people write it down. Raises ValueError, with the mend."""
        first, last = _day(since), _day(until)
        if first and last and last < first:
            raise ValueError(f"holds until {last}, before it begins on {first}; change one of them")
        return cls(first, last, tuple(filter(None, _BETWEEN.split(audience))))

    def holds_on(self, day: str) -> bool:
        """Both its days are among those on which it does."""
        return (self.since or _FIRST) <= day <= (self.until or _LAST)

    def is_for(self, channel: str | None) -> bool:
        """Whether its customers may be told; None: whoever keeps the knowledge, who may see all of it."""
        return channel is None or not self.audience or channel in self.audience

    def meets(self, other: Scope) -> bool:
        """Whether somebody may be told of both on one day."""
        same_days = max(self.since, other.since) <= min(self.until or _LAST, other.until or _LAST)
        return same_days and (
            not self.audience or not other.audience or not set(self.audience).isdisjoint(other.audience)
        )

    @property
    def parts(self) -> Iterable[str]:
        """What tells it from another one; nothing where it is the default."""
        return () if self == ALWAYS else (self.since, self.until, *self.audience)


ALWAYS: Final = Scope()


def _day(written: str) -> str:
    if not written or _EVER.fullmatch(written.strip()):
        return ""
    found = _DAY.fullmatch(written.strip())
    try:
        return date(*map(int, found.groups())).isoformat() if found else _unreadable(written)
    except ValueError as error:
        raise ValueError(f"has no such day as {written[:20]!r}; write 2026-01-31") from error


def _unreadable(written: str) -> str:
    raise ValueError(written)
