"""The contract of conversations that people have."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot import replies, wording
from bot.errors import LeaseLost
from bot.store.codec import decode
from bot.store.keys import Keys
from bot.store.redis import Client
from bot.types import Address, Attended, Reply, Said, Speaker, Work
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, a_conversation, a_message, a_reply, some_settings
from tests.contracts.acts import ASKED, claimed, entries, handed_over, passed_on, words
from tests.taking import lease_on_answering, next_turn


@pytest.fixture
def store(client: Client) -> Stores:
    return Stores.over(client, some_settings(worker={"lease_s": 1}))


async def outbox(store: Stores) -> list[str]:
    """What waits for delivery."""
    return [reply.text for reply in await replies_waiting(store)]


async def replies_waiting(store: Stores) -> list[Reply]:
    waiting: Any = await store.client.lrange(Keys(A_CONVERSATION).outbox, 0, -1)
    return [decode(entry, Reply) for entry in waiting]


async def kinds(store: Stores) -> list[str]:
    """What the journal tells of."""
    return [kind for kind, _ in await entries(store.client, Keys(A_CONVERSATION).journal)]


async def test_a_person_has_the_conversation_from_the_very_commit_that_says_so(store: Stores) -> None:
    await store.inbox.accept(a_message())
    lease = await lease_on_answering(store)
    claim = await store.inbox.claim(lease, limit=1, lines=0)
    assert not claim.person

    for _ in range(2):  # a client repeats a script whose answer it did not get
        await store.inbox.commit(lease, claim, a_reply(), [], ASKED)

    await store.inbox.accept(a_message(id="m2"))
    assert (await next_turn(store)).claim.person
    (attended,) = await store.people.all()
    assert (attended.conversation, attended.reason, attended.who) == (A_CONVERSATION, "asked", "")
    assert attended.address == a_message().address
    assert attended.until - attended.since == 60
    assert attended.waits_since == attended.said_at == attended.since
    assert (attended.messages, attended.told) == (1, 0)


async def test_an_answer_of_the_bots_gives_the_conversation_to_nobody(store: Stores) -> None:
    await store.inbox.accept(a_message())
    lease = await lease_on_answering(store)
    claim = await store.inbox.claim(lease, limit=1, lines=0)
    await store.inbox.commit(lease, claim, a_reply(), [])

    assert await store.people.all() == []
    assert await store.people.get(A_CONVERSATION) is None


async def test_messages_for_a_person_leave_the_inbox_for_history_and_journal(store: Stores) -> None:
    await handed_over(store)
    later = Address({"to": "somewhere else"})

    assert await passed_on(store, a_message("在吗", id="m2"), a_message("急", id="m3", address=later))

    attended = await store.people.get(A_CONVERSATION)
    assert attended
    assert (attended.address, attended.messages) == (later, 3)
    assert [line.text for line in await store.people.history(A_CONVERSATION)] == [
        "转人工",
        "好的",
        "在吗",
        "急",
    ]
    assert await kinds(store) == ["answered", "passed_on"]
    assert await outbox(store) == ["好的"]
    assert (await store.schedule.waiting())[Work.ANSWER] == 0


async def test_passing_on_can_be_repeated(store: Stores) -> None:
    await handed_over(store)
    for number in (2, 3):
        await store.inbox.accept(a_message(id=f"m{number}"))
    lease = await lease_on_answering(store)
    claim = await store.inbox.claim(lease, limit=1, lines=0)

    for _ in range(2):
        assert await store.inbox.pass_on(lease, claim, [Said(Speaker.CUSTOMER, "x", 1.0)], [], tell=False)

    assert [m.id for m in (await store.inbox.claim(lease, limit=9, lines=0)).messages] == ["m3"]
    assert (await kinds(store)).count("passed_on") == 1


async def test_where_each_message_needs_a_reply_of_its_own_it_gets_one(store: Stores) -> None:
    await handed_over(store)

    assert await passed_on(store, a_message(id="m2"), own=True)

    assert await outbox(store) == ["好的", wording.PERSON_HAS_IT]


async def test_nothing_is_passed_on_once_nobody_has_the_conversation(store: Stores) -> None:
    await handed_over(store, replace(ASKED, seconds=0.05))
    await asyncio.sleep(0.1)

    assert not await passed_on(store, a_message(id="m2"))

    lease = await lease_on_answering(store)
    claim = await store.inbox.claim(lease, limit=1, lines=0)
    assert ([m.id for m in claim.messages], claim.person) == (["m2"], False)


async def test_who_lost_the_lease_passes_nothing_on(store: Stores) -> None:
    await handed_over(store)
    await store.inbox.accept(a_message(id="m2"))
    stale = await lease_on_answering(store)
    claim = await store.inbox.claim(stale, limit=1, lines=0)
    await store.leases.release(stale)

    with pytest.raises(LeaseLost):
        await store.inbox.pass_on(stale, claim, [], [], tell=True)


async def test_a_persons_words_go_out_and_prolong_their_time(store: Stores) -> None:
    before = await handed_over(store)
    said = words(before)

    for _ in range(2):  # a repeated script
        assert await store.people.say(*said, who="小李", seconds=600)

    after = await store.people.get(A_CONVERSATION)
    assert after
    assert (after.who, after.waits_since, after.told) == ("小李", None, 1)
    assert after.until > before.until + 500
    assert await outbox(store) == ["好的", "【人工客服】您好，我来帮您。"]
    assert (await store.people.history(A_CONVERSATION))[-1] == said[2]
    assert await kinds(store) == ["answered", "person_said"]
    assert (await store.schedule.waiting())[Work.DELIVER] == 1


async def test_who_writes_after_a_persons_word_waits_again(store: Stores) -> None:
    said = words(await handed_over(store))
    await store.people.say(*said, who="小李", seconds=60)

    await passed_on(store, a_message(id="m2"))
    first = await store.people.get(A_CONVERSATION)
    await asyncio.sleep(0.02)
    await passed_on(store, a_message(id="m3"))
    second = await store.people.get(A_CONVERSATION)

    assert first
    assert second
    assert first.waits_since == pytest.approx(first.said_at, abs=0.01), "fakeredis reads the clock twice"
    assert second.waits_since == first.waits_since
    assert second.said_at > first.said_at


async def test_a_person_closes_and_the_bot_says_that_it_is_back(store: Stores) -> None:
    attended = await handed_over(store)
    back = replies.back_again(attended, now=9.0, closed=True)

    for _ in range(2):  # a repeated script
        assert await store.people.close(attended, back, who="小李")

    assert await store.people.all() == []
    assert await store.people.get(A_CONVERSATION) is None
    assert await outbox(store) == ["好的", wording.BOT_IS_BACK]
    assert (await store.people.history(A_CONVERSATION))[-1].by is Speaker.BOT
    assert (await kinds(store))[-1] == "taken_back"
    said = words(attended)
    assert not await store.people.say(*said, who="小李", seconds=60)
    assert await handed_over(store, message_id="m2"), "and may be asked for again"


async def test_nobody_speaks_in_a_conversation_that_nobody_has(store: Stores) -> None:
    somebody = Attended(A_CONVERSATION, Address({}), "asked", 1.0, 2.0, 1.0, None)
    said = words(somebody)

    assert not await store.people.say(*said, who="小李", seconds=60)
    assert not await store.people.close(somebody, replies.back_again(somebody, now=9.0), who="小李")
    assert await outbox(store) == []


async def test_a_conversation_whose_time_is_over_is_taken_back_by_one(store: Stores) -> None:
    attended = await handed_over(store, replace(ASKED, seconds=0.05))
    back = replies.back_again(attended, now=9.0)
    await asyncio.sleep(0.1)

    found = [one for _ in range(3) for one in await store.people.overdue(limit=10)]

    assert [one.conversation for one in found] == [A_CONVERSATION]
    assert not await store.people.close(attended, back, who="小李"), "it is the bot's to take"
    assert await store.people.take_back(attended, back)
    assert await outbox(store) == ["好的", wording.NO_PERSON_CAME]
    assert await store.people.all() == []


async def test_a_word_in_the_last_moment_keeps_the_conversation(store: Stores) -> None:
    attended = await handed_over(store)
    said = words(attended)
    await store.people.say(*said, who="小李", seconds=60)

    assert not await store.people.take_back(attended, replies.back_again(attended, now=9.0))

    (kept,) = await store.people.all()
    assert kept.who == "小李"
    assert await store.people.overdue(limit=10) == []


async def test_whoever_means_an_earlier_hand_over_does_nothing_to_the_one_that_came_since(
    store: Stores, client: Client
) -> None:
    before = await handed_over(store)
    (told,) = await store.people.to_tell(limit=10)
    assert await store.people.close(before, replies.back_again(before, now=9.0, closed=True), who="小李")
    await asyncio.sleep(0.01)
    now = await handed_over(store, message_id="m2")

    assert not await store.people.say(*words(before), who="小李", seconds=60)
    assert not await store.people.close(before, replies.back_again(before, now=9.0), who="小李")
    await store.people.told(told)
    await store.people.not_told(told, delay=None)

    assert await store.people.get(A_CONVERSATION) == now
    assert await client.zcard(Keys(A_CONVERSATION).bells) == 1, "people are still to be told of it"
    assert await outbox(store) == ["好的", wording.BOT_IS_BACK, "好的"]


async def test_an_earlier_time_that_is_over_ends_no_later_one(store: Stores) -> None:
    before = await handed_over(store, replace(ASKED, seconds=0.01))
    await asyncio.sleep(0.02)
    assert await store.people.take_back(before, replies.back_again(before, now=9.0))
    assert not await store.people.take_back(before, replies.back_again(before, now=9.0)), "another worker's"
    now = await handed_over(store, replace(ASKED, seconds=0.01), message_id="m2")
    await asyncio.sleep(0.02)

    assert not await store.people.take_back(before, replies.back_again(before, now=9.0))

    assert await store.people.get(A_CONVERSATION) == now


async def test_who_writes_between_a_persons_time_and_the_bots_word_is_known_by_the_claim(
    store: Stores,
) -> None:
    attended = await handed_over(store, replace(ASKED, seconds=0.01))
    await asyncio.sleep(0.02)
    lease, claim = await claimed(store, a_message(id="m2"))
    assert (claim.person, claim.lapsed) == (False, True)

    await store.people.take_back(attended, replies.back_again(attended, now=9.0))

    claim = await store.inbox.claim(lease, limit=1, lines=0)
    assert (claim.person, claim.lapsed) == (False, False)


async def test_a_telling_is_counted_once_whoever_else_told_meanwhile(store: Stores) -> None:
    attended = await handed_over(store)

    for _ in range(2):
        await store.people.not_told(attended, delay=60)

    now = await store.people.get(A_CONVERSATION)
    assert now
    assert now.attempts == 1


async def test_people_are_told_at_once_and_then_once_a_minute(store: Stores, client: Client) -> None:
    await handed_over(store)
    (first,) = await store.people.to_tell(limit=10)
    assert await store.people.to_tell(limit=10) == [], "it is another worker's for the moment"

    await store.people.told(first)
    assert await store.people.to_tell(limit=10) == []
    await passed_on(store, a_message(id="m2"))

    bells = Keys(A_CONVERSATION).bells
    due: Any = await client.zscore(bells, str(A_CONVERSATION))
    attended = await store.people.get(A_CONVERSATION)
    assert attended
    assert 55 < due / 1000 - attended.said_at <= 60
    assert (attended.messages, attended.told) == (2, 1)


async def test_what_came_while_people_were_told_is_told_later(store: Stores, client: Client) -> None:
    await handed_over(store)
    (first,) = await store.people.to_tell(limit=10)
    await passed_on(store, a_message(id="m2"))

    await store.people.told(first)

    assert await client.zcard(Keys(A_CONVERSATION).bells) == 1


async def test_a_telling_that_did_not_work_is_tried_again_or_given_up(store: Stores, client: Client) -> None:
    await handed_over(store)
    (attended,) = await store.people.to_tell(limit=10)

    await store.people.not_told(attended, delay=0.1)
    await asyncio.sleep(0.15)
    (again,) = await store.people.to_tell(limit=10)
    await store.people.not_told(again, delay=None)

    assert (attended.attempts, again.attempts) == (0, 1)
    assert await client.zcard(Keys(A_CONVERSATION).bells) == 0
    assert len(await store.people.all()) == 1, "the list is the truth"


async def test_people_who_speak_need_not_be_told(store: Stores) -> None:
    said = words(await handed_over(store))

    await store.people.say(*said, who="小李", seconds=60)

    assert await store.people.to_tell(limit=10) == []


async def test_nobody_is_told_where_there_is_no_way_to(store: Stores) -> None:
    await handed_over(store, replace(ASKED, tell=False))
    await passed_on(store, a_message(id="m2"), tell=False)

    assert await store.people.to_tell(limit=10) == []


async def test_who_waits_longest_comes_first(store: Stores) -> None:
    for name in ("first", "second", "third"):
        await handed_over(store, conversation=a_conversation(name))
        await asyncio.sleep(0.01)
    said = words(await handed_over(store, conversation=a_conversation("fourth")))
    await store.people.say(*said, who="小李", seconds=60)
    first, *_ = await store.people.all()
    said = words(first)
    await store.people.say(*said, who="小李", seconds=60)

    order = [one.conversation.customer for one in await store.people.all()]

    assert order == ["second", "third", "first", "fourth"]


async def test_a_line_without_a_person_behind_it_is_forgotten(store: Stores, client: Client) -> None:
    keys = Keys(A_CONVERSATION)
    for line in (keys.people, keys.bells):
        await client.zadd(line, {str(A_CONVERSATION): 1})

    assert await store.people.overdue(limit=10) == []

    assert await client.exists(keys.people, keys.bells) == 0


async def test_nobody_is_welcomed_while_a_person_talks_with_them(store: Stores) -> None:
    await handed_over(store)

    assert not await store.greetings.greet(a_reply("您好！", id="w1", outcome=None, answers=()))

    assert await outbox(store) == ["好的"]


async def test_a_welcome_is_in_place_but_while_a_person_has_the_conversation(
    store: Stores, client: Client
) -> None:
    before = await store.greetings.in_place(A_CONVERSATION)
    await handed_over(store)
    meanwhile = await store.greetings.in_place(A_CONVERSATION)
    another = await store.greetings.in_place(a_conversation("customer-2"))
    spoilt: Any = client.hset(Keys(A_CONVERSATION).person, "until", "1")
    await spoilt
    afterwards = await store.greetings.in_place(A_CONVERSATION)

    assert (before, meanwhile, another, afterwards) == (True, False, True, True)


async def test_what_is_known_of_a_person_does_not_stay_for_ever(store: Stores, client: Client) -> None:
    await handed_over(store)

    assert 24 * 3600 < await client.ttl(Keys(A_CONVERSATION).person) <= 24 * 3600 + 60


async def test_a_state_that_can_not_be_read_keeps_nobody_else_waiting(store: Stores, client: Client) -> None:
    other = a_conversation("customer-2")
    await handed_over(store)
    await handed_over(store, conversation=other)
    await _broken(client, Keys(A_CONVERSATION).person)

    assert [one.conversation for one in await store.people.all()] == [other]
    assert not await client.exists(Keys(A_CONVERSATION).person), "the bot has it again"


async def _broken(client: Client, key: str) -> None:
    spoilt: Any = client.hset(key, "address", "no JSON")
    await spoilt
