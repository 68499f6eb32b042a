"""The embedded store: Qdrant Edge, Qdrant's own engine in this process.

One process at a time can have a folder open: the worker. Commands ask it through the queue.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, TypeVar

import qdrant_edge as edge
import structlog
from filelock import FileLock, Timeout

from bot.errors import Unavailable
from knowledge.index import DENSE, LEXICAL, Found, Hit, Known, Point, hit, known
from knowledge.lexical import Sparse

T = TypeVar("T")

log = structlog.get_logger()

_PAGE: Final = 1000
_THREADS: Final = 2


class EdgeIndex:
    """`knowledge.index.Index` in a folder. Made by `EdgeIndex.open`."""

    def __init__(self, shard: edge.EdgeShard, lock: FileLock, learned: Path) -> None:
        self._shard = shard
        self._lock = lock
        self._learned = learned
        # The engine works outside Python's lock, in threads of its own beneath these.
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="edge")

    @classmethod
    def open(cls, folder: Path, *, embedder: str, dimensions: int) -> EdgeIndex:
        """Open the store, or make it. One that another embedding model filled is made anew, and said so.

        Raises Unavailable while another process has it open.
        """
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "owner.lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            raise Unavailable(
                f"the vectors in {folder} are open in another process; to run several workers, set qdrant.url"
            ) from None
        try:
            return cls(_shard(folder, {"embedder": embedder, "dimensions": dimensions}), lock, folder)
        except Exception as error:  # the engine raises nothing more particular
            lock.release()
            raise Unavailable(
                f"the vectors in {folder} can't be opened ({error}); remove the folder to have them made anew"
            ) from error

    async def upsert(self, points: Sequence[Point]) -> None:
        """Store points."""
        if points:
            made = [edge.Point(point.id, _vectors(point), point.payload) for point in points]
            await self._run(self._shard.update, edge.UpdateOperation.upsert_points(made))
            await self._run(self._shard.flush)

    async def present(self, ids: Sequence[str]) -> set[str]:
        """Which of these point ids are there."""
        records = await self._run(lambda: self._shard.retrieve(list(ids), False, False)) if ids else []
        return {str(record.id) for record in records}

    async def search(self, tenant: str, dense: Sequence[float], lexical: Sparse, *, limit: int) -> Found:
        """Both rankings in one call."""
        near: list[tuple[str, Any]] = [(DENSE, list(dense))]
        if (
            lexical.indices
        ):  # a question of punctuation alone has no terms, and the engine refuses an empty one
            near.append((LEXICAL, edge.SparseVector(lexical.indices, lexical.values)))
        requests = [
            edge.QueryRequest(
                limit,
                query=edge.Query.Nearest(vector, using),
                filter=_of_tenant(tenant),
                with_payload=True,
            )
            for using, vector in near
        ]
        answers = await self._run(self._shard.query_batch, edge.QueryBatchRequest(requests))
        rankings = [[hit(point.payload, point.score) for point in points] for points in answers]
        return Found(rankings[0], rankings[1] if len(rankings) > 1 else list[Hit]())

    async def known(self, tenant: str, *, most: int) -> list[Known]:
        """Page by page: vectors are large."""
        found: list[Known] = []
        offset = None
        while len(found) < most:
            request = edge.ScrollRequest(
                offset, _PAGE, _of_tenant(tenant), ["item", "wording", "is_question"], [DENSE]
            )
            records, offset = await self._run(self._shard.scroll, request)
            found += [known(record.payload, record.vector) for record in records]
            if offset is None:
                break
        return found[:most]

    async def learned(self, tenant: str) -> bytes | None:
        """From a file beside the engine's."""
        file = self._learned / f"{tenant}.learned"
        return await self._run(lambda: file.read_bytes() if file.exists() else None)

    async def learn(self, tenant: str, learned: bytes) -> None:
        """Whole or not at all."""
        await self._run(_write, self._learned / f"{tenant}.learned", learned)

    async def sources(self, tenant: str) -> dict[str, set[str]]:
        """Item ids by source."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        offset = None
        while True:
            request = edge.ScrollRequest(offset, _PAGE, _of_tenant(tenant), with_payload=["source", "item"])
            records, offset = await self._run(self._shard.scroll, request)
            for record in records:
                payload = record.payload or {}
                found[payload["source"]].add(payload["item"])
            if offset is None:
                return dict(found)

    async def remove(self, tenant: str, items: Sequence[str]) -> None:
        """Take every point of these items out."""
        if items:
            of_items = edge.FieldCondition("item", edge.MatchAny(list(items)))
            condition = edge.Filter(must=[*_tenant_conditions(tenant), of_items])
            await self._run(self._shard.update, edge.UpdateOperation.delete_points_by_filter(condition))
            await self._run(self._shard.flush)

    async def ping(self) -> None:
        """Raises Unavailable when the engine is of no use."""
        await self._run(self._shard.info)

    async def close(self) -> None:
        """Write what is pending, give the folder free."""
        await self._run(self._shard.flush)
        await self._run(self._shard.close)
        self._threads.shutdown()
        self._lock.release()

    async def _run(self, work: Callable[..., T], *arguments: Any) -> T:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, work, *arguments)
        except Exception as error:  # the engine raises nothing more particular
            raise Unavailable(f"the embedded vector store failed ({error})") from error


def _shard(folder: Path, made_for: dict[str, Any]) -> edge.EdgeShard:
    note, data = folder / "meta.json", folder / "shard"
    if data.exists() and _read(note) == made_for:
        return edge.EdgeShard.load(str(data))
    note.unlink(missing_ok=True)
    if data.exists():
        log.warning(
            "vectors_made_anew",
            reason="made for another embedding model, or never finished",
            folder=str(folder),
        )
        shutil.rmtree(data)
    data.mkdir()
    shard = edge.EdgeShard.create(
        str(data),
        edge.EdgeConfig(
            vectors={
                DENSE: edge.EdgeVectorParams(size=made_for["dimensions"], distance=edge.Distance.Cosine)
            },
            sparse_vectors={LEXICAL: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
        ),
    )
    for field in ("tenant", "item"):
        shard.update(edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Keyword))
    shard.flush()
    note.write_text(json.dumps(made_for), encoding="utf-8")
    return shard


def _read(note: Path) -> Any:
    """None when there is no note, or half of one: the process ended before it was written."""
    try:
        return json.loads(note.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None


def _write(file: Path, content: bytes) -> None:
    half = file.with_suffix(".half")
    half.write_bytes(content)
    half.replace(file)


def _vectors(point: Point) -> dict[str, Any]:
    return {DENSE: point.dense, LEXICAL: edge.SparseVector(point.lexical.indices, point.lexical.values)}


def _of_tenant(tenant: str) -> edge.Filter:
    return edge.Filter(must=_tenant_conditions(tenant))


def _tenant_conditions(tenant: str) -> list[Any]:
    return [edge.FieldCondition("tenant", edge.MatchValue(tenant))]
