"""DingTalk's event subscription over HTTP: sealed events in, a sealed "success" out (facts as of 2026-07).

None of its events asks for anything yet; but one that is not answered comes again, and the address is only
accepted by DingTalk's console once `check_url` was.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from typing import Final

from adapters.body import Body
from adapters.body import read as read_body
from adapters.dingtalk.errors import code_name
from adapters.envelope import Envelope, Fault
from bot.channel import HttpAnswer, RawRequest
from bot.errors import BadRequest
from bot.ports import Clock
from bot.settings import DingTalkSettings
from bot.types import Ignored

CODES: Final[Mapping[Fault, int]] = {
    Fault.SIGNATURE: 900005,
    Fault.CIPHER: 900008,
    Fault.BASE64: 900008,
    Fault.BUFFER: 900009,
    Fault.OWNER: 900010,
}
"""The numbers of DingTalk's own libraries."""

_KNOWN: Final = {
    "check_url": "DingTalk tries the address for events",
    "robot_msg_recall": "a message of the robot's was recalled",
    "robot_msg_read": "a message of the robot's was read",
}


class Events:
    """What is pushed to one app's address."""

    def __init__(self, envelope: Envelope, clock: Clock) -> None:
        self._envelope = envelope
        self._clock = clock

    def open(self, request: RawRequest) -> Body:
        """What is inside. Raises BadSignature or BadRequest."""
        encrypted = read_body(request.body).get("encrypt")
        if not isinstance(encrypted, str):
            raise BadRequest("encrypt is missing")
        return read_body(
            self._envelope.open(
                encrypted,
                signature=signature_of(request.query),
                timestamp=request.query.get("timestamp", ""),
                nonce=request.query.get("nonce", ""),
            )
        )

    def success(self) -> HttpAnswer:
        """That it need not come again: with a time and a nonce of our own."""
        timestamp, nonce = str(int(self._clock() * 1000)), secrets.token_hex(8)
        sealed = self._envelope.seal(b"success", timestamp=timestamp, nonce=nonce)
        answer = {
            "msg_signature": sealed.signature,
            "timeStamp": timestamp,
            "nonce": nonce,
            "encrypt": sealed.encrypted,
        }
        return HttpAnswer(body=json.dumps(answer).encode(), content_type="application/json")


def events(settings: DingTalkSettings, clock: Clock) -> Events | None:
    """None where no events are subscribed to."""
    if settings.token is None or settings.encoding_aes_key is None:
        return None
    envelope = Envelope(
        token=settings.token.get_secret_value(),
        aes_key=settings.encoding_aes_key.get_secret_value(),
        owner=settings.client_id,
        codes=CODES,
    )
    return Events(envelope, clock)


def signature_of(query: Mapping[str, str]) -> str:
    """Of an event; some pushes use the second name. Empty: it is none."""
    return query.get("signature") or query.get("msg_signature", "")


def read(body: Body) -> Ignored:
    """What happened."""
    name = code_name(body.get("EventType", ""))
    return Ignored(f"event {name}: {_KNOWN.get(name, 'nothing to do')}")
