"""The embedded store: Qdrant Edge, Qdrant's own engine in this process.

One process at a time can have a folder open: the worker. Commands ask it through the queue.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import qdrant_edge as edge
from filelock import FileLock, Timeout

from bot.errors import Unavailable
from knowledge import edge_folder
from knowledge.index import (
    DENSE,
    LEXICAL,
    OF_HITS,
    Found,
    Known,
    Point,
    Where,
    head_id,
    head_payload,
    known,
    ranked,
)
from knowledge.lexical import Sparse
from knowledge.made_for import MadeFor
from knowledge.shelves import Head

T = TypeVar("T")

_PAGE: Final = 1000
_MOST_TENANTS: Final = 100_000
_THREADS: Final = 2


class EdgeIndex:
    """`knowledge.index.Index` in a folder. Made by `EdgeIndex.open`."""

    def __init__(self, shard: edge.EdgeShard, lock: FileLock, folder: Path, made_for: MadeFor) -> None:
        self._shard = shard
        self._lock = lock
        self._folder = folder
        self._made_for = made_for
        self._heads: dict[str, Head] = {}
        self._replacing = asyncio.Lock()
        # The engine works outside Python's lock, in threads of its own beneath these.
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="edge")

    @classmethod
    def open(cls, folder: Path, *, embedder: str, dimensions: int) -> EdgeIndex:
        """Open this embedding model's store, or make it.

        Raises Unavailable while another process has the folder open.
        """
        folder.mkdir(parents=True, exist_ok=True)
        return cls._open(
            folder, FileLock(folder / "owner.lock", thread_local=False), MadeFor(embedder, dimensions)
        )

    @classmethod
    def _open(cls, folder: Path, lock: FileLock, made_for: MadeFor) -> EdgeIndex:
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise Unavailable(
                f"the vectors in {folder} are open in another process; to run several workers, set qdrant.url"
            ) from None
        try:
            return cls(edge_folder.open_shard(folder, made_for), lock, folder, made_for)
        except Exception as error:  # the engine raises nothing more particular
            lock.release()
            raise Unavailable(
                f"the vectors in {folder} can't be opened ({error}); remove the folder to have them made anew"
            ) from error

    @property
    def embedder(self) -> str:
        """What made its vectors."""
        return self._made_for.embedder

    async def insert(self, points: Sequence[Point]) -> None:
        """Store points."""
        if points:
            made = [edge.Point(point.id, _vectors(point), point.payload) for point in points]
            await self._update(edge.UpdateOperation.upsert_points(made, None, edge.UpdateMode.InsertOnly))
            await self._run(self._shard.flush)

    async def present(self, ids: Sequence[str]) -> set[str]:
        """Which of these point ids are there."""
        records = await self._run(lambda: self._shard.retrieve(list(ids), False, False)) if ids else []
        return {str(record.id) for record in records}

    async def place(self, where: Where, shelves: Sequence[str]) -> None:
        """In one operation: after a kill -9 the engine's log has all of it or nothing."""
        placed = {"shelf": list(shelves)}
        await self._update(edge.UpdateOperation.set_payload_by_filter(_filter(where), placed))

    async def remove(self, where: Where) -> None:
        """Take points out."""
        await self._update(edge.UpdateOperation.delete_points_by_filter(_filter(where)))

    async def search(self, shelf: str, dense: Sequence[float], lexical: Sparse, *, limit: int) -> Found:
        """Both rankings in one call."""
        near: list[tuple[str, Any]] = [(DENSE, list(dense))] if dense else []
        if lexical.indices:  # a question of punctuation alone has none, and the engine refuses an empty one
            near.append((LEXICAL, edge.SparseVector(lexical.indices, lexical.values)))
        if not near:
            return Found([], [])
        along = _filter(Where(shelf))
        requests = [
            edge.QueryRequest(
                limit,
                query=edge.Query.Nearest(vector, using),
                filter=along,
                with_payload=OF_HITS,
            )
            for using, vector in near
        ]
        answers = await self._run(self._shard.query_batch, edge.QueryBatchRequest(requests))
        return ranked({using: points for (using, _), points in zip(near, answers, strict=True)})

    async def known(self, shelf: str, *, most: int) -> list[Known]:
        """Page by page: vectors are large."""
        found: list[Known] = []
        offset = None
        while len(found) < most:
            request = edge.ScrollRequest(
                offset, _PAGE, _filter(Where(shelf)), ["item", "wording", "is_question", "codes"], [DENSE]
            )
            records, offset = await self._run(self._shard.scroll, request)
            found += [known(record.payload, record.vector) for record in records]
            if offset is None:
                break
        return found[:most]

    async def learned(self, shelf: str) -> bytes | None:
        """From a file beside the engine's."""
        file = self._file(shelf)
        return await self._run(lambda: file.read_bytes() if file.exists() else None)

    async def learn(self, shelf: str, learned: bytes) -> None:
        """Whole or not at all."""
        await self._run(edge_folder.write, self._file(shelf), learned)

    async def sources(self, shelf: str) -> dict[str, set[str]]:
        """Item ids by source."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        offset = None
        while True:
            request = edge.ScrollRequest(
                offset, _PAGE, _filter(Where(shelf)), with_payload=["source", "item"]
            )
            records, offset = await self._run(self._shard.scroll, request)
            for record in records:
                payload = record.payload or {}
                found[payload["source"]].add(payload["item"])
            if offset is None:
                return dict(found)

    async def pages(self, shelf: str) -> AsyncIterator[list[Point]]:
        """With their vectors."""
        offset = None
        while True:
            request = edge.ScrollRequest(offset, _PAGE, _filter(Where(shelf)), True, True)
            records, offset = await self._run(self._shard.scroll, request)
            yield [_point(record) for record in records]
            if offset is None:
                return

    async def tenants(self) -> list[str]:
        """By their heads, among all points: asked when another embedding model comes, and no more."""
        heads = edge.Filter(must_not=[edge.IsEmptyCondition("head_of")])
        request = edge.ScrollRequest(None, _MOST_TENANTS, heads, ["head_of"])
        records, _ = await self._run(self._shard.scroll, request)
        return sorted((record.payload or {})["head_of"] for record in records)

    async def before(self) -> EdgeIndex | None:
        """From the same folder, under the same lock."""
        current = edge_folder.current(self._folder)
        if current is None or current == self._made_for:
            return None
        return await asyncio.to_thread(self._open, self._folder, self._lock, current)

    async def succeed(self) -> None:
        """In the folder's note."""
        await self._run(edge_folder.switch, self._folder, self._made_for)

    async def head(self, tenant: str) -> Head:
        """From memory: no other process has this store. Whoever was publishing when it was opened is dead."""
        if tenant not in self._heads:
            records = await self._run(self._shard.retrieve, [head_id(tenant)], True, False)
            kept = msgspec.convert((records[0].payload or {})["head"], Head) if records else Head()
            self._heads.setdefault(tenant, msgspec.structs.replace(kept, writer=""))
        return self._heads[tenant]

    async def replace_head(self, tenant: str, head: Head) -> bool:
        """On the disk first."""
        async with self._replacing:
            if head.revision != (await self.head(tenant)).revision + 1:
                return False
            point = edge.Point(head_id(tenant), {}, head_payload(tenant, head))
            await self._update(edge.UpdateOperation.upsert_points([point]))
            await self._run(self._shard.flush)
            self._heads[tenant] = head
            return True

    async def ping(self) -> None:
        """Raises Unavailable when the engine is of no use."""
        await self._run(self._shard.info)

    async def close(self) -> None:
        """Write what is pending, give the folder free."""
        await self._run(self._shard.flush)
        await self._run(self._shard.close)
        self._threads.shutdown()
        self._lock.release()

    def _file(self, shelf: str) -> Path:
        return self._folder / self._made_for.name / f"{shelf.replace('/', '.')}.learned"

    async def _update(self, operation: edge.UpdateOperation) -> None:
        await self._run(self._shard.update, operation)

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, work, *arguments)
        except Exception as error:  # the engine raises nothing more particular
            raise Unavailable(f"the embedded vector store failed ({error})") from error


def _point(record: edge.Record) -> Point:
    vectors: Any = record.vector
    words = Sparse(list(vectors[LEXICAL].indices), list(vectors[LEXICAL].values))
    return Point(str(record.id), list(vectors[DENSE]), words, dict(record.payload or {}))


def _vectors(point: Point) -> dict[str, Any]:
    return {DENSE: point.dense, LEXICAL: edge.SparseVector(point.lexical.indices, point.lexical.values)}


def _filter(where: Where) -> edge.Filter:
    """With one condition where one will do: two cost a search over 50,000 points five times as much."""
    must: list[Any] = []
    if where.shelf:
        must.append(edge.FieldCondition("shelf", edge.MatchValue(where.shelf)))
    if where.items is not None:
        must.append(edge.FieldCondition("item", edge.MatchAny(list(where.items))))
    if where.source:
        must.append(edge.FieldCondition("source", edge.MatchValue(where.source)))
    if not where.but_not:
        return edge.Filter(must=must)
    return edge.Filter(must=must, must_not=[edge.FieldCondition("shelf", edge.MatchValue(where.but_not))])
