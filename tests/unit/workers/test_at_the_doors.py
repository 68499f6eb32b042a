"""Deliveries by real channels to simulated platforms: resumed where they stopped, and none in another's way."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from adapters.dingtalk import DingTalkChannel
from adapters.dingtalk.dialect import MAX_PART_BYTES
from adapters.dingtalk.route import Route
from adapters.outbound import Outbound
from adapters.wecom_kf.channel import WeComKfChannel
from bot.channel import Channel, Part
from bot.store.keys import Keys
from bot.types import Address, Conversation, Receipt, Work
from tests.builders import A_CONVERSATION, a_conversation, a_message, a_reply, a_tenant
from tests.fakes import FreeRates
from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.wecom import SEND_PATH, WeComSimulator
from tests.simulators.wecom_kf import ACCOUNT, WeComKfSimulator
from tests.taking import lease_on_answering
from tests.unit.adapters.conftest import MemoryMarks, MemoryTokens, an_app, dingtalk_settings, wecom_settings
from tests.unit.adapters.test_wecom_kf_channel import kf_settings
from tests.unit.workers.conftest import Shop
from workers.deliver import Deliverer
from workers.lanes import Lanes
from workers.outlets import Outlets


class Killed(BaseException):
    """The process is gone: nothing of ours catches that."""


@dataclass(frozen=True)
class Door:
    """A channel, somewhere to write to, and what is seen there."""

    channel: Callable[[], Channel]
    """As another process makes it."""
    address: Address
    seen: Callable[[], list[str]]
    part: int = 2048
    """Bytes that fit into one."""


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def an_outbound(stack: AsyncExitStack, *, timeout: float = 5) -> Outbound:
    outbound = Outbound(timeout=timeout)
    stack.push_async_callback(outbound.close)
    return outbound


async def wecom(stack: AsyncExitStack, **changes: Any) -> Door:
    platform = await stack.enter_async_context(WeComSimulator(per_member_minute=3))
    settings, outbound = wecom_settings(platform.base_url, **changes), await an_outbound(stack)
    return Door(
        lambda: an_app(settings, MemoryTokens(), outbound),
        Address({"user": "customer-1"}),
        lambda: platform.replies_to("customer-1"),
    )


async def kf(stack: AsyncExitStack) -> Door:
    platform = await stack.enter_async_context(WeComKfSimulator())
    platform.write("customer-1", "怎么退货")
    settings, outbound = kf_settings(platform.base_url), await an_outbound(stack)
    return Door(
        lambda: WeComKfChannel(
            settings, a_tenant(), tokens=MemoryTokens(), outbound=outbound, clock=platform.now
        ),
        Address({"account": ACCOUNT, "customer": "customer-1"}, most=5),
        lambda: platform.replies_to("customer-1"),
    )


async def dingtalk(stack: AsyncExitStack) -> Door:
    platform = await stack.enter_async_context(DingTalkSimulator())
    settings, outbound = dingtalk_settings(platform.base_url), await an_outbound(stack)
    return Door(
        lambda: DingTalkChannel(
            settings,
            tokens=MemoryTokens(),
            marks=MemoryMarks(),
            rates=FreeRates(),
            outbound=outbound,
            clock=time.time,
        ),
        Route(webhook="", webhook_expires_at=0, staff="customer-1", group="").address(),
        lambda: platform.replies_to("customer-1"),
        part=MAX_PART_BYTES,
    )


async def with_reply(
    shop: Shop, text: str, address: Address, conversation: Conversation, *, to: str = "m1"
) -> None:
    await shop.stores.inbox.accept(a_message(conversation=conversation, id=to))
    lease = await lease_on_answering(shop.stores, conversation)
    claim = await shop.stores.inbox.claim(lease, limit=1, lines=0)
    reply = a_reply(text, id=f"r-{to}", conversation=conversation, address=address, created_at=shop.clock.now)
    await shop.stores.inbox.commit(lease, claim, reply, [])


@pytest.mark.parametrize("open_", [wecom, kf, dingtalk], ids=["wecom", "kf", "dingtalk"])
async def test_a_killed_worker_s_parts_are_not_repeated(
    open_: Any, stack: AsyncExitStack, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    door: Door = await open_(stack)
    dying, whole = door.channel(), "长" * (door.part // 4) + "。" + "短" * (door.part // 4)
    sent: list[str] = []
    send = dying.send

    async def send_one(address: Address, part: Part, *, key: str) -> Receipt:
        if sent:
            raise Killed
        sent.append(part.text)
        return await send(address, part, key=key)

    monkeypatch.setattr(dying, "send", send_one)
    await with_reply(shop, whole, door.address, A_CONVERSATION)
    with pytest.raises(Killed):
        await shop.deliverer(dying).deliver(A_CONVERSATION)
    assert door.seen() == sent

    await shop.deliverer(door.channel()).deliver(A_CONVERSATION)

    seen = door.seen()
    assert seen[:1] == sent
    assert len(seen) == 2, "each part once"
    assert "".join(seen).replace("\n", "") == whole


async def test_no_member_gets_more_than_wecom_shows_them_whoever_sends(
    stack: AsyncExitStack, shop: Shop
) -> None:
    """WeCom says that all went well, and drops what is beyond."""
    door = await wecom(stack, sends_per_minute_to_one=3)
    one, another = (shop.deliverer(door.channel()) for _ in range(2))
    await with_reply(shop, "长" * 1200, door.address, A_CONVERSATION)
    await one.deliver(A_CONVERSATION)
    await with_reply(shop, "短" * 1500, door.address, A_CONVERSATION, to="m2")  # three more

    await another.deliver(A_CONVERSATION)

    assert len(door.seen()) == 3
    keys = Keys(A_CONVERSATION)
    assert 50_000 < await shop.stores.client.pttl(keys.hold(Work.DELIVER)) < 60_000
    assert await shop.stores.client.hmget(keys.sending, "part", "attempts") == [b"1", b"0"], "no attempt"


async def test_a_platform_that_hangs_keeps_no_other_waiting(stack: AsyncExitStack, shop: Shop) -> None:
    """Counted, not timed: the other's replies are all out before the first of its calls ends."""
    hung = asyncio.Event()
    stuck, well = await wecom(stack), await dingtalk(stack)
    channels = {"stuck": stuck.channel(), "well": well.channel()}
    send, calls = channels["stuck"].send, []

    async def hang(address: Address, part: Part, *, key: str) -> Receipt:
        calls.append(key)
        await hung.wait()
        return await send(address, part, key=key)

    channels["stuck"].send = hang  # type: ignore[method-assign]  # a time-out of ten seconds is too long here
    outlets = Outlets(channels, FreeRates())
    stores = shop.stores
    deliverer = Deliverer(channels, outlets, stores.outbox, stores.letters, shop.keeper, shop.clock)
    lanes = Lanes(deliverer.deliver, at_once=4)
    conversations = [a_conversation(f"c{number}", name) for number in range(12) for name in channels]
    for one in conversations:
        await with_reply(shop, "可以退", (stuck if one.channel == "stuck" else well).address, one)

    tasks = {one: asyncio.create_task(lanes.run(one)) for one in conversations}
    await asyncio.gather(*(task for one, task in tasks.items() if one.channel == "well"))

    assert len(well.seen()) == 12
    assert len(calls) == 4, "those of the other stand in their own lane"
    assert not any(task.done() for one, task in tasks.items() if one.channel == "stuck")
    hung.set()
    await asyncio.gather(*tasks.values())
    assert len(calls) == 12


async def test_a_platform_that_is_gone_is_left_alone_and_nothing_is_lost(
    stack: AsyncExitStack, shop: Shop
) -> None:
    outbound = await an_outbound(stack)
    gone = an_app(wecom_settings("http://127.0.0.1:1"), MemoryTokens(), outbound)
    deliverer, address = shop.deliverer(gone), Address({"user": "customer-1"})
    conversations = [a_conversation(f"c{number}") for number in range(9)]
    for one in conversations:
        await with_reply(shop, "可以退", address, one)

    for one in conversations:
        await deliverer.deliver(one)

    tries = [int(await shop.stores.client.hget(Keys(one).sending, "attempts") or 0) for one in conversations]
    assert tries == [1] * 5 + [0] * 4, "the others were put off without a try"
    assert (await shop.stores.schedule.waiting())[Work.DELIVER] == 9


async def test_what_a_platform_refuses_is_on_the_list_with_its_reason(
    stack: AsyncExitStack, shop: Shop
) -> None:
    platform = await stack.enter_async_context(WeComSimulator())
    platform.outsiders.add("customer-1")
    channel = an_app(wecom_settings(platform.base_url), MemoryTokens(), await an_outbound(stack))
    await with_reply(shop, "可以退", Address({"user": "customer-1"}), A_CONVERSATION)

    await shop.deliverer(channel).deliver(A_CONVERSATION)

    (letter,) = await shop.stores.letters.all()
    assert (letter.state, letter.next_part, letter.reply.text) == ("failed", 0, "可以退")
    assert "81013" in letter.reason
    assert len(platform.record.calls_to(SEND_PATH)) == 1
