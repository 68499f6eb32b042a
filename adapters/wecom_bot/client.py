"""Calling WeCom: the one address that a message names for a reply."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from yarl import URL

from adapters.outbound import Outbound
from adapters.wecom_bot.errors import verdict
from bot.errors import Refused, Unavailable

SEND_TIMEOUT_S: Final = 10.0
"""Longer than other calls: the address works once, so a try that we gave up waiting for can't be repeated."""


class ResponseClient:
    """Sends to a `response_url`: no token and no encryption, as the address itself is the secret."""

    def __init__(self, api_base: str, outbound: Outbound) -> None:
        self._base = api_base
        self._outbound = outbound

    async def respond(self, response_url: str, message: Mapping[str, Any]) -> None:
        """Send markdown of up to 20480 bytes, or a card, once and within the hour. WeCom doc 101138.

        Raises Refused when the address is used up or none, Unavailable for anything that may pass.
        """
        status, answer = await self._outbound.json(
            "POST", self._address(response_url), body=message, timeout=SEND_TIMEOUT_S
        )
        if status != HTTPStatus.OK:
            raise Unavailable(f"WeCom answered HTTP {status}")
        code = str(answer.get("errcode", 0))  # business errors come as HTTP 200 (WeCom doc 90313)
        if code != "0":
            raise verdict(code).on(f"WeCom {code[:12]}")

    def _address(self, response_url: str) -> str:
        """On our own `api_base`: a message must not choose whom we call."""
        try:
            target = URL(response_url)
        except ValueError:
            target = URL()
        if not target.absolute:  # its path would run into our host's name
            raise Refused("WeCom: the message's response_url is no address")
        return self._base + target.raw_path_qs
