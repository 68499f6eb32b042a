"""What customers do without typing: they come in, pick a question, and say what they think of the answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.store import keys
from bot.store.codec import decode
from bot.store.records import Answered
from bot.types import Opinion
from bot.wording import DEFAULT_GREETING, DEFAULT_REFUSAL_WITH_PEOPLE, SUGGESTED
from tests.house import RETURNS, House
from tests.scenarios.conftest import Street
from tests.simulators.cards import labels

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="session")]


async def test_a_member_who_opens_the_app_is_greeted_once_and_asks_with_a_button(
    street: Street,
) -> None:
    wecom, door, user = street.wecom, street.house.callback("wecom"), "clicks"

    for _ in range(3):
        await wecom.open_chat(door, user=user)
    await wecom.wait_for_replies(user, timeout=20)
    await wecom.press(door, user=user, button="怎么退货", copies=3)
    greeting, answer = await wecom.wait_for_replies(user, 2, timeout=20)
    await wecom.say(door, user=user, text="你们支持比特币吗")
    *_, refusal, offered = await wecom.wait_for_replies(user, 4, timeout=20)
    await wecom.press(door, user=user, button="多久发货")
    *_, last = await wecom.wait_for_replies(user, 5, timeout=20)

    assert (greeting, refusal, offered) == (DEFAULT_GREETING, DEFAULT_REFUSAL_WITH_PEOPLE, SUGGESTED)
    assert RETURNS in answer
    assert "48小时" in last
    assert len(wecom.replies_to(user)) == 5, "greeted once, and each click answered once"
    buttons = [labels(seen.body) for seen in wecom.record.seen_by(user) if seen.kind == "template_card"]
    assert buttons == [["怎么退货", "多久发货"]] * 2


async def test_an_opinion_is_kept_under_the_reply_it_is_about(street: Street) -> None:
    house, bot, door = street.house, street.bot, street.house.callback("bot")
    await bot.say(door, user="judge", text="怎么退货")
    (answer,) = await bot.wait_for_replies("judge", timeout=20)

    await bot.rate(door, user="judge", text=answer, verdict=2, words="没说运费", reasons=(2,))

    all_answered = [decode(data, Answered) for data in await records(house, keys.journal, b"answered")]
    (answered,) = [one for one in all_answered if one.conversation == "shop:bot:judge"]
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
