"""DingTalk's stream gateway (developerpedia, May 2025): tickets, connections, deliveries until acknowledged.

`python -m tests.simulators.dingtalk_stream --callback stream` runs it beside a gateway.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import secrets
import time
from dataclasses import replace
from typing import Any

from aiohttp import web

from tests.simulators.dingtalk import DingTalkApp, DingTalkSimulator
from tests.simulators.dingtalk_cards import Card
from tests.simulators.platform import answer
from tests.simulators.record import Attempt, Posting
from tests.simulators.stream_socket import Ack, Socket

OPEN_PATH = "/v1.0/gateway/connections/open"
CONNECT_PATH = "/connect"
MESSAGE_TOPIC = "/v1.0/im/bot/messages/get"
CARD_TOPIC = "/v1.0/card/instances/callback"


class DingTalkStreamSimulator(DingTalkSimulator):
    """`async with DingTalkStreamSimulator() as ding: await ding.say(user="u1", text="在吗")`.

    What goes wrong with opening is ordered as for any path: `ding.trouble(OPEN_PATH, Trouble(503, "<html>"))`.
    """

    def __init__(
        self,
        app: DingTalkApp | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        redeliver_after: float = 60.0,
        redeliveries: int = 2,
        ticket_life: float = 90.0,
        drop_after: float = 10.0,
        token_life: float = 7200.0,
        session_life: float = 5400.0,
        qps: int | None = 20,
    ) -> None:
        """Seconds. How often and when DingTalk delivers again is reported by users, not documented."""
        super().__init__(
            app,
            host=host,
            port=port,
            callback_timeout=redeliver_after,
            retries=redeliveries,
            retry_pause=0,
            token_life=token_life,
            session_life=session_life,
            qps=qps,
        )
        self.ticket_life = ticket_life
        self.drop_after = drop_after
        self.sockets: list[Socket] = []
        """Every one that ever was, oldest first."""
        self.answers_pings = True
        """The websocket's own pings; False: as when the network is gone and nobody noticed."""
        self._tickets: dict[str, tuple[float, frozenset[str]]] = {}
        self._frames = itertools.count(1)
        self._news = asyncio.Condition()

    @property
    def open_sockets(self) -> list[Socket]:
        """Those that messages are routed to."""
        return [socket for socket in self.sockets if socket.takes_messages]

    @property
    def missed_acks(self) -> list[Ack]:
        """Acknowledgements that were of no use: on another socket, too late, or of nothing at all."""
        return [ack for socket in self.sockets for ack in socket.acks if not ack.counts]

    async def wait_for_sockets(self, count: int = 1, *, timeout: float = 10.0) -> list[Socket]:
        """The open ones, once there are just `count`. Raises TimeoutError."""
        async with asyncio.timeout(timeout), self._news:
            await self._news.wait_for(lambda: len(self.open_sockets) == count)
        return self.open_sockets

    # The sender of frames.

    async def say(self, callback_url: str = "", **message: Any) -> Posting:
        """A customer writes: pushed until it is acknowledged. `callback_url` is there for the likeness only."""
        return await super().say(callback_url, **message)

    async def post(self, callback_url: str, body: dict[str, Any], *, copies: int = 1) -> Posting:
        """Deliver any body."""
        data = json.dumps(body, ensure_ascii=False)
        return await self.insist(str(body.get("msgId", "")), lambda: self.push(data), copies=copies)

    async def carry_press(self, card: Card, body: dict[str, Any], copies: int) -> Posting:
        """Over the stream, unless the card was made for HTTP."""
        if card.callback_type != "STREAM":
            return await super().carry_press(card, body, copies)
        data = json.dumps(body, ensure_ascii=False)
        posting = await self.insist(card.track, lambda: self.push(data, CARD_TOPIC), copies=copies)
        said = [
            replace(one, body=_response(one.body)) if one.status == 200 else one for one in posting.attempts
        ]
        return replace(posting, attempts=tuple(said))

    async def push(self, data: str, topic: str = MESSAGE_TOPIC) -> Attempt:
        """One message down one socket that subscribed, any one, and what came back on that socket in time.

        Anything but a 200 counts as silence here: what DingTalk makes of another code, nobody knows.
        """
        at, started = self.now(), time.perf_counter()
        frame = self.frame("CALLBACK", topic, data)
        listening = [socket for socket in self.open_sockets if topic in socket.topics]
        socket = random.choice(listening) if listening else None
        ack = await socket.ask(frame, self.callback_timeout) if socket else None
        seconds = time.perf_counter() - started
        if ack is not None and ack.code == 200:
            return Attempt(at, seconds, ack.code, ack.data.encode())
        await asyncio.sleep(max(0.0, self.callback_timeout - seconds))
        return Attempt(at, seconds, ack.code if ack else 0)

    async def ping(self, socket: Socket, *, opaque: str = "0d3f") -> bool:
        """Whether the `opaque` came back."""
        frame = self.frame("SYSTEM", "ping", json.dumps({"opaque": opaque}))
        ack = await socket.ask(frame, self.callback_timeout)
        return ack is not None and ack.code == 200 and json.loads(ack.data) == {"opaque": opaque}

    async def disconnect(self, socket: Socket) -> None:
        """Ask a client to leave: nothing more is routed there, and after `drop_after` seconds it is dropped."""
        socket.takes_messages = False
        reason = json.dumps({"reason": "persistent connection is timeout"})
        await socket.send(self.frame("SYSTEM", "disconnect", reason))
        asyncio.get_running_loop().call_later(self.drop_after, socket.drop)

    def frame(self, kind: str, topic: str, data: str) -> dict[str, Any]:
        """As the gateway writes it."""
        headers = {
            "contentType": "application/json",
            "messageId": f"{secrets.token_hex(4)}_{next(self._frames)}",
            "time": str(int(self.now() * 1000)),
            "topic": topic,
        }
        return {"specVersion": "1.0", "type": kind, "headers": headers, "data": data}

    # The server's side.

    def routes(self) -> list[web.RouteDef]:
        """The server API and the gateway."""
        return [
            *super().routes(),
            web.post(OPEN_PATH, self._open),
            web.get(CONNECT_PATH, self._connect),
        ]

    async def __aexit__(self, *exc: object) -> None:
        for socket in self.sockets:
            socket.drop()
        await super().__aexit__(*exc)

    async def _open(self, request: web.Request) -> web.Response:
        if request.headers.get("Accept", "") != "application/json":
            return web.Response(text="<connection/>", content_type="application/xml")
        body = await request.json()
        if (body.get("clientId"), body.get("clientSecret")) != (self.app.client_id, self.app.client_secret):
            return answer({"code": "authFailed", "message": "鉴权失败", "requestid": "r"}, 401)
        if {"type": "CALLBACK", "topic": MESSAGE_TOPIC} not in body.get("subscriptions", []):
            return answer({"code": "invalidParameter", "message": "subscriptions", "requestid": "r"}, 400)
        ticket = f"{secrets.token_urlsafe(12)}+/="  # what must be escaped in a query
        topics = frozenset(one["topic"] for one in body["subscriptions"])
        self._tickets[ticket] = (self.now() + self.ticket_life, topics)
        endpoint = self.base_url.replace("http://", "ws://", 1) + CONNECT_PATH
        return answer({"endpoint": endpoint, "ticket": ticket})

    async def _connect(self, request: web.Request) -> web.StreamResponse:
        """A ticket is good once. What a bad one gets, DingTalk does not say."""
        ends_at, topics = self._tickets.pop(request.query.get("ticket", ""), (0.0, frozenset()))
        if ends_at <= self.now():
            return web.Response(status=401)
        websocket = web.WebSocketResponse(autoping=self.answers_pings)
        await websocket.prepare(request)
        socket = Socket(websocket, request, topics)
        self.sockets.append(socket)
        await self._tell()
        try:
            await socket.listen()
        finally:
            await self._tell()
        return websocket

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()


def _response(data: bytes) -> bytes:
    """What a card is changed by, out of an acknowledgement's data."""
    return json.dumps(json.loads(data)["response"]).encode()


if __name__ == "__main__":
    from tests.simulators.crowd import main

    main(DingTalkStreamSimulator)
