"""`kefu opinions`: what customers think of the answers, and which entries they like least."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from bot.settings import Settings
from bot.types import Judged
from bot.wiring import Stores
from workers.cli.common import DEFAULT_CONFIG, Config, Tenant, read_settings, tells_problems, tenant_of

console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)

_SHOWN: Final = 20
_CHARS: Final = 60
_DAY_S: Final = 24 * 3600
_UNKNOWN: Final = "not known any more"

Counts = Counter[tuple[str, bool]]
"""By what was judged, and how."""


@tells_problems
def opinions(
    tenant: Tenant = "",
    days: Annotated[float, typer.Option(min=0.01, max=30, help="How far to look back.")] = 7,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Show how many answers were good, how they were made, and the entries that were liked least."""
    settings = read_settings(config)
    found = asyncio.run(_find(settings, tenant_of(settings, tenant), since=time.time() - days * _DAY_S))
    if not found:
        console.print("nothing: nobody judged an answer")
        return
    console.print(_table("answers", _counted((_way(one), one) for one in found)))
    console.print()
    console.print(_table("entries behind them", _counted(_entries(found))))
    _show_newest([one for one in found if not one.opinion.good])


async def _find(settings: Settings, tenant: str, *, since: float) -> list[Judged]:
    stores = Stores.open(settings)
    try:
        return await stores.opinions.since(tenant, since)
    finally:
        await stores.close()


def _way(judged: Judged) -> str:
    if judged.opinion.stars:
        return f"conversations with {judged.opinion.stars} of 5"
    basis = judged.basis
    return f"{basis.outcome} {basis.model}".strip() if basis else _UNKNOWN


def _entries(found: Iterable[Judged]) -> Iterable[tuple[str, Judged]]:
    return ((one.basis.grounds[0].source, one) for one in found if one.basis and one.basis.grounds)


def _counted(those: Iterable[tuple[str, Judged]]) -> Counts:
    return Counter((name, one.opinion.good) for name, one in those)


def _table(title: str, counts: Counts) -> Table:
    """Those that were not good most often first."""
    table = Table(title, "good", "not good", box=None)
    names = sorted({name for name, _ in counts}, key=lambda name: (-counts[name, False], counts[name, True]))
    for name in names[:_SHOWN]:
        table.add_row(name, str(counts[name, True]), str(counts[name, False]))
    return table


def _show_newest(found: Sequence[Judged]) -> None:
    """What was asked and said, on the terminal of who may read it, and nowhere else."""
    table = Table("asked", "answered", "by", "because", box=None)
    for one in found[:_SHOWN]:
        if one.basis:
            texts = (one.basis.question, one.basis.answer, one.opinion.words)
            asked, said, why = (" ".join(text.split())[:_CHARS] for text in texts)
            table.add_row(asked, said, one.basis.grounds[0].source if one.basis.grounds else "", why)
    if table.rows:
        console.print()
        console.print(table)
