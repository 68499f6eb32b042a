"""Redis bytes that a waiting message takes ÷ the bytes of its own JSON."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bot.store.codec import encode
from bot.wiring import Stores
from tests.bench.measure import Measure
from tests.builders import a_conversation, a_message
from tests.house import a_house

MESSAGES = 20_000


async def measure() -> Measure:
    """Bytes a message, each of a customer of its own."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_house(Path(folder), environment={"KEFU_REDIS__APPENDFSYNC": "everysec"}) as house:
            await house.start("valkey")
            async with house.stores() as stores:
                before = await _used(stores)
                messages = [
                    a_message("怎么退货", id=f"{n:019}", conversation=a_conversation(f"customer-{n:06}"))
                    for n in range(MESSAGES)
                ]
                for message in messages:
                    await stores.inbox.accept(message)
                used = await _used(stores) - before
    own = sum(len(encode(message)) for message in messages)
    return Measure("queue_bytes", used / MESSAGES, "bytes/message", own / MESSAGES)


async def _used(stores: Stores) -> int:
    return int((await stores.client.info("memory"))["used_memory"])
