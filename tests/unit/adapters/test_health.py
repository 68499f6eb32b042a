"""What `/metrics` tells of the store."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping

import pytest
from aiohttp.test_utils import make_mocked_request
from prometheus_client import REGISTRY

from adapters.health import Attendances, Health, Shelter
from bot.errors import Unavailable
from bot.store.presence import Presence
from bot.store.redis import Client
from bot.store.schedule import RedisSchedule
from bot.types import Attended, DeadLetter
from bot.wiring import WORKERS, Stores
from tests.builders import A_CONVERSATION, SHOP, a_message, a_reply, some_settings
from tests.conftest import SettableClock
from tests.taking import lease_on_answering, next_turn


def attended(waits_since: float | None) -> Attended:
    return Attended(A_CONVERSATION, a_message().address, "asked", 1.0, 9e9, 1.0, waits_since)


NO_WORKER = "none alive: messages wait; start `kefu worker`"


class Dry:
    """A spool that was never needed."""

    depth = 0
    trouble = ""
    oldest_at: float | None = None

    async def bytes(self) -> int:
        return 0


def health(stores: Stores, people: Attendances, clock: SettableClock, spool: Shelter | None = None) -> Health:
    return Health(
        stores.schedule,
        stores.workers,
        parked=stores.parking.count,
        people=people,
        given_up=stores.letters.counts,
        spool=spool or Dry(),
        clock=clock,
    )


async def nobody() -> list[Attended]:
    return []


async def test_the_lesser_ways_of_answering_are_told_by_name(
    fake_redis: Client, clock: SettableClock
) -> None:
    stores = Stores.over(fake_redis, some_settings())
    await stores.workers.report("faq", {"model": "away"}, ["model_away"])

    answer = await health(stores, nobody, clock).ready(make_mocked_request("GET", "/readyz"))

    body = json.loads(answer.text or "")
    assert (answer.status, body["parts"]["model"], body["degraded"]) == (200, "away", ["model_away"])


async def test_who_waits_for_a_model_that_is_away_is_counted(
    fake_redis: Client, clock: SettableClock
) -> None:
    stores = Stores.over(fake_redis, some_settings())
    await stores.inbox.accept(a_message())
    turn = await next_turn(stores)
    await stores.parking.park(turn.lease, turn.claim, a_reply(id="notice"), attempts=0, again=5, over=60)

    await health(stores, nobody, clock).measure()

    assert REGISTRY.get_sample_value("kefu_parked") == 1


async def test_who_waits_for_a_person_and_for_how_long_is_told(
    fake_redis: Client, clock: SettableClock
) -> None:
    stores = Stores.over(fake_redis, some_settings())

    async def people() -> list[Attended]:
        return [attended(clock.now - 90), attended(clock.now - 30), attended(None)]

    await health(stores, people, clock).measure()

    assert REGISTRY.get_sample_value("kefu_people_conversations", {"state": "waiting"}) == 2
    assert REGISTRY.get_sample_value("kefu_people_conversations", {"state": "served"}) == 1
    assert REGISTRY.get_sample_value("kefu_people_oldest_wait_seconds") == 90

    await health(stores, nobody, clock).measure()

    assert REGISTRY.get_sample_value("kefu_people_conversations", {"state": "waiting"}) == 0
    assert REGISTRY.get_sample_value("kefu_people_oldest_wait_seconds") == 0


async def test_a_door_is_ready_while_the_store_or_the_disk_takes_what_comes(
    fake_redis: Client, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    stores = Stores.over(fake_redis, some_settings())
    spool = Dry()
    door = health(stores, nobody, clock, spool)

    async def ready() -> tuple[int, dict[str, str]]:
        response = await door.ready(make_mocked_request("GET", "/readyz"))
        assert response.text is not None
        return response.status, json.loads(response.text)["parts"]

    assert await ready() == (200, {"store": "ok", "worker": NO_WORKER, "spool": "ok"})

    async def away() -> None:
        raise Unavailable("the store is away")

    monkeypatch.setattr(RedisSchedule, "ping", lambda _: away())
    spool.depth, spool.oldest_at = 3, clock.now - 12
    status, parts = await ready()
    assert (status, parts["store"]) == (200, "the store is away")
    assert parts["spool"] == "in use: keeps 3, the oldest for 12 s, until the store takes them"

    spool.trouble = "the spool is full"
    assert await ready() == (
        503,
        {"store": "the store is away", "worker": "unknown", "spool": "the spool is full"},
    )


async def test_who_asks_is_answered_in_time_also_by_a_store_that_falls_silent_midway(
    fake_redis: Client,
) -> None:
    stores = Stores.over(fake_redis, some_settings())

    class Silent(Presence):
        async def parts(self) -> Mapping[str, str]:
            await asyncio.Event().wait()
            return {}

    door = Health(
        stores.schedule,
        Silent(fake_redis, WORKERS),
        parked=stores.parking.count,
        people=nobody,
        given_up=stores.letters.counts,
        spool=Dry(),
        within_s=0.05,
    )

    async with asyncio.timeout(5):
        answer = await door.ready(make_mocked_request("GET", "/readyz"))

    assert answer.status == 200, "messages can be taken in"
    assert json.loads(answer.text or "")["parts"]["worker"] == "the store is away (it does not answer)"


async def test_with_the_store_away_the_last_figures_stay(fake_redis: Client, clock: SettableClock) -> None:
    stores = Stores.over(fake_redis, some_settings())

    async def one() -> list[Attended]:
        return [attended(clock.now - 7)]

    async def away() -> list[Attended]:
        raise Unavailable("away")

    for people in (one, away):
        await health(stores, people, clock).measure()

    assert REGISTRY.get_sample_value("kefu_people_oldest_wait_seconds") == 7


async def test_each_part_that_the_workers_depend_on_is_named(
    fake_redis: Client, clock: SettableClock
) -> None:
    stores = Stores.over(fake_redis, some_settings())
    await stores.workers.report("model", {"model.a": "ok", "model.b": "away", "embedding": "ok"})

    answer = await health(stores, nobody, clock).ready(make_mocked_request("GET", "/readyz"))

    assert answer.status == 200, "messages can be taken in"
    assert json.loads(answer.text or "")["parts"] == {
        "store": "ok",
        "worker": "ok",
        "spool": "ok",
        "model.a": "ok",
        "model.b": "away",
        "embedding": "ok",
    }


async def test_what_was_given_up_is_counted_by_tenant(fake_redis: Client, clock: SettableClock) -> None:
    stores = Stores.over(fake_redis, some_settings())
    await stores.inbox.accept(a_message())
    lease = await lease_on_answering(stores, A_CONVERSATION)
    await stores.letters.bury(lease, DeadLetter(a_reply(), "failed", "no such user"))

    await health(stores, nobody, clock).measure()

    assert REGISTRY.get_sample_value("kefu_dead_letters", {"tenant": SHOP}) == 1
