"""Finds the way to the knowledge for a command: the worker that owns it, or the store itself."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.broker import make_app
from bot.errors import Misconfigured, Unavailable
from bot.settings import QdrantSettings, Settings
from bot.wiring import Stores, build_model, redis_url
from knowledge.library import Library, open_library
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
    async with _open_here(settings) as (desk, library):
        await library.sync(settings.tenants)
        yield desk


async def workers_desk(settings: Settings, *, within: float) -> Desk | None:
    """That of a worker which is alive, whatever store it has; None: opening one here would take a while."""
    if not await _worker_is_alive(settings):
        return None
    return RemoteLibrary(make_app(redis_url(settings)), within=within)


@asynccontextmanager
async def open_beside(settings: Settings) -> AsyncIterator[Desk]:
    """With a store of its own that is empty at first, and is gone afterwards: to try what is not imported.

    Raises Unavailable, Misconfigured.
    """
    with TemporaryDirectory(prefix="kefu-") as folder:
        own = settings.model_copy(update={"data_dir": Path(folder), "qdrant": QdrantSettings()})
        async with _open_here(own) as (desk, _):
            yield desk


@asynccontextmanager
async def _open_here(settings: Settings) -> AsyncIterator[tuple[Desk, Library]]:
    library = await open_library(settings)
    model = build_model(settings)
    try:
        if model and model.mode == "starting":
            await model.look()
        library.intents.learn_when_asked(settings.tenants)
        pipeline = build_pipeline(settings, library.retriever, model, intents=library.intents)
        yield LocalDesk(settings, library, pipeline), library
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
