"""A number and nothing else is looked up, where a tool knows such numbers and needs no more."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from bot import wording
from bot.settings import Settings
from bot.types import Outcome
from tests.builders import a_passage
from tests.fakes import FixedRetriever, ScriptedIntents, ScriptedModel
from tests.simulators.shop import ShopServer
from tests.unit.bot.counter import KNOWN, Counter, settings_with
from tests.unit.bot.orders import CALLED, CANCEL, STATUS

Open = Callable[..., Counter]

pytestmark = pytest.mark.usefixtures("called")

ORDER, OTHER = "20240910XYZ", "20240911XYZ"
HERS = "订单20240910XYZ已发货。顺丰速运，运单号SF1024，最新动态：已到达上海浦东营业点。"


@pytest.fixture
def settings() -> Settings:
    return settings_with(CANCEL + STATUS)


@pytest.mark.parametrize(
    "text",
    [
        ORDER,
        "20240910xyz 谢谢",
        f"我的订单号是{ORDER}",
        f"你好，{ORDER}，麻烦帮我查一下",
        f"{ORDER} 这个订单",
        f"{ORDER}，能帮我看看吗",
        f"物流进度 {ORDER}",
        f"打错了，是{ORDER}",
        f"那{ORDER}呢",
        f"check my order {ORDER} please",
    ],
)
async def test_it_is_looked_up_and_nothing_is_changed(
    at_counter: Open, settings: Settings, text: str
) -> None:
    alice = at_counter(settings, customer=KNOWN)

    assert (await alice.say(text)).text == f"订单{ORDER}已发货。"
    assert CALLED == [("status", ORDER)]


@pytest.mark.parametrize(
    "text",
    [
        f"{ORDER}退货",
        f"{ORDER}怎么开发票",
        f"{ORDER}的裙子破了",
        f"不是{ORDER}",
        f"订单{ORDER}能改地址吗",
        f"{ORDER}不要了",
        f"{ORDER} 888888",
        "13800001234",
        "2024",
    ],
)
async def test_what_says_more_or_is_no_such_number_is_a_question(
    at_counter: Open, settings: Settings, text: str
) -> None:
    alice = at_counter(settings, customer=KNOWN)

    await alice.say(text)

    assert CALLED == []


@pytest.mark.parametrize(("pattern", "text"), [("[0-9]{8,14}", "13800001234"), ("[0-9]{4}", "2024")])
async def test_a_phone_or_a_year_is_no_order_however_orders_look(
    at_counter: Open, pattern: str, text: str
) -> None:
    alice = at_counter(settings_with(STATUS.replace("[0-9]{8}[A-Z]{3}", pattern)), customer=KNOWN)

    await alice.say(text)

    assert CALLED == []


async def test_two_of_them_are_two(at_counter: Open, settings: Settings) -> None:
    answer = await at_counter(settings, customer=KNOWN).say(f"{ORDER} {OTHER}")

    assert answer.text == f"订单{ORDER}已发货。\n\n订单{OTHER}已发货。"


async def test_a_stranger_is_asked_for_the_phone_and_then_it_is_looked_up(
    at_counter: Open, shop: ShopServer
) -> None:
    visitor = at_counter(settings_with(shop.tools()))

    assert [(await visitor.say(text)).text for text in (ORDER, "1234")] == [wording.ASK_PHONE, HERS]


async def test_another_number_in_place_of_the_phone_is_looked_up_instead(
    at_counter: Open, shop: ShopServer
) -> None:
    visitor = at_counter(settings_with(shop.tools()))

    await visitor.say(f"订单{ORDER}到哪了")
    await visitor.say("是20240912ABC")
    assert visitor.turn is not None
    assert [use.arguments for use in visitor.turn.tool_calls] == [{"order": "20240912ABC"}]
    answer = await visitor.say("5678")

    assert answer.text.startswith("订单20240912ABC待发货。")


async def test_with_a_model_only_the_first_words_of_a_conversation_are_looked_up_by_rule(
    at_counter: Open, settings: Settings
) -> None:
    model = ScriptedModel("请问要取消哪个订单？", "好的。")
    alice = at_counter(settings, customer=KNOWN, model=model)

    assert (await at_counter(settings, customer=KNOWN, model=model).say(ORDER)).text == f"订单{ORDER}已发货。"
    await alice.say("前天下的单能不能不要了")
    CALLED.clear()
    await alice.say(ORDER)

    assert CALLED == [], "it knows what it asked for the number for"


async def test_thanks_beside_a_number_are_no_small_talk(at_counter: Open, settings: Settings) -> None:
    """To the classifier they are nothing but thanks."""
    text = "20240910xyz 谢谢啦"
    alice = at_counter(settings, customer=KNOWN, intents=ScriptedIntents({text: "thanks"}))

    assert (await alice.say(text)).outcome is Outcome.ANSWERED


@pytest.mark.parametrize("text", ["这个多少钱", "多少钱呢", "那这件多少钱", "还有货吗"])
async def test_half_an_ask_is_of_what_was_just_looked_up(
    at_counter: Open, shop: ShopServer, text: str
) -> None:
    visitor = at_counter(settings_with(shop.tools()))
    await visitor.say("亚麻衬衫 L 还有货吗")

    assert (await visitor.say(text)).text.startswith("亚麻衬衫现在的价格是199元")
    assert ["size=L" in request.path for request in shop.asked] == [True, True]


async def test_a_size_of_what_is_only_pointed_at_is_looked_up(at_counter: Open, shop: ShopServer) -> None:
    visitor = at_counter(settings_with(shop.tools()))
    await visitor.say("亚麻衬衫多少钱")

    await visitor.say("这个有L码吗")
    await visitor.say("那针织开衫呢")
    await visitor.say("多少钱")

    assert [request.path.count("size=L") for request in shop.asked] == [0, 1, 1, 1]


@pytest.mark.parametrize("text", ["运费多少钱", "这个怎么洗", "多少钱包邮", "有货吗我想问发票"])
async def test_what_says_more_than_half_an_ask_is_another_question(
    at_counter: Open, shop: ShopServer, text: str
) -> None:
    visitor = at_counter(settings_with(shop.tools()), retriever=FixedRetriever(a_passage()))
    await visitor.say("亚麻衬衫多少钱")

    assert (await visitor.say(text)).outcome is Outcome.FAQ


@pytest.mark.parametrize("bait", ["订单号是", "帮我查一下", "20240910XYZ", "这个", "多少钱"])
def test_a_hostile_number_costs_no_time(at_counter: Open, settings: Settings, bait: str) -> None:
    tool = at_counter(settings).tools.boxes["shop"].tools["order_status"]
    started = time.process_time()

    tool.asks.by_number(bait * 1000 + "！？没")
    tool.asks.is_half(bait * 300 + "没")

    assert time.process_time() - started < 1
