"""`kefu doctor` asks each server of a model that is configured."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.builders import some_settings
from tests.unit.knowledge.test_library import EmbeddingServer
from workers.examine_servers import servers


async def embedding(base_url: str) -> list[tuple[bool, str]]:
    settings = some_settings(embedding={"base_url": base_url, "model": "qwen"})
    return [(one.well, one.text) for one in await servers(settings) if one.part == "embedding.base_url"]


@pytest.mark.parametrize(("status", "well"), [(200, True), (401, False), (400, False)])
async def test_the_embedding_server_must_embed_a_word(status: int, well: bool) -> None:
    server, app = EmbeddingServer(), web.Application()
    server.status = status
    app.router.add_post("/v1/embeddings", server.embed)

    async with TestServer(app) as running:
        ((is_well, told),) = await embedding(str(running.make_url("/v1")))

    assert is_well is well
    assert "answers" in told if well else f"HTTP {status}; write the address" in told


async def test_one_that_is_away_is_told_with_the_mend() -> None:
    ((is_well, told),) = await embedding("http://127.0.0.1:9/v1")

    assert not is_well
    assert "can't be reached" in told
    assert "write the address" in told


async def test_nothing_is_said_of_the_bundled_one() -> None:
    assert await embedding("") == []
