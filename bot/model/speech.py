"""Listening to a model that speaks piece by piece: server-sent events of OpenAI's `chat.completion.chunk`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Final

import msgspec
from msgspec import Struct

from bot.errors import Unavailable
from bot.model.calls import CallPiece, Calls
from bot.ports import Heard

_LONGEST: Final = 256 * 1024
"""Bytes of one event, and letters of an answer: far more than `max_tokens` can be."""


class _Delta(Struct):
    content: str | None = None
    tool_calls: list[CallPiece] | None = None


class _Choice(Struct):
    delta: _Delta | None = None
    finish_reason: str | None = None


class _Chunk(Struct):
    choices: list[_Choice] | None = None
    """Empty in a chunk that brings the usage alone."""
    error: Any = None


async def listen(received: AsyncIterator[bytes], heard: Heard) -> str:
    """The whole text, told to `heard` as it grows, and behind it what the model calls.

    Raises Unavailable when it is not brought to its end.
    """
    text, finished, calls = "", False, Calls()
    async for line in _lines(received):
        choice = _choice(line)
        if choice is None:
            continue
        finished = finished or choice.finish_reason is not None
        for piece in (choice.delta and choice.delta.tool_calls) or ():
            calls.add(piece)
        if choice.delta and choice.delta.content:
            text = (text + choice.delta.content).lstrip()
            if len(text) > _LONGEST:
                raise Unavailable("the model does not stop speaking")
            heard(text)
    if not finished:
        raise Unavailable("the model broke off in the middle")
    return text + calls.written()


async def _lines(received: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Cut at line feeds alone: U+2028 and the like, where `str.splitlines` cuts too, may be said."""
    rest = b""
    try:
        async for piece in received:
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                yield line
            if len(rest) > _LONGEST:
                raise Unavailable("the model server sends no events")
    except Unavailable:
        raise
    except Exception as error:  # of whichever HTTP library the client is built on; it has changed before
        raise Unavailable(f"the model server broke off ({type(error).__name__})") from error


def _choice(line: bytes) -> _Choice | None:
    """What a line brings; None for one without words: a comment, an empty one, the usage, `[DONE]`."""
    field, _, data = line.partition(b":")
    data = data.strip()
    if field != b"data" or data == b"[DONE]":
        return None
    try:
        chunk = msgspec.json.decode(data, type=_Chunk)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unavailable("the model server answered with something else than a completion") from error
    if chunk.error:
        raise Unavailable("the model server broke off with an error")
    return chunk.choices[0] if chunk.choices else None
