"""Embedding, words, and keeping the index in step with the files."""

from __future__ import annotations

import asyncio
import json
import zlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.breaker import State
from bot.errors import Held, Misconfigured, Refused, Unavailable
from bot.settings import EmbeddingSettings, Settings, TenantSettings
from knowledge import lexical
from knowledge.documents import Item, entry
from knowledge.edge import EdgeIndex
from knowledge.embed import BundledEmbedder, Vectors
from knowledge.embed_remote import OpenAIEmbedder
from knowledge.fuse import fuse
from knowledge.index import Found, Hit
from knowledge.library import Library, open_library
from knowledge.versions import Change, Contents


async def test_the_bundled_model_knows_what_is_alike() -> None:
    model = BundledEmbedder()
    same, alike, other = await model.questions(["怎么退货", "退货流程是什么", "你们几点开门"])

    assert same @ alike > same @ other
    assert np.linalg.norm(same) == pytest.approx(1, abs=1e-3)
    assert (await model.passages(["", "a\x00b", "长" * 10_000, "好\ud83d"])).shape == (4, 384 + 512)
    await model.close()


async def test_the_bundled_model_gives_each_text_its_own_vector_however_many_there_are() -> None:
    model = BundledEmbedder()
    texts = [f"第{number}个问题" for number in range(10)]

    for embed in (model.questions, model.passages):
        together, alone = await embed(texts), np.concatenate([await embed([text]) for text in texts])
        assert np.argmax(together @ alone.T, axis=1).tolist() == list(range(10))
    await model.close()


async def test_a_customer_s_question_does_not_wait_for_an_import() -> None:
    model = BundledEmbedder()
    importing = asyncio.create_task(model.passages(["退货要在七天之内"] * 12))
    await asyncio.sleep(0)

    await model.questions(["怎么退货"])

    assert not importing.done()
    await importing
    await model.close()


class EmbeddingServer:
    """`/v1/embeddings` that remembers what it was asked."""

    def __init__(self) -> None:
        self.status = 200
        self.short = 0
        self.answer: str | None = None
        self.asked: list[dict[str, object]] = []

    async def embed(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.asked.append(asked)
        if self.answer is not None:
            return web.Response(text=self.answer, content_type="application/json")
        texts = asked["input"][self.short :]
        data = [{"object": "embedding", "index": n, "embedding": [3.0, 4.0]} for n, _ in enumerate(texts)]
        usage = {"prompt_tokens": 1, "total_tokens": 1}
        body = {"object": "list", "data": data, "model": "m", "usage": usage}
        return web.json_response(body, status=self.status)


@pytest.fixture
async def remote() -> AsyncIterator[tuple[EmbeddingServer, OpenAIEmbedder]]:
    server = EmbeddingServer()
    app = web.Application()
    app.router.add_post("/v1/embeddings", server.embed)
    async with TestServer(app) as running:
        base = str(running.make_url("/v1"))
        model = OpenAIEmbedder(
            EmbeddingSettings(
                base_url=base, model="qwen", dimensions=2, query_instruction="Find the FAQ entry"
            )
        )
        yield server, model
        await model.close()


async def test_an_endpoint_is_asked_in_batches_with_its_instruction(
    remote: tuple[EmbeddingServer, OpenAIEmbedder],
) -> None:
    server, model = remote

    vectors = await model.questions(["怎么退货"] * 70)

    assert vectors.shape == (70, 2)
    assert vectors[0].tolist() == pytest.approx([0.6, 0.8])
    assert [len(list(map(str, asked["input"]))) for asked in server.asked] == [64, 6]  # type: ignore[call-overload]
    first = json.dumps(server.asked[0], ensure_ascii=False)
    assert "Instruct: Find the FAQ entry\\nQuery: 怎么退货" in first
    assert '"dimensions": 2' in first


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (500, Unavailable),
        (429, Unavailable),
        (401, Unavailable),
        (404, Unavailable),
        (400, Refused),
        (413, Refused),
    ],
)
async def test_an_endpoints_faults_are_told_apart(
    remote: tuple[EmbeddingServer, OpenAIEmbedder], status: int, kind: type[Exception]
) -> None:
    remote[0].status = status

    with pytest.raises(kind, match=str(status)):
        await remote[1].passages(["x"])


async def test_an_endpoint_that_fails_again_and_again_is_left_alone(
    remote: tuple[EmbeddingServer, OpenAIEmbedder],
) -> None:
    remote[0].status = 400
    for _ in range(8):
        with pytest.raises(Refused):
            await remote[1].questions(["x"])
    assert len(remote[0].asked) == 8, "it answers"

    remote[0].answer = "<html>502</html>"
    for _ in range(8):
        with pytest.raises(Unavailable):
            await remote[1].questions(["x"])
    assert len(remote[0].asked) == 8 + 5


async def test_an_endpoint_that_leaves_texts_out_is_not_trusted(
    remote: tuple[EmbeddingServer, OpenAIEmbedder],
) -> None:
    remote[0].short = 1

    with pytest.raises(Unavailable, match="left texts out"):
        await remote[1].passages(["x", "y"])


@pytest.mark.parametrize(
    "answer", ["<html>502</html>", '{"error": "no such model"}', '{"data": [{"embedding": "x"}]}', "[]"]
)
async def test_an_endpoint_that_answers_something_else_is_unavailable(
    remote: tuple[EmbeddingServer, OpenAIEmbedder], answer: str
) -> None:
    remote[0].answer = answer

    with pytest.raises(Unavailable, match="the embedding server"):
        await remote[1].passages(["x"])


async def test_an_endpoint_that_is_away_is_unavailable() -> None:
    model = OpenAIEmbedder(EmbeddingSettings(base_url="http://127.0.0.1:9/v1", model="qwen"))

    with pytest.raises(Unavailable, match="can't be reached"):
        await model.questions(["x"])
    await model.close()


def test_words_are_characters_with_bigrams_and_codes_as_they_stand() -> None:
    assert list(lexical.terms("怎么退")) == ["怎", "么", "退", "怎么", "么退"]
    assert list(lexical.terms("型号 ＡＢ-１２ Size")) == ["型", "号", "型号", "ab-12", "size"]
    assert list(lexical.terms("？！ \n")) == []


def test_the_same_words_have_the_same_places_in_every_process() -> None:
    assert lexical.of_question("退").indices == [zlib.crc32("退".encode())]
    assert lexical.of_text("退货退货").indices == lexical.of_question("退货退货").indices
    assert lexical.of_question("").indices == []


def a_hit(item: str, wording: str, score: float) -> Hit:
    return Hit(item, wording, score, f"答{item}", f"问{item}", "faq.txt:line 1", is_faq=True)


def test_an_entry_counts_by_its_best_wording_and_is_named_once() -> None:
    found = Found(
        dense=[a_hit("1", "退货流程", 0.95), a_hit("2", "多久发货", 0.90), a_hit("1", "怎么退货", 0.99)],
        lexical=[a_hit("1", "怎么退货", 7.0), a_hit("3", "几点开门", 1.0)],
    )

    passages = fuse("怎么退货", found, limit=2)

    assert [passage.id for passage in passages] == ["1", "2"]
    assert passages[0].score == pytest.approx(1.0)
    assert all(0 <= passage.score <= 1 for passage in fuse("怎么退货", found, limit=9))
    assert fuse("x", Found([], []), limit=3) == []


class CountingEmbedder:
    """Any vector will do; how many were made is what counts."""

    name = "counting"

    def __init__(self) -> None:
        self.made = 0
        self.batches = 0

    async def questions(self, texts: Sequence[str]) -> Vectors:
        self.made += len(texts)
        self.batches += 1
        return np.full((len(texts), 4), 0.5, dtype=np.float32)

    passages = questions

    async def close(self) -> None:
        """Nothing to let go of."""


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[tuple[Library, CountingEmbedder]]:
    embedder = CountingEmbedder()
    made = Library(embedder, EdgeIndex.open(tmp_path / "vectors", embedder=embedder.name, dimensions=4))
    yield made, embedder
    await made.close()


def items(*titles: str) -> list[Item]:
    return [entry(title, [f"{title}吗"], "答", source="faq.txt", place="line 1") for title in titles]


async def publish(library: Library, *titles: str) -> Change:
    """Of what was added before."""
    held = Contents([item.id_for("a") for item in items(*titles)])
    return (await library.publish("a", {"faq.txt": held}))["faq.txt"]


async def test_only_what_is_new_is_embedded(library: tuple[Library, CountingEmbedder]) -> None:
    shelf, embedder = library

    assert await shelf.add("a", items("退货", "发货")) == 2
    assert await shelf.add("a", items("退货", "发货", "发票")) == 1
    assert embedder.made == 9, "with two wordings and an answer each"


async def test_entries_that_come_together_are_embedded_together(
    library: tuple[Library, CountingEmbedder],
) -> None:
    shelf, embedder = library

    await shelf.add("a", items(*(f"问题{number}" for number in range(20))))

    assert (embedder.batches, embedder.made) == (2, 60), "their questions, and their answers"


async def test_of_a_hundredth_that_changed_only_that_is_embedded(
    library: tuple[Library, CountingEmbedder],
) -> None:
    shelf, embedder = library
    titles = [f"问题{number}" for number in range(1000)]
    await shelf.add("a", items(*titles))
    await publish(shelf, *titles)
    before = embedder.made

    titles = [*titles[10:], *(f"新问题{number}" for number in range(10))]
    await shelf.add("a", items(*titles))
    assert embedder.made - before == 10 * 3, "with two wordings and an answer each"

    change = await publish(shelf, *titles)
    assert (len(change.added), len(change.dropped)) == (10, 10)


async def test_what_is_in_a_file_twice_is_stored_once(library: tuple[Library, CountingEmbedder]) -> None:
    assert await library[0].add("a", items("退货", "退货")) == 1
    await publish(library[0], "退货", "退货")
    assert await library[0].sources("a") == {"faq.txt": 1}


async def test_what_a_file_no_longer_holds_is_dropped(library: tuple[Library, CountingEmbedder]) -> None:
    shelf, _ = library
    await shelf.add("a", items("退货", "发货"))
    await publish(shelf, "退货", "发货")

    change = await publish(shelf, "发货")

    assert (len(change.added), len(change.dropped)) == (0, 1)
    assert await shelf.sources("a") == {"faq.txt": 1}
    assert await shelf.remove("a", "faq.txt") == 1
    assert await shelf.sources("a") == {}


async def test_a_tenants_files_are_kept_in_step(
    library: tuple[Library, CountingEmbedder], tmp_path: Path
) -> None:
    shelf, embedder = library
    file = tmp_path / "faq.txt"
    file.write_text("Q: 退货\nA: 七天\n\nQ: 发货\nA: 两天\n\nQ: 没有答案\n")
    tenant = TenantSettings(name="a", knowledge=[file])

    await shelf.sync_tenant(tenant)
    before = embedder.made
    await shelf.sync_tenant(tenant)
    assert embedder.made == before, "nothing changed, nothing is embedded"

    file.write_text("Q: 退货\nA: 七天\n\nQ: 发票\nA: 可以\n")
    await shelf.sync_tenant(tenant)
    assert embedder.made == before + 2, "its question and its answer"
    assert await shelf.sources("a") == {"faq.txt": 2}


async def test_a_file_that_holds_nothing_any_more_is_emptied_here_too(
    library: tuple[Library, CountingEmbedder], tmp_path: Path
) -> None:
    file = tmp_path / "faq.csv"
    file.write_text("问题,答案\n退货,七天\n")
    tenant = TenantSettings(name="a", knowledge=[file])
    await library[0].sync_tenant(tenant)

    file.write_text("问题,答案\n")
    await library[0].sync_tenant(tenant)

    assert await library[0].sources("a") == {}


async def test_a_missing_file_is_the_operators_to_mend(library: tuple[Library, CountingEmbedder]) -> None:
    with pytest.raises(Misconfigured, match=r"tenants\.a\.knowledge: .*no such file"):
        await library[0].sync_tenant(TenantSettings(name="a", knowledge=[Path("/absent")]))


async def test_a_library_is_opened_where_the_settings_say(tmp_path: Path) -> None:
    tenants = [{"name": "a"}]
    embedded = await open_library(Settings.model_validate({"data_dir": tmp_path, "tenants": tenants}))
    await embedded.retriever.ping()
    await embedded.close()
    assert list((tmp_path / "vectors").glob("*/meta.json"))

    remote = {"url": "http://127.0.0.1:9"}
    far = await open_library(Settings.model_validate({"qdrant": remote, "tenants": tenants}))
    with pytest.raises(Unavailable):
        await far.retriever.ping()
    for _ in range(5):
        with pytest.raises(Unavailable, match="away"):
            await far.retriever.search("a", "怎么退货", channel=None, limit=1)
    with pytest.raises(Held):
        await far.retriever.search("a", "怎么退货", channel=None, limit=1)
    assert {name: breaker.state for name, breaker in far.breakers.items()} == {"qdrant": State.OPEN}
    await far.close()
