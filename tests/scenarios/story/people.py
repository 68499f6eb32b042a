"""What the shop's own people see of the story."""

from __future__ import annotations

import asyncio

from tests.house import House


async def in_the_list(house: House, door: str) -> str:
    """The conversation's name, once it waits for a person."""
    async with house.stores() as stores, asyncio.timeout(60):
        while True:
            for one in await stores.people.all():
                if one.conversation.channel == door:
                    return str(one.conversation)
            await asyncio.sleep(0.05)


async def passed_on(house: House, door: str, count: int) -> None:
    """So many messages lie before the person."""
    async with house.stores() as stores, asyncio.timeout(60):
        while not any(
            one.conversation.channel == door and one.messages >= count for one in await stores.people.all()
        ):
            await asyncio.sleep(0.05)
