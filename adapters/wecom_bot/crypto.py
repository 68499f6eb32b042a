"""Proving that WeCom sent it, and sealing what goes back."""

from __future__ import annotations

from adapters.envelope import WECOM_CODES, Envelope
from bot.settings import WeComBotSettings


def envelope(settings: WeComBotSettings) -> Envelope:
    """Of this bot. An enterprise's own bot has no owner in its envelope (WeCom doc 101033)."""
    return Envelope(
        token=settings.token.get_secret_value(),
        aes_key=settings.encoding_aes_key.get_secret_value(),
        owner="",
        codes=WECOM_CODES,
    )
