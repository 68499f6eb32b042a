"""Is there room for more messages?"""

from __future__ import annotations

import asyncio
import gc
from typing import Any, cast

from redis.exceptions import ConnectionError as RedisConnectionError

from bot.store.redis import Client
from bot.store.room import Room


class _HangsUp:
    """A store that is asked, and goes away before it answers."""

    def __init__(self) -> None:
        self.asked, self.gone = asyncio.Event(), asyncio.Event()

    async def info(self, _: str) -> Any:
        self.asked.set()
        await self.gone.wait()
        raise RedisConnectionError("gone")


async def test_a_look_that_fails_when_nobody_waits_for_it_any_more_is_nothing_to_report() -> None:
    reported, store = list[dict[str, Any]](), _HangsUp()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))
    room = Room(cast(Client, store))
    door = asyncio.create_task(room.check())
    await store.asked.wait()
    (looking,) = (task for task in asyncio.all_tasks() if task.get_name() == "room")

    door.cancel()
    await asyncio.wait({door})
    store.gone.set()
    await asyncio.wait({looking})
    del door, looking, room
    gc.collect()

    assert reported == []
