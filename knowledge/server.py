"""A Qdrant server or cluster, through `qdrant-client`."""

from __future__ import annotations

import re
import uuid
from base64 import b64decode, b64encode
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from typing import Any, Final

import msgspec
from qdrant_client import AsyncQdrantClient, models
from qdrant_client.http.exceptions import ApiException

from bot.breaker import Breaker
from bot.errors import Misconfigured, Unavailable
from bot.settings import QdrantSettings
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
from knowledge.server_forms import filter_of, point_of, qdrant_errors, taking, vectors_of
from knowledge.shelves import Head

_TIMEOUT_S: Final = 10
_PAGE: Final = 1000
_MOST_TENANTS: Final = 100_000
_LEARNED: Final = uuid.UUID("0e0b1c86-6f0e-4f0e-8d5c-6d1b5b0c9a51")


class ServerIndex:
    """`knowledge.index.Index` in a collection, made on first use. Its payload index is on the shelf, by which
    tenants are kept apart, and a tenant's versions (`is_tenant`: Qdrant's guide to multi-tenancy)."""

    def __init__(
        self, client: AsyncQdrantClient, alias: str, made_for: MadeFor, *, is_lent: bool = False
    ) -> None:
        """`is_lent`: whoever made the client closes it."""
        self.breaker = Breaker("Qdrant", Unavailable)
        """Around searches: a customer waits for those, and nobody for the rest."""
        self._client = client
        self._alias = alias
        self._made_for = made_for
        self._collection = f"{alias}-{made_for.name}"
        self._there = False
        self._is_lent = is_lent

    @classmethod
    def connect(cls, settings: QdrantSettings, made_for: MadeFor) -> ServerIndex:
        """Connects on first use."""
        key = settings.api_key.get_secret_value() if settings.api_key else None
        client = AsyncQdrantClient(
            url=settings.url, api_key=key, timeout=_TIMEOUT_S, check_compatibility=False
        )
        return cls(client, settings.collection, made_for)

    async def insert(self, points: Sequence[Point]) -> None:
        """Store points; returns when a search would find them."""
        if not points:
            return
        await self._make_collection()
        made = [models.PointStruct(id=p.id, vector=vectors_of(p), payload=p.payload) for p in points]
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
                self._collection, {"shelf": list(shelves)}, points=filter_of(where), wait=True
            )

    async def remove(self, where: Where) -> None:
        """Returns when no search would see it."""
        await self._make_collection()
        with qdrant_errors():
            await self._client.delete(
                self._collection, models.FilterSelector(filter=filter_of(where)), wait=True
            )

    async def search(
        self, shelf: str, dense: Sequence[float], lexical: Sparse, *, limit: int, channel: str | None = None
    ) -> Found:
        """Both rankings in one request. Raises Unavailable, at once while the server is left alone."""
        with self.breaker.call():
            return await self._search(Where(shelf, channel=channel), dense, lexical, limit)

    async def _search(self, where: Where, dense: Sequence[float], lexical: Sparse, limit: int) -> Found:
        await self._make_collection()
        near: list[tuple[str, Any]] = [(DENSE, list(dense))] if dense else []
        if lexical.indices:
            near.append((LEXICAL, models.SparseVector(indices=lexical.indices, values=lexical.values)))
        if not near:
            return Found([], [])
        requests = [
            models.QueryRequest(
                query=vector, using=using, filter=filter_of(where), limit=limit, with_payload=OF_HITS
            )
            for using, vector in near
        ]
        with qdrant_errors():
            answers = await self._client.query_batch_points(self._collection, requests)
        return ranked({using: answer.points for (using, _), answer in zip(near, answers, strict=True)})

    async def known(self, shelf: str, *, most: int) -> list[Known]:
        """Page by page: vectors are large."""
        found: list[Known] = []
        async for records in self._scrolled(
            shelf, ["item", "wording", "is_question", "codes"], vectors=[DENSE]
        ):
            found += [known(record.payload, record.vector) for record in records]
            if len(found) >= most:
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
        found: defaultdict[str, set[str]] = defaultdict(set)
        async for records in self._scrolled(shelf, ["source", "item"]):
            for record in records:
                payload = record.payload or {}
                found[payload["source"]].add(payload["item"])
        return dict(found)

    async def pages(self, shelf: str) -> AsyncIterator[list[Point]]:
        """With their vectors."""
        async for records in self._scrolled(shelf, True, vectors=True):
            yield [point_of(record) for record in records]

    async def tenants(self) -> list[str]:
        """By their heads, among all points: asked when another embedding model comes, and no more."""
        empty = models.IsEmptyCondition(is_empty=models.PayloadField(key="head_of"))
        with qdrant_errors():
            records, _ = await self._client.scroll(
                self._collection,
                scroll_filter=models.Filter(must_not=[empty]),
                limit=_MOST_TENANTS,
                with_payload=["head_of"],
            )
        return sorted((record.payload or {})["head_of"] for record in records)

    async def before(self) -> ServerIndex | None:
        """By the alias, which no search uses: each worker asks the collection of its own embedding model, so
        those of an older configuration go on answering while this one is filled."""
        with qdrant_errors():
            listed = (await self._client.get_collections()).collections
            aliases = (await self._client.get_aliases()).aliases
        if any(one.name == self._alias for one in listed):
            told = f"{self._alias} is a collection of an earlier release"
            raise Misconfigured([f"qdrant.collection: {told}; remove it, or write another name"])
        current = next((one.collection_name for one in aliases if one.alias_name == self._alias), None)
        if current is None or current == self._collection:
            return None
        before = ServerIndex(self._client, self._alias, self._made_for, is_lent=True)
        before._collection, before._there = current, True
        return before

    async def succeed(self) -> None:
        """In one request the alias is this collection's."""
        await self._make_collection()
        with qdrant_errors():
            aliases = (await self._client.get_aliases()).aliases
            before = {one.collection_name for one in aliases if one.alias_name == self._alias}
            if before == {self._collection}:
                return
            await self._client.update_collection_aliases(taking(self._alias, self._collection, before))
            for one in (await self._client.get_collections()).collections:
                own = re.fullmatch(rf"{re.escape(self._alias)}-[0-9a-f]{{12}}", one.name)
                if own and one.name not in {self._collection, *before}:
                    await self._client.delete_collection(one.name)

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

    async def tidy(self) -> None:
        """A server does so by itself."""

    async def ping(self) -> None:
        """Raises Unavailable when the server is away."""
        with qdrant_errors():
            await self._client.get_collections()

    async def close(self) -> None:
        """Close the connections."""
        if not self._is_lent:
            await self._client.close()

    async def _scrolled(
        self, shelf: str, payload: bool | list[str], *, vectors: bool | list[str] = False
    ) -> AsyncIterator[list[models.Record]]:
        await self._make_collection()
        offset: Any = None
        while True:
            with qdrant_errors():
                records, offset = await self._client.scroll(
                    self._collection,
                    scroll_filter=filter_of(Where(shelf)),
                    limit=_PAGE,
                    offset=offset,
                    with_payload=payload,
                    with_vectors=vectors,
                )
            yield records
            if offset is None:
                return

    async def _make_collection(self) -> None:
        """Two workers may both try."""
        if self._there:
            return
        with qdrant_errors():
            if not await self._client.collection_exists(self._collection):
                await self._create()
            await self._make_fields()
        self._there = True

    async def _create(self) -> None:
        try:
            await self._client.create_collection(
                self._collection,
                vectors_config={
                    DENSE: models.VectorParams(
                        size=self._made_for.dimensions, distance=models.Distance.COSINE
                    )
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
        for field in ("item", "audience"):
            keyword = models.PayloadSchemaType.KEYWORD
            await self._client.create_payload_index(self._collection, field, field_schema=keyword)


def _learned_id(tenant: str) -> str:
    return str(uuid.uuid5(_LEARNED, tenant))
