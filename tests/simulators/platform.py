"""What all simulated platforms share: a server, a record, troubles on order, and callbacks with retries."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

import aiohttp
from aiohttp import web

from tests.simulators.record import Attempt, Call, Posting, Record


@dataclass(frozen=True, slots=True)
class Trouble:
    """What the next call to a path meets."""

    status: int = 200
    body: dict[str, Any] | str | None = None
    """Instead of the real answer; None: the real one."""
    delay: float = 0.0
    """Seconds that the answer is late; what was asked is done all the same."""
    done: bool = False
    """True when what was asked is done, whatever the answer says."""


class Platform:
    """A platform's server API on a free port, and the sender of its callbacks."""

    def __init__(
        self, *, host: str, port: int, callback_timeout: float, retries: int, retry_pause: float
    ) -> None:
        self.record = Record()
        self.callback_timeout = callback_timeout
        self.retries = retries
        self.retry_pause = retry_pause
        self.on_trouble: Callable[[Trouble], None] = lambda trouble: None
        """Called when a call meets a planned trouble."""
        self._host = host
        self._port = port
        self._offset = 0.0
        self._troubles: dict[str, deque[Trouble]] = defaultdict(deque)
        self._lasting: dict[str, tuple[float, Trouble]] = {}
        self._session: aiohttp.ClientSession | None = None
        self._runner: web.AppRunner | None = None

    @property
    def base_url(self) -> str:
        """What Kefu gets as `api_base`."""
        return f"http://{self._host}:{self._port}"

    def now(self) -> float:
        """The platform's time in unix seconds."""
        return time.time() + self._offset

    def skip(self, seconds: float) -> None:
        """Move the platform's clock on."""
        self._offset += seconds

    def trouble(self, path: str, trouble: Trouble, *, times: int = 1) -> None:
        """Let the next `times` calls to `path` meet it."""
        self._troubles[path].extend([trouble] * times)

    def lasting_trouble(self, path: str, trouble: Trouble, *, seconds: float) -> None:
        """Let every call to `path` meet it for so long."""
        self._lasting[path] = (time.monotonic() + seconds, trouble)

    def replies_to(self, receiver: str) -> list[str]:
        """The texts that a customer (or a group) saw, oldest first."""
        return [message.text for message in self.record.seen_by(receiver)]

    async def wait_for_replies(self, receiver: str, count: int = 1, *, timeout: float = 10.0) -> list[str]:
        """The same, once there are `count`. Raises TimeoutError."""
        return [message.text for message in await self.record.wait(receiver, count, timeout)]

    async def say(
        self, callback_url: str, *, user: str, text: str, msg_id: str | None = None, copies: int = 1
    ) -> Posting:
        """A customer writes; `copies` > 1 delivers the message again although it was taken."""
        raise NotImplementedError

    def routes(self) -> list[web.RouteDef]:
        """The server API."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[self._around], client_max_size=30 * 1024 * 1024)
        app.add_routes(self.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, self._host, self._port, backlog=1024).start()
        self._port = self._runner.addresses[0][1]
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def deliver(self, id_: str, method: str, url: str, *, copies: int = 1, **request: Any) -> Posting:
        """Call Kefu until it answers 200, up to 1 + `retries` times; all in all `copies` times."""
        return await self.insist(id_, lambda: self._attempt(method, url, request), copies=copies)

    async def insist(
        self, id_: str, attempt: Callable[[], Awaitable[Attempt]], *, copies: int = 1
    ) -> Posting:
        """The same, however an attempt is made."""
        attempts: list[Attempt] = []
        taken = 0
        while taken < copies and len(attempts) - taken <= self.retries:
            if attempts and attempts[-1].status != 200:
                await asyncio.sleep(self.retry_pause)
            attempts.append(await attempt())
            taken += attempts[-1].status == 200
        posting = Posting(id_, tuple(attempts))
        self.record.postings.append(posting)
        return posting

    async def _attempt(self, method: str, url: str, request: Mapping[str, Any]) -> Attempt:
        assert self._session is not None, "use it with `async with`"
        at, started = self.now(), time.perf_counter()
        timeout = aiohttp.ClientTimeout(total=self.callback_timeout)
        try:
            async with self._session.request(method, url, timeout=timeout, **request) as response:
                body = await response.read()
                return Attempt(at, time.perf_counter() - started, response.status, body)
        except (aiohttp.ClientError, TimeoutError):
            return Attempt(at, time.perf_counter() - started, 0)

    @web.middleware
    async def _around(self, request: web.Request, handler: Any) -> web.StreamResponse:
        trouble = self._trouble_at(request.path)
        raw = await request.read()
        if trouble.body is None or trouble.done:
            response: web.StreamResponse = await handler(request)
        if isinstance(trouble.body, str):
            response = web.Response(status=trouble.status, text=trouble.body, content_type="text/html")
        elif trouble.body is not None:
            response = answer(trouble.body, trouble.status)
        self.record.calls.append(Call(self.now(), request.path, _parsed(raw), response.status))
        await asyncio.sleep(trouble.delay)
        return response

    def _trouble_at(self, path: str) -> Trouble:
        until, lasting = self._lasting.get(path, (0.0, Trouble()))
        if until > time.monotonic():
            return lasting
        planned = self._troubles[path]
        if not planned:
            return Trouble()
        self.on_trouble(planned[0])
        return planned.popleft()


def answer(body: Mapping[str, Any], status: int = 200) -> web.Response:
    """JSON, as the platforms write it."""
    return web.json_response(body, status=status, dumps=lambda value: json.dumps(value, ensure_ascii=False))


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return raw
