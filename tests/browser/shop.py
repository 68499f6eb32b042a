"""A shop with a web chat, all in this process: the real routes over a feed and an inbox in memory."""

from __future__ import annotations

import asyncio
import itertools
import secrets
import shutil
import tempfile
import time
import weakref
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import cast

from aiohttp import web

from adapters.storing import Storing
from adapters.webchat.channel import WebChatChannel
from adapters.webchat.folder import FolderUploads
from adapters.webchat.payload import write_partial, write_reply
from adapters.webchat.routes import WebChatRoutes
from bot import wording
from bot.channel import Draft
from bot.errors import Rejected, Unavailable
from bot.ports import FeedEvent, Inbox
from bot.replies import part_key
from bot.settings import WebChatSettings
from bot.types import Acceptance, Address, Conversation, Message, Outcome, Reply, Work
from tests.fakes import FreeRates, KeptOpinions, NoGreetings, NoPulls

KEY = "a key for tests, thirty-two letters or more"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class MemoryFeed:
    """`bot.ports.Feed` without a store. `forgetful` sends everything again at each connect; `down` fails."""

    def __init__(self, *, idle_s: float = 0.05) -> None:
        self.events: dict[Conversation, list[FeedEvent]] = {}
        self.followers = 0
        self.forgetful = False
        self.down = False
        self.drafts: dict[Conversation, tuple[str, FeedEvent]] = {}
        self._keys: dict[tuple[Conversation, str], str] = {}
        self._numbers = itertools.count(1)
        self._news = asyncio.Condition()
        self._idle_s = idle_s

    async def publish(self, conversation: Conversation, kind: str, data: str, *, key: str) -> str:
        published = (conversation, key)
        if published not in self._keys:
            self._keys[published] = f"{next(self._numbers)}-0"
            self.events.setdefault(conversation, []).append(FeedEvent(self._keys[published], kind, data))
            if key in self.drafts.get(conversation, ()):
                del self.drafts[conversation]
        async with self._news:
            self._news.notify_all()
        return self._keys[published]

    async def show(self, conversation: Conversation, kind: str, data: str, *, key: str) -> None:
        last = self.drafts.get(conversation)
        if (conversation, key) in self._keys or (last and last[0] == key and len(last[1].data) >= len(data)):
            return
        self.drafts[conversation] = (key, FeedEvent("", kind, data))
        async with self._news:
            self._news.notify_all()

    async def follow(self, conversation: Conversation, after: str) -> AsyncGenerator[FeedEvent | None, None]:
        seen: FeedEvent | None = None
        done = 0 if self.forgetful else int(after.partition("-")[0] or 0)
        self.followers += 1
        try:
            while True:
                if self.down:
                    raise Unavailable("the store is down")
                for event in [e for e in self.events.get(conversation, []) if _number(e) > done]:
                    done = _number(event)
                    yield event
                _, draft = self.drafts.get(conversation, ("", None))
                if draft and draft != seen:
                    seen = draft
                    yield draft
                if not await self._changed():
                    yield None
        finally:
            self.followers -= 1

    async def _changed(self) -> bool:
        try:
            async with asyncio.timeout(self._idle_s), self._news:
                await self._news.wait()
        except TimeoutError:
            return False
        return True


def _number(event: FeedEvent) -> int:
    return int(event.id.partition("-")[0])


class MemoryInbox:
    """What was accepted, each once. `full` turns everything away; `down` is a store that is."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.full = False
        self.down = False

    async def accept(
        self, message: Message, *, promised: bool = False, within: float | None = None
    ) -> Acceptance:
        if self.down:
            raise Unavailable("the store is down")
        if self.full:
            return Acceptance.FULL
        if any(m.id == message.id and m.conversation == message.conversation for m in self.messages):
            return Acceptance.REPEATED
        self.messages.append(message)
        return Acceptance.STORED


class EchoWorker:
    """`bot.ports.Nudges` that answers at once, by a script: the text asked → the text answered.

    `drafts` is in how many steps it shows an answer before it is whole.
    """

    def __init__(self, feed: MemoryFeed, inbox: MemoryInbox, script: dict[str, str] | None = None) -> None:
        self._feed = feed
        self._inbox = inbox
        self._script = script or {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.delay_s = 0.05
        self.drafts = 0
        self.silent = False

    def nudge(self, work: Work, conversation: Conversation) -> None:
        if work is Work.ANSWER and not self.silent:
            self._tasks.add(asyncio.create_task(self.answer(self._inbox.messages[-1])))

    async def answer(self, message: Message) -> None:
        await asyncio.sleep(self.delay_s)
        text = self._script.get(message.text, f"您说：{message.text or wording.KINDS[message.kind]}")
        is_known = message.text in self._script
        sources, titles = (("退换货.md:line 3",), ("退货期限",)) if is_known else ((), ())
        reply = f"r-{message.id}"
        for step in range(1, self.drafts + 1):
            await self.draft(message.conversation, reply, text[: len(text) * step // (self.drafts + 1)])
            await asyncio.sleep(self.delay_s)
        await self.say(
            message.conversation, text, reply=reply, answers=(message.id,), sources=sources, titles=titles
        )

    async def draft(self, conversation: Conversation, reply: str, text: str) -> None:
        draft = Draft(reply, Address({"session": conversation.customer}), text)
        await self._feed.show(conversation, "partial", write_partial(draft), key=part_key(reply, 0))

    async def say(
        self,
        conversation: Conversation,
        text: str,
        *,
        reply: str = "",
        answers: tuple[str, ...] = (),
        sources: tuple[str, ...] = (),
        titles: tuple[str, ...] = (),
        suggestions: tuple[str, ...] = (),
        rate: bool = False,
        outcome: Outcome | None = Outcome.FAQ,
        person: bool = False,
        at: float | None = None,
    ) -> None:
        whole = Reply(
            id=reply or f"r-{time.monotonic_ns()}",
            conversation=conversation,
            address=self._inbox.messages[-1].address,
            text=text,
            outcome=outcome,
            answers=answers,
            created_at=time.time() if at is None else at,
            sources=sources,
            titles=titles,
            suggestions=suggestions,
            rate=rate,
            person=person,
        )
        await self._feed.publish(conversation, "reply", write_reply(whole), key=part_key(whole.id, 0))


class Shop:
    """The application and its memory; the memory outlives the application, as a store outlives a gateway."""

    def __init__(self, script: dict[str, str] | None = None, **settings: object) -> None:
        chosen = {"name": "web", "kind": "webchat", "tenant": "qinghe", **settings}
        self.feed = MemoryFeed()
        self.opinions = KeptOpinions()
        self.inbox = MemoryInbox()
        self.worker = EchoWorker(self.feed, self.inbox, script)
        self.channel = self._open(WebChatSettings.model_validate(chosen))
        self.status: dict[str, object] = {
            "mode": "faq",
            "title": "青禾服饰",
            "greeting": "您好，我是青禾服饰的在线客服小禾。尺码、洗涤、发货、退换，都可以问我。",
            "suggestions": ["怎么退货", "多久发货", "亚麻怎么洗", "我穿什么码"],
            "people": True,
        }

    def _open(self, settings: WebChatSettings) -> WebChatChannel:
        # Made by the first picture, as most shops never see one.
        self.folder = Path(tempfile.gettempdir()) / f"kefu-uploads-{secrets.token_hex(8)}"
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        self.uploads = FolderUploads(
            self.folder,
            hours=settings.picture_hours,
            most_bytes=settings.pictures_total_bytes,
            clock=time.time,
        )
        return WebChatChannel(
            settings, feed=self.feed, uploads=self.uploads, session_key=KEY, clock=time.time
        )

    async def describe(self, _: str) -> dict[str, object]:
        return self.status

    def application(self, *, keep_alive_s: float = 0.2, max_body_bytes: int = 256 * 1024) -> web.Application:
        app = web.Application(middlewares=[_answer_errors], client_max_size=max_body_bytes)
        storing = Storing(  # a door only ever accepts
            cast(Inbox, self.inbox), NoGreetings(), self.opinions, NoPulls(), self.worker
        )
        channels = {self.channel.name: self.channel}
        WebChatRoutes(
            channels, storing.keep, self.feed, FreeRates(), self.describe, keep_alive_s=keep_alive_s
        ).add_to(app)
        return app


@web.middleware
async def _answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Rejected as error:
        return web.json_response({"error": error.name, "detail": str(error)}, status=error.status)
    except Unavailable:
        return web.json_response({"error": "unavailable", "detail": ""}, status=503)
