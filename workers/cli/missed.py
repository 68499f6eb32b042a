"""`kefu people missed`: who wanted a person and got none."""

from __future__ import annotations

import asyncio
import shlex
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final

import typer
from rich.console import Console

from bot import summary, wording
from bot.settings import Settings
from bot.store.bounds import MISSED_DAYS
from bot.types import Missed
from bot.wiring import Stores
from workers.cli.common import DEFAULT_CONFIG, Config, Tenant, read_settings, tells_problems, tenant_of

_DAY_S: Final = 24 * 3600

console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)


@tells_problems
def missed(
    tenant: Tenant = "",
    days: Annotated[float, typer.Option(min=0.01, max=MISSED_DAYS, help="How far to look back.")] = 3,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """List who wanted a person and got none, the oldest first, with what they said last."""
    settings = read_settings(config)
    tenants = [tenant_of(settings, tenant)] if tenant else [each.name for each in settings.tenants]
    found = asyncio.run(_find(settings, tenants, since=time.time() - days * _DAY_S))
    for one in found:
        console.print(_told(one))
    if not found:  # beside the list, as with the others
        print(f"nobody wanted a person and got none, in {days:g} days", file=sys.stderr)


async def _find(settings: Settings, tenants: Sequence[str], *, since: float) -> list[Missed]:
    """Each conversation once, as it was last."""
    stores = Stores.open(settings)
    try:
        notes = [note for tenant in tenants for note in await stores.missed.since(tenant, since)]
    finally:
        await stores.close()
    newest = {note.conversation: note for note in sorted(notes, key=lambda note: note.at)}
    return sorted(newest.values(), key=lambda note: note.at)


def _told(one: Missed) -> str:
    """The name first, ready for a shell, as `list` has it."""
    at = datetime.fromtimestamp(one.at).strftime("%m-%d %H:%M")
    name = shlex.quote(str(one.conversation))
    said = [f"  {wording.THEIR_WORDS.format(words=' '.join(text.split()))}" for text in one.said]
    return "\n".join([f"{name}  {at} · {summary.why(one.reason)}", *said])
