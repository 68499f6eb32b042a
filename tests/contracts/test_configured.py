"""What the configuration names no more is told no more, on Qdrant Edge and through `qdrant-client`; what was
imported by hand stays."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from qdrant_client import AsyncQdrantClient
from structlog.testing import capture_logs

from bot.errors import Misconfigured
from bot.settings import TenantSettings
from knowledge.documents import entry
from knowledge.edge import EdgeIndex
from knowledge.index import Index
from knowledge.library import Library
from knowledge.made_for import MadeFor
from knowledge.server import ServerIndex
from knowledge.versions import Contents
from tests.unit.knowledge.test_library import CountingEmbedder

MODEL = MadeFor(CountingEmbedder.name, 4)


@pytest.fixture(params=["edge", "server"])
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Index]:
    made: Index
    if request.param == "edge":
        made = EdgeIndex.open(tmp_path / "vectors", embedder=MODEL.embedder, dimensions=MODEL.dimensions)
    else:
        made = ServerIndex(AsyncQdrantClient(":memory:"), "kefu", MODEL)
    yield made
    await made.close()


@pytest.fixture
def faq(tmp_path: Path) -> Path:
    folder = tmp_path / "faq"
    (folder / "shoes").mkdir(parents=True)
    write(folder / "a.csv", "怎么退货")
    write(folder / "old.csv", "有什么优惠")
    write(folder / "shoes/sizes.csv", "有几码")
    return folder


def write(file: Path, *questions: str) -> None:
    file.write_text(
        "".join(["问题,答案\n", *(f"{question},答\n" for question in questions)]), encoding="utf-8"
    )


async def started(index: Index, *knowledge: Path) -> Library:
    """As a worker begins: what it knew before is in the store alone."""
    library = Library(CountingEmbedder(), index)
    await library.sync_tenant(TenantSettings(name="a", knowledge=list(knowledge)))
    return library


async def imported(library: Library, source: str, question: str = "怎么换货") -> None:
    item = entry(question, [], "答", source=source, place="row 2")
    await library.add("a", [item])
    await library.publish("a", {source: Contents([item.id_for("a")])})


async def forget_who_named_what(index: Index) -> None:
    """As an older release left it."""
    head = await index.head("a")
    assert head.current
    current = msgspec.structs.replace(head.current, configured=None)
    assert await index.replace_head("a", head.next(current=current))


async def test_a_file_that_was_deleted_or_renamed_answers_no_more_after_a_start(
    index: Index, faq: Path
) -> None:
    await started(index, faq)
    (faq / "old.csv").unlink()
    (faq / "a.csv").rename(faq / "b.csv")
    write(faq / "b.csv", "怎么退货", "多久发货")

    with capture_logs() as logs:
        library = await started(index, faq)

    assert await library.sources("a") == {"b.csv": 2, "shoes/sizes.csv": 1}
    told = [line for line in logs if line["event"] == "knowledge_no_longer_configured"]
    assert [line["sources"] for line in told] == [["a.csv", "old.csv"]]


async def test_what_the_configuration_names_no_more_goes_and_what_came_by_hand_stays(
    index: Index, faq: Path
) -> None:
    await imported(await started(index, faq), "by_hand.csv")

    library = await started(index, faq / "a.csv")
    assert await library.sources("a") == {"a.csv": 1, "by_hand.csv": 1}

    library = await started(index)
    assert await library.sources("a") == {"by_hand.csv": 1}


async def test_what_was_configured_and_is_imported_by_hand_then_stays(index: Index, faq: Path) -> None:
    """With the same items, too: nothing changes but whose they are."""
    library = await started(index, faq)
    await imported(library, "old.csv", "有什么优惠")
    (faq / "old.csv").unlink()

    library = await started(index, faq)

    assert "old.csv" in await library.sources("a")


async def test_what_an_older_release_brought_in_is_never_dropped_on_a_guess(index: Index, faq: Path) -> None:
    await imported(await started(index, faq), "by_hand.csv")
    await forget_who_named_what(index)
    (faq / "old.csv").unlink()

    with capture_logs() as logs:
        library = await started(index, faq)

    assert {"old.csv", "by_hand.csv"} < set(await library.sources("a"))
    told = [line for line in logs if line["event"] == "knowledge_from_elsewhere"]
    assert [line["sources"] for line in told] == [["by_hand.csv", "old.csv"]]

    (faq / "a.csv").unlink()
    library = await started(index, faq)
    assert set(await library.sources("a")) == {"shoes/sizes.csv", "old.csv", "by_hand.csv"}, "noted since"


async def test_nothing_is_written_at_a_start_after_which_all_is_as_it_was(index: Index, faq: Path) -> None:
    await started(index, faq)
    before = await index.head("a")

    await started(index, faq)

    assert await index.head("a") == before


def take_away(faq: Path, how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scan = os.scandir

    def barred(place: Any) -> Iterator[os.DirEntry[str]]:
        if Path(place).name == "shoes":
            raise PermissionError(13, "Permission denied")
        return scan(place)

    if how == "a folder in it can't be read":
        monkeypatch.setattr(os, "scandir", barred)
    else:
        faq.rename(faq.with_name("away"))
    if how == "empty":
        faq.mkdir()  # nothing is mounted there now


@pytest.mark.parametrize("how", ["gone", "empty", "a folder in it can't be read"])
async def test_a_folder_that_is_away_for_a_moment_drops_nothing(
    index: Index, faq: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = await started(index, faq)
    take_away(faq, how, monkeypatch)

    with pytest.raises(Misconfigured):
        await started(index, faq)

    assert len(await library.sources("a")) == 3


async def test_what_was_gone_back_to_is_in_step_again_after_a_start(index: Index, faq: Path) -> None:
    await started(index, faq)
    (faq / "old.csv").unlink()
    library = await started(index, faq)
    await library.rollback("a")
    assert "old.csv" in await library.sources("a")

    library = await started(index, faq)

    assert set(await library.sources("a")) == {"a.csv", "shoes/sizes.csv"}


async def test_what_is_restored_on_another_machine_stays_there(
    index: Index, faq: Path, tmp_path: Path
) -> None:
    await (await started(index, faq)).snapshot("a", tmp_path / "a.kefu")
    there = EdgeIndex.open(tmp_path / "there", embedder=MODEL.embedder, dimensions=MODEL.dimensions)
    write(tmp_path / "own.csv", "几点开门")
    library = await started(there, tmp_path / "own.csv")
    await library.restore("a", tmp_path / "a.kefu")

    library = await started(there, tmp_path / "own.csv")

    assert set(await library.sources("a")) == {"a.csv", "old.csv", "shoes/sizes.csv", "own.csv"}
    await there.close()


async def test_another_embedding_model_s_index_knows_what_was_configured(faq: Path, tmp_path: Path) -> None:
    class Other(CountingEmbedder):
        name = "other"

    tenants = [TenantSettings(name="a", knowledge=[faq])]
    for embedder in (CountingEmbedder(), Other()):
        place = EdgeIndex.open(tmp_path / "vectors", embedder=embedder.name, dimensions=4)
        library = Library(embedder, place)
        await library.sync(tenants)
        sources = set(await library.sources("a"))
        await library.close()
        (faq / "old.csv").unlink(missing_ok=True)

    assert sources == {"a.csv", "shoes/sizes.csv"}
