"""The DingTalk door in HTTP mode: signed callbacks in; replies as any robot sends them.

Three kinds of callback share the address, each told by how it is signed:

    a message           headers timestamp, sign
    a card's button     headers x-ddpaas-signature-timestamp, x-ddpaas-signature
    an event            query signature (or msg_signature), timestamp, nonce; the body is sealed
"""

from __future__ import annotations

import json

from adapters.dingtalk import card_callback, events, payload
from adapters.dingtalk.ear import Ear
from adapters.dingtalk.robot import Robot
from adapters.dingtalk.signature import CARD_HEADER, card_secret, verify, verify_card
from adapters.outbound import Outbound
from bot.channel import HttpAnswer, RawRequest, Received, Taken
from bot.errors import BadRequest, BadSignature
from bot.ports import Clock, Marks, Rates, Tokens
from bot.settings import DingTalkSettings


class DingTalkChannel(Robot):
    """A robot in HTTP mode."""

    def __init__(
        self,
        settings: DingTalkSettings,
        *,
        tokens: Tokens,
        marks: Marks,
        rates: Rates,
        outbound: Outbound,
        clock: Clock,
    ) -> None:
        super().__init__(settings, tokens=tokens, marks=marks, rates=rates, outbound=outbound, clock=clock)
        self._ear = Ear(settings, clock)
        self._secret = settings.client_secret.get_secret_value()
        self._card_secret = card_secret(self._secret)
        self._events = events.events(settings, clock)

    def receive(self, request: RawRequest) -> Received:
        """Raises BadSignature or BadRequest."""
        if _is_event(request):
            return self._read_event(request)
        if _is_press(request):
            verify_card(request.headers, self._card_secret, now=self._clock())
        else:
            verify(request.headers, self._secret, now=self._clock())
        if request.method != "POST":
            raise BadRequest("DingTalk calls with POST")
        return self._ear.read_press(request.body) if _is_press(request) else self._ear.read(request.body)

    async def acknowledge(self, received: Taken, request: RawRequest) -> HttpAnswer:
        """200 and "no reply here", as the reply comes by itself; to a button, how its card looks now."""
        if _is_event(request) and self._events:
            return self._events.success()
        body = card_callback.update(received) if _is_press(request) else {"msgtype": "empty"}
        return HttpAnswer(body=json.dumps(body, ensure_ascii=False).encode(), content_type="application/json")

    def _read_event(self, request: RawRequest) -> Received:
        """A robot's message is taken too: one third-party channel knows them sealed like events."""
        if self._events is None:
            raise BadSignature("no events are subscribed to; write token and encoding_aes_key")
        body = self._events.open(request)
        return self._ear.parse(body) if payload.is_message(body) else events.read(body)


def _is_press(request: RawRequest) -> bool:
    return CARD_HEADER in request.headers


def _is_event(request: RawRequest) -> bool:
    return bool(events.signature_of(request.query))
