"""Whatever is thrown at a callback: no 5xx, no stack trace, no growth."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlencode

import aiohttp
import psutil
import pytest
import pytest_asyncio

from tests.house import House, a_house
from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.wecom import WeComSimulator
from tests.simulators.wecom_bot import WeComBotSimulator

pytestmark = [pytest.mark.processes, pytest.mark.asyncio(loop_scope="module")]

BODIES = 1000
ROUTES = (
    "/callbacks/wecom",
    "/callbacks/ding",
    "/callbacks/bot",
    "/webchat/web/messages",
    "/webchat/web/sessions",
    "/webchat/web/opinions",
    "/webchat/web/media",
)


def bodies(seed: int) -> Iterator[bytes]:
    """Random bytes, and mutations of what the platforms really send."""
    chance = random.Random(seed)
    seeds = (
        b"<xml><ToUserName><![CDATA[ww]]></ToUserName><Encrypt><![CDATA[4j/AuRx71kQlxVlz]]></Encrypt></xml>",
        json.dumps(
            {"msgId": "m", "msgtype": "text", "text": {"content": "在吗"}, "conversationType": "1"}
        ).encode(),
        b'{"encrypt": "4j/AuRx71kQlxVlz"}',
        b'{"id": "a", "text": "\xe5\x9c\xa8\xe5\x90\x97"}',
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><xml><Encrypt>&a;</Encrypt></xml>',
        b"[" * 5000,
    )
    for number in range(BODIES):
        if number % 2:
            yield chance.randbytes(chance.randrange(0, 2000))
        else:
            body = bytearray(chance.choice(seeds))
            for _ in range(chance.randrange(1, 8)):
                position = chance.randrange(len(body))
                body[position : position + chance.randrange(0, 3)] = chance.randbytes(chance.randrange(0, 4))
            yield bytes(body)


def queries(seed: int) -> Iterator[str]:
    chance = random.Random(seed)
    names = ("msg_signature", "timestamp", "nonce", "echostr", "signature", "x")
    while True:
        yield urlencode({name: chance.randbytes(chance.randrange(0, 30)) for name in chance.sample(names, 3)})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def wecom() -> AsyncIterator[WeComSimulator]:
    async with WeComSimulator() as simulator:
        simulator.retries = 0
        yield simulator


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def dingtalk() -> AsyncIterator[DingTalkSimulator]:
    async with DingTalkSimulator(qps=None) as simulator:
        simulator.retries = 0
        yield simulator


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot() -> AsyncIterator[WeComBotSimulator]:
    async with WeComBotSimulator() as simulator:
        simulator.retries = 0
        yield simulator


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def open_house(
    tmp_path_factory: pytest.TempPathFactory,
    wecom: WeComSimulator,
    dingtalk: DingTalkSimulator,
    bot: WeComBotSimulator,
) -> AsyncIterator[House]:
    folder, patience = tmp_path_factory.mktemp("house"), {"KEFU_SERVER__BODY_TIMEOUT_S": "2"}
    async with a_house(folder, wecom=wecom, dingtalk=dingtalk, wecom_bot=bot, environment=patience) as house:
        await house.start("valkey", "gateway")
        yield house


async def test_a_thousand_bad_bodies_at_each_route_get_a_clear_answer(open_house: House) -> None:
    for route in ROUTES:
        statuses: Counter[int] = Counter()
        async with aiohttp.ClientSession() as session:
            for body, query in zip(bodies(1), queries(2), strict=False):
                url = f"{open_house.url}{route}?{query}"
                async with session.request("POST", url, data=body) as response:
                    text = await response.text()
                    statuses[response.status] += 1
                    assert "Traceback" not in text
                    assert response.status < 400 or set(json.loads(text)) == {"error", "detail"}

        assert sum(statuses.values()) == BODIES
        assert max(statuses) < 500, (route, statuses)


async def test_a_handshake_that_is_none_gets_a_clear_answer(open_house: House) -> None:
    async with aiohttp.ClientSession() as session:
        for _, query in zip(range(BODIES), queries(3), strict=False):
            async with session.get(f"{open_house.url}/callbacks/wecom?{query}") as response:
                assert response.status in (400, 401)
                assert set(await response.json()) == {"error", "detail"}


async def test_signed_rubbish_is_rubbish_all_the_same(
    open_house: House, wecom: WeComSimulator, dingtalk: DingTalkSimulator, bot: WeComBotSimulator
) -> None:
    """Whoever has the secret may still send what nobody can read."""
    chance = random.Random(3)
    for _ in range(200):
        rubbish = "".join(chr(chance.randrange(1, 0xD7FF)) for _ in range(chance.randrange(0, 200)))
        posting = await wecom.post_xml(open_house.callback("wecom"), rubbish)
        assert posting.attempts[-1].status in (200, 400)
        posting = await bot.post_inner(
            open_house.callback("bot"), json.dumps({"msgtype": rubbish, "msgid": 3})
        )
        assert posting.attempts[-1].status in (200, 400)
        posting = await dingtalk.post(open_house.callback("ding"), {"msgId": rubbish, "text": {"content": 3}})
        assert posting.attempts[-1].status in (200, 400)


async def test_memory_stays_flat_under_bad_bodies(open_house: House) -> None:
    gateway = psutil.Process(open_house.running["gateway"].pid)
    async with aiohttp.ClientSession() as session:

        async def throw(seed: int) -> int:
            for body in bodies(seed):
                async with session.post(f"{open_house.url}/callbacks/ding", data=body) as response:
                    await response.read()
            return int(gateway.memory_info().rss)

        warm = await throw(1)
        after = [await throw(seed) for seed in (2, 3, 4)][-1]

    assert after < warm * 1.05


async def test_what_is_too_big_is_refused_by_size(open_house: House) -> None:
    url = f"{open_house.url}/callbacks/wecom"
    async with aiohttp.ClientSession() as session, session.post(url, data=b"x" * 300_000) as response:
        assert response.status == 413
        assert (await response.json())["error"] == "too_large"


async def test_a_body_that_never_comes_does_not_wait_for_ever(open_house: House) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        yield b"<xml>"
        await asyncio.sleep(30)

    url = f"{open_house.url}/callbacks/wecom"
    async with aiohttp.ClientSession() as session, session.post(url, data=slowly()) as response:
        assert response.status == 400


async def test_unknown_places_and_methods_have_answers_of_the_same_shape(open_house: House) -> None:
    async with aiohttp.ClientSession() as session:
        for method, path, status in (
            ("POST", "/callbacks/nobody", 404),
            ("POST", "/callbacks/web", 404),
            ("DELETE", "/callbacks/wecom", 405),
            ("GET", "/nowhere", 404),
            ("POST", "/webchat/nobody/sessions", 404),
        ):
            async with session.request(method, f"{open_house.url}{path}") as response:
                assert response.status == status, path
                assert set(await response.json()) == {"error", "detail"}


async def test_with_the_store_down_a_door_keeps_what_comes_and_says_so_where_there_is_no_disk_either(
    house: House, wecom: WeComSimulator, dingtalk: DingTalkSimulator, bot: WeComBotSimulator
) -> None:
    await house.start("valkey", "gateway")
    spool = house.folder / "data" / "spool"
    spool.rmdir()
    spool.write_text("no folder", encoding="utf-8")
    house.kill("valkey")

    async def say() -> list[int]:
        postings = [
            await wecom.say(house.callback("wecom"), user="u1", text="在吗"),
            await dingtalk.say(house.callback("ding"), user="u1", text="在吗"),
            await bot.say(house.callback("bot"), user="u1", text="在吗"),
        ]
        return [posting.attempts[-1].status for posting in postings]

    assert await say() == [503, 503, 503]
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{house.url}/readyz") as response:
            assert response.status == 503
            parts = (await response.json())["parts"]
            assert "away" in parts["store"]
            assert "can't be written" in parts["spool"]
        spool.unlink()
        assert await say() == [200, 200, 200]
        async with session.post(f"{house.url}/webchat/web/sessions") as response:
            headers = {"Authorization": f"Bearer {(await response.json())['token']}"}
        words = {"id": "m1", "text": "在吗"}
        async with session.post(f"{house.url}/webchat/web/messages", json=words, headers=headers) as response:
            assert response.status == 202
        async with session.get(f"{house.url}/readyz") as response:
            assert response.status == 200
            assert (await response.json())["parts"]["spool"].startswith("in use: keeps 4")
        async with session.get(f"{house.url}/healthz") as response:
            assert response.status == 200
        async with session.get(f"{house.url}/metrics") as response:
            assert "kefu_spool_messages 4" in await response.text()


async def test_broken_compression_and_a_caller_who_hangs_up_are_no_fault_of_ours(open_house: House) -> None:
    for encoding in (b"gzip", b"deflate"):
        reader, writer = await asyncio.open_connection("127.0.0.1", open_house.port)
        head = b"POST /callbacks/wecom HTTP/1.1\r\nHost: x\r\nContent-Length: 20\r\nContent-Encoding: "
        writer.write(head + encoding + b"\r\n\r\n" + b"not compressed, oops")
        assert (await reader.readline()).startswith(b"HTTP/1.1 400")
        writer.close()
    _, writer = await asyncio.open_connection("127.0.0.1", open_house.port)
    writer.write(b"POST /callbacks/wecom HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
    await writer.drain()
    writer.transport.abort()
    await asyncio.sleep(0.3)

    assert "Traceback" not in open_house.log("gateway")
