"""JSON from outside: the object in a body, and what is in it, as far as it is what it should be.

Lenient by need: unknown keys come and go, and known ones may be missing, null or of another type.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from adapters.plain import printable
from bot.errors import BadRequest

Body = Mapping[str, Any]


def read(content: bytes) -> Body:
    """The JSON object in a body. Raises BadRequest."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        raise BadRequest("the body is no JSON that we take") from None
    if not isinstance(body, dict):
        raise BadRequest("the body is no JSON object")
    return body


def object_at(body: Any, key: str) -> Body:
    """The object under a key; empty when there is none."""
    value = body.get(key) if isinstance(body, dict) else None
    return value if isinstance(value, dict) else {}


def list_at(body: Body, key: str) -> list[Any]:
    """The list under a key; empty when there is none."""
    value = body.get(key)
    return value if isinstance(value, list) else []


def text_at(body: Body, key: str) -> str:
    """The text under a key; empty when there is none."""
    value = body.get(key)
    return storable(value) if isinstance(value, str) else ""


def storable(words: str) -> str:
    """JSON can hold half a surrogate pair, which nothing can encode, and control characters."""
    return printable(words.encode(errors="replace").decode())
