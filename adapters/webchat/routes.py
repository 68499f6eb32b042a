"""The web chat's routes: sessions, messages, events, and the page to try them on."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final

import structlog
from aiohttp import web

from adapters.http import headers_of, read, respond
from adapters.intake import Intake
from adapters.webchat.channel import WebChatChannel, bearer
from adapters.webchat.http import apply_headers, caller, slow_down
from adapters.webchat.limits import RateLimit
from adapters.webchat.origins import Origins
from adapters.webchat.pages import Pages
from adapters.webchat.payload import write
from adapters.webchat.stream import KEEP_ALIVE_S, Streams
from bot.channel import HttpAnswer
from bot.errors import BadRequest, NotFound
from bot.ports import Feed

log = structlog.get_logger()

Describe = Callable[[str], Awaitable[dict[str, object]]]
"""A channel's `status` event: `{"mode", "title", "greeting", "suggestions"}`. Asked often, so cheap."""

_EVENT_ID: Final = re.compile(r"\d{1,20}(-\d{1,20})?|", re.ASCII)
"""Milliseconds and a counter, as the feed gives them; empty: from the beginning."""


class WebChatRoutes:
    """Everything under `/webchat/{channel}/`, and the pages."""

    def __init__(
        self,
        channels: Mapping[str, WebChatChannel],
        intake: Intake,
        feed: Feed,
        describe: Describe,
        *,
        keep_alive_s: float = KEEP_ALIVE_S,
    ) -> None:
        self._doors = {name: _Door(channel) for name, channel in channels.items()}
        self._intake = intake
        self._describe = describe
        self._streams = Streams(feed, keep_alive_s=keep_alive_s)
        self._pages = Pages(list(channels))

    def add_to(self, app: web.Application) -> None:
        """Add the routes, and the end of all streams to the application's shutdown."""
        for path, method, handle in (
            ("sessions", "POST", self.open_session),
            ("messages", "POST", self.take_message),
            ("events", "GET", self.follow),
        ):
            app.router.add_route(method, f"/webchat/{{channel}}/{path}", handle)
            app.router.add_route("OPTIONS", f"/webchat/{{channel}}/{path}", self.preflight)
        self._pages.add_to(app)
        app.on_response_prepare.append(apply_headers)
        app.on_shutdown.append(self._streams.close)

    async def preflight(self, request: web.Request) -> web.Response:
        """`OPTIONS`: may this site's page ask at all?"""
        return self._door(request).origins.preflight(request)

    async def open_session(self, request: web.Request) -> web.Response:
        """`POST sessions`: a new visitor. Raises NotFound, OriginRefused and TooMany."""
        door = self._enter(request)
        slow_down(request, door.sessions.take(caller(request)), "new sessions from this address")
        session = door.channel.open_session()
        log.info("session_opened", channel=door.channel.name)
        body = write({"session": session.id, "token": session.token}).encode()
        return respond(HttpAnswer(200, body, "application/json"))

    async def take_message(self, request: web.Request) -> web.Response:
        """`POST messages`: what a visitor said; 202 once it is stored. Raises Rejected and Unavailable."""
        door = self._enter(request)
        # Who it is comes first: a stranger's body is not worth reading.
        visitor = door.channel.visitor(bearer(headers_of(request)))
        slow_down(request, door.messages.take(visitor.customer), "messages")
        return respond(await self._intake.take(door.channel, await read(request)))

    async def follow(self, request: web.Request) -> web.StreamResponse:
        """`GET events`: the visitor's events, from where they left off. Raises Rejected and Unavailable."""
        door = self._enter(request)
        # An EventSource can set no headers, so a query is taken in place of both.
        token = request.query.get("token") or bearer(headers_of(request))
        visitor = door.channel.visitor(token)
        after = request.headers.get("Last-Event-ID") or request.query.get("last_event_id", "")
        if not _EVENT_ID.fullmatch(after):
            raise BadRequest("the last event id is none of ours")
        return await self._streams.serve(request, visitor, after, partial(self._describe, door.channel.name))

    def _enter(self, request: web.Request) -> _Door:
        door = self._door(request)
        door.origins.check(request)
        return door

    def _door(self, request: web.Request) -> _Door:
        door = self._doors.get(request.match_info["channel"])
        if door is None:
            raise NotFound("there is no web chat of this name")
        return door


class _Door:
    """A channel with who may come to it, and how often."""

    def __init__(self, channel: WebChatChannel) -> None:
        settings = channel.settings
        self.channel = channel
        self.origins = Origins(settings.origins)
        self.messages = RateLimit(settings.messages_per_minute, time.monotonic)
        self.sessions = RateLimit(settings.sessions_per_minute, time.monotonic)
