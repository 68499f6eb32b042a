"""Titles that an evaluation's questions name, and the knowledge does not have."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

from bot.errors import Unavailable
from bot.pipeline.retrieve import PASSAGES
from bot.types import Passage
from knowledge.judge.cases import Judged, heading, plain


class SearchingDesk(Protocol):
    """What it takes of a `workers.librarian.Desk`."""

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        """See `bot.ports.Retriever.search`."""
        ...


async def misnamed(
    desk: SearchingDesk, tenant: str, judged: Sequence[Judged], *, at_once: int
) -> dict[str, tuple[str, ...]]:
    """Each with what may be meant, best first: not found for any question, nor by itself, or several sections
    have that heading."""
    found = {one.title for each in judged for one in each.found}
    named = {plain(gold): gold for each in judged for gold in each.case.gold}
    missing = [gold for name, gold in named.items() if name not in set(map(plain, found))]
    places = asyncio.Semaphore(at_once)

    async def near(title: str) -> list[str] | None:
        async with places:
            try:
                passages = await desk.search(tenant, title, channel=None, limit=PASSAGES)
            except Unavailable:  # nobody knows; the figures are there, and worth more
                return None
            return [one.title for one in passages]

    looked = dict(zip(missing, await asyncio.gather(*map(near, missing)), strict=True))
    there = found.union(*(titles for titles in looked.values() if titles))
    meant = {gold: _meant(gold, titles, there) for gold, titles in looked.items() if titles is not None}
    return {gold: titles for gold, titles in meant.items() if titles is not None}


def left_out(judged: Iterable[Judged], unknown: Mapping[str, object]) -> tuple[Judged, ...]:
    """Those whose right answer nobody knows: each title that they name is none."""
    return tuple(one for one in judged if one.case.gold and all(gold in unknown for gold in one.case.gold))


def _meant(gold: str, near: Sequence[str], there: Collection[str]) -> tuple[str, ...] | None:
    """None where it is clear."""
    if plain(gold) in map(plain, there):
        return None
    sections = sorted({title for title in there if heading(title) == plain(gold)})
    if len(sections) == 1:
        return None
    return tuple(sections or near[:1])
