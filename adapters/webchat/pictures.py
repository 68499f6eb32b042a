"""Takes a picture in, byte by byte: of a bounded size, in a bounded time, and surely a picture."""

from __future__ import annotations

import asyncio
from typing import ClassVar, Final

from aiohttp import web

from adapters.webchat.uploads import HEAD_BYTES, type_of
from bot.channel import Blob
from bot.errors import BadRequest, Rejected, TooLarge

PATIENCE_S: Final = 60.0
"""For 5 MB over a phone's poor connection."""


class NoPicture(Rejected):
    """What was sent is of no type that we take."""

    status: ClassVar[int] = 415
    name: ClassVar[str] = "unsupported_type"


async def read_picture(request: web.Request, *, most: int, patience: float = PATIENCE_S) -> Blob:
    """The body, and what it is by its first bytes. Raises TooLarge, NoPicture and BadRequest."""
    if (request.content_length or 0) > most:
        raise TooLarge("the picture is over the size limit")
    try:
        async with asyncio.timeout(patience):
            return await _read(request, most)
    except TimeoutError as error:
        raise BadRequest("the picture did not arrive in time") from error
    except (web.RequestPayloadError, ConnectionError) as error:  # broken compression; the caller hung up
        raise BadRequest("the picture did not arrive whole") from error


async def _read(request: web.Request, most: int) -> Blob:
    data = bytearray()
    async for chunk in request.content.iter_any():
        data += chunk
        if len(data) > most:
            raise TooLarge("the picture is over the size limit")
        if len(data) >= HEAD_BYTES and not type_of(bytes(data[:HEAD_BYTES])):
            break
    known = type_of(bytes(data[:HEAD_BYTES]))
    if known is None:
        raise NoPicture("send a PNG, JPEG, GIF or WebP picture as the body")
    return Blob(bytes(data), known.content_type)
