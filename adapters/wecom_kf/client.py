"""Calling WeCom for 微信客服: fetch, send, and who has a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import IntEnum
from typing import Any, Final

from adapters.outbound import Outbound, Oversized
from adapters.wecom.api import WeComApi
from adapters.wecom.client import SEND_TIMEOUT_S
from adapters.wecom_kf import replies
from adapters.wecom_kf.errors import SentBefore, TokenStale, judge
from bot.channel import Blob
from bot.errors import Unavailable
from bot.ports import Clock, Tokens
from bot.settings import WeComKfSettings

PAGE: Final = 1000
"""Messages of one `sync_msg`: the most WeCom gives (doc 94670)."""
_SHORTER: Final = 8
"""Times, for a page that is larger than any answer that we read: few calls, as WeCom counts them."""
_FETCH_TIMEOUT_S: Final = 20.0


class State(IntEnum):
    """Who has a conversation (WeCom doc 94669)."""

    NEW = 0
    BOT = 1
    WAITING = 2
    PERSON = 3
    ENDED = 4


class KfClient:
    """One app's view of 微信客服."""

    def __init__(
        self, settings: WeComKfSettings, *, tokens: Tokens, outbound: Outbound, clock: Clock
    ) -> None:
        repeated = frozenset(settings.repeated_codes)
        self._api = WeComApi(
            settings,
            lambda code, text: judge(code, text, repeated=repeated),
            tokens=tokens,
            outbound=outbound,
            clock=clock,
        )

    async def sync(self, account: str, *, cursor: str, token: str) -> dict[str, Any]:
        """One page behind `cursor`: a shorter one where the messages are so long that it is too large.

        A stale token is left out, which WeCom allows a few times a minute. Raises Unavailable or Refused.
        """
        body: dict[str, Any] = {"open_kfid": account, **({"cursor": cursor} if cursor else {})}
        limit = PAGE
        while True:
            try:
                return await self._sync({**body, "limit": limit, **({"token": token} if token else {})})
            except TokenStale:
                if not token:
                    raise
                token = ""
            except Oversized:
                if limit == 1:
                    raise
                limit = max(1, limit // _SHORTER)

    async def send(
        self, account: str, customer: str, text: str, suggestions: Sequence[str] = (), *, msgid: str
    ) -> str:
        """Send one message; returns WeCom's msgid. The same `msgid` is sent once. WeCom doc 94677."""
        body = {"touser": customer, "open_kfid": account, "msgid": msgid}
        return await self._send("/cgi-bin/kf/send_msg", body | replies.content(text, suggestions), msgid)

    async def say_on_event(self, code: str, text: str, suggestions: Sequence[str], *, msgid: str) -> str:
        """To whoever just came in, or comes back from a person; each code works once, for 20 s. Doc 95122."""
        body = {"code": code, "msgid": msgid}
        return await self._send(
            "/cgi-bin/kf/send_msg_on_event", body | replies.content(text, suggestions), msgid
        )

    async def fetch(self, media_id: str, *, most: int) -> Blob:
        """What a customer sent. WeCom docs 94670, 90254. Raises Unavailable or Refused."""
        return await self._api.fetch(media_id, most=most)

    async def state(self, account: str, customer: str) -> State:
        """Who has the conversation. Raises Unavailable, also for a state that nobody knows."""
        body = {"open_kfid": account, "external_userid": customer}
        answer = await self._api.call("POST", "/cgi-bin/kf/service_state/get", body=body)
        try:
            return State(answer["service_state"])
        except (KeyError, ValueError):
            raise Unavailable("WeCom gave no state that we know") from None

    async def move(self, account: str, customer: str, state: State, *, servicer: str = "") -> None:
        """Give the conversation to somebody else: the bot (0 → 1), the queue (→ 2) or a servicer (→ 3)."""
        body = {"open_kfid": account, "external_userid": customer, "service_state": state.value}
        if servicer:
            body["servicer_userid"] = servicer
        await self._api.call("POST", "/cgi-bin/kf/service_state/trans", body=body)

    async def accounts(self) -> dict[str, Any]:
        """The kf accounts that the app may use: what `kefu doctor` asks. WeCom doc 94661."""
        return await self._api.call("POST", "/cgi-bin/kf/account/list", body={"offset": 0, "limit": 100})

    async def _sync(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return await self._api.call("POST", "/cgi-bin/kf/sync_msg", body=body, timeout=_FETCH_TIMEOUT_S)

    async def _send(self, path: str, body: Mapping[str, Any], msgid: str) -> str:
        try:
            answer = await self._api.call("POST", path, body=body, timeout=SEND_TIMEOUT_S)
        except SentBefore:
            return msgid
        return str(answer.get("msgid") or msgid)
