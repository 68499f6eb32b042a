"""What is asked beside what a tool looks up is answered from the knowledge, without a model, too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot import wording
from bot.pipeline.beside import open_questions
from bot.settings import Settings
from bot.types import Outcome
from tests.builders import a_passage
from tests.fakes import FixedRetriever
from tests.simulators.shop import ShopServer
from tests.unit.bot.counter import KNOWN, Counter, settings_with

Open = Callable[..., Counter]

HERS = "订单20240910XYZ已发货。顺丰速运，运单号SF1024，最新动态：已到达上海浦东营业点。"
INVOICE = a_passage("可以开电子发票。", title="能开发票吗", source="faq.txt:7")


@pytest.fixture
def settings(shop: ShopServer) -> Settings:
    return settings_with(shop.tools())


@pytest.mark.parametrize(
    ("rest", "asked"),
    [
        ("，能开发票吗", "能开发票吗"),
        ("帮我看看， 顺便问下能开发票吗", "顺便问下能开发票吗"),
        ("你好，，包邮吗", "包邮吗"),
        (" 我160 100斤穿什么码", "我160 100斤穿什么码"),
        ("可以告诉我，吗", ""),
        ("你好，麻烦帮我看看，谢谢", ""),
        ("，怎么这么慢啊", ""),
        ("，怎么还没到呢", ""),
        ("，我都等了几天了", ""),
        ("，急用", ""),
        ("，手机号可以吗", ""),
        ("can you ，, please?", ""),
    ],
)
def test_what_asks_something_of_its_own_is_told_from_what_goes_with_the_ask(rest: str, asked: str) -> None:
    assert open_questions(rest) == asked


@pytest.mark.parametrize(
    "text",
    [
        "20240910XYZ到哪了，能开发票吗",
        "能开发票吗？还有订单20240910XYZ到哪了",
        "查物流 20240910XYZ，能开发票吗",
    ],
)
async def test_both_are_answered(at_counter: Open, settings: Settings, text: str) -> None:
    faq = FixedRetriever(INVOICE)

    answer = await at_counter(settings, customer=KNOWN, retriever=faq).say(text)

    assert answer.text == f"{HERS}\n\n可以开电子发票。"
    assert (answer.outcome, answer.sources) == (Outcome.ANSWERED, ("faq.txt:7",))
    assert all("20240910" not in asked for _, asked in faq.asked)


async def test_what_the_knowledge_does_not_hold_is_not_passed_over_in_silence(
    at_counter: Open, settings: Settings
) -> None:
    answer = await at_counter(settings, customer=KNOWN).say("20240910XYZ到哪了，你们招聘客服吗")

    assert answer.text == f"{HERS}\n\n{wording.REST_IS_OPEN}"


async def test_it_is_answered_once_where_something_has_to_be_said_first(
    at_counter: Open, settings: Settings
) -> None:
    visitor = at_counter(settings, retriever=FixedRetriever(INVOICE))

    first = await visitor.say("订单20240910XYZ到哪了？能开发票吗")
    second = await visitor.say("1234")

    assert first.text == f"{wording.ASK_PHONE}\n\n可以开电子发票。"
    assert second.text == HERS
