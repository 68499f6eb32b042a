"""Another embedding model: the index is filled anew beside the one that answers, on both engines."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from qdrant_client import AsyncQdrantClient

from bot.errors import Unavailable
from bot.settings import TenantSettings
from knowledge.documents import entry
from knowledge.edge import EdgeIndex
from knowledge.embed import Vectors
from knowledge.index import Index
from knowledge.library import Library
from knowledge.made_for import MadeFor
from knowledge.server import ServerIndex
from knowledge.versions import Contents

QUESTIONS = ["怎么退货", "多久发货", "能开发票吗"]


class Model:
    """Another one for each size."""

    def __init__(self, size: int) -> None:
        self.name = f"model of {size}"
        self.size = size
        self.made = 0
        self.lives = True
        self.means_it = True

    async def questions(self, texts: Sequence[str]) -> Vectors:
        if not self.lives:
            raise Unavailable("the embedding server is away")
        self.made += len(texts)
        return np.stack([self._one(text) for text in texts])

    passages = questions

    async def close(self) -> None:
        """Nothing to let go of."""

    def _one(self, text: str) -> Vectors:
        seed = zlib.crc32(text.encode()) if self.means_it else self.made
        drawn = np.random.default_rng(seed).normal(size=self.size)
        return np.asarray(drawn / np.linalg.norm(drawn), np.float32)


Opening = Callable[[Model], Index]


@pytest.fixture(params=["edge", "server"])
def opening(request: pytest.FixtureRequest, tmp_path: Path) -> Opening:
    """As a process would that was started with this model."""
    if request.param == "edge":
        return lambda model: EdgeIndex.open(tmp_path, embedder=model.name, dimensions=model.size)
    client = AsyncQdrantClient(":memory:")
    return lambda model: ServerIndex(client, "kefu", MadeFor(model.name, model.size), is_lent=True)


async def begin(opening: Opening, model: Model, *tenants: str) -> Library:
    library = Library(model, opening(model))
    await library.sync([TenantSettings(name=tenant) for tenant in tenants])
    return library


async def imported(library: Library, tenant: str, *questions: str) -> None:
    items = [
        entry(question, [], f"答：{question}", source="faq.csv", place="row 1") for question in questions
    ]
    await library.add(tenant, items)
    await library.publish(tenant, {"faq.csv": Contents([item.id_for(tenant) for item in items])})


async def test_all_that_was_imported_is_embedded_again_and_nothing_else(opening: Opening) -> None:
    library = await begin(opening, Model(4), "a")
    await imported(library, "a", *QUESTIONS, "不要了")
    await imported(library, "a", *QUESTIONS)
    await imported(library, "b", "别家的")
    await library.close()

    library = await begin(opening, Model(6), "a")

    assert (await library.sources("a"), await library.sources("b")) == ({"faq.csv": 3}, {"faq.csv": 1})
    (first, *_) = await library.retriever.search("a", "怎么退货", channel=None, limit=1)
    assert (first.title, first.text) == ("怎么退货", "答：怎么退货")
    await library.close()
    model = Model(6)
    await (await begin(opening, model, "a")).close()
    assert model.made == 0, "the next start finds all of it there"


async def test_what_was_forgotten_under_another_model_does_not_come_back_with_the_first(
    opening: Opening,
) -> None:
    library = await begin(opening, Model(4), "a")
    await imported(library, "a", *QUESTIONS)
    await library.close()
    library = await begin(opening, Model(6), "a")
    await library.remove("a", "faq.csv")
    await library.close()

    library = await begin(opening, Model(4), "a")

    assert await library.sources("a") == {}
    await library.close()


async def test_a_model_that_is_away_leaves_the_index_before_and_is_gone_on_with_later(
    opening: Opening,
) -> None:
    library = await begin(opening, Model(4), "a")
    await imported(library, "a", *QUESTIONS)
    await library.close()
    new = Model(6)
    new.lives = False
    half = Library(new, opening(new))
    with pytest.raises(Unavailable, match="away"):
        await half.sync([])
    await half.close()

    library = await begin(opening, Model(4), "a")
    assert (await library.retriever.search("a", "怎么退货", channel=None, limit=1))[0].title == "怎么退货"
    await library.close()

    library = await begin(opening, Model(6), "a")
    assert await library.sources("a") == {"faq.csv": 3}
    await library.close()


async def test_a_model_that_does_not_find_what_it_embedded_does_not_become_the_current_one(
    opening: Opening,
) -> None:
    library = await begin(opening, Model(4), "a")
    await imported(library, "a", *QUESTIONS)
    await library.close()
    new = Model(6)
    new.means_it = False
    wrong = Library(new, opening(new))

    with pytest.raises(Unavailable, match="does not find what is in it"):
        await wrong.sync([])
    await wrong.close()

    index = opening(Model(8))
    before = await index.before()
    assert before
    assert await before.tenants() == ["a"]
    (page,) = [page async for page in before.pages("a/a")]
    assert {len(point.dense) for point in page} == {4}
    await before.close()
    await index.close()


async def test_the_model_before_can_be_gone_back_to_and_the_one_before_that_is_gone(opening: Opening) -> None:
    library = await begin(opening, Model(4), "a")
    await imported(library, "a", *QUESTIONS)
    await library.close()
    await (await begin(opening, Model(6), "a")).close()

    back = Model(4)
    await (await begin(opening, back, "a")).close()
    assert back.made <= len(QUESTIONS), "tried, and not embedded"

    await (await begin(opening, Model(8), "a")).close()
    forgotten = Model(6)
    await (await begin(opening, forgotten, "a")).close()
    assert forgotten.made >= 2 * len(QUESTIONS)
