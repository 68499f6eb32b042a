"""The same thirty turns at every door, on a bad day: each message answered once, whatever the platform does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import pytest

from bot import wording
from tests.house import House, a_house, free_port
from tests.scenarios.story.customer import Customer
from tests.scenarios.story.people import in_the_list, passed_on
from tests.scenarios.story.shop import ANSWERS, FAQ, SUGGESTIONS
from tests.simulators.dingtalk import GROUP_PATH, SESSION_PATH, USER_PATH, DingTalkSimulator
from tests.simulators.dingtalk_stream import DingTalkStreamSimulator
from tests.simulators.engine import Engine
from tests.simulators.media import AMR
from tests.simulators.platform import Trouble
from tests.simulators.terminal.door import Door, NotHere, Visit
from tests.simulators.terminal.doors import door_to
from tests.simulators.terminal.wecom_kf import WeComKfDoor
from tests.simulators.wecom import SEND_PATH, WeComSimulator
from tests.simulators.wecom_bot import WeComBotSimulator
from tests.simulators.wecom_kf import KF_SEND_PATH, SYNC_PATH, WAITING, WeComKfSimulator
from tests.unit.adapters.pictures import a_picture

pytestmark = [pytest.mark.processes, pytest.mark.long, pytest.mark.timeout(400)]

CUSTOMER: Final = "alice"
_TYPING_S: Final = 1.5
GATEWAY_ERROR: Final = Trouble(status=502, body="<html>bad gateway</html>")
SENDS: Final = {
    "wecom": [SEND_PATH],
    "kf": [KF_SEND_PATH, SYNC_PATH],
    "bot": [],  # WeCom fetches its replies
    "ding": [SESSION_PATH, USER_PATH, GROUP_PATH],
    "stream": [SESSION_PATH, USER_PATH, GROUP_PATH],
}
TOO_OFTEN, AT_ONCE = 45009, 45033
QPS: Final = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"


class AtADoor:
    """`Counterpart` by way of a simulated platform."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.name = door.visit.channel

    async def say(self, text: str) -> None:
        if self.name == "kf":  # who writes twice in two seconds may have written before our last reply
            await asyncio.sleep(_TYPING_S)
        assert (await self.door.say(text)).accepted

    async def again(self) -> None:
        assert (await self.door.again()).accepted

    async def screen(self) -> Sequence[str]:
        return [seen.text for seen in self.door.platform.record.seen_by(self.door.receiver)]

    async def speaks(self, question: str) -> None:
        """Aloud: the platform writes it down, or our own server does."""
        try:
            await self.door.record_voice(AMR)
        except NotHere:
            await self.door.speak(question)

    async def picks(self, suggestion: str) -> None:
        """The newest suggestion of these words; where there is nothing to click, they type it."""
        for seen in reversed(self.door.platform.record.seen_by(self.door.receiver)):
            for offered in self.door.suggestions(seen):
                if offered.text == suggestion:
                    assert (await self.door.click(offered)).accepted
                    return
        assert self.name in ("ding", "stream"), "every other door offers something to click"
        await self.say(suggestion)

    def is_slow(self) -> None:
        """Answers to our sends come late, for a while."""
        for path in SENDS[self.name]:
            self.door.platform.lasting_trouble(path, Trouble(delay=2.0), seconds=3)

    def is_away(self) -> None:
        """And then not at all."""
        for path in SENDS[self.name]:
            self.door.platform.lasting_trouble(path, GATEWAY_ERROR, seconds=3)

    def throttles(self, code: int) -> None:
        """Our next send is one too many; at DingTalk the session webhook is over, and the OpenAPI is busy."""
        if self.name in ("wecom", "kf"):
            path = SENDS[self.name][0]
            self.door.platform.trouble(path, Trouble(body={"errcode": code, "errmsg": "on order"}))
        elif isinstance(self.door.platform, DingTalkSimulator):
            self.door.platform.end_sessions()
            self.door.fail(QPS, 2)

    def revokes_token(self) -> None:
        """The one we have is dead."""
        if self.name != "bot":
            self.door.revoke_token()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """With all doors, people, and ears; the platforms are simulated elsewhere, at the ports that it knows."""
    async with (
        Engine() as engine,
        a_house(
            tmp_path,
            wecom=WeComSimulator(port=free_port()),
            kf=WeComKfSimulator(port=free_port()),
            wecom_bot=WeComBotSimulator(port=free_port()),
            dingtalk=DingTalkSimulator(port=free_port()),
            stream=DingTalkStreamSimulator(port=free_port()),
            people="",
            environment={
                "KEFU_TENANTS__SHOP__SUGGESTIONS": str(list(SUGGESTIONS)).replace("'", '"'),
                "KEFU_TRANSCRIPTION__BASE_URL": engine.base_url,
                "KEFU_TRANSCRIPTION__MODEL": "whisper",
            },
        ) as house,
    ):
        engine.hears = "衣服怎么洗"
        (tmp_path / "faq.txt").write_text(FAQ, encoding="utf-8")
        yield house


@pytest.fixture
async def doors(house: House) -> AsyncIterator[list[AtADoor]]:
    async with AsyncExitStack() as open_platforms:
        doors = []
        for channel in house.settings.channels:
            if channel.kind == "webchat":
                continue
            port = int(channel.api_base.rpartition(":")[2])
            callback = house.callback(channel.name)
            door = door_to(channel, Visit(channel.name, callback, CUSTOMER, "127.0.0.1", port))
            await open_platforms.enter_async_context(door.platform)
            doors.append(AtADoor(door))
        await house.start("valkey", "worker", "gateway")
        await house.ready(worker=True)
        for at in doors:
            await at.door.arrive(print)
        yield doors


async def test_thirty_turns_at_every_door_on_a_bad_day(house: House, doors: list[AtADoor]) -> None:
    stories = await asyncio.gather(*(the_story(house, door) for door in doors), return_exceptions=True)

    failed = {door.name: story for door, story in zip(doors, stories, strict=True) if story is not None}
    assert not failed, "\n".join(f"{name}: {error!r}" for name, error in failed.items())


async def the_story(house: House, at: AtADoor) -> None:
    alice = Customer(at, ANSWERS)

    # They come in, and ask; the platform is not sure that we heard.
    if at.name in ("wecom", "kf", "bot"):
        await alice.does(at.door.enter, brings=wording.DEFAULT_GREETING)
    await alice.asks("怎么退货")
    await alice.is_repeated()
    await alice.is_repeated()
    await alice.asks("多久发货")
    await alice.asks_quickly("支持哪些付款方式", "怎么改收货地址", "有没有优惠券")

    # Not only in words.
    picture = wording.ONLY_TEXT.format(kind="图片")
    await alice.does(lambda: at.door.show(a_picture()), brings=picture)
    await alice.does(lambda: at.picks("可以开发票吗"), brings=ANSWERS["可以开发票吗"])
    await alice.does(lambda: at.speaks("衣服怎么洗"), brings=ANSWERS["衣服怎么洗"])
    await alice.is_repeated()
    await alice.sees_nothing_new()

    # The platform has a bad day.
    at.is_slow()
    await alice.asks("会员怎么升级")
    await alice.asks("羽绒服会钻绒吗")
    at.revokes_token()
    await alice.asks("怎么选尺码")
    at.throttles(TOO_OFTEN)
    await alice.asks("门店在哪里")
    await alice.asks("礼品卡怎么用")
    at.is_away()
    await alice.asks("可以货到付款吗")
    at.is_away()
    await alice.asks_quickly("质保多长时间", "怎么取消订单", "面料是什么做的")
    await alice.is_repeated()
    await alice.asks("能不能送到国外")

    # A person, please; and back.
    await alice.does(lambda: at.say("转人工"), brings=wording.HANDED_OFF)
    await alice.is_repeated()
    await a_person_helps(house, at, alice)
    await alice.asks("积分什么时候过期")
    at.revokes_token()
    at.throttles(AT_ONCE)
    await alice.asks("怎么注销账号")
    await alice.asks("快递显示签收但没收到怎么办")
    await alice.asks("可以换颜色吗")
    await alice.is_repeated()
    await alice.does(lambda: at.picks("运费怎么算"), brings=ANSWERS["运费怎么算"])
    await alice.asks("多久发货")
    await alice.asks("怎么退货")

    await alice.sees_nothing_new()
    assert alice.turns >= 30


async def a_person_helps(house: House, at: AtADoor, alice: Customer) -> None:
    """Two messages that the bot leaves alone, each followed by a word from the shop."""
    if isinstance(at.door, WeComKfDoor):
        await a_servicer_helps(house, at.door.simulator, at, alice)
        return
    name = await in_the_list(house, at.name)
    alice.turns += 2
    await at.say("我的快递破了")
    await passed_on(house, at.name, 1)
    said = ("people", "say", name, "已为您登记补发")
    await alice.does(lambda: asyncio.to_thread(house.tell, *said), brings="【人工客服】已为您登记补发")
    await at.say("谢谢")
    await passed_on(house, at.name, 2)
    await alice.does(
        lambda: asyncio.to_thread(house.tell, "people", "close", name), brings=wording.BOT_IS_BACK
    )


async def a_servicer_helps(house: House, kf: WeComKfSimulator, at: AtADoor, alice: Customer) -> None:
    """The same, where the platform has people of its own."""
    async with asyncio.timeout(60):
        while kf.customers[CUSTOMER].state != WAITING:
            await asyncio.sleep(0.05)
    alice.turns += 2
    await at.say("我的快递破了")
    kf.pick_up(CUSTOMER)
    await alice.does(lambda: says(kf, "已为您登记补发"), brings="已为您登记补发")
    await at.say("谢谢")
    kf.end_session(CUSTOMER)
    await alice.does(lambda: kf.ring(house.callback(at.name)), brings=wording.BOT_IS_BACK)


async def says(kf: WeComKfSimulator, text: str) -> None:
    kf.servicer_says(CUSTOMER, text)
