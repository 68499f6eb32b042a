"""A token is fetched once, and once more when the platform will not take it."""

from __future__ import annotations

import pytest

from adapters.access import REST_S, Access, CredentialsRefused, TokenRefused, token_key
from bot.ports import Token
from tests.unit.adapters.conftest import MemoryTokens


class Issuer:
    """Gives token 1, 2, 3 and takes the newest only; or none at all."""

    def __init__(self) -> None:
        self.issued = 0
        self.valid = 1
        self.refuses = False
        self.asked = 0

    async def fetch(self) -> Token:
        self.asked += 1
        if self.refuses:
            raise CredentialsRefused("wrong secret")
        self.issued += 1
        return Token(str(self.issued), 7200)

    async def call(self, token: str) -> str:
        if int(token) < self.valid:
            raise TokenRefused("revoked")
        return f"done with {token}"


async def test_a_token_is_used_again(tokens: MemoryTokens) -> None:
    issuer = Issuer()
    access = Access("k", issuer.fetch, tokens=tokens, clock=lambda: 0.0)

    assert [await access.use(issuer.call) for _ in range(2)] == ["done with 1"] * 2


async def test_a_refused_token_is_fetched_anew(tokens: MemoryTokens) -> None:
    issuer = Issuer()
    access = Access("k", issuer.fetch, tokens=tokens, clock=lambda: 0.0)
    await access.use(issuer.call)

    issuer.valid = 2

    assert await access.use(issuer.call) == "done with 2"


async def test_a_platform_that_takes_no_token_is_not_asked_for_ever(tokens: MemoryTokens) -> None:
    issuer = Issuer()
    issuer.valid = 99

    with pytest.raises(TokenRefused):
        await Access("k", issuer.fetch, tokens=tokens, clock=lambda: 0.0).use(issuer.call)

    assert issuer.asked == 2


async def test_refused_credentials_are_not_tried_again_for_a_minute(tokens: MemoryTokens) -> None:
    now, issuer = [1000.0], Issuer()
    issuer.refuses = True
    access = Access("k", issuer.fetch, tokens=tokens, clock=lambda: now[0])

    for _ in range(3):
        with pytest.raises(CredentialsRefused):
            await access.use(issuer.call)
    assert issuer.asked == 1

    now[0] += REST_S
    issuer.refuses = False
    assert await access.use(issuer.call) == "done with 1"


async def test_a_clock_that_is_set_back_keeps_nobody_waiting(tokens: MemoryTokens) -> None:
    now, issuer = [10_000.0], Issuer()
    issuer.refuses = True
    access = Access("k", issuer.fetch, tokens=tokens, clock=lambda: now[0])
    with pytest.raises(CredentialsRefused):
        await access.use(issuer.call)

    now[0] -= 3600
    issuer.refuses = False

    assert await access.use(issuer.call) == "done with 1"


def test_a_key_differs_with_each_part_and_gives_none_away() -> None:
    keys = {
        token_key("wecom", *parts) for parts in (("corp", "secret"), ("corp", "secret2"), ("corps", "ecret"))
    }

    assert len(keys) == 3
    assert not any("secret" in key for key in keys)
