"""Writing what WeCom's bot takes (WeCom docs 101031, 101033, 101138): `payload`'s other half."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from adapters.envelope import Sealed


def stream(id_: str, content: str, *, finish: bool) -> bytes:
    """The whole text so far of a reply that WeCom fetches; after `finish` it asks no more."""
    return _write({"msgtype": "stream", "stream": {"id": id_, "finish": finish, "content": content}})


def text(content: str) -> bytes:
    """A text; taken in answer to `enter_chat` alone."""
    return _write({"msgtype": "text", "text": {"content": content}})


def markdown(content: str) -> dict[str, Any]:
    """The body for a response_url."""
    return {"msgtype": "markdown", "markdown": {"content": content}}


def envelope(sealed: Sealed, *, timestamp: int, nonce: str) -> bytes:
    """What goes back in the answer to a callback; `nonce` is the callback's own."""
    return _write(
        {
            "encrypt": sealed.encrypted,
            "msgsignature": sealed.signature,
            "timestamp": timestamp,
            "nonce": nonce,
        }
    )


def _write(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
