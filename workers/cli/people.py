"""`kefu people list|show|say|close|missed`: the conversations that people have, and what they say."""

from __future__ import annotations

import asyncio
import getpass
import shlex
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer
from rich.console import Console

from bot import summary
from bot.errors import BadRequest, NotFound
from bot.settings import Settings
from bot.types import Attended, Conversation, DeliveryState, Said, Speaker
from workers.cli.common import (
    DEFAULT_CONFIG,
    FAILED,
    Config,
    Tenant,
    read_settings,
    tells_problems,
    tenant_of,
)
from workers.cli.missed import missed

if TYPE_CHECKING:
    from workers.clerk import Clerk

T = TypeVar("T")

app = typer.Typer(no_args_is_help=True, help="Customers who asked for a person.")
console = Console(highlight=False, soft_wrap=True, emoji=False)  # :door: is a name, and no picture

Name = Annotated[str, typer.Argument(metavar="CONV", help="The conversation, as `list` shows it.")]
Who = Annotated[str, typer.Option("--as", help="Who speaks; customers don't see it.", show_default=False)]
_SPEAKERS: Final = {Speaker.CUSTOMER: "客户", Speaker.BOT: "智能客服", Speaker.PERSON: "人工客服"}


@app.command("list")
@tells_problems
def list_them(tenant: Tenant = "", config: Config = DEFAULT_CONFIG) -> None:
    """List who waits for a person, and why, the longest first; then who has one."""
    settings = read_settings(config)
    only = tenant_of(settings, tenant) if tenant else ""
    those = _with_clerk(settings, lambda clerk: clerk.all())
    rows = [_row(one, time.time()) for one in those if only in ("", one.conversation.tenant)]
    for row in rows:
        console.print(row, markup=False)
    if not rows:  # beside the list: a script that reads it finds it empty
        print(_why_nobody(settings, only), file=sys.stderr)


@app.command()
@tells_problems
def show(name: Name, tenant: Tenant = "", config: Config = DEFAULT_CONFIG) -> None:
    """Show what was said, who has the conversation, and which replies did not arrive."""
    settings = read_settings(config)
    conversation = _parsed(settings, name, tenant)
    seen = _with_clerk(settings, lambda clerk: clerk.look(conversation))
    if seen.attended:
        console.print(summary.why(seen.attended.reason), markup=False)
    for line in seen.history:
        console.print(_line(line), markup=False)
    for end in seen.failed:
        console.print(f"not delivered ({end.state.value}): {end.reason}", style="red", markup=False)
    console.print(_standing(seen.attended, time.time()), style="dim", markup=False)


@app.command()
@tells_problems
def say(
    name: Name,
    text: Annotated[str, typer.Argument(help="What the customer is told.")],
    who: Who = "",
    tenant: Tenant = "",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Answer a customer. The bot stays silent for as long again."""
    settings = read_settings(config)
    conversation = _parsed(settings, name, tenant)
    end = _with_clerk(settings, lambda clerk: clerk.say(conversation, text, who=who or getpass.getuser()))
    if end is None:
        console.print("on its way; `kefu people show` tells if it could not be delivered")
    elif end.state is not DeliveryState.SENT:
        print(f"not delivered ({end.state.value}): {end.reason}", file=sys.stderr)
        raise typer.Exit(FAILED)
    else:
        console.print("sent")


@app.command()
@tells_problems
def close(name: Name, who: Who = "", tenant: Tenant = "", config: Config = DEFAULT_CONFIG) -> None:
    """Give a conversation back to the bot; the customer is told."""
    settings = read_settings(config)
    conversation = _parsed(settings, name, tenant)
    _with_clerk(settings, lambda clerk: clerk.close(conversation, who=who or getpass.getuser()))
    console.print("the bot has it again")


app.command("missed")(missed)


def _with_clerk(settings: Settings, work: Callable[[Clerk], Awaitable[T]]) -> T:
    async def run() -> T:
        async with _clerk(settings) as clerk:
            return await work(clerk)

    return asyncio.run(run())


@asynccontextmanager
async def _clerk(settings: Settings) -> AsyncIterator[Clerk]:
    """Imported late, as Celery takes a while to load."""
    from bot.broker import make_app
    from bot.nudges import CeleryNudges
    from bot.wiring import Stores, redis_url
    from workers.clerk import Clerk

    stores = Stores.open(settings)
    nudges = CeleryNudges(make_app(redis_url(settings)), stores.client)
    try:
        yield Clerk(settings, stores.people, stores.journal, nudges, time.time)
    finally:
        await nudges.close()
        await stores.close()


def _parsed(settings: Settings, name: str, tenant: str) -> Conversation:
    try:
        conversation = Conversation.parse(name)
    except ValueError:
        raise BadRequest(f"{name} is no conversation; `kefu people list` shows their names") from None
    if tenant and conversation.tenant != tenant_of(settings, tenant):
        raise NotFound(f"{name} is no conversation of {tenant}")
    return conversation


def _why_nobody(settings: Settings, only: str) -> str:
    if any(tenant.people for tenant in settings.tenants if only in ("", tenant.name)):
        return "nobody waits for a person, and no person has a conversation"
    whose = f"tenant {only} has no" if only else "no tenant has a"
    return f"{whose} table [tenants.people]: who asks for a person is told that there is none"


def _row(one: Attended, now: float) -> str:
    """The name first, ready for a shell, and never cut: it is what the other commands need."""
    has = f"waits {_ago(one.waits_since, now)}" if one.waits_since else f"{one.who} has it"
    messages = "1 message" if one.messages == 1 else f"{one.messages} messages"
    return (
        f"{shlex.quote(str(one.conversation))}  {has} · {summary.why(one.reason)}"
        f" · last line {_ago(one.said_at, now)} ago · {messages}"
        f" · the bot is back in {max(0, int(one.until - now) // 60)} min"
    )


def _ago(at: float, now: float) -> str:
    minutes, seconds = divmod(max(0, int(now - at)), 60)
    return f"{minutes} min {seconds:02} s"


def _line(said: Said) -> str:
    at = datetime.fromtimestamp(said.at).strftime("%m-%d %H:%M")
    return f"{at} {_SPEAKERS[said.by]}: {said.text}"


def _standing(attended: Attended | None, now: float) -> str:
    if attended is None or attended.until <= now:
        return "the bot has it"
    if attended.waits_since is not None:
        return f"waits for a person, {_ago(attended.waits_since, now)} by now"
    return f"{attended.who} has it"
