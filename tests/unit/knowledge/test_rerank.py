"""A second look at what a search found, or none: nobody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.errors import Unavailable
from bot.pipeline.retrieve import Retrieve
from bot.settings import RerankSettings
from bot.types import Passage
from knowledge.rerank import CANDIDATES, Reranker, Reranking
from tests.builders import a_passage, a_turn
from tests.fakes import FixedRetriever

FOUND = [
    a_passage(title=title, text=title, id=title, score=score)
    for title, score in (("甲", 0.9), ("乙", 0.8), ("丙", 0.1))
]


class RerankServer:
    """`/v1/rerank` that prefers what comes last."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[str | None] = []
        self.status = 200
        self.waits = 0.0
        self.says: str | None = None
        self.base = ""

    async def rerank(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.asked.append(asked)
        self.headers.append(request.headers.get("Authorization"))
        await asyncio.sleep(self.waits)
        if self.says is not None:
            return web.Response(text=self.says, status=self.status)
        results = [
            {"index": n, "document": {"text": text}, "relevance_score": n / 10}
            for n, text in enumerate(asked["documents"])
        ]
        return web.json_response({"id": "r", "results": results[::-1], "usage": {}}, status=self.status)


@pytest.fixture
async def server() -> AsyncIterator[RerankServer]:
    server, app = RerankServer(), web.Application()
    app.router.add_post("/v1/rerank", server.rerank)
    async with TestServer(app) as running:
        server.base = str(running.make_url("/v1"))
        yield server


@pytest.fixture
async def reranker(server: RerankServer) -> AsyncIterator[Reranker]:
    settings = RerankSettings(base_url=server.base, model="qwen", timeout_s=0.3, api_key="k")
    reranker = Reranker(settings)
    yield reranker
    await reranker.close()


async def found(reranker: Reranker, *passages: Passage, limit: int = 5) -> list[str]:
    return [
        one.title
        for one in await Reranking(FixedRetriever(*(passages or FOUND)), reranker).search(
            "shop", "问", channel=None, limit=limit
        )
    ]


async def test_the_reranker_decides_the_order_and_the_search_the_scores(
    server: RerankServer, reranker: Reranker
) -> None:
    passages = await Reranking(FixedRetriever(*FOUND), reranker).search(
        "shop", "怎么退", channel=None, limit=2
    )

    assert [(one.title, one.score) for one in passages] == [("丙", 0.1), ("乙", 0.8)]
    assert server.asked == [{"model": "qwen", "query": "怎么退", "documents": ["甲\n甲", "乙\n乙", "丙\n丙"]}]
    assert server.headers == ["Bearer k"]


async def test_one_passage_needs_no_order(server: RerankServer, reranker: Reranker) -> None:
    assert await found(reranker, FOUND[0]) == ["甲"]
    assert server.asked == []


@pytest.mark.parametrize(
    ("status", "says"),
    [
        (500, "{}"),
        (404, "no such page"),
        (200, "<html>"),
        (200, '{"results": []}'),
        (
            200,
            '{"results": [{"index": 0, "relevance_score": 1}, {"index": 0, "relevance_score": 1}, {"index": 9, "relevance_score": 1}]}',
        ),
        (200, '{"results": "' + "x" * 2_000_000 + '"}'),
    ],
)
async def test_a_reranker_that_makes_no_sense_is_gone_without(
    server: RerankServer, reranker: Reranker, status: int, says: str
) -> None:
    server.status, server.says = status, says

    assert await found(reranker) == ["甲", "乙", "丙"]


async def test_nobody_waits_for_a_slow_one_and_after_some_it_is_left_alone(
    server: RerankServer, reranker: Reranker
) -> None:
    server.waits = 5.0
    for _ in range(6):
        assert await found(reranker) == ["甲", "乙", "丙"]

    assert len(server.asked) == 5, "the sixth question did not ask it"
    with pytest.raises(Unavailable):
        await reranker.ping()


async def test_it_looks_at_more_than_are_wanted(reranker: Reranker) -> None:
    class Wanted(FixedRetriever):
        async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
            assert limit == CANDIDATES
            return await super().search(tenant, text, channel=channel, limit=limit)

    assert [
        one.title
        for one in await Reranking(Wanted(*FOUND), reranker).search("shop", "问", channel=None, limit=1)
    ] == ["丙"]


async def test_what_is_wanted_beyond_its_share_stays_as_it_was_found(
    server: RerankServer, reranker: Reranker
) -> None:
    many = [a_passage(id=f"p{number}", title=f"{number}") for number in range(CANDIDATES + 5)]

    ordered = await Reranking(FixedRetriever(*many), reranker).search(
        "shop", "问", channel=None, limit=CANDIDATES + 5
    )

    assert ordered[CANDIDATES:] == many[CANDIDATES:]
    assert len(server.asked[0]["documents"]) == CANDIDATES


async def test_what_the_search_is_certain_of_stays_first_and_nobody_waits(
    server: RerankServer, reranker: Reranker
) -> None:
    certain = FixedRetriever(a_passage(id="named", score=0.95), *FOUND)

    best = (await Reranking(certain, reranker).search("shop", "QH-1023多少钱", channel=None, limit=3))[0]

    assert (best.id, server.asked) == ("named", [])


async def test_its_order_is_the_order_in_which_the_model_reads(reranker: Reranker) -> None:
    turn = await Retrieve(Reranking(FixedRetriever(*FOUND), reranker))(a_turn("怎么退"))

    assert [one.title for one in turn.passages] == ["丙", "乙", "甲"]
