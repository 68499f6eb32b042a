"""The embedded store: Qdrant Edge, Qdrant's own engine in this process.

One process at a time can have a folder open: the worker. Commands ask it through the queue.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import qdrant_edge as edge
from filelock import FileLock, Timeout

from bot.errors import Unavailable
from knowledge import edge_copy, edge_folder
from knowledge.edge_forms import filter_of, point_of, vectors_of
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
_UNFLUSHED: Final = 2000
"""Points stored since the last time on the disk. A killed process has them in the engine's log; each
flush holds Python's lock while the disk writes, 0.1 s where it is slow."""


class EdgeIndex:
    """`knowledge.index.Index` in a folder. Made by `EdgeIndex.open`."""

    def __init__(self, shard: edge.EdgeShard, lock: FileLock, folder: Path, made_for: MadeFor) -> None:
        self._shard = shard
        self._lock = lock
        self._folder = folder
        self._home = folder / made_for.name
        self._made_for = made_for
        self._heads: dict[str, Head] = {}
        self._replacing = asyncio.Lock()
        self._changing = asyncio.Lock()
        self._calls: set[Future[Any]] = set()
        self._unflushed = 0
        # For an engine that lets go of Python's lock: this one (0.9.0) holds it through each call.
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
            made = [edge.Point(point.id, vectors_of(point), point.payload) for point in points]
            await self._update(edge.UpdateOperation.upsert_points(made, None, edge.UpdateMode.InsertOnly))
            self._unflushed += len(points)
            if self._unflushed >= _UNFLUSHED:
                await self._flush()

    async def present(self, ids: Sequence[str]) -> set[str]:
        """Which of these point ids are there."""
        records = await self._run(lambda: self._shard.retrieve(list(ids), False, False)) if ids else []
        return {str(record.id) for record in records}

    async def place(self, where: Where, shelves: Sequence[str]) -> None:
        """In one operation: after a kill -9 the engine's log has all of it or nothing."""
        placed = {"shelf": list(shelves)}
        await self._update(edge.UpdateOperation.set_payload_by_filter(filter_of(where), placed))

    async def remove(self, where: Where) -> None:
        """Take points out."""
        await self._update(edge.UpdateOperation.delete_points_by_filter(filter_of(where)))

    async def search(
        self, shelf: str, dense: Sequence[float], lexical: Sparse, *, limit: int, channel: str | None = None
    ) -> Found:
        """Both rankings in one call."""
        near: list[tuple[str, Any]] = [(DENSE, list(dense))] if dense else []
        if lexical.indices:  # a question of punctuation alone has none, and the engine refuses an empty one
            near.append((LEXICAL, edge.SparseVector(lexical.indices, lexical.values)))
        if not near:
            return Found([], [])
        along = filter_of(Where(shelf, channel=channel))
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
                offset, _PAGE, filter_of(Where(shelf)), ["item", "wording", "is_question", "codes"], [DENSE]
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
                offset, _PAGE, filter_of(Where(shelf)), with_payload=["source", "item"]
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
            request = edge.ScrollRequest(offset, _PAGE, filter_of(Where(shelf)), True, True)
            records, offset = await self._run(self._shard.scroll, request)
            yield [point_of(record) for record in records]
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
            await self._flush()
            self._heads[tenant] = head
            return True

    async def tidy(self) -> None:
        """By a copy. Changes wait until it is made, and searches do not."""
        async with self._changing:
            if not await self._run(edge_copy.is_worth_it, self._shard):
                return
            data, other = await self._run(edge_folder.fresh_shard, self._home, self._made_for)
            try:
                await self._copy(other)
                # Both at once, or whoever is cancelled in between would go on with what is removed.
                edge_folder.adopt(self._home, data)
                self._shard, other = other, self._shard
            finally:
                await self._let_go(other)

    async def ping(self) -> None:
        """Raises Unavailable when the engine is of no use."""
        await self._run(self._shard.info)

    async def close(self) -> None:
        """Write what is pending, give the folder free."""
        async with self._changing:
            await self._run(self._shard.flush)
            await self._run(self._shard.close)
        self._threads.shutdown()
        self._lock.release()

    def _file(self, shelf: str) -> Path:
        return self._home / f"{shelf.replace('/', '.')}.learned"

    async def _copy(self, fresh: edge.EdgeShard) -> None:
        offset = await self._run(edge_copy.copy_page, self._shard, fresh, None)
        while offset is not None:
            offset = await self._run(edge_copy.copy_page, self._shard, fresh, offset)
        if not await self._run(edge_copy.is_whole, self._shard, fresh):
            raise Unavailable("a copy of the vectors is not whole; the store stays as it was")
        await self._run(fresh.flush)

    async def _let_go(self, shard: edge.EdgeShard) -> None:
        """When all that was asked of it before is done."""
        await asyncio.to_thread(wait, set(self._calls))
        await self._run(shard.close)
        await self._run(edge_folder.clear, self._home)

    async def _update(self, operation: edge.UpdateOperation) -> None:
        async with self._changing:
            await self._run(self._shard.update, operation)

    async def _flush(self) -> None:
        self._unflushed = 0
        await self._run(self._shard.flush)

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:
        try:
            call = self._threads.submit(work, *arguments)
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
            return await asyncio.wrap_future(call)
        except Exception as error:  # the engine raises nothing more particular
            raise Unavailable(f"the embedded vector store failed ({error})") from error
