"""The connection to Redis, the scripts, and the one border where Redis errors become ours."""

from __future__ import annotations

import hashlib
import itertools
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from typing import Any, Final

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import ExponentialWithJitterBackoff, NoBackoff
from redis.exceptions import (
    AuthenticationError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)

from bot.errors import LeaseLost, NoRoom, Unavailable
from bot.sentinel import Sentinels
from bot.store.courier import Argument, Courier

Client = Redis
"""Answers in bytes."""

_SCRIPTS: Final = resources.files("bot.store") / "scripts"
_PRELUDE: Final = (_SCRIPTS / "prelude.lua").read_text(encoding="utf-8")
_PROCESS: Final = secrets.token_hex(8)
_NUMBERS: Final = itertools.count()
_OPEN_AT_MOST: Final = 1000
"""A process has far fewer calls at once; a burst beyond it is retried, then refused with 503."""
_TIMEOUT_S: Final = 5.0
_MENDS: Final = {
    "NOPERM": "its user may not do all that Kefu does; allow it all commands (+@all) on all keys (~*)",
    "NOAUTH": "[redis] url needs its user and password",
    "WRONGPASS": "[redis] url needs its user and password",
    "MISCONF": "it can't write to its disk; its own log says why",
    "NOREPLICAS": "it has fewer replicas than its min-replicas-to-write",
}
_ERRORS: Final = (RedisError, OSError, TimeoutError)


def connect(url: str) -> Client:
    """A client that retries a broken connection for about a second, then raises; it connects on first use.

    Every script can be repeated without harm, so a retry after an answer that got lost is safe.
    """
    # Not redis-py's BlockingConnectionPool: its asyncio.Condition can lose a wake-up when a caller is
    # cancelled (seen on Python 3.11 with redis-py 8.1), and whoever waits on it then waits for ever.
    options: dict[str, Any] = {
        "max_connections": _OPEN_AT_MOST,
        "socket_timeout": _TIMEOUT_S,
        "socket_connect_timeout": _TIMEOUT_S,
        "health_check_interval": 30,
        "retry": Retry(ExponentialWithJitterBackoff(base=0.05, cap=0.5), 4),
    }
    watched = Sentinels.parse(url)
    if watched is None:
        return Redis.from_pool(ConnectionPool.from_url(url, **options))
    options |= watched.of_server
    return Redis.from_pool(_Masters(watched.service, ask(watched), **options))  # type: ignore[no-untyped-call]


def ask(sentinels: Sentinels) -> Sentinel:
    """A client of the Sentinels themselves. None is asked twice: the next one knows as much."""
    once = {**sentinels.of_sentinels, "retry": Retry(NoBackoff(), 0)}
    return Sentinel(sentinels.hosts, sentinel_kwargs=once)  # type: ignore[no-untyped-call]


class _Masters(SentinelConnectionPool):
    """Connections to whoever is the master; it closes those to the Sentinels too."""

    async def aclose(self) -> None:
        await super().aclose()
        await self.sentinel_manager.aclose()


@contextmanager
def redis_errors() -> Iterator[None]:
    """Redis errors, a time-out and a refused connection all mean: the store is away, try again later."""
    try:
        yield
    except _ERRORS as error:
        raise _ours(error) from error


def _ours(error: Exception) -> Unavailable:
    if isinstance(error, OutOfMemoryError):
        return NoRoom("the store is full; give it more memory or wait until it is worked off")
    if isinstance(error, ReadOnlyError):
        return Unavailable(
            "the store is read-only: another one is the master now, or [redis] url is to name it"
        )
    if isinstance(error, ResponseError | AuthenticationError):  # it answers, and says no
        return Unavailable(_refusal(error))
    return Unavailable(f"the store is away ({type(error).__name__})")


def _refusal(error: RedisError) -> str:
    """By the code that it begins with: redis-py takes those that it knows off the text. A script's own begin
    with what it did."""
    code = (error.status_code or str(error).partition(" ")[0])[:20]
    if str(error).startswith("ACL failure"):
        code = "NOPERM"
    mend = _MENDS.get(code)
    return f"the store refuses ({code})" + (f": {mend}" if mend else "")


def script_source(name: str) -> str:
    """A script, with the prelude in front."""
    source = (_SCRIPTS / f"{name}.lua").read_text(encoding="utf-8")
    return f"{_PRELUDE}\n{source}"


def script_names() -> list[str]:
    """All of them."""
    names = (file.name.removesuffix(".lua") for file in _SCRIPTS.iterdir() if file.name.endswith(".lua"))
    return sorted(name for name in names if name != "prelude")


def a_token() -> str:
    """Another one at each call: what a script that is repeated knows its caller by."""
    return f"{_PROCESS}-{next(_NUMBERS)}"


class Script:
    """One Lua script, sent once and called by its hash afterwards."""

    def __init__(self, client: Client, name: str) -> None:
        self._source = script_source(name)
        self._hash = hashlib.sha1(self._source.encode()).hexdigest()
        self._courier = Courier.of(client)

    async def __call__(self, keys: Sequence[str], *arguments: Argument) -> Any:
        """Run it. Raises Unavailable."""
        try:  # `redis_errors` takes longer than an error is worth that seldom comes
            return await self._courier.run(self._source, self._hash, keys, arguments)
        except _ERRORS as error:
            raise _ours(error) from error

    async def fenced(self, keys: Sequence[str], *arguments: Argument) -> Any:
        """Run a script that answers nil when the lease is lost. Raises LeaseLost and Unavailable."""
        answer = await self(keys, *arguments)
        if answer is None:
            raise LeaseLost("another worker has the conversation now")
        return answer
