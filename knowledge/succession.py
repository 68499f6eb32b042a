"""Another embedding model: what an index holds is embedded again for the one that is to take its place.

Also what was imported by hand and stands in no configured file; nobody has to bring it in again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from bot.errors import Unavailable
from knowledge import faces, lexical
from knowledge.embed import Embedder
from knowledge.index import Index, Where
from knowledge.versions import Contents, Versions

log = structlog.get_logger()

_TRIED: Final = 20
_ITSELF: Final = 0.98
"""Cosine; models are not exact to the last digit when texts come in other batches."""


async def take_over(
    before: Index,
    index: Index,
    embedder: Embedder,
    versions: Versions,
    learn: Callable[[str], Awaitable[bytes]],
) -> None:
    """Every tenant's current version. What is there already is not embedded again. Raises Unavailable."""
    for tenant in await before.tenants():
        current = (await before.head(tenant)).current
        if current is None:
            continue
        contents: defaultdict[str, list[str]] = defaultdict(list)
        embedded = 0
        async for page in before.pages(current.shelf):
            there = await index.present([point.id for point in page])
            new = [point for point in page if point.id not in there]
            await index.insert(await faces.again(embedder, tenant, new) if new else [])
            embedded += len(new)
            for point in page:
                contents[point.payload["source"]].append(point.payload["item"])
        gone = {source: Contents([]) for source in await versions.sources(tenant)}  # since it was current
        held = {source: Contents(items) for source, items in contents.items()}
        await versions.publish(tenant, {**gone, **held}, learn, current.configured)
        await _try(index, embedder, tenant)
        log.info("knowledge_embedded_again", tenant=tenant, embedder=embedder.name, embedded=embedded)


async def _try(index: Index, embedder: Embedder, tenant: str) -> None:
    """Some wordings must find themselves, or something as near."""
    current = (await index.head(tenant)).current
    known = await index.known(current.shelf, most=_TRIED) if current else []
    for one in (one for one in known if one.is_question):
        (vector,) = await embedder.questions([one.wording])
        assert current
        found = await index.search(current.shelf, vector.tolist(), lexical.of_question(one.wording), limit=1)
        if not found.dense or found.dense[0].score < _ITSELF:
            await index.remove(Where(current.shelf))  # so that the next try embeds it anew
            raise Unavailable(f"the new index does not find what is in it ({tenant}); the old one stays")
