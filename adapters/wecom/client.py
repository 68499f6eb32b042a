"""Calling WeCom: the few calls we need."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from adapters.access import Access, token_key
from adapters.outbound import Outbound, Unclear
from adapters.wecom.errors import verdict
from bot.errors import Refused, Unavailable
from bot.ports import Clock, Token, Tokens
from bot.settings import WeComSettings

SEND_TIMEOUT_S: Final = 10.0
"""Longer than other calls: a send that we gave up waiting for is sent again, and may be seen twice."""


class WeComClient:
    """One app's view of WeCom's server API."""

    def __init__(self, settings: WeComSettings, *, tokens: Tokens, outbound: Outbound, clock: Clock) -> None:
        self._base = settings.api_base
        self._corp_id = settings.corp_id
        self._agent_id = settings.agent_id
        self._secret = settings.secret.get_secret_value()
        self._outbound = outbound
        # One token per corp and Secret (WeCom doc 91039): a new Secret gets a new one at once.
        key = token_key("wecom", self._base, self._corp_id, self._secret)
        self._access = Access(key, self._fetch_token, tokens=tokens, clock=clock)

    async def send_text(self, user: str, text: str) -> str:
        """Send up to 2048 bytes; returns WeCom's msgid. WeCom doc 90236.

        Raises Refused when this user can't be reached, Unavailable for anything that may pass.
        """
        # No enable_duplicate_check: WeCom compares the text, so the second of two questions with the same
        # answer within the interval would go unanswered, and WeCom would say it was sent.
        message = {"touser": user, "agentid": self._agent_id, "msgtype": "text", "text": {"content": text}}
        answer = await self._call("POST", "/cgi-bin/message/send", body=message, timeout=SEND_TIMEOUT_S)
        if answer.get("invaliduser") or answer.get("unlicenseduser"):
            raise Refused("WeCom took the message but not its receiver: not visible, or without a licence")
        return str(answer.get("msgid") or "")

    async def probe(self) -> None:
        """Prove Secret, AgentId and trusted address: gettoken alone succeeds without the last (60020).

        Raises Unavailable or Refused. WeCom doc 90227.
        """
        try:
            await self._call("GET", "/cgi-bin/agent/get", params={"agentid": str(self._agent_id)})
        except Unclear as error:
            if error.status != HTTPStatus.NOT_FOUND:  # a stand-in for WeCom need not know this call
                raise

    async def _call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        async def call(token: str) -> dict[str, Any]:
            query = {"access_token": token, **(params or {})}
            return _checked(
                await self._outbound.json(method, self._base + path, params=query, body=body, timeout=timeout)
            )

        return await self._access.use(call)

    async def _fetch_token(self) -> Token:
        query = {"corpid": self._corp_id, "corpsecret": self._secret}
        answer = _checked(await self._outbound.json("GET", f"{self._base}/cgi-bin/gettoken", params=query))
        try:
            return Token(str(answer["access_token"]), float(answer["expires_in"]))
        except (KeyError, TypeError, ValueError):
            raise Unavailable("WeCom gave no token") from None


def _checked(answered: tuple[int, dict[str, Any]]) -> dict[str, Any]:
    """The answer, if it says that all is well. Business errors come as HTTP 200 (WeCom doc 90313)."""
    status, answer = answered
    if status != HTTPStatus.OK:
        raise Unavailable(f"WeCom answered HTTP {status}")
    code = str(answer.get("errcode", 0))
    if code == "0":
        return answer
    raise verdict(code).on(f"WeCom {code[:12]}")
