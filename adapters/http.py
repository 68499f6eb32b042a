"""Between aiohttp and plain values: the framework off on the way in, on again on the way out."""

from __future__ import annotations

import asyncio
from typing import Final

from aiohttp import web

from bot.channel import HttpAnswer, RawRequest
from bot.errors import BadRequest, TooLarge

BODY_TIMEOUT: Final = web.AppKey("body_timeout", float)
"""Seconds a body may take to arrive (`server.body_timeout_s`)."""
_BODY_TIMEOUT_S: Final = 5.0


async def read(request: web.Request) -> RawRequest:
    """A request as plain values. Raises TooLarge and BadRequest."""
    try:
        async with asyncio.timeout(request.app.get(BODY_TIMEOUT, _BODY_TIMEOUT_S)):
            body = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise TooLarge("the body is over the size limit") from error
    except TimeoutError as error:
        raise BadRequest("the body did not arrive in time") from error
    except (web.RequestPayloadError, ConnectionError) as error:  # broken compression; the caller hung up
        raise BadRequest("the body did not arrive whole") from error
    return RawRequest(request.method, request.path, dict(request.query), headers_of(request), body)


def headers_of(request: web.Request) -> dict[str, str]:
    """The request's headers with small names."""
    return {name.lower(): value for name, value in request.headers.items()}


def respond(answer: HttpAnswer) -> web.Response:
    """An answer as the framework wants it. Nothing that a door says may be kept by a proxy."""
    headers = {"Content-Type": answer.content_type, "Cache-Control": "no-store", **answer.headers}
    return web.Response(status=answer.status, body=answer.body, headers=headers)
