"""What stands for the store while `kefu doctor` looks at channels: a look needs none."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from bot.errors import Unavailable
from bot.ports import FeedEvent, Streamed, Token
from bot.types import Conversation, Rate


class FreshTokens:
    """`bot.ports.Tokens` that keeps nothing."""

    async def get(self, key: str, fetch: Callable[[], Awaitable[Token]], *, refused: str = "") -> str:
        """A new one. Raises what `fetch` does."""
        return (await fetch()).value


class NoFeed:
    """`bot.ports.Feed` for a look at a web chat, which needs no other to work."""

    async def publish(self, conversation: Conversation, kind: str, data: str, *, key: str) -> str:
        """Raises Unavailable."""
        raise Unavailable("nothing is published from here")

    async def show(self, conversation: Conversation, kind: str, data: str, *, key: str) -> None:
        """Raises Unavailable."""
        raise Unavailable("nothing is published from here")

    def follow(self, conversation: Conversation, after: str) -> AsyncIterator[FeedEvent | None]:
        """Raises Unavailable."""
        raise Unavailable("nothing is published from here")


class NoStreams:
    """`bot.ports.Streams` for a look at a bot, which needs no other to work."""

    async def open(self, id_: str, *, seconds: float) -> None:
        """Raises Unavailable."""
        raise Unavailable("nothing is streamed from here")

    async def poll(self, id_: str) -> Streamed:
        """Raises Unavailable."""
        raise Unavailable("nothing is streamed from here")

    async def show(self, id_: str, text: str) -> None:
        """Raises Unavailable."""
        raise Unavailable("nothing is streamed from here")

    async def offer(self, id_: str, text: str, *, patience: float) -> bool:
        """Raises Unavailable."""
        raise Unavailable("nothing is streamed from here")


class NoMarks:
    """`bot.ports.Marks` for a look at a robot, which shows no card from here."""

    async def leave(self, mark: str, *, seconds: float) -> None:
        """Raises Unavailable."""
        raise Unavailable("nothing is shown from here")

    async def has(self, mark: str) -> bool:
        """Raises Unavailable."""
        raise Unavailable("nothing is shown from here")


class NoRates:
    """`bot.ports.Rates` for the same look."""

    async def turn(self, rate: Rate, caller: str) -> float:
        """Raises Unavailable."""
        raise Unavailable("nothing is sent from here")

    async def gone(self, rate: Rate, caller: str) -> None:
        """Raises Unavailable."""
        raise Unavailable("nothing is sent from here")

    async def spare(self, rate: Rate) -> float:
        """Raises Unavailable."""
        raise Unavailable("nothing is sent from here")

    async def rest(self, rate: Rate, seconds: float) -> None:
        """Raises Unavailable."""
        raise Unavailable("nothing is sent from here")


async def some_key(_: str) -> str:
    """Where a web chat would sign with the one that all gateways share."""
    return "not used to sign anything"
