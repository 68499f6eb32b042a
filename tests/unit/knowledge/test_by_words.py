"""While no question can be embedded: found by words, with caution."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bot.errors import KefuError, Refused, Unavailable
from bot.types import Passage
from knowledge import by_words
from knowledge.documents import entry
from knowledge.edge import EdgeIndex
from knowledge.embed import Vectors
from knowledge.index import Hit
from knowledge.library import Library
from knowledge.versions import Contents
from tests.builders import SHOP


def a_hit(wording: str, item: str = "") -> Hit:
    return Hit(item or wording, wording, 1.0, f"回答：{wording}", wording, "faq.txt:1", is_faq=True)


def passages(question: str, *wordings: str, limit: int = 5) -> list[Passage]:
    return by_words.passages(question, map(a_hit, wordings), limit=limit)


def test_the_very_wording_is_as_good_as_an_answer_and_nothing_else_is() -> None:
    exact, near = passages("怎么退货？", "怎么换货", "怎么退货")

    assert (exact.title, exact.by_words, near.by_words) == ("怎么退货", False, True)
    assert exact.score > 0.9 > near.score


def test_what_shares_more_words_is_likelier() -> None:
    found = passages("退货的运费谁来出", "退货运费谁出", "怎么退货", "几点开门")

    assert [one.title for one in found] == ["退货运费谁出", "怎么退货", "几点开门"]
    assert sum(one.score for one in found) <= 0.9
    assert found[0].score > found[1].score > found[2].score == 0


def test_an_entry_counts_by_its_best_wording() -> None:
    hits = [a_hit("几点开门", "a"), a_hit("退货运费谁出", "a"), a_hit("怎么退货", "b")]

    assert [one.id for one in by_words.passages("退货运费", hits, limit=5)] == ["a", "b"]


@pytest.mark.parametrize("question", ["怎么退货", "？", "", "hello"])
def test_where_nothing_is_found_there_is_nothing(question: str) -> None:
    assert passages(question) == []


class Blind:
    """An `Embedder` that reads what is imported, and no question while it fails."""

    name = "blind"

    def __init__(self) -> None:
        self.fails: KefuError | None = None

    async def questions(self, texts: Sequence[str]) -> Vectors:
        if self.fails:
            raise self.fails
        return np.full((len(texts), 4), 0.5, np.float32)

    passages = questions

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("fault", [Unavailable("it is away"), Refused("the text is too long for it")])
async def test_the_search_goes_on_by_words_and_is_away_only_where_they_find_nothing(
    tmp_path: Path, fault: KefuError
) -> None:
    embedder = Blind()
    library = Library(embedder, EdgeIndex.open(tmp_path, embedder=embedder.name, dimensions=4))
    items = [
        entry(text, [], f"回答：{text}", source="faq.txt", place="1") for text in ("怎么退货", "多久发货")
    ]
    await library.add(SHOP, items)
    await library.publish(SHOP, {"faq.txt": Contents([item.id_for(SHOP) for item in items])})
    embedder.fails = fault

    async def found(question: str) -> list[tuple[str, bool]]:
        search = library.retriever.search(SHOP, question, channel=None, limit=5)
        return [(one.title, one.by_words) for one in await search]

    assert (await found("怎么退货"))[0] == ("怎么退货", False)
    assert (await found("想退货"))[0] == ("怎么退货", True)
    assert (await found("想180cm退货"))[0] == ("怎么退货", True), "a measure is no code"
    for unknown in ("黑洞在哪", "QH9999 有货吗"):
        with pytest.raises(Unavailable):
            await found(unknown)
    await library.close()
