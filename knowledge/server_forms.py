"""What is said to a Qdrant server, in its client's words, and what its failures mean."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from qdrant_client import models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ApiException

from bot.errors import Unavailable
from knowledge.index import DENSE, LEXICAL, Point, Where
from knowledge.lexical import Sparse


@contextmanager
def qdrant_errors() -> Iterator[None]:
    """Whatever is wrong with the server, the same search may work later."""
    try:
        yield
    except (ApiException, QdrantException, httpx.HTTPError, OSError) as error:
        raise Unavailable(f"Qdrant is away ({type(error).__name__})") from error


def vectors_of(point: Point) -> dict[str, Any]:
    """By their names."""
    lexical = models.SparseVector(indices=point.lexical.indices, values=point.lexical.values)
    return {DENSE: point.dense, LEXICAL: lexical}


def point_of(record: models.Record) -> Point:
    """Read back what was stored."""
    vectors: Any = record.vector
    words = Sparse(list(vectors[LEXICAL].indices), list(vectors[LEXICAL].values))
    return Point(str(record.id), list(vectors[DENSE]), words, dict(record.payload or {}))


def filter_of(where: Where) -> models.Filter:
    """The points that are meant."""
    must: list[Any] = []
    if where.shelf:
        must.append(models.FieldCondition(key="shelf", match=models.MatchValue(value=where.shelf)))
    if where.items is not None:
        must.append(models.FieldCondition(key="item", match=models.MatchAny(any=list(where.items))))
    if where.source:
        must.append(models.FieldCondition(key="source", match=models.MatchValue(value=where.source)))
    if where.channel is not None:
        must.append(_may_be_told(where.channel))
    if not where.but_not:
        return models.Filter(must=must)
    elsewhere = models.FieldCondition(key="shelf", match=models.MatchValue(value=where.but_not))
    return models.Filter(must=must, must_not=[elsewhere])


def _may_be_told(channel: str) -> models.Filter:
    everybody = models.IsEmptyCondition(is_empty=models.PayloadField(key="audience"))
    named = models.FieldCondition(key="audience", match=models.MatchValue(value=channel))
    return models.Filter(should=[everybody, named])


def taking(alias: str, collection: str, before: set[str]) -> list[Any]:
    """What gives the alias to this collection, whoever had it."""
    given_up = models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias))
    own = models.CreateAlias(collection_name=collection, alias_name=alias)
    return [*([given_up] if before else []), models.CreateAliasOperation(create_alias=own)]
