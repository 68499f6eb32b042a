"""A browser with the web chat in it, as far as its requests go."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp


@dataclass(frozen=True)
class Event:
    """Of a visitor's feed."""

    id: str
    kind: str
    data: dict[str, Any]


class Visitor:
    """A browser with a session."""

    def __init__(self, browser: aiohttp.ClientSession, gateway: str, channel: str, token: str) -> None:
        self._browser = browser
        self._channel = channel
        self._url = f"{gateway}/webchat/{channel}"
        self._token = token
        self._headers = {"Authorization": f"Bearer {token}"}

    def at(self, gateway: str) -> Visitor:
        """The same, should a balancer lead them to another one."""
        return Visitor(self._browser, gateway, self._channel, self._token)

    async def ask(self, text: str, message_id: str) -> None:
        """Write, and be heard."""
        message = {"id": message_id, "text": text}
        async with self._browser.post(f"{self._url}/messages", json=message, headers=self._headers) as answer:
            assert answer.status == 202

    @asynccontextmanager
    async def follow(self, after: str = "", *, within: float = 30.0) -> AsyncIterator[AsyncIterator[Event]]:
        """Partials and replies, as they come. Raises TimeoutError when it takes longer."""
        headers = {**self._headers, "Last-Event-ID": after}
        async with (
            asyncio.timeout(within),
            self._browser.get(f"{self._url}/events", headers=headers) as response,
        ):
            yield (event async for event in _events(response) if event.kind != "status")


async def _events(response: aiohttp.ClientResponse) -> AsyncIterator[Event]:
    fields: dict[str, str] = {}
    async for line in response.content:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name:
            fields[name] = value
        elif "event" in fields:
            yield Event(fields.get("id", ""), fields["event"], json.loads(fields["data"]))
            fields = {}


@asynccontextmanager
async def a_visitor(gateway: str, channel: str = "web") -> AsyncIterator[Visitor]:
    """A new one, at the gateway of this address."""
    async with aiohttp.ClientSession() as browser:
        async with browser.post(f"{gateway}/webchat/{channel}/sessions") as response:
            token = (await response.json())["token"]
        yield Visitor(browser, gateway, channel, token)
