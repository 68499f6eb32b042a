"""A customer asks for a person: through each door, whoever dies meanwhile, and back to the bot."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import wording
from bot.wiring import Stores
from tests.command import Told
from tests.house import RETURNS, House, a_house
from tests.scenarios.conftest import Street
from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.group_robot import GroupRobotSimulator
from tests.simulators.platform import Trouble
from tests.simulators.wecom import SEND_PATH, WeComSimulator
from tests.simulators.wecom_kf import BOT, TRANS_PATH, WAITING, WeComKfSimulator

pytestmark = pytest.mark.processes


@dataclass(frozen=True)
class Customer:
    """Somebody at one of the doors."""

    door: str
    write: Callable[[str], Awaitable[object]]
    seen: Callable[[int], Awaitable[list[str]]]
    """What they saw, once it is so many messages."""


@pytest.fixture
async def group() -> AsyncIterator[GroupRobotSimulator]:
    async with GroupRobotSimulator() as simulator:
        yield simulator


async def command(house: House, *arguments: str) -> Told:
    """`kefu …`, while the simulators go on."""
    return await asyncio.to_thread(house.tell, *arguments)


async def conversation(house: House, door: str) -> str:
    """Its name, as a person copies it from the list."""
    async with house.stores() as stores:
        (name,) = [
            str(one.conversation) for one in await stores.people.all() if one.conversation.channel == door
        ]
    listed = await command(house, "people", "list")
    assert name in listed.stdout
    return name


def at_wecom(house: House, wecom: WeComSimulator) -> Customer:
    async def write(text: str) -> object:
        return await wecom.say(house.callback("wecom"), user="alice", text=text, copies=2)

    async def seen(count: int) -> list[str]:
        return await wecom.wait_for_replies("alice", count, timeout=60)

    return Customer("wecom", write, seen)


def at_dingtalk(house: House, dingtalk: DingTalkSimulator) -> Customer:
    async def write(text: str) -> object:
        return await dingtalk.say(house.callback("ding"), user="bob", text=text)

    async def seen(count: int) -> list[str]:
        return await dingtalk.wait_for_replies("bob", count, timeout=60)

    return Customer("ding", write, seen)


@asynccontextmanager
async def on_the_site(house: House) -> AsyncIterator[Customer]:
    """A visitor whose browser follows the events."""
    async with aiohttp.ClientSession() as browser:
        async with browser.post(f"{house.url}/webchat/web/sessions") as response:
            headers = {"Authorization": f"Bearer {(await response.json())['token']}"}
        texts: list[str] = []
        following = asyncio.create_task(_follow(browser, house, headers, texts))
        ids = iter(range(100))

        async def write(text: str) -> None:
            message = {"id": f"q{next(ids)}", "text": text}
            async with browser.post(
                f"{house.url}/webchat/web/messages", json=message, headers=headers
            ) as response:
                assert response.status == 202

        async def seen(count: int) -> list[str]:
            async with asyncio.timeout(60):
                while len(texts) < count:
                    await asyncio.sleep(0.02)
            return texts

        yield Customer("web", write, seen)
        following.cancel()
        await asyncio.wait([following])


async def _follow(
    browser: aiohttp.ClientSession, house: House, headers: dict[str, str], texts: list[str]
) -> None:
    kind = ""
    async with browser.get(f"{house.url}/webchat/web/events", headers=headers) as events:
        async for line in events.content:
            name, _, value = line.decode().strip().partition(": ")
            kind = value if name == "event" else kind
            if name == "data" and kind == "reply":
                texts.append(json.loads(value)["text"])


async def all_is_passed_on(house: House) -> None:
    """No message waits for an answer any more."""
    async with house.stores() as stores, asyncio.timeout(60):
        while any((await stores.schedule.waiting()).values()):
            await asyncio.sleep(0.05)


async def are_told(group: GroupRobotSimulator, count: int) -> None:
    """The people of the shop come because they read of it."""
    async with asyncio.timeout(60):
        while len(group.told) < count:
            await asyncio.sleep(0.05)


async def a_person_helps(house: House, customer: Customer, group: GroupRobotSimulator) -> None:
    """The whole story, as the customer sees it."""
    told = len(group.told)
    await customer.write("怎么退货")
    await customer.seen(1)
    await customer.write("转人工")
    await customer.seen(2)
    name = await conversation(house, customer.door)
    await are_told(group, told + 1)

    await customer.write("我的裙子破了")
    await all_is_passed_on(house)
    await customer.write("怎么退货")
    await all_is_passed_on(house)
    shown = await command(house, "people", "show", name)
    said = await command(house, "people", "say", name, "给您**换**一条新的，可以吗？")
    await customer.seen(3)
    await customer.write("可以，谢谢")
    await all_is_passed_on(house)
    closed = await command(house, "people", "close", name)
    await customer.seen(4)
    again = await command(house, "people", "say", name, "还在吗")
    await customer.write("多久发货")

    answer, handed, person, back, last = await customer.seen(5)
    assert RETURNS in answer
    assert handed == wording.HANDED_OFF
    assert person.startswith("【人工客服】给您")
    assert back == wording.BOT_IS_BACK
    assert "48小时" in last
    assert shown.stdout.index("我的裙子破了") < shown.stdout.index("waits for a person")
    assert (said.returncode, said.stdout.strip()) == (0, "sent")
    assert closed.returncode == 0
    assert (again.returncode, "nobody has" in again.stderr) == (1, True)


@pytest.mark.long
async def test_a_person_helps_through_every_door(
    tmp_path: Path, wecom: WeComSimulator, dingtalk: DingTalkSimulator, group: GroupRobotSimulator
) -> None:
    async with a_house(
        tmp_path, wecom=wecom, dingtalk=dingtalk, people=f'webhook = "{group.wecom}"'
    ) as house:
        await house.start("valkey", "gateway", "worker")
        await house.ready(worker=True)
        async with on_the_site(house) as visitor:
            for customer in (at_wecom(house, wecom), at_dingtalk(house, dingtalk), visitor):
                await a_person_helps(house, customer, group)
                assert len(await customer.seen(5)) == 5, "while the person had it the bot said nothing"

    assert [text.split("：")[1].split("，")[0] for text in group.told] == ["wecom", "ding", "web"]
    assert not any("裙子" in text for text in group.told)


@pytest.mark.long
async def test_a_person_is_asked_for_once_however_often_the_worker_dies(
    tmp_path: Path, wecom: WeComSimulator
) -> None:
    async with a_house(tmp_path, wecom=wecom, people="") as house:
        await house.start("valkey", "gateway", "worker")
        await house.ready(worker=True)
        customer = at_wecom(house, wecom)
        busy = Trouble(body={"errcode": -1, "errmsg": "system busy"})
        wecom.trouble(SEND_PATH, busy, times=3)

        await customer.write("转人工")
        async with house.stores() as stores:
            await somebody_waits(stores)
        house.kill("worker")  # committed, not delivered
        assert wecom.replies_to("alice") == []
        await customer.write("我的裙子破了")
        await house.start("worker")

        assert await customer.seen(1) == [wording.HANDED_OFF]
        await all_is_passed_on(house)
        name = await conversation(house, "wecom")
        shown = await command(house, "people", "show", name)
        assert "我的裙子破了" in shown.stdout
        assert wecom.replies_to("alice") == [wording.HANDED_OFF]


async def somebody_waits(stores: Stores) -> None:
    async with asyncio.timeout(60):
        while not await stores.people.all():
            await asyncio.sleep(0.02)


@pytest.mark.asyncio(loop_scope="session")
async def test_a_person_speaks_where_replies_are_fetched(street: Street) -> None:
    house, bot = street.house, street.bot
    await bot.say(house.callback("bot"), user="carl", text="转人工")
    await bot.wait_for_replies("carl", 1, timeout=60)
    name = await conversation(house, "bot")

    await bot.say(house.callback("bot"), user="carl", text="我的裙子破了")
    await bot.wait_for_replies("carl", 2, timeout=60)
    entered = await bot.enter(house.callback("bot"), user="carl")
    said = await command(house, "people", "say", name, "给您换一条。")
    again = await command(house, "people", "say", name, "还有别的问题吗？")
    shown = await command(house, "people", "show", name)

    assert bot.replies_to("carl") == [
        wording.HANDED_OFF,
        wording.PERSON_HAS_IT,
        "【人工客服】给您换一条。",
    ]
    assert (entered.accepted, entered.answer) == (True, b""), "no welcome while a person has it"
    assert said.returncode == 0
    assert (again.returncode, "not delivered (failed)" in again.stderr) == (1, True), "one for each message"
    assert "the response_url is used up" in again.stderr
    assert "not delivered (failed)" in shown.stdout


async def test_a_question_of_the_operators_makes_nobody_wait(tmp_path: Path) -> None:
    async with a_house(tmp_path, people="") as house:
        asked = await command(house, "ask", "转人工")

    assert (asked.returncode, wording.HANDED_OFF in asked.stdout) == (0, True)
    assert "nobody was told, and nobody waits" in asked.stdout


async def test_the_command_line_says_what_is_wrong(tmp_path: Path) -> None:
    async with a_house(tmp_path, people="") as house:
        without_store = await command(house, "people", "list")
        await house.start("valkey")

        for wrong, reason in (
            (("show", "alice"), "is no conversation"),
            (("say", "shop:web:alice", "您好"), "nobody has shop:web:alice"),
            (("close", "shop:web:alice"), "nobody has shop:web:alice"),
            (("list", "--tenant", "other"), "write one of shop"),
            (("show", "other:web:alice", "--tenant", "shop"), "is no conversation of shop"),
        ):
            failed = await command(house, "people", *wrong)
            assert (failed.returncode, reason in failed.stderr) == (1, True), failed.stderr
        assert without_store.returncode == 1

        nobody = await command(house, "people", "list")
        house.config.write_text(house.config.read_text().replace("[tenants.people]", ""))
        no_people = await command(house, "people", "list")
        none_there = await command(house, "people", "list", "--tenant", "shop")

        for listed, reason in (
            (nobody, "nobody waits for a person, and no person has a conversation"),
            (no_people, "no tenant has a table [tenants.people]: who asks"),
            (none_there, "tenant shop has no table [tenants.people]: who asks"),
        ):
            assert (listed.returncode, listed.stdout, reason in listed.stderr) == (0, "", True), listed.stderr


async def test_when_no_person_comes_the_bot_is_back_by_itself(tmp_path: Path, wecom: WeComSimulator) -> None:
    async with a_house(tmp_path, wecom=wecom, people="timeout_minutes = 0.02") as house:
        await house.start("valkey", "gateway", "worker")
        customer = at_wecom(house, wecom)

        await customer.write("转人工")
        await customer.seen(2)
        await customer.write("怎么退货")

        handed, sorry, answer = await customer.seen(3)
        assert (handed, sorry) == (wording.HANDED_OFF, wording.NO_PERSON_CAME)
        assert RETURNS in answer
        listed: Any = await command(house, "people", "list")
        assert "alice" not in listed.stdout


@pytest.mark.asyncio(loop_scope="session")
async def test_weixins_own_people_get_the_customer_once_and_the_bot_gets_them_back(street: Street) -> None:
    house, kf = street.house, street.kf
    door = house.callback("kf")
    await kf.say(door, user="wmPeople", text="怎么退货")
    await kf.wait_for_replies("wmPeople", 1, timeout=60)

    kf.trouble(TRANS_PATH, Trouble(status=502, body="<html>"), times=2)
    await kf.say(door, user="wmPeople", text="转人工")
    await kf.wait_for_replies("wmPeople", 2, timeout=60)
    await calls(kf, TRANS_PATH, 2)
    house.kill("worker")  # the line was sent, and the customer is not in the queue yet
    await house.start("worker")
    async with asyncio.timeout(60):
        while kf.customers["wmPeople"].state != WAITING:
            await asyncio.sleep(0.05)
    await all_is_passed_on(house)
    assert kf.customers["wmPeople"].moves == [BOT, WAITING]

    await kf.say(door, user="wmPeople", text="怎么退货")
    kf.pick_up("wmPeople")
    kf.servicer_says("wmPeople", "您好，我是小李。")
    await kf.say(door, user="wmPeople", text="多久发货")
    await all_is_passed_on(house)
    kf.end_session("wmPeople")
    await kf.ring(door)
    await kf.wait_for_replies("wmPeople", 4, timeout=60)
    await kf.say(door, user="wmPeople", text="可以开发票吗")

    answer, handed, person, back, last = await kf.wait_for_replies("wmPeople", 5, timeout=60)
    assert RETURNS in answer
    assert handed == wording.HANDED_OFF
    assert (person, back) == ("您好，我是小李。", wording.BOT_IS_BACK)
    assert "电子发票" in last
    assert (await command(house, "people", "list")).stdout.count("wmPeople") == 0, "WeCom knows who has it"


async def calls(kf: WeComKfSimulator, path: str, failed: int) -> None:
    async with asyncio.timeout(60):
        while sum(call.status != 200 for call in kf.record.calls_to(path)) < failed:
            await asyncio.sleep(0.02)
