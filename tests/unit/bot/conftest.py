"""A shop's server, and counters that are closed in the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from tests.simulators.shop import ShopServer
from tests.unit.bot.counter import Counter
from tests.unit.bot.orders import CALLED


@pytest.fixture
async def shop() -> AsyncIterator[ShopServer]:
    async with ShopServer() as server:
        yield server


@pytest.fixture
async def at_counter() -> AsyncIterator[Callable[..., Counter]]:
    """Opens a conversation."""
    opened: list[Counter] = []

    def at(*args: object, **options: object) -> Counter:
        opened.append(Counter(*args, **options))  # type: ignore[arg-type]
        return opened[-1]

    yield at
    for counter in opened:
        await counter.tools.close()


@pytest.fixture
def called() -> Iterator[list[tuple[str, str]]]:
    """The calls of `orders`, none at first."""
    CALLED.clear()
    yield CALLED
    CALLED.clear()
