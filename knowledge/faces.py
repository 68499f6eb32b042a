"""Points of items: their faces, embedded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from knowledge import lexical
from knowledge.documents import Face, Item
from knowledge.embed import Embedder, Vectors
from knowledge.index import Point, payloads, point_ids
from knowledge.normal import simplified
from knowledge.shelves import staging


async def points(embedder: Embedder, tenant: str, item: Item) -> list[Point]:
    """One for each face. Raises Unavailable."""
    return [
        Point(own_id, vector.tolist(), _words(face), payload)
        for own_id, face, vector, payload in zip(
            point_ids(item, tenant),
            item.faces,
            await _embed(embedder, item.faces),
            payloads(item, tenant),
            strict=True,
        )
    ]


async def again(embedder: Embedder, tenant: str, old: Sequence[Point]) -> list[Point]:
    """The same for another embedding model, and of no version yet. Raises Unavailable."""
    faces = [Face(point.payload["wording"], point.payload["is_question"]) for point in old]
    return [
        replace(point, dense=vector.tolist(), payload={**point.payload, "shelf": [staging(tenant)]})
        for point, vector in zip(old, await _embed(embedder, faces), strict=True)
    ]


async def _embed(embedder: Embedder, faces: Sequence[Face]) -> list[Vectors]:
    """Questions and passages each in one batch."""
    vectors: dict[Face, Vectors] = {}
    for embed, batch in (
        (embedder.questions, [face for face in faces if face.is_question]),
        (embedder.passages, [face for face in faces if not face.is_question]),
    ):
        if batch:
            made = await embed([simplified(face.text) for face in batch])
            vectors.update(zip(batch, made, strict=True))
    return [vectors[face] for face in faces]


def _words(face: Face) -> lexical.Sparse:
    usual = lexical.QUESTION_TERMS if face.is_question else lexical.PASSAGE_TERMS
    return lexical.of_text(simplified(face.text), usual=usual)
