"""The port to a vector store, and what goes in and comes out.

One point for each face of an item: an entry with four wordings can be found by any of them and by its answer.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from knowledge.documents import Item
from knowledge.lexical import Sparse

DENSE = "dense"
LEXICAL = "lexical"


@dataclass(frozen=True, slots=True)
class Point:
    """A face with its vectors."""

    id: str
    dense: list[float]
    lexical: Sparse
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hit:
    """A face that was found."""

    item: str
    wording: str
    score: float
    """Cosine in the dense ranking, BM25 in the lexical one."""
    text: str
    title: str
    source: str
    is_faq: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What one search brought up, best first in each ranking."""

    dense: list[Hit]
    lexical: list[Hit]


@dataclass(frozen=True, slots=True)
class Known:
    """A wording as it is stored."""

    item: str
    wording: str
    is_question: bool
    dense: NDArray[np.float32]


class Index(Protocol):
    """A store of points, every question to it confined to one tenant. Raises Unavailable throughout."""

    async def upsert(self, points: Sequence[Point]) -> None:
        """Store points; those of the same id are replaced."""
        ...

    async def present(self, ids: Sequence[str]) -> set[str]:
        """Which of these point ids are there."""
        ...

    async def search(self, tenant: str, dense: Sequence[float], lexical: Sparse, *, limit: int) -> Found:
        """The `limit` best wordings by each ranking."""
        ...

    async def known(self, tenant: str, *, most: int) -> list[Known]:
        """The first `most` wordings of a tenant with their vectors; the order is the store's own."""
        ...

    async def learned(self, tenant: str) -> bytes | None:
        """What `learn` was given last."""
        ...

    async def learn(self, tenant: str, learned: bytes) -> None:
        """Keep what was learned of a tenant's wordings beside them."""
        ...

    async def sources(self, tenant: str) -> dict[str, set[str]]:
        """Item ids by the name of their source."""
        ...

    async def remove(self, tenant: str, items: Sequence[str]) -> None:
        """Take every point of these items out."""
        ...

    async def ping(self) -> None:
        """Prove that a search would work."""
        ...

    async def close(self) -> None:
        """Write what is pending, let go."""
        ...


def point_ids(item: Item, tenant: str) -> list[str]:
    """One for each face."""
    own = uuid.UUID(item.id_for(tenant))
    return [str(uuid.uuid5(own, str(number))) for number in range(len(item.faces))]


def payloads(item: Item, tenant: str) -> Iterator[dict[str, Any]]:
    """What is stored beside each face's vectors."""
    for face in item.faces:
        yield {
            "tenant": tenant,
            "item": item.id_for(tenant),
            "wording": face.text,
            "is_question": face.is_question,
            "text": item.text,
            "title": item.title,
            "source": item.source,
            "place": item.place,
            "version": item.version,
            "codes": list(item.codes),
            "is_faq": item.is_faq,
        }


def hit(payload: Mapping[str, Any] | None, score: float) -> Hit:
    """Read back what `payloads` wrote."""
    data = payload or {}
    return Hit(
        item=str(data["item"]),
        wording=str(data["wording"]),
        score=score,
        text=str(data["text"]),
        title=str(data["title"]),
        source=f"{data['source']}:{data['place']}",
        is_faq=bool(data["is_faq"]),
    )


def known(payload: Mapping[str, Any] | None, vectors: Any) -> Known:
    """Read back a stored wording."""
    data = payload or {}
    dense = np.array(vectors[DENSE], np.float32)
    return Known(str(data["item"]), str(data["wording"]), bool(data["is_question"]), dense)
