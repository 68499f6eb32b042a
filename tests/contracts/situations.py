"""For each of the store's scripts the situation in which a repeat could do harm."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Final

from bot import replies
from bot.broker import make_app
from bot.nudges import CeleryNudges
from bot.store.keys import Keys, line
from bot.types import (
    Address,
    Basis,
    Claim,
    DeadLetter,
    DeliveryState,
    Lease,
    Opinion,
    Outcome,
    Rate,
    Receipt,
    Said,
    Speaker,
    Summary,
    Work,
)
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, a_conversation, a_message, a_reply
from tests.contracts.acts import ASKED, AT_ONCE_OVER, answered, claimed, handed_over, passed_on, taken, words
from tests.taking import neighbours, taken_off

KEYS: Final = Keys(A_CONVERSATION)
A_LETTER: Final = DeadLetter(a_reply(), "failed", "there is no such user")
A_RATE: Final = Rate("app", most=1, per_s=60)
AN_ACCOUNT: Final = a_conversation("account-1")

Situation = Callable[[Stores], Awaitable[None]]
SITUATIONS: dict[str, Situation] = {}


def situation(make: Situation) -> Situation:
    """Calls the script of its name: what it first did is repeated after all that follows."""
    SITUATIONS[make.__name__] = make
    return make


@situation
async def accept(store: Stores) -> None:
    await store.inbox.accept(a_message())
    await store.inbox.accept(a_message(id="m2"))


@situation
async def alive(store: Stores) -> None:
    await store.workers.report("faq")
    await store.workers.alive()


@situation
async def answer_beside(store: Stores) -> None:
    lease, claim = await claimed(store, a_message())
    await park_it(store, lease, claim, attempts=1, again=5)
    lease, claim = await claimed(store, a_message(id="m2"))
    await store.inbox.accept(a_message(id="m3"))
    said = [Said(Speaker.CUSTOMER, "怎么退货", 1.0)]
    letter = DeadLetter(a_reply(id="r2"), "apologised", "a bug", messages=claim.messages[1:])
    await store.parking.answer_beside(lease, claim, a_reply(id="r2"), said, again=5, over=60, letter=letter)
    await taken_off(store)


@situation
async def answer_later(store: Stores) -> None:
    lease, claim = await claimed(store, a_message())
    await store.inbox.put_back(lease, claim, delay=60)


@situation
async def attended(store: Stores) -> None:
    await handed_over(store)
    await store.greetings.in_place(A_CONVERSATION)


@situation
async def begin(store: Stores) -> None:
    await answered(store, a_message(), a_reply())
    lease = await taken(store, Work.DELIVER)
    delivery = await store.outbox.head(lease)
    assert delivery
    await store.outbox.begin(lease, delivery)
    await answered(store, a_message(id="m2"), a_reply(id="r2"))


@situation
async def bury(store: Stores) -> None:
    await answered(store, a_message(), a_reply())
    await given_up(store)


async def given_up(store: Stores) -> Lease:
    lease = await taken(store, Work.DELIVER)
    delivery = await store.outbox.head(lease)
    assert delivery
    await store.letters.bury(lease, A_LETTER)
    await store.outbox.finish(lease, delivery, DeliveryState.FAILED, "no")
    return lease


@situation
async def call(store: Stores) -> None:
    await store.inbox.accept(a_message())
    nudges = CeleryNudges(make_app("redis://nobody.invalid"), store.client)
    nudges.nudge(Work.ANSWER, A_CONVERSATION)
    await nudges.close()


async def park_it(store: Stores, lease: Lease, claim: Claim, *, attempts: int, again: float) -> None:
    told = replies.parked(claim.messages, about=claim.messages[-1], now=5.0)
    await store.parking.park(lease, claim, told, attempts=attempts, again=again, over=60)


@situation
async def call_back(store: Stores) -> None:
    lease, claim = await claimed(store, a_message())
    await park_it(store, lease, claim, attempts=0, again=0)
    await asyncio.sleep(0.002)  # order counts in milliseconds
    await store.parking.call_back(KEYS.partition, upto=1, least=0)


@situation
async def claim(store: Stores) -> None:
    lease, _ = await claimed(store, a_message())
    await store.inbox.claim(lease, limit=10, lines=10)


@situation
async def commit(store: Stores) -> None:
    lease, claim = await claimed(store, a_message(), a_message(id="m2"), limit=1)
    await store.inbox.commit(lease, claim, a_reply(), [], ASKED, deliver=True, letter=A_LETTER)
    attended = await store.people.get(A_CONVERSATION)
    assert attended
    await store.people.say(*words(attended), who="小李", seconds=60)


@situation
async def feed_read(store: Stores) -> None:
    await store.feed.publish(A_CONVERSATION, "reply", "{}", key="r1-0")
    await anext(store.feed.follow(A_CONVERSATION, ""))


@situation
async def feed_show(store: Stores) -> None:
    await store.feed.show(A_CONVERSATION, "partial", "七天", key="r1-0")
    await store.feed.publish(A_CONVERSATION, "reply", "七天内可以退货。", key="r1-0")


@situation
async def finish(store: Stores) -> None:
    for number in (1, 2):
        await answered(store, a_message(id=f"m{number}"), a_reply(id=f"r{number}"))
    lease = await taken(store, Work.DELIVER)
    delivery = await store.outbox.head(lease)
    assert delivery
    await store.outbox.finish(lease, delivery, DeliveryState.FAILED, "no")


@situation
async def forget(store: Stores) -> None:
    await store.client.zadd(KEYS.people, {KEYS.name: 1})
    await store.people.overdue(limit=1)
    await handed_over(store)


@situation
async def give_back(store: Stores) -> None:
    lease, _ = await claimed(store, a_message())
    await store.leases.release(lease)
    await taken(store)


@situation
async def greet(store: Stores) -> None:
    await store.greetings.greet(a_reply("您好！", id="w1", outcome=None, answers=()))
    await handed_over(store)


@situation
async def head(store: Stores) -> None:
    await answered(store, a_message(), a_reply())
    await store.outbox.head(await taken(store, Work.DELIVER))


@situation
async def here(store: Stores) -> None:
    await store.workers.report("faq")
    await store.workers.report("faq")


@situation
async def judge(store: Stores) -> None:
    await store.bases.note(A_CONVERSATION, Basis("r1", "怎么退货", "七天内。", Outcome.FAQ, "", ()))
    for at, good in ((1.0, True), (2.0, False)):
        await store.opinions.record(Opinion(A_CONVERSATION, "r1", good, at))


@situation
async def long_waits(store: Stores) -> None:
    await store.inbox.accept(a_message())
    await store.waits.long(A_CONVERSATION.tenant, KEYS.partition, place=0, limit=10)


@situation
async def newer(store: Stores) -> None:
    await claimed(store, a_message())
    await store.inbox.accept(a_message(id="m2"))
    await store.inbox.newer(A_CONVERSATION, known=1, limit=10)


@situation
async def note_basis(store: Stores) -> None:
    for reply in ("r1", "r2"):
        await store.bases.note(A_CONVERSATION, Basis(reply, "怎么退货", "七天内。", Outcome.FAQ, "", ()))


@situation
async def overdue(store: Stores) -> None:
    await handed_over(store, AT_ONCE_OVER)
    assert await found(store)


async def found(store: Stores) -> bool:
    """Their time is over within moments."""
    async with asyncio.timeout(5):
        while not await store.people.overdue(limit=1):
            await asyncio.sleep(0.005)
    return True


@situation
async def park(store: Stores) -> None:
    lease, claim = await claimed(store, a_message())
    await store.inbox.accept(a_message(id="m2"))
    await park_it(store, lease, claim, attempts=1, again=5)
    await taken_off(store)


@situation
async def part_sent(store: Stores) -> None:
    await answered(store, a_message(), a_reply())
    lease = await taken(store, Work.DELIVER)
    delivery = await store.outbox.head(lease)
    assert delivery
    await store.outbox.part_sent(lease, delivery, Receipt("p1", 1.0))
    delivery = replace(delivery, next_part=1)
    await store.outbox.postpone(lease, delivery, delay=1, error="busy")
    await store.outbox.part_sent(lease, delivery, Receipt("p2", 2.0))


@situation
async def pass_on(store: Stores) -> None:
    await handed_over(store)
    lease, claim = await claimed(store, a_message(id="m2"), a_message(id="m3"), limit=1)
    await store.inbox.pass_on(lease, claim, [], [a_reply(id="r2")], tell=True)


@situation
async def pass_over(store: Stores) -> None:
    lease, claim = await claimed(store, a_message(), a_message(id="m2"), limit=1)
    await store.inbox.pass_over(lease, claim, Said(Speaker.CUSTOMER, "在吗", 1.0))


@situation
async def person_said(store: Stores) -> None:
    attended = await handed_over(store)
    for text in ("您好", "给您换一条"):
        await store.people.say(*words(attended, text), who="小李", seconds=60)


@situation
async def postpone(store: Stores) -> None:
    await answered(store, a_message(), a_reply())
    lease = await taken(store, Work.DELIVER)
    delivery = await store.outbox.head(lease)
    assert delivery
    await store.outbox.postpone(lease, delivery, delay=60, error="busy")


@situation
async def publish(store: Stores) -> None:
    for number in (1, 2):
        await store.feed.publish(A_CONVERSATION, "reply", "{}", key=f"r{number}-0")


@situation
async def pull_advance(store: Stores) -> None:
    await store.pulls.wake(AN_ACCOUNT, "token")
    await store.pulls.advance(await taken(store, Work.PULL, AN_ACCOUNT), "page-1")


@situation
async def pull_claim(store: Stores) -> None:
    await store.pulls.wake(AN_ACCOUNT, "token")
    await store.pulls.claim(await taken(store, Work.PULL, AN_ACCOUNT))


@situation
async def pull_done(store: Stores) -> None:
    await store.pulls.wake(AN_ACCOUNT, "token")
    lease = await taken(store, Work.PULL, AN_ACCOUNT)
    await store.pulls.done(lease, await store.pulls.claim(lease))
    await store.pulls.wake(AN_ACCOUNT, "token")


@situation
async def pull_put_back(store: Stores) -> None:
    await store.pulls.wake(AN_ACCOUNT, "token")
    lease = await taken(store, Work.PULL, AN_ACCOUNT)
    await store.pulls.put_back(lease, await store.pulls.claim(lease), delay=60)


@situation
async def release(store: Stores) -> None:
    await answered(store, a_message(), a_reply())
    await store.leases.release(await taken(store, Work.DELIVER))
    await taken(store, Work.DELIVER)


@situation
async def renew(store: Stores) -> None:
    lease, _ = await claimed(store, a_message())
    await store.leases.renew(lease)


@situation
async def rest(store: Stores) -> None:
    await store.rates.rest(A_RATE, 60)
    await store.rates.turn(A_RATE, "who asked since")


@situation
async def revive(store: Stores) -> None:
    """And it is given up once more before the repeat."""
    await answered(store, a_message(), a_reply())
    await store.leases.release(await given_up(store))
    await store.letters.revive(A_LETTER, now=1.0)
    await given_up(store)


@situation
async def set_aside(store: Stores) -> None:
    await store.inbox.accept(a_message())
    await store.client.lpush(KEYS.inbox, "{}")
    await claimed(store, a_message(id="m2"))


@situation
async def set_person_aside(store: Stores) -> None:
    await handed_over(store)
    await store.client.hset(KEYS.person, "address", "{")
    await store.people.get(A_CONVERSATION)
    await asyncio.sleep(0.002)  # a hand-over is known by its millisecond
    await handed_over(store, message_id="m2")


@situation
async def standing(store: Stores) -> None:
    await store.inbox.accept(a_message())
    await store.waits.look([A_CONVERSATION.tenant])


@situation
async def stream_offer(store: Stores) -> None:
    await store.streams.open("s1", seconds=60)
    offered = asyncio.create_task(store.streams.offer("s1", "七天", patience=5))
    async with asyncio.timeout(5):
        while not (await store.streams.poll("s1")).over:
            await asyncio.sleep(0.005)
    assert await offered


@situation
async def stream_open(store: Stores) -> None:
    await store.streams.open("s1", seconds=60)
    await store.streams.show("s1", "七天")


@situation
async def stream_poll(store: Stores) -> None:
    await store.streams.offer("s1", "七天", patience=0)
    await store.streams.poll("s1")


@situation
async def stream_show(store: Stores) -> None:
    await store.streams.open("s1", seconds=60)
    for text in ("七天", "七天内可以"):
        await store.streams.show("s1", text)


@situation
async def undelivered(store: Stores) -> None:
    address = Address({}, most=5)
    await answered(store, a_message(address=address), replace(a_reply(), address=address))
    await taken_off(store)
    await store.letters.undelivered(A_CONVERSATION, "r1", part=0, reason="the customer refuses")
    await store.inbox.accept(a_message(id="m2"))


@situation
async def sum_up(store: Stores) -> None:
    await answered(store, a_message(), a_reply())
    await store.summaries.keep(A_CONVERSATION, Summary("客户问过退货。", 2.0))


@situation
async def take(store: Stores) -> None:
    await store.pulls.wake(AN_ACCOUNT, "token")
    await taken(store, Work.PULL, AN_ACCOUNT)


@situation
async def take_reply(store: Stores) -> None:
    await answered(store, a_message(), a_reply())
    await store.outbox.take(A_CONVERSATION)


@situation
async def take_turn(store: Stores) -> None:
    await claimed(store, a_message())
    await store.inbox.accept(a_message(id="m2"))
    await store.inbox.accept(a_message(conversation=neighbours(2)[1]))


@situation
async def take_back(store: Stores) -> None:
    attended = await handed_over(store, AT_ONCE_OVER)
    await found(store)
    await store.people.take_back(attended, replies.back_again(attended, now=9.0))
    await handed_over(store, message_id="m2")


@situation
async def tell_wait(store: Stores) -> None:
    await store.inbox.accept(a_message())
    (wait,) = await store.waits.long(A_CONVERSATION.tenant, KEYS.partition, place=0, limit=10)
    await store.waits.tell(wait, replies.busy(wait, 3, now=1.0))
    await answered(store, a_message(id="m2"), a_reply())


@situation
async def tidy(store: Stores) -> None:
    await handed_over(store)
    await store.journal.tidy()


@situation
async def told(store: Stores) -> None:
    attended = await handed_over(store)
    await store.people.not_told(attended, delay=60)
    attended = replace(attended, attempts=1)
    await passed_on(store, a_message(id="m2"))
    await store.people.told(attended)


@situation
async def turn(store: Stores) -> None:
    for caller in ("goes at once", "has to wait", "comes behind"):
        await store.rates.turn(A_RATE, caller)
    await asyncio.sleep(0.005)


@situation
async def unheard(store: Stores) -> None:
    await store.inbox.accept(a_message())
    await store.client.zadd(line(KEYS.partition) + f":{A_CONVERSATION.tenant}", {KEYS.name: 1})  # long ago
    await store.schedule.overdue(Work.ANSWER, limit=16)


@situation
async def wake(store: Stores) -> None:
    await store.pulls.wake(AN_ACCOUNT, "token")
    await store.pulls.claim(await taken(store, Work.PULL, AN_ACCOUNT))
