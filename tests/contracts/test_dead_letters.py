"""The contract of the list of dead letters: what was given up, and back into the queues from there."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.errors import LeaseLost
from bot.store import bounds
from bot.store import keys as names
from bot.store.codec import encode
from bot.store.dead import RedisDeadLetters
from bot.store.inbox import RedisInbox
from bot.store.keys import Keys
from bot.store.leases import RedisLeases
from bot.store.line import RedisLine
from bot.store.outbox import RedisOutbox
from bot.store.redis import Client
from bot.store.schedule import RedisSchedule
from bot.types import APOLOGISED, Address, DeadLetter, DeliveryState, Lease, Receipt, Work
from tests.builders import A_CONVERSATION, SHOP, a_conversation, a_message, a_reply

LETTER = DeadLetter(a_reply("七天内可以退。"), "failed", "WeCom 81013: there is no such user")


class Desk:
    """A conversation with a reply that is to be given up, and the stores around it."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.inbox = RedisInbox(client, {}, life=15)
        self.line = RedisLine(client, life=15)
        self.outbox = RedisOutbox(client, life=15)
        self.leases = RedisLeases(client, life=15)
        self.letters = RedisDeadLetters(client, [SHOP, "another"])

    async def answered(self, *replies: str) -> None:
        """Replies in the outbox, each to a message of its own."""
        for id_ in replies:
            await self.inbox.accept(a_message(id=f"to {id_}"))
            lease = await self.take(Work.ANSWER)
            claim = await self.inbox.claim(lease, limit=1, lines=0)
            await self.inbox.commit(lease, claim, a_reply(id_, id=id_), [])

    async def take(self, work: Work) -> Lease:
        if work is Work.ANSWER:
            turn = await self.line.take(A_CONVERSATION, limit=1, lines=0)
            assert turn
            return turn.lease
        lease = await self.leases.take(A_CONVERSATION, work)
        assert lease
        return lease

    async def given_up(self, letter: DeadLetter = LETTER) -> None:
        """Buried, as the delivery of the reply at the head of the outbox ends."""
        await self.answered(letter.id)
        lease = await self.take(Work.DELIVER)
        delivery = await self.outbox.head(lease)
        assert delivery
        await self.letters.bury(lease, letter)
        await self.outbox.finish(lease, delivery, DeliveryState.FAILED, letter.reason)
        await self.leases.release(lease)

    async def waiting(self) -> list[str]:
        """Ids in the outbox, in order; all of it is taken out."""
        found, lease = [], await self.take(Work.DELIVER)
        left = True
        while left and (delivery := await self.outbox.head(lease)):
            found.append(delivery.reply.id)
            left = await self.outbox.finish(lease, delivery, DeliveryState.SENT)
        await self.leases.release(lease)
        return found


@pytest.fixture
def desk(client: Client) -> Desk:
    return Desk(client)


async def test_what_was_given_up_is_listed_with_its_reason(desk: Desk) -> None:
    await desk.given_up()

    (found,) = await desk.letters.all()
    assert replace(found, at=0.0) == LETTER
    assert found.at > 1_700_000_000
    assert await desk.letters.counts() == {SHOP: 1, "another": 0}


async def test_an_apology_is_listed_as_it_goes_out_and_not_otherwise(desk: Desk) -> None:
    await desk.inbox.accept(a_message())
    lease = await desk.take(Work.ANSWER)
    claim = await desk.inbox.claim(lease, limit=1, lines=0)
    apology = DeadLetter(a_reply(id="r1"), APOLOGISED, "the model is away", messages=claim.messages)
    lost = replace(lease, fence=lease.fence - 1)
    with pytest.raises(LeaseLost):
        await desk.inbox.commit(lost, claim, apology.reply, [], letter=apology)
    assert await desk.letters.all() == []

    await desk.inbox.commit(lease, claim, apology.reply, [], letter=apology)

    (found,) = await desk.letters.all()
    assert replace(found, at=0.0) == apology
    assert await desk.waiting() == ["r1"]


@pytest.mark.parametrize(("most", "listed"), [(5, True), (None, False)])
async def test_what_was_taken_and_not_brought_is_listed_where_platforms_tell_so(
    desk: Desk, most: int | None, listed: bool
) -> None:
    address = Address({}, most=most)
    await desk.inbox.accept(a_message())
    lease = await desk.take(Work.ANSWER)
    claim = await desk.inbox.claim(lease, limit=1, lines=0)
    await desk.inbox.commit(lease, claim, replace(LETTER.reply, address=address), [])
    await desk.waiting()

    told = [
        await desk.letters.undelivered(A_CONVERSATION, "r1", part=1, reason="over 48 h") for _ in range(2)
    ]

    assert told == [listed, False], "once"
    letters = await desk.letters.all()
    assert [(one.reply.text, one.reason, one.next_part) for one in letters] == (
        [(LETTER.reply.text, "over 48 h", 1)] if listed else []
    )


async def test_given_up_twice_it_is_listed_once_and_since_the_first_time(desk: Desk) -> None:
    await desk.answered("r1")
    lease = await desk.take(Work.DELIVER)
    await desk.letters.bury(lease, LETTER)
    (first,) = await desk.letters.all()
    await asyncio.sleep(0.01)

    await desk.letters.bury(lease, replace(LETTER, reason="it failed again"))

    (found,) = await desk.letters.all()
    assert (found.at, found.reason) == (first.at, "it failed again")


async def test_a_worker_that_lost_its_lease_lists_nothing(desk: Desk) -> None:
    await desk.answered("r1")
    lease = await desk.take(Work.DELIVER)

    with pytest.raises(LeaseLost):
        await desk.letters.bury(replace(lease, fence=lease.fence - 1), LETTER)

    assert await desk.letters.all() == []


async def test_a_reply_goes_behind_what_waits_and_begins_where_it_stopped(desk: Desk) -> None:
    await desk.given_up(replace(LETTER, next_part=2))
    await desk.answered("r2")
    (letter,) = await desk.letters.all()

    assert await desk.letters.revive(letter, now=1_800_000_000.0)

    assert await desk.letters.all() == []
    lease = await desk.take(Work.DELIVER)
    first = await desk.outbox.head(lease)
    assert first
    assert (first.reply.id, first.next_part) == ("r2", 0)
    await desk.outbox.finish(lease, first, DeliveryState.SENT)
    again = await desk.outbox.head(lease)
    assert again
    assert (again.reply.id, again.next_part, again.attempts) == ("r1", 2, 0)
    assert again.reply.created_at == 1_800_000_000.0, "it has all its time before it"
    await desk.outbox.part_sent(lease, again, Receipt("", 1.0))
    further = await desk.outbox.head(lease)
    assert further
    assert further.next_part == 3


async def test_a_conversation_that_was_done_is_in_line_again(desk: Desk) -> None:
    await desk.given_up()
    (letter,) = await desk.letters.all()
    await desk.letters.revive(letter, now=1.0)

    overdue = await RedisSchedule(desk.client).overdue(Work.DELIVER, limit=10)

    assert overdue == [A_CONVERSATION]


async def test_tried_again_twice_it_is_sent_once(desk: Desk) -> None:
    await desk.given_up()
    (letter,) = await desk.letters.all()

    assert await desk.letters.revive(letter, now=1.0)
    assert not await desk.letters.revive(letter, now=1.0), "it is not on the list any more"

    assert await desk.waiting() == ["r1"]


async def test_messages_that_got_an_apology_are_answered_anew(desk: Desk) -> None:
    messages = (a_message(id="m1"), a_message("还在吗", id="m2"))
    await desk.inbox.accept(messages[0])
    lease = await desk.take(Work.ANSWER)
    claim = await desk.inbox.claim(lease, limit=9, lines=0)
    await desk.letters.bury(lease, DeadLetter(a_reply(), APOLOGISED, "the model is away", messages=messages))
    await desk.inbox.commit(lease, claim, a_reply(), [])
    await desk.leases.release(lease)
    (letter,) = await desk.letters.all()

    assert await desk.letters.revive(letter, now=1.0)

    lease = await desk.take(Work.ANSWER)
    claim = await desk.inbox.claim(lease, limit=9, lines=0)
    assert [message.text for message in claim.messages] == ["怎么退货", "还在吗"]
    assert not {message.id for message in claim.messages} & {"m1", "m2"}, (
        "else the reply would be the apology's"
    )


async def test_what_is_dropped_is_gone(desk: Desk) -> None:
    await desk.given_up()
    (letter,) = await desk.letters.all()

    assert await desk.letters.drop(letter)
    assert not await desk.letters.drop(letter)

    assert await desk.letters.all() == []
    assert await desk.client.keys("kefu:*:letters:*") == []


async def test_only_the_newest_are_kept(client: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "DEAD_MOST", 3)
    await desk.answered("r1")
    lease = await desk.take(Work.DELIVER)

    for number in range(5):
        await desk.letters.bury(lease, replace(LETTER, reply=a_reply(id=f"r{number}")))
        await asyncio.sleep(0.002)  # places are by the millisecond

    assert [letter.id for letter in await desk.letters.all()] == ["r2", "r3", "r4"]
    _, letters = names.dead(names.partition(A_CONVERSATION), SHOP)
    assert 6 * 24 * 3600 < await client.ttl(letters) <= bounds.DEAD_S


async def test_what_is_too_old_goes_when_something_new_comes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.answered("r1")
    lease = await desk.take(Work.DELIVER)
    await desk.letters.bury(lease, LETTER)
    dead, letters = names.dead(names.partition(A_CONVERSATION), SHOP)
    await desk.client.zadd(dead, {LETTER.id: 1_000.0})

    await desk.letters.bury(lease, replace(LETTER, reply=a_reply(id="new")))

    assert [letter.id for letter in await desk.letters.all()] == ["new"]
    assert await desk.client.hkeys(letters) == [b"new"]


async def test_those_of_a_tenant_don_t_push_out_anothers(desk: Desk) -> None:
    await desk.given_up()
    other = a_conversation(tenant="another")
    await desk.inbox.accept(a_message(conversation=other))
    turn = await desk.line.take(other, limit=1, lines=0)
    assert turn
    await desk.letters.bury(turn.lease, DeadLetter(a_reply(id="theirs", conversation=other), "failed", "no"))

    assert await desk.letters.counts() == {SHOP: 1, "another": 1}
    assert len(await desk.letters.all()) == 2


async def test_what_can_t_be_read_hides_no_other(desk: Desk) -> None:
    await desk.given_up()
    dead, letters = names.dead(3, SHOP)
    await desk.client.zadd(dead, {"odd": 1_700_000_000_000})
    await desk.client.hset(letters, "odd", b"{")

    assert [letter.id for letter in await desk.letters.all()] == ["r1"]


async def test_what_is_buried_while_the_lists_are_read_is_told_of_next_and_once(
    client: Client, desk: Desk
) -> None:
    await desk.given_up()
    (first,) = await desk.letters.to_tell(every=60)
    dead, letters = names.dead(3, SHOP)  # its list was read before the other's, and is filled in between
    late = replace(LETTER, reply=a_reply(id="late"))
    await client.zadd(dead, {"late": round(first.at * 1000) - 5})
    await client.hset(letters, "late", encode(late))

    await desk.letters.told([first])
    await client.delete(names.DEAD_TELLING)

    news = await desk.letters.to_tell(every=60)
    assert [letter.id for letter in news] == ["late"]
    await desk.letters.told(news)
    await client.delete(names.DEAD_TELLING)
    assert await desk.letters.to_tell(every=60) == []


async def test_until_the_next_telling_no_letter_is_read(
    client: Client, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A group that can't be told leaves all of them news, and every worker looks each few seconds."""
    await desk.given_up()
    assert await desk.letters.to_tell(every=60)
    another = RedisDeadLetters(client, [SHOP])
    monkeypatch.setattr(another, "_since", None)

    assert await another.to_tell(every=60) == []


async def test_what_is_tried_again_in_vain_is_news(client: Client, desk: Desk) -> None:
    await desk.given_up()
    await desk.letters.told(await desk.letters.to_tell(every=60))
    await client.delete(names.DEAD_TELLING)
    (letter,) = await desk.letters.all()
    await desk.letters.revive(letter, now=1.0)
    await asyncio.sleep(0.002)  # since when is by the millisecond
    lease = await desk.take(Work.DELIVER)
    await desk.letters.bury(lease, LETTER)

    assert [letter.id for letter in await desk.letters.to_tell(every=60)] == ["r1"]


async def test_one_is_told_of_what_is_new_and_once_it_is_told_nobody_else(client: Client, desk: Desk) -> None:
    one, another = desk.letters, RedisDeadLetters(client, [SHOP])
    assert await one.to_tell(every=60) == []
    await desk.given_up()

    told = await asyncio.gather(one.to_tell(every=0.2), another.to_tell(every=0.2))
    assert sorted(map(len, told)) == [0, 1]

    async with asyncio.timeout(5):
        while not (again := await another.to_tell(every=60)):  # nobody said that it was told
            await asyncio.sleep(0.02)
    await another.told(again)
    await client.delete(names.DEAD_TELLING)
    assert await one.to_tell(every=60) == []


def test_all_keys_of_a_script_lie_in_one_slot_of_a_cluster() -> None:
    keys = Keys(A_CONVERSATION)
    of_letters = [*names.dead(keys.partition, SHOP), keys.outbox, keys.inbox, keys.schedule(Work.DELIVER)]

    for those in (of_letters, names.rate("wecom:corp")):
        assert len({key.partition("}")[0] for key in those}) == 1
