"""Proving that DingTalk sent it.

The signature covers the time only, not the body: whoever catches one can write any body for an hour. So
nothing in the body is trusted with more than a conversation (see `adapters.dingtalk.webhook`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final

from bot.errors import BadSignature

MAX_DRIFT_S: Final = 3600.0
"""DingTalk's own number ("receive messages", 2025-12-29)."""
CARD_HEADER: Final = "x-ddpaas-signature"
_MILLISECONDS: Final = re.compile(r"[0-9]{1,15}")


def verify(headers: Mapping[str, str], secret: str, *, now: float) -> None:
    """Check the headers `timestamp` and `sign`; `now` is in unix seconds. Raises BadSignature."""
    timestamp = _fresh(headers, "timestamp", now)
    _compare(sign(timestamp, secret), headers.get("sign", ""))


def sign(timestamp: str, secret: str) -> str:
    """base64(HMAC-SHA256(secret, timestamp + newline + secret)); `timestamp` in milliseconds."""
    return _mac(secret, f"{timestamp}\n{secret}")


def verify_card(headers: Mapping[str, str], secret: str, *, now: float) -> None:
    """The same of a card's callback. No limit of age is documented: the robot's own. Raises BadSignature."""
    timestamp = _fresh(headers, f"{CARD_HEADER}-timestamp", now)
    _compare(sign_card(timestamp, secret), headers.get(CARD_HEADER, ""))


def sign_card(timestamp: str, secret: str) -> str:
    """base64(HMAC-SHA256(secret, timestamp)), by the secret that was registered for card callbacks."""
    return _mac(secret, timestamp)


def card_secret(client_secret: str) -> str:
    """What we register: the same in all processes, and nothing for the operator to write."""
    return hmac.new(client_secret.encode(), b"card callbacks", hashlib.sha256).hexdigest()[:32]


def _fresh(headers: Mapping[str, str], name: str, now: float) -> str:
    timestamp = headers.get(name, "")
    if not _MILLISECONDS.fullmatch(timestamp):
        raise BadSignature(f"the header {name} is missing or not of its form")
    if abs(now - int(timestamp) / 1000) > MAX_DRIFT_S:
        raise BadSignature("the timestamp is more than an hour off; check the clock")
    return timestamp


def _compare(right: str, given: str) -> None:
    if not hmac.compare_digest(right.encode(), given.encode(errors="replace")):
        raise BadSignature("the signature does not fit; check client_secret")


def _mac(secret: str, text: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()
