"""The tenants' knowledge: adding to it, taking from it, keeping it in step with their files."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import structlog

from bot.breaker import Breaker
from bot.errors import Rejected, Unavailable
from bot.ports import Embeddings, Retriever
from bot.settings import Settings, TenantSettings
from knowledge import alike, faces, snapshot
from knowledge.configured import by_source, no_longer_configured
from knowledge.documents import BATCH, Item
from knowledge.edge import EdgeIndex
from knowledge.embed import Embedder
from knowledge.embed_lately import Lately
from knowledge.embed_remembered import Remembering
from knowledge.embedders import bundled, open_embedder
from knowledge.index import Index, point_ids
from knowledge.intents import LearnedIntents
from knowledge.learn import learn
from knowledge.made_for import MadeFor
from knowledge.meanings import VectorMeanings
from knowledge.replaceable import Replaceable
from knowledge.rerank import Reranker, Reranking
from knowledge.search import HybridRetriever
from knowledge.shelves import Head, Version
from knowledge.succession import take_over
from knowledge.versions import Change, Contents, Overtaken, Versions
from knowledge.words import Words

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Before:
    """The index of the embedding model before, with that model."""

    index: Index
    embedder: Embedder

    async def close(self) -> None:
        await self.index.close()
        await self.embedder.close()


class Library:
    """An embedding model and an index, with what belongs in it."""

    def __init__(
        self,
        embedder: Embedder,
        index: Index,
        breakers: Mapping[str, Breaker] | None = None,
        reranker: Reranker | None = None,
        words: Mapping[str, Words] | None = None,
        earlier: Callable[[str], Embedder | None] = lambda name: None,
    ) -> None:
        """`breakers`: of the servers that embedder and index ask, by the name of their settings.

        `earlier`: an embedding model that was configured before, by its name; None: it can't be asked now.
        """
        self.breakers = {**(breakers or {}), **({"rerank": reranker.breaker} if reranker else {})}
        self._embedder = embedder
        self._index = index
        self._reranker = reranker
        self._versions = Versions(index)
        self._words = words
        self._earlier = earlier
        self._before: _Before | None = None
        self._search = HybridRetriever(embedder, index, self._versions, words)
        self._asked = Replaceable(self._search)
        self.intents = LearnedIntents(embedder)
        self.meanings = VectorMeanings(embedder)
        self.retriever: Retriever = Reranking(self._asked, reranker) if reranker else self._asked

    async def add(self, tenant: str, items: Sequence[Item]) -> int:
        """Embed and store what is not there yet, for `publish`; how many that were. Raises Unavailable.

        Nobody sees it before, and whoever gives the same again has it embedded once.
        """
        items = list({item.id_for(tenant): item for item in items}.values())  # one may be in a file twice
        added = 0
        for start in range(0, len(items), BATCH):
            batch = items[start : start + BATCH]
            new = await self._new_ones(tenant, batch)
            if new:
                await self._index.insert(await faces.points(self._embedder, tenant, new))
            added += len(new)
        return added

    async def publish(
        self, tenant: str, contents: Mapping[str, Contents], configured: Collection[str] | None = None
    ) -> dict[str, Change]:
        """Have customers see, all at once, that these sources hold these items, which were added.

        What changed is learned before. Where nothing did, the version stays. `configured`: see
        `knowledge.versions.Versions.publish`. Raises Unavailable.
        """
        changes = await self._versions.publish(tenant, contents, self._learned, configured)
        await self._tidy()
        return changes

    async def versions(self, tenant: str) -> Head:
        """What there is to see, and to go back to."""
        return await self._index.head(tenant)

    async def rollback(self, tenant: str) -> Version:
        """Go back to the version before, or forth again. Raises Refused when there is none."""
        return await self._versions.rollback(tenant)

    async def snapshot(self, tenant: str, file: Path) -> int:
        """Write the current version into a file; how many wordings. Raises Rejected and Unavailable."""
        version = await self._versions.current(tenant)
        if version is None:
            raise Rejected(f"there is no knowledge of {tenant} yet")
        return await snapshot.write(self._index, self._embedder, tenant, version, file)

    async def restore(self, tenant: str, file: Path) -> dict[str, Change]:
        """Have the knowledge be what it was in a file. Raises Rejected and Unavailable."""
        held = await snapshot.stage(self._index, self._embedder, tenant, file)
        gone = {source: Contents([]) for source in await self._versions.sources(tenant)}
        current = await self._versions.current(tenant)
        # The file may be of another machine: what this one's configuration never named is not its to drop.
        return await self.publish(tenant, {**gone, **held}, current.configured if current else None)

    async def sources(self, tenant: str) -> dict[str, int]:
        """How many items each file gave, by its name."""
        return {
            source: len(items) for source, items in sorted((await self._versions.sources(tenant)).items())
        }

    async def remove(self, tenant: str, source: str) -> int:
        """Forget what a file gave; how many items that were."""
        changes = await self.publish(tenant, {source: Contents([])})
        return len(changes[source].dropped)

    async def stand_in(self, tenants: Sequence[TenantSettings]) -> bool:
        """Have the embedded index before answer until `sync` has filled this one; whether it can.

        It must know something for all of them, and its model must be at hand. Raises Unavailable.
        """
        index = await self._index.before() if isinstance(self._index, EdgeIndex) else None
        if not isinstance(index, EdgeIndex):
            return False
        known = [await index.head(tenant.name) for tenant in tenants if tenant.knowledge]
        embedder = self._earlier(index.embedder) if all(head.current for head in known) else None
        if embedder is None:
            await index.close()
            return False
        self._before = _Before(index, embedder)
        await self._asked.replace(HybridRetriever(embedder, index, Versions(index), self._words))
        return True

    @property
    def stands_in(self) -> bool:
        """Whether it does."""
        return self._before is not None

    async def sync(self, tenants: Sequence[TenantSettings]) -> None:
        """Be up to date: with what an index of another embedding model held, and with the configured files.

        Raises Misconfigured and Unavailable; the index before stays the current one then.
        """
        before = self._before.index if self._before else await self._index.before()
        if before:
            try:
                await take_over(before, self._index, self._embedder, self._versions, self._learned)
            finally:
                if not self._before:
                    await before.close()
        for tenant in tenants:
            await self.sync_tenant(tenant)
        await self._index.succeed()
        if self._before:
            await self._asked.replace(self._search)
            await self._before.close()
            self._before = None

    async def sync_tenant(self, tenant: TenantSettings) -> None:
        """Bring in the files that the configuration names, and drop what it named before and names no more.

        Quick when none of them changed.
        Raises Misconfigured (a file is missing or can't be read) and Unavailable.
        """
        held = await asyncio.to_thread(by_source, tenant)
        try:
            changes = await self._sync(tenant.name, held)
        except Overtaken:  # another worker began when this one did
            changes = await self._sync(tenant.name, held)
        for source, change in changes.items():
            if change:
                told = {"added": len(change.added), "dropped": len(change.dropped)}
                log.info("knowledge_synced", tenant=tenant.name, source=source, **told)
        version = await self._versions.current(tenant.name)
        # What an older release published was not learned.
        if version and await self._search.expert(tenant.name, version) is None:
            await self._index.learn(version.shelf, await self._learned(version.shelf))
            self._search.forget(tenant.name)

    async def _sync(self, tenant: str, held: Mapping[str, Sequence[Item]]) -> dict[str, Change]:
        contents = {}
        for source, items in held.items():
            await self.add(tenant, items)
            contents[source] = Contents([item.id_for(tenant) for item in items])
        version = await self._versions.current(tenant)
        there = await self._versions.sources(tenant)
        gone = no_longer_configured(tenant, version, there, held) if version else ()
        return await self.publish(tenant, {**dict.fromkeys(gone, Contents([])), **contents}, contents)

    async def grouped(self, questions: Sequence[str]) -> list[list[int]]:
        """Positions of questions, those that ask the same together, the largest group first.

        Raises Unavailable.
        """
        batches = [questions[start : start + BATCH] for start in range(0, len(questions), BATCH)]
        if not batches:
            return []
        vectors = np.concatenate([await self._embedder.questions(batch) for batch in batches])
        return alike.groups(questions, vectors, await self._embedder.questions(alike.EVERYDAY))

    async def close(self) -> None:
        """Let go of the index and the model."""
        if self._before:
            await self._before.close()
        await self._index.close()
        await self._embedder.close()
        if self._reranker:
            await self._reranker.close()

    async def _tidy(self) -> None:
        try:
            await self._index.tidy()
        except Unavailable as error:  # what was published is, all the same; the next one tidies
            log.warning("knowledge_not_tidied", reason=str(error))

    async def _learned(self, shelf: str) -> bytes:
        learned = await learn(self._index, self._embedder, shelf)
        return learned.encoded() if learned else b""

    async def _new_ones(self, tenant: str, items: Sequence[Item]) -> list[Item]:
        ids = {item: point_ids(item, tenant) for item in items}
        there = await self._index.present([one for own in ids.values() for one in own])
        return [item for item, own in ids.items() if not there.issuperset(own)]


async def open_library(
    settings: Settings,
    remembered: Embeddings | None = None,
    opened: tuple[Embedder, dict[str, Breaker]] | None = None,
) -> Library:
    """The library where the settings say. Raises Unavailable, Refused, Misconfigured.

    `remembered`: what was made of questions before. `opened`: the embedder, and the breaker of its server.
    """
    embedder, breakers = opened or open_embedder(settings)
    dimensions = (await embedder.questions(["?"])).shape[1]
    if remembered:
        own = settings.embedding
        embedder = Remembering(
            embedder, remembered, of=f"{dimensions} {own.base_url} {own.query_instruction}"
        )
    embedder = Lately(embedder)
    reranker = Reranker(settings.rerank) if settings.rerank.base_url else None
    words = {tenant.name: Words(tenant.words) for tenant in settings.tenants if tenant.words}
    if settings.qdrant.url:
        from knowledge.server import ServerIndex  # its client takes most of a second to load

        index = ServerIndex.connect(settings.qdrant, MadeFor(embedder.name, dimensions))
        return Library(embedder, index, breakers | {"qdrant": index.breaker}, reranker, words, bundled)
    folder = settings.data_dir / "vectors"
    edge = EdgeIndex.open(folder, embedder=embedder.name, dimensions=dimensions)
    return Library(embedder, edge, breakers, reranker, words, bundled)
