"""Proving that WeCom sent it: WeCom's dialect of the AES envelope."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.envelope import WECOM_CODES, Envelope
from bot.settings import WeComAppSettings


def opened(envelope: Envelope, encrypted: str, query: Mapping[str, str]) -> bytes:
    """What is in a callback. Raises BadSignature or BadRequest."""
    return envelope.open(
        encrypted,
        signature=query.get("msg_signature", ""),
        timestamp=query.get("timestamp", ""),
        nonce=query.get("nonce", ""),
    )


def envelope(settings: WeComAppSettings) -> Envelope:
    """What opens the callbacks of this app: sealed for the corp (WeCom doc 91144)."""
    return Envelope(
        token=settings.token.get_secret_value(),
        aes_key=settings.encoding_aes_key.get_secret_value(),
        owner=settings.corp_id,
        codes=WECOM_CODES,
    )
