"""What customers do without typing: they come in, pick a question, and say what they think of the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.store import keys
from bot.store.codec import decode
from bot.store.records import Answered
from bot.types import Opinion
from bot.wording import DEFAULT_GREETING, DEFAULT_REFUSAL, SUGGESTED
from tests.house import RETURNS, House
from tests.simulators.cards import labels
from tests.simulators.wecom import WeComSimulator
from tests.simulators.wecom_bot import WeComBotSimulator

pytestmark = pytest.mark.processes


@pytest.fixture(autouse=True)
def _suggests(house: House) -> None:
    house.counted = True
    house.environment["KEFU_TENANTS__SHOP__SUGGESTIONS"] = '["怎么退货", "多久发货"]'


async def test_a_member_who_opens_the_app_is_greeted_once_and_asks_with_a_button(
    house: House, wecom: WeComSimulator
) -> None:
    await house.start("valkey", "worker", "gateway")
    door = house.callback("wecom")

    for _ in range(3):
        await wecom.open_chat(door, user="zhangsan")
    await wecom.wait_for_replies("zhangsan", timeout=20)
    await wecom.press(door, user="zhangsan", button="怎么退货", copies=3)
    greeting, answer = await wecom.wait_for_replies("zhangsan", 2, timeout=20)
    await wecom.say(door, user="zhangsan", text="你们支持比特币吗")
    *_, refusal, offered = await wecom.wait_for_replies("zhangsan", 4, timeout=20)
    await wecom.press(door, user="zhangsan", button="多久发货")
    *_, last = await wecom.wait_for_replies("zhangsan", 5, timeout=20)

    assert (greeting, refusal, offered) == (DEFAULT_GREETING, DEFAULT_REFUSAL, SUGGESTED)
    assert RETURNS in answer
    assert "48小时" in last
    assert len(wecom.replies_to("zhangsan")) == 5, "greeted once, and each click answered once"
    buttons = [labels(seen.body) for seen in wecom.record.seen if seen.kind == "template_card"]
    assert buttons == [["怎么退货", "多久发货"]] * 2


async def test_an_opinion_is_kept_under_the_reply_it_is_about(house: House, bot: WeComBotSimulator) -> None:
    await house.start("valkey", "worker", "gateway")
    door = house.callback("bot")
    await bot.say(door, user="zhangsan", text="怎么退货")
    (answer,) = await bot.wait_for_replies("zhangsan", timeout=20)

    await bot.rate(door, user="zhangsan", text=answer, verdict=2, words="没说运费", reasons=(2,))

    (answered,) = [decode(data, Answered) for data in await records(house, keys.journal, b"answered")]
    (opinion,) = [decode(data, Opinion) for data in await records(house, keys.opinions, b"opinion")]
    assert (opinion.reply, opinion.good) == (answered.reply, False)
    assert opinion.words.startswith("没说运费")
    assert bot.faults == []


async def records(house: House, stream: Callable[[int], str], kind: bytes) -> list[bytes]:
    """What a stream holds of this kind, in all partitions."""
    async with house.stores() as stores:
        found = []
        for number in keys.partitions():
            entries: Any = await stores.client.xrange(stream(number))
            found += [entry[b"data"] for _, entry in entries if entry[b"kind"] == kind]
    return found
