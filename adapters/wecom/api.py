"""WeCom's server API as every app meets it: a token, a call, an answer that may be an error."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from adapters.access import Access, token_key
from adapters.download import Hosts
from adapters.outbound import Outbound, Unclear
from adapters.verdict import Verdict
from bot.channel import Blob
from bot.errors import Unavailable
from bot.ports import Clock, Token, Tokens
from bot.settings import WeComAppSettings

Judge = Callable[[str, str], Verdict]
"""From `errcode` (not 0) and `errmsg` to what it means."""
_LONGEST_ERROR: Final = 4096


class WeComApi:
    """One app's access to the API."""

    def __init__(
        self, settings: WeComAppSettings, judge: Judge, *, tokens: Tokens, outbound: Outbound, clock: Clock
    ) -> None:
        self._base = settings.api_base
        self._corp_id = settings.corp_id
        self._secret = settings.secret.get_secret_value()
        self._judge = judge
        self._outbound = outbound
        # One token per corp and Secret (WeCom doc 91039): a new Secret gets a new one at once.
        key = token_key("wecom", self._base, self._corp_id, self._secret)
        self._access = Access(key, self._fetch_token, tokens=tokens, clock=clock)

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        timeout: float | None = None,
    ) -> dict[str, Any]:
        """The answer, if it says that all is well; a dead token is replaced once.

        `timeout` is in seconds. Raises Unavailable or Refused, as the error code means.
        """

        async def call(token: str) -> dict[str, Any]:
            query = {"access_token": token, **(params or {})}
            return self._checked(
                await self._outbound.json(method, self._base + path, params=query, body=body, timeout=timeout)
            )

        return await self._access.use(call)

    async def fetch(self, media_id: str, *, most: int) -> Blob:
        """What a customer sent, `most` bytes at most; WeCom keeps it for three days (doc 90254).

        Raises Unavailable or Refused.
        """

        async def call(token: str) -> Blob:
            blob = await self._outbound.downloads.get(
                f"{self._base}/cgi-bin/media/get",
                hosts=Hosts((), self._base),
                most=most,
                params={"access_token": token, "media_id": media_id},
            )
            self._checked((HTTPStatus.OK, _error_in(blob.data)))
            return blob

        return await self._access.use(call)

    async def _fetch_token(self) -> Token:
        query = {"corpid": self._corp_id, "corpsecret": self._secret}
        url = f"{self._base}/cgi-bin/gettoken"
        answer = self._checked(await self._outbound.json("GET", url, params=query))
        try:
            return Token(str(answer["access_token"]), float(answer["expires_in"]))
        except (KeyError, TypeError, ValueError):
            raise Unavailable("WeCom gave no token") from None

    def _checked(self, answered: tuple[int, dict[str, Any]]) -> dict[str, Any]:
        """Business errors come as HTTP 200 (WeCom doc 90313)."""
        status, answer = answered
        if status != HTTPStatus.OK:
            raise Unclear(f"WeCom answered HTTP {status}", status=status)
        code = str(answer.get("errcode", 0))
        if code == "0":
            return answer
        raise self._judge(code, str(answer.get("errmsg", ""))).on(f"WeCom {code[:12]}")


def _error_in(data: bytes) -> dict[str, Any]:
    """An error comes in place of the media, as JSON in HTTP 200 (WeCom doc 90254); nothing: there is none."""
    if len(data) > _LONGEST_ERROR or not data.lstrip().startswith(b"{"):
        return {}
    try:
        answer = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}
