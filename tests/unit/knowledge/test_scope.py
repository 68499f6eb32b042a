"""What does not hold today is not found, and what is not for a customer is not shown to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import BadRequest
from bot.pipeline.retrieve import Retrieve
from bot.types import Passage
from knowledge.documents import Loaded
from knowledge.edge import EdgeIndex
from knowledge.embed import BundledEmbedder
from knowledge.formats.json_file import read_json
from knowledge.formats.markdown import read_markdown
from knowledge.formats.table import read_csv
from knowledge.library import Library
from knowledge.scope import ALWAYS, Scope
from knowledge.search import HybridRetriever
from knowledge.versions import Contents, Versions
from tests.builders import a_conversation, a_message, a_passage, a_turn
from tests.fakes import FixedRetriever

SALE = Scope("2026-11-01", "2026-11-11")


def scopes(loaded: Loaded) -> list[Scope]:
    return [item.scope for item in loaded.items]


@pytest.mark.parametrize(
    "day", ["2026-11-01", "2026/11/1", "2026年11月1日", "2026.11.01", "2026-11-01 00:00"]
)
def test_days_are_read_as_people_write_them(day: str) -> None:
    assert Scope.read(day, "", "") == Scope("2026-11-01")


@pytest.mark.parametrize(
    ("since", "until", "told"),
    [
        ("下周", "", "has no such day as '下周'; write 2026-01-31"),
        ("", "2026-02-30", "has no such day as '2026-02-30'; write 2026-01-31"),
        ("2026-11-11", "2026-11-01", "holds until 2026-11-01, before it begins on 2026-11-11"),
    ],
)
def test_days_that_make_no_sense_are_told(since: str, until: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        Scope.read(since, until, "")


def test_both_days_count() -> None:
    days = ("2026-10-31", "2026-11-01", "2026-11-11", "2026-11-12")

    assert [SALE.holds_on(day) for day in days] == [False, True, True, False]
    assert all(ALWAYS.holds_on(day) for day in days)


def test_a_table_tells_by_its_columns_and_a_bad_day_costs_its_row() -> None:
    table = (
        "问题,答案,有效期起,有效期至,可见渠道\n"
        "双十一有什么活动,八折,2026-11-01,2026-11-11,\n"
        "供货价怎么算,按等级,,,dealers|内部\n"
        "怎么退货,七天内,,永远,\n"
    )

    loaded = read_csv(table.encode(), "faq.csv")

    assert scopes(loaded) == [SALE, Scope(audience=("dealers", "内部"))]
    assert loaded.problems == ("faq.csv, row 4: has no such day as '永远'; write 2026-01-31",)


def test_a_product_tells_no_customer_when_it_holds() -> None:
    (item,) = read_csv("品名,价格,失效日期\n月饼,88,2026-10-01\n".encode(), "p.csv").items

    assert (item.text, item.scope) == ("月饼\n价格：88", Scope(until="2026-10-01"))


def test_json_tells_by_its_keys() -> None:
    row = {"question": "怎么退货", "answer": "七天内", "valid_from": "2026-11-01", "audience": ["web", "app"]}

    assert scopes(read_json(json.dumps([row]).encode(), "faq.json")) == [
        Scope("2026-11-01", audience=("web", "app"))
    ]


def test_a_page_tells_by_its_front_matter_for_all_of_its_pieces() -> None:
    page = "---\ntitle: 活动\nvalid from: 2026-11-01\nexpires: '2026-11-11'\naudience: [web, app]\n---\n# 一\n甲\n# 二\n乙\n"

    assert (
        scopes(read_markdown(page.encode(), "sale.md")) == [Scope(SALE.since, SALE.until, ("web", "app"))] * 2
    )
    assert scopes(read_markdown("# 一\n甲\n".encode(), "sale.md")) == [ALWAYS]


def test_a_page_with_a_day_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(BadRequest, match=r"sale\.md: has no such day as 'soon'"):
        read_markdown("---\nexpires: soon\n---\n甲\n".encode(), "sale.md")


def test_answers_of_different_days_contradict_nobody() -> None:
    assert not SALE.meets(Scope(since="2026-11-12"))
    assert SALE.meets(Scope(until="2026-11-01"))
    assert not Scope(audience=("web",)).meets(Scope(audience=("app",)))
    assert ALWAYS.meets(SALE)


async def test_before_and_after_its_days_an_entry_is_not_found(tmp_path: Path) -> None:
    embedder = BundledEmbedder()
    size = (await embedder.questions(["?"])).shape[1]
    index = EdgeIndex.open(tmp_path, embedder=embedder.name, dimensions=size)
    table = "问题,答案,有效期起,有效期至\n有什么活动,八折,2026-11-01,2026-11-11\n怎么退货,七天内,,\n"
    items, library = read_csv(table.encode(), "faq.csv").items, Library(embedder, index)
    await library.add("shop", items)
    await library.publish("shop", {"faq.csv": Contents([item.id_for("shop") for item in items])})

    async def found(day: int, hour: int) -> Sequence[str]:
        now = datetime(2026, 11, day, hour, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp()
        retriever = HybridRetriever(embedder, index, Versions(index), clock=lambda: now)
        return [one.title for one in await retriever.search("shop", "有什么活动", limit=5)]

    assert await found(1, 0) == await found(11, 23) == ["有什么活动", "怎么退货"]
    assert await found(12, 0) == ["怎么退货"]
    await index.close()
    await embedder.close()


async def test_a_customer_is_told_only_what_is_for_their_channel() -> None:
    inside = [a_passage(id=f"i{number}", audience=("dealers", "内部")) for number in range(7)]
    retriever = FixedRetriever(*inside, a_passage(id="all", score=0.3))

    async def seen(channel: str) -> tuple[Passage, ...]:
        conversation = a_conversation(channel=channel)
        turn = a_turn(conversation=conversation, messages=(a_message(conversation=conversation),))
        return (await Retrieve(retriever)(turn)).passages

    assert [one.id for one in await seen("web")] == ["all"]
    assert [one.id for one in await seen("dealers")] == ["i0", "i1", "i2", "i3", "i4"]
