"""Access tokens shared by all processes, fetched by one of them at a time.

WeCom (doc 91039) and DingTalk block a client that fetches tokens often, and both may revoke one early; so a
token is cached for nearly its whole life, and dropped only by the caller whose platform call was refused
with that very token.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from redis.asyncio.lock import Lock
from redis.exceptions import LockError

from bot.errors import Unavailable
from bot.ports import Token
from bot.store import keys
from bot.store.courier import Courier
from bot.store.redis import Client, a_token, redis_errors

_EARLY_S: Final = 300.0
"""Refreshed this long before it expires, so that no request travels with a dying token."""
_FETCH_AT_MOST_S: Final = 8.0
"""Five for the platform, as for any call of ours, and some for the store. Who dies has the lock as long."""
_LOOK_EVERY_S: Final = 0.02
"""Those who wait for the one that fetches find its token within moments."""


class RedisTokens:
    """`bot.ports.Tokens` on Redis."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._courier = Courier.of(client)

    async def get(self, key: str, fetch: Callable[[], Awaitable[Token]], *, refused: str = "") -> str:
        """The token under `key`. Raises Unavailable, and whatever `fetch` raises."""
        cached = await self._cached(key, refused)
        if cached:
            return cached
        lock, me = self._client.lock(keys.token_lock(key), timeout=_FETCH_AT_MOST_S), a_token().encode()
        try:
            await self._take(lock, me)
            return await self._cached(key, refused) or await self._fetch(key, fetch)
        finally:  # also whoever gave up, since the store may have given it to them
            await self._let_go(partial(lock.do_release, me))

    async def _take(self, lock: Lock, me: bytes) -> None:
        """A client that lost the answer asks again, and finds that it has it. Raises Unavailable."""
        until = time.monotonic() + _FETCH_AT_MOST_S
        with redis_errors():
            while not (await lock.do_acquire(me) or await self._client.get(lock.name) == me):
                if time.monotonic() > until:
                    raise Unavailable("another process is still fetching the access token")
                await asyncio.sleep(_LOOK_EVERY_S)

    async def _cached(self, key: str, refused: str) -> str:
        with redis_errors():
            value = await self._courier.call("GET", keys.token(key))  # each send asks
        token = value.decode() if value else ""
        return "" if token == refused else token

    async def _fetch(self, key: str, fetch: Callable[[], Awaitable[Token]]) -> str:
        token = await fetch()
        life = max(token.life - _EARLY_S, token.life / 2)
        with redis_errors():
            await self._client.set(keys.token(key), token.value, px=max(1, int(life * 1000)))
        return token.value

    async def _let_go(self, release: Callable[[], Awaitable[None]]) -> None:
        try:
            with redis_errors():
                await release()
        except Unavailable as error:
            if not isinstance(error.__cause__, LockError):  # it expired meanwhile: somebody else has it
                raise
