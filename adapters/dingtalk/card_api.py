"""What is asked of DingTalk about a card: make it, deliver it, stream its text, call us about its buttons.

Docs "create and deliver cards" and "AI card streaming update", 2026-06-04.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from adapters.dingtalk.client import DingTalkClient
from adapters.dingtalk.errors import CardExists, card_verdict, code_name
from adapters.dingtalk.route import Route
from adapters.dingtalk.signature import card_secret
from bot.errors import Refused
from bot.settings import DingTalkRobotSettings, DingTalkSettings
from bot.wording import LOOKING_IT_UP

MAX_VALUE_BYTES: Final = 1000
"""Of a variable, when a card is made or changed: "1 K"; streaming takes more."""
_BY_STAFF_ID: Final = 1

Body = dict[str, Any]


class CardApi:
    """One robot's cards, by one template."""

    def __init__(self, settings: DingTalkRobotSettings, client: DingTalkClient) -> None:
        self._template = settings.card_template_id
        self._key = settings.card_key
        self._suggestions_key = settings.card_suggestions_key
        self._client = client
        self._callback_url = settings.card_callback_url if isinstance(settings, DingTalkSettings) else ""
        self._route_key = f"kefu-{settings.name}"
        self._secret = card_secret(settings.client_secret.get_secret_value())
        self._is_registered = False

    async def create(self, track: str, route: Route, text: str) -> bool:
        """Make a card and deliver it; False: it was made before. Raises Refused or Unavailable."""
        await self._register()
        fits = len(text.encode()) <= MAX_VALUE_BYTES
        body: Body = {
            "cardTemplateId": self._template,
            "outTrackId": track,
            "cardData": {"cardParamMap": {self._key: text if fits else LOOKING_IT_UP}},
            **self._callback(),
            "imGroupOpenSpaceModel": {"supportForward": True},
            "imRobotOpenSpaceModel": {"supportForward": True},
            **self._delivery(route),
        }
        try:
            answer = await self._call("POST", "/v1.0/card/instances/createAndDeliver", body)
        except CardExists:
            return False
        _check_delivered(answer.get("result"))
        return True

    async def deliver(self, track: str, route: Route) -> None:
        """Deliver a card that was made. Raises Refused or Unavailable."""
        body = {"outTrackId": track, **self._delivery(route)}
        answer = await self._call("POST", "/v1.0/card/instances/deliver", body)
        _check_delivered(answer.get("result"))

    async def stream(
        self, track: str, text: str, *, guid: str, is_last: bool = False, is_error: bool = False
    ) -> None:
        """Show the whole text so far; a repeated `guid` is one update. Raises Refused or Unavailable."""
        body = {
            "outTrackId": track,
            "guid": guid,
            "key": self._key,
            "content": text,
            "isFull": True,  # markdown takes nothing else
            "isFinalize": is_last,
            "isError": is_error,
        }
        await self._call("PUT", "/v1.0/card/streaming", body)

    async def suggest(self, track: str, suggestions: Sequence[str]) -> None:
        """Offer questions, as many as fit. Raises Refused or Unavailable."""
        offered = [{"text": text} for text in suggestions]
        while len((value := json.dumps(offered, ensure_ascii=False)).encode()) > MAX_VALUE_BYTES:
            offered.pop()
        body = {
            "outTrackId": track,
            "cardData": {"cardParamMap": {self._suggestions_key: value}},
            "cardUpdateOptions": {"updateCardDataByKey": True},
        }
        await self._call("PUT", "/v1.0/card/instances", body)

    def _callback(self) -> Body:
        """STREAM where no call is wanted: one report has streaming fail for cards with another."""
        if self._callback_url:
            return {"callbackType": "HTTP", "callbackRouteKey": self._route_key}
        return {"callbackType": "STREAM"}

    def _delivery(self, route: Route) -> Body:
        if route.group:
            at = {"atUserIds": {route.staff: route.nick or route.staff}} if route.staff else {}
            return {
                "openSpaceId": f"dtv1.card//IM_GROUP.{route.group}",
                "userIdType": _BY_STAFF_ID,
                "imGroupOpenDeliverModel": {"robotCode": self._client.robot, **at},
            }
        return {
            "openSpaceId": f"dtv1.card//IM_ROBOT.{route.staff}",
            "userIdType": _BY_STAFF_ID,
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": self._client.robot},
        }

    async def _register(self) -> None:
        """Tell DingTalk, once a process, where to call about buttons, and how to sign that."""
        if not self._callback_url or self._is_registered:
            return
        body = {
            "callbackUrl": self._callback_url,
            "callbackRouteKey": self._route_key,
            "apiSecret": self._secret,
            "forceUpdate": True,
        }
        await self._call("POST", "/v1.0/card/callbacks/register", body)
        self._is_registered = True

    async def _call(self, method: str, path: str, body: Mapping[str, Any]) -> Body:
        answer = await self._client.call(method, path, body, judge=card_verdict)
        if answer.get("success") is False:
            raise Refused("DingTalk: the card was not taken")
        return answer


def _check_delivered(result: object) -> None:
    """A card that reached nobody comes as HTTP 200. Raises Refused."""
    results = result.get("deliverResults") if isinstance(result, dict) else result
    for one in results if isinstance(results, list) else ():
        if isinstance(one, dict) and one.get("success") is False:
            raise Refused(f"DingTalk: the card could not be delivered ({code_name(one.get('errorMsg'))})")
