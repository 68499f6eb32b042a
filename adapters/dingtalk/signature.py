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
_MILLISECONDS: Final = re.compile(r"[0-9]{1,15}")


def verify(headers: Mapping[str, str], secret: str, *, now: float) -> None:
    """Check the headers `timestamp` and `sign`; `now` is in unix seconds. Raises BadSignature."""
    timestamp, given = headers.get("timestamp", ""), headers.get("sign", "")
    if not _MILLISECONDS.fullmatch(timestamp) or not given:
        raise BadSignature("the headers timestamp and sign are missing or not of their form")
    if abs(now - int(timestamp) / 1000) > MAX_DRIFT_S:
        raise BadSignature("the timestamp is more than an hour off; check the clock")
    if not hmac.compare_digest(sign(timestamp, secret).encode(), given.encode(errors="replace")):
        raise BadSignature("the signature does not fit; check client_secret")


def sign(timestamp: str, secret: str) -> str:
    """base64(HMAC-SHA256(secret, timestamp + newline + secret)); `timestamp` in milliseconds."""
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
