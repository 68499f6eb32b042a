"""The contract of what is kept of messages, replies and opinions: bounded in bytes, whoever writes how much."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.errors import TooMany
from bot.store import bounds
from bot.store.codec import decode
from bot.store.keys import Keys
from bot.store.opinions import OPINION_BYTES
from bot.store.records import ENTRY_BYTES, Answered, DeliveryEnded, PassedOn, Record, entry
from bot.store.redis import Client
from bot.types import DeliveryState, Opinion, Outcome
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, a_conversation, a_message, a_reply, some_settings
from tests.contracts.acts import answered, entries, handed_over, passed_on, words
from tests.taking import taken_off

KEYS = Keys(A_CONVERSATION)
LONG = "长" * 20_000


@pytest.fixture
def store(client: Client) -> Stores:
    return Stores.over(client, some_settings())


def an_opinion(reply: str = "r1", *, good: bool = False, at: float = 1.0, text: str = "") -> Opinion:
    return Opinion(A_CONVERSATION, reply, good, at, text)


async def opinions(store: Stores) -> list[Opinion]:
    return [decode(data, Opinion) for _, data in await entries(store.client, KEYS.opinions)]


async def delivered(store: Stores, state: DeliveryState = DeliveryState.SENT) -> None:
    """All that waits."""
    await taken_off(store, state=state)


async def test_the_journal_tells_what_became_of_messages_and_not_what_was_said(store: Stores) -> None:
    await handed_over(store)

    await passed_on(store, *(a_message(LONG, id=f"m{number}") for number in range(2, 12)))

    (_, first), (kind, second) = await entries(store.client, KEYS.journal)
    assert decode(first, Answered) == Answered("r1", KEYS.name, ("m1",), Outcome.FAQ, ())
    assert kind == "passed_on"
    assert decode(second, PassedOn) == PassedOn(KEYS.name, tuple(f"m{number}" for number in range(2, 12)))


@pytest.mark.parametrize(
    "record",
    [
        DeliveryEnded("r1", "\x01" * 9999, (LONG,) * 9, DeliveryState.FAILED, "\x01" * 9999, 3),
        Answered("\x01" * 999, "\x01" * 999, ("m" * 64,) * 400, Outcome.FAQ, ("\x01" * 999,) * 99),
        PassedOn("x", ("m" * 64,) * 400),
    ],
    ids=lambda record: type(record).__name__,
)
def test_an_entry_has_a_largest_size_whatever_goes_in(record: Record) -> None:
    assert len(entry(record)) <= ENTRY_BYTES


async def test_the_journal_keeps_so_many_and_no_more(store: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "JOURNAL_LEN", 100)

    for number in range(330):
        await answered(store, a_message(id=f"m{number}"), a_reply(id=f"r{number}"))

    kept: Any = await store.client.xlen(KEYS.journal)
    assert 100 <= kept <= 200, "it is cut by whole nodes, which hold a hundred"


async def test_what_is_too_old_leaves_the_streams(store: Stores, client: Client) -> None:
    long_ago = int(time.time() - bounds.KEPT_S - 60) * 1000
    for stream in (KEYS.journal, KEYS.opinions, KEYS.undecodable):
        for age in (0, 120_000):
            await client.xadd(stream, {"kind": "x"}, id=f"{long_ago + age}-0")

    await store.journal.tidy()

    for stream in (KEYS.journal, KEYS.opinions, KEYS.undecodable):
        assert await client.xlen(stream) == 1


async def test_how_a_persons_words_arrived_is_found_however_much_customers_write(store: Stores) -> None:
    attended = await handed_over(store)
    await delivered(store)
    said = words(attended)
    await store.people.say(*said, who="小李", seconds=60)
    await delivered(store, DeliveryState.FAILED)

    for number in range(2 * bounds.ENDS_KEPT):
        await passed_on(store, a_message(LONG[:999], id=f"in hands {number}"), own=True)
        await delivered(store)
        other = a_conversation(f"other-{number}")
        await answered(store, a_message(conversation=other), a_reply(conversation=other))

    (end,) = await store.journal.ends(A_CONVERSATION)
    assert (end.reply, end.state, end.reason) == (said[1].id, DeliveryState.FAILED, "no")


async def test_ends_are_few_and_forgotten_with_the_history(store: Stores, client: Client) -> None:
    for number in range(bounds.ENDS_KEPT + 5):
        await answered(store, a_message(id=f"m{number}"), a_reply(id=f"r{number}"))
        await delivered(store, DeliveryState.FAILED)

    ends = await store.journal.ends(A_CONVERSATION)
    assert [end.reply for end in ends[:2]] == ["r54", "r53"], "the newest first"
    assert len(ends) == bounds.ENDS_KEPT
    assert 0 < await client.ttl(KEYS.ends) <= bounds.HISTORY_S


async def test_a_customer_has_one_opinion_of_a_reply_and_the_newest_counts(store: Stores) -> None:
    for number in range(50):
        await store.opinions.record(an_opinion(good=number % 2 == 0, at=float(number), text="没说运费"))
    await store.opinions.record(an_opinion("r2", good=True))

    assert [(one.reply, one.good, one.at) for one in await opinions(store)] == [
        ("r1", False, 49.0),
        ("r2", True, 1.0),
    ]


async def test_nobody_floods_the_opinions(store: Stores, client: Client) -> None:
    for number in range(bounds.JUDGED_MOST):
        await store.opinions.record(an_opinion(f"made-up-{number}"))

    with pytest.raises(TooMany):
        await store.opinions.record(an_opinion("made-up-too"))

    await store.opinions.record(an_opinion("made-up-7", at=2.0))
    assert len(await opinions(store)) == bounds.JUDGED_MOST
    assert 0 < await client.ttl(KEYS.judged) <= bounds.JUDGED_S
    assert await client.exists(KEYS.journal) == 0


async def test_long_words_lose_their_end(store: Stores) -> None:
    await store.opinions.record(an_opinion(text=LONG))

    ((_, data),) = await entries(store.client, KEYS.opinions)
    assert 1000 < len(data) <= OPINION_BYTES
    assert decode(data, Opinion).words.startswith("长长")
