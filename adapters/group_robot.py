"""Tells a group of people something, by a group robot's webhook. Push only: they answer elsewhere.

Which robot it is, the address says: WeCom's ends in /cgi-bin/webhook/send (doc 91770), DingTalk's in
/robot/send (doc "custom robot"); any other takes `{"text"}` and says by its HTTP status whether it did.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from yarl import URL

from adapters.dingtalk.errors import webhook_verdict
from adapters.outbound import Outbound, Unclear
from adapters.split import split
from adapters.verdict import Verdict, later, never
from adapters.wecom.errors import verdict as wecom_verdict
from bot.errors import Refused, Unavailable
from bot.ports import Clock
from bot.settings import AlertSettings, PeopleSettings

MAX_TEXT_BYTES: Final = 2048
"""Of a WeCom robot's text (doc 91770); others take more, and nobody wants to read it."""
TIMEOUT_S: Final = 4.0

_ADDRESS: Final = "the robot is not known; write its address as webhook"
WECOM_ERRORS: Final[Mapping[int, Verdict]] = {
    93000: never(_ADDRESS),
    45009: later("more than 20 messages in a minute", 60),
}
"""Before those of an app (`adapters.wecom.errors`)."""
DINGTALK_ERRORS: Final[Mapping[int, Verdict]] = {
    310000: never("its security settings: give it the keyword 客服, or write its SEC… as webhook_secret"),
    300005: never(_ADDRESS),
    400101: never(_ADDRESS),
    90030: never("the month's quota of webhook calls is used up"),
}
"""Before those of a session webhook (`adapters.dingtalk.errors`)."""


class GroupRobot:
    """One group's robot."""

    def __init__(self, webhook: str, secret: str, *, outbound: Outbound, clock: Clock) -> None:
        self._webhook = webhook
        self._secret = secret
        self._outbound = outbound
        self._clock = clock

    @classmethod
    def of(
        cls, group: PeopleSettings | AlertSettings | None, *, outbound: Outbound, clock: Clock
    ) -> GroupRobot | None:
        """The one that a group of people is told by, if there is one."""
        if group is None or group.webhook is None:
            return None
        secret = group.webhook_secret.get_secret_value() if group.webhook_secret else ""
        return cls(group.webhook.get_secret_value(), secret, outbound=outbound, clock=clock)

    async def tell(self, text: str) -> None:
        """Say it in the group; what is beyond 2048 bytes is cut. Raises Unavailable or Refused."""
        text = split(text, MAX_TEXT_BYTES)[0]
        path = URL(self._webhook).path
        if path.endswith("/cgi-bin/webhook/send"):
            await self._by_wecom(text)
        elif path.endswith("/robot/send"):
            await self._by_dingtalk(text)
        else:
            await self._plainly(text)

    async def _by_wecom(self, text: str) -> None:
        code = await self._code(_message(text), {})
        if code:
            raise WECOM_ERRORS.get(code, wecom_verdict(str(code))).on(f"WeCom robot {code}")

    async def _by_dingtalk(self, text: str) -> None:
        code = await self._code(_message(text), self._signature() if self._secret else {})
        if code:
            known = (
                DINGTALK_ERRORS.get(code) or webhook_verdict(str(code)) or never("a code that we don't know")
            )
            raise known.on(f"DingTalk robot {code}")

    async def _code(self, message: Mapping[str, Any], query: Mapping[str, str]) -> int:
        status, answer = await self._outbound.json(
            "POST", self._webhook, params=query, body=message, timeout=TIMEOUT_S
        )
        _check(status)
        try:
            return int(answer["errcode"])
        except (KeyError, TypeError, ValueError):
            raise Unavailable("the robot's platform gave no errcode") from None

    async def _plainly(self, text: str) -> None:
        try:
            status, _ = await self._outbound.json(
                "POST", self._webhook, body={"text": text}, timeout=TIMEOUT_S
            )
        except Unclear as error:  # an answer that is no JSON is an answer here
            if error.status is None:
                raise
            status = error.status
        _check(status)

    def _signature(self) -> dict[str, str]:
        timestamp = str(int(self._clock() * 1000))
        mac = hmac.new(self._secret.encode(), f"{timestamp}\n{self._secret}".encode(), hashlib.sha256)
        return {"timestamp": timestamp, "sign": base64.b64encode(mac.digest()).decode("ascii")}


def _message(text: str) -> dict[str, Any]:
    """The same for both."""
    return {"msgtype": "text", "text": {"content": text}}


def _check(status: int) -> None:
    if status in (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS) or status >= 500:
        raise Unavailable(f"the webhook answered HTTP {status}")
    if not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        raise Refused(f"the webhook answered HTTP {status}; write an address that takes messages")
