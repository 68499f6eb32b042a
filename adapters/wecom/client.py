"""Calling WeCom as a self-built app: the few calls we need."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from adapters.outbound import Outbound, Unclear
from adapters.wecom.api import WeComApi
from adapters.wecom.errors import verdict
from bot.errors import Refused
from bot.ports import Clock, Tokens
from bot.settings import WeComSettings

SEND_TIMEOUT_S: Final = 10.0
"""Longer than other calls: a send that we gave up waiting for is sent again, and may be seen twice."""


class WeComClient:
    """One app's view of WeCom's server API."""

    def __init__(self, settings: WeComSettings, *, tokens: Tokens, outbound: Outbound, clock: Clock) -> None:
        self._agent_id = settings.agent_id
        self._api = WeComApi(
            settings, lambda code, _: verdict(code), tokens=tokens, outbound=outbound, clock=clock
        )

    async def send_text(self, user: str, text: str) -> str:
        """Send up to 2048 bytes; returns WeCom's msgid. WeCom doc 90236.

        Raises Refused when this user can't be reached, Unavailable for anything that may pass.
        """
        # No enable_duplicate_check: WeCom compares the text, so the second of two questions with the same
        # answer within the interval would go unanswered, and WeCom would say it was sent.
        message = {"touser": user, "agentid": self._agent_id, "msgtype": "text", "text": {"content": text}}
        answer = await self._api.call("POST", "/cgi-bin/message/send", body=message, timeout=SEND_TIMEOUT_S)
        if answer.get("invaliduser") or answer.get("unlicenseduser"):
            raise Refused("WeCom took the message but not its receiver: not visible, or without a licence")
        return str(answer.get("msgid") or "")

    async def probe(self) -> None:
        """Prove Secret, AgentId and trusted address: gettoken alone succeeds without the last (60020).

        Raises Unavailable or Refused. WeCom doc 90227.
        """
        try:
            await self._api.call("GET", "/cgi-bin/agent/get", params={"agentid": str(self._agent_id)})
        except Unclear as error:
            if error.status != HTTPStatus.NOT_FOUND:  # a stand-in for WeCom need not know this call
                raise
