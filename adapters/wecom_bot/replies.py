"""Writing what WeCom's bot takes (WeCom docs 101031, 101033, 101138): `payload`'s other half."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from adapters.envelope import Sealed


def stream(id_: str, content: str, *, finish: bool, feedback: str = "") -> bytes:
    """The whole text so far of a reply that WeCom fetches; after `finish` it asks no more.

    `feedback` is what opinions will be told under; taken in the first one alone.
    """
    told = {"id": id_, "finish": finish, "content": content}
    return _write({"msgtype": "stream", "stream": told | _asking(feedback)})


def text(content: str) -> bytes:
    """A text; taken in answer to `enter_chat` alone."""
    return _write({"msgtype": "text", "text": {"content": content}})


def welcome(card: Mapping[str, Any]) -> bytes:
    """A card in answer to `enter_chat`."""
    return _write(template_card(card))


def markdown(content: str, *, feedback: str = "") -> dict[str, Any]:
    """The body for a response_url."""
    return {"msgtype": "markdown", "markdown": {"content": content} | _asking(feedback)}


def template_card(card: Mapping[str, Any]) -> dict[str, Any]:
    """The same with a card (`adapters.template_card`)."""
    return {"msgtype": "template_card", "template_card": card}


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


def _asking(feedback: str) -> dict[str, Any]:
    return {"feedback": {"id": feedback}} if feedback else {}


def _write(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
