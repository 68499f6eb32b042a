"""A connection that brings no request is closed; one that does is left alone."""

from __future__ import annotations

import asyncio
import time

from aiohttp import web

from adapters.idle import IdleConnections


async def test_silent_connections_are_closed_and_talking_ones_are_not() -> None:
    idle = IdleConnections(head_s=10)
    app = web.Application(middlewares=[idle.hear])
    app.router.add_get("/", _hello)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    silent, half = await asyncio.open_connection("127.0.0.1", port)
    talking, writer = await asyncio.open_connection("127.0.0.1", port)
    half.write(b"GET / HTTP/1.1\r\nHost")
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    assert await talking.readline() == b"HTTP/1.1 200 OK\r\n"
    assert runner.server
    now = time.monotonic()

    idle.look(runner.server, now)
    assert len(runner.server.connections) == 2
    idle.look(runner.server, now + 11)

    assert await asyncio.wait_for(silent.read(), 2) == b""
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await talking.readuntil(b"hello")
    assert (await asyncio.wait_for(talking.readuntil(b"hello"), 2)).endswith(b"hello")
    half.close()
    writer.close()
    await runner.cleanup()


async def test_a_picture_that_comes_slowly_comes_in_all_the_same() -> None:
    idle = IdleConnections(head_s=10)
    begun = asyncio.Event()

    async def take(request: web.Request) -> web.Response:
        begun.set()
        return web.Response(body=await request.read())

    app = web.Application(middlewares=[idle.hear])
    app.router.add_post("/", take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    back, there = await asyncio.open_connection("127.0.0.1", runner.addresses[0][1])
    there.write(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\nfir")
    await asyncio.wait_for(begun.wait(), 2)
    assert runner.server
    now = time.monotonic()

    idle.look(runner.server, now)
    idle.look(runner.server, now + 11)
    there.write(b"st!")

    assert await asyncio.wait_for(back.readline(), 2) == b"HTTP/1.1 200 OK\r\n"
    there.close()
    await runner.cleanup()


async def _hello(_: web.Request) -> web.Response:
    return web.Response(text="hello")
