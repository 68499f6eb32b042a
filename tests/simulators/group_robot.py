"""Group robots of WeCom (doc 91770) and DingTalk (doc "custom robot"), and a hook that takes `{"text"}`."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

from aiohttp import web

from tests.simulators.platform import Platform, answer
from tests.simulators.record import Seen

WECOM_PATH = "/cgi-bin/webhook/send"
DINGTALK_PATH = "/robot/send"
HOOK_PATH = "/hook"
GROUP = "group"
A_MINUTE = 20
"""Messages that a robot takes."""


class GroupRobotSimulator(Platform):
    """One group with its robots."""

    def __init__(self, *, keyword: str = "", secret: str = "") -> None:
        super().__init__(host="127.0.0.1", port=0, callback_timeout=5, retries=0, retry_pause=0)
        self.key = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
        self.keyword = keyword
        self.secret = secret
        """Of a DingTalk robot that wants signatures."""

    @property
    def wecom(self) -> str:
        """The address that the group's owner copies."""
        return f"{self.base_url}{WECOM_PATH}?key={self.key}"

    @property
    def dingtalk(self) -> str:
        """The same, of DingTalk's."""
        return f"{self.base_url}{DINGTALK_PATH}?access_token={self.key}"

    @property
    def hook(self) -> str:
        """An address of the shop's own."""
        return f"{self.base_url}{HOOK_PATH}"

    @property
    def told(self) -> list[str]:
        """What the group read."""
        return self.replies_to(GROUP)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(WECOM_PATH, self._wecom),
            web.post(DINGTALK_PATH, self._dingtalk),
            web.post(HOOK_PATH, self._hook),
        ]

    async def _wecom(self, request: web.Request) -> web.Response:
        if request.query.get("key") != self.key:
            return _error(93000, "invalid webhook url")
        text = _text(await request.json())
        if len(text.encode()) > 2048:
            return _error(45002, "content size out of limit")
        return self._shown(text, WECOM_PATH, too_many=45009)

    async def _dingtalk(self, request: web.Request) -> web.Response:
        if request.query.get("access_token") != self.key:
            return _error(300005, "token is not exist")
        if self.secret and not self._is_signed(request):
            return _error(310000, "sign not match")
        text = _text(await request.json())
        if self.keyword not in text:
            return _error(310000, "keywords not in content")
        return self._shown(text, DINGTALK_PATH, too_many=410100)

    async def _hook(self, request: web.Request) -> web.Response:
        text = (await request.json())["text"]
        self.record.show(Seen(self.now(), GROUP, text, "text", HOOK_PATH))
        return web.Response(text="thanks")

    def _shown(self, text: str, path: str, *, too_many: int) -> web.Response:
        minute = [seen for seen in self.record.seen if seen.at > self.now() - 60]
        if len(minute) >= A_MINUTE:
            return _error(too_many, "too fast")
        self.record.show(Seen(self.now(), GROUP, text, "text", path))
        return _error(0, "ok")

    def _is_signed(self, request: web.Request) -> bool:
        timestamp = request.query.get("timestamp", "0")
        return request.query.get("sign") == sign(timestamp, self.secret) and (
            abs(self.now() - int(timestamp) / 1000) < 3600
        )


def sign(timestamp: str, secret: str) -> str:
    mac = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256)
    return base64.b64encode(mac.digest()).decode("ascii")


def _text(body: dict[str, Any]) -> str:
    return str(body["text"]["content"]) if body.get("msgtype") == "text" else ""


def _error(code: int, text: str) -> web.Response:
    return answer({"errcode": code, "errmsg": text})
