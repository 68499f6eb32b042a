"""What a tool changes is changed where the customer wishes for it in so many words, and for no other words."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

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


@pytest.fixture
def settings() -> Settings:
    return settings_with(CANCEL + STATUS)


async def spoken_of(counter: Counter) -> Counter:
    """Their order is in mind, so that nothing has to be asked for."""
    await counter.say(f"我的订单号{ORDER}")
    CALLED.clear()
    return counter


@pytest.mark.parametrize(
    "text",
    [
        f"帮我取消订单{ORDER}",
        f"能不能帮我取消订单{ORDER}",
        f"请问可以帮我取消订单{ORDER}吗？",
        "我要取消订单",
        f"不好意思，帮我取消一下订单{ORDER}",
        f"你好，在吗？我想取消订单{ORDER}，不要了",
        f"算了，还是取消订单{ORDER}吧",
        f"取消订单{ORDER}，可以吗？",
        f"帮我取消订单{ORDER}，钱什么时候退",
        f"取消订单，单号{ORDER}，谢谢",
        f"Can you cancel order {ORDER}, please?",
    ],
)
async def test_who_wishes_for_it_has_it_done(at_counter: Open, settings: Settings, text: str) -> None:
    alice = await spoken_of(at_counter(settings, customer=KNOWN))

    answer = await alice.say(text)

    assert answer.text == f"订单{ORDER}已取消。"
    assert CALLED == [("cancel", ORDER)]


@pytest.mark.parametrize(
    "text",
    [
        "我不要取消订单，只想问发货",
        f"请不要取消订单{ORDER}",
        "不想取消订单",
        "可以不取消订单吗",
        f"千万别取消订单{ORDER}",
        f"取消订单{ORDER}\n算了，先不取消了",
        f"帮我取消订单{ORDER}，等一下，先别",
        f"please don't cancel order {ORDER}",
    ],
)
async def test_who_declines_it_is_spared(at_counter: Open, settings: Settings, text: str) -> None:
    alice = await spoken_of(at_counter(settings, customer=KNOWN))

    await alice.say(text)

    assert CALLED == []


@pytest.mark.parametrize(
    "text",
    [
        "取消订单了吗",
        "不能取消订单吧",
        f"怎么取消订单{ORDER}",
        f"你们为什么取消订单{ORDER}",
        f"取消订单{ORDER}要扣手续费吗",
        f"取消订单{ORDER}，要扣手续费吗",
        f"可以取消订单{ORDER}吗",
        f"取消订单{ORDER}？",
        "我没有取消订单啊",
        f"昨天已经取消订单{ORDER}了",
        f"没发货就取消订单{ORDER}",
        f"如果还没发货，帮我取消订单{ORDER}",
        f"How do I cancel order {ORDER}",
    ],
)
async def test_who_only_speaks_of_it_is_answered_from_the_knowledge(
    at_counter: Open, settings: Settings, text: str
) -> None:
    faq = FixedRetriever(a_passage("未发货的订单可以在“我的订单”里取消。"))
    alice = await spoken_of(at_counter(settings, customer=KNOWN, retriever=faq))

    assert (await alice.say(text)).outcome is Outcome.FAQ
    assert CALLED == []


async def test_what_is_no_wish_by_rule_is_left_to_the_model(at_counter: Open, settings: Settings) -> None:
    model = ScriptedModel("好的，不取消。")
    alice = await spoken_of(at_counter(settings, customer=KNOWN, model=model))

    assert (await alice.say(f"不要取消订单{ORDER}")).text == "好的，不取消。"
    assert CALLED == []


@pytest.mark.parametrize("text", ["我不想取消了", "申请取消要扣钱吗", "如果没发货就取消"])
async def test_no_intent_makes_a_wish_of_what_is_declined_or_asked(at_counter: Open, text: str) -> None:
    own = {"name": "cancel", "examples": ["不要了", "退掉", "取消"], "action": "tool", "tool": "cancel_order"}
    intents = ScriptedIntents({text: "cancel", "这单给我退掉": "cancel"})
    alice = at_counter(settings_with(CANCEL, intents=[own]), customer=KNOWN, intents=intents)
    await spoken_of(alice)

    await alice.say(text)
    assert CALLED == []
    await alice.say("这单给我退掉")
    assert CALLED == [("cancel", ORDER)]


@pytest.mark.parametrize(
    "text",
    ["我的衣服破了，不要登记售后，我要退货", "衣服破了个洞，登记售后要多久", "上次衣服破了登记售后没人理"],
)
async def test_who_wants_no_ticket_gets_none(at_counter: Open, shop: ShopServer, text: str) -> None:
    await at_counter(settings_with(shop.tools()), customer=KNOWN).say(text)

    assert shop.tickets == {}


async def test_what_is_asked_for_behind_what_is_not_is_looked_up(
    at_counter: Open, settings: Settings
) -> None:
    alice = at_counter(settings, customer=KNOWN)

    assert (
        await alice.say(f"不用查一下订单{ORDER}了，算了，还是查一下订单{ORDER}")
    ).outcome is Outcome.ANSWERED


@pytest.mark.parametrize("text", ["不要查订单", "不用查一下订单20240910XYZ了", "别查订单"])
async def test_nothing_is_looked_up_for_who_says_not_to(
    at_counter: Open, settings: Settings, text: str
) -> None:
    alice = at_counter(settings, customer=KNOWN)

    await alice.say(text)

    assert alice.turn is not None
    assert alice.turn.tool_calls == ()


async def test_whether_we_can_look_it_up_is_a_wish(at_counter: Open, settings: Settings) -> None:
    assert (await at_counter(settings, customer=KNOWN).say("能不能查订单，20240910XYZ")).text.endswith(
        "已发货。"
    )


@pytest.mark.parametrize(
    "text", ["取消订单 20240910XYZ要" * 60, "帮我麻烦您" * 150 + "取消订", "不要" * 500 + "取消"]
)
def test_a_hostile_wish_costs_no_time(at_counter: Open, settings: Settings, text: str) -> None:
    tool = at_counter(settings).tools.boxes["shop"].tools["cancel_order"]
    started = time.process_time()

    assert tool.asks.find(text) is None
    assert time.process_time() - started < 1
