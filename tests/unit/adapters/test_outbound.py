"""A call to a platform ends in a JSON object or in an error that says whether it was sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from adapters.outbound import MAX_ANSWER_BYTES, Outbound, Unclear, Unsent
from bot.waiting import end

SECRET = "token-that-nobody-may-read"


@pytest.fixture
async def echo() -> AsyncIterator[str]:
    """A server that answers in every good and bad way, by path."""
    app = web.Application()
    app.router.add_route("*", "/{way}", _answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def _answer(request: web.Request) -> web.StreamResponse:
    way = request.match_info["way"]
    if way == "html":
        return web.Response(status=403, text="<html>banned</html>", content_type="text/html")
    if way == "list":
        return web.json_response([1, 2])
    if way == "huge":
        return web.Response(body=b" " * (MAX_ANSWER_BYTES + 1) + b"{}")
    if way == "redirect":
        raise web.HTTPFound("/ok")
    if way == "slow":
        await asyncio.sleep(1)
    if way == "hangs":
        await asyncio.Event().wait()
    if way == "cut" and request.transport:
        request.transport.close()
    raw = await request.read()
    return web.json_response(
        {"raw": raw.decode(), "query": dict(request.query), "header": request.headers.get("x-token", "")},
        status=404 if way == "missing" else 200,
    )


async def test_what_we_send_is_utf8_and_what_comes_back_is_an_object(outbound: Outbound, echo: str) -> None:
    status, answer = await outbound.json(
        "POST", f"{echo}/ok", params={"a": "1&2"}, body={"text": "你好😀"}, headers={"x-token": "t"}
    )

    assert status == 200
    assert answer == {"raw": '{"text":"你好😀"}', "query": {"a": "1&2"}, "header": "t"}


async def test_a_status_is_left_to_the_caller(outbound: Outbound, echo: str) -> None:
    status, _ = await outbound.json("GET", f"{echo}/missing")

    assert status == 404


@pytest.mark.parametrize(
    ("way", "status"), [("html", 403), ("list", 200), ("huge", 200), ("redirect", 302), ("cut", None)]
)
async def test_an_answer_without_sense_is_unclear(
    outbound: Outbound, echo: str, way: str, status: int | None
) -> None:
    with pytest.raises(Unclear) as caught:
        await outbound.json("POST", f"{echo}/{way}", params={"access_token": SECRET}, body={"text": SECRET})

    assert caught.value.status == status
    assert SECRET not in str(caught.value)


async def test_silence_is_unclear(outbound: Outbound, echo: str) -> None:
    with pytest.raises(Unclear, match="no answer within"):
        await outbound.json("POST", f"{echo}/slow", params={"access_token": SECRET}, body={}, timeout=0.1)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/x", "http://no-such-host.invalid/", "http://[", "nonsense"]
)
async def test_no_connection_means_surely_not_sent(outbound: Outbound, url: str) -> None:
    with pytest.raises(Unsent) as caught:
        await outbound.json("POST", url, params={"access_token": SECRET}, body={"text": SECRET})

    assert SECRET not in str(caught.value)


async def test_half_a_surrogate_pair_does_not_break_a_send(outbound: Outbound, echo: str) -> None:
    _, answer = await outbound.json("POST", f"{echo}/ok", body={"text": "a\ud800b"})

    sent: Any = json.loads(answer["raw"])
    assert sent == {"text": "a?b"}


async def test_it_can_be_closed_twice_and_opened_again(outbound: Outbound, echo: str) -> None:
    await outbound.json("GET", f"{echo}/ok")
    await outbound.close()
    await outbound.close()

    status, _ = await outbound.json("GET", f"{echo}/ok")

    assert status == 200


async def test_a_platform_that_hangs_leaves_connections_to_the_others(outbound: Outbound, echo: str) -> None:
    hanging = [asyncio.create_task(outbound.json("POST", f"{echo}/hangs", timeout=60)) for _ in range(150)]
    await asyncio.sleep(0)

    status, _ = await outbound.json("POST", f"{echo}/ok", body={}, timeout=10)

    assert status == 200
    await end(hanging)
