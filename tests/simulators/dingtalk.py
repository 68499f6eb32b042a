"""DingTalk, as far as an HTTP robot meets it (docs "receive messages", 2025-12-29; "robot send", 2026-06-30).

`python -m tests.simulators.dingtalk --callback URL` runs it beside a gateway with many customers at once.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import secrets
import time
from collections import defaultdict, deque
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from tests.simulators.dingtalk_cards import Card, Cards
from tests.simulators.dingtalk_cards import sign as sign_card
from tests.simulators.media import Files, signed
from tests.simulators.platform import Platform, answer
from tests.simulators.record import Attempt, Posting, Seen
from tests.simulators.seal import seal, sign, unseal

TOKEN_PATH = "/v1.0/oauth2/accessToken"
USER_PATH = "/v1.0/robot/oToMessages/batchSend"
GROUP_PATH = "/v1.0/robot/groupMessages/send"
DOWNLOAD_PATH = "/v1.0/robot/messageFiles/download"
FILE_PATH = "/files"
SESSION_PATH = "/robot/sendBySession"
MAX_SESSION_BYTES = 20_000
MAX_PARAM_BYTES = 15_000
MAX_USERS = 20


@dataclass(frozen=True, slots=True)
class DingTalkApp:
    """What the console shows, and an operator copies into `kefu.toml`."""

    client_id: str = "dingtestappkey000001"
    client_secret: str = "test-app-secret-0001"
    robot_code: str = "dingtestappkey000001"


@dataclass(frozen=True, slots=True)
class EventKeys:
    """What the console shows for the event subscription."""

    token: str = "tokenForTest01"
    encoding_aes_key: str = "Bvrjn9Wvgfygw2wMqZcUDIh7yfJs1ON43xKmTecQoXs"


@dataclass(frozen=True, slots=True)
class _Session:
    receiver: str
    ends_at: float


class DingTalkSimulator(Platform):
    """`async with DingTalkSimulator() as ding: await ding.say(callback_url, user="u1", text="在吗")`."""

    def __init__(
        self,
        app: DingTalkApp | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        callback_timeout: float = 2.5,
        retries: int = 2,
        retry_pause: float = 0.2,
        token_life: float = 7200.0,
        session_life: float = 5400.0,
        qps: int | None = 20,
    ) -> None:
        """`qps` is per API. Whether robot callbacks are retried, and how often, DingTalk does not say."""
        super().__init__(
            host=host, port=port, callback_timeout=callback_timeout, retries=retries, retry_pause=retry_pause
        )
        self.app = app or DingTalkApp()
        self.token_life = token_life
        self.session_life = session_life
        self.qps = qps
        self.outsiders: set[str] = set()
        """Staff ids outside the robot's scope."""
        self.throttled: set[str] = set()
        """Staff ids whose messages are flow-controlled now."""
        self.files = Files()
        """What customers sent, by downloadCode."""
        self.elsewhere: dict[str, str] = {}
        """Addresses that are given out for a downloadCode instead of the file's own."""
        self.event_keys = EventKeys()
        self.api_quota: int | None = None
        """Calls of the OpenAPI that the month has left; None: any number. Tokens and throttled calls are free."""
        self.cards = Cards(self, gate=self.gate, error=_error, carry=self.carry_press)
        self._token = ("", 0.0)
        self._sessions: dict[str, _Session] = {}
        self._recent: dict[str, deque[float]] = defaultdict(deque)
        self._ids = itertools.count(time.time_ns())

    # The sender of callbacks.

    async def say(
        self,
        callback_url: str,
        *,
        user: str,
        text: str,
        group: str = "",
        msg_id: str | None = None,
        copies: int = 1,
        **fields: Any,
    ) -> Posting:
        """A customer writes to the robot, or mentions it in a group. `fields` go over the body's."""
        spoken = f" {text}" if group else text  # the mention goes, its space stays
        body = self.message(user=user, group=group, msg_id=msg_id, text={"content": spoken}, **fields)
        return await self.post(callback_url, body, copies=copies)

    async def post(self, callback_url: str, body: dict[str, Any], *, copies: int = 1) -> Posting:
        """Sign and deliver any body."""
        timestamp = str(int(self.now() * 1000))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "timestamp": timestamp,
            "sign": _sign(timestamp, self.app.client_secret),
        }
        data = json.dumps(body, ensure_ascii=False).encode()
        id_ = str(body.get("msgId", ""))
        return await self.deliver(id_, "POST", callback_url, copies=copies, headers=headers, data=data)

    async def push_event(
        self, callback_url: str, event: dict[str, Any], *, copies: int = 1, signature: str = "signature"
    ) -> Posting:
        """An event, sealed; taken only when the answer is a sealed "success". `signature` is that parameter's name."""

        async def attempt() -> Attempt:
            body, query = self.sealed(json.dumps(event, ensure_ascii=False).encode())
            query[signature] = query.pop("signature")
            made = await self._attempt("POST", callback_url, {"params": query, "json": body})
            return made if made.status != 200 or self._is_success(made.body) else replace(made, status=0)

        return await self.insist(str(event.get("EventType", "")), attempt, copies=copies)

    def sealed(self, message: bytes) -> tuple[dict[str, str], dict[str, str]]:
        """The body of a push, and its query."""
        timestamp, nonce = str(int(self.now() * 1000)), secrets.token_hex(4)
        encrypted = seal(message, aes_key=self.event_keys.encoding_aes_key, owner=self.app.client_id)
        signature = sign(self.event_keys.token, timestamp, nonce, encrypted)
        return {"encrypt": encrypted}, {"signature": signature, "timestamp": timestamp, "nonce": nonce}

    def _is_success(self, content: bytes) -> bool:
        said = json.loads(content)
        right = sign(self.event_keys.token, said["timeStamp"], said["nonce"], said["encrypt"])
        opened = unseal(said["encrypt"], aes_key=self.event_keys.encoding_aes_key)
        return said["msg_signature"] == right and opened == (b"success", self.app.client_id)

    async def carry_press(self, card: Card, body: dict[str, Any], copies: int) -> Posting:
        """The callback of a card's button, to where it was registered."""
        target = self.cards.registered[card.route_key]
        timestamp = str(int(self.now() * 1000))
        headers = {
            "x-ddpaas-signature-timestamp": timestamp,
            "x-ddpaas-signature": sign_card(timestamp, target["apiSecret"]),
        }
        return await self.deliver(
            card.track, "POST", target["callbackUrl"], copies=copies, headers=headers, json=body
        )

    def message(
        self, *, user: str, group: str = "", msg_id: str | None = None, msgtype: str = "text", **fields: Any
    ) -> dict[str, Any]:
        """The body of a callback; a field given as None is left out."""
        body = {
            "msgId": msg_id or f"msg{next(self._ids)}==",
            "msgtype": msgtype,
            "createAt": int(self.now() * 1000),
            "conversationType": "2" if group else "1",
            "conversationId": group or f"cid-single-{user}==",
            "senderId": f"$:LWCP_v1:${hashlib.sha1(user.encode()).hexdigest()[:20]}",
            "senderStaffId": user,
            "senderNick": f"客户{user}",
            "senderCorpId": "dingcorp0000000001",
            "chatbotUserId": "$:LWCP_v1:$robot",
            "robotCode": self.app.robot_code,
            "isAdmin": False,
            "sessionWebhook": self._open_session(group or user),
            "sessionWebhookExpiredTime": int((self.now() + self.session_life) * 1000),
            **({"conversationTitle": "售后群", "isInAtList": True} if group else {}),
            **fields,
        }
        return {name: value for name, value in body.items() if value is not None}

    def _open_session(self, receiver: str) -> str:
        session = secrets.token_hex(16)
        self._sessions[session] = _Session(receiver, self.now() + self.session_life)
        return f"{self.base_url}{SESSION_PATH}?session={session}"

    # The server API.

    def end_sessions(self) -> None:
        """Let every session webhook die before its time: 300001."""
        self._sessions.clear()

    def expire_token(self) -> None:
        """End the token before its time: InvalidAuthentication."""
        self._token = ("", 0.0)

    def routes(self) -> list[web.RouteDef]:
        """The server API. Paths are case-sensitive."""
        return [
            web.post(TOKEN_PATH, self._get_token),
            web.post(USER_PATH, self._send_to_users),
            web.post(GROUP_PATH, self._send_to_group),
            web.post(SESSION_PATH, self._send_by_session),
            web.post(DOWNLOAD_PATH, self._download),
            web.get(f"{FILE_PATH}/{{id}}", self.files.serve),
            *self.cards.routes(),
        ]

    async def _get_token(self, request: web.Request) -> web.Response:
        """The same token while it lives, and its life begins anew."""
        body = await request.json()
        if (body.get("appKey"), body.get("appSecret")) != (self.app.client_id, self.app.client_secret):
            return _error(400, "invalidClientIdOrSecret")
        value = self._token[0] if self._token[1] > self.now() else secrets.token_hex(16)
        self._token = (value, self.now() + self.token_life)
        return answer({"accessToken": value, "expireIn": int(self.token_life)})

    async def _send_by_session(self, request: web.Request) -> web.Response:
        """Errors are HTTP 200."""
        raw, body = await request.read(), await request.json()
        session = self._sessions.get(request.query.get("session", ""))
        if session is None or session.ends_at <= self.now():
            return answer({"errcode": 300001, "errmsg": "session 不存在"})
        if len(raw) > MAX_SESSION_BYTES:
            return answer({"errcode": 460101, "errmsg": "message too long"})
        kind = body.get("msgtype")
        text = (body.get(kind) or {}).get({"text": "content", "markdown": "text"}.get(kind, ""))
        if not text:
            return answer({"errcode": 40035, "errmsg": "invalid message"})
        self.record.show(Seen(self.now(), session.receiver, text, kind, SESSION_PATH, body))
        return answer({"errcode": 0, "errmsg": "ok"})

    async def _send_to_users(self, request: web.Request) -> web.Response:
        body = await request.json()
        if refusal := self._refusal(request, body):
            return refusal
        users = body.get("userIds") or []
        if not users:
            return _error(400, "invalidParameter.userIds.empty")
        if len(users) > MAX_USERS:
            return _error(400, "invalidParameter.userIds.overMax")
        absent = [user for user in users if user in self.outsiders]
        slowed = [user for user in users if user in self.throttled]
        for user in users:
            if user not in absent and user not in slowed:
                self._show(user, USER_PATH, body)
        lists = {"invalidStaffIdList": absent, "flowControlledStaffIdList": slowed}
        return answer({"processQueryKey": secrets.token_hex(12), **lists})

    async def _download(self, request: web.Request) -> web.Response:
        """An address for a code."""
        body = await request.json()
        if refusal := self.gate(request):
            return refusal
        if body.get("robotCode") != self.app.robot_code:
            return _error(400, "invalidParameter.robotCode.auth")
        code = str(body.get("downloadCode"))
        if code in self.elsewhere:
            return answer({"downloadUrl": self.elsewhere[code]})
        if code not in self.files.kept:
            return _error(400, "invalidParameter.robotCode.downloadCode")
        return answer({"downloadUrl": signed(self.base_url, FILE_PATH, code)})

    async def _send_to_group(self, request: web.Request) -> web.Response:
        body = await request.json()
        if refusal := self._refusal(request, body):
            return refusal
        group = body.get("openConversationId")
        if not group or group.startswith("cid-single-"):
            return _error(400, "invalid.openConversationId")
        if len(body["msgParam"].encode()) > MAX_PARAM_BYTES:
            return _error(400, "invalidParameter.msgParam.tooLong")
        self._show(group, GROUP_PATH, body)
        return answer({"processQueryKey": secrets.token_hex(12)})

    def _show(self, receiver: str, path: str, body: dict[str, Any]) -> None:
        param = json.loads(body["msgParam"])
        text = param.get("text") or param.get("content") or ""
        self.record.show(Seen(self.now(), receiver, text, body["msgKey"], path, body))

    def gate(self, request: web.Request) -> web.Response | None:
        """What any call of the OpenAPI is refused for."""
        token = request.headers.get("x-acs-dingtalk-access-token", "")
        if not token or token != self._token[0] or self._token[1] <= self.now():
            return _error(400, "InvalidAuthentication")
        if self._is_too_fast(request.path):
            return _error(403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi")
        if self.api_quota is not None:
            if self.api_quota <= 0:
                return _error(403, "Forbidden.AccessDenied.ApiCountLimitForOrg")
            self.api_quota -= 1
        return None

    def _refusal(self, request: web.Request, body: dict[str, Any]) -> web.Response | None:
        if refusal := self.gate(request):
            return refusal
        if body.get("robotCode") != self.app.robot_code:
            return _error(400, "invalidParameter.robotCode.notExsit")
        if body.get("msgKey") not in ("sampleText", "sampleMarkdown"):
            return _error(400, "invalidParameter.msgKey.invalid")
        if not _is_json_text(body.get("msgParam")):
            return _error(400, "invalidParameter.msgParam.invalid")
        return None

    def _is_too_fast(self, path: str) -> bool:
        recent = self._recent[path]
        while recent and recent[0] <= self.now() - 1:
            recent.popleft()
        if self.qps is not None and len(recent) >= self.qps:
            return True
        recent.append(self.now())
        return False


def _sign(timestamp: str, secret: str) -> str:
    mac = hmac.new(key=secret.encode(), msg=(timestamp + "\n" + secret).encode(), digestmod=hashlib.sha256)
    return base64.b64encode(mac.digest()).decode("ascii")


def _is_json_text(param: object) -> bool:
    try:
        return isinstance(param, str) and isinstance(json.loads(param), dict)
    except ValueError:
        return False


def _error(status: int, code: str) -> web.Response:
    return answer({"code": code, "message": code, "requestid": secrets.token_hex(8)}, status)


if __name__ == "__main__":
    from tests.simulators.crowd import main

    main(DingTalkSimulator)
