"""A file that was imported again under a new name makes its answers no less sure."""

from __future__ import annotations

from pathlib import Path

from bot.types import Passage
from knowledge.edge import EdgeIndex
from knowledge.embed import BundledEmbedder
from knowledge.formats.text import read_text
from knowledge.index import Found, Hit
from knowledge.library import Library
from knowledge.said_twice import as_one
from knowledge.versions import Contents

TEXT = """问：要预约吗
答：不用预约，到店即修。
问：手机进水了还能修吗
答：先关机，不要充电，尽快送来。
问：几点开门
答：每天十点。
"""


async def found(folder: Path, *sources: str) -> list[Passage]:
    embedder = BundledEmbedder()
    size = (await embedder.questions(["?"])).shape[1]
    library = Library(embedder, EdgeIndex.open(folder, embedder=embedder.name, dimensions=size))
    held = {source: read_text(TEXT.encode(), source).items for source in sources}
    for items in held.values():
        await library.add("shop", items)
    contents = {name: Contents([item.id_for("shop") for item in items]) for name, items in held.items()}
    await library.publish("shop", contents)
    try:
        return await library.retriever.search("shop", "手机进水咋办", channel=None, limit=5)
    finally:
        await library.close()


async def test_what_two_files_say_alike_is_as_sure_as_what_one_says(tmp_path: Path) -> None:
    alone, *_ = await found(tmp_path / "one", "faq.txt")
    both, *others = await found(tmp_path / "two", "faq.txt", "faq-new.txt")

    assert both.title == alone.title == "手机进水了还能修吗"
    assert both.score > 0.9 * alone.score
    assert both.title not in [one.title for one in others]


def hit(item: str, title: str, text: str, source: str, *, is_faq: bool = True) -> Hit:
    return Hit(item, f"{title}?", 0.9, text, title, f"{source}:line 1", is_faq)


def test_only_what_says_the_same_to_the_letter_is_one() -> None:
    same = hit("1", "怎么退", "七天", "a.txt"), hit("2", "怎么退", "七天", "b.txt")
    other = hit("3", "怎么退", "八天", "b.txt"), hit("4", "怎么换", "七天", "b.txt")

    one = as_one(Found([*same, *other], [same[1], other[0]]))

    assert [hit.item for hit in one.dense] == ["1", "3", "4"]
    assert [hit.item for hit in one.lexical] == ["1", "3"]


def test_documents_without_headings_are_called_by_their_files_and_may_say_the_same() -> None:
    pieces = [
        hit("1", "a.txt", "七天", "a.txt", is_faq=False),
        hit("2", "b.txt", "七天", "b.txt", is_faq=False),
    ]

    assert [hit.item for hit in as_one(Found(pieces, [])).dense] == ["1"]
