"""A shop of three entries answers on its first day: what it knows, in customers' words, and nothing else.

None of these trades is among those that the weights were fitted to (`tests/evals/trades.jsonl`).
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.pipeline.retrieve import KNOWN
from bot.settings import Settings, TenantSettings
from knowledge.documents import Item, entry
from knowledge.library import Library, open_library
from knowledge.versions import Contents
from tests.evals.prior import TRADES

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True)
class Shop:
    """Entries as question and answer, and how customers ask for each."""

    trade: str
    entries: tuple[tuple[str, str], ...]
    asked: tuple[tuple[str, ...], ...]
    foreign: tuple[str, ...]


ZH = ("今天天气怎么样", "帮我写一首诗", "英语四级多少分及格", "股票今天涨了吗", "感冒了吃什么药", "讲个笑话")
SHOPS = (
    Shop(
        "clothes",
        (
            ("如何办理退货", "签收七天内在订单页申请。"),
            ("什么时候发货", "现货当天发出。"),
            ("可以开发票吗", "可以，签收后发到邮箱。"),
        ),
        (
            ("我要退货", "想退货怎么弄", "退货流程是什么"),
            ("多久能发货", "今天下单什么时候发"),
            ("能开发票吗", "我要发票"),
        ),
        ZH,
    ),
    Shop(
        "flowers",
        (
            ("鲜花怎么保鲜", "每天换水，斜剪花茎。"),
            ("当天能送到吗", "下午四点前下单，当天送到。"),
            ("可以写贺卡吗", "可以，下单时写在备注里。"),
        ),
        (
            ("花买回来怎么保鲜", "怎么让花多开几天"),
            ("今天能送到吗", "现在下单当天送不送"),
            ("能帮我写张贺卡吗", "贺卡怎么写"),
        ),
        ZH,
    ),
    Shop(
        "dentist",
        (
            ("洗牙多少钱", "超声波洗牙 180 元。"),
            ("怎么挂号", "在公众号选择医生和时间。"),
            ("周末看诊吗", "周六全天，周日上午。"),
        ),
        (
            ("洗一次牙要多少钱", "洗牙什么价格"),
            ("挂号怎么挂", "我想挂个号"),
            ("星期六看诊吗", "周末能来看牙吗"),
        ),
        ZH,
    ),
    Shop(
        "bakery",
        (
            ("Do you bake wedding cakes?", "Yes, please order two weeks ahead."),
            ("Do you have gluten free bread?", "Every Tuesday and Friday."),
            ("Where is your shop?", "12 Mill Lane, opposite the church."),
        ),
        (
            ("can you make a cake for our wedding",),
            ("is there any bread without gluten", "gluten free bread?"),
            ("what is the address of your shop",),
        ),
        ("what is the weather today", "write a poem for me", "who won the match", "how do I learn French"),
    ),
)


def items(shop: Shop) -> list[Item]:
    return [entry(question, [], answer, source="faq", place="1") for question, answer in shop.entries]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Library]:
    """All shops in one store."""
    settings = Settings.model_validate(
        {"data_dir": tmp_path_factory.mktemp("shops"), "tenants": [{"name": shop.trade} for shop in SHOPS]}
    )
    made = await open_library(settings)
    for shop in SHOPS:
        await made.add(shop.trade, items(shop))
        contents = Contents([item.id_for(shop.trade) for item in items(shop)])
        await made.publish(shop.trade, {"faq": contents})
    yield made
    await made.close()


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.trade)
async def test_three_entries_answer_customers_in_their_own_words(library: Library, shop: Shop) -> None:
    enough = TenantSettings(name=shop.trade).faq_confidence
    for (question, _), wordings in zip(shop.entries, shop.asked, strict=True):
        for wording in wordings:
            best, *others = await library.retriever.search(shop.trade, wording, channel=None, limit=5)
            told = f"{wording}: {best.title} {best.score:.2f}"
            assert best.title == question, told
            assert best.score >= enough, told
            assert best.score + sum(other.score for other in others) >= KNOWN, told


@pytest.mark.parametrize("shop", SHOPS, ids=lambda shop: shop.trade)
async def test_three_entries_answer_nothing_of_another_world(library: Library, shop: Shop) -> None:
    enough = TenantSettings(name=shop.trade).faq_confidence
    for question in shop.foreign:
        found = await library.retriever.search(shop.trade, question, channel=None, limit=5)
        told = f"{question}: {found[0].title} {found[0].score:.2f}"
        assert found[0].score < enough, told
        assert sum(passage.score for passage in found) < KNOWN, told


async def test_a_neighbour_in_the_store_changes_nothing(library: Library) -> None:
    """The engine counts words over all tenants; a shop of three entries is judged by its own."""
    before = await library.retriever.search("clothes", "我要退货", channel=None, limit=5)
    rows = [json.loads(line) for line in TRADES.read_text(encoding="utf-8").splitlines()[:20]]
    other = [entry(row["question"], [], "", source="faq", place="1") for row in rows]
    await library.add("neighbour", other)

    assert await library.retriever.search("clothes", "我要退货", channel=None, limit=5) == before
