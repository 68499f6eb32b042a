"""While the knowledge is embedded again for another model, what was embedded before answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.errors import Refused, Unavailable
from bot.settings import Settings, TenantSettings
from knowledge.documents import entry
from knowledge.edge import EdgeIndex
from knowledge.embed import Embedder, Vectors
from knowledge.library import Library, open_library
from tests.builders import SHOP, some_settings
from tests.contracts.test_succession import Model
from tests.unit.knowledge.test_library import EmbeddingServer
from workers import study
from workers.ask import build_pipeline
from workers.librarian import LocalDesk
from workers.study import fill_shelves, learn_intents, open_shelves


class Slow(Model):
    """Another model, which embeds nothing before it is told so."""

    def __init__(self) -> None:
        super().__init__(6)
        self.may = asyncio.Event()

    async def questions(self, texts: Sequence[str]) -> Vectors:
        await self.may.wait()
        return await super().questions(texts)

    passages = questions


@pytest.fixture
async def shops(tmp_path: Path) -> list[TenantSettings]:
    """A shop whose knowledge was embedded by a model of four numbers."""
    file = tmp_path / "faq.txt"
    file.write_text("Q: 怎么退货\nA: 七天内可以退。\n\nQ: 多久发货\nA: 48小时内。\n")
    shops = [TenantSettings(name=SHOP, knowledge=[file])]
    library = begin(tmp_path, Model(4))
    await library.sync(shops)
    await library.close()
    return shops


def begin(folder: Path, model: Model, *at_hand: Model) -> Library:
    """As a worker does that is started with this model; `at_hand`: those before that can be asked."""
    index = EdgeIndex.open(folder / "vectors", embedder=model.name, dimensions=model.size)
    earlier: Callable[[str], Embedder | None] = {one.name: one for one in at_hand}.get
    return Library(model, index, earlier=earlier)


async def answers(library: Library) -> str:
    (found,) = await library.retriever.search(SHOP, "怎么退货", channel=None, limit=1)
    return found.text


async def test_the_knowledge_before_answers_until_the_new_one_is_whole(
    tmp_path: Path, shops: list[TenantSettings]
) -> None:
    old, new = Model(4), Slow()
    library = begin(tmp_path, new, old)
    await open_shelves(library, shops)
    filling = asyncio.create_task(fill_shelves(library, shops))

    assert await answers(library) == "七天内可以退。"
    assert (old.made, new.made, library.stands_in) == (1, 0, True)

    new.may.set()
    await filling
    asked = old.made
    assert await answers(library) == "七天内可以退。"
    assert (old.made, library.stands_in) == (asked, False)
    await library.close()
    again = begin(tmp_path, Slow(), Model(4))
    assert not await again.stand_in(shops), "it is the current one now"
    await again.close()


async def test_who_searches_at_the_switch_is_answered_by_the_one_asked_first(
    tmp_path: Path, shops: list[TenantSettings]
) -> None:
    old, new = Slow(), Model(8)
    library = begin(tmp_path, old)
    old.may.set()
    await library.sync(shops)
    await library.close()
    library = begin(tmp_path, new, old)
    await open_shelves(library, shops)
    old.may.clear()
    searching = asyncio.create_task(answers(library))
    await asyncio.sleep(0)
    filling = asyncio.create_task(fill_shelves(library, shops))
    async with asyncio.timeout(20):
        while not new.made:
            await asyncio.sleep(0.01)
    old.may.set()
    await filling

    assert await searching == "七天内可以退。"
    await library.close()


async def test_a_new_model_that_is_away_is_tried_again_while_the_one_before_answers(
    tmp_path: Path, shops: list[TenantSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study, "_AGAIN_S", 0.01)
    new = Model(6)
    new.lives = False
    library = begin(tmp_path, new, Model(4))
    await open_shelves(library, shops)
    filling = asyncio.create_task(fill_shelves(library, shops))
    await asyncio.sleep(0)
    assert await answers(library) == "七天内可以退。"

    new.lives = True
    await filling

    assert await answers(library) == "七天内可以退。"
    await library.close()


class Failing(Model):
    """It fails in all these ways, one after the other, before it works."""

    def __init__(self, *ways: Exception) -> None:
        super().__init__(6)
        self.left = list(ways)

    async def questions(self, texts: Sequence[str]) -> Vectors:
        if self.left:
            raise self.left.pop(0)
        return await super().questions(texts)

    passages = questions


async def test_however_a_new_model_fails_it_is_tried_again(
    tmp_path: Path, shops: list[TenantSettings], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study, "_AGAIN_S", 0.01)
    library = begin(tmp_path, Failing(Refused("HTTP 400"), ValueError("a bug")), Model(4))
    await open_shelves(library, shops)

    async with asyncio.timeout(20):
        await fill_shelves(library, shops)

    assert (await answers(library), library.stands_in) == ("七天内可以退。", False)
    await library.close()


async def test_intents_are_learned_however_often_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study, "_AGAIN_S", 0.01)
    library = begin(tmp_path, Failing(Refused("HTTP 400"), ValueError("a bug"), Unavailable("it is away")))

    async with asyncio.timeout(20):
        await learn_intents(library, [])

    assert await library.intents.guess(SHOP, "转人工") is not None
    await library.close()


async def test_where_the_model_before_can_not_be_asked_nobody_is_answered_before_the_end(
    tmp_path: Path, shops: list[TenantSettings]
) -> None:
    library = begin(tmp_path, Model(6))

    await open_shelves(library, shops)

    assert (await answers(library), library.stands_in) == ("七天内可以退。", False)
    await library.close()


async def test_a_shop_that_was_not_known_before_is_not_refused_in_its_name(
    tmp_path: Path, shops: list[TenantSettings]
) -> None:
    library = begin(tmp_path, Model(6), Model(4))

    await open_shelves(library, [*shops, TenantSettings(name="new", knowledge=shops[0].knowledge)])

    assert not library.stands_in
    assert await library.retriever.search("new", "怎么退货", channel=None, limit=1)
    await library.close()


async def test_nobody_changes_the_knowledge_meanwhile(tmp_path: Path, shops: list[TenantSettings]) -> None:
    new = Slow()
    library = begin(tmp_path, new, Model(4))
    await open_shelves(library, shops)
    desk = LocalDesk(some_settings(), library, build_pipeline(some_settings(), library.retriever, None))
    more = [entry("能开发票吗", [], "可以。", source="more.txt", place="line 1")]

    for doing in (desk.add(SHOP, more), desk.publish(SHOP, {}), desk.rollback(SHOP), desk.sources(SHOP)):
        with pytest.raises(Unavailable, match="being embedded for another model"):
            await doing
    assert (await desk.search(SHOP, "怎么退货", channel=None, limit=1))[0].text == "七天内可以退。"

    new.may.set()
    await fill_shelves(library, shops)
    assert await desk.add(SHOP, more) == 1
    await library.close()


async def test_the_bundled_model_is_at_hand_for_what_it_embedded(
    tmp_path: Path, shops: list[TenantSettings]
) -> None:
    """However the search is to be embedded from now on."""
    told = {"data_dir": tmp_path / "data", "tenants": [shops[0].model_dump()]}
    library = await open_library(Settings.model_validate(told))
    await library.sync(shops)
    await library.close()
    app = web.Application()
    app.router.add_post("/v1/embeddings", EmbeddingServer().embed)

    async with TestServer(app) as server:
        served = {"base_url": str(server.make_url("/v1")), "model": "qwen"}
        library = await open_library(Settings.model_validate({**told, "embedding": served}))
        await open_shelves(library, shops)
        assert library.stands_in
        assert await answers(library) == "七天内可以退。"
        await library.close()
