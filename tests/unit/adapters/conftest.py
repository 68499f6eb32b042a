"""A door without a gateway behind it: channels over real HTTP, their tokens in memory."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from hypothesis import settings

from adapters.dingtalk import DingTalkChannel
from adapters.outbound import Outbound
from adapters.wecom import WeComChannel
from adapters.wecom_bot import WeComBotChannel
from bot.channel import Channel, Greet, HttpAnswer, RawRequest, Wake
from bot.errors import Rejected
from bot.ports import Token
from bot.replies import reply_id
from bot.settings import DingTalkSettings, DingTalkStreamSettings, WeComBotSettings, WeComSettings
from bot.store.redis import Client
from bot.store.streams import RedisStreams
from bot.types import Address, Conversation, Ignored, Message, Opinion, Outcome, Reply
from tests.builders import a_tenant
from tests.fakes import FreeRates
from tests.simulators.dingtalk import DingTalkApp, DingTalkSimulator
from tests.simulators.dingtalk_stream import DingTalkStreamSimulator
from tests.simulators.wecom import WeComApp, WeComSimulator
from tests.simulators.wecom_bot import WeComBotApp, WeComBotSimulator

FUZZ = settings(max_examples=100, deadline=None, database=None)
"""For what must hold whatever the bytes; `make fuzz` goes on for ten minutes."""

SUGGESTIONS = ["怎么退货", "多久发货"]


def vectors(platform: str) -> Any:
    """Published and derived examples of a platform's cryptography."""
    path = Path(__file__).parents[2] / "vectors" / f"{platform}.json"
    return json.loads(path.read_text(encoding="utf-8"))


class MemoryTokens:
    """`bot.ports.Tokens` for one process."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.fetched = 0
        self._lock = asyncio.Lock()

    async def get(self, key: str, fetch: Callable[[], Awaitable[Token]], *, refused: str = "") -> str:
        async with self._lock:
            if self.kept.get(key, refused) == refused:
                self.fetched += 1
                self.kept[key] = (await fetch()).value
            return self.kept[key]


class MemoryMarks:
    """`bot.ports.Marks` for one process."""

    def __init__(self) -> None:
        self.left: set[str] = set()

    async def leave(self, mark: str, *, seconds: float) -> None:
        self.left.add(mark)

    async def has(self, mark: str) -> bool:
        return mark in self.left


class Door:
    """An HTTP server that hands callbacks to a channel and keeps what it makes of them."""

    def __init__(self, channel: Channel) -> None:
        self.messages: list[Message] = []
        self.ignored: list[Ignored] = []
        self.wakes: list[Wake] = []
        self.greets: list[Greet] = []
        self.opinions: list[Opinion] = []
        self.url = ""
        self._channel = channel

    async def handle(self, request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        raw = RawRequest(request.method, request.path, dict(request.query), headers, await request.read())
        try:
            answer = await self._answer(raw)
        except Rejected as error:
            return web.Response(status=error.status)
        return web.Response(
            status=answer.status, body=answer.body, headers={"Content-Type": answer.content_type}
        )

    async def _answer(self, raw: RawRequest) -> HttpAnswer:
        received = self._channel.receive(raw)
        if isinstance(received, HttpAnswer):
            return received
        if isinstance(received, Ignored):
            self.ignored.append(received)
        elif isinstance(received, Wake):
            self.wakes.append(received)
        elif isinstance(received, Greet):
            self.greets.append(received)
        elif isinstance(received, Opinion):
            self.opinions.append(received)
        elif isinstance(received, Message):
            self.messages.append(received)
        return await self._channel.acknowledge(received, raw)


Opens = Callable[[Channel], Awaitable[Door]]


@pytest.fixture
async def open_door() -> AsyncIterator[Opens]:
    """Opens a channel's door to callbacks."""
    runners: list[web.AppRunner] = []

    async def open_(channel: Channel) -> Door:
        door = Door(channel)
        app = web.Application()
        app.router.add_route("*", "/callbacks/shop", door.handle)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        door.url = f"http://127.0.0.1:{runner.addresses[0][1]}/callbacks/shop"
        return door

    yield open_
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
def tokens() -> MemoryTokens:
    return MemoryTokens()


@pytest.fixture
async def outbound() -> AsyncIterator[Outbound]:
    outbound = Outbound(timeout=2)
    yield outbound
    await outbound.close()


@pytest.fixture
async def wecom() -> AsyncIterator[WeComSimulator]:
    async with WeComSimulator(retry_pause=0.01) as simulator:
        yield simulator


@pytest.fixture
async def dingtalk() -> AsyncIterator[DingTalkSimulator]:
    async with DingTalkSimulator(retry_pause=0.01) as simulator:
        yield simulator


@pytest.fixture
async def gateway() -> AsyncIterator[DingTalkStreamSimulator]:
    """DingTalk's, for streams; it delivers again soon, where the real one takes a minute."""
    async with DingTalkStreamSimulator(redeliver_after=1.0, redeliveries=3, drop_after=0.2) as simulator:
        yield simulator


@pytest.fixture
async def wecom_bot() -> AsyncIterator[WeComBotSimulator]:
    async with WeComBotSimulator(retry_pause=0.01, poll_every=0.05) as simulator:
        yield simulator


def wecom_settings(api_base: str = "https://qyapi.weixin.qq.com", **changes: Any) -> WeComSettings:
    app = WeComApp()
    return WeComSettings.model_validate(
        {
            "name": "shop-wecom",
            "tenant": "shop",
            "kind": "wecom",
            "api_base": api_base,
            "corp_id": app.corp_id,
            "agent_id": app.agent_id,
            "secret": app.secret,
            "token": app.token,
            "encoding_aes_key": app.encoding_aes_key,
            **changes,
        }
    )


def wecom_bot_settings(api_base: str = "https://qyapi.weixin.qq.com", **changes: Any) -> WeComBotSettings:
    app = WeComBotApp()
    return WeComBotSettings.model_validate(
        {
            "name": "shop-bot",
            "tenant": "shop",
            "kind": "wecom-bot",
            "api_base": api_base,
            "token": app.token,
            "encoding_aes_key": app.encoding_aes_key,
            **changes,
        }
    )


def dingtalk_settings(api_base: str = "https://api.dingtalk.com", **changes: Any) -> DingTalkSettings:
    app = DingTalkApp()
    return DingTalkSettings.model_validate(
        {
            "name": "shop-ding",
            "tenant": "shop",
            "kind": "dingtalk",
            "api_base": api_base,
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            **changes,
        }
    )


@pytest.fixture
def wecom_channel(wecom: WeComSimulator, tokens: MemoryTokens, outbound: Outbound) -> WeComChannel:
    return an_app(wecom_settings(wecom.base_url), tokens, outbound)


def an_app(settings: WeComSettings, tokens: MemoryTokens, outbound: Outbound) -> WeComChannel:
    """The app of a shop that greets, and has two questions to suggest."""
    tenant = a_tenant(greeting="您好，欢迎光临。", suggestions=SUGGESTIONS)
    return WeComChannel(settings, tenant, tokens=tokens, outbound=outbound, clock=time.time)


@pytest.fixture
def wecom_bot_channel(
    wecom_bot: WeComBotSimulator, fake_redis: Client, outbound: Outbound
) -> WeComBotChannel:
    return a_bot(wecom_bot_settings(wecom_bot.base_url), fake_redis, outbound)


def a_bot(
    settings: WeComBotSettings, client: Client, outbound: Outbound, *, suggestions: Sequence[str] = ()
) -> WeComBotChannel:
    """A bot that waits a second for a poll."""
    return WeComBotChannel(
        settings,
        greeting="您好，欢迎光临。",
        suggestions=suggestions,
        streams=RedisStreams(client),
        outbound=outbound,
        clock=time.time,
        patience=1,
    )


@pytest.fixture
def dingtalk_channel(
    dingtalk: DingTalkSimulator, tokens: MemoryTokens, outbound: Outbound
) -> DingTalkChannel:
    settings = dingtalk_settings(dingtalk.base_url)
    return DingTalkChannel(
        settings, tokens=tokens, marks=MemoryMarks(), rates=FreeRates(), outbound=outbound, clock=time.time
    )


def stream_settings(api_base: str, **changes: Any) -> DingTalkStreamSettings:
    app = DingTalkApp()
    return DingTalkStreamSettings.model_validate(
        {
            "name": "shop-stream",
            "tenant": "shop",
            "kind": "dingtalk-stream",
            "api_base": api_base,
            "client_id": app.client_id,
            "client_secret": app.client_secret,
            **changes,
        }
    )


def reply(text: str, address: Address, *, suggestions: Sequence[str] = ()) -> Reply:
    """A reply to nobody in particular."""
    conversation = Conversation("shop", "channel", "customer")
    return Reply(
        "r1",
        conversation,
        address,
        text,
        Outcome.ANSWERED,
        ("m1",),
        created_at=1.0,
        suggestions=tuple(suggestions),
    )


async def answer(channel: Channel, message: Message, text: str, *, suggestions: Sequence[str] = ()) -> None:
    """Send a text back to where a message came from, part by part, as the worker does."""
    id_ = reply_id(message.conversation, (message.id,))
    whole = reply(text, message.address, suggestions=suggestions)
    for number, part in enumerate(channel.render(whole)):
        await channel.send(message.address, part, key=f"{id_}-{number}")


async def welcome(channel: Channel, greet: Greet) -> None:
    """Send a welcome on its way, as the worker does."""
    reply = greet.welcome
    for number, part in enumerate(channel.render(reply)):
        await channel.send(reply.address, part, key=f"{reply.id}-{number}")
