"""WeCom's intelligent bot by callbacks (WeCom docs 100719, 101027, 101031, 101033, 101138).

`python -m tests.simulators.wecom_bot --callback URL` runs it beside a gateway with many customers at once.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from aiohttp import web
from yarl import URL

from tests.simulators.cards import Cards
from tests.simulators.media import Files, signed
from tests.simulators.platform import Platform, answer
from tests.simulators.record import Attempt, Posting, Seen
from tests.simulators.seal import seal, seal_file, sign, unseal

FILE_PATH = "/aibot/files"
RESPONSE_PATH = "/cgi-bin/aibot/response"
MAX_CONTENT_BYTES = 20480
POLLS_FOR_S = 360.0
RESPONSE_LIFE_S = 3600.0
AT_ONCE = 3
"""Interactions of one user that the bot takes at a time."""


class Busy(Exception):
    """WeCom lets this user say no more until something is answered."""


@dataclass(frozen=True, slots=True)
class WeComBotApp:
    """What the console shows, and an operator copies into `kefu.toml`."""

    bot_id: str = "AIBOTID01"
    token: str = "wecomTestToken01"
    encoding_aes_key: str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


@dataclass(slots=True)
class _Code:
    """A response_url that was given out."""

    receiver: str
    ends: float
    used: bool = False


class WeComBotSimulator(Platform):
    """`async with WeComBotSimulator() as bot: await bot.say(callback_url, user="u1", text="在吗")`."""

    def __init__(
        self,
        app: WeComBotApp | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        callback_timeout: float = 5.0,
        retries: int = 3,
        retry_pause: float = 0.2,
        poll_every: float = 0.2,
        polls_for: float = POLLS_FOR_S,
    ) -> None:
        """`poll_every` is about 1 s on the real platform; both are in seconds."""
        super().__init__(
            host=host, port=port, callback_timeout=callback_timeout, retries=retries, retry_pause=retry_pause
        )
        self.app = app or WeComBotApp()
        self.poll_every = poll_every
        self.polls_for = polls_for
        self.faults: list[str] = []
        """What WeCom would not take of the passive replies; empty when all is well."""
        self.files = Files()
        self.bubbles: dict[str, list[str]] = defaultdict(list)
        """What each stream showed, by its id: every change of its one message on the screen."""
        self.cards = Cards()
        self.asked: dict[str, str] = {}
        """Under which id opinions are told, by the reply's text; as the first showing of a stream said."""
        self._feedback: dict[str, str] = {}
        self._codes: dict[str, _Code] = {}
        self._in_work: Counter[str] = Counter()
        self._polling: dict[str, asyncio.Task[None]] = {}

    async def __aexit__(self, *args: object) -> None:
        for task in self._polling.values():
            task.cancel()
        await asyncio.gather(*self._polling.values(), return_exceptions=True)
        await super().__aexit__(*args)

    # The sender of callbacks.

    async def verify(self, callback_url: str) -> bool:
        """What the console does when the address is saved: True when Kefu gives back the very text."""
        expected = str(secrets.randbelow(10**19))
        query, encrypted = self._sealed(expected)
        url = URL(f"{callback_url}?{urlencode({**query, 'echostr': encrypted})}", encoded=True)
        posting = await self.deliver("verify", "GET", str(url))
        return posting.accepted and posting.answer == expected.encode()

    async def say(
        self,
        callback_url: str,
        *,
        user: str,
        text: str,
        msg_id: str | None = None,
        copies: int = 1,
        group: str = "",
    ) -> Posting:
        """A customer writes; `copies` > 1 delivers the message again although it was taken. Raises Busy."""
        content = f"@KefuBot {text}" if group else text
        fields = {"msgtype": "text", "text": {"content": content}}
        return await self.post(callback_url, fields, user=user, msg_id=msg_id, copies=copies, group=group)

    def keep(self, data: bytes, **ways: object) -> str:
        """Keep what a customer sends, sealed; its address, which a message names."""
        sealed = seal_file(data, aes_key=self.app.encoding_aes_key)
        return signed(self.base_url, FILE_PATH, self.files.put(sealed, **ways))

    async def enter(self, callback_url: str, *, user: str) -> Posting:
        """A customer opens the chat for the first time today."""
        fields = {"msgtype": "event", "event": {"eventtype": "enter_chat"}, "create_time": int(self.now())}
        return await self.post(callback_url, fields, user=user)

    async def click(
        self, callback_url: str, *, user: str, button: str, copies: int = 1, group: str = ""
    ) -> Posting:
        """A customer clicks on a button of the newest card that has it; WeCom tells of it once."""
        card, key = self.cards.button(group or user.lower(), button)
        picked = {"card_type": card["card_type"], "event_key": key, "task_id": card["task_id"]}
        event = {"eventtype": "template_card_event", "template_card_event": picked}
        return await self.post(
            callback_url, {"msgtype": "event", "event": event}, user=user, copies=copies, group=group
        )

    async def rate(
        self,
        callback_url: str,
        *,
        user: str,
        text: str,
        verdict: int,
        words: str = "",
        reasons: tuple[int, ...] = (),
    ) -> Posting:
        """A customer says that the reply of this text is accurate (1) or not (2), or takes it back (3)."""
        feedback = {"id": self.asked[text], "type": verdict, "content": words}
        event = {
            "eventtype": "feedback_event",
            "feedback_event": {**feedback, "inaccurate_reason_list": [*reasons]},
        }
        return await self.post(callback_url, {"msgtype": "event", "event": event}, user=user)

    async def post(
        self,
        callback_url: str,
        fields: dict[str, Any],
        *,
        user: str,
        msg_id: str | None = None,
        copies: int = 1,
        group: str = "",
    ) -> Posting:
        """Any message or event, by its own fields."""
        if self._in_work[user] >= AT_ONCE:
            raise Busy(f"{user} has {AT_ONCE} questions open")
        msg_id, receiver = msg_id or secrets.token_urlsafe(18), group or user.lower()
        body = {"msgid": msg_id, **self._who(user, group), **fields}
        if _takes_replies(fields):
            body["response_url"] = self._new_response_url(receiver)
        query, sealed = self._request(body)
        url = f"{callback_url}?{urlencode(query)}"
        posting = await self.deliver(msg_id, "POST", url, copies=copies, data=sealed)
        for attempt in posting.attempts:
            if reply := self._opened(attempt, query["nonce"]):
                self._began(callback_url, reply, user, group)
        return posting

    async def post_inner(self, callback_url: str, inner: str) -> Posting:
        """Seal and deliver whatever it is."""
        query, encrypted = self._sealed(inner)
        body = json.dumps({"encrypt": encrypted})
        return await self.deliver("", "POST", f"{callback_url}?{urlencode(query)}", data=body)

    def _who(self, user: str, group: str) -> dict[str, Any]:
        chat = {"chattype": "group", "chatid": group} if group else {"chattype": "single"}
        return {"aibotid": self.app.bot_id, **chat, "from": {"userid": user}}

    def _new_response_url(self, receiver: str) -> str:
        code = secrets.token_urlsafe(24)
        self._codes[code] = _Code(receiver, self.now() + RESPONSE_LIFE_S)
        return f"https://qyapi.weixin.qq.com{RESPONSE_PATH}?response_code={code}"

    def _request(self, body: dict[str, Any]) -> tuple[dict[str, str], bytes]:
        query, encrypted = self._sealed(json.dumps(body, ensure_ascii=False))
        return query, json.dumps({"encrypt": encrypted}).encode()

    def _sealed(self, text: str) -> tuple[dict[str, str], str]:
        encrypted = seal(text.encode(errors="replace"), aes_key=self.app.encoding_aes_key, owner="")
        timestamp, nonce = str(int(self.now())), str(secrets.randbelow(10**10))
        signature = sign(self.app.token, timestamp, nonce, encrypted)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}, encrypted

    # The reader of passive replies.

    def _opened(self, attempt: Attempt, nonce: str) -> dict[str, Any] | None:
        """The passive reply in an answer; None when there is none that WeCom would take."""
        if attempt.status != 200 or not attempt.body:
            return None
        try:
            reply = json.loads(attempt.body)
            encrypted, timestamp = reply["encrypt"], reply["timestamp"]
            assert isinstance(timestamp, int), "the timestamp is no number"
            assert reply["nonce"] == nonce, "the nonce is not the callback's"
            expected = sign(self.app.token, str(timestamp), nonce, encrypted)
            assert reply["msgsignature"] == expected, "the signature does not fit"
            message, owner = unseal(encrypted, aes_key=self.app.encoding_aes_key)
            assert owner == "", "sealed for somebody"
            inner: dict[str, Any] = json.loads(message)
            if inner["msgtype"] == "template_card":
                assert not (fault := self.cards.fault(inner["template_card"])), f"the card's {fault}"
                return inner
            content = inner[inner["msgtype"]]["content"]
            assert len(content.encode()) <= MAX_CONTENT_BYTES, "the content is over 20480 bytes"
            feedback = inner[inner["msgtype"]].get("feedback", {"id": "-"})
            assert 0 < len(feedback["id"].encode()) <= 256, "the feedback's id is none"
        except (AssertionError, KeyError, TypeError, ValueError) as error:
            self.faults.append(f"{type(error).__name__}: {error}")
            return None
        return inner

    def _began(self, callback_url: str, reply: dict[str, Any], user: str, group: str) -> None:
        receiver = group or user.lower()
        if reply["msgtype"] == "text":
            self._see(receiver, reply["text"]["content"], "text", reply)
        elif reply["msgtype"] == "template_card":
            self._see(receiver, self.cards.show(receiver, reply["template_card"]), "template_card", reply)
        elif reply["stream"]["id"] not in self._polling:
            self._in_work[user] += 1
            task = asyncio.create_task(self._poll(callback_url, reply["stream"], user, group))
            self._polling[reply["stream"]["id"]] = task
            if "feedback" in reply["stream"]:
                self._feedback[reply["stream"]["id"]] = reply["stream"]["feedback"]["id"]

    async def _poll(self, callback_url: str, stream: dict[str, Any], user: str, group: str) -> None:
        """Ask for the text so far until it is finished or the time is over."""
        id_, ends = stream["id"], self.now() + self.polls_for
        try:
            self._update(id_, stream["content"])
            while not stream["finish"] and self.now() < ends:
                await asyncio.sleep(self.poll_every)
                stream = await self._ask(callback_url, id_, user, group) or stream
                self._update(id_, stream["content"])
            if stream["finish"]:
                self.asked[stream["content"]] = self._feedback.get(id_, "")
                self._see(group or user.lower(), stream["content"], "stream", stream)
        finally:
            self._in_work[user] -= 1

    async def _ask(self, callback_url: str, id_: str, user: str, group: str) -> dict[str, Any] | None:
        body = {"msgid": secrets.token_urlsafe(18), **self._who(user, group)}
        query, sealed = self._request({**body, "msgtype": "stream", "stream": {"id": id_}})
        attempt = await self._attempt("POST", f"{callback_url}?{urlencode(query)}", {"data": sealed})
        reply = self._opened(attempt, query["nonce"])
        if reply and (reply["msgtype"] != "stream" or reply["stream"]["id"] != id_):
            self.faults.append("a poll was answered with something else")
            return None
        if reply and "feedback" in reply["stream"]:
            self.faults.append("feedback was asked for in another than the first reply")
        return reply["stream"] if reply else None

    def _update(self, id_: str, content: str) -> None:
        if self.bubbles[id_][-1:] != [content]:
            self.bubbles[id_].append(content)

    def _see(self, receiver: str, text: str, kind: str, body: dict[str, Any], via: str = "passive") -> None:
        self.record.show(Seen(self.now(), receiver, text, kind, via, body))

    # The one address that takes replies.

    def routes(self) -> list[web.RouteDef]:
        return [web.post(RESPONSE_PATH, self._respond), web.get(f"{FILE_PATH}/{{id}}", self.files.serve)]

    async def _respond(self, request: web.Request) -> web.Response:
        code = self._codes.get(request.query.get("response_code", ""))
        if code is None or code.used or code.ends <= self.now():
            return _error(40029, "invalid response_code")  # the real number is documented nowhere
        body: dict[str, Any] = await request.json()
        if body.get("msgtype") == "template_card":
            return self._respond_card(code, body)
        content = (body.get("markdown") or {}).get("content")
        if body.get("msgtype") != "markdown" or not content:
            return _error(40008, "invalid message type")
        if len(content.encode()) > MAX_CONTENT_BYTES:
            return _error(45002, "content too long")
        code.used = True
        self.asked[content] = (body["markdown"].get("feedback") or {}).get("id", "")
        self._see(code.receiver, content, "markdown", body, RESPONSE_PATH)
        return answer({"errcode": 0, "errmsg": "ok"})

    def _respond_card(self, code: _Code, body: dict[str, Any]) -> web.Response:
        card = body["template_card"]
        if fault := self.cards.fault(card):
            return _error(40058, f"invalid {fault}")
        code.used = True
        text = self.cards.show(code.receiver, card)
        self._see(code.receiver, text, "template_card", body, RESPONSE_PATH)
        return answer({"errcode": 0, "errmsg": "ok"})


def _takes_replies(fields: dict[str, Any]) -> bool:
    """Messages and clicks come with a response_url."""
    return (
        fields.get("msgtype") != "event" or fields.get("event", {}).get("eventtype") == "template_card_event"
    )


def _error(code: int, text: str) -> web.Response:
    """Business errors are HTTP 200."""
    return answer({"errcode": code, "errmsg": text})


if __name__ == "__main__":
    from tests.simulators.crowd import main

    main(WeComBotSimulator)
