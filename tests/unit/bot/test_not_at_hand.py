"""Who was asked for something may not have it, not yet, or not want it any more; and may say it in words."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from bot import wording
from bot.pipeline.put_off import gives_up, puts_off
from bot.settings import Settings
from bot.types import Outcome
from tests.builders import a_passage
from tests.fakes import FixedRetriever, ScriptedIntents, ScriptedModel
from tests.simulators.shop import ShopServer
from tests.unit.bot.counter import KNOWN, Counter, settings_with
from tests.unit.bot.orders import CALLED, CANCEL, STATUS

Open = Callable[..., Counter]

pytestmark = pytest.mark.usefixtures("called")

ORDER = "20240910XYZ"
STILL = wording.STILL_NEEDED.format(what="订单号")
DESCRIBE = wording.ASK_WORDS.format(what="问题的简短描述")
TICKET = "已为您登记工单，工单号T1001，我们会在24小时内联系您。"


@pytest.fixture
def settings(shop: ShopServer) -> Settings:
    return settings_with(shop.tools())


@pytest.mark.parametrize(
    "text",
    [
        "没有订单号",
        "没有",
        "我不知道订单号是多少",
        "订单号我忘了",
        "不记得了",
        "找不到呢",
        "稍等",
        "等一下我找找",
        "我先去查一下，等会儿发你",
        "好的",
        "嗯嗯",
    ],
)
def test_it_is_heard_that_something_is_not_at_hand(text: str) -> None:
    assert puts_off(text)


@pytest.mark.parametrize(
    "text",
    [
        "没有发票",
        "没收到货",
        "还没发？",
        "没货了吗",
        "不知道怎么退货",
        "忘记密码怎么办",
        "订单号在哪看",
        "等一下能改地址吗",
        "找不到快递",
        "看看有没有优惠",
        "不用了",
        "谢谢",
        "",
    ],
)
def test_the_same_words_of_something_else_are_no_such_answer(text: str) -> None:
    assert not puts_off(text)


@pytest.mark.parametrize("text", ["算了", "算了不用了", "不查了，谢谢", "那先不用了吧", "不取消了"])
def test_it_is_heard_that_somebody_gives_up(text: str) -> None:
    assert gives_up(text)


@pytest.mark.parametrize("text", ["不是", "不退了怎么办", "不想要了能退吗", "算了转人工", "谢谢", "怎么退货"])
def test_who_goes_on_does_not_give_up(text: str) -> None:
    assert not gives_up(text)


async def test_the_number_is_waited_for_and_then_looked_up(at_counter: Open, settings: Settings) -> None:
    faq = FixedRetriever(a_passage())
    alice = at_counter(settings, customer=KNOWN, retriever=faq)

    said = [(await alice.say(text)).text for text in ("查订单", "没有订单号", "等一下我找找", "好的")]
    answer = await alice.say(ORDER)

    assert said[1:] == [STILL] * 3
    assert answer.text.startswith(f"订单{ORDER}已发货。")
    assert faq.asked == [], "nothing of it is a question"


async def test_the_phone_is_waited_for_too(at_counter: Open, settings: Settings) -> None:
    visitor = at_counter(settings)
    await visitor.say(f"订单{ORDER}到哪了")

    assert (await visitor.say("等会儿")).text == wording.PHONE_STILL_NEEDED
    assert (await visitor.say("1234")).text.startswith(f"订单{ORDER}已发货。")


async def test_what_is_to_be_changed_waits_as_well(at_counter: Open) -> None:
    alice = at_counter(settings_with(CANCEL.replace(', kept = "order"', "") + STATUS), customer=KNOWN)

    for text in ("我要取消订单", "稍等我找一下", ORDER):
        await alice.say(text)

    assert CALLED == [("cancel", ORDER)]


async def test_who_gives_up_hears_no_refusal(at_counter: Open, settings: Settings) -> None:
    alice = at_counter(settings, customer=KNOWN)
    await alice.say("查订单")

    answer = await alice.say("算了不查了")

    assert (answer.text, answer.outcome) == (wording.AT_YOUR_SERVICE, Outcome.CHATTED)


async def test_the_same_words_at_any_other_time_are_a_question(at_counter: Open, settings: Settings) -> None:
    faq = FixedRetriever(a_passage())

    assert (await at_counter(settings, retriever=faq).say("没有订单号")).outcome is Outcome.FAQ


async def test_a_model_hears_them_itself(at_counter: Open, settings: Settings) -> None:
    alice = at_counter(settings, customer=KNOWN, model=ScriptedModel("您可以在我的订单里找到。"))
    await alice.say("查订单")

    assert (await alice.say("没有订单号")).text == "您可以在我的订单里找到。"


@pytest.mark.parametrize("text", ["衣服少了一个扣子", "破了", "拉链坏了，拉不上", "好像发错颜色了"])
async def test_a_ticket_is_made_of_what_the_customer_says_when_asked_of_what(
    at_counter: Open, settings: Settings, shop: ShopServer, text: str
) -> None:
    visitor = at_counter(settings)

    assert (await visitor.say("我要登记售后")).text == DESCRIBE
    assert (await visitor.say(text)).text == TICKET
    assert json.loads(shop.asked[0].body)["about"] == f"我要登记售后\n{text}"


@pytest.mark.parametrize(
    "text",
    [
        "算了",
        "不用了，谢谢",
        "怎么退货",
        "不想登记了",
        "好的",
        "如果洗了就好",
        "查订单",
        "转人工",
        "在吗",
        "我要退货",
        "那我直接退货吧",
    ],
)
async def test_no_ticket_is_made_of_what_tells_nothing(
    at_counter: Open, settings: Settings, shop: ShopServer, text: str
) -> None:
    visitor = at_counter(settings)
    await visitor.say("登记售后")

    await visitor.say(text)

    assert shop.tickets == {}


async def test_what_is_told_later_is_a_ticket_after_all(
    at_counter: Open, settings: Settings, shop: ShopServer
) -> None:
    visitor = at_counter(settings)

    for text in ("登记售后", "好的", "扣子掉了一颗"):
        await visitor.say(text)

    assert json.loads(shop.asked[0].body)["about"] == "登记售后\n扣子掉了一颗"


@pytest.mark.parametrize("bait", ["没有", "我", "等一下", "不记得", "算了", "订单号"])
def test_no_text_takes_long_to_read(bait: str) -> None:
    started = time.process_time()

    for text in (bait * 3000, bait * (190 // len(bait)) + "吗"):
        puts_off(text)
        gives_up(text)

    assert time.process_time() - started < 1


async def test_who_has_forgotten_the_number_is_not_taken_leave_of(
    at_counter: Open, settings: Settings
) -> None:
    """To the classifier 忘记了 is a farewell."""
    alice = at_counter(settings, customer=KNOWN, intents=ScriptedIntents({"忘记了": "goodbye"}))
    await alice.say("查订单")

    assert (await alice.say("忘记了")).text == STILL
