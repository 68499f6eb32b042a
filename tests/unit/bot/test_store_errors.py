"""Whatever a Redis in trouble says, it means one of two things: wait for it, or work it off first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

import hiredis
import pytest

from bot.errors import NoRoom, Unavailable
from bot.store.redis import Client, Script, connect


@asynccontextmanager
async def a_store_that_says(*lines: str) -> AsyncIterator[tuple[Client, list[int]]]:
    """To each command the next line, the last one for ever; and for each connection, how many it had."""
    left, commands, serving = list(lines), list[int](), set[asyncio.Task[None]]()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        serving.add(cast("asyncio.Task[None]", asyncio.current_task()))
        mine = len(commands)
        commands.append(0)
        requests = hiredis.Reader()
        while data := await reader.read(65536):
            requests.feed(data)
            while request := requests.gets():
                line = "+OK"
                if request[0].startswith(b"EVAL"):  # not what redis-py says of itself
                    commands[mine] += 1
                    line = left.pop(0) if len(left) > 1 else left[0]
                writer.write(f"{line}\r\n".encode())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    client = connect(f"redis://127.0.0.1:{port}/0?protocol=2")
    try:
        yield client, commands
    finally:
        await client.aclose()
        server.close()
        await asyncio.wait_for(asyncio.gather(*serving), 30)  # what is left open is another test's warning


@pytest.mark.parametrize(
    "line",
    [
        "-READONLY You can't write against a read only replica.",
        "-LOADING Valkey is loading the dataset in memory",
        "-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
        "-CLUSTERDOWN The cluster is down",
        "-TRYAGAIN Multiple keys request during rehashing of slot",
        "-BUSY Valkey is busy running a script.",
        "-NOAUTH Authentication required.",
        "-MISCONF Errors writing to the AOF file: No space left on device",
        "-NOREPLICAS Not enough good replicas to write.",
    ],
)
async def test_a_store_in_trouble_is_one_to_wait_for(line: str) -> None:
    async with a_store_that_says(line) as (client, _):
        with pytest.raises(Unavailable) as told:
            await Script(client, "accept")([], 1)

    assert not isinstance(told.value, NoRoom)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("-NOPERM User kefu has no permissions to run the 'evalsha' command", r"NOPERM.*\+@all"),
        (
            "-ERR ACL failure in script: No permissions to access a key script: 0f, on @u:1.",
            r"NOPERM.*\+@all",
        ),
        ("-NOAUTH Authentication required.", r"NOAUTH.*\[redis\] url"),
        ("-WRONGPASS invalid username-password pair or user is disabled.", r"WRONGPASS.*\[redis\] url"),
        ("-MISCONF Errors writing to the AOF file: No space left on device", "MISCONF.*disk"),
        ("-NOREPLICAS Not enough good replicas to write.", "NOREPLICAS.*replicas"),
        ("-WRONGTYPE Operation against a key holding the wrong kind of value", r"WRONGTYPE\)$"),
        ("-ERR unknown command 'evalsha' 客户说的话", r"ERR\)$"),
    ],
)
async def test_what_it_refuses_by_is_told_with_what_to_do_and_none_of_its_words(line: str, told: str) -> None:
    async with a_store_that_says(line) as (client, _):
        with pytest.raises(Unavailable, match=told):
            await Script(client, "accept")([], 1)


async def test_a_store_without_memory_is_one_to_work_off() -> None:
    async with a_store_that_says("-OOM command not allowed when used memory > 'maxmemory'.") as (client, _):
        with pytest.raises(NoRoom, match="the store is full"):
            await Script(client, "accept")([], 1)


async def test_a_store_that_was_loading_is_asked_again_and_nobody_notices() -> None:
    async with a_store_that_says("-LOADING Valkey is loading the dataset in memory", ":1") as (client, _):
        assert await Script(client, "accept")([], 1) == 1


async def test_the_master_of_yesterday_is_left_for_whoever_has_its_name_now() -> None:
    async with a_store_that_says("-READONLY You can't write against a read only replica.", ":1") as (
        client,
        commands,
    ):
        accept = Script(client, "accept")
        with pytest.raises(Unavailable, match="read-only"):
            await accept([], 1)

        assert await accept([], 1) == 1
        assert [count for count in commands if count] == [1, 1], "each over a connection of its own"
