"""A crowd before a slow model: some hear how many are before them, once, and all are answered."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest

from bot.channel import Part
from bot.errors import Refused, Unavailable
from bot.pipeline.relieve import TOO_MANY_WAIT
from bot.replies import busy
from bot.store.keys import Keys, partition, partitions, row
from bot.types import Address, Conversation, LongWait, Rate, Receipt, Work
from bot.waiting import end
from tests.builders import A_CONVERSATION, SHOP, a_conversation, a_message, a_passage, a_tenant
from tests.fakes import FixedRetriever, FreeRates, RecordingChannel, ScriptedModel
from tests.unit.workers.conftest import Shop
from workers import metrics
from workers.admission import Admission
from workers.gate import Gate

LOOK_S: Final = 0.02
BUSY: Final = re.compile(r"当前咨询的客人较多，请稍候，(?:前面还有约(\d+)位|下一位就是您)。")
ANSWER: Final = "七天内都可以退哦。"


class Door(RecordingChannel):
    """A channel where something can be said before the answer; it notes who heard what."""

    def __init__(self, *, takes_interim: bool = True, rate: Rate | None = None) -> None:
        super().__init__()
        self.takes_interim = takes_interim
        self.rate = rate
        self.heard: dict[str, list[str]] = defaultdict(list)

    def rate_to(self, conversation: Conversation) -> None:
        return None

    async def send(self, address: Address, part: Part, *, key: str) -> Receipt:
        self.heard[address.data["to"]].append(part.text)
        return await super().send(address, part, key=key)

    @property
    def told(self) -> list[str]:
        """Whoever heard that it takes a while, once for each time."""
        return [to for to, texts in self.heard.items() for text in texts if BUSY.fullmatch(text)]


def admission(shop: Shop, door: Door, *, busy_s: float, overload_s: float = 0.0) -> Admission:
    tenants = {SHOP: a_tenant(limits={"quiet_ms": 0, "busy_s": busy_s, "overload_s": overload_s})}
    rates = shop.stores.rates if door.rate else FreeRates()
    return Admission(
        tenants, {"door": door}, shop.stores.waits, rates, shop.nudges, shop.clock, seen_s=5 * LOOK_S
    )


async def a_crowd(shop: Shop, count: int, *, own: bool = False) -> list[Conversation]:
    customers = [a_conversation(f"customer-{number}") for number in range(count)]
    for customer in customers:
        address = Address({"to": customer.customer}, own=own)
        await shop.stores.inbox.accept(a_message(conversation=customer, address=address))
    return customers


@asynccontextmanager
async def watched(*watchers: Admission) -> AsyncIterator[None]:
    """By the admission of so many workers."""
    tasks = [asyncio.create_task(watcher.run(every=LOOK_S)) for watcher in watchers]
    yield
    await end(tasks)


async def served(shop: Shop, customers: Sequence[Conversation], *, answer_s: float) -> None:
    """All of them, two at a time, by a model that takes so long."""
    model = ScriptedModel(ANSWER, piece=len(ANSWER), pause=answer_s)
    rounds = shop.answerer(model=model, gate=Gate(lambda: 2))
    await asyncio.gather(*(rounds.answer(customer) for customer in customers))


async def delivered(shop: Shop, door: Door) -> None:
    for conversation in dict.fromkeys(shop.nudges.of(Work.DELIVER)):
        await shop.deliverer(door).deliver(conversation)


async def test_of_thirty_customers_some_hear_once_how_many_are_before_them_and_all_are_answered(
    shop: Shop,
) -> None:
    door = Door()
    customers = await a_crowd(shop, 30)

    async with watched(*(admission(shop, door, busy_s=0.5) for _ in range(2))):
        await served(shop, customers, answer_s=0.1)
    await delivered(shop, door)

    assert [door.heard[one.customer][-1] for one in customers] == [ANSWER] * 30
    assert all(len(texts) <= 2 for texts in door.heard.values()), "one word before the answer at most"
    assert 3 <= len(door.told) < 30, "those in front had their answers soon"
    counts = [int(found[1] or 0) for to in door.told if (found := BUSY.fullmatch(door.heard[to][0]))]
    assert all(0 <= count < 30 for count in counts)
    assert max(counts) > 10


async def test_who_is_served_soon_hears_nothing_but_the_answer(shop: Shop) -> None:
    door = Door()
    customers = await a_crowd(shop, 8)

    async with watched(admission(shop, door, busy_s=60)):
        await served(shop, customers, answer_s=0.05)
    await delivered(shop, door)

    assert dict(door.heard) == {one.customer: [ANSWER] for one in customers}


async def test_while_nobody_is_answered_the_first_hears_that_it_is_the_next(shop: Shop) -> None:
    door = Door()
    (customer,) = await a_crowd(shop, 1)

    async with watched(admission(shop, door, busy_s=0.2)), asyncio.timeout(5):
        while not shop.nudges.of(Work.DELIVER):
            await asyncio.sleep(LOOK_S)
    await delivered(shop, door)

    assert door.heard == {customer.customer: ["当前咨询的客人较多，请稍候，下一位就是您。"]}


@pytest.mark.parametrize(
    ("takes_interim", "own", "busy_s"),
    [
        pytest.param(False, False, 0.1, id="the channel can't"),
        pytest.param(True, True, 0.1, id="each message needs a reply of its own"),
        pytest.param(True, False, 0.0, id="the tenant would rather not"),
    ],
)
async def test_where_a_word_would_end_the_answer_or_is_not_wanted_nobody_hears_one(
    shop: Shop, takes_interim: bool, own: bool, busy_s: float
) -> None:
    door = Door(takes_interim=takes_interim)
    customers = await a_crowd(shop, 12, own=own)

    async with watched(admission(shop, door, busy_s=busy_s)):
        await served(shop, customers, answer_s=0.1)
    await delivered(shop, door)

    assert dict(door.heard) == {one.customer: [ANSWER] for one in customers}


async def test_a_platform_that_takes_few_is_left_most_of_them_for_answers(shop: Shop) -> None:
    door = Door(rate=Rate("app", most=8, per_s=60))
    customers = await a_crowd(shop, 20)

    async with watched(admission(shop, door, busy_s=0.1)):
        await served(shop, customers, answer_s=0.1)
    door.rate = None
    await delivered(shop, door)

    assert len(door.told) == 2, "a quarter"


async def a_word_that_waits(shop: Shop, address: Address) -> None:
    """It is in the outbox, and so is the answer behind it."""
    await shop.stores.inbox.accept(a_message(address=address))
    wait = LongWait(A_CONVERSATION, address, "m1", place=5)
    assert await shop.stores.waits.tell(wait, busy(wait, 6, now=shop.clock.now))
    await shop.answerer(model=ScriptedModel(ANSWER)).answer(A_CONVERSATION)


async def test_a_word_that_could_not_be_said_in_time_is_not_said_late(shop: Shop) -> None:
    await a_word_that_waits(shop, Address({"to": "customer-1"}))
    door = Door()
    door.faults = [Unavailable("away")]
    await shop.deliverer(door).deliver(A_CONVERSATION)
    shop.clock.now += 31
    await shop.stores.client.delete(Keys(A_CONVERSATION).hold(Work.DELIVER))

    await shop.deliverer(door).deliver(A_CONVERSATION)

    assert door.sent == [ANSWER]
    assert await shop.stores.letters.all() == [], "it was no promise"
    assert await shop.stores.journal.ends(A_CONVERSATION) == [], "nor a person's word"


async def test_a_word_that_is_refused_keeps_no_answer_and_troubles_no_operator(shop: Shop) -> None:
    await a_word_that_waits(shop, Address({"to": "customer-1"}))
    door = Door()
    door.faults = [Refused("no")]

    await shop.deliverer(door).deliver(A_CONVERSATION)

    assert door.sent == [ANSWER]
    assert await shop.stores.letters.all() == []


async def test_where_replies_that_wait_go_as_one_the_answer_goes_alone(shop: Shop) -> None:
    await a_word_that_waits(shop, Address({"to": "customer-1"}, most=5))
    door = Door()

    await shop.deliverer(door).deliver(A_CONVERSATION)

    assert door.sent == [ANSWER]
    assert await shop.stores.outbox.take(A_CONVERSATION) is None, "both are off"


def spared(outcome: str) -> float:
    return float(metrics.SPARED.labels(SHOP, outcome)._value.get())


async def test_beyond_the_second_limit_some_are_answered_by_the_faq_and_all_are_answered(shop: Shop) -> None:
    door, before = Door(takes_interim=False), spared("faq")
    customers = await a_crowd(shop, 40)
    sheds = admission(shop, door, busy_s=0, overload_s=0.4)

    async with watched(sheds):
        await served(shop, customers, answer_s=0.1)
    await delivered(shop, door)

    texts = [text for heard in door.heard.values() for text in heard]
    assert len(texts) == 40
    assert set(texts) == {ANSWER, a_passage().text}
    assert texts.count(a_passage().text) == spared("faq") - before


async def test_what_an_outage_left_is_answered_by_the_model_if_that_is_done_soon(shop: Shop) -> None:
    door = Door(takes_interim=False)
    customers = await a_crowd(shop, 12)
    for number in partitions():  # since an hour ago: nobody was at work
        names: Any = await shop.stores.client.zrange(row(number, SHOP), 0, -1)
        for name in names:
            await shop.stores.client.zadd(row(number, SHOP), {name: 1.0})

    async with watched(admission(shop, door, busy_s=0, overload_s=120)):
        await served(shop, customers, answer_s=0.1)
    await delivered(shop, door)

    assert dict(door.heard) == {one.customer: [ANSWER] for one in customers}


async def test_whom_a_crowd_sends_to_people_the_list_says_why(shop: Shop) -> None:
    shop.tenant = a_tenant(people={})
    await shop.stores.inbox.accept(a_message())
    await shop.stores.waits.spare(SHOP, partition(A_CONVERSATION), turns=1)
    far = FixedRetriever(a_passage(title="退款几天到账", score=0.1))

    await shop.answerer(far, ScriptedModel(ANSWER)).answer(A_CONVERSATION)

    attended = await shop.stores.people.get(A_CONVERSATION)
    assert attended
    assert attended.reason == TOO_MANY_WAIT
