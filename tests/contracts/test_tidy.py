"""The embedded store gives back the room of what was removed, while customers ask, and whoever is killed."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
import qdrant_edge as edge
from structlog.testing import capture_logs

from knowledge import edge_copy, edge_folder
from knowledge.edge import EdgeIndex
from knowledge.index import Where
from knowledge.library import Library
from knowledge.made_for import MadeFor
from knowledge.shelves import Head
from knowledge.versions import Contents
from tests.contracts.test_index import SIZE, an_item, put, titles
from tests.unit.knowledge.test_library import CountingEmbedder

HELD: Final = 60
GONE: Final = 150
KEPT: Final = [an_item(f"怎么退货{number}") for number in range(HELD)]


@pytest.fixture(autouse=True)
def small_stores_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_copy, "_LEAST", 10)


async def opened(place: Path) -> EdgeIndex:
    return EdgeIndex.open(place, embedder="test", dimensions=SIZE)


async def replaced(place: Path) -> EdgeIndex:
    """A store of which most was removed."""
    index = await opened(place)
    await put(index, "b", *[an_item(f"多久发货{number}") for number in range(GONE)])
    await put(index, "a", *KEPT)
    await index.remove(Where("b"))
    assert await index.replace_head("a", Head(revision=1))
    return index


async def is_whole(index: EdgeIndex) -> bool:
    found = [await titles(index, "a", item.title, limit=1) for item in KEPT]
    return found == [([item.title], [item.title]) for item in KEPT] and await index.head("a") == Head(1)


def shards(place: Path) -> list[str]:
    return [folder.name for folder in (place / MadeFor("test", SIZE).name).glob("shard*")]


def vectors(index: EdgeIndex) -> int:
    """That the engine keeps."""
    return index._shard.info().indexed_vectors_count


async def test_the_room_of_what_was_removed_is_given_back_and_all_else_is_there(tmp_path: Path) -> None:
    index = await replaced(tmp_path)
    assert vectors(index) == GONE + HELD

    await index.tidy()

    assert vectors(index) == HELD
    assert await is_whole(index)
    assert len(shards(tmp_path)) == 1
    await index.close()
    again = await opened(tmp_path)
    assert await is_whole(again)
    await again.close()


async def test_a_store_of_which_most_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    index = await opened(tmp_path)
    await put(index, "a", *KEPT)
    await index.remove(Where("a", items=[KEPT[0].id_for("a")]))
    before = shards(tmp_path)

    await index.tidy()

    assert shards(tmp_path) == before
    await index.close()


async def test_searches_go_on_meanwhile_and_what_is_changed_meanwhile_is_kept(tmp_path: Path) -> None:
    index = await replaced(tmp_path)
    tidying = asyncio.create_task(index.tidy())
    changing = asyncio.create_task(put(index, "c", an_item("能开发票吗")))

    answered = 0
    while not tidying.done():
        assert (await titles(index, "a", KEPT[answered % HELD].title, limit=1))[0]
        answered += 1
    await asyncio.gather(tidying, changing)
    await index.close()

    again = await opened(tmp_path)
    assert answered > 1
    assert (await titles(again, "c", "能开发票吗"))[0] == ["能开发票吗"]
    assert await is_whole(again)
    await again.close()


@pytest.mark.parametrize("is_adopted", [False, True])
async def test_a_process_killed_meanwhile_leaves_the_whole_store(
    is_adopted: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As it lies on the disk just before the copy takes its place, and just after."""
    adopt: Callable[[Path, Path], None] = edge_folder.adopt

    def adopt_and_look(home: Path, data: Path) -> None:
        if is_adopted:
            adopt(home, data)
        shutil.copytree(tmp_path / "now", tmp_path / "found")
        if not is_adopted:
            adopt(home, data)

    monkeypatch.setattr(edge_folder, "adopt", adopt_and_look)
    index = await replaced(tmp_path / "now")
    await index.tidy()
    await index.close()
    assert len(shards(tmp_path / "found")) == 2

    again = await opened(tmp_path / "found")

    assert await is_whole(again)
    assert len(shards(tmp_path / "found")) == 1
    await again.close()


async def test_one_that_is_broken_off_leaves_the_store_as_it_was_and_the_next_one_ends(
    tmp_path: Path,
) -> None:
    index = await replaced(tmp_path)
    tidying = asyncio.create_task(index.tidy())
    while len(shards(tmp_path)) < 2:
        await asyncio.sleep(0)
    tidying.cancel()
    await asyncio.wait([tidying])
    assert tidying.cancelled()

    assert await is_whole(index)
    await index.tidy()
    assert await is_whole(index)
    assert len(shards(tmp_path)) == 1
    await index.close()


async def test_what_is_published_tidies_and_where_that_fails_it_is_published_all_the_same(
    tmp_path: Path,
) -> None:
    embedder = CountingEmbedder()
    library = Library(embedder, EdgeIndex.open(tmp_path, embedder=embedder.name, dimensions=4))
    home = tmp_path / MadeFor(embedder.name, 4).name
    in_the_way = home / "current-shard.half"
    in_the_way.mkdir()

    with capture_logs() as logs:
        for number in range(8):
            if any(log["event"] == "knowledge_not_tidied" for log in logs):
                break
            items = [an_item(f"怎么退货{number} {place}") for place in range(10)]
            await library.add("a", items)
            held = [item.id_for("a") for item in items]
            change = (await library.publish("a", {"faq.txt": Contents(held)}))["faq.txt"]
            assert change.added == set(held)
    assert any(log["event"] == "knowledge_not_tidied" for log in logs)
    assert [shard.name for shard in home.glob("shard*")] == ["shard"]

    in_the_way.rmdir()
    await library.publish("a", {"faq.txt": Contents(held[:5])})

    assert [shard.name for shard in home.glob("shard*")] != ["shard"]
    assert await library.sources("a") == {"faq.txt": 5}
    await library.close()


async def test_what_an_older_release_made_gets_the_fields_that_it_lacks(tmp_path: Path) -> None:
    index = await opened(tmp_path)
    await put(index, "a", *KEPT)
    index._shard.update(edge.UpdateOperation.delete_field_index("audience"))
    await index.close()

    index = await opened(tmp_path)

    assert set(index._shard.info().payload_schema) == {"shelf", "item", "audience"}
    assert (await titles(index, "a", KEPT[0].title, limit=1))[0] == [KEPT[0].title]
    await index.close()
