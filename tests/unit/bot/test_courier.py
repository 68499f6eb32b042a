"""Calls of one moment go in one round trip, and nobody waits for what does not come."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Away
from redis.exceptions import ResponseError
from redis.exceptions import TimeoutError as TooLong

from bot.store.courier import Courier
from bot.store.redis import Client

ECHO = "return ARGV[1]"
WRONG = "return redis.call('NO SUCH COMMAND')"


async def run(courier: Courier, source: str, *arguments: str) -> Any:
    return await courier.run(source, hashlib.sha1(source.encode()).hexdigest(), [], arguments)


def counted(client: Client, monkeypatch: pytest.MonkeyPatch, error: Exception | None = None) -> list[int]:
    trips: list[int] = []
    pool: Any = client.connection_pool
    get_connection = pool.get_connection

    async def got() -> Any:
        if error:
            raise error
        trips.append(1)
        return await get_connection()

    monkeypatch.setattr(pool, "get_connection", got)
    return trips


@asynccontextmanager
async def a_store(*answers: bytes) -> AsyncIterator[Client]:
    """One that sends this to the first connections, one after the other, and closes those it has sent something."""
    left, serving = list(answers), set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(cast("asyncio.Task[None]", asyncio.current_task()))
        await reader.read(1000)
        answer = left.pop(0)
        writer.write(answer)
        if answer:
            writer.close()
        else:
            await reader.read()
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    client = Redis(
        port=port,
        protocol=2,
        driver_info=None,
        socket_timeout=0.2,
        retry=Retry(NoBackoff(), len(answers) - 1),
    )
    yield client
    await client.aclose()
    server.close()
    await asyncio.wait_for(asyncio.gather(*serving), 30)  # what is left open is another test's warning


async def test_calls_of_one_moment_share_a_round_trip(
    fake_redis: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    courier = Courier.of(fake_redis)
    assert await run(courier, ECHO, "taught") == b"taught"
    trips = counted(fake_redis, monkeypatch)

    answers = await asyncio.gather(*(run(courier, ECHO, str(number)) for number in range(50)))

    assert answers == [str(number).encode() for number in range(50)]
    assert len(trips) == 1


async def test_a_store_that_forgot_a_script_is_taught_again(fake_redis: Client) -> None:
    courier = Courier.of(fake_redis)
    await run(courier, ECHO, "x")
    await fake_redis.script_flush()

    answers = await asyncio.gather(run(courier, ECHO, "a"), run(courier, ECHO, "b"))

    assert list(answers) == [b"a", b"b"]


async def test_one_call_that_fails_spoils_no_other(fake_redis: Client) -> None:
    courier = Courier.of(fake_redis)

    answers: list[Any] = list(
        await asyncio.gather(run(courier, ECHO, "a"), run(courier, WRONG), return_exceptions=True)
    )

    assert answers[0] == b"a"
    assert isinstance(answers[1], ResponseError)


@pytest.mark.parametrize(("wrong", "error"), [(None, TypeError), ("\ud800", UnicodeEncodeError)])
async def test_a_call_that_can_not_be_packed_spoils_no_other(
    fake_redis: Client, wrong: Any, error: type[Exception]
) -> None:
    courier = Courier.of(fake_redis)

    answers: list[Any] = list(
        await asyncio.gather(
            run(courier, ECHO, "a"),
            run(courier, ECHO, wrong),
            run(courier, ECHO, "b"),
            return_exceptions=True,
        )
    )

    assert (answers[0], answers[2]) == (b"a", b"b")
    assert isinstance(answers[1], error)


async def test_a_store_that_is_away_is_told_to_everybody(
    fake_redis: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    courier = Courier.of(fake_redis)
    with monkeypatch.context() as away:
        counted(fake_redis, away, Away("gone"))
        answers = await asyncio.gather(
            run(courier, ECHO, "a"), run(courier, ECHO, "b"), return_exceptions=True
        )

    assert [type(answer) for answer in answers] == [Away, Away]
    assert await run(courier, ECHO, "back again") == b"back again"


async def test_who_gives_up_waiting_takes_nobody_along(fake_redis: Client) -> None:
    courier = Courier.of(fake_redis)
    impatient = asyncio.create_task(run(courier, ECHO, "a"))
    patient = asyncio.create_task(run(courier, ECHO, "b"))
    await asyncio.sleep(0)

    impatient.cancel()

    assert await patient == b"b"


async def test_a_bug_is_told_to_everybody_and_cancels_nobody(
    fake_redis: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cancelled call would end the task that made it: the sweeper, say, and for good."""
    courier = Courier.of(fake_redis)
    with monkeypatch.context() as wrong:
        counted(fake_redis, wrong, KeyError("a bug"))
        async with asyncio.timeout(2):
            answers = await asyncio.gather(
                run(courier, ECHO, "a"), run(courier, ECHO, "b"), return_exceptions=True
            )

    assert [type(answer) for answer in answers] == [KeyError, KeyError]
    assert await run(courier, ECHO, "mended") == b"mended"


async def test_what_was_cancelled_before_it_went_does_not_go_with_what_comes_after(
    fake_redis: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    courier, going = Courier.of(fake_redis), asyncio.Event()

    async def never() -> None:
        going.set()
        await asyncio.Event().wait()

    with monkeypatch.context() as stuck:
        stuck.setattr(fake_redis.connection_pool, "get_connection", never)
        calls = [asyncio.ensure_future(courier.call("RPUSH", "list", "under way"))]
        await going.wait()
        calls.append(asyncio.ensure_future(courier.call("RPUSH", "list", "waiting")))
        assert courier._under_way
        courier._under_way.cancel()
        await asyncio.wait(calls)
    await courier.call("RPUSH", "list", "after")

    assert all(call.cancelled() for call in calls)
    assert await fake_redis.lrange("list", 0, -1) == [b"after"]


async def test_a_store_that_dies_between_two_answers_is_asked_again() -> None:
    async with a_store(b"+a\r\n", b"+a\r\n+b\r\n") as client:
        courier = Courier.of(client)

        answers = await asyncio.gather(run(courier, ECHO, "a"), run(courier, ECHO, "b"))

    assert list(answers) == [b"a", b"b"]


async def test_a_store_that_stays_dead_gives_nobody_the_answer_of_another() -> None:
    async with a_store(b"+a\r\n", b"+a\r\n") as client:
        courier = Courier.of(client)

        answers = await asyncio.gather(
            run(courier, ECHO, "a"), run(courier, ECHO, "b"), return_exceptions=True
        )

    assert [type(answer) for answer in answers] == [Away, Away]


async def test_a_store_that_says_nothing_is_not_waited_for() -> None:
    async with a_store(b"") as client:
        courier = Courier.of(client)

        with pytest.raises(TooLong):
            await run(courier, ECHO, "a")
