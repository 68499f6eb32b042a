"""Messages of one moment are stored together, and each has an answer of its own."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.errors import BadRequest, Unavailable
from bot.store import arrivals
from bot.store.arrivals import Arrivals
from bot.store.redis import Client, Script
from bot.types import Acceptance
from tests.builders import a_conversation, a_message


def counted(monkeypatch: pytest.MonkeyPatch, *errors: BaseException) -> list[int]:
    """How many messages each script stored; the first scripts fail with these errors."""
    stored: list[int] = []
    left = list(errors)
    call = Script.__call__

    async def called(script: Script, keys: Any, *arguments: Any) -> Any:
        stored.append((len(keys) - 3) // 4)
        if left:
            raise left.pop(0)
        return await call(script, keys, *arguments)

    monkeypatch.setattr(Script, "__call__", called)
    return stored


async def test_one_script_stores_what_came_in_one_moment(
    fake_redis: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = counted(monkeypatch)
    inbox = Arrivals(fake_redis, {})

    results = await asyncio.gather(*(inbox.store(a_message(id=str(number))) for number in range(10)))

    assert results == [Acceptance.STORED] * 10
    assert stored == [10]


async def test_a_script_is_as_long_as_the_store_can_bear(
    fake_redis: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = counted(monkeypatch)
    inbox = Arrivals(fake_redis, {})

    await asyncio.gather(*(inbox.store(a_message(id=str(number))) for number in range(120)))

    assert stored == [arrivals._AT_ONCE, arrivals._AT_ONCE, 20]


async def test_a_store_that_is_away_for_some_is_there_for_the_others(
    fake_redis: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted(monkeypatch, Unavailable("the store is away"))
    inbox = Arrivals(fake_redis, {})
    messages = [a_message(conversation=a_conversation(f"customer-{number}")) for number in range(50)]

    results = await asyncio.gather(*map(inbox.store, messages), return_exceptions=True)
    again = await asyncio.gather(*map(inbox.store, messages))

    refused = [isinstance(result, Unavailable) for result in results]
    assert 0 < sum(refused) < 50
    assert [result is Acceptance.STORED for result in again] == refused


async def test_who_gives_up_waiting_takes_nobody_along(fake_redis: Client) -> None:
    inbox = Arrivals(fake_redis, {})
    impatient = asyncio.create_task(inbox.store(a_message(id="m1")))
    patient = asyncio.create_task(inbox.store(a_message(id="m2")))
    await asyncio.sleep(0)

    impatient.cancel()

    assert await patient is Acceptance.STORED
    assert await inbox.store(a_message(id="m1")) is Acceptance.REPEATED


async def test_a_bug_is_told_and_cancels_nobody(fake_redis: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    counted(monkeypatch, KeyError("a bug"))
    inbox = Arrivals(fake_redis, {})

    async with asyncio.timeout(2):
        with pytest.raises(KeyError):
            await inbox.store(a_message())

    assert await inbox.store(a_message()) is Acceptance.STORED


async def test_a_message_that_nothing_can_store_is_nobody_elses_trouble(fake_redis: Client) -> None:
    inbox = Arrivals(fake_redis, {})
    good, bad = a_message("怎么退货", id="good"), a_message("hi \ud83d", id="bad")
    answers = await asyncio.wait_for(
        asyncio.gather(inbox.store(bad), inbox.store(good), return_exceptions=True), 5
    )
    assert isinstance(answers[0], BadRequest)
    assert answers[1] is Acceptance.STORED


async def test_a_store_that_takes_too_long_is_told_of_in_time(
    fake_redis: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(*_: Any) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Script, "__call__", never)
    inbox = Arrivals(fake_redis, {})

    messages = [a_message(id=str(number)) for number in range(3)]
    told = await asyncio.gather(
        *(inbox.store(message, within=0.01) for message in messages), return_exceptions=True
    )

    assert [str(error) for error in told] == ["the store took longer than 0.01 s"] * 3
    assert all(isinstance(error, Unavailable) for error in told)
