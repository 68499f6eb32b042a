"""A tenant's newest notes of one kind: a stream, so that each has its time, and all of them an end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

from bot.store.codec import encode
from bot.store.courier import Courier
from bot.store.reading import readable
from bot.store.redis import Client, redis_errors

T = TypeVar("T")

_DAY_S: Final = 24 * 3600


class Notebook(Generic[T]):
    """What `bot.ports.Gaps` and `bot.ports.MissedCalls` are kept in."""

    def __init__(self, client: Client, key: Callable[[str], str], kind: type[T], *, most: int) -> None:
        """`key`: by tenant."""
        self._client = client
        self._courier = Courier.of(client)
        self._key = key
        self._kind = kind
        self._field = kind.__name__.lower()
        self._most = most

    async def add(self, tenant: str, note: T, *, at: float, days: int) -> None:
        """Raises Unavailable. Older ones than `days` leave the stream on this occasion."""
        key, life = self._key(tenant), days * _DAY_S
        oldest = f"{max(0, int((at - life) * 1000))}-0"
        with redis_errors():
            await self._courier.call("XADD", key, "MAXLEN", "~", self._most, "*", self._field, encode(note))
            await self._courier.call("XTRIM", key, "MINID", "~", oldest)
            await self._courier.call("EXPIRE", key, life)

    async def since(self, tenant: str, at: float) -> list[T]:
        """Oldest first. Raises Unavailable."""
        first, field = f"{max(0, int(at * 1000))}-0", self._field.encode()
        with redis_errors():
            entries: Any = await self._client.xrange(self._key(tenant), first)
        return readable([fields[field] for _, fields in entries if field in fields], self._kind)
