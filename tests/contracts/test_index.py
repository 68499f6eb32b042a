"""The contract of the vector store: Qdrant Edge in this process, and `qdrant-client` as it speaks to a server."""

from __future__ import annotations

import random
import shutil
import zlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from qdrant_client import AsyncQdrantClient

from bot.errors import Misconfigured, Unavailable
from knowledge import lexical
from knowledge.documents import Item, entry
from knowledge.edge import EdgeIndex
from knowledge.index import Found, Index, Point, Where, payloads, point_ids
from knowledge.made_for import MadeFor
from knowledge.scope import Scope
from knowledge.server import ServerIndex
from knowledge.shelves import Head, Version

SIZE = 16
DEALERS = Scope(audience=("dealers",))


@pytest.fixture(params=["edge", "server"])
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Index]:
    made: Index
    if request.param == "edge":
        made = EdgeIndex.open(tmp_path, embedder="test", dimensions=SIZE)
    else:
        made = ServerIndex(AsyncQdrantClient(":memory:"), "kefu", MadeFor("test", SIZE))
    yield made
    await made.close()


def an_item(question: str, *similar: str, source: str = "faq.txt") -> Item:
    return entry(question, list(similar), f"回答：{question}", source=source, place="line 1")


def vector(text: str) -> list[float]:
    """The same for the same text, and nearly at right angles to any other."""
    drawn = np.random.default_rng(zlib.crc32(text.encode())).normal(size=SIZE)
    return [float(x) for x in drawn / np.linalg.norm(drawn)]


def points(item: Item, tenant: str) -> list[Point]:
    """Of its questions: these tests count what is found, and an answer would be found too."""
    return [
        Point(own_id, vector(face.text), lexical.of_text(face.text), payload)
        for own_id, face, payload in zip(
            point_ids(item, tenant), item.faces, payloads(item, tenant), strict=True
        )
        if face.is_question
    ]


async def put(index: Index, tenant: str, *items: Item) -> None:
    await index.insert([point for item in items for point in points(item, tenant)])
    await index.place(Where(items=[item.id_for(tenant) for item in items]), [tenant])


async def titles(index: Index, tenant: str, text: str, limit: int = 10) -> tuple[list[str], list[str]]:
    found = await index.search(tenant, vector(text), lexical.of_question(text), limit=limit)
    return [hit.title for hit in found.dense], [hit.title for hit in found.lexical]


async def test_the_nearest_comes_first_by_meaning_and_by_words(index: Index) -> None:
    await put(index, "a", an_item("怎么退货"), an_item("多久发货"), an_item("能开发票吗"))

    by_meaning, by_words = await titles(index, "a", "怎么退货")

    assert by_meaning[0] == by_words[0] == "怎么退货"
    assert len(by_meaning) == 3


async def test_without_a_vector_it_is_found_by_words_alone(index: Index) -> None:
    await put(index, "a", an_item("怎么退货"), an_item("多久发货"))

    found = await index.search("a", [], lexical.of_question("退货怎么弄"), limit=10)

    assert (found.dense, found.lexical[0].title) == ([], "怎么退货")
    assert await index.search("a", [], lexical.of_question("？"), limit=10) == Found([], [])


async def test_an_entry_is_found_by_each_of_its_wordings(index: Index) -> None:
    await put(index, "a", an_item("怎么退货", "退货流程", "不想要了"), an_item("多久发货"))

    for wording in ("怎么退货", "退货流程", "不想要了"):
        by_meaning, by_words = await titles(index, "a", wording, limit=1)
        assert by_meaning == by_words == ["怎么退货"]


async def test_a_hit_can_be_traced_to_its_source(index: Index) -> None:
    await put(index, "a", an_item("怎么退货"))

    found = await index.search("a", vector("怎么退货"), lexical.of_question("怎么退货"), limit=1)

    (hit,) = found.dense
    assert (hit.source, hit.text, hit.is_faq) == ("faq.txt:line 1", "回答：怎么退货", True)
    assert hit.score == pytest.approx(1, abs=1e-3)


async def test_what_others_may_be_told_takes_no_place_of_what_this_customer_may(index: Index) -> None:
    everybody, several = an_item("退货要多久"), an_item("退货要几天")
    theirs = [replace(an_item(f"怎么退货{number}"), scope=DEALERS) for number in range(20)]
    await put(index, "a", everybody, replace(several, scope=Scope(audience=("web", "dealers"))), *theirs)

    async def told(channel: str | None) -> list[set[str]]:
        words = lexical.of_question("怎么退货")
        found = await index.search("a", vector("怎么退货"), words, limit=10, channel=channel)
        return [{hit.title for hit in hits} for hits in (found.dense, found.lexical)]

    assert await told("web") == [{"退货要多久", "退货要几天"}] * 2
    assert await told("app") == await told("") == [{"退货要多久"}] * 2
    assert [len(titles) for titles in await told(None)] == [len(titles) for titles in await told("dealers")]


async def test_storing_twice_is_storing_once(index: Index) -> None:
    item = an_item("怎么退货", "退货流程")

    await put(index, "a", item)
    await put(index, "a", item)

    assert len((await titles(index, "a", "怎么退货"))[0]) == 2


async def test_what_is_there_can_be_asked(index: Index) -> None:
    here, absent = an_item("怎么退货", "退货流程"), an_item("多久发货")
    await put(index, "a", here)

    ids = [point.id for point in points(here, "a")]
    assert await index.present([*ids, *point_ids(absent, "a"), *point_ids(here, "b")]) == set(ids)
    assert await index.present([]) == set()


async def test_no_tenant_ever_sees_anothers_knowledge(index: Index) -> None:
    chance = random.Random(7)
    questions = [
        f"问题{number}：{''.join(chance.choices('退换货款发票快递尺码颜色', k=6))}" for number in range(60)
    ]
    for position, question in enumerate(questions):
        await put(index, "ab"[position % 2], an_item(question))

    for question in chance.sample(questions, 30):
        for tenant in "ab":
            by_meaning, by_words = await titles(index, tenant, question, limit=60)
            own = {q for position, q in enumerate(questions) if "ab"[position % 2] == tenant}
            assert set(by_meaning) | set(by_words) <= own
    assert await titles(index, "c", questions[0]) == ([], [])


async def test_what_is_removed_is_found_no_more(index: Index) -> None:
    gone, kept = an_item("怎么退货", "退货流程"), an_item("多久发货", source="other.csv")
    await put(index, "a", gone, kept)
    await put(index, "b", gone)

    await index.remove(Where("a", items=[gone.id_for("a")]))
    await index.remove(Where("a", items=[]))
    await index.remove(Where("b", source="other.csv"))

    assert await index.sources("a") == {"other.csv": {kept.id_for("a")}}
    assert await index.sources("b") == {"faq.txt": {gone.id_for("b")}}, "another tenant's stays"


async def test_a_point_stands_on_several_shelves_and_is_stored_once(index: Index) -> None:
    both, one = an_item("怎么退货"), an_item("多久发货")
    await put(index, "a", both, one)

    await index.place(Where("a", items=[both.id_for("a")]), ["a", "b"])
    assert (await titles(index, "b", "多久发货"))[0] == ["怎么退货"]
    assert len((await titles(index, "a", "多久发货"))[0]) == 2

    await index.place(Where("a", but_not="b"), ["c"])
    assert await index.sources("a") == await index.sources("b") == {"faq.txt": {both.id_for("a")}}
    assert await index.sources("c") == {"faq.txt": {one.id_for("a")}}


async def test_what_is_there_already_stays_where_it_stands(index: Index) -> None:
    item = an_item("怎么退货")
    await put(index, "a", item)

    await index.insert(points(item, "a"))

    assert (await titles(index, "a", "怎么退货"))[0] == ["怎么退货"]


async def test_a_head_is_replaced_by_the_next_one_and_by_no_other(index: Index) -> None:
    assert await index.head("a") == Head()
    first = Head().next(newest=1, current=Version(1, "a/a", 5.0, 3))

    assert await index.replace_head("a", first)
    assert not await index.replace_head("a", Head().next(newest=9)), "someone else was faster"

    assert await index.head("a") == first
    assert await index.head("b") == Head()
    assert await index.replace_head("a", first.next(before=first.current))
    assert (await titles(index, "a", "怎么退货")) == ([], []), "a head is never found"


async def test_a_question_without_words_is_searched_by_meaning_alone(index: Index) -> None:
    await put(index, "a", an_item("怎么退货"))

    by_meaning, by_words = await titles(index, "a", "？？？")

    assert by_meaning == ["怎么退货"]
    assert by_words == []


async def test_many_points_are_listed_whole(index: Index) -> None:
    await put(index, "a", *(an_item(f"问题{number}") for number in range(1100)))

    assert len((await index.sources("a"))["faq.txt"]) == 1100


async def test_wordings_come_back_with_their_vectors_as_many_as_are_wanted(index: Index) -> None:
    await put(index, "a", *(an_item(f"问题{number}") for number in range(1100)))
    await put(index, "b", an_item("别家的问题"))

    known = await index.known("a", most=1050)

    assert len(known) == 1050
    assert {one.item for one in known} <= (await index.sources("a"))["faq.txt"]
    assert all(np.allclose(one.dense, vector(one.wording), atol=1e-5) for one in known[:50])
    assert all(one.is_question for one in known)
    assert await index.known("c", most=10) == []


async def test_what_was_learned_is_kept_beside_a_tenants_knowledge_and_never_found(index: Index) -> None:
    await put(index, "a", an_item("怎么退货"))

    assert await index.learned("a") is None
    await index.learn("a", b"first")
    await index.learn("a", b"second\x00")
    await index.learn("b", b"another's")

    assert await index.learned("a") == b"second\x00"
    assert (await titles(index, "a", "怎么退货"))[0] == ["怎么退货"]
    assert list(await index.sources("a")) == ["faq.txt"]
    assert await index.sources("b") == {}


async def test_what_is_there_stays_when_it_is_tidied(index: Index) -> None:
    await put(index, "a", an_item("怎么退货"), an_item("多久发货"))
    await index.remove(Where("a", items=[an_item("多久发货").id_for("a")]))

    await index.tidy()

    assert (await titles(index, "a", "怎么退货"))[0] == ["怎么退货"]


async def test_ping_is_quiet_while_all_is_well(index: Index) -> None:
    await index.ping()


async def test_the_embedded_store_is_there_after_a_restart(tmp_path: Path) -> None:
    first = EdgeIndex.open(tmp_path, embedder="test", dimensions=SIZE)
    await put(first, "a", an_item("怎么退货"))
    await first.close()

    again = EdgeIndex.open(tmp_path, embedder="test", dimensions=SIZE)

    assert (await titles(again, "a", "怎么退货"))[0] == ["怎么退货"]
    await again.close()


async def test_what_the_embedded_store_was_given_before_a_kill_is_there(tmp_path: Path) -> None:
    killed = EdgeIndex.open(tmp_path / "now", embedder="test", dimensions=SIZE)
    await put(killed, "a", an_item("怎么退货"))
    shutil.copytree(tmp_path / "now", tmp_path / "found")  # as it lies there, with nothing flushed
    await killed.close()

    found = EdgeIndex.open(tmp_path / "found", embedder="test", dimensions=SIZE)

    assert (await titles(found, "a", "怎么退货"))[0] == ["怎么退货"]
    await found.close()


async def test_the_embedded_store_belongs_to_one_process(tmp_path: Path) -> None:
    owner = EdgeIndex.open(tmp_path, embedder="test", dimensions=SIZE)

    with pytest.raises(Unavailable, match=r"set qdrant\.url"):
        EdgeIndex.open(tmp_path, embedder="test", dimensions=SIZE)

    await owner.close()
    await EdgeIndex.open(tmp_path, embedder="test", dimensions=SIZE).close()


async def test_half_a_note_of_a_process_that_died_does_no_harm(tmp_path: Path) -> None:
    first = EdgeIndex.open(tmp_path, embedder="test", dimensions=SIZE)
    await put(first, "a", an_item("怎么退货"))
    await first.close()
    (tmp_path / MadeFor("test", SIZE).name / "meta.json").write_text('{"embedder": "te')

    again = EdgeIndex.open(tmp_path, embedder="test", dimensions=SIZE)

    assert await again.sources("a") == {}, "made anew: nobody knows what made these vectors"
    await again.close()


async def test_vectors_that_are_broken_name_the_mend(tmp_path: Path) -> None:
    await EdgeIndex.open(tmp_path, embedder="test", dimensions=SIZE).close()
    for file in (tmp_path / MadeFor("test", SIZE).name / "shard").rglob("*"):
        if file.is_file():
            file.write_bytes(b"broken")

    with pytest.raises(Unavailable, match="remove the folder"):
        EdgeIndex.open(tmp_path, embedder="test", dimensions=SIZE)


async def test_a_vector_of_the_wrong_length_is_unavailable_and_not_a_crash(tmp_path: Path) -> None:
    index = EdgeIndex.open(tmp_path, embedder="test", dimensions=SIZE)

    with pytest.raises(Unavailable):
        await index.search("a", [1.0], lexical.of_question("x"), limit=1)
    await index.close()


async def test_a_collection_of_an_earlier_release_is_the_operators_to_mend() -> None:
    client = AsyncQdrantClient(":memory:")
    await client.create_collection("kefu", {})

    with pytest.raises(Misconfigured, match="remove it, or write another name"):
        await ServerIndex(client, "kefu", MadeFor("test", SIZE)).before()
    await client.close()


async def test_a_server_that_is_away_is_unavailable() -> None:
    client = AsyncQdrantClient(url="http://127.0.0.1:9", timeout=1, check_compatibility=False)
    index = ServerIndex(client, "kefu", MadeFor("test", SIZE))

    with pytest.raises(Unavailable):
        await index.ping()
    await index.close()
