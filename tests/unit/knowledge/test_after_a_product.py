"""Without a model, what is asked after a product was spoken of: by the real search over a shop's table."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from bot.pipeline.faq import from_faq
from bot.pipeline.retrieve import Retrieve
from bot.settings import Settings
from bot.types import NO_SLOTS, Said, Speaker
from knowledge.library import Library, open_library
from tests.builders import a_tenant, a_turn

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRODUCTS = """货号,商品名称,价格,规格
CF-101,耶加雪菲,88,250g
CF-102,曼特宁,79,250g
CF-103,瑰夏,268,100g
CF-201,手冲壶,159,600ml
"""
FAQ = """Q: 怎么退货
Q: 可以退货吗
A: 签收后7天内可退。

Q: 多久发货
Q: 什么时候发货
A: 付款后48小时内发货。

Q: 运费怎么算
A: 满99元包邮，不满收8元。
"""
MANDHELING = "曼特宁\n货号：CF-102\n价格：79\n规格：250g"
NOTHING = "(nothing)"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Library]:
    async with opened(tmp_path_factory.mktemp("coffee"), FAQ) as library:
        yield library


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def postal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Library]:
    """The same, where customers ask for shipping as they ask for prices."""
    faq = FAQ.replace("Q: 运费怎么算\n", "Q: 运费怎么算\nQ: 邮费多少\nQ: 邮费多少钱\n")
    async with opened(tmp_path_factory.mktemp("postal"), faq) as library:
        yield library


@asynccontextmanager
async def opened(folder: Path, faq: str) -> AsyncIterator[Library]:
    (folder / "kb").mkdir()
    (folder / "kb/products.csv").write_text(PRODUCTS)
    (folder / "kb/faq.txt").write_text(faq)
    tenant = {"name": "shop", "knowledge": [str(folder / "kb")]}
    settings = Settings.model_validate({"data_dir": folder / "data", "tenants": [tenant]})
    library = await open_library(settings)
    await library.sync_tenant(settings.tenants[0])
    yield library
    await library.close()


async def heard(shop: Library, *questions: str) -> list[str]:
    """What each is answered with, one after the other."""
    retrieve, slots, history, answers = Retrieve(shop.retriever), NO_SLOTS, list[Said](), list[str]()
    for question in questions:
        turn = await retrieve(a_turn(question, history=tuple(history), slots=slots))
        slots, found = turn.slots, from_faq(turn, a_tenant())
        answers.append(found.text if found else NOTHING)
        history += [Said(Speaker.CUSTOMER, question, 0.0), Said(Speaker.BOT, answers[-1], 0.0, slots or None)]
    return answers


async def test_a_size_that_two_products_share_does_not_make_one_the_other(shop: Library) -> None:
    """The answer on 曼特宁 holds 250g, as 耶加雪菲 does."""
    answers = await heard(shop, "曼特宁多少钱", "这个多少钱", "cf 103多少钱", "这个多少钱")

    assert [answer.splitlines()[0] for answer in answers] == ["曼特宁", "曼特宁", "瑰夏", "瑰夏"]


@pytest.mark.parametrize("question", ["CF-999多少钱", "cf999这款多少钱", "CF-999呢"])
async def test_a_code_that_no_product_has_is_not_the_one_before(shop: Library, question: str) -> None:
    assert await heard(shop, "CF-102多少钱", question, "这个多少钱") == [MANDHELING, NOTHING, MANDHELING]


@pytest.mark.parametrize(
    "question",
    [
        *("你们营业到几点", "几点开门", "这边几点关门", "你们的地址", "客服电话多少", "积分有效期多久"),
        *("会员多少钱", "附近有什么好吃的", "what is your phone number"),
    ],
)
@pytest.mark.parametrize("before", ["曼特宁多少钱", "怎么退货"])
async def test_what_is_asked_of_the_shop_is_not_answered_by_what_was_spoken_of(
    shop: Library, before: str, question: str
) -> None:
    _, answer = await heard(shop, before, question)

    assert answer == NOTHING


@pytest.mark.parametrize(
    "question", ["有什么颜色", "这个什么颜色", "产地是哪里", "这个保质期多久", "这个能用积分换吗"]
)
async def test_what_a_product_has_no_word_of_is_not_answered_by_its_price(
    shop: Library, question: str
) -> None:
    _, answer = await heard(shop, "曼特宁多少钱", question)

    assert answer == NOTHING


@pytest.mark.parametrize(
    "question", ["规格是多少", "多重", "多大一包", "便宜点呗", "这个好用吗", "how much is it"]
)
async def test_what_a_product_has_a_word_of_is_asked_of_it(shop: Library, question: str) -> None:
    assert await heard(shop, "曼特宁多少钱", question) == [MANDHELING, MANDHELING]


@pytest.mark.parametrize("question", ["多少钱", "这个多少钱", "那这款怎么卖", "价格是多少"])
async def test_what_it_costs_is_asked_of_the_product_and_not_of_shipping(
    postal: Library, question: str
) -> None:
    assert await heard(postal, "曼特宁", question) == [MANDHELING, MANDHELING]


@pytest.mark.parametrize("question", ["多少钱", "这个多少钱"])
async def test_what_is_asked_of_nothing_that_was_named_is_not_what_shipping_costs(
    postal: Library, question: str
) -> None:
    assert await heard(postal, question) == [NOTHING]


@pytest.mark.parametrize(
    "questions",
    [
        ["运费多少钱"],
        ["这个运费多少钱"],
        ["寄到北京多少钱"],
        ["不包邮吗", "多少钱"],
        ["运费怎么算", "那要多少钱呢"],
        ["曼特宁", "寄到北京要多少钱"],
    ],
)
async def test_what_shipping_costs_is_still_told(postal: Library, questions: list[str]) -> None:
    answers = await heard(postal, *questions)

    assert answers[-1] == "满99元包邮，不满收8元。"
