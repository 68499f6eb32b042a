"""The inbound path on one page: verify and parse, keep, acknowledge.

200 means "kept safely", nothing more; whatever is slow happens in a worker. While the store is down, what
comes in is kept on the disk (`adapters.spool`). When that won't do either we raise Unavailable (503) before
anything is acknowledged, and the platform's own retry brings the message again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog

from adapters import metrics
from bot.channel import Channel, Entered, HttpAnswer, Keep, Kept, RawRequest
from bot.errors import Unavailable
from bot.types import Conversation, Ignored

log = structlog.get_logger()

InPlace = Callable[[Conversation], Awaitable[bool]]
"""Whether a welcome is (`bot.ports.Greetings.in_place`). Raises Unavailable."""


class Intake:
    """Takes what a platform sends."""

    def __init__(self, keep: Keep, in_place: InPlace) -> None:
        self._keep = keep
        self._in_place = in_place

    async def take(self, channel: Channel, request: RawRequest) -> HttpAnswer:
        """Handle one callback. Raises Rejected for the caller's faults and Unavailable for ours."""
        received = channel.receive(request)
        if isinstance(received, HttpAnswer):
            return received
        if isinstance(received, Entered) and (reason := await self._against_welcome(received)):
            received = Ignored(reason)
        if isinstance(received, Ignored):
            metrics.received(channel.name, "ignored")
            log.info("message_ignored", channel=channel.name, reason=received.reason)
        elif isinstance(received, Kept):
            await self._keep(received)
        return await channel.acknowledge(received, request)

    async def _against_welcome(self, entered: Entered) -> str:
        """Why it is better left; empty: nothing."""
        try:
            if await self._in_place(entered.conversation):
                return ""
        except Unavailable:
            return "a welcome, while nobody knows whether a person has the conversation"
        return "a welcome, while a person has the conversation"
