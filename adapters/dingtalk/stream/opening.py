"""Asking DingTalk where to connect to. Each connection needs a ticket of its own, good once and for 90 s."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

from yarl import URL

from adapters.dingtalk.errors import (
    MENDING_S,
    UNKNOWN,
    WRONG_PAIR,
    code_name,
    is_ban,
    openapi_verdict,
)
from adapters.dingtalk.stream.frames import Kind, Topic
from adapters.outbound import Outbound
from adapters.verdict import Verdict, later
from bot.errors import Refused, Unavailable
from bot.settings import DingTalkStreamSettings

PATH: Final = "/v1.0/gateway/connections/open"
TIMEOUT_S: Final = 10.0
_JSON: Final = {"Accept": "application/json"}
"""Without it the answer may be XML (developerpedia)."""
_NOT_READY: Final = later(
    "DingTalk gives this app no connection; choose Stream mode for its robot, and publish the app", MENDING_S
)
"""A 400 comes for an app that is not published, or not in Stream mode."""


class Opening:
    """One app's way to addresses."""

    def __init__(self, settings: DingTalkStreamSettings, outbound: Outbound) -> None:
        self._url = settings.api_base + PATH
        self._client_id = settings.client_id
        self._secret = settings.client_secret.get_secret_value()
        self._subscriptions = [
            {"type": Kind.CALLBACK, "topic": topic}
            for topic in (Topic.MESSAGE, *([Topic.CARD] if settings.card_template_id else []))
        ]
        self._outbound = outbound

    async def address(self) -> URL:
        """Where the next connection goes: a secret, as it holds the ticket. Raises Unavailable.

        `ua` and `localIp`, which the SDKs send, are left out: nobody needs them, and a `ua` that DingTalk
        does not like is a 400.
        """
        body = {
            "clientId": self._client_id,
            "clientSecret": self._secret,
            "subscriptions": self._subscriptions,
        }
        status, answer = await self._outbound.json(
            "POST", self._url, body=body, headers=_JSON, timeout=TIMEOUT_S
        )
        if status != HTTPStatus.OK or is_ban(answer):
            raise _error(status, answer)
        return _address(answer)


def _error(status: int, answer: Mapping[str, Any]) -> Unavailable:
    """Nothing is final here: the operator may mend it at any time, on the platform's side too."""
    error = _verdict(status, answer).on(f"DingTalk stream HTTP {status} {code_name(answer.get('code'))}")
    return Unavailable(str(error), retry_after=MENDING_S) if isinstance(error, Refused) else error


def _verdict(status: int, answer: Mapping[str, Any]) -> Verdict:
    if status == HTTPStatus.UNAUTHORIZED:
        return WRONG_PAIR
    verdict = openapi_verdict(status, answer)
    return _NOT_READY if verdict is UNKNOWN else verdict


def _address(answer: Mapping[str, Any]) -> URL:
    """The endpoint with its ticket. Plain `ws` is for a stand-in: DingTalk's own are `wss`."""
    endpoint, ticket = answer.get("endpoint"), answer.get("ticket")
    if not isinstance(endpoint, str) or not isinstance(ticket, str) or not ticket:
        raise Unavailable("DingTalk named no endpoint to connect to")
    try:
        url = URL(endpoint)
    except ValueError:
        raise Unavailable("DingTalk named an endpoint that is no address") from None
    if url.scheme not in ("wss", "ws") or not url.host:
        raise Unavailable("DingTalk named an endpoint that is no websocket's")
    return url.update_query(ticket=ticket)
