"""What embedding models made of questions: the newest, each in a place by its hash."""

from __future__ import annotations

import hashlib

from bot.store import bounds
from bot.store import keys as names
from bot.store.courier import Courier
from bot.store.redis import Client, redis_errors

_TOLD_BY = 16
"""Bytes of a hash in front of each vector: those of two texts may have one place."""


class RedisEmbeddings:
    """`bot.ports.Embeddings` on Redis."""

    def __init__(self, client: Client) -> None:
        self._courier = Courier.of(client)

    async def recall(self, model: str, text: str) -> bytes | None:
        """Raises Unavailable."""
        hash_ = _hash(model, text)
        with redis_errors():
            found: bytes | None = await self._courier.call("GET", names.embedding(hash_))
        return found[_TOLD_BY:] if found and found[:_TOLD_BY] == hash_ else None

    async def remember(self, model: str, text: str, vector: bytes) -> None:
        """Raises Unavailable. A vector that is too long to be kept by the thousand is not kept."""
        hash_ = _hash(model, text)
        if len(vector) <= bounds.EMBEDDING_BYTES:
            with redis_errors():
                await self._courier.call(
                    "SET", names.embedding(hash_), hash_ + vector, "EX", bounds.EMBEDDING_S
                )


def _hash(model: str, text: str) -> bytes:
    return hashlib.sha256(f"{model}\n{text}".encode(errors="replace")).digest()[:_TOLD_BY]
