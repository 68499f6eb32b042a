"""A shard without the room that removed vectors take: all that is there, copied to a fresh one.

The engine gives that room back by `optimize`, which holds Python's lock to its end (0.9.0): for 12,000 points
of 896 numbers 24 s in which nobody is answered. It also builds a graph, and a search would be exact no more.
A page is copied in milliseconds, and answers go on between two.
"""

from __future__ import annotations

from typing import Any, Final

import qdrant_edge as edge

_PAGE: Final = 50
_LEAST: Final = 1000
"""Vectors that may be gone in any store: some megabytes."""


def is_worth_it(shard: edge.EdgeShard) -> bool:
    """When more than half of what is kept is gone, so that each vector is copied for one that was removed."""
    info = shard.info()
    return _gone(info) > max(_LEAST, info.points_count)


def copy_page(shard: edge.EdgeShard, fresh: edge.EdgeShard, offset: Any) -> Any:
    """The points from this one on; what comes after them, or None."""
    records, after = shard.scroll(edge.ScrollRequest(offset, _PAGE, None, True, True))
    points = [edge.Point(record.id, record.vector or {}, record.payload) for record in records]
    if points:
        fresh.update(edge.UpdateOperation.upsert_points(points))
    return after


def is_whole(shard: edge.EdgeShard, fresh: edge.EdgeShard) -> bool:
    """Whether all is there."""
    return shard.info().points_count == fresh.info().points_count


def _gone(info: edge.ShardInfo) -> int:
    """Since the store was opened: the engine counts the vectors that it keeps, and the points that are there.
    What was removed before then it leaves on the disk, but loads and counts no more."""
    return info.indexed_vectors_count - info.points_count
