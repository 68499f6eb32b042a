"""A customer of the stories: writes at one of the doors, and reads what comes."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

import aiohttp

from bot.types import Conversation, Outcome
from tests.scenarios.stories.shop import IDENTITY_KEY
from tests.scenarios.stories.street import Street
from tests.simulators.platform import Platform
from tests.simulators.wecom_kf import ACCOUNT

_PATIENCE_S: Final = 30.0
_numbers = itertools.count(1)


class Phone(Protocol):
    """What they hold in their hand."""

    async def write(self, text: str) -> None:
        """Raises AssertionError unless it was taken."""
        ...

    async def read(self, count: int) -> Sequence[str]:
        """All that stands there, once it is so many messages. Raises TimeoutError."""
        ...


class Customer:
    """Somebody new in each story."""

    def __init__(self, street: Street, conversation: Conversation, phone: Phone) -> None:
        self.conversation = conversation
        self._street = street
        self._phone = phone
        self._read = 0

    async def writes(self, text: str) -> None:
        """And waits for nothing."""
        await self._phone.write(text)

    async def reads(self, *pieces: str, by: Outcome | None = None, never: Sequence[str] = ()) -> str:
        """The next message: holds all these pieces and none of those, and ended its turn like this."""
        try:
            seen = await self._phone.read(self._read + 1)
        except TimeoutError:
            raise AssertionError(f"nothing came; wanted: {pieces}") from None
        text = seen[self._read]
        self._read += 1
        missing = [piece for piece in pieces if piece not in text]
        wrong = [piece for piece in never if piece in text]
        assert (missing, wrong) == ([], []), text
        if by:
            assert (await self._street.outcomes(self.conversation))[-1:] == [by], text
        return text

    async def asks(
        self, text: str, *pieces: str, by: Outcome | None = None, never: Sequence[str] = ()
    ) -> str:
        """Writes, and reads the answer."""
        await self.writes(text)
        return await self.reads(*pieces, by=by, never=never)

    async def has_read_all(self) -> bool:
        """Whether nothing more stands there."""
        return len(await self._phone.read(self._read)) == self._read


class Browser:
    """The web chat in one."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self.replies: list[dict[str, Any]] = []
        self.partials: list[str] = []
        self._session = session
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._news = asyncio.Event()

    async def write(self, text: str, **fields: str) -> None:
        await self._post("messages", {"id": f"q{next(_numbers)}", "text": text, **fields})

    async def judge(self, *, good: bool, words: str = "") -> None:
        """The last reply, with a thumb."""
        await self._post("opinions", {"reply": self.replies[-1]["id"], "good": good, "words": words})

    async def send_picture(self, picture: bytes) -> None:
        """Without a word."""
        async with self._session.post(f"{self._url}/media", data=picture, headers=self._headers) as answer:
            name = (await answer.json())["media"]
        await self.write("", media=name)

    async def read(self, count: int) -> Sequence[str]:
        async with asyncio.timeout(_PATIENCE_S):
            while len(self.replies) < count:
                self._news.clear()
                await self._news.wait()
        return ["\n".join([reply["text"], *reply["suggestions"]]) for reply in self.replies]

    async def follow(self) -> None:
        """All that is said to them, until it is cancelled."""
        kind = ""
        async with self._session.get(f"{self._url}/events", headers=self._headers) as events:
            async for line in events.content:
                name, _, value = line.decode().strip().partition(": ")
                kind = value if name == "event" else kind
                if name == "data" and kind == "partial":
                    self.partials.append(json.loads(value)["text"])
                if name == "data" and kind == "reply":
                    self.replies.append(json.loads(value))
                    self._news.set()

    async def _post(self, what: str, body: dict[str, Any]) -> None:
        async with self._session.post(f"{self._url}/{what}", json=body, headers=self._headers) as answer:
            assert answer.status == 202, await answer.text()


class App:
    """A platform's own app, with one chat open; `group`: that of a group."""

    def __init__(self, platform: Platform, callback: str, user: str, group: str = "") -> None:
        self._platform = platform
        self._callback = callback
        self._user = user
        self._group: dict[str, Any] = {"group": group} if group else {}
        self._receiver = group or user

    async def write(self, text: str) -> None:
        posting = await self._platform.say(self._callback, user=self._user, text=text, **self._group)
        assert posting.accepted

    async def read(self, count: int) -> Sequence[str]:
        return await self._platform.wait_for_replies(self._receiver, count, timeout=_PATIENCE_S)


@asynccontextmanager
async def on_the_site(street: Street, shop: str = "web", *, known_as: str = "") -> AsyncIterator[Customer]:
    """At the web chat of one of the shops; `known_as`: the shop's own page says who it is."""
    async with browsing(street, shop, known_as=known_as) as (customer, _):
        yield customer


@asynccontextmanager
async def browsing(
    street: Street, shop: str = "web", *, known_as: str = ""
) -> AsyncIterator[tuple[Customer, Browser]]:
    """The same, with their browser at hand."""
    url = f"{street.url}/webchat/{shop}"
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{url}/sessions", data=_claim(known_as)) as answer:
            opened = await answer.json()
        browser = Browser(session, url, opened["token"])
        tenant = "qinghe" if shop == "web" else shop
        following = asyncio.create_task(browser.follow())
        try:
            yield Customer(street, Conversation(tenant, shop, opened["session"]), browser), browser
        finally:
            following.cancel()
            await asyncio.wait([following])


def _claim(user: str) -> bytes:
    if not user:
        return b""
    expires = int(time.time()) + 3600
    signature = hmac.new(IDENTITY_KEY.encode(), f"{user}.{expires}".encode(), hashlib.sha256).hexdigest()
    return json.dumps({"user": user, "expires": expires, "signature": signature}).encode()


def at_wecom(street: Street, user: str = "") -> Customer:
    """Who writes to the shop's WeCom app."""
    return _with_app(street, street.wecom, "wecom", user)


def at_dingtalk(street: Street, user: str = "", *, group: str = "") -> Customer:
    """Who writes to the shop's robot, or mentions it in a group."""
    return _with_app(street, street.dingtalk, "ding", user, group)


def at_the_wecom_bot(street: Street, user: str = "") -> Customer:
    """Who writes to the shop's intelligent bot."""
    return _with_app(street, street.bot, "bot", user)


def in_wechat(street: Street, user: str = "") -> Customer:
    """Who writes to the shop's customer service in WeChat."""
    return _with_app(street, street.kf, "kf", user)


def _with_app(street: Street, platform: Platform, door: str, user: str, group: str = "") -> Customer:
    user = user or f"customer{next(_numbers)}"
    app = App(platform, street.callback(door), user, group)
    customer = f"{ACCOUNT}/{user}" if door == "kf" else group or user
    return Customer(street, Conversation("qinghe", door, customer), app)
