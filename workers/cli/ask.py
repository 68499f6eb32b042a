"""`kefu ask`: one question, answered as a customer's would be."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console

from bot.settings import Settings
from bot.types import Outcome
from workers.cli.common import (
    DEFAULT_CONFIG,
    Channel,
    Config,
    Tenant,
    channel_of,
    read_settings,
    tells_problems,
    tenant_of,
)

if TYPE_CHECKING:
    from workers.ask import Asked


_NOBODY_WAITS: Final = (
    "a customer would wait for a person now; a question asked here is in no conversation, "
    "so nobody was told, and nobody waits"
)


@tells_problems
def ask(
    question: Annotated[str, typer.Argument(help="What a customer would write.")],
    tenant: Tenant = "",
    channel: Channel = "",
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Answer one question from the knowledge, and show what the answer rests on."""
    if not question.strip():
        raise typer.BadParameter("write a question; nothing was asked")
    settings = read_settings(config)
    name = tenant_of(settings, tenant)
    asked = asyncio.run(_ask(settings, name, channel_of(settings, name, channel), question))
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    console.print(asked.text, markup=False)
    console.print(f"\n{asked.outcome.value} · {asked.seconds:.2f} s", style="dim")
    if asked.outcome is Outcome.HANDED_OFF:
        console.print(_NOBODY_WAITS, style="dim")
    for passage in asked.passages[:3]:
        console.print(f"{passage.score:.2f}  {passage.title}  ({passage.source})", style="dim", markup=False)


async def _ask(settings: Settings, tenant: str, channel: str, question: str) -> Asked:
    from workers.desk import open_desk

    async with open_desk(settings) as desk:
        return await desk.ask(tenant, question, channel=channel)
