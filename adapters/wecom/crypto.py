"""Proving that WeCom sent it: WeCom's dialect of the AES envelope, and how it calls."""

from __future__ import annotations

from adapters.envelope import WECOM_CODES, Envelope
from adapters.wecom.xml import encrypted
from bot.channel import HttpAnswer, RawRequest
from bot.errors import BadRequest
from bot.settings import WeComAppSettings


def opened(request: RawRequest, envelope: Envelope) -> bytes | HttpAnswer:
    """What is in a callback (POST), or the answer that proves to WeCom that the address is ours (GET).

    WeCom doc 90238. Raises BadSignature or BadRequest.
    """
    if request.method == "GET":
        return HttpAnswer(body=_opened(request, envelope, request.query.get("echostr", "")))
    if request.method != "POST":
        raise BadRequest("WeCom calls with GET and POST")
    return _opened(request, envelope, encrypted(request.body))


def envelope(settings: WeComAppSettings) -> Envelope:
    """What opens the callbacks of this app: sealed for the corp (WeCom doc 91144)."""
    return Envelope(
        token=settings.token.get_secret_value(),
        aes_key=settings.encoding_aes_key.get_secret_value(),
        owner=settings.corp_id,
        codes=WECOM_CODES,
    )


def _opened(request: RawRequest, envelope: Envelope, sealed: str) -> bytes:
    return envelope.open(
        sealed,
        signature=request.query.get("msg_signature", ""),
        timestamp=request.query.get("timestamp", ""),
        nonce=request.query.get("nonce", ""),
    )
