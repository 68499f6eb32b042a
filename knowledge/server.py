"""A Qdrant server or cluster, through `qdrant-client`."""

from __future__ import annotations

import uuid
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import httpx
import msgspec
from qdrant_client import AsyncQdrantClient, models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ApiException

from bot.breaker import Breaker
from bot.errors import Misconfigured, Unavailable
from bot.settings import QdrantSettings
from knowledge.index import (
    DENSE,
    LEXICAL,
    OF_HITS,
    Found,
    Hit,
    Known,
    Point,
    Where,
    head_id,
    head_payload,
    hit,
    known,
)
from knowledge.lexical import Sparse
from knowledge.shelves import Head

_TIMEOUT_S: Final = 10
_PAGE: Final = 1000
_LEARNED: Final = uuid.UUID("0e0b1c86-6f0e-4f0e-8d5c-6d1b5b0c9a51")


class ServerIndex:
    """`knowledge.index.Index` in a collection, made on first use. Its payload index is on the shelf, by which
    tenants are kept apart, and a tenant's versions (`is_tenant`: Qdrant's guide to multi-tenancy)."""

    def __init__(self, client: AsyncQdrantClient, collection: str, *, dimensions: int) -> None:
        self.breaker = Breaker("Qdrant", Unavailable)
        """Around searches: a customer waits for those, and nobody for the rest."""
        self._client = client
        self._collection = collection
        self._dimensions = dimensions
        self._there = False

    @classmethod
    def connect(cls, settings: QdrantSettings, *, dimensions: int) -> ServerIndex:
        """Connects on first use."""
        key = settings.api_key.get_secret_value() if settings.api_key else None
        client = AsyncQdrantClient(
            url=settings.url, api_key=key, timeout=_TIMEOUT_S, check_compatibility=False
        )
        return cls(client, settings.collection, dimensions=dimensions)

    async def insert(self, points: Sequence[Point]) -> None:
        """Store points; returns when a search would find them."""
        if not points:
            return
        await self._make_collection()
        made = [models.PointStruct(id=p.id, vector=_vectors(p), payload=p.payload) for p in points]
        only = models.UpdateMode.INSERT_ONLY
        with qdrant_errors():
            await self._client.upsert(self._collection, made, wait=True, update_mode=only)

    async def present(self, ids: Sequence[str]) -> set[str]:
        """Which of these point ids are there."""
        await self._make_collection()
        with qdrant_errors():
            records = (
                await self._client.retrieve(self._collection, list(ids), with_payload=False) if ids else []
            )
        return {str(record.id) for record in records}

    async def place(self, where: Where, shelves: Sequence[str]) -> None:
        """Returns when a search would see it."""
        await self._make_collection()
        with qdrant_errors():
            await self._client.set_payload(
                self._collection, {"shelf": list(shelves)}, points=_filter(where), wait=True
            )

    async def remove(self, where: Where) -> None:
        """Returns when no search would see it."""
        await self._make_collection()
        with qdrant_errors():
            await self._client.delete(
                self._collection, models.FilterSelector(filter=_filter(where)), wait=True
            )

    async def search(self, shelf: str, dense: Sequence[float], lexical: Sparse, *, limit: int) -> Found:
        """Both rankings in one request. Raises Unavailable, at once while the server is left alone."""
        with self.breaker.call():
            return await self._search(shelf, dense, lexical, limit)

    async def _search(self, shelf: str, dense: Sequence[float], lexical: Sparse, limit: int) -> Found:
        await self._make_collection()
        near: list[tuple[str, Any]] = [(DENSE, list(dense))]
        if lexical.indices:
            near.append((LEXICAL, models.SparseVector(indices=lexical.indices, values=lexical.values)))
        requests = [
            models.QueryRequest(
                query=vector, using=using, filter=_filter(Where(shelf)), limit=limit, with_payload=OF_HITS
            )
            for using, vector in near
        ]
        with qdrant_errors():
            answers = await self._client.query_batch_points(self._collection, requests)
        rankings = [[hit(point.payload, point.score) for point in answer.points] for answer in answers]
        return Found(rankings[0], rankings[1] if len(rankings) > 1 else list[Hit]())

    async def known(self, shelf: str, *, most: int) -> list[Known]:
        """Page by page: vectors are large."""
        await self._make_collection()
        found: list[Known] = []
        offset: Any = None
        while len(found) < most:
            with qdrant_errors():
                records, offset = await self._client.scroll(
                    self._collection,
                    scroll_filter=_filter(Where(shelf)),
                    limit=_PAGE,
                    offset=offset,
                    with_payload=["item", "wording", "is_question"],
                    with_vectors=[DENSE],
                )
            found += [known(record.payload, record.vector) for record in records]
            if offset is None:
                break
        return found[:most]

    async def learned(self, shelf: str) -> bytes | None:
        """From a point without vectors, which no search finds."""
        await self._make_collection()
        with qdrant_errors():
            records = await self._client.retrieve(self._collection, [_learned_id(shelf)], with_payload=True)
        return b64decode((records[0].payload or {})["learned"]) if records else None

    async def learn(self, shelf: str, learned: bytes) -> None:
        """Before the shelf is the current one, as a rule; else other workers read it within a minute."""
        await self._make_collection()
        payload = {"learned_of": shelf, "learned": b64encode(learned).decode()}
        point = models.PointStruct(id=_learned_id(shelf), vector={}, payload=payload)
        with qdrant_errors():
            await self._client.upsert(self._collection, [point], wait=True)

    async def sources(self, shelf: str) -> dict[str, set[str]]:
        """Item ids by source."""
        await self._make_collection()
        found: defaultdict[str, set[str]] = defaultdict(set)
        offset: Any = None
        while True:
            with qdrant_errors():
                records, offset = await self._client.scroll(
                    self._collection,
                    scroll_filter=_filter(Where(shelf)),
                    limit=_PAGE,
                    offset=offset,
                    with_payload=["source", "item"],
                )
            for record in records:
                payload = record.payload or {}
                found[payload["source"]].add(payload["item"])
            if offset is None:
                return dict(found)

    async def head(self, tenant: str) -> Head:
        """Asked with each search: another worker may have published."""
        with self.breaker.call():
            return await self._head(tenant)

    async def _head(self, tenant: str) -> Head:
        await self._make_collection()
        with qdrant_errors():
            records = await self._client.retrieve(self._collection, [head_id(tenant)], with_payload=True)
        return msgspec.convert((records[0].payload or {})["head"], Head) if records else Head()

    async def replace_head(self, tenant: str, head: Head) -> bool:
        """The server compares the revision itself. It does not say how that went, so it is read again."""
        await self._make_collection()
        point = models.PointStruct(id=head_id(tenant), vector={}, payload=head_payload(tenant, head))
        before = models.FieldCondition(key="revision", match=models.MatchValue(value=head.revision - 1))
        with qdrant_errors():
            await self._client.upsert(
                self._collection, [point], wait=True, update_filter=models.Filter(must=[before])
            )
        return await self._head(tenant) == head

    async def ping(self) -> None:
        """Raises Unavailable when the server is away."""
        with qdrant_errors():
            await self._client.get_collections()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _make_collection(self) -> None:
        """Two workers may both try. Raises Misconfigured when it was made for another embedding model."""
        if self._there:
            return
        with qdrant_errors():
            if not await self._client.collection_exists(self._collection):
                await self._create()
            await self._make_fields()
            info = await self._client.get_collection(self._collection)
        vectors = info.config.params.vectors
        size = vectors[DENSE].size if isinstance(vectors, dict) and DENSE in vectors else 0
        if size != self._dimensions:
            raise Misconfigured(
                [
                    f"qdrant.collection: {self._collection} holds vectors of length {size}, and the embedding"
                    f" model makes {self._dimensions}; write a new collection's name"
                ]
            )
        self._there = True

    async def _create(self) -> None:
        try:
            await self._client.create_collection(
                self._collection,
                vectors_config={
                    DENSE: models.VectorParams(size=self._dimensions, distance=models.Distance.COSINE)
                },
                sparse_vectors_config={LEXICAL: models.SparseVectorParams(modifier=models.Modifier.IDF)},
            )
        except (ApiException, ValueError):
            if not await self._client.collection_exists(self._collection):
                raise

    async def _make_fields(self) -> None:
        """Whoever finds them there does no harm."""
        shelf = models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True)
        await self._client.create_payload_index(self._collection, "shelf", field_schema=shelf)
        item = models.PayloadSchemaType.KEYWORD
        await self._client.create_payload_index(self._collection, "item", field_schema=item)


@contextmanager
def qdrant_errors() -> Iterator[None]:
    """Whatever is wrong with the server, the same search may work later."""
    try:
        yield
    except (ApiException, QdrantException, httpx.HTTPError, OSError) as error:
        raise Unavailable(f"Qdrant is away ({type(error).__name__})") from error


def _learned_id(tenant: str) -> str:
    return str(uuid.uuid5(_LEARNED, tenant))


def _vectors(point: Point) -> dict[str, Any]:
    lexical = models.SparseVector(indices=point.lexical.indices, values=point.lexical.values)
    return {DENSE: point.dense, LEXICAL: lexical}


def _filter(where: Where) -> models.Filter:
    must: list[Any] = []
    if where.shelf:
        must.append(models.FieldCondition(key="shelf", match=models.MatchValue(value=where.shelf)))
    if where.items is not None:
        must.append(models.FieldCondition(key="item", match=models.MatchAny(any=list(where.items))))
    if where.source:
        must.append(models.FieldCondition(key="source", match=models.MatchValue(value=where.source)))
    if not where.but_not:
        return models.Filter(must=must)
    elsewhere = models.FieldCondition(key="shelf", match=models.MatchValue(value=where.but_not))
    return models.Filter(must=must, must_not=[elsewhere])
