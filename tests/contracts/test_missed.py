"""The contract of who wanted a person while none was there."""

from __future__ import annotations

from bot.store import bounds, keys
from bot.store.missed import RedisMissed
from bot.store.redis import Client
from bot.types import Conversation, Missed

DAY_S = 24 * 3600


async def now_of(client: Client) -> float:
    seconds, _ = await client.time()
    return float(seconds)


def a_call(customer: str, at: float) -> Missed:
    return Missed(Conversation("shop", "web", customer), at, "asked", ("我的裙子破了", "转人工"))


async def test_what_was_noted_is_found_oldest_first_and_by_its_tenant_alone(client: Client) -> None:
    missed, now = RedisMissed(client), await now_of(client)
    calls = [a_call("alice", now), a_call("bob", now)]
    for call in calls:
        await missed.note(call)

    assert await missed.since("shop", now - 60) == calls
    assert await missed.since("shop", now + 3600) == []
    assert await missed.since("other", 0) == []


async def test_it_is_kept_for_some_days_and_has_an_end(client: Client) -> None:
    missed, now = RedisMissed(client), await now_of(client)
    for number in range(bounds.MISSED_LEN + 200):
        await missed.note(a_call(f"c{number}", now))

    kept = await missed.since("shop", 0)
    assert bounds.MISSED_LEN <= len(kept) < bounds.MISSED_LEN + 200
    assert kept[-1].conversation.customer == f"c{bounds.MISSED_LEN + 199}"
    assert 0 < await client.ttl(keys.missed("shop")) <= bounds.MISSED_DAYS * DAY_S
