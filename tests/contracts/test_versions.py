"""A version of the knowledge is visible all at once, on Qdrant Edge and through `qdrant-client`."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from qdrant_client import AsyncQdrantClient

from bot.errors import Refused, Unavailable
from knowledge import lexical
from knowledge.documents import Item
from knowledge.edge import EdgeIndex
from knowledge.index import Index, Where
from knowledge.made_for import MadeFor
from knowledge.server import ServerIndex
from knowledge.shelves import leaving, staging
from knowledge.versions import Change, Contents, Overtaken, Versions
from tests.contracts.test_index import SIZE, an_item, points, vector


@pytest.fixture(params=["edge", "server"])
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Index]:
    made: Index
    if request.param == "edge":
        made = EdgeIndex.open(tmp_path, embedder="test", dimensions=SIZE)
    else:
        made = ServerIndex(AsyncQdrantClient(":memory:"), "kefu", MadeFor("test", SIZE))
    yield made
    await made.close()


@pytest.fixture
def versions(index: Index) -> Versions:
    return Versions(index)


async def taught(shelf: str) -> bytes:
    return f"learned of {shelf}".encode()


async def stage(index: Index, tenant: str, *items: Item) -> None:
    await index.insert([point for item in items for point in points(item, tenant)])


def holding(tenant: str, *items: Item, source: str = "faq.txt") -> Mapping[str, Contents]:
    return {source: Contents([item.id_for(tenant) for item in items])}


async def publish(index: Index, versions: Versions, tenant: str, *questions: str) -> Change:
    items = [an_item(question) for question in questions]
    await stage(index, tenant, *items)
    return (await versions.publish(tenant, holding(tenant, *items), taught))["faq.txt"]


async def seen(versions: Versions, tenant: str, question: str = "怎么退货") -> set[str]:
    _, found = await versions.search(
        tenant, vector(question), lexical.of_question(question), channel=None, limit=100
    )
    return {hit.title for hit in (*found.dense, *found.lexical)}


async def test_nothing_is_seen_before_it_is_published(index: Index, versions: Versions) -> None:
    await stage(index, "a", an_item("怎么退货"))
    assert (await seen(versions, "a"), await versions.current("a")) == (set(), None)

    await publish(index, versions, "a", "怎么退货", "多久发货")
    await stage(index, "a", an_item("能开发票吗"))

    assert await seen(versions, "a") == {"怎么退货", "多久发货"}


async def test_a_version_holds_what_changed_and_what_stayed(index: Index, versions: Versions) -> None:
    await publish(index, versions, "a", "怎么退货", "多久发货")

    change = await publish(index, versions, "a", "怎么退货", "能开发票吗")

    assert (len(change.added), len(change.dropped)) == (1, 1)
    assert await seen(versions, "a") == {"怎么退货", "能开发票吗"}
    current = await versions.current("a")
    assert current
    assert (current.number, current.items) == (2, 2)
    assert await index.learned(current.shelf) == f"learned of {current.shelf}".encode()


async def test_where_nothing_changed_the_version_stays(index: Index, versions: Versions) -> None:
    await publish(index, versions, "a", "怎么退货")

    change = await publish(index, versions, "a", "怎么退货")

    assert not change
    head = await index.head("a")
    assert (head.newest, head.before) == (1, None)


async def test_a_source_that_is_not_whole_loses_nothing(index: Index, versions: Versions) -> None:
    await publish(index, versions, "a", "怎么退货")
    more = an_item("多久发货")
    await stage(index, "a", more)

    await versions.publish("a", {"faq.txt": Contents([more.id_for("a")], is_whole=False)}, taught)

    assert await seen(versions, "a") == {"怎么退货", "多久发货"}


async def test_the_version_before_is_gone_back_to_with_what_was_learned_of_it(
    index: Index, versions: Versions
) -> None:
    await publish(index, versions, "a", "怎么退货", "多久发货")
    await publish(index, versions, "a", "怎么退货", "能开发票吗")

    back = await versions.rollback("a")
    assert await seen(versions, "a") == {"怎么退货", "多久发货"}
    assert (back.number, await index.learned(back.shelf)) == (1, f"learned of {back.shelf}".encode())

    await versions.rollback("a")
    assert await seen(versions, "a") == {"怎么退货", "能开发票吗"}, "and forth"


async def test_there_is_a_version_to_go_back_to_or_it_is_said(index: Index, versions: Versions) -> None:
    await publish(index, versions, "a", "怎么退货")

    with pytest.raises(Refused, match="no version before"):
        await versions.rollback("a")

    assert await seen(versions, "a") == {"怎么退货"}


async def test_what_comes_after_a_rollback_begins_with_what_is_seen(index: Index, versions: Versions) -> None:
    await publish(index, versions, "a", "怎么退货")
    await publish(index, versions, "a", "多久发货")
    await versions.rollback("a")

    await publish(index, versions, "a", "怎么退货", "能开发票吗")

    assert await seen(versions, "a") == {"怎么退货", "能开发票吗"}
    current = await versions.current("a")
    assert current
    assert current.number == 3
    await versions.rollback("a")
    assert await seen(versions, "a") == {"怎么退货"}


async def test_what_comes_back_is_found_again_and_what_no_version_has_is_gone(
    index: Index, versions: Versions
) -> None:
    await publish(index, versions, "a", "怎么退货", "多久发货")
    await publish(index, versions, "a", "怎么退货")
    kept = an_item("多久发货")
    assert await index.present([point.id for point in points(kept, "a")]), "for a rollback"

    change = await publish(index, versions, "a", "怎么退货", "多久发货")
    assert len(change.added) == 1
    assert await seen(versions, "a") == {"怎么退货", "多久发货"}

    await publish(index, versions, "a", "怎么退货")
    await publish(index, versions, "a", "怎么退货", "能开发票吗")
    assert not await index.present([point.id for point in points(kept, "a")])
    assert await index.sources(leaving("a")) == {}


async def test_an_import_that_never_ended_leaves_nothing_when_its_source_is_given_again(
    index: Index, versions: Versions
) -> None:
    await stage(index, "a", an_item("多久发货"), an_item("能开发票吗", source="other.csv"))

    await publish(index, versions, "a", "怎么退货")

    assert await seen(versions, "a") == {"怎么退货"}
    assert list(await index.sources(staging("a"))) == ["other.csv"], "which may be on its way still"


@pytest.mark.parametrize("step", ["place", "learn", "replace_head"])
async def test_a_publication_that_breaks_at_any_step_leaves_what_was_seen(
    index: Index, versions: Versions, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await publish(index, versions, "a", "怎么退货", "多久发货")
    await publish(index, versions, "a", "怎么退货", "能开发票吗")
    whole = getattr(index, step)

    for calls in range(6):
        left = iter([True] * calls)

        async def breaks(*arguments: Any, left: Iterator[bool] = left) -> object:
            if next(left, False):
                return await whole(*arguments)
            raise Unavailable("the disk is full")

        with monkeypatch.context() as broken, suppress(Unavailable):
            broken.setattr(index, step, breaks)
            await publish(index, versions, "a", "怎么退货", "几点开门")
            break
        assert await seen(versions, "a") == {"怎么退货", "能开发票吗"}
        await _free(index, "a")

    await publish(index, versions, "a", "怎么退货", "几点开门")
    assert await seen(versions, "a") == {"怎么退货", "几点开门"}
    assert (await index.sources(leaving("a")), await index.sources(staging("a"))) == ({}, {})


async def _free(index: Index, tenant: str) -> None:
    """Time passes, and a dead writer's claim ends."""
    head = await index.head(tenant)
    await index.replace_head(tenant, head.next(until=0.0))


async def test_two_who_publish_at_once_come_one_after_the_other(index: Index) -> None:
    one, other = Versions(index), Versions(index)
    first, second = an_item("怎么退货"), an_item("多久发货", source="other.csv")
    await stage(index, "a", first, second)

    await asyncio.gather(
        one.publish("a", holding("a", first), taught),
        other.publish("a", holding("a", second, source="other.csv"), taught),
    )

    assert await seen(one, "a") == await seen(other, "a") == {"怎么退货", "多久发货"}
    assert (await index.head("a")).newest == 2


async def test_who_learned_for_longer_than_a_claim_holds_leaves_the_next_one_s_alone(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both fill the shelf that nobody looks at."""
    monkeypatch.setattr("knowledge.versions._CLAIM_S", 0.0)
    late, quick = Versions(index), Versions(index)
    await publish(index, late, "a", "怎么退货")
    await stage(index, "a", an_item("能开发票吗"))

    async def taught_late(_: str) -> bytes:
        await publish(index, quick, "a", "怎么退货", "几点开门")
        return b"of what is no version"

    with pytest.raises(Overtaken):
        await late.publish("a", holding("a", an_item("能开发票吗")), taught_late)

    version = await quick.current("a")
    assert version
    assert version.items == 2
    assert await index.learned(version.shelf) == await taught(version.shelf)


async def test_what_was_staged_and_is_gone_is_noticed_before_the_switch(
    index: Index, versions: Versions
) -> None:
    await publish(index, versions, "a", "怎么退货")
    lost = an_item("多久发货")
    await stage(index, "a", lost)
    await index.remove(Where(staging("a")))

    with pytest.raises(Overtaken):
        await versions.publish("a", holding("a", lost), taught)

    assert await seen(versions, "a") == {"怎么退货"}


async def test_searches_go_on_while_versions_come_and_go_and_see_one_at_a_time(
    index: Index, versions: Versions
) -> None:
    """Each version has a hundred entries of its own; a search that saw two of them would tell."""
    editions = [[f"第{edition}版问题{number}" for number in range(50)] for edition in range(4)]
    await publish(index, versions, "a", *editions[0])
    ended, asked = asyncio.Event(), 0

    async def customer() -> None:
        nonlocal asked
        other = Versions(index)
        while not ended.is_set():
            asked_for = vector("问题"), lexical.of_question("第版问题")
            version, found = await other.search("a", *asked_for, channel=None, limit=100)
            titles = {hit.title for hit in found.dense}
            assert version
            assert titles == set(editions[version.number - 1])
            asked += 1
            await asyncio.sleep(0.02)

    customers = [asyncio.create_task(customer()) for _ in range(2)]
    for edition in editions[1:]:
        await publish(index, versions, "a", *edition)
        await _answered(lambda: asked, more=4)
    ended.set()
    await asyncio.gather(*customers)


async def _answered(asked: Callable[[], int], *, more: int) -> None:
    enough = asked() + more
    async with asyncio.timeout(20):
        while asked() < enough:
            await asyncio.sleep(0.01)


async def test_a_thousand_questions_of_one_tenant_find_nothing_of_another(
    index: Index, versions: Versions
) -> None:
    chance = random.Random(7)
    words = "退换货款发票快递尺码颜色会员优惠运费"
    own = {tenant: [f"{''.join(chance.choices(words, k=6))}{n}" for n in range(30)] for tenant in "ab"}
    for start in range(2):
        for tenant, questions in own.items():
            await publish(index, versions, tenant, *questions[start : start + 25])
    await stage(index, "b", *(an_item(question) for question in own["b"]))

    for number in range(1000):
        question = "".join(chance.choices(words, k=chance.randrange(1, 8)))
        titles = await seen(versions, "a", question if number % 2 else chance.choice(own["b"]))
        assert titles == set(own["a"][1:26])
