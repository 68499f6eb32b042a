"""A store that answers, and says no: nothing is lost, nothing told twice, and nobody keeps it busy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.errors import Unavailable
from bot.store.inbox import RedisInbox
from bot.store.keys import Keys
from bot.store.outbox import RedisOutbox
from bot.store.redis import Client
from bot.types import Committed, Outcome, Receipt, Work
from tests.builders import A_CONVERSATION, a_conversation, a_message, a_passage, a_reply
from tests.fakes import FixedRetriever, RecordingChannel, ScriptedModel
from tests.taking import lease_on_answering, taken_off
from tests.unit.workers.conftest import Shop
from workers import refusals
from workers.refusals import Refusals
from workers.taken_parts import TakenParts

KEYS = Keys(A_CONVERSATION)
REFUSED = Unavailable("the store refuses (NOPERM)")


class RefusingInbox(RedisInbox):
    """Takes no answers so many times; `all_`: not even that they are put back."""

    times, all_ = 1_000, False

    async def commit(self, *arguments: Any, **named: Any) -> Committed:
        if self.times > 0:
            self.times -= 1
            raise REFUSED
        return await super().commit(*arguments, **named)

    async def put_back(self, *arguments: Any, **named: Any) -> None:
        if self.all_:
            raise REFUSED
        await super().put_back(*arguments, **named)


class RefusingOutbox(RedisOutbox):
    """Records nothing so many times."""

    times, all_ = 1_000, False

    def _refuse(self) -> None:
        if self.times > 0:
            self.times -= 1
            raise REFUSED

    async def finish(self, *arguments: Any, **named: Any) -> bool:
        self._refuse()
        return await super().finish(*arguments, **named)

    async def part_sent(self, *arguments: Any, **named: Any) -> None:
        self._refuse()
        await super().part_sent(*arguments, **named)

    async def postpone(self, *arguments: Any, **named: Any) -> None:
        if self.all_:
            raise REFUSED
        await super().postpone(*arguments, **named)


@pytest.fixture
def inbox(shop: Shop, fake_redis: Client) -> RefusingInbox:
    inbox = RefusingInbox(fake_redis, {}, life=15)
    shop.stores = replace(shop.stores, inbox=inbox)
    return inbox


@pytest.fixture
def outbox(shop: Shop, fake_redis: Client) -> RefusingOutbox:
    outbox = RefusingOutbox(fake_redis, life=15)
    shop.stores = replace(shop.stores, outbox=outbox)
    return outbox


async def left_ms(shop: Shop, work: Work) -> float:
    """Until the sweeper looks at it."""
    seconds, micros = await shop.stores.client.time()
    due = await shop.stores.client.zscore(KEYS.schedule(work), str(A_CONVERSATION))
    assert due is not None
    return float(due) - (seconds * 1000 + micros / 1000)


async def due(shop: Shop, work: Work) -> None:
    await shop.stores.client.zadd(KEYS.schedule(work), {str(A_CONVERSATION): 1}, xx=True)
    await shop.stores.client.delete(KEYS.hold(work))


async def test_an_answer_that_is_refused_is_made_anew_after_longer_and_longer_pauses(
    shop: Shop, inbox: RefusingInbox
) -> None:
    await inbox.accept(a_message())
    model = ScriptedModel("七天内可以退货。")
    worker = shop.answerer(FixedRetriever(a_passage()), model)
    pauses: list[float] = []
    for _ in range(4):
        level = "error" if pauses else "warning"  # once may be a hiccup
        with capture_logs() as logs, pytest.raises(Unavailable):
            await worker.answer(A_CONVERSATION)
        pauses.append(await left_ms(shop, Work.ANSWER))
        (told,) = (line for line in logs if line["event"] == "turn_not_stored")
        assert (told["reason"], told["log_level"]) == (str(REFUSED), level)
        assert "kefu doctor" in told["mend"]
        await worker.answer(A_CONVERSATION)  # as any nudge would: it is nobody's turn
        await due(shop, Work.ANSWER)

    for pause, least in zip(pauses, (1_000, 2_000, 4_000, 8_000), strict=True):
        assert least - 200 < pause < least * 1.5 + 200
    assert len(model.prompts) == 4
    assert Work.ANSWER not in [work for work, _ in shop.nudges.nudged]


async def test_it_is_answered_once_the_store_takes_answers_however_often_it_did_not(
    shop: Shop, inbox: RefusingInbox
) -> None:
    """Refusals are no tries: there are three of those, and then it would be an apology."""
    await inbox.accept(a_message())
    inbox.times = 5
    worker = shop.answerer(FixedRetriever(a_passage()))
    for _ in range(5):
        with pytest.raises(Unavailable):
            await worker.answer(A_CONVERSATION)
        await due(shop, Work.ANSWER)

    shop.stores = replace(shop.stores, inbox=inbox)
    await shop.answerer(FixedRetriever(error=Unavailable("the knowledge is away"))).answer(A_CONVERSATION)
    assert await taken_off(shop.stores) == [], "the first try that counts"
    await due(shop, Work.ANSWER)
    await worker.answer(A_CONVERSATION)

    assert [one.reply.outcome for one in await taken_off(shop.stores)] == [Outcome.FAQ]
    assert await shop.stores.client.exists(KEYS.inbox) == 0


async def test_where_not_even_a_retry_is_taken_the_lease_runs_out_first(
    shop: Shop, inbox: RefusingInbox
) -> None:
    await inbox.accept(a_message())
    inbox.all_ = True
    worker = shop.answerer()

    with pytest.raises(Unavailable):
        await worker.answer(A_CONVERSATION)

    assert await shop.stores.client.pttl(KEYS.lease(Work.ANSWER)) > 10_000
    assert await left_ms(shop, Work.ANSWER) > 10_000
    assert shop.nudges.nudged == []


async def with_reply(shop: Shop, text: str = "七天内可以退货。") -> None:
    await shop.stores.inbox.accept(a_message())
    lease = await lease_on_answering(shop.stores)
    claim = await shop.stores.inbox.claim(lease, limit=1, lines=0)
    await shop.stores.inbox.commit(lease, claim, a_reply(text), [])


async def test_a_reply_whose_delivery_can_not_be_recorded_is_sent_once(
    shop: Shop, outbox: RefusingOutbox
) -> None:
    await with_reply(shop)
    outbox.times = 3
    channel = RecordingChannel()
    deliverer = shop.deliverer(channel)
    pauses = []
    for _ in range(3):
        await deliverer.deliver(A_CONVERSATION)
        pauses.append(await left_ms(shop, Work.DELIVER))
        await deliverer.deliver(A_CONVERSATION)  # as any nudge would: not before its time
        await due(shop, Work.DELIVER)
    await deliverer.deliver(A_CONVERSATION)

    assert channel.sent == ["七天内可以退货。"]
    assert pauses == sorted(pauses)
    assert pauses[0] > 800
    assert await shop.stores.client.exists(KEYS.outbox) == 0


async def test_parts_that_can_not_be_recorded_are_sent_once_each(shop: Shop, outbox: RefusingOutbox) -> None:
    await with_reply(shop, "甲乙丙")
    outbox.times = 4
    channel = RecordingChannel(part_chars=1)
    deliverer = shop.deliverer(channel)
    for _ in range(5):
        await deliverer.deliver(A_CONVERSATION)
        await due(shop, Work.DELIVER)

    assert channel.sent == ["甲", "乙", "丙"]
    ends: Any = await shop.stores.client.xrange(KEYS.journal)
    kinds = [fields[b"kind"] for _, fields in ends]
    assert (kinds.count(b"part_sent"), kinds.count(b"delivery")) == (3, 1)


async def test_where_not_even_that_is_taken_the_lease_on_delivering_runs_out_first(
    shop: Shop, outbox: RefusingOutbox
) -> None:
    await with_reply(shop)
    outbox.all_ = True
    channel = RecordingChannel()
    deliverer = shop.deliverer(channel)

    with pytest.raises(Unavailable):
        await deliverer.deliver(A_CONVERSATION)
    await deliverer.deliver(A_CONVERSATION)

    assert channel.sent == ["七天内可以退货。"]
    assert await shop.stores.client.pttl(KEYS.lease(Work.DELIVER)) > 10_000
    assert shop.nudges.nudged == []


async def test_who_is_refused_least_recently_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "_MOST", 2)
    kept, customers = Refusals(), [a_conversation(f"customer-{number}") for number in range(3)]
    for customer in customers:
        assert 1 <= kept.pause(customer, "refused", "why") <= 1.5

    assert 2 <= kept.pause(customers[2], "refused", "why") <= 3
    assert 1 <= kept.pause(customers[0], "refused", "why") <= 1.5
    kept.over(customers[2])
    assert 1 <= kept.pause(customers[2], "refused", "why") <= 1.5


def test_what_was_recorded_is_not_remembered() -> None:
    taken = TakenParts()
    taken.note(A_CONVERSATION, "r1-0", Receipt("p1", 1.0))
    assert taken.of(A_CONVERSATION, "r1-0") == Receipt("p1", 1.0)
    assert taken.of(a_conversation("somebody else"), "r1-0") is None

    taken.recorded(A_CONVERSATION, "r1-0")
    assert taken.of(A_CONVERSATION, "r1-0") is None
