"""One connection of a stream client, seen from the server."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import WSMsgType, web


@dataclass(frozen=True, slots=True)
class Ack:
    """What the client said of a frame."""

    message_id: str
    code: int
    data: str
    counts: bool
    """True when the frame went down this socket, and the answer was still waited for."""


class Socket:
    """Sends frames, and keeps what comes back."""

    def __init__(
        self, websocket: web.WebSocketResponse, request: web.Request, topics: frozenset[str]
    ) -> None:
        self.topics = topics
        """What its client subscribed to."""
        self.acks: list[Ack] = []
        self.takes_messages = True
        self._websocket = websocket
        self._request = request
        self._over = asyncio.Event()
        self._waiting: dict[str, asyncio.Future[Ack]] = {}

    async def listen(self) -> None:
        """Until the connection is over."""
        try:
            async for message in self._websocket:
                if message.type is WSMsgType.TEXT:
                    self._take(json.loads(message.data))
        finally:
            self.takes_messages = False
            self._over.set()

    async def over(self, *, timeout: float = 10.0) -> None:
        """Return when the client is gone. Raises TimeoutError."""
        await asyncio.wait_for(self._over.wait(), timeout)

    async def send(self, frame: dict[str, Any] | str) -> None:
        """A frame, or any text at all; none when the connection is over already."""
        text = frame if isinstance(frame, str) else json.dumps(frame, ensure_ascii=False)
        if not self._websocket.closed:
            with suppress(ConnectionError):  # as on any network: who sends does not know
                await self._websocket.send_str(text)

    async def send_bytes(self, data: bytes) -> None:
        """A frame that is no text."""
        await self._websocket.send_bytes(data)

    async def ask(self, frame: dict[str, Any], within: float) -> Ack | None:
        """Send a frame, wait for its acknowledgement; None when there is none in time."""
        message_id = frame["headers"]["messageId"]
        self._waiting[message_id] = asyncio.get_running_loop().create_future()
        await self.send(frame)
        try:
            return await asyncio.wait_for(self._waiting[message_id], within)
        except TimeoutError:
            return None
        finally:
            del self._waiting[message_id]

    async def close(self) -> None:
        """In good order."""
        self.takes_messages = False
        await self._websocket.close()

    def drop(self) -> None:
        """As when a cable is cut."""
        self.takes_messages = False
        if self._request.transport is not None:
            self._request.transport.abort()

    def _take(self, ack: dict[str, Any]) -> None:
        message_id = str(ack["headers"]["messageId"])
        waiting = self._waiting.get(message_id)
        taken = Ack(message_id, int(ack["code"]), str(ack["data"]), waiting is not None)
        self.acks.append(taken)
        if waiting is not None and not waiting.done():
            waiting.set_result(taken)
