"""What is learned of a tenant's knowledge when it is built, and kept beside it: what its wordings have in
common, and how a question that it can answer looks."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import msgspec
import numpy as np

from bot import codes
from knowledge import lexical
from knowledge.confidence import Confidence, HeldOut
from knowledge.embed import Embedder
from knowledge.evidence import FEW, Evidence, Witnesses
from knowledge.frequencies import Frequencies
from knowledge.index import Found, Hit, Index, Known
from knowledge.likeness import Compare, Floats, Likeness
from knowledge.strangers import Language, strangers

CANDIDATES: Final = 50
"""Wordings by each ranking; several of one entry may be among them."""
_FORMAT: Final = 1
_MOST: Final = 20_000
"""Wordings, by their vectors some 70 MB. Of larger knowledge these stand for all."""
_HELD_OUT: Final = 300
_SEVERAL: Final = 2
_BY_LIKENESS: Final = 3.0
"""Beside what nearness in meaning and words in common weigh (`knowledge.evidence`)."""


class Learned(msgspec.Struct, frozen=True):
    """Of one tenant's knowledge."""

    format: int
    embedder: str
    frequencies: Frequencies
    likeness: Likeness | None
    """None where there is too little knowledge, or more than was looked at."""
    trust: float
    """How much a unit of likeness weighs."""
    confidence: Confidence
    codes: tuple[str, ...] = ()
    """How its product codes look (`bot.codes`)."""

    def encoded(self) -> bytes:
        """To be kept."""
        return msgspec.msgpack.encode(self)


def decoded(content: bytes | None, embedder: str) -> Learned | None:
    """None when it was written by another version, or for another embedding model."""
    try:
        learned = msgspec.msgpack.decode(content or b"", type=Learned)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None
    return learned if (learned.format, learned.embedder) == (_FORMAT, embedder) else None


async def learn(index: Index, embedder: Embedder, tenant: str) -> Learned | None:
    """None when there is nothing to learn from. Raises Unavailable."""
    known = await index.known(tenant, most=_MOST + 1)
    if not known:
        return None
    is_alike = FEW <= len(known) <= _MOST
    vectors = np.stack([one.dense for one in known])
    frequencies = await asyncio.to_thread(Frequencies.of, [one.wording for one in known])
    likeness = await asyncio.to_thread(_likeness, known, vectors) if is_alike else None
    questions, foreign = await strangers(_language(known), embedder)
    trust = await asyncio.to_thread(_trust, known, likeness, foreign) if likeness else 0.0
    witnesses = Witnesses(frequencies, likeness, trust)
    strange = [
        await _heard(index, tenant, witnesses, question, vector)
        for question, vector in zip(questions, foreign, strict=True)
    ]
    own = [
        HeldOut(one.item, await _heard(index, tenant, witnesses, one.wording, vectors[place], one))
        for place, one in _held_out(known)
    ]
    confidence = await asyncio.to_thread(Confidence.of, own, strange, wordings=len(known))
    looks = codes.looks({code for one in known for code in one.codes})
    return Learned(_FORMAT, embedder.name, frequencies, likeness, trust, confidence, tuple(sorted(looks)))


async def _heard(
    index: Index, tenant: str, witnesses: Witnesses, question: str, vector: Floats, own: Known | None = None
) -> Evidence:
    found = await index.search(tenant, vector.tolist(), lexical.of_question(question), limit=CANDIDATES)
    if own is None:
        return witnesses.hear(question, vector, found)
    return witnesses.hear(question, vector, _without(found, own), own.item)


def _without(found: Found, own: Known) -> Found:
    def kept(hits: list[Hit]) -> list[Hit]:
        return [hit for hit in hits if (hit.item, hit.wording) != (own.item, own.wording)]

    return replace(found, dense=kept(found.dense), lexical=kept(found.lexical))


def _likeness(known: Sequence[Known], vectors: Floats) -> Likeness:
    """Of questions. An entry with one alone is told by its answer, too; a piece of a document by itself."""
    asked = Counter(one.item for one in known if one.is_question)
    rows = [row for row, one in enumerate(known) if one.is_question or asked[one.item] < _SEVERAL]
    places = {item: place for place, item in enumerate(dict.fromkeys(known[row].item for row in rows))}
    owners = np.array([places[known[row].item] for row in rows])
    return Likeness.of(vectors[rows], owners, list(places))


def _trust(known: Sequence[Known], likeness: Likeness, foreign: Floats) -> float:
    """The fewer entries have a second wording, the less could be learned. How far foreign questions spread is
    the measure of likeness itself."""
    asked = [one.item for one in known if one.is_question]
    several = 1 - len(set(asked)) / len(asked) if asked else 0.0
    return _BY_LIKENESS * several / Compare(likeness).spread(foreign)


def _held_out(known: Sequence[Known]) -> list[tuple[int, Known]]:
    """Of entries that can be found by another of their wordings; the same ones every time."""
    wordings = Counter(one.item for one in known if one.is_question)
    several = [(place, one) for place, one in enumerate(known) if one.is_question and wordings[one.item] > 1]
    several.sort(key=lambda placed: (placed[1].item, placed[1].wording))  # the store has an order of its own
    return random.Random(_FORMAT).sample(several, min(_HELD_OUT, len(several)))


def _language(known: Sequence[Known]) -> Language:
    """Of most wordings."""
    wide = sum(any(character >= lexical.FIRST_WIDE for character in one.wording) for one in known)
    return "zh" if 2 * wide >= len(known) else "en"
