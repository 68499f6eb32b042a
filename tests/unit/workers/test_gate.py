"""How many turns begin: as many as keep the model servers busy."""

from __future__ import annotations

import asyncio

from workers.gate import Gate


class Turns:
    """Those inside the gate, each until it is told to end."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.inside: dict[int, asyncio.Event] = {}

    async def run(self, number: int) -> None:
        async with self.gate:
            self.inside[number] = asyncio.Event()
            try:
                await self.inside[number].wait()
            finally:
                del self.inside[number]

    async def begin(self, count: int) -> list[asyncio.Task[None]]:
        tasks = [asyncio.create_task(self.run(number)) for number in range(count)]
        await settle()
        return tasks


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_turns_begin_in_their_order_as_others_end() -> None:
    turns = Turns(Gate(lambda: 2))
    tasks = await turns.begin(4)
    assert set(turns.inside) == {0, 1}

    turns.inside[0].set()
    await settle()
    assert set(turns.inside) == {1, 2}

    await end(tasks)


async def test_one_that_gave_up_waiting_takes_nobodys_place() -> None:
    turns = Turns(Gate(lambda: 1))
    tasks = await turns.begin(4)
    tasks[1].cancel()
    await settle()
    turns.inside[0].set()
    tasks[2].cancel()  # in the moment in which it is let in
    await settle()

    assert set(turns.inside) == {3}
    await end(tasks)


async def test_more_room_is_used_and_less_room_drives_nobody_out() -> None:
    room = [1]
    turns = Turns(Gate(lambda: room[0]))
    tasks = await turns.begin(6)

    room[0] = 3
    turns.gate.move()
    await settle()
    assert set(turns.inside) == {0, 1, 2}

    room[0] = 1
    turns.inside[0].set()
    await settle()
    assert set(turns.inside) == {1, 2}
    await end(tasks)


async def end(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
