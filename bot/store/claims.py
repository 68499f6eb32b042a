"""Reading what a turn works on, as the scripts give it (`claim_of` in the prelude)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from bot.store.keys import Keys
from bot.store.reading import Sieve, readable
from bot.store.redis import Client
from bot.types import Claim, Lease, Message, Said

_HAS_IT: Final = 1
_TIME_IS_OVER: Final = 2


class Claims:
    """Of messages and history, what can be read."""

    def __init__(self, client: Client) -> None:
        self._sieve = Sieve(client)

    async def read(self, lease: Lease, found: Sequence[Any]) -> Claim:
        """Raises LeaseLost and Unavailable."""
        messages, history, attempts, person, parking = found
        keys = Keys(lease.conversation)
        read = tuple(await self._sieve.sift(lease, keys.inbox, keys.attempts, messages, Message))
        return Claim(
            read,
            tuple(readable(history, Said, partition=keys.partition)),
            int(attempts),
            person=person == _HAS_IT,
            lapsed=person == _TIME_IS_OVER,
            parked=_parked(parking.decode(), read),
        )


def _parked(parking: str, messages: Sequence[Message]) -> int:
    """Of these, as `park` noted it; what it noted of others is over."""
    _, count, _, first = parking.split(" ", 3) if parking else ("", "0", "", "")
    return min(int(count), len(messages)) if messages and first == messages[0].id else 0
