"""A bot whose platform fetches the replies: each question answered once, by one way or the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot import wording
from bot.types import Work
from tests.house import RETURNS, House
from tests.scenarios.conftest import Street, Talking
from tests.simulators.wecom_bot import RESPONSE_PATH, WeComBotSimulator

pytestmark = pytest.mark.processes


@pytest.mark.asyncio(loop_scope="session")
async def test_a_question_is_answered_once_in_its_stream(street: Street) -> None:
    bot, door = street.bot, street.house.callback("bot")
    bubbles, sent = len(bot.bubbles), len(bot.record.calls_to(RESPONSE_PATH))

    assert await bot.verify(door)
    await bot.enter(door, user="zhangsan")
    await bot.say(door, user="zhangsan", text="我想退货怎么弄", msg_id="m1", copies=3)
    greeting, answer = await bot.wait_for_replies("zhangsan", 2, timeout=20)
    await bot.say(door, user="zhangsan", text="我想退货怎么弄", msg_id="m1")
    await bot.say(door, user="zhangsan", text="多久发货", group="wrGroup01")

    assert "48小时" in (await bot.wait_for_replies("wrGroup01", timeout=20))[0]
    assert greeting == wording.DEFAULT_GREETING
    assert RETURNS in answer
    assert bot.replies_to("zhangsan") == [greeting, answer], "delivered four times, answered once"
    assert len(bot.bubbles) - bubbles == 2
    assert len(bot.record.calls_to(RESPONSE_PATH)) == sent, "by no other way"
    assert bot.faults == []


@pytest.mark.asyncio(loop_scope="session")
async def test_an_answer_grows_in_its_stream_while_the_model_speaks(talking: Talking) -> None:
    house, bot, model = talking.house, talking.bot, talking.model
    model.pieces, model.allowed = ["签收后7天", "内可以退货。请在", "我的订单里申请。审核", "很快哦。"], 2

    await bot.say(house.callback("bot"), user="grows", text="怎么退货")
    await until(lambda: shown(bot)[-1:] == ["签收后7天内可以退货。"])
    model.allowed = 3
    await until(lambda: shown(bot)[-1:] == ["签收后7天内可以退货。请在我的订单里申请。"])
    assert bot.replies_to("grows") == [], "the stream is not finished"
    model.allowed = None

    whole = "签收后7天内可以退货。请在我的订单里申请。审核很快哦。"
    assert await bot.wait_for_replies("grows", timeout=20) == [whole]
    assert shown(bot)[0] == wording.LOOKING_IT_UP
    assert shown(bot)[-1] == whole
    assert bot.record.calls_to(RESPONSE_PATH) == []
    assert bot.faults == []


@pytest.mark.asyncio(loop_scope="session")
async def test_an_answer_that_broke_off_gives_way_to_what_we_know(talking: Talking) -> None:
    house, bot, model = talking.house, talking.bot, talking.model
    model.pieces, model.allowed = ["七天内都可以退货。", "请在"], 1

    await bot.say(house.callback("bot"), user="breaks", text="怎么退货")
    await until(lambda: shown(bot)[-1:] == ["七天内都可以退货。"])
    model.hang_up()

    (answer,) = await bot.wait_for_replies("breaks", timeout=20)
    assert RETURNS in answer
    assert shown(bot) == [wording.LOOKING_IT_UP, "七天内都可以退货。", answer]


async def test_an_answer_late_for_its_stream_arrives_by_itself(house: House, bot: WeComBotSimulator) -> None:
    house.environment["KEFU_CHANNELS__BOT__STREAM_S"] = "1"
    await house.start("valkey", "gateway")
    await bot.say(house.callback("bot"), user="early", text="多久发货")
    assert await bot.wait_for_replies("early", timeout=20) == [wording.ANSWER_FOLLOWS]

    await house.start("worker")

    _, answer = await bot.wait_for_replies("early", 2, timeout=30)
    assert "48小时" in answer
    assert [(seen.kind, seen.to) for seen in bot.record.seen] == [("stream", "early"), ("markdown", "early")]


@pytest.mark.asyncio(loop_scope="session")
async def test_an_answer_survives_the_death_of_the_worker_that_waits_for_a_poll(
    street: Street, monkeypatch: pytest.MonkeyPatch
) -> None:
    house, bot = street.house, street.bot
    monkeypatch.setattr(bot, "poll_every", 4.0)
    await bot.say(house.callback("bot"), user="u1", text="多久发货")
    await an_answer_is_on_its_way(house)

    house.kill("worker")
    await house.start("worker")

    (answer,) = await bot.wait_for_replies("u1", timeout=30)
    assert "48小时" in answer
    assert "response_code" not in house.log("worker") + house.log("gateway")


def shown(bot: WeComBotSimulator) -> list[str]:
    """What the newest message on the screen showed so far."""
    return list(bot.bubbles.values())[-1] if bot.bubbles else []


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.02)


async def an_answer_is_on_its_way(house: House) -> None:
    async with house.stores() as stores, asyncio.timeout(20):
        while not (await stores.schedule.waiting())[Work.DELIVER]:
            await asyncio.sleep(0.02)
