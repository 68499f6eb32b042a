"""`kefu knowledge import|search|list|remove`: what the bot knows."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot.errors import Rejected
from bot.settings import Settings
from bot.types import Passage
from knowledge.documents import BATCH, Loaded
from workers.cli.common import (
    DEFAULT_CONFIG,
    FAILED,
    Config,
    Tenant,
    read_settings,
    tells_problems,
    tenant_of,
)

if TYPE_CHECKING:
    from workers.librarian import Desk

app = typer.Typer(no_args_is_help=True, help="What the bot knows.")
console = Console(highlight=False, soft_wrap=True, emoji=False)


@app.command("import")
@tells_problems
def import_files(
    paths: Annotated[
        list[Path], typer.Argument(help="Files or folders: .txt .csv .xlsx .json .jsonl .md .markdown")
    ],
    tenant: Tenant = "",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Bring files in. One that was imported before is replaced; rows that can't be read are named."""
    settings = read_settings(config)
    name = tenant_of(settings, tenant)
    readable, problems = _read_all(paths, kept=_configured(settings, name))
    for problem in problems:
        print(problem, file=sys.stderr)
    if readable:
        asyncio.run(_import(settings, name, readable))
    if problems:
        raise typer.Exit(FAILED)


@app.command()
@tells_problems
def search(
    question: Annotated[str, typer.Argument(help="What to look for.")],
    tenant: Tenant = "",
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many.")] = 5,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Show what the knowledge holds on a question, best first, with scores from 0 to 1."""
    settings = read_settings(config)

    async def find() -> list[Passage]:
        async with open_desk(settings) as desk:
            return await desk.search(tenant_of(settings, tenant), question, limit=limit)

    table = Table("score", "title", "text", "source", box=None)
    for passage in asyncio.run(find()):
        table.add_row(f"{passage.score:.2f}", passage.title, _short(passage.text), passage.source)
    console.print(table)


@app.command("list")
@tells_problems
def list_sources(tenant: Tenant = "", config: Config = DEFAULT_CONFIG) -> None:
    """List the files a tenant's knowledge came from, with how many items each gave."""
    settings = read_settings(config)

    async def find() -> dict[str, int]:
        async with open_desk(settings) as desk:
            return await desk.sources(tenant_of(settings, tenant))

    for source, items in asyncio.run(find()).items():
        console.print(f"{items:6}  {source}", markup=False)


@app.command()
@tells_problems
def remove(
    source: Annotated[str, typer.Argument(help="A file's name, as `list` shows it.")],
    tenant: Tenant = "",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Forget what a file gave."""
    settings = read_settings(config)

    if source in _configured(settings, tenant_of(settings, tenant)):
        print(f"{source} stands in the configuration; take it out there, or delete the file", file=sys.stderr)
        raise typer.Exit(FAILED)

    async def forget() -> int:
        async with open_desk(settings) as desk:
            return await desk.remove(tenant_of(settings, tenant), source)

    removed = asyncio.run(forget())
    if not removed:
        print(f"there is nothing from {source}; see `kefu knowledge list`", file=sys.stderr)
        raise typer.Exit(FAILED)
    console.print(f"removed {_items(removed)} of {source}", markup=False)


def open_desk(settings: Settings) -> AbstractAsyncContextManager[Desk]:
    """The knowledge, near or far. Imported late, for the vector clients take a second to load."""
    from workers.desk import open_desk

    return open_desk(settings)


def _configured(settings: Settings, tenant: str) -> set[str]:
    """The names of the files that the configuration brings in at every start."""
    from knowledge.load import files

    names: set[str] = set()
    for path in settings.tenant(tenant).knowledge:
        with suppress(Rejected):  # whoever starts the worker is told
            names |= {file.name for file in files(path)}
    return names


def _read_all(paths: Iterable[Path], *, kept: set[str]) -> tuple[list[tuple[str, Loaded]], list[str]]:
    """Each file's items, and every problem there was: one bad file does not keep the others out."""
    from knowledge.load import files, load

    readable: list[tuple[str, Loaded]] = []
    problems: list[str] = []
    for path in paths:
        try:
            for file in files(path):
                if file.name in kept:
                    problems.append(
                        f"{file.name}: a file of this name stands in the configuration and would replace it"
                        " at the next start; change that one, or rename this"
                    )
                    continue
                loaded = load(file)
                readable.append((file.name, loaded))
                problems += loaded.problems
        except Rejected as error:
            problems.append(str(error))
    return readable, problems


async def _import(settings: Settings, tenant: str, readable: list[tuple[str, Loaded]]) -> None:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    async with open_desk(settings) as desk:
        with Progress(*columns, console=Console(stderr=True)) as progress:
            for source, loaded in readable:
                added, dropped = await _import_one(desk, tenant, source, loaded, progress)
                count = _items(len(loaded.items))
                console.print(f"{source}: {count}, {added} new, {dropped} dropped", markup=False)


async def _import_one(
    desk: Desk, tenant: str, source: str, loaded: Loaded, progress: Progress
) -> tuple[int, int]:
    bar = progress.add_task(source, total=len(loaded.items))
    added = 0
    for start in range(0, len(loaded.items), BATCH):
        batch = loaded.items[start : start + BATCH]
        added += await desk.add(tenant, batch)
        progress.update(bar, completed=start + len(batch))
    return added, await desk.keep_only(tenant, source, {item.id_for(tenant) for item in loaded.items})


def _items(count: int) -> str:
    return f"{count} item" if count == 1 else f"{count} items"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
