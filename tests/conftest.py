"""What every test can use: a store that is the real scripts on fakeredis, a clock that can be set, builders."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import fakeredis
import pytest

from bot.store.redis import Client


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """`-n auto`: one more than there are processors, as tests wait longer than they compute; but no crowd."""
    return min((os.cpu_count() or 1) + 1, 4) if config.option.numprocesses == "auto" else None


class SettableClock:
    """`bot.ports.Clock` that moves when it is told to."""

    def __init__(self, now: float = 1_700_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def fake_redis() -> AsyncIterator[Client]:
    """In memory, yet running the very Lua scripts that Valkey runs (tests/contracts holds it to that)."""
    client = fakeredis.FakeAsyncRedis(version=(7,))
    yield client
    await client.aclose()
