"""Render, send part by part, record."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

from bot.channel import Part
from bot.errors import Held, Refused, Unavailable
from bot.store.codec import decode
from bot.store.keys import Keys
from bot.store.records import DeliveryEnded
from bot.types import Address, DeliveryState, Reply, Work
from tests.builders import A_CONVERSATION, a_message, a_reply
from tests.fakes import RecordingChannel
from tests.taking import lease_on_answering
from tests.unit.workers.conftest import Shop


async def with_reply(shop: Shop, *texts: str, address: Address | None = None) -> None:
    for number, text in enumerate(texts):
        await shop.stores.inbox.accept(a_message(id=f"m{number}"))
        lease = await lease_on_answering(shop.stores)
        claim = await shop.stores.inbox.claim(lease, limit=1, lines=0)
        reply = a_reply(text, id=f"r{number}", address=address or Address({"to": "customer-1"}))
        await shop.stores.inbox.commit(lease, claim, reply, [])
        await shop.stores.leases.release(lease)


async def ends(shop: Shop) -> list[DeliveryEnded]:
    """What the journal says of deliveries."""
    entries: Any = await shop.stores.client.xrange(Keys(A_CONVERSATION).journal)
    return [decode(fields[b"data"], DeliveryEnded) for _, fields in entries if fields[b"kind"] == b"delivery"]


async def test_replies_go_out_in_order_with_a_key_for_each_part(shop: Shop) -> None:
    await with_reply(shop, "甲乙丙", "丁")
    channel = RecordingChannel(part_chars=2)

    await shop.deliverer(channel).deliver(A_CONVERSATION)

    assert channel.sent == ["甲乙", "丙", "丁"]
    assert channel.keys == ["r0-0", "r0-1", "r1-0"]
    assert [end.state for end in await ends(shop)] == [DeliveryState.SENT, DeliveryState.SENT]


async def test_after_a_failure_only_the_missing_parts_are_sent(shop: Shop) -> None:
    await with_reply(shop, "甲乙丙")
    channel = RecordingChannel(None, Unavailable("busy"), part_chars=1)
    deliverer = shop.deliverer(channel)

    await deliverer.deliver(A_CONVERSATION)
    assert channel.sent == ["甲"]
    await deliverer.deliver(A_CONVERSATION)
    assert channel.sent == ["甲"], "not before its time"

    await asyncio.sleep(1.6)
    await deliverer.deliver(A_CONVERSATION)
    assert channel.sent == ["甲", "乙", "丙"]


async def test_a_platform_that_names_a_time_is_taken_at_its_word(shop: Shop) -> None:
    await with_reply(shop, "甲")

    await shop.deliverer(RecordingChannel(Unavailable("slow down", retry_after=30))).deliver(A_CONVERSATION)

    left = await shop.stores.client.pttl(Keys(A_CONVERSATION).hold(Work.DELIVER))
    assert 29_000 < left <= 30_000


async def test_a_refusal_is_final_recorded_and_does_not_block_the_next_reply(shop: Shop) -> None:
    await with_reply(shop, "甲", "乙")
    channel = RecordingChannel(Refused("the customer is gone"))

    await shop.deliverer(channel).deliver(A_CONVERSATION)

    assert channel.sent == ["乙"]
    assert [(end.state, end.reason) for end in await ends(shop)] == [
        (DeliveryState.FAILED, "the customer is gone"),
        (DeliveryState.SENT, ""),
    ]
    (letter,) = await shop.stores.letters.all()
    assert (letter.id, letter.state, letter.reason) == ("r0", "failed", "the customer is gone")


async def test_a_reply_whose_address_ran_out_expires(shop: Shop) -> None:
    await with_reply(shop, "甲", address=Address({}, expires_at=shop.clock.now - 1))
    channel = RecordingChannel()

    await shop.deliverer(channel).deliver(A_CONVERSATION)

    assert channel.sent == []
    assert [end.state for end in await ends(shop)] == [DeliveryState.EXPIRED]
    assert [letter.state for letter in await shop.stores.letters.all()] == ["expired"]


async def test_a_reply_is_given_up_when_it_is_of_no_more_use(shop: Shop) -> None:
    await with_reply(shop, "甲")
    shop.clock.now += 7 * 3600

    await shop.deliverer(RecordingChannel(Unavailable("still away"))).deliver(A_CONVERSATION)

    (end,) = await ends(shop)
    assert end.state is DeliveryState.FAILED
    assert "still away" in end.reason


async def test_who_waits_for_their_turn_has_not_failed(shop: Shop) -> None:
    await with_reply(shop, "甲乙")
    channel = RecordingChannel(None, Held("its turn comes later", retry_after=40), part_chars=1)

    await shop.deliverer(channel).deliver(A_CONVERSATION)

    keys = Keys(A_CONVERSATION)
    assert await shop.stores.client.hmget(keys.sending, "part", "attempts") == [b"1", b"0"]
    assert 39_000 < await shop.stores.client.pttl(keys.hold(Work.DELIVER)) <= 40_000
    assert channel.sent == ["甲"]


async def test_what_was_given_up_half_way_goes_on_half_way_when_it_is_tried_again(shop: Shop) -> None:
    await with_reply(shop, "甲乙丙", "丁")
    channel = RecordingChannel(None, Refused("the shop's licence ran out"), part_chars=1)
    await shop.deliverer(channel).deliver(A_CONVERSATION)
    assert channel.sent == ["甲", "丁"]

    shop.clock.now += 24 * 3600  # somebody mends it, the next day
    (letter,) = await shop.stores.letters.all()
    await shop.stores.letters.revive(letter, now=shop.clock.now)
    await shop.deliverer(channel).deliver(A_CONVERSATION)

    assert channel.sent == ["甲", "丁", "乙", "丙"]
    assert channel.keys[-2:] == ["r0-1", "r0-2"]
    assert await shop.stores.letters.all() == []


async def test_replies_that_went_as_one_are_given_up_as_one(shop: Shop) -> None:
    await with_reply(shop, "甲", "乙", "丙", address=Address({"to": "customer-1"}, most=3))

    await shop.deliverer(RecordingChannel(Refused("the session is over"))).deliver(A_CONVERSATION)

    (letter,) = await shop.stores.letters.all()
    assert letter.reply.text == "甲\n\n乙\n\n丙"
    assert (await shop.stores.schedule.waiting())[Work.DELIVER] == 0


async def test_a_channel_that_is_no_longer_configured_fails_the_reply_with_the_cause(shop: Shop) -> None:
    await with_reply(shop, "甲")

    await shop.deliverer(None).deliver(A_CONVERSATION)

    (end,) = await ends(shop)
    assert (end.state, end.reason) == (DeliveryState.FAILED, "no such channel is configured")


async def test_a_bug_in_a_channel_is_no_reason_to_lose_a_reply(shop: Shop) -> None:
    await with_reply(shop, "甲")

    await shop.deliverer(RecordingChannel(ZeroDivisionError())).deliver(A_CONVERSATION)

    assert (await shop.stores.schedule.waiting())[Work.DELIVER] == 1


async def test_two_workers_send_a_reply_once(shop: Shop) -> None:
    await with_reply(shop, "甲")
    channel = RecordingChannel()

    await asyncio.gather(*(shop.deliverer(channel).deliver(A_CONVERSATION) for _ in range(5)))

    assert channel.sent == ["甲"]


async def test_a_long_backlog_is_worked_off_in_several_leases(shop: Shop) -> None:
    await with_reply(shop, *"甲乙丙丁")
    channel = RecordingChannel()
    deliverer = shop.deliverer(channel)

    await deliverer.deliver(A_CONVERSATION)
    assert channel.sent == ["甲", "乙", "丙"]
    assert shop.nudges.of(Work.DELIVER) == [A_CONVERSATION], "the rest is announced"
    await deliverer.deliver(A_CONVERSATION)

    assert channel.sent == ["甲", "乙", "丙", "丁"]


async def test_a_worker_that_stood_still_sends_nothing_when_it_wakes(
    shop_with_lease: Callable[[float], Shop],
) -> None:
    shop = shop_with_lease(0.2)
    await with_reply(shop, "甲")

    class Frozen(RecordingChannel):
        def render(self, reply: Reply) -> list[Part]:
            time.sleep(0.3)  # the whole process, its heartbeat too
            return super().render(reply)

    channel = Frozen()
    await shop.deliverer(channel).deliver(A_CONVERSATION)
    assert channel.sent == []

    awake = RecordingChannel()
    await shop.deliverer(awake).deliver(A_CONVERSATION)
    assert awake.sent == ["甲"]


async def few(shop: Shop, most: int, channel: RecordingChannel, *, times: int = 1) -> list[str]:
    """What went out of 甲乙丙丁, where the platform takes few parts, after some tries."""
    if not await shop.stores.client.exists(Keys(A_CONVERSATION).outbox):
        await with_reply(shop, "甲乙丙丁", address=Address({"to": "customer-1"}, most=most))
    for _ in range(times):
        await shop.stores.client.delete(Keys(A_CONVERSATION).hold(Work.DELIVER))
        await shop.deliverer(channel).deliver(A_CONVERSATION)
    return channel.sent


async def test_what_the_platform_would_refuse_waits_until_the_customer_writes(shop: Shop) -> None:
    channel = RecordingChannel(part_chars=1)
    assert await few(shop, 3, channel, times=10) == ["甲", "乙", "丙"]

    await shop.stores.inbox.accept(a_message(id="they write again", sent_at=1_700_000_100.0))
    await lease_on_answering(shop.stores)

    assert await few(shop, 3, channel) == ["甲", "乙", "丙", "丁"]


async def test_the_last_part_that_the_platform_takes_is_kept_for_a_while(shop: Shop) -> None:
    channel = RecordingChannel(part_chars=1)

    assert await few(shop, 3, channel, times=6) == ["甲", "乙"]
    assert await few(shop, 3, channel) == ["甲", "乙", "丙"]


async def test_the_last_but_one_waits_for_the_answers_that_are_on_their_way(shop: Shop) -> None:
    channel = RecordingChannel(part_chars=1)
    await with_reply(shop, "甲乙丙丁", address=Address({"to": "customer-1"}, most=3))
    await shop.stores.inbox.accept(a_message(id="on its way"))

    assert await few(shop, 3, channel, times=20) == ["甲"]
