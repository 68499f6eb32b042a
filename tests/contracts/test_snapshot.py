"""Knowledge in a file: written from one engine, brought back into another."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from qdrant_client import AsyncQdrantClient

from bot.errors import Rejected, Unavailable
from knowledge.edge import EdgeIndex
from knowledge.index import Index, Point
from knowledge.library import Library
from knowledge.made_for import MadeFor
from knowledge.server import ServerIndex
from knowledge.shelves import staging
from tests.contracts.test_succession import QUESTIONS, Model, imported


@pytest.fixture
async def embedded(tmp_path: Path) -> AsyncIterator[Library]:
    model = Model(4)
    library = Library(model, EdgeIndex.open(tmp_path / "v", embedder=model.name, dimensions=model.size))
    yield library
    await library.close()


def damaged(data: bytes, place: float) -> bytes:
    at = int(len(data) * place)
    return data[:at] + bytes(byte ^ 0xFF for byte in data[at : at + 8]) + data[at + 8 :]


async def staged(index: Index, tenant: str) -> int:
    return len([point async for page in index.pages(staging(tenant)) for point in page])


def far(model: Model) -> Library:
    return Library(model, ServerIndex(AsyncQdrantClient(":memory:"), "kefu", MadeFor(model.name, model.size)))


async def test_what_one_engine_wrote_the_other_one_has(embedded: Library, tmp_path: Path) -> None:
    file = tmp_path / "a.kefu"
    await imported(embedded, "a", *QUESTIONS)
    assert await embedded.snapshot("a", file) == 2 * len(QUESTIONS)
    model = Model(4)
    library = far(model)
    await imported(library, "a", "怎么退货", "几点开门")
    model.made = 0

    changes = await library.restore("a", file)

    assert (len(changes["faq.csv"].added), len(changes["faq.csv"].dropped)) == (2, 1)
    assert model.made == 0, "with its vectors"
    (first, *_) = await library.retriever.search("a", "能开发票吗", channel=None, limit=1)
    assert (first.title, first.text) == ("能开发票吗", "答：能开发票吗")
    await library.rollback("a")
    assert await library.sources("a") == {"faq.csv": 2}
    assert await library.restore("a", file)
    await library.close()


async def test_what_changes_while_it_is_written_is_written_another_time(
    embedded: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await imported(embedded, "a", *QUESTIONS)
    pages, looks = EdgeIndex.pages, 0

    async def fewer(index: EdgeIndex, shelf: str) -> AsyncIterator[list[Point]]:
        nonlocal looks
        looks += 1
        async for page in pages(index, shelf):
            yield page[looks - 1 :]

    monkeypatch.setattr(EdgeIndex, "pages", fewer)
    with pytest.raises(Unavailable, match="changed while it was written"):
        await embedded.snapshot("a", tmp_path / "a.kefu")

    assert not (tmp_path / "a.kefu").exists()
    assert not (tmp_path / "a.kefu.half").exists()


async def test_vectors_of_another_model_are_made_again(embedded: Library, tmp_path: Path) -> None:
    await imported(embedded, "a", *QUESTIONS)
    await embedded.snapshot("a", tmp_path / "a.kefu")
    library = far(Model(6))

    await library.restore("a", tmp_path / "a.kefu")

    assert (await library.retriever.search("a", "怎么退货", channel=None, limit=1))[0].title == "怎么退货"
    await library.close()


async def test_a_file_that_is_no_whole_snapshot_changes_nothing(embedded: Library, tmp_path: Path) -> None:
    await imported(embedded, "a", *QUESTIONS)
    await embedded.snapshot("a", tmp_path / "whole")
    whole = gzip.decompress((tmp_path / "whole").read_bytes())
    broken = {
        "text": b"Q: x",
        "empty": b"",
        "half": (tmp_path / "whole").read_bytes()[:200],
        "cut off": gzip.compress(whole[:-20]),
        "other": gzip.compress(b"\0" * 7 + b"\x01\xc0"),
        "endless": gzip.compress(whole[:-300] + b"\x7f" * 300),
        "damaged": damaged((tmp_path / "whole").read_bytes(), 0.5),
        "damaged at its end": damaged((tmp_path / "whole").read_bytes(), 0.99),
    }
    await imported(embedded, "a", "几点开门")

    for name, content in broken.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Rejected, match=r"snapshot|cut off"):
            await embedded.restore("a", tmp_path / name)
    with pytest.raises(Rejected, match="can't be read"):
        await embedded.restore("a", tmp_path / "absent")
    with pytest.raises(Rejected, match="of a, and not of b"):
        await embedded.restore("b", tmp_path / "whole")
    with pytest.raises(Rejected, match="no knowledge of b"):
        await embedded.snapshot("b", tmp_path / "b")
    with pytest.raises(Rejected, match="can't be written"):
        await embedded.snapshot("a", tmp_path / "absent" / "file")

    assert await embedded.sources("a") == {"faq.csv": 1}
    assert await staged(embedded._index, "a") == 0, "else they would be taken for what a whole one holds"
