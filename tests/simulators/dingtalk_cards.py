"""DingTalk's cards (docs "create and deliver cards", "AI card streaming update", 2026-06-04): made, delivered, streamed,
changed, and their buttons pressed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.simulators.platform import Platform, answer
from tests.simulators.record import Posting, Seen

TEMPLATE = "kefu-answer.schema"
SDK_TEMPLATE = "382e4302-551d-4880-bf29-a30acfab2e71.schema"
CREATE_PATH = "/v1.0/card/instances"
DELIVER_PATH = "/v1.0/card/instances/deliver"
BOTH_PATH = "/v1.0/card/instances/createAndDeliver"
STREAM_PATH = "/v1.0/card/streaming"
REGISTER_PATH = "/v1.0/card/callbacks/register"
ANSWER_WITHIN_S = 2.0
_SPACES = {"dtv1.card//IM_GROUP.": "IM_GROUP", "dtv1.card//IM_ROBOT.": "IM_ROBOT"}
_FINISHED = "3"

Gate = Callable[[web.Request], web.Response | None]
Error = Callable[[int, str], web.Response]
Carry = Callable[["Card", dict[str, Any], int], Awaitable[Posting]]


@dataclass(slots=True)
class Card:
    """One card, as whoever looks at it sees it."""

    track: str
    template: str
    callback_type: str
    route_key: str
    params: dict[str, str]
    spaces: list[tuple[str, str]] = field(default_factory=list)
    """Kind and id of each place that it was delivered to."""
    updates: list[str] = field(default_factory=list)
    """The text after each streaming update."""
    guids: set[str] = field(default_factory=set)
    private: dict[str, dict[str, str]] = field(default_factory=dict)
    """What only one user sees."""
    mentions: dict[str, str] = field(default_factory=dict)
    is_final: bool = False
    is_error: bool = False


class Cards:
    """All cards of one app."""

    def __init__(self, platform: Platform, *, gate: Gate, error: Error, carry: Carry) -> None:
        """`gate` refuses what any call is refused for; `carry` brings a button's callback to its door."""
        self.templates = {
            TEMPLATE: {"content", "suggestions", "thanks", "opinion"},
            SDK_TEMPLATE: {"msgContent"},
        }
        """Their variables, by the template's id."""
        self.unpublished: set[str] = set()
        self.undeliverable: set[str] = set()
        """Users and groups that no card reaches: told in HTTP 200."""
        self.absent: set[str] = set()
        """Users that are none."""
        self.unsafe: set[str] = set()
        """Words that moderation does not take."""
        self.max_content_bytes = 3000
        """"Suggested"; where a real one is refused, nobody documents."""
        self.after_final: str | None = "param.stream.outTrackId"
        """The code for an update behind the last; None: it is taken. What DingTalk does, nobody documents."""
        self.registered: dict[str, dict[str, Any]] = {}
        """Where callbacks go, by their route key."""
        self._cards: dict[str, Card] = {}
        self._platform = platform
        self._gate = gate
        self._error = error
        self._carry = carry

    @property
    def all(self) -> list[Card]:
        """Oldest first."""
        return list(self._cards.values())

    def routes(self) -> list[web.RouteDef]:
        """The server API."""
        return [
            web.post(CREATE_PATH, self._create),
            web.post(DELIVER_PATH, self._deliver),
            web.post(BOTH_PATH, self._create_and_deliver),
            web.put(CREATE_PATH, self._change),
            web.put(STREAM_PATH, self._stream),
            web.post(REGISTER_PATH, self._register),
        ]

    async def press(
        self,
        card: Card,
        *,
        user: str,
        action: str = "",
        params: dict[str, str] | None = None,
        copies: int = 1,
        **fields: Any,
    ) -> Posting:
        """A user presses a button; what is answered in time changes the card. `fields` go over the body's."""
        kind, space = card.spaces[0]
        private = {"actionIds": [action] if action else [], "params": params or {}}
        body = {
            "type": "actionCallback",
            "outTrackId": card.track,
            "corpId": "dingcorp0000000001",
            "userId": user,
            "userIdType": 1,
            "spaceType": kind,
            "spaceId": space,
            "extension": "{}",
            "content": json.dumps({"cardPrivateData": private}, ensure_ascii=False),
            **fields,
        }
        posting = await self._carry(card, body, copies)
        if posting.accepted and posting.attempts[-1].seconds <= ANSWER_WITHIN_S:
            self._update(card, user, json.loads(posting.answer))
        return posting

    def _update(self, card: Card, user: str, said: dict[str, Any]) -> None:
        """By key only: what else it would do to replace all of a card's data, we do not want to know."""
        options = said.get("cardUpdateOptions") or {}
        if options.get("updateCardDataByKey"):
            card.params.update(said["cardData"]["cardParamMap"])
        if options.get("updatePrivateDataByKey"):
            card.private.setdefault(user, {}).update(said["userPrivateData"]["cardParamMap"])

    async def _create(self, request: web.Request) -> web.Response:
        body = await request.json()
        refusal = self._gate(request) or self._make(body)
        return refusal or answer({"success": True, "result": body["outTrackId"]})

    async def _deliver(self, request: web.Request) -> web.Response:
        body = await request.json()
        refusal = self._gate(request) or self._misplaced(body)
        if refusal is not None:
            return refusal
        if body.get("outTrackId") not in self._cards:
            return self._error(400, "param.cardNotExist")
        return answer({"success": True, "result": self._place(body)})

    async def _create_and_deliver(self, request: web.Request) -> web.Response:
        body = await request.json()
        refusal = self._gate(request) or self._misplaced(body) or self._make(body)
        if refusal is not None:
            return refusal
        result = {"outTrackId": body["outTrackId"], "deliverResults": self._place(body)}
        return answer({"success": True, "result": result})

    async def _change(self, request: web.Request) -> web.Response:
        """As DingTalk's own SDK does at the end, `flowStatus` 3 finishes a card."""
        body = await request.json()
        if refusal := self._gate(request):
            return refusal
        card = self._cards.get(body.get("outTrackId", ""))
        if card is None:
            return self._error(400, "param.cardNotExist")
        params = (body.get("cardData") or {}).get("cardParamMap") or {}
        if not _are_texts(params):
            return self._error(400, "invalidParameter")
        card.params.update(params)
        if params.get("flowStatus") == _FINISHED and not card.is_final:
            self._finish(
                card, next((params[key] for key in self.templates[card.template] if key in params), "")
            )
        return answer({"success": True, "result": True})

    async def _stream(self, request: web.Request) -> web.Response:
        body = await request.json()
        refusal = self._gate(request) or self._unstreamable(body)
        if refusal is not None:
            return refusal
        card = self._cards[body["outTrackId"]]
        if body["guid"] in card.guids:
            return answer({"success": True, "result": True})
        if card.is_final and self.after_final:
            return self._error(400, self.after_final)
        card.guids.add(body["guid"])
        whole = body["isFull"] or not card.updates
        text = body["content"] if whole else card.updates[-1] + body["content"]
        card.updates.append(text)
        card.is_error = body["isError"]
        if body["isFinalize"]:
            self._finish(card, text)
        return answer({"success": True, "result": True})

    async def _register(self, request: web.Request) -> web.Response:
        body = await request.json()
        if refusal := self._gate(request):
            return refusal
        self.registered[body["callbackRouteKey"]] = body
        return answer({"success": True, "result": {"callbackUrl": body["callbackUrl"]}})

    def _make(self, body: dict[str, Any]) -> web.Response | None:
        """Keep the card, or say what is wrong with it."""
        track, template = body.get("outTrackId") or "", body.get("cardTemplateId") or ""
        params = (body.get("cardData") or {}).get("cardParamMap") or {}
        wrong = {
            "param.outTrackIdEmpty": not track,
            "param.cardTemplateIdEmpty": not template,
            "param.templateNotExist": template not in self.templates,
            "param.templateUnpublished": template in self.unpublished,
            "param.cardDataAndPrivateDataBothEmpty": not params and not body.get("privateData"),
            "invalidParameter": not _are_texts(params) or len(track) > 64,
            "param.contentUnsafe": any(self._is_unsafe(str(value)) for value in params.values()),
            "param.cardAlreadyExist": track in self._cards,
        }
        for code, is_so in wrong.items():
            if is_so:
                return self._error(400, code)
        self._cards[track] = Card(
            track, template, body.get("callbackType", ""), body.get("callbackRouteKey", ""), dict(params)
        )
        return None

    def _misplaced(self, body: dict[str, Any]) -> web.Response | None:
        if not body.get("openSpaceId"):
            return self._error(400, "param.openSpaceIdEmpty")
        kind, receiver = _space(body["openSpaceId"])
        if not kind or not receiver or receiver.startswith("cid-single-"):
            return self._error(400, "param.openSpaceIdInvalid")
        return self._error(400, "param.userIdNotExist") if receiver in self.absent else None

    def _place(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        kind, receiver = _space(body["openSpaceId"])
        card, reaches = self._cards[body["outTrackId"]], receiver not in self.undeliverable
        if reaches:
            card.spaces.append((kind, receiver))
            card.mentions = (body.get("imGroupOpenDeliverModel") or {}).get("atUserIds") or {}
        message = "" if reaches else "spaceNotReachable"
        return [{"spaceType": kind, "spaceId": receiver, "success": reaches, "errorMsg": message}]

    def _unstreamable(self, body: dict[str, Any]) -> web.Response | None:
        card, content = self._cards.get(body.get("outTrackId") or ""), body.get("content") or ""
        wrong = {
            "param.stream.outTrackId": not body.get("outTrackId"),
            "param.cardNotExist": card is None,
            "param.stream.guidEmpty": not body.get("guid"),
            "param.stream.keyEmpty": card is not None
            and body.get("key") not in self.templates[card.template],
            "param.stream.contentEmpty": not content,
            "param.stream.isFull": not isinstance(body.get("isFull"), bool),
            "param.stream.content": len(content.encode()) > self.max_content_bytes,
            "param.contentUnsafe": self._is_unsafe(content),
        }
        return next((self._error(400, code) for code, is_so in wrong.items() if is_so), None)

    def _finish(self, card: Card, text: str) -> None:
        """Now it counts as a message that was seen, wherever it was delivered."""
        card.is_final = True
        for _, receiver in card.spaces:
            kind = "failed card" if card.is_error else "card"
            self._platform.record.show(Seen(self._platform.now(), receiver, text, kind, STREAM_PATH))

    def _is_unsafe(self, text: str) -> bool:
        return any(word in text for word in self.unsafe)


def sign(timestamp: str, secret: str) -> str:
    """Of a callback over HTTP."""
    return base64.b64encode(hmac.digest(secret.encode(), timestamp.encode(), hashlib.sha256)).decode("ascii")


def _are_texts(params: dict[str, Any]) -> bool:
    return all(isinstance(value, str) for value in params.values())


def _space(space: str) -> tuple[str, str]:
    return next(
        ((kind, space.removeprefix(head)) for head, kind in _SPACES.items() if space.startswith(head)),
        ("", ""),
    )
