"""Calling WeCom as a self-built app: the few calls we need."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from adapters.outbound import Outbound, Unclear
from adapters.wecom.api import WeComApi
from adapters.wecom.errors import verdict
from bot.channel import Blob
from bot.errors import Refused
from bot.ports import Clock, Tokens
from bot.settings import WeComSettings

SEND_TIMEOUT_S: Final = 10.0
"""Longer than other calls: a send that we gave up waiting for is sent again, and may be seen twice."""


class WeComClient:
    """One app's view of WeCom's server API."""

    def __init__(self, settings: WeComSettings, *, tokens: Tokens, outbound: Outbound, clock: Clock) -> None:
        self._agent_id = settings.agent_id
        self._duplicates = _duplicate_check(settings.duplicate_check_s)
        self._api = WeComApi(
            settings, lambda code, _: verdict(code), tokens=tokens, outbound=outbound, clock=clock
        )

    async def send_text(self, user: str, text: str) -> str:
        """Send up to 2048 bytes; returns WeCom's msgid. WeCom doc 90236.

        Raises Refused when this user can't be reached, Unavailable for anything that may pass.
        """
        return await self._send(user, "text", {"content": text})

    async def send_markdown(self, user: str, text: str) -> str:
        """The same in WeCom's markdown, which its own client alone shows."""
        return await self._send(user, "markdown", {"content": text})

    async def send_card(self, user: str, card: Mapping[str, Any]) -> str:
        """The same with a card (`adapters.template_card`)."""
        return await self._send(user, "template_card", card)

    async def fetch(self, media_id: str, *, most: int) -> Blob:
        """A picture or a voice message. WeCom doc 90254. Raises Unavailable or Refused."""
        return await self._api.fetch(media_id, most=most)

    async def probe(self) -> None:
        """Prove Secret, AgentId and trusted address: gettoken alone succeeds without the last (60020).

        Raises Unavailable or Refused. WeCom doc 90227.
        """
        try:
            await self._api.call("GET", "/cgi-bin/agent/get", params={"agentid": str(self._agent_id)})
        except Unclear as error:
            if error.status != HTTPStatus.NOT_FOUND:  # a stand-in for WeCom need not know this call
                raise

    async def _send(self, user: str, kind: str, content: Mapping[str, Any]) -> str:
        message = {"touser": user, "agentid": self._agent_id, "msgtype": kind, kind: content}
        answer = await self._api.call(
            "POST", "/cgi-bin/message/send", body=message | self._duplicates, timeout=SEND_TIMEOUT_S
        )
        if answer.get("invaliduser") or answer.get("unlicenseduser"):
            raise Refused("WeCom took the message but not its receiver: not visible, or without a licence")
        return str(answer.get("msgid") or "")


def _duplicate_check(seconds: int) -> dict[str, int]:
    """Off unless asked for: WeCom compares the text, so the second of two questions with the same answer
    within the interval goes unanswered, and WeCom says that it was sent."""
    return {"enable_duplicate_check": 1, "duplicate_check_interval": seconds} if seconds else {}
