"""`kefu knowledge gaps`: what customers asked and the knowledge had no good answer to."""

from __future__ import annotations

import asyncio
import csv
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from rich.console import Console
from rich.table import Table

from bot.errors import BadRequest
from bot.settings import Settings
from bot.types import Gap
from bot.wiring import Stores
from knowledge.formats.limits import WORDINGS
from workers.cli.common import DEFAULT_CONFIG, Config, Tenant, read_settings, tells_problems, tenant_of

console = Console(highlight=False, soft_wrap=True, emoji=False, markup=False)

_SHOWN: Final = 30
_DAY_S: Final = 24 * 3600
_HEADER: Final = ("问题", "答案", "相似问")
"""As `kefu knowledge import` reads them."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Questions that ask the same, or nearly."""

    gaps: tuple[Gap, ...]
    """The newest first."""

    @property
    def wordings(self) -> list[str]:
        """Each once; the one that was used most comes first."""
        texts = [gap.question for gap in self.gaps]
        return sorted(dict.fromkeys(texts), key=lambda text: -texts.count(text))

    @property
    def nearest(self) -> Gap:
        """The one that the knowledge was nearest to."""
        return max(self.gaps, key=lambda gap: gap.score)


@tells_problems
def gaps(
    tenant: Tenant = "",
    days: Annotated[float, typer.Option(min=0.01, max=365, help="How far to look back.")] = 7,
    out: Annotated[
        Path | None, typer.Option(help="Write them as a table (.csv) to fill in and to import.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
) -> None:
    """Show what had no good answer in the last days: what most asked for first."""
    settings = read_settings(config)
    found = asyncio.run(_find(settings, tenant_of(settings, tenant), since=time.time() - days * _DAY_S))
    if not found:
        console.print("nothing: every question had an answer, or none was asked")
        return
    if out:
        _write(out, found)
        console.print(
            f"{out}: {len(found)} questions; fill in the answers, then `kefu knowledge import {out}`"
        )
        return
    table = Table("asked", "question", "other wordings", "nearest entry", "score", box=None)
    for lack in found[:_SHOWN]:
        first, *others = lack.wordings
        near = lack.nearest
        table.add_row(str(len(lack.gaps)), first, " / ".join(others[:3]), near.nearest, f"{near.score:.2f}")
    console.print(table)
    if len(found) > _SHOWN:
        console.print(f"and {len(found) - _SHOWN} more; --out gaps.csv writes them all")


async def _find(settings: Settings, tenant: str, *, since: float) -> list[Lack]:
    from workers.desk import open_desk  # the vector clients take a second to load

    stores = Stores.open(settings)
    try:
        newest_first = (await stores.gaps.since(tenant, since))[::-1]
    finally:
        await stores.close()
    if not newest_first:
        return []
    async with open_desk(settings) as desk:
        groups = await desk.grouped([gap.question for gap in newest_first])
    return [Lack(tuple(newest_first[number] for number in group)) for group in groups]


def _write(path: Path, found: Sequence[Lack]) -> None:
    """With a mark in front by which Excel knows UTF-8. Raises BadRequest."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([_HEADER, *_rows(found)])
    except OSError as error:
        raise BadRequest(f"{path}: can't be written ({error.strerror})") from error


def _rows(found: Sequence[Lack]) -> Iterator[tuple[str, str, str]]:
    for lack in found:
        first, *others = (_one_line(wording) for wording in lack.wordings)
        yield first, "", "\n".join(others[:WORDINGS])


def _one_line(question: str) -> str:
    """A line break would part it in two. A sign in front that a spreadsheet calculates with is taken off."""
    return " ".join(question.split()).lstrip("=+-@\t")
