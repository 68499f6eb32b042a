"""What the two sides of reading say to each other, and what a snapshot holds: a length, then MessagePack."""

from __future__ import annotations

import struct
import sys
from io import BufferedIOBase
from typing import IO, Final

import msgspec

from knowledge.documents import Loaded

Stream = IO[bytes] | BufferedIOBase

_LENGTH: Final = struct.Struct(">Q")


class Request(msgspec.Struct):
    """A file to be read."""

    ending: str
    """One of the kind's; what the file is called is another matter."""
    source: str
    data: bytes


class Answer(msgspec.Struct):
    """What it held, or why it can't be read."""

    loaded: Loaded | None = None
    error: str = ""
    is_too_large: bool = False


def send(stream: Stream, body: bytes) -> None:
    """Raises OSError when nobody is there any more."""
    stream.write(_LENGTH.pack(len(body)))
    stream.write(body)
    stream.flush()


def receive(stream: Stream, *, most: int = sys.maxsize) -> bytes | None:
    """None when the other side is gone, perhaps in the middle of a word; or says that more is to come."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > most:
        return None
    body = stream.read(length)
    return body if len(body) == length else None
