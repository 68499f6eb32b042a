"""The contract of what can't be read: another version wrote it, or somebody spoilt it. It keeps nobody waiting."""

from __future__ import annotations

import time
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bot.errors import LeaseLost
from bot.store import bounds
from bot.store import keys as names
from bot.store.codec import encode
from bot.store.keys import Keys
from bot.store.presence import Presence
from bot.store.redis import Client
from bot.types import Address, DeliveryState, Lease, Reply, Said, Speaker, Work
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, a_conversation, a_message, a_reply, some_settings
from tests.contracts.acts import answered, claimed, handed_over, taken

KEYS = Keys(A_CONVERSATION)
SECRET = "我的地址是幸福路7号"
SPOILT = [
    pytest.param(f'{{"id": 7, "text": "{SECRET}"}}'.encode(), id="another version's"),
    pytest.param(SECRET.encode()[:-1], id="no JSON, and no UTF-8"),
    pytest.param(b"[" * 100_000, id="nested too deep"),
    pytest.param(b"null", id="nothing"),
]


@pytest.fixture
def store(client: Client) -> Stores:
    return Stores.over(client, some_settings())


async def aside(client: Client) -> list[tuple[str, bytes]]:
    """What was set aside: the key it stood under, and itself."""
    found: Any = await client.xrange(KEYS.undecodable)
    return [(fields[b"key"].decode(), fields.get(b"data", b"")) for _, fields in found]


def counted(kind: str) -> float:
    return REGISTRY.get_sample_value("kefu_undecodable_total", {"kind": kind}) or 0.0


async def push(client: Client, key: str, *values: bytes) -> None:
    pushed: Any = client.rpush(key, *values)
    await pushed


@pytest.mark.parametrize("spoilt", SPOILT)
async def test_a_message_that_can_not_be_read_is_set_aside_and_the_others_are_answered(
    store: Stores, client: Client, spoilt: bytes
) -> None:
    before = counted("Message")
    await push(client, KEYS.inbox, spoilt)
    await store.inbox.accept(a_message())
    await push(client, KEYS.inbox, spoilt)

    with capture_logs() as logs:
        lease, claim = await claimed(store, a_message(id="m2"))

    assert [message.id for message in claim.messages] == ["m1", "m2"]
    assert await aside(client) == [(KEYS.inbox, spoilt)] * 2
    assert counted("Message") == before + 2
    assert {(log["event"], log["log_level"]) for log in logs} == {("undecodable", "error")}
    assert f"XRANGE {KEYS.undecodable}" in logs[0]["mend"]
    assert SECRET[:4] not in str(logs)
    await store.inbox.commit(lease, claim, a_reply(answers=("m1", "m2")), [])
    assert not await store.leases.release(lease), "nothing is left"


async def test_where_none_can_be_read_nobody_waits(store: Stores, client: Client) -> None:
    await store.inbox.accept(a_message())
    await client.delete(KEYS.inbox)
    await push(client, KEYS.inbox, b"{}")

    lease = await taken(store)
    claim = await store.inbox.claim(lease, limit=10, lines=0)

    assert claim.messages == ()
    assert not await store.leases.release(lease)
    assert (await store.schedule.waiting())[Work.ANSWER] == 0


async def test_who_lost_the_lease_sets_nothing_aside(store: Stores, client: Client) -> None:
    lease, _ = await claimed(store, a_message())
    stale = Lease(lease.conversation, lease.work, lease.fence + 1)

    with pytest.raises(LeaseLost):
        await store.inbox.claim(stale, limit=10, lines=0)

    assert await aside(client) == []


async def test_what_is_set_aside_is_bounded(
    store: Stores, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bounds, "UNDECODABLE_LEN", 3)
    await push(client, KEYS.inbox, *(b"[%d]" % number for number in range(5)))

    await claimed(store, a_message())

    assert [data for _, data in await aside(client)] == [b"[2]", b"[3]", b"[4]"]


@pytest.mark.parametrize("spoilt", SPOILT)
async def test_a_line_of_history_that_can_not_be_read_is_passed_over(
    store: Stores, client: Client, spoilt: bytes
) -> None:
    lines = [Said(Speaker.CUSTOMER, "在吗", 1.0), Said(Speaker.BOT, "在的", 2.0)]
    await push(client, KEYS.history, encode(lines[0]), spoilt, encode(lines[1]))

    with capture_logs() as logs:
        _, claim = await claimed(store, a_message())

    assert claim.history == tuple(lines)
    assert await store.people.history(A_CONVERSATION) == lines
    (log,) = logs
    assert (log["event"], log["kind"], log["index"], log["partition"]) == (
        "passed_over",
        "Said",
        1,
        KEYS.partition,
    )
    assert SECRET[:4] not in str(log)


@pytest.mark.parametrize("spoilt", SPOILT)
async def test_a_reply_that_can_not_be_read_is_set_aside_and_the_next_goes_out(
    store: Stores, client: Client, spoilt: bytes
) -> None:
    await push(client, KEYS.outbox, spoilt)
    await client.hset(KEYS.sending, mapping={"part": 2, "attempts": 5})
    await answered(store, a_message(), a_reply())
    lease = await taken(store, Work.DELIVER)

    delivery = await store.outbox.head(lease)

    assert delivery
    assert (delivery.reply, delivery.next_part, delivery.attempts) == (a_reply(), 0, 0)
    assert await aside(client) == [(KEYS.outbox, spoilt)]
    await store.outbox.finish(lease, delivery, DeliveryState.SENT)
    assert await store.outbox.take(A_CONVERSATION) is None


async def test_among_replies_that_go_as_one_only_the_spoilt_is_left_out(
    store: Stores, client: Client
) -> None:
    few = Address({"to": "customer-1"}, most=5)

    def reply(number: int) -> Reply:
        return a_reply(f"答{number}", id=f"r{number}", answers=(f"m{number}",), address=few)

    await answered(store, a_message(id="m1"), reply(1))
    await push(client, KEYS.outbox, b"{}")
    await answered(store, a_message(id="m2"), reply(2))
    lease = await taken(store, Work.DELIVER)

    delivery = await store.outbox.head(lease)

    assert delivery
    assert (delivery.reply.text, delivery.replies) == ("答1\n\n答2", 2)
    await store.outbox.begin(lease, delivery)
    await store.outbox.finish(lease, delivery, DeliveryState.SENT)
    assert await store.outbox.take(A_CONVERSATION) is None


@pytest.mark.parametrize(
    "field", [{"address": "no JSON"}, {"until": "tomorrow"}, {"messages": ""}, {"reason": b"\xff"}]
)
async def test_a_person_s_state_that_can_not_be_read_gives_the_conversation_to_the_bot(
    store: Stores, client: Client, field: dict[Any, Any]
) -> None:
    other = a_conversation("customer-2")
    await handed_over(store)
    await handed_over(store, conversation=other)
    await client.hset(KEYS.person, mapping=field)

    assert [one.conversation for one in await store.people.all()] == [other]
    assert await store.people.get(A_CONVERSATION) is None
    assert [key for key, _ in await aside(client)] == [KEYS.person]
    assert await client.zscore(KEYS.people, KEYS.name) is None
    _, claim = await claimed(store, a_message(id="m2"))
    assert not claim.person


async def test_a_time_that_is_none_does_not_keep_the_customer_from_an_answer(
    store: Stores, client: Client
) -> None:
    await handed_over(store)
    await client.hset(KEYS.person, mapping={"until": "tomorrow"})

    lease, claim = await claimed(store, a_message(id="m2"))

    assert not claim.person
    await store.inbox.commit(lease, claim, a_reply(id="r2"), [])


async def test_an_end_that_can_not_be_read_hides_no_other(store: Stores, client: Client) -> None:
    await answered(store, a_message(), a_reply())
    lease = await taken(store, Work.DELIVER)
    delivery = await store.outbox.head(lease)
    assert delivery
    await store.outbox.finish(lease, delivery, DeliveryState.FAILED, "no")
    await push(client, KEYS.ends, b"{}")

    assert [end.reply for end in await store.journal.ends(A_CONVERSATION)] == ["r1"]


async def test_a_process_that_says_of_itself_what_nobody_knows_hides_no_other(
    client: Client,
) -> None:
    workers = Presence(client, "worker")
    await workers.report("faq")
    await client.zadd(names.presence("worker"), {'{"host": "another version"}': time.time()})

    assert [process.mode for process in await workers.alive()] == ["faq"]
