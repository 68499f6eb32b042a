"""The web chat's routes: sessions, messages, opinions, pictures, events, and the page to try them on."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Final

import structlog
from aiohttp import web

from adapters.http import headers_of, read, respond
from adapters.webchat.channel import WebChatChannel, bearer
from adapters.webchat.door import Door
from adapters.webchat.http import apply_headers
from adapters.webchat.pages import Describe, Pages
from adapters.webchat.payload import write
from adapters.webchat.pictures import read_picture
from adapters.webchat.stream import KEEP_ALIVE_S, Streams
from bot.channel import HttpAnswer, Keep
from bot.errors import BadRequest, NotFound, Unavailable
from bot.ports import Feed, Rates
from bot.types import Conversation
from bot.waiting import end

log = structlog.get_logger()

_EVENT_ID: Final = re.compile(r"\d{1,20}(-\d{1,20})?|", re.ASCII)
"""Milliseconds and a counter, as the feed gives them; empty: from the beginning."""
_TIDY_EVERY_S: Final = 600.0


class WebChatRoutes:
    """Everything under `/webchat/{channel}/`, and the pages."""

    def __init__(
        self,
        channels: Mapping[str, WebChatChannel],
        keep: Keep,
        feed: Feed,
        rates: Rates,
        describe: Describe,
        *,
        keep_alive_s: float = KEEP_ALIVE_S,
    ) -> None:
        self._doors = {name: Door(channel, rates) for name, channel in channels.items()}
        self._keep = keep
        self._describe = describe
        self._streams = Streams(feed, keep_alive_s=keep_alive_s)
        self._pages = Pages(list(channels), describe)

    def add_to(self, app: web.Application) -> None:
        """Add the routes, the end of all streams to the application's shutdown, and tidying to its life."""
        for path, method, handle in (
            ("sessions", "POST", self.open_session),
            ("messages", "POST", self.take_message),
            ("opinions", "POST", self.take_opinion),
            ("media", "POST", self.take_picture),
            ("events", "GET", self.follow),
        ):
            app.router.add_route(method, f"/webchat/{{channel}}/{path}", handle)
            app.router.add_route("OPTIONS", f"/webchat/{{channel}}/{path}", self.preflight)
        self._pages.add_to(app)
        app.on_response_prepare.append(apply_headers)
        app.on_shutdown.append(self._streams.close)
        app.cleanup_ctx.append(self._tidying)

    async def preflight(self, request: web.Request) -> web.Response:
        """`OPTIONS`: may this site's page ask at all?"""
        return self._door(request).origins.preflight(request)

    async def open_session(self, request: web.Request) -> web.Response:
        """`POST sessions`: a new visitor, or a customer whom the shop knows. Raises Rejected."""
        door = self._door(request)
        door.enter(request)
        await door.admit_stranger(request)
        session = door.channel.open_session((await read(request)).body)
        log.info("session_opened", channel=door.channel.name)
        return _answer(200, {"session": session.id, "token": session.token})

    async def take_message(self, request: web.Request) -> web.Response:
        """`POST messages`: what a visitor said; 202 once it is stored. Raises Rejected and Unavailable."""
        door, visitor = self._enter(request)
        await door.admit(request, visitor.customer, "messages")
        posted = await read(request)
        message = door.channel.receive(posted)
        await door.channel.check_media(message)
        await self._keep(message)
        await door.channel.tell_others(message)
        return respond(await door.channel.acknowledge(message, posted))

    async def take_opinion(self, request: web.Request) -> web.Response:
        """`POST opinions`: what a visitor thinks of a reply. Raises Rejected and Unavailable."""
        door, visitor = self._enter(request)
        await door.admit(request, visitor.customer, "opinions")
        opinion = door.channel.receive_opinion(await read(request))
        await self._keep(opinion)
        return _answer(202, {"reply": opinion.reply})

    async def take_picture(self, request: web.Request) -> web.Response:
        """`POST media`: a picture, and the name a message gives it by. Raises Rejected and Unavailable."""
        door, visitor = self._enter(request)
        await door.admit(request, visitor.customer, "pictures")
        with door.uploading(request):
            picture = await read_picture(request, most=door.channel.settings.picture_bytes)
            name = await door.channel.uploads.put(visitor.customer, picture)
        return _answer(201, {"media": name})

    async def follow(self, request: web.Request) -> web.StreamResponse:
        """`GET events`: the visitor's events, from where they left off. Raises Rejected and Unavailable."""
        # An EventSource can set no headers, so a query is taken in place of both.
        door, visitor = self._enter(request, request.query.get("token", ""))
        door.admit_follower(request, visitor.customer)
        after = request.headers.get("Last-Event-ID") or request.query.get("last_event_id", "")
        if not _EVENT_ID.fullmatch(after):
            raise BadRequest("the last event id is none of ours")
        status = partial(self._describe, door.channel.name)
        with door.streaming(request):
            return await self._streams.serve(request, visitor, after, status)

    def _enter(self, request: web.Request, token: str = "") -> tuple[Door, Conversation]:
        """Who it is comes first: a stranger's body is not worth reading."""
        door = self._door(request)
        door.enter(request)
        return door, door.channel.visitor(token or bearer(headers_of(request)))

    def _door(self, request: web.Request) -> Door:
        door = self._doors.get(request.match_info["channel"])
        if door is None:
            raise NotFound("there is no web chat of this name")
        return door

    async def _tidying(self, _: web.Application) -> AsyncIterator[None]:
        """For `app.cleanup_ctx`: pictures that were kept for long enough go."""
        tidying = asyncio.create_task(self._tidy(), name="webchat-tidying")
        yield
        await end([tidying])

    async def _tidy(self) -> None:
        while True:
            for door in self._doors.values():
                try:
                    await door.channel.uploads.tidy()
                except Unavailable as error:
                    log.warning("uploads_not_tidied", channel=door.channel.name, reason=str(error))
            await asyncio.sleep(_TIDY_EVERY_S)


def _answer(status: int, content: Mapping[str, object]) -> web.Response:
    return respond(HttpAnswer(status, write(content).encode(), "application/json"))
