"""`kefu knowledge versions|rollback|snapshot|restore`: what the bot knew before, and how to have it back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.settings import Settings
from workers.cli.common import DEFAULT_CONFIG, Config, Tenant, read_settings, tells_problems, tenant_of

if TYPE_CHECKING:
    from knowledge.shelves import Version
    from workers.librarian import Desk

T = TypeVar("T")

Snapshot = Annotated[Path, typer.Argument(help="A file on this machine.", dir_okay=False)]


@tells_problems
def versions(tenant: Tenant = "", config: Config = DEFAULT_CONFIG) -> None:
    """List the version that customers are answered from, and the one that `rollback` goes to."""
    settings = read_settings(config)
    name = tenant_of(settings, tenant)
    head = _asked(settings, lambda desk: desk.versions(name))
    for version, told in ((head.current, "answers"), (head.before, "rollback goes here")):
        if version:
            print(f"{_told(version)}  {told}")


@tells_problems
def rollback(tenant: Tenant = "", config: Config = DEFAULT_CONFIG) -> None:
    """Go back to the version before; once more, and it is the later one again.

    What stands in the configuration's files comes back whenever a worker starts.
    """
    settings = read_settings(config)
    name = tenant_of(settings, tenant)
    print(f"{_told(_asked(settings, lambda desk: desk.rollback(name)))}  answers")


@tells_problems
def snapshot(file: Snapshot, tenant: Tenant = "", config: Config = DEFAULT_CONFIG) -> None:
    """Write what customers are answered from into a file."""
    settings = read_settings(config)
    name, path = tenant_of(settings, tenant), file.absolute()
    print(f"{_asked(settings, lambda desk: desk.snapshot(name, path))} wordings in {file}")


@tells_problems
def restore(file: Snapshot, tenant: Tenant = "", config: Config = DEFAULT_CONFIG) -> None:
    """Have customers answered from what a snapshot holds, and from nothing else; `rollback` undoes it."""
    settings = read_settings(config)
    name, path = tenant_of(settings, tenant), file.absolute()
    changes = _asked(settings, lambda desk: desk.restore(name, path)).values()
    added = sum(len(change.added) for change in changes)
    print(f"{added} new, {sum(len(change.dropped) for change in changes)} dropped")


def _asked(settings: Settings, ask: Callable[[Desk], Awaitable[T]]) -> T:
    from workers.desk import open_desk  # the vector clients take a second to load

    async def asked() -> T:
        async with open_desk(settings) as desk:
            return await ask(desk)

    return asyncio.run(asked())


def _told(version: Version) -> str:
    since = datetime.fromtimestamp(version.at).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    return f"{version.number:6}  {since}  {version.items} item{'' if version.items == 1 else 's'}"
