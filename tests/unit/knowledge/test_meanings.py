"""Of the questions that were asked before, which one may lend its answer?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.types import Question
from knowledge.documents import entry
from knowledge.edge import EdgeIndex
from knowledge.embed import Vectors
from knowledge.embed_lately import Lately
from knowledge.library import Library
from knowledge.meanings import VectorMeanings
from knowledge.versions import Contents
from tests.builders import SHOP
from tests.unit.knowledge.test_library import CountingEmbedder


class Directions:
    """An embedding model to which a question's first letter is its direction, in degrees."""

    name = "test"

    async def questions(self, texts: Sequence[str]) -> Vectors:
        angles = np.radians([float(text.split()[0]) for text in texts])
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)

    passages = questions

    async def close(self) -> None:
        """Nothing to let go of."""


async def test_the_nearest_that_does_not_differ_is_taken_if_it_is_near() -> None:
    meanings = VectorMeanings(Directions())

    async def asked(degrees: int, text: str) -> Question:
        return Question(text, await meanings.vector(f"{degrees} degrees"), "a")

    new = await asked(0, "怎么退货")
    others = [
        await asked(10, "怎样退货"),
        await asked(1, "怎么换货"),
        await asked(5, "如何退货"),
        await asked(30, "退货怎么退"),
    ]

    assert meanings.same(new, others) == 2
    assert meanings.same(new, [others[1], others[3]]) is None
    assert meanings.same(new, []) is None


async def test_another_models_vector_is_no_match() -> None:
    meanings = VectorMeanings(Directions())
    new = Question("怎么退货", await meanings.vector("0"), "a")

    assert meanings.same(new, [Question("如何退货", b"\x00<" * 3, "a")]) is None
    assert meanings.same(new, [Question("如何退货", b"\x00", "a")]) is None


async def publish(library: Library, *questions: str) -> None:
    items = [entry(question, [], "七天内。", source="faq.txt", place="line 1") for question in questions]
    await library.add(SHOP, items)
    await library.publish(SHOP, {"faq.txt": Contents([item.id_for(SHOP) for item in items])})


async def test_what_a_search_embedded_is_not_embedded_again(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    index = EdgeIndex.open(tmp_path, embedder=embedder.name, dimensions=4)
    library = Library(Lately(embedder), index)
    await publish(library, "怎么退货")
    await library.retriever.search(SHOP, " 請問怎麼退貨 ", channel=None, limit=5)
    before = embedder.made

    await library.meanings.vector(" 請問怎麼退貨 ")

    assert embedder.made == before
    await library.close()


async def test_each_state_of_the_knowledge_has_a_name_of_its_own(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    library = Library(embedder, EdgeIndex.open(tmp_path, embedder=embedder.name, dimensions=4))

    async def edition() -> str:
        (found,) = await library.retriever.search(SHOP, "怎么退货", channel=None, limit=1)
        return found.edition

    await publish(library, "怎么退货")
    first = await edition()
    assert first == await edition()
    await publish(library, "怎么退货", "多久发货")
    second = await edition()
    await library.rollback(SHOP)

    assert second != first
    assert await edition() == first, "what was told then is true again"
    await library.close()
