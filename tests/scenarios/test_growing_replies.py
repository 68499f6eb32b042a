"""A visitor reads the answer while the model is still speaking."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from tests.house import House
from tests.simulators.model import ModelSimulator

pytestmark = pytest.mark.processes

FIRST, SECOND = "签收后7天内可以退货。", "请在我的订单里申请。"


@dataclass(frozen=True)
class Event:
    id: str
    kind: str
    data: dict[str, Any]


class Visitor:
    """A browser with a session."""

    def __init__(self, browser: aiohttp.ClientSession, url: str, token: str) -> None:
        self._browser = browser
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}

    async def ask(self, text: str, message_id: str) -> None:
        message = {"id": message_id, "text": text}
        async with self._browser.post(f"{self._url}/messages", json=message, headers=self._headers) as answer:
            assert answer.status == 202

    @asynccontextmanager
    async def follow(self, after: str = "") -> AsyncIterator[AsyncIterator[Event]]:
        """Partials and replies, as they come."""
        headers = {**self._headers, "Last-Event-ID": after}
        async with (
            asyncio.timeout(30),
            self._browser.get(f"{self._url}/events", headers=headers) as response,
        ):
            yield (event async for event in events(response) if event.kind != "status")


async def events(response: aiohttp.ClientResponse) -> AsyncIterator[Event]:
    fields: dict[str, str] = {}
    async for line in response.content:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name:
            fields[name] = value
        elif "event" in fields:
            yield Event(fields.get("id", ""), fields["event"], json.loads(fields["data"]))
            fields = {}


@asynccontextmanager
async def a_visitor(house: House) -> AsyncIterator[Visitor]:
    url = f"{house.url}/webchat/web"
    async with aiohttp.ClientSession() as browser:
        async with browser.post(f"{url}/sessions") as response:
            token = (await response.json())["token"]
        yield Visitor(browser, url, token)


async def test_a_visitor_sees_the_answer_grow_also_one_who_comes_midway(
    house: House, model: ModelSimulator
) -> None:
    house.environment |= {"KEFU_MODEL__BASE_URL": model.base_url, "KEFU_MODEL__MODEL": "qwen"}
    model.pieces, model.allowed = [FIRST, SECOND, "运费我们出"], 1
    await house.start("valkey", "worker", "gateway")

    async with a_visitor(house) as visitor:
        async with visitor.follow() as feed:
            await visitor.ask("怎么退货", "q1")
            first = await anext(feed)
            model.allowed = 2
            second = await anext(feed)
            async with visitor.follow() as other_tab:
                midway = await anext(other_tab)
                model.allowed = None
                reply = await anext(feed)
                assert await anext(other_tab) == reply
        async with visitor.follow() as again:
            assert await anext(again) == reply, "nothing of its making is left"

        await visitor.ask("多久发货", "q2")
        async with visitor.follow(reply.id) as resumed:
            while (event := await anext(resumed)).kind == "partial":
                assert event.data["reply"] != reply.data["id"]

    assert (first.kind, second.kind, midway) == ("partial", "partial", second)
    assert (first.data["text"], second.data["text"]) == (FIRST, FIRST + SECOND)
    assert (reply.kind, reply.data["text"]) == ("reply", f"{FIRST}{SECOND}运费我们出")
    assert {first.data["reply"], second.data["reply"]} == {reply.data["id"]}
    assert {first.id, second.id} == {""}
    assert event.data["answers"] == ["q2"]
