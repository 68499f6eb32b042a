"""The HTTP server: an aiohttp request in, a RawRequest onwards; an HttpAnswer or an error back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from adapters import metrics
from adapters.health import Health
from adapters.intake import Intake
from adapters.webchat.channel import WebChatChannel
from adapters.webchat.routes import WebChatRoutes
from bot.channel import Channel, HttpAnswer, RawRequest
from bot.errors import BadRequest, NotFound, Rejected, TooLarge, Unavailable
from bot.settings import ServerSettings

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
RETRY_AFTER_S: Final = "2"
SILENT_ROUTES: Final = ("/healthz", "/readyz", "/metrics")


def build(
    settings: ServerSettings,
    channels: Mapping[str, Channel],
    intake: Intake,
    health: Health,
    chat: WebChatRoutes,
) -> web.Application:
    """The application with all its routes."""
    app = web.Application(middlewares=[_answer_errors], client_max_size=settings.max_body_bytes)
    doors = _Callbacks(channels, intake, settings)
    app.router.add_get("/callbacks/{channel}", doors.handle)
    app.router.add_post("/callbacks/{channel}", doors.handle)
    app.router.add_get("/healthz", health.alive)
    app.router.add_get("/readyz", health.ready)
    app.router.add_get("/metrics", _metrics(health))
    chat.add_to(app)
    return app


class _Callbacks:
    """`GET|POST /callbacks/{channel}`: where platforms call us."""

    def __init__(self, channels: Mapping[str, Channel], intake: Intake, settings: ServerSettings) -> None:
        self._channels = {n: c for n, c in channels.items() if not isinstance(c, WebChatChannel)}
        self._intake = intake
        self._body_timeout = settings.body_timeout_s

    async def handle(self, request: web.Request) -> web.Response:
        started = time.perf_counter()
        channel = self._channels.get(request.match_info["channel"])
        if channel is None:
            raise NotFound("no channel of this name takes callbacks")
        answer = await self._intake.take(channel, await read(request, timeout=self._body_timeout))
        metrics.ACKNOWLEDGED.labels(channel.name).observe(time.perf_counter() - started)
        return respond(answer)


async def read(request: web.Request, *, timeout: float) -> RawRequest:
    """Take the framework off. Raises TooLarge and BadRequest."""
    try:
        async with asyncio.timeout(timeout):
            body = await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise TooLarge("the body is over the size limit") from error
    except TimeoutError as error:
        raise BadRequest("the body did not arrive in time") from error
    headers = {name.lower(): value for name, value in request.headers.items()}
    return RawRequest(request.method, request.path, dict(request.query), headers, body)


def respond(answer: HttpAnswer) -> web.Response:
    """Put the framework back on."""
    return web.Response(
        status=answer.status,
        body=answer.body,
        headers={"Content-Type": answer.content_type, **answer.headers},
    )


def refusal(status: int, name: str, detail: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """The one shape of our errors: `{"error", "detail"}`."""
    return web.json_response({"error": name, "detail": detail}, status=status, headers=headers)


@web.middleware
async def _answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await _guarded(request, handler)
    route = request.match_info.route.resource
    path = route.canonical if route else "unknown"
    metrics.REQUESTS.labels(path, str(response.status)).inc()
    if path not in SILENT_ROUTES and response.status >= HTTPStatus.BAD_REQUEST:
        log.info(
            "request_refused", route=path, status=response.status, reason=response.headers.get("X-Reason")
        )
    return response


async def _guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Rejected as error:
        return refusal(error.status, error.name, str(error))
    except Unavailable as error:
        log.warning("request_unavailable", path=request.path, reason=str(error))
        return refusal(503, "unavailable", "please try again shortly", {"Retry-After": RETRY_AFTER_S})
    except web.HTTPException as error:
        if error.status < HTTPStatus.BAD_REQUEST:
            raise
        name = HTTPStatus(error.status).phrase.lower().replace(" ", "_")
        allow = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else None
        return refusal(error.status, name, error.reason, allow)
    except Exception:  # the last border: a platform must never see a stack trace
        log.exception("request_failed", path=request.path)
        return refusal(500, "internal", "our fault; it is in the log")


def _metrics(health: Health) -> Handler:
    async def handle(_: web.Request) -> web.Response:
        await health.measure()
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return handle
