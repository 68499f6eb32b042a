"""What was learned of a shop's knowledge is read beside its questions, and not before each of them."""

from __future__ import annotations

import asyncio

import pytest

from bot.errors import Unavailable
from knowledge.edge import EdgeIndex
from knowledge.search import HybridRetriever
from knowledge.shelves import Version
from knowledge.versions import Versions
from tests.builders import SHOP
from tests.unit.knowledge.test_library import CountingEmbedder

VERSION = Version(1, f"{SHOP}/a", 0.0, 1)


class Slow(EdgeIndex):
    """An index whose notes can be read when it is told so."""

    def __init__(self) -> None:
        self.reads = 0
        self.ready = asyncio.Event()
        self.error: Unavailable | None = None

    async def learned(self, tenant: str) -> bytes | None:
        self.reads += 1
        await self.ready.wait()
        if self.error:
            raise self.error
        return None


@pytest.fixture
def index() -> Slow:
    return Slow()


@pytest.fixture
def retriever(index: Slow) -> HybridRetriever:
    return HybridRetriever(CountingEmbedder(), index, Versions(index))


async def test_questions_that_come_together_wait_for_one_reading(
    index: Slow, retriever: HybridRetriever
) -> None:
    several = [asyncio.create_task(retriever.expert(SHOP, VERSION)) for _ in range(5)]
    await asyncio.sleep(0)
    several[0].cancel()
    index.ready.set()
    await asyncio.gather(*several[1:])
    await retriever.expert(SHOP, VERSION)

    assert index.reads == 1


async def test_what_is_learned_anew_meanwhile_is_read_anew(index: Slow, retriever: HybridRetriever) -> None:
    first = asyncio.create_task(retriever.expert(SHOP, VERSION))
    await asyncio.sleep(0)
    retriever.forget(SHOP)
    index.ready.set()
    await asyncio.gather(first, retriever.expert(SHOP, VERSION))

    assert index.reads == 2


async def test_a_reading_that_fails_is_tried_again_for_the_next(
    index: Slow, retriever: HybridRetriever
) -> None:
    index.ready.set()
    index.error = Unavailable("away")
    with pytest.raises(Unavailable):
        await retriever.expert(SHOP, VERSION)

    index.error = None
    await retriever.expert(SHOP, VERSION)

    assert index.reads == 2


async def test_another_version_is_read_at_once(index: Slow, retriever: HybridRetriever) -> None:
    index.ready.set()
    await retriever.expert(SHOP, VERSION)

    await retriever.expert(SHOP, Version(2, f"{SHOP}/b", 0.0, 1))

    assert index.reads == 2
