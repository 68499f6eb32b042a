"""Values to JSON and back. Reading checks every field's type, and ignores fields of a newer version."""

from __future__ import annotations

from typing import TypeVar

import msgspec

T = TypeVar("T")


def encode(value: object) -> bytes:
    """JSON in UTF-8."""
    return msgspec.json.encode(value)


def decode(data: bytes, kind: type[T]) -> T:
    """Read a value of this kind. Raises msgspec.ValidationError when it is none."""
    return msgspec.json.decode(data, type=kind)
