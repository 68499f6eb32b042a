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


async def points(embedder: Embedder, tenant: str, items: Sequence[Item]) -> list[Point]:
    """One for each face. Raises Unavailable."""
    faces = [face for item in items for face in item.faces]
    ids = [own_id for item in items for own_id in point_ids(item, tenant)]
    stored = [payload for item in items for payload in payloads(item, tenant)]
    return [
        Point(own_id, vector.tolist(), _words(face), payload)
        for own_id, face, vector, payload in zip(
            ids, faces, await _embed(embedder, faces), stored, strict=True
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
    """Questions and passages each in one batch, and what several items say once."""
    vectors: dict[Face, Vectors] = {}
    for embed, batch in (
        (embedder.questions, list(dict.fromkeys(face for face in faces if face.is_question))),
        (embedder.passages, list(dict.fromkeys(face for face in faces if not face.is_question))),
    ):
        if batch:
            made = await embed([simplified(face.text) for face in batch])
            vectors.update(zip(batch, made, strict=True))
    return [vectors[face] for face in faces]


def _words(face: Face) -> lexical.Sparse:
    usual = lexical.QUESTION_TERMS if face.is_question else lexical.PASSAGE_TERMS
    return lexical.of_text(simplified(face.text), usual=usual)
