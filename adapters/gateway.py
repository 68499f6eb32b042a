"""The gateway process: the doors, wired and listening until told to stop."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import structlog
from aiohttp import web

from adapters import registry, server
from adapters.health import Health
from adapters.idle import KEEP_ALIVE_S, IdleConnections, allow_many_files
from adapters.intake import Intake
from adapters.listening import listening
from adapters.outbound import Outbound
from adapters.quick import QuickFeed, QuickStreams, QuickWelcomes
from adapters.spool.spool import Spool
from adapters.spool.spooling import Spooling
from adapters.storing import Storing
from adapters.webchat.channel import WebChatChannel
from adapters.webchat.pages import Describe, described
from adapters.webchat.routes import WebChatRoutes
from bot.breaker import Breaker
from bot.broker import make_app
from bot.errors import Unavailable
from bot.garbage import settle
from bot.nudges import CeleryNudges
from bot.settings import Settings, WebChatSettings
from bot.store.presence import shared_secret
from bot.waiting import end
from bot.wiring import Stores, redis_url, tenants_of

log = structlog.get_logger()

_STORE_RESTS_S = 1.0
"""After a failure; whoever comes meanwhile does not wait for it."""
_STOP_S = 5.0
"""For requests in flight; each has its own, shorter limit."""


async def serve(settings: Settings) -> None:
    """Listen until SIGTERM or SIGINT; then finish the requests at hand. Raises OSError, Unavailable."""
    allow_many_files()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signum, stop.set)
    async with application(settings) as app:
        idle = IdleConnections()
        app.middlewares.append(idle.hear)
        # no access log: its lines would hold customers' ids, and requests are counted anyway
        runner = web.AppRunner(
            app,
            access_log=None,
            shutdown_timeout=_STOP_S,
            handle_signals=False,
            keepalive_timeout=KEEP_ALIVE_S,
        )
        await runner.setup()
        assert runner.server is not None, "set up"
        watching = asyncio.create_task(idle.watch(runner.server), name="idle-connections")
        try:
            await web.TCPSite(runner, settings.server.host, settings.server.port, backlog=4096).start()
            settle()
            log.info("gateway_listening", host=settings.server.host, port=settings.server.port)
            await stop.wait()
        finally:
            await end([watching])
            await runner.cleanup()
    log.info("gateway_stopped")


@asynccontextmanager
async def application(settings: Settings) -> AsyncIterator[web.Application]:
    """The doors as an aiohttp application, with all it needs opened, and closed however it ends."""
    async with AsyncExitStack() as opened:
        stores = Stores.open(settings)
        opened.push_async_callback(stores.close)
        nudges = CeleryNudges(make_app(redis_url(settings)), stores.client)
        opened.push_async_callback(nudges.close)
        breaker = Breaker(
            "the store", Unavailable, failures=1, first_s=_STORE_RESTS_S, longest_s=_STORE_RESTS_S
        )
        parts = registry.Parts(
            stores.tokens,
            QuickFeed(stores.feed, breaker),
            QuickStreams(stores.streams, breaker),
            stores.marks,
            stores.rates,
            lambda name: shared_secret(stores.client, name),
            Outbound(),
            time.time,
        )
        channels = await registry.open_channels(settings, parts)
        opened.push_async_callback(registry.close_channels, channels, parts)
        storing = Storing(stores.inbox, stores.greetings, stores.opinions, stores.pulls, nudges)
        spool = Spool(settings.data_dir / "spool", most_bytes=settings.server.spool_bytes, clock=time.time)
        spooling = Spooling(storing, spool, breaker, time.time)
        intake = Intake(spooling.keep, QuickWelcomes(stores.greetings, breaker).in_place)
        health = Health(
            stores.schedule,
            stores.workers,
            parked=stores.parking.count,
            people=stores.people.all,
            given_up=stores.letters.counts,
            spool=spool,
        )
        chats = {name: channel for name, channel in channels.items() if isinstance(channel, WebChatChannel)}
        chat = WebChatRoutes(chats, spooling.keep, stores.feed, stores.rates, _describer(settings, health))
        async with spooling.replaying(), listening(channels, spooling.keep):
            yield server.build(settings.server, channels, intake, health, chat)


def _describer(settings: Settings, health: Health) -> Describe:
    """What a chat page shows of its shop before anything was said."""
    tenants = tenants_of(settings)
    shops = {c.name: tenants[c.tenant] for c in settings.channels if isinstance(c, WebChatSettings)}

    async def describe(channel: str) -> dict[str, object]:
        return described(shops[channel], await health.mode())

    return describe
