"""Finds the way to the knowledge for a command: the worker that owns it, or the store itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.broker import make_app
from bot.errors import Misconfigured, Unavailable
from bot.settings import Settings
from bot.wiring import Stores, build_model, redis_url
from knowledge.library import open_library
from workers.ask import build_pipeline
from workers.librarian import Desk, LocalDesk, RemoteLibrary


@asynccontextmanager
async def open_desk(settings: Settings) -> AsyncIterator[Desk]:
    """The worker when one is alive and owns an embedded store; else the store is opened here.

    Raises Unavailable, Misconfigured.
    """
    if not settings.qdrant.url and await _worker_is_alive(settings):
        yield RemoteLibrary(make_app(redis_url(settings)))
        return
    library = await open_library(settings)
    model = build_model(settings)
    try:
        for tenant in settings.tenants:
            await library.sync_tenant(tenant)
        if model and model.mode == "starting":
            await model.look()
        yield LocalDesk(settings, library, build_pipeline(settings, library.retriever, model))
    finally:
        if model:
            await model.close()
        await library.close()


async def _worker_is_alive(settings: Settings) -> bool:
    try:
        stores = Stores.open(settings)
    except Misconfigured:  # nothing embedded is running
        return False
    try:
        return bool(await stores.workers.alive())
    except Unavailable:
        return False
    finally:
        await stores.close()
