"""Everything that reads what comes from outside, and one good body of each kind to start from."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import fakeredis

from adapters import registry
from adapters.dingtalk.signature import card_secret, sign_card
from adapters.dingtalk.stream import frames
from adapters.outbound import Outbound
from adapters.wecom_kf import payload as kf
from bot.channel import Channel, RawRequest
from bot.errors import Rejected, Unavailable
from bot.settings import Settings
from bot.types import Conversation
from bot.wiring import Stores
from tests.simulators.dingtalk import DingTalkApp, EventKeys
from tests.simulators.seal import seal, sign
from tests.simulators.wecom import WeComApp
from tests.simulators.wecom_bot import WeComBotApp

_CORPUS: Final = Path(__file__).parent / "corpus"
_WECOM, _BOT, _DING, _EVENTS = WeComApp(), WeComBotApp(), DingTalkApp(), EventKeys()


@dataclass(frozen=True, slots=True)
class Target:
    """A reader. It raises one of `refusals` or nothing, whatever it is fed."""

    name: str
    samples: tuple[bytes, ...]
    feed: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...] = (Rejected,)


@asynccontextmanager
async def targets() -> AsyncIterator[list[Target]]:
    """All of them, on channels made as the gateway makes them."""
    client = fakeredis.FakeAsyncRedis(version=(7,))
    settings = _settings()
    stores = Stores.over(client, settings)

    async def key(_: str) -> str:
        return "k" * 43

    parts = registry.Parts(
        stores.tokens, stores.feed, stores.streams, stores.marks, stores.rates, key, Outbound(), time.time
    )
    channels = await registry.open_channels(settings, parts)
    web = channels["web"]
    token = web.open_session().token  # type: ignore[attr-defined]  # a web chat
    account = Conversation("shop", "kf", "wk1")
    yield [
        Target("wecom", _samples("wecom"), lambda body: channels["wecom"].receive(_in_xml(body))),
        Target("wecom, sealed", (_xml_of(b"<xml/>"),), lambda body: channels["wecom"].receive(_signed(body))),
        Target("kf callback", _samples("wecom"), lambda body: channels["kf"].receive(_in_xml(body))),
        Target(
            "kf page",
            _samples("kf"),
            lambda body: kf.page(_answer(body), account=account),
            refusals=(Unavailable,),  # what we fetched and can't read, we fetch again
        ),
        Target("bot", _samples("bot"), lambda body: channels["bot"].receive(_in_json(body))),
        Target("dingtalk", _samples("dingtalk"), lambda body: channels["ding"].receive(_dinged(body))),
        Target("dingtalk card", _samples("press"), lambda body: channels["ding"].receive(_pressed(body))),
        Target("dingtalk event", _samples("event"), lambda body: channels["ding"].receive(_pushed(body))),
        Target("stream frame", _samples("frame"), lambda body: frames.read(body.decode(errors="replace"))),
        Target("web chat", _samples("webchat"), lambda body: web.receive(_borne(token, body))),
        Target("envelope", (_sealed(b"<xml/>").encode(),), lambda body: _opened(channels["wecom"], body)),
    ]
    await registry.close_channels(channels, parts)
    await client.aclose()


def _settings() -> Settings:
    wecom = {
        "corp_id": _WECOM.corp_id,
        "secret": _WECOM.secret,
        "token": _WECOM.token,
        "encoding_aes_key": _WECOM.encoding_aes_key,
    }
    bot = {"token": _BOT.token, "encoding_aes_key": _BOT.encoding_aes_key}
    ding = {
        "client_id": _DING.client_id,
        "client_secret": _DING.client_secret,
        "token": _EVENTS.token,
        "encoding_aes_key": _EVENTS.encoding_aes_key,
    }
    channels: list[dict[str, Any]] = [
        {"name": "wecom", "kind": "wecom", "agent_id": _WECOM.agent_id, **wecom},
        {"name": "kf", "kind": "wecom-kf", "accounts": ["wk1"], **wecom},
        {"name": "bot", "kind": "wecom-bot", **bot},
        {"name": "ding", "kind": "dingtalk", **ding},
        {"name": "web", "kind": "webchat"},
    ]
    shop = {"name": "shop"}
    return Settings.model_validate(
        {"tenants": [shop], "channels": [{**channel, "tenant": "shop"} for channel in channels]}
    )


def _samples(name: str) -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in sorted(_CORPUS.glob(f"{name}-*")))


def _query(token: str, encrypted: str) -> dict[str, str]:
    timestamp = str(int(time.time()))
    return {
        "timestamp": timestamp,
        "nonce": "n1",
        "msg_signature": sign(token, timestamp, "n1", encrypted),
    }


def _sealed(message: bytes) -> str:
    return seal(message, aes_key=_WECOM.encoding_aes_key, owner=_WECOM.corp_id, random=os.urandom(16))


def _xml_of(message: bytes) -> bytes:
    return f"<xml><Encrypt>{_sealed(message)}</Encrypt></xml>".encode()


def _in_xml(message: bytes) -> RawRequest:
    """Sealed and signed as WeCom does: only what is inside is odd."""
    sealed = _sealed(message)
    body = f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode()
    return RawRequest("POST", "/", _query(_WECOM.token, sealed), {}, body)


def _in_json(message: bytes) -> RawRequest:
    sealed = seal(message, aes_key=_BOT.encoding_aes_key, owner="", random=os.urandom(16))
    return RawRequest("POST", "/", _query(_BOT.token, sealed), {}, json.dumps({"encrypt": sealed}).encode())


def _signed(body: bytes) -> RawRequest:
    """Whatever the body, signed as if it held what it seems to hold."""
    _, _, rest = body.partition(b"<Encrypt>")
    encrypted = rest.partition(b"</Encrypt>")[0].decode(errors="replace")
    return RawRequest("POST", "/", _query(_WECOM.token, _plain(encrypted)), {}, body)


def _opened(channel: Channel, encrypted: bytes) -> object:
    """A handshake with any bytes for its sealed word."""
    text = encrypted.decode(errors="replace")
    return channel.receive(
        RawRequest("GET", "/", {**_query(_WECOM.token, _plain(text)), "echostr": text}, {}, b"")
    )


def _plain(text: str) -> str:
    """What the simulator's own signing can take."""
    return text.encode(errors="replace").decode()


def _dinged(body: bytes) -> RawRequest:
    timestamp = str(int(time.time() * 1000))
    digest = hmac.new(
        _DING.client_secret.encode(), f"{timestamp}\n{_DING.client_secret}".encode(), hashlib.sha256
    )
    headers = {"timestamp": timestamp, "sign": base64.b64encode(digest.digest()).decode()}
    return RawRequest("POST", "/", {}, headers, body)


def _pressed(body: bytes) -> RawRequest:
    timestamp = str(int(time.time() * 1000))
    sign_ = sign_card(timestamp, card_secret(_DING.client_secret))
    headers = {"x-ddpaas-signature-timestamp": timestamp, "x-ddpaas-signature": sign_}
    return RawRequest("POST", "/", {}, headers, body)


def _pushed(message: bytes) -> RawRequest:
    sealed = seal(message, aes_key=_EVENTS.encoding_aes_key, owner=_DING.client_id, random=os.urandom(16))
    query = _query(_EVENTS.token, sealed)
    return RawRequest("POST", "/", query, {}, json.dumps({"encrypt": sealed}).encode())


def _borne(token: str, body: bytes) -> RawRequest:
    return RawRequest("POST", "/", {}, {"authorization": f"Bearer {token}"}, body)


def _answer(body: bytes) -> dict[str, Any]:
    """As `adapters.outbound` hands on an answer: an object, or nothing."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
