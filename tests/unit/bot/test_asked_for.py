"""What was asked before goes on with what is said now, and gives way where something else is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot import wording
from bot.settings import Settings
from tests.unit.bot.counter import KNOWN, Counter, settings_with
from tests.unit.bot.orders import CALLED, CANCEL, STATUS

Open = Callable[..., Counter]

pytestmark = pytest.mark.usefixtures("called")

ORDER = "20240910XYZ"
WHICH = wording.ASK_ARGUMENT.format(what="订单号")


@pytest.fixture
def settings() -> Settings:
    return settings_with(CANCEL.replace(', kept = "order"', "") + STATUS)


@pytest.mark.parametrize(
    "text",
    [
        ORDER,
        f"订单号是{ORDER}",
        f"{ORDER} 谢谢",
        f"单号是{ORDER}，麻烦了",
        f"好的，我的订单是 {ORDER.lower()}",
        f"{ORDER}，帮我取消吧",
        f"第一个，{ORDER}",
        f"It's {ORDER}, thanks",
    ],
)
async def test_who_brings_the_number_has_it_done(at_counter: Open, settings: Settings, text: str) -> None:
    alice = at_counter(settings, customer=KNOWN)

    assert (await alice.say("我想取消订单")).text == WHICH
    assert (await alice.say(text)).text == f"订单{ORDER}已取消。"


@pytest.mark.parametrize(
    "text",
    [
        f"先查一下订单{ORDER}",
        f"算了不取消了，订单{ORDER}到哪了",
        f"{ORDER}发货了吗？发了就不取消",
        f"订单{ORDER}到哪了",
    ],
)
async def test_a_question_about_the_order_cancels_nothing(
    at_counter: Open, settings: Settings, text: str
) -> None:
    alice = at_counter(settings, customer=KNOWN)
    await alice.say("取消订单")

    assert (await alice.say(text)).text == f"订单{ORDER}已发货。"
    assert CALLED == [("status", ORDER)]


@pytest.mark.parametrize(
    "text", [f"{ORDER}先不取消", f"{ORDER}能取消吗", f"{ORDER}这件不要动", f"{ORDER}昨天刚下单的"]
)
async def test_what_says_more_than_the_number_does_not_go_on(
    at_counter: Open, settings: Settings, text: str
) -> None:
    alice = at_counter(settings, customer=KNOWN)
    await alice.say("取消订单")

    await alice.say(text)

    assert CALLED == []


@pytest.mark.parametrize("text", [ORDER, f"查一下订单 {ORDER}"])
async def test_what_was_not_there_to_be_changed_is_given_up(
    at_counter: Open, settings: Settings, text: str
) -> None:
    alice = at_counter(settings, customer=KNOWN)
    await alice.say("取消订单20240999XYA")

    await alice.say(text)

    assert ("cancel", ORDER) not in CALLED


async def test_of_two_that_wait_the_newer_goes_on(at_counter: Open, settings: Settings) -> None:
    alice = at_counter(settings, customer=KNOWN)

    assert [(await alice.say(text)).text for text in ("取消订单", "查订单", ORDER)] == [
        WHICH,
        WHICH,
        f"订单{ORDER}已发货。",
    ]
    assert [(await alice.say(text)).text for text in ("查订单", "取消订单", ORDER)] == [
        WHICH,
        WHICH,
        f"订单{ORDER}已取消。",
    ]


async def test_what_was_asked_in_two_messages_goes_on(at_counter: Open, settings: Settings) -> None:
    alice = at_counter(settings, customer=KNOWN)

    await alice.say("你好，在吗？\n我要查订单")

    assert (await alice.say(f"是{ORDER}")).text == f"订单{ORDER}已发货。"
