"""Calls that need an access token: take one, use it; when it is refused, take a new one, once.

    get ──► call ──TokenRefused──► get(refused=…) ──► call ──► whatever comes

Platforms revoke tokens before their time (WeCom doc 91039), so the clock alone can't be trusted, and a
client that refetches without a bound gets its address blocked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from bot.errors import Unavailable
from bot.ports import Clock, Token, Tokens

Result = TypeVar("Result")
REST_S: Final = 60.0
"""After credentials that were refused."""


class TokenRefused(Unavailable):
    """The platform would not take the access token."""


class CredentialsRefused(Unavailable):
    """The platform would not give a token for our credentials: the operator's to mend."""


class Access:
    """The way to one app's token."""

    def __init__(
        self, key: str, fetch: Callable[[], Awaitable[Token]], *, tokens: Tokens, clock: Clock
    ) -> None:
        self._key = key
        self._fetch = fetch
        self._tokens = tokens
        self._clock = clock
        self._rests_until = 0.0

    async def use(self, call: Callable[[str], Awaitable[Result]]) -> Result:
        """The result of `call(token)`, called at most twice. Raises what it raises, or what fetching does."""
        token = await self._tokens.get(self._key, self._fetch_rested)
        try:
            return await call(token)
        except TokenRefused:
            token = await self._tokens.get(self._key, self._fetch_rested, refused=token)
            return await call(token)

    async def _fetch_rested(self) -> Token:
        """WeCom blocks an address for an hour after about 2000 failed fetches, so a refusal is remembered."""
        wait = self._rests_until - self._clock()
        if 0 < wait <= REST_S:  # longer: the clock was set back meanwhile
            raise CredentialsRefused("our credentials were refused a moment ago", retry_after=wait)
        try:
            return await self._fetch()
        except CredentialsRefused:
            self._rests_until = self._clock() + REST_S
            raise


def token_key(platform: str, *parts: str) -> str:
    """A name for a token that differs with each of `parts` and gives none of them away."""
    return f"{platform}:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()[:24]}"
