"""The port to a vector store, and what goes in and comes out.

One point for each face of an item: an entry with four wordings can be found by any of them and by its answer.
A point stands on shelves (`knowledge.shelves`), and a search looks along one.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from knowledge.documents import Item
from knowledge.lexical import Sparse
from knowledge.scope import ALWAYS, Scope
from knowledge.shelves import Head, staging

DENSE = "dense"
LEXICAL = "lexical"
OF_HITS = [
    *("item", "wording", "text", "title", "source", "place", "is_faq"),
    *("codes", "since", "until", "audience"),
]
_HEADS: Final = uuid.UUID("5a1f2f0c-7f0f-4a3b-9a53-3a1c7d1f4c10")


@dataclass(frozen=True, slots=True)
class Point:
    """A face with its vectors."""

    id: str
    dense: list[float]
    lexical: Sparse
    payload: dict[str, Any]


class Hit(msgspec.Struct, frozen=True):
    """A face that was found. A search makes a hundred: a dataclass would take 0.2 ms for them."""

    item: str
    wording: str
    score: float
    """Cosine in the dense ranking, BM25 in the lexical one."""
    text: str
    title: str
    source: str
    is_faq: bool
    codes: tuple[str, ...] = ()
    scope: Scope = ALWAYS


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
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Where:
    """Which points are meant: those that meet all that is given."""

    shelf: str = ""
    but_not: str = ""
    """A shelf that they do not stand on."""
    items: Sequence[str] | None = None
    source: str = ""
    channel: str | None = None
    """Whose customers may be told of them; None: it makes no difference."""


class Index(Protocol):
    """A store of points on shelves, and of each tenant's head. Raises Unavailable throughout."""

    async def insert(self, points: Sequence[Point]) -> None:
        """Store points; one whose id is there already stays as it is."""
        ...

    async def present(self, ids: Sequence[str]) -> set[str]:
        """Which of these point ids are there, on any shelf."""
        ...

    async def place(self, where: Where, shelves: Sequence[str]) -> None:
        """Have points stand on these shelves and no other."""
        ...

    async def remove(self, where: Where) -> None:
        """Take points out."""
        ...

    async def search(
        self, shelf: str, dense: Sequence[float], lexical: Sparse, *, limit: int, channel: str | None = None
    ) -> Found:
        """The `limit` best wordings by each ranking, of those that a channel's customers may be told of.

        Without a vector it is by words alone.
        """
        ...

    async def known(self, shelf: str, *, most: int) -> list[Known]:
        """The first `most` wordings on a shelf with their vectors; the order is the store's own."""
        ...

    async def learned(self, shelf: str) -> bytes | None:
        """What `learn` was given last."""
        ...

    async def learn(self, shelf: str, learned: bytes) -> None:
        """Keep what was learned of a shelf's wordings beside them."""
        ...

    async def sources(self, shelf: str) -> dict[str, set[str]]:
        """Item ids by the name of their source."""
        ...

    def pages(self, shelf: str) -> AsyncIterator[list[Point]]:
        """All points on a shelf as they were stored, some at once."""
        ...

    async def tenants(self) -> list[str]:
        """Who has a head."""
        ...

    async def before(self) -> Index | None:
        """The current index where that is another embedding model's."""
        ...

    async def succeed(self) -> None:
        """Be the current index from now on; the one before is kept, and no other."""
        ...

    async def head(self, tenant: str) -> Head:
        """Which of the tenant's shelves is the current one."""
        ...

    async def replace_head(self, tenant: str, head: Head) -> bool:
        """All at once, and only what has the revision before; else False."""
        ...

    async def tidy(self) -> None:
        """Give back the room that removed points take, where that is worth it."""
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
            "shelf": [staging(tenant)],
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
            "since": item.scope.since,
            "until": item.scope.until,
            "audience": list(item.scope.audience),
            "is_faq": item.is_faq,
        }


def head_id(tenant: str) -> str:
    """Of the point without vectors, which no search finds, that a tenant's head is kept in."""
    return str(uuid.uuid5(_HEADS, tenant))


def head_payload(tenant: str, head: Head) -> dict[str, Any]:
    """What that point holds."""
    return {"head_of": tenant, "revision": head.revision, "head": msgspec.to_builtins(head)}


def hit(payload: Mapping[str, Any] | None, score: float) -> Hit:
    """Read back what `payloads` wrote."""
    data = payload or {}
    source = f"{data['source']}:{data['place']}"
    return Hit(
        data["item"],
        data["wording"],
        score,
        data["text"],
        data["title"],
        source,
        data["is_faq"],
        tuple(data.get("codes", ())),
        _scope(data),
    )


def _scope(data: Mapping[str, Any]) -> Scope:
    since, until, audience = data.get("since", ""), data.get("until", ""), data.get("audience", ())
    return Scope(since, until, tuple(audience)) if since or until or audience else ALWAYS


def ranked(rankings: Mapping[str, Iterable[Any]]) -> Found:
    """What came of each ranking that was asked for."""
    dense, lexical = (
        [hit(point.payload, point.score) for point in rankings.get(using, ())] for using in (DENSE, LEXICAL)
    )
    return Found(dense, lexical)


def known(payload: Mapping[str, Any] | None, vectors: Any) -> Known:
    """Read back a stored wording."""
    data = payload or {}
    dense = np.array(vectors[DENSE], np.float32)
    codes = tuple(data.get("codes", ()))
    return Known(str(data["item"]), str(data["wording"]), bool(data["is_question"]), dense, codes)
