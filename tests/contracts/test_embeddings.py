"""The contract of vectors that are remembered, and of an embedder that remembers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from bot.store import bounds, keys
from bot.store.embeddings import RedisEmbeddings
from bot.store.redis import Client, connect
from knowledge.embed import Vectors
from knowledge.embed_remembered import Remembering


class CountingEmbedder:
    """Each text has a vector of its own."""

    name = "counting"

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def questions(self, texts: Sequence[str]) -> Vectors:
        self.asked += texts
        rows = [np.random.default_rng(abs(hash(text))).standard_normal(64) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], dtype=np.float32)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        return await self.questions(texts)

    async def close(self) -> None:
        """Nothing is open."""


async def test_a_question_is_embedded_once_by_all_workers(client: Client) -> None:
    model = CountingEmbedder()
    one, another = (Remembering(model, RedisEmbeddings(client)) for _ in range(2))

    first, second = await one.questions(["怎么退货"]), await another.questions(["怎么退货"])

    assert model.asked == ["怎么退货"]
    assert first.shape == second.shape == (1, 64)
    assert float(first[0] @ second[0]) == pytest.approx(1, abs=1e-3)
    assert second.dtype == np.float32


async def test_another_text_and_another_model_are_embedded(client: Client) -> None:
    model, other = CountingEmbedder(), CountingEmbedder()
    other.name = "other"
    for embedder in (model, other):
        await Remembering(embedder, RedisEmbeddings(client)).questions(["怎么退货"])
    await Remembering(model, RedisEmbeddings(client)).questions(["怎么换货"])

    assert (model.asked, other.asked) == (["怎么退货", "怎么换货"], ["怎么退货"])


async def test_what_is_imported_and_what_is_long_is_not_kept(client: Client) -> None:
    model = CountingEmbedder()
    remembering = Remembering(model, RedisEmbeddings(client))
    for _ in range(2):
        await remembering.questions(["甲", "乙"])
        await remembering.passages(["丙"])
        await remembering.questions(["长" * 201])

    assert len(model.asked) == 8
    assert await client.keys("kefu:embedding:*") == []


async def test_who_has_the_same_place_is_not_taken_for_another(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "EMBEDDINGS_MOST", 1)
    kept = RedisEmbeddings(client)
    await kept.remember("m", "怎么退货", b"1234")
    assert await kept.recall("m", "怎么换货") is None
    assert await kept.recall("m", "怎么退货") == b"1234"
    assert 0 < await client.ttl(keys.embedding(b"\0" * 16)) <= bounds.EMBEDDING_S

    await kept.remember("m", "怎么换货", b"x" * 9000)
    assert await kept.recall("m", "怎么换货") is None, "too long to be kept"


async def test_a_memory_that_is_away_only_costs_the_embedding() -> None:
    nowhere = connect("redis://127.0.0.1:1/0")
    model = CountingEmbedder()

    assert (await Remembering(model, RedisEmbeddings(nowhere)).questions(["怎么退货"])).shape == (1, 64)
    await nowhere.aclose()
