"""The HTTP server: an aiohttp request in, a RawRequest onwards; an HttpAnswer or an error back."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from adapters import metrics
from adapters.health import Health
from adapters.http import BODY_TIMEOUT, read, respond
from adapters.intake import Intake
from adapters.overload import Late, Overload, waited
from adapters.webchat.channel import WebChatChannel
from adapters.webchat.routes import WebChatRoutes
from bot.channel import Channel, Listener
from bot.errors import NotFound, Rejected, Unavailable
from bot.settings import ServerSettings

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
RETRY_AFTER_S: Final = "2"


def build(
    settings: ServerSettings,
    channels: Mapping[str, Channel],
    intake: Intake,
    health: Health,
    chat: WebChatRoutes,
    overload: Overload | None = None,
) -> web.Application:
    """The application with all its routes. `overload`: None for one with the platforms' limits."""
    app = web.Application(middlewares=[_answer_errors], client_max_size=settings.max_body_bytes)
    app[BODY_TIMEOUT] = settings.body_timeout_s
    doors = _Callbacks(channels, intake, overload or Overload())
    app.router.add_get("/callbacks/{channel}", doors.handle)
    app.router.add_post("/callbacks/{channel}", doors.handle)
    app.router.add_get("/healthz", health.alive)
    app.router.add_get("/readyz", health.ready)
    app.router.add_get("/metrics", _metrics(health))
    chat.add_to(app)
    return app


class _Callbacks:
    """`GET|POST /callbacks/{channel}`: where platforms call us."""

    def __init__(self, channels: Mapping[str, Channel], intake: Intake, overload: Overload) -> None:
        self._channels = {
            name: c for name, c in channels.items() if not isinstance(c, WebChatChannel | Listener)
        }
        self._intake = intake
        self._overload = overload

    async def handle(self, request: web.Request) -> web.Response:
        started = time.perf_counter() - (before := waited(request))
        self._overload.check(before)  # before the body is read: most of what it costs is still to come
        channel = self._channels.get(request.match_info["channel"])
        if channel is None:
            raise NotFound("no channel of this name takes callbacks")
        raw = await read(request)
        with self._overload.under_way():
            answer = await self._intake.take(channel, raw)
        metrics.ACKNOWLEDGED.labels(channel.name).observe(time.perf_counter() - started)
        return respond(answer)


def refusal(status: int, name: str, detail: str, headers: Mapping[str, str] | None = None) -> web.Response:
    """The one shape of our errors: `{"error", "detail"}`."""
    return web.json_response({"error": name, "detail": detail}, status=status, headers=headers)


@web.middleware
async def _answer_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    response = await _guarded(request, handler)
    route = request.match_info.route.resource
    path = route.canonical if route else "unknown"
    metrics.REQUESTS.labels(path, str(response.status)).inc()
    return response


async def _guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except Rejected as error:
        log.info("request_refused", path=request.path, status=error.status, reason=str(error))
        return refusal(error.status, error.name, str(error))
    except Late as error:
        return refusal(503, "busy", str(error), {"Retry-After": RETRY_AFTER_S})
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
