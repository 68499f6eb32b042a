"""`kefu knowledge import|search|list|remove`: what the bot knows."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AbstractAsyncContextManager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.errors import Rejected
from bot.settings import Settings
from bot.types import Passage
from workers.cli.common import (
    DEFAULT_CONFIG,
    FAILED,
    Config,
    Tenant,
    channel_of,
    read_settings,
    tells_problems,
    tenant_of,
)
from workers.cli.gaps import gaps
from workers.cli.going_back import restore, rollback, snapshot, versions
from workers.cli.importing import Reading, disagreeing, index, read_fetched, read_files, summary, tell

if TYPE_CHECKING:
    from knowledge.shelves import Head
    from workers.librarian import Desk

app = typer.Typer(no_args_is_help=True, help="What the bot knows.")
console = Console(highlight=False, soft_wrap=True, emoji=False)


@app.command("import")
@tells_problems
def import_files(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files or folders: .txt .csv .tsv .xlsx .xls .json .jsonl .md .html .docx .pdf"),
    ] = None,
    sources: Annotated[
        list[str] | None, typer.Option("--from", help="A site or feed of the configuration.")
    ] = None,
    tenant: Tenant = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be imported and what is wrong; import nothing.")
    ] = False,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Bring files, sites and feeds in. What was imported before is replaced; bad rows are named."""
    settings = read_settings(config)
    name = tenant_of(settings, tenant)
    if not paths and not sources:
        raise typer.BadParameter("name files, or a site or feed with --from")
    reading = read_files(paths or (), kept=_configured(settings, name))
    asyncio.run(read_fetched(settings.tenant(name), sources or (), reading))
    reading.notes += disagreeing(settings.tenant(name), reading)
    tell(reading, console)
    if reading.sources and not dry_run:
        asyncio.run(_import(settings, name, reading))
    console.print(summary(reading) + ("; nothing was imported (--dry-run)" if dry_run else ""), markup=False)
    if reading.problems:
        raise typer.Exit(FAILED)


@app.command()
@tells_problems
def search(
    question: Annotated[str, typer.Argument(help="What to look for.")],
    tenant: Tenant = "",
    channel: Annotated[
        str, typer.Option("--channel", help="Only what its customers may be told; left out: everything.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many.")] = 5,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Show what the knowledge holds on a question, best first, with scores from 0 to 1."""
    settings = read_settings(config)
    name = tenant_of(settings, tenant)
    told = channel_of(settings, name, channel) if channel else None

    async def find() -> list[Passage]:
        async with open_desk(settings) as desk:
            return await desk.search(name, question, channel=told, limit=limit)

    table = Table("score", "title", "text", "source", box=None)
    for passage in asyncio.run(find()):
        table.add_row(f"{passage.score:.2f}", passage.title, _short(passage.text), passage.source)
    console.print(table)


@app.command("list")
@tells_problems
def list_sources(tenant: Tenant = "", config: Config = DEFAULT_CONFIG) -> None:
    """List the files a tenant's knowledge came from, with how many items each gave, and which it names."""
    settings = read_settings(config)

    name = tenant_of(settings, tenant)

    async def find() -> tuple[dict[str, int], Head]:
        async with open_desk(settings) as desk:
            return await desk.sources(name), await desk.versions(name)

    sources, head = asyncio.run(find())
    configured = (head.current and head.current.configured) or ()
    for source, items in sources.items():
        told = "  configured" if source in configured else ""
        console.print(f"{items:6}  {source}{told}", markup=False)


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


app.command("versions")(versions)
app.command("rollback")(rollback)
app.command("snapshot")(snapshot)
app.command("restore")(restore)
app.command("gaps")(gaps)


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


async def _import(settings: Settings, tenant: str, reading: Reading) -> None:
    async with open_desk(settings) as desk:
        await index(desk, tenant, reading, console)


def _items(count: int) -> str:
    return f"{count} item" if count == 1 else f"{count} items"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else f"{line[:59]}…"
