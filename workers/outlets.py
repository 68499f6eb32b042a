"""Between us and each platform: how often it may be called, and whether it works at all.

turn ──► now, or in a second at most ──► send
  └────► later, or the platform is left alone: Held, and nothing was tried
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from typing import Final

from adapters.outbound import Unclear, Unsent
from bot.breaker import Breaker
from bot.channel import Channel, Paced, Part
from bot.errors import Held, Throttled
from bot.ports import Rates
from bot.types import Address, Conversation, Rate, Receipt

PATIENCE_S: Final = 1.0
"""A turn that comes so soon is waited for on the spot, with the lease held."""
_SPREAD_S: Final = 20.0
"""Over which those come back who are turned away: they are many, and the first of them tries for all."""


class Outlet:
    """Of one channel."""

    def __init__(
        self, channel: Channel, rates: Rates, *, spread: Callable[[], float] = random.random
    ) -> None:
        self._channel = channel
        self._paced = channel if isinstance(channel, Paced) else None
        self._rates = rates
        self._spread = spread
        self.breaker = Breaker(channel.name, Unsent, Unclear)

    async def turn(self, conversation: Conversation, caller: str) -> None:
        """Wait for the caller's turn if it comes soon. Raises Held if it does not; then ask again as told.

        Who was held and asks again under the same name is no second caller. Raises Unavailable when the
        store is away.
        """
        self._check()
        rates = self._rates_of(conversation)
        if not rates:
            return
        waits = await asyncio.gather(*(self._rates.turn(rate, caller) for rate in rates))
        if (wait := max(waits)) > PATIENCE_S:
            # back a little before its turn, so that it goes on the spot, as the sweeper looks once a second
            raise Held(
                "waits for its turn: the platform takes no more at a time", retry_after=wait - PATIENCE_S
            )
        if wait:
            await asyncio.sleep(wait)
        # Before it goes: who dies in the middle, and whoever sends the same once more, is one call more.
        await asyncio.gather(*(self._rates.gone(rate, caller) for rate in rates))

    async def send(self, address: Address, part: Part, *, key: str) -> Receipt:
        """The channel's own, unless the platform is left alone: then Held. Raises Unavailable or Refused."""
        self._check()
        try:
            with self.breaker.call():
                return await self._channel.send(address, part, key=key)
        except Throttled as error:
            await self._rest(error.retry_after)
            raise

    def _check(self) -> None:
        if wait := self.breaker.wait:
            raise Held(
                f"{self._channel.name} is left alone for a while, as its platform does not work",
                retry_after=wait + _SPREAD_S * self._spread(),
            )

    def _rates_of(self, conversation: Conversation) -> list[Rate]:
        if self._paced is None:
            return []
        return [rate for rate in (self._paced.rate, self._paced.rate_to(conversation)) if rate]

    async def _rest(self, seconds: float | None) -> None:
        """The others need not find out by themselves: each try counts, and may shut us out for longer."""
        if self._paced and self._paced.rate and seconds:
            await self._rates.rest(self._paced.rate, seconds)


class Outlets:
    """Of all channels of a worker."""

    def __init__(self, channels: Mapping[str, Channel], rates: Rates) -> None:
        self._outlets = {name: Outlet(channel, rates) for name, channel in channels.items()}

    def __getitem__(self, channel: str) -> Outlet:
        return self._outlets[channel]

    @property
    def breakers(self) -> dict[str, Breaker]:
        """By what they are called for whoever looks at how all parts stand."""
        return {f"channels.{name}": outlet.breaker for name, outlet in self._outlets.items()}
