"""WeCom, as far as a self-built app meets it (WeCom docs 90236, 90238, 90239, 90313, 91039).

`python -m tests.simulators.wecom --callback URL` runs it beside a gateway with many customers at once.
"""

from __future__ import annotations

import itertools
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

from aiohttp import web
from yarl import URL

from bot.channel import RawRequest
from tests.simulators.cards import Cards
from tests.simulators.media import Files
from tests.simulators.platform import Platform, answer
from tests.simulators.record import Posting, Seen
from tests.simulators.seal import seal, sign

TOKEN_PATH = "/cgi-bin/gettoken"
SEND_PATH = "/cgi-bin/message/send"
MEDIA_PATH = "/cgi-bin/media/get"
MAX_TEXT_BYTES = 2048


class Markup(str):
    """A field's value that holds fields of its own."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class WeComApp:
    """What the console shows, and an operator copies into `kefu.toml`."""

    corp_id: str = "wwtestcorp00000001"
    agent_id: int = 1000002
    secret: str = "wecom-test-secret-000000000000000000000000001"
    token: str = "wecomTestToken01"
    encoding_aes_key: str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


class WeComSimulator(Platform):
    """`async with WeComSimulator() as wecom: await wecom.say(callback_url, user="u1", text="在吗")`."""

    def __init__(
        self,
        app: WeComApp | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        callback_timeout: float = 5.0,
        retries: int = 3,
        retry_pause: float = 0.2,
        token_life: float = 7200.0,
        per_member_minute: int | None = None,
    ) -> None:
        """`per_member_minute` is 30 on the real platform, which drops what is beyond and says nothing."""
        super().__init__(
            host=host, port=port, callback_timeout=callback_timeout, retries=retries, retry_pause=retry_pause
        )
        self.app = app or WeComApp()
        self.token_life = token_life
        self.per_member_minute = per_member_minute
        self.outsiders: set[str] = set()
        """Userids that can't see the app."""
        self.trusts_caller = True
        """False: 60020 on all calls but gettoken."""
        self.takes_cards = True
        """False: 40008 for every template card."""
        self.cards = Cards()
        self.files = Files()
        """What customers sent, by media_id."""
        self._issued: dict[str, float] = {}
        self._revoked: set[str] = set()
        self._ids = itertools.count(time.time_ns())

    # The sender of callbacks.

    async def verify(self, callback_url: str) -> bool:
        """What the console does when the address is saved: True when Kefu gives back the very text."""
        expected = str(secrets.randbelow(10**19))
        query, encrypted = self._sealed(expected)
        url = URL(f"{callback_url}?{urlencode({**query, 'echostr': encrypted})}", encoded=True)
        posting = await self.deliver("verify", "GET", str(url))
        return posting.accepted and posting.answer == expected.encode()

    async def say(
        self, callback_url: str, *, user: str, text: str, msg_id: str | None = None, copies: int = 1
    ) -> Posting:
        """A customer writes; `copies` > 1 delivers the message again although it was taken."""
        return await self.post(
            callback_url, {"MsgType": "text", "Content": text}, user=user, msg_id=msg_id, copies=copies
        )

    async def open_chat(self, callback_url: str, *, user: str) -> Posting:
        """A customer opens the app's chat; WeCom tells of it each time."""
        fields = {"MsgType": "event", "Event": "enter_agent", "EventKey": ""}
        return await self.post(callback_url, fields, user=user)

    async def press(self, callback_url: str, *, user: str, button: str, copies: int = 1) -> Posting:
        """A customer clicks on a button of the newest card that has it."""
        card, key = self.cards.button(user.lower(), button)
        fields = {"MsgType": "event", "Event": "template_card_event", "EventKey": key}
        fields |= {"TaskId": card["task_id"], "CardType": card["card_type"]}
        fields |= {"ResponseCode": secrets.token_urlsafe(24)}
        return await self.post(callback_url, fields, user=user, copies=copies)

    async def post(
        self,
        callback_url: str,
        fields: dict[str, str],
        *,
        user: str,
        msg_id: str | None = None,
        copies: int = 1,
    ) -> Posting:
        """Any message or event, by its own fields."""
        msg_id = msg_id or str(next(self._ids))
        common = {
            "ToUserName": self.app.corp_id,
            "FromUserName": user,
            "CreateTime": str(int(self.now())),
            **fields,
            **({} if fields.get("MsgType") == "event" else {"MsgId": msg_id}),
            "AgentID": str(self.app.agent_id),
        }
        return await self.post_xml(callback_url, xml(common), id_=msg_id, copies=copies)

    async def post_xml(self, callback_url: str, inner: str, *, id_: str = "", copies: int = 1) -> Posting:
        """Seal and deliver any inner XML."""
        query, encrypted = self._sealed(inner)
        body = xml({"ToUserName": self.app.corp_id, "AgentID": str(self.app.agent_id), "Encrypt": encrypted})
        url = f"{callback_url}?{urlencode(query)}"
        return await self.deliver(id_, "POST", url, copies=copies, data=body.encode())

    def sealed_request(self, user: str, text: str, msg_id: str) -> RawRequest:
        """The callback that `say` would make, for those who measure a door without HTTP."""
        inner = {"ToUserName": self.app.corp_id, "FromUserName": user, "CreateTime": str(int(self.now()))}
        inner |= {"MsgType": "text", "Content": text, "MsgId": msg_id, "AgentID": str(self.app.agent_id)}
        query, encrypted = self._sealed(xml(inner))
        body = xml({"ToUserName": self.app.corp_id, "AgentID": str(self.app.agent_id), "Encrypt": encrypted})
        return RawRequest("POST", "/callbacks/wecom", query, {}, body.encode())

    def _sealed(self, text: str) -> tuple[dict[str, str], str]:
        encrypted = seal(text.encode(), aes_key=self.app.encoding_aes_key, owner=self.app.corp_id)
        timestamp, nonce = str(int(self.now())), str(secrets.randbelow(10**10))
        signature = sign(self.app.token, timestamp, nonce, encrypted)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}, encrypted

    # The server API.

    def revoke_token(self) -> None:
        """End every token before its time: 40014."""
        self._revoked.update(self._issued)

    def routes(self) -> list[web.RouteDef]:
        """The server API."""
        return [
            web.get(TOKEN_PATH, self._get_token),
            web.post(SEND_PATH, self._send),
            web.get("/cgi-bin/agent/get", self._get_agent),
            web.get(MEDIA_PATH, self._get_media),
        ]

    async def _get_token(self, request: web.Request) -> web.Response:
        """The same token inside its life."""
        if request.query.get("corpid") != self.app.corp_id:
            return error(40013, "invalid corpid")
        if request.query.get("corpsecret") != self.app.secret:
            return error(40001, "invalid credential")
        alive = [t for t, end in self._issued.items() if end > self.now() and t not in self._revoked]
        token = alive[0] if alive else secrets.token_urlsafe(160)
        self._issued.setdefault(token, self.now() + self.token_life)
        life = int(self._issued[token] - self.now())
        return answer({"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": life})

    def _refusal(self, request: web.Request) -> web.Response | None:
        token = request.query.get("access_token", "")
        if not token:
            return error(41001, "access_token missing")
        if token not in self._issued or token in self._revoked:
            return error(40014, "invalid access_token")
        if self._issued[token] <= self.now():
            return error(42001, "access_token expired")
        return None if self.trusts_caller else error(60020, "not allow to access from your ip")

    async def _get_agent(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        if request.query.get("agentid") != str(self.app.agent_id):
            return error(301002, "not allow operate another agent with this accesstoken")
        return answer({"errcode": 0, "errmsg": "ok", "agentid": self.app.agent_id, "name": "客服"})

    async def _get_media(self, request: web.Request) -> web.StreamResponse:
        """The bytes, or an error as JSON with HTTP 200 (WeCom doc 90254)."""
        if refusal := self._refusal(request):
            return refusal
        file = self.files.find(request.query.get("media_id", ""))
        return error(40007, "invalid media_id") if file is None else await file.serve(request)

    async def _send(self, request: web.Request) -> web.Response:
        if refusal := self._refusal(request):
            return refusal
        raw = await request.read()
        body: dict[str, Any] = await request.json()
        if b"\\u" in raw:
            return error(40033, "invalid request, \\uxxxx is not supported")
        if body.get("agentid") != self.app.agent_id:
            return error(40056, "invalid agentid")
        kind = str(body.get("msgtype"))
        if kind == "template_card" and self.takes_cards:
            if fault := self.cards.fault(body.get(kind)):
                return error(40058, f"invalid {fault}")
            return self._show(kind, body[kind]["main_title"]["title"], str(body.get("touser", "")), body)
        if kind not in ("text", "markdown"):
            return error(40008, "invalid message type")
        content = (body.get(kind) or {}).get("content")
        if not content:
            return error(44004, "empty content")
        return self._show(kind, content, str(body.get("touser", "")), body)

    def _show(self, kind: str, content: str, touser: str, body: dict[str, Any]) -> web.Response:
        users = [user.lower() for user in touser.split("|") if user]  # userids are case-insensitive
        absent = [user for user in users if user in {outsider.lower() for outsider in self.outsiders}]
        if len(absent) == len(users):
            return error(81013, "user & party & tag all invalid")
        cut = content.encode()[:MAX_TEXT_BYTES].decode(errors="ignore")  # without a word
        for user in users:
            if user not in absent and not self._has_enough(user) and not self._had(user, body):
                self.record.show(Seen(self.now(), user, cut, kind, SEND_PATH, body))
                if kind == "template_card":
                    self.cards.show(user, body[kind])
        invalid = {"invaliduser": "|".join(absent)} if absent else {}
        return answer({"errcode": 0, "errmsg": "ok", **invalid, "msgid": secrets.token_urlsafe(24)})

    def _has_enough(self, user: str) -> bool:
        if self.per_member_minute is None:
            return False
        minute = [seen for seen in self.record.seen_by(user) if seen.at > self.now() - 60]
        return len(minute) >= self.per_member_minute

    def _had(self, user: str, body: dict[str, Any]) -> bool:
        """With enable_duplicate_check, what a member had within the interval is dropped without a word."""
        if not body.get("enable_duplicate_check"):
            return False
        since = self.now() - float(body.get("duplicate_check_interval", 1800))
        return any(seen.body == body for seen in self.record.seen_by(user) if seen.at > since)

    def replies_to(self, receiver: str) -> list[str]:
        """The texts that a customer saw, oldest first."""
        return super().replies_to(receiver.lower())

    async def wait_for_replies(self, receiver: str, count: int = 1, *, timeout: float = 10.0) -> list[str]:
        """The same, once there are `count`. Raises TimeoutError."""
        return await super().wait_for_replies(receiver.lower(), count, timeout=timeout)


def error(code: int, text: str) -> web.Response:
    """Business errors are HTTP 200, with hints behind the text that no client should read."""
    hint = f"{text}, hint: [1700000000_1_{secrets.token_hex(8)}], from ip: 203.0.113.7"
    return answer({"errcode": code, "errmsg": hint})


def xml(fields: dict[str, str]) -> str:
    inner = "".join(f"<{name}>{_value(value)}</{name}>" for name, value in fields.items())
    return f"<xml>{inner}</xml>"


def _value(text: str) -> str:
    """CDATA where it can be, as WeCom writes it."""
    if isinstance(text, Markup):
        return text
    return escape(text) if "]]>" in text or text.isdigit() else f"<![CDATA[{text}]]>"


if __name__ == "__main__":
    from tests.simulators.crowd import main

    main(WeComSimulator)
