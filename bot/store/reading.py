"""Values that another version wrote, or that somebody spoilt, keep nobody waiting behind them.

What only informs (a line of history) is passed over. What was promised an answer or a delivery is set aside,
where an operator finds it with the key it stood under.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

import msgspec
import structlog
from prometheus_client import Counter

from bot.store import bounds
from bot.store.codec import decode
from bot.store.keys import Keys
from bot.store.redis import Client, Script
from bot.types import Lease

T = TypeVar("T")

log = structlog.get_logger()

UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
SET_ASIDE: Final = Counter(
    "kefu_undecodable_total", "What could not be read and was set aside, by what it should be", ["kind"]
)
_MEND: Final = (
    "run the version that wrote it, and RPUSH its data back under its key: it is dealt with when the customer"
    " next writes"
)


def readable(values: Sequence[bytes], kind: type[T], *, partition: int | None = None) -> list[T]:
    """Those that are of this kind; the others are passed over, and left where they are."""
    found: list[T] = []
    for index, value in enumerate(values):
        try:
            found.append(decode(value, kind))
        except UNREADABLE as error:
            log.warning(
                "passed_over",
                kind=kind.__name__,
                index=index,
                partition=partition,
                reason=type(error).__name__,
            )
    return found


def report(kind: str, stream: str, error: Exception, *, mend: str = _MEND) -> None:
    """Something was set aside. Of the error its name alone: what it says may hold a customer's words."""
    SET_ASIDE.labels(kind).inc()
    log.error(
        "undecodable", kind=kind, reason=type(error).__name__, mend=f"XRANGE {stream} - + shows it; {mend}"
    )


class Sieve:
    """Reads lists of which nothing may get lost."""

    def __init__(self, client: Client) -> None:
        self._set_aside = Script(client, "set_aside")

    async def sift(
        self, lease: Lease, source: str, state: str, values: Sequence[bytes], kind: type[T]
    ) -> list[T]:
        """Those that are of this kind; the others are moved out of `source`, and what `state` knows goes too.

        Raises LeaseLost and Unavailable.
        """
        found: list[T] = []
        for value in values:
            try:
                found.append(decode(value, kind))
            except UNREADABLE as error:
                await self._move(lease, source, state, value)
                report(kind.__name__, Keys(lease.conversation).undecodable, error)
        return found

    async def _move(self, lease: Lease, source: str, state: str, value: bytes) -> None:
        keys = Keys(lease.conversation)
        await self._set_aside.fenced(
            [keys.lease(lease.work), source, keys.undecodable, state],
            lease.fence,
            value,
            bounds.UNDECODABLE_LEN,
        )
