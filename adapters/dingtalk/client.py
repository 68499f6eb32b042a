"""Calling DingTalk: the session webhook, the OpenAPI, and the token for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from adapters.access import Access, token_key
from adapters.dingtalk.dialect import openapi_message, session_message
from adapters.dingtalk.errors import code_name, is_ban, openapi_verdict, webhook_verdict
from adapters.download import Hosts
from adapters.outbound import Outbound
from adapters.verdict import Verdict
from bot.channel import Blob
from bot.errors import Refused, Unavailable
from bot.ports import Clock, Token, Tokens
from bot.settings import DingTalkRobotSettings

SEND_TIMEOUT_S: Final = 10.0
"""DingTalk gives up on a call of its own after 3 s (503, 504), so this long a silence is the network's. No
send takes an idempotency key: a try that ends unclear is made again, since an answer seen twice is better
than one never seen. A long wait makes that rare."""


Judge = Callable[[int, Mapping[str, Any]], Verdict]


class SessionGone(Refused):
    """The session webhook takes no more; the OpenAPI may."""


class DingTalkClient:
    """One robot's view of DingTalk."""

    def __init__(
        self, settings: DingTalkRobotSettings, *, tokens: Tokens, outbound: Outbound, clock: Clock
    ) -> None:
        self._base = settings.api_base
        self._client_id = settings.client_id
        self._secret = settings.client_secret.get_secret_value()
        self.robot = settings.robot_code or settings.client_id
        self._outbound = outbound
        self._hosts = Hosts(settings.media_hosts, settings.api_base)
        key = token_key("dingtalk", self._base, self._client_id, self._secret)
        self._access = Access(key, self._fetch_token, tokens=tokens, clock=clock)

    async def send_to_session(self, webhook: str, text: str, *, mention: str = "") -> None:
        """Reply where the message came from. Raises SessionGone, Refused or Unavailable."""
        message = session_message(text, mention=mention)
        status, answer = await self._outbound.json("POST", webhook, body=message, timeout=SEND_TIMEOUT_S)
        code = str(answer.get("errcode", ""))  # one sample of the docs has the text "0"
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or is_ban(answer):
            raise openapi_verdict(status, answer).on(f"DingTalk webhook HTTP {status}")
        if code == "0":
            return
        verdict = webhook_verdict(code)
        if verdict is None:
            raise SessionGone(f"DingTalk webhook {code_name(code)}: the session takes no more")
        raise verdict.on(f"DingTalk webhook {code}")

    async def send_to_user(self, staff: str, text: str) -> str:
        """Write to one user; returns DingTalk's processQueryKey. Raises Refused or Unavailable."""
        message = {"robotCode": self.robot, "userIds": [staff], **openapi_message(text)}
        answer = await self.call("POST", "/v1.0/robot/oToMessages/batchSend", message)
        # Partial failure comes as HTTP 200; with one receiver it is a whole one.
        if answer.get("flowControlledStaffIdList"):
            raise Unavailable("DingTalk: messages to this user follow each other too fast", retry_after=2)
        if answer.get("invalidStaffIdList") or answer.get("filteredStaffIdList"):
            raise Refused("DingTalk: the user is no member, or not in the robot's visible scope")
        return str(answer.get("processQueryKey") or "")

    async def send_to_group(self, group: str, text: str) -> str:
        """Write to a group; returns DingTalk's processQueryKey. Raises Refused or Unavailable."""
        message = {"robotCode": self.robot, "openConversationId": group, **openapi_message(text)}
        answer = await self.call("POST", "/v1.0/robot/groupMessages/send", message)
        return str(answer.get("processQueryKey") or "")

    async def fetch(self, code: str, *, most: int) -> Blob:
        """What a customer sent, by its downloadCode. Raises Refused or Unavailable.

        The answer is an address, signed and for a while only, on a host that need not be DingTalk's own.
        """
        body = {"downloadCode": code, "robotCode": self.robot}
        answer = await self.call("POST", "/v1.0/robot/messageFiles/download", body)
        return await self._outbound.downloads.get(
            str(answer.get("downloadUrl") or ""), hosts=self._hosts, most=most
        )

    async def probe(self) -> None:
        """Prove Client ID and Secret. Raises Unavailable. No call is both free of quota and more telling."""

        async def nothing(_: str) -> None:
            return None

        await self._access.use(nothing)

    async def call(
        self, method: str, path: str, body: Mapping[str, Any], *, judge: Judge = openapi_verdict
    ) -> dict[str, Any]:
        """Ask the OpenAPI, with the token. Raises what `judge` makes of a bad answer, or Unavailable."""

        async def call(token: str) -> dict[str, Any]:
            headers = {"x-acs-dingtalk-access-token": token}
            answered = await self._outbound.json(
                method, self._base + path, body=body, headers=headers, timeout=SEND_TIMEOUT_S
            )
            return _checked(answered, judge)

        return await self._access.use(call)

    async def _fetch_token(self) -> Token:
        body = {"appKey": self._client_id, "appSecret": self._secret}
        answer = _checked(
            await self._outbound.json("POST", f"{self._base}/v1.0/oauth2/accessToken", body=body)
        )
        try:
            return Token(str(answer["accessToken"]), float(answer["expireIn"]))
        except (KeyError, TypeError, ValueError):
            raise Unavailable("DingTalk gave no token") from None


def _checked(answered: tuple[int, dict[str, Any]], judge: Judge = openapi_verdict) -> dict[str, Any]:
    """The answer, if it says that all is well."""
    status, answer = answered
    if status == HTTPStatus.OK and not is_ban(answer):
        return answer
    raise judge(status, answer).on(f"DingTalk HTTP {status} {code_name(answer.get('code'))}")
