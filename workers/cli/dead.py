"""`kefu dead list|show|retry|drop`: replies that were given up."""

from __future__ import annotations

import asyncio
import shlex
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer
from rich.console import Console

from bot.errors import KefuError
from bot.settings import Settings
from bot.types import DeadLetter
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
    from workers.dead_letters import Choice, DeadLetterOffice

T = TypeVar("T")

app = typer.Typer(no_args_is_help=True, help="Replies that could not be delivered.")
_NOTHING: Final = "nothing was given up"

console = Console(highlight=False, soft_wrap=True, emoji=False)  # :door: is a name, and no picture

Ids = Annotated[list[str] | None, typer.Argument(metavar="ID…", help="As `list` shows them.")]
Channel = Annotated[str, typer.Option("--channel", help="Only of this channel.", show_default=False)]
All = Annotated[bool, typer.Option("--all", help="All replies, or those of --channel or --tenant.")]
Apologised = Annotated[
    bool, typer.Option("--apologised", help="With --all: messages that got an apology, in place of replies.")
]


@app.command("list")
@tells_problems
def list_them(channel: Channel = "", tenant: Tenant = "", config: Config = DEFAULT_CONFIG) -> None:
    """List what was given up, the oldest first, and why."""
    settings = read_settings(config)
    choice = _choice(settings, [], channel, tenant)
    letters = _at_the_office(settings, lambda office: office.all(choice))
    for letter in letters:
        console.print(_row(letter, time.time()), markup=False)
    if not letters:
        console.print(_NOTHING)


@app.command()
@tells_problems
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Show one with its words, and whether trying once more can help."""
    settings = read_settings(config)
    choice = _choice(settings, [id_], "", "")

    async def look(office: DeadLetterOffice) -> tuple[DeadLetter, str]:
        (letter,) = await office.all(choice)
        return letter, office.in_vain(letter)

    letter, in_vain = _at_the_office(settings, look)
    console.print(_row(letter, time.time()), markup=False)
    for message in letter.messages:
        console.print(f"客户: {message.text}", markup=False)
    console.print(f"回复: {letter.reply.text}", markup=False)
    if letter.next_part:
        console.print(f"parts with the platform already: {letter.next_part}", markup=False)
    console.print(in_vain or "`kefu dead retry` tries it once more", style="dim", markup=False)


@app.command()
@tells_problems
def retry(
    ids: Ids = None,
    everything: All = False,
    apologised: Apologised = False,
    channel: Channel = "",
    tenant: Tenant = "",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Try once more, behind what waits in the conversation; messages that got an apology are answered anew.

    Mend the reason first. Parts that the platform has already are not sent again.
    """
    settings = read_settings(config)
    choice = _chosen(settings, ids, everything, apologised, channel, tenant)
    _each(settings, choice, lambda office: office.retry, "on its way again")


@app.command()
@tells_problems
def drop(
    ids: Ids = None,
    everything: All = False,
    apologised: Apologised = False,
    channel: Channel = "",
    tenant: Tenant = "",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Take off the list for good: nobody will get it."""
    settings = read_settings(config)
    choice = _chosen(settings, ids, everything, apologised, channel, tenant)
    _each(settings, choice, lambda office: office.drop, "dropped")


def _each(
    settings: Settings,
    choice: Choice,
    act: Callable[[DeadLetterOffice], Callable[[DeadLetter], Awaitable[None]]],
    done: str,
) -> None:
    """One that can't be helped keeps no other waiting; the exit code tells of it."""

    async def run(office: DeadLetterOffice) -> int:
        failures, letters = 0, await office.all(choice)
        if not letters:
            console.print(_NOTHING)
        for letter in letters:
            try:
                await act(office)(letter)
            except KefuError as error:
                failures += 1
                print(f"kefu: {error}", file=sys.stderr)
            else:
                console.print(f"{letter.id}  {done}", markup=False)
        return failures

    if _at_the_office(settings, run):
        raise typer.Exit(FAILED)


def _chosen(
    settings: Settings, ids: list[str] | None, everything: bool, apologised: bool, channel: str, tenant: str
) -> Choice:
    """Who got an apology was asked to write again, and may have an answer by now: so they stand apart."""
    if bool(ids) == everything:
        raise typer.BadParameter("name the IDs that `kefu dead list` shows, or say --all")
    return _choice(settings, ids or [], channel, tenant, apologised=apologised if everything else None)


def _choice(
    settings: Settings, ids: list[str], channel: str, tenant: str, *, apologised: bool | None = None
) -> Choice:
    from workers.dead_letters import Choice

    return Choice(ids, tenant_of(settings, tenant) if tenant else "", channel, apologised)


def _at_the_office(settings: Settings, work: Callable[[DeadLetterOffice], Awaitable[T]]) -> T:
    async def run() -> T:
        async with _office(settings) as office:
            return await work(office)

    return asyncio.run(run())


@asynccontextmanager
async def _office(settings: Settings) -> AsyncIterator[DeadLetterOffice]:
    """Imported late, as Celery takes a while to load."""
    from bot.broker import make_app
    from bot.nudges import CeleryNudges
    from bot.wiring import Stores, redis_url
    from workers.dead_letters import DeadLetterOffice

    stores = Stores.open(settings)
    nudges = CeleryNudges(make_app(redis_url(settings)), stores.client)
    try:
        yield DeadLetterOffice(stores.letters, nudges, time.time)
    finally:
        await nudges.close()
        await stores.close()


def _row(letter: DeadLetter, now: float) -> str:
    """The id first, as it is what the other commands need; no words of anybody's."""
    since = datetime.fromtimestamp(letter.at).strftime("%m-%d %H:%M")
    minutes = max(0, int(now - letter.at)) // 60
    return (
        f"{letter.id}  {letter.state} · {since}, {minutes} min ago"
        f" · {shlex.quote(str(letter.reply.conversation))} · {letter.reason}"
    )
