"""What goes to the embedded engine and comes back, in its forms."""

from __future__ import annotations

from typing import Any

import qdrant_edge as edge

from knowledge.index import DENSE, LEXICAL, Point, Where
from knowledge.lexical import Sparse


def point_of(record: edge.Record) -> Point:
    """Read back what was stored."""
    vectors: Any = record.vector
    words = Sparse(list(vectors[LEXICAL].indices), list(vectors[LEXICAL].values))
    return Point(str(record.id), list(vectors[DENSE]), words, dict(record.payload or {}))


def vectors_of(point: Point) -> dict[str, Any]:
    """By their names."""
    return {DENSE: point.dense, LEXICAL: edge.SparseVector(point.lexical.indices, point.lexical.values)}


def filter_of(where: Where) -> edge.Filter:
    """With one condition where one will do: two cost a search over 50,000 points five times as much."""
    must: list[Any] = []
    if where.shelf:
        must.append(edge.FieldCondition("shelf", edge.MatchValue(where.shelf)))
    if where.items is not None:
        must.append(edge.FieldCondition("item", edge.MatchAny(list(where.items))))
    if where.source:
        must.append(edge.FieldCondition("source", edge.MatchValue(where.source)))
    if where.channel is not None:
        must.append(_may_be_told(where.channel))
    if not where.but_not:
        return edge.Filter(must=must)
    return edge.Filter(must=must, must_not=[edge.FieldCondition("shelf", edge.MatchValue(where.but_not))])


def _may_be_told(channel: str) -> edge.Filter:
    named = edge.FieldCondition("audience", edge.MatchValue(channel))
    return edge.Filter(should=[edge.IsEmptyCondition("audience"), named])
