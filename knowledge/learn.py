"""What is learned of a tenant's knowledge when it is built, and kept beside it: what its wordings have in
common, and how a question that it can answer looks."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import msgspec
import numpy as np

from bot import codes
from knowledge import lexical
from knowledge.confidence import LEAST_OWN, Confidence, HeldOut
from knowledge.discern import Discernment
from knowledge.embed import Embedder
from knowledge.evidence import FEW, Evidence, Witnesses
from knowledge.frequencies import Frequencies
from knowledge.index import Found, Hit, Index, Known
from knowledge.likeness import Floats
from knowledge.strangers import Language, strangers

CANDIDATES: Final = 50
"""Wordings by each ranking; several of one entry may be among them."""
_FORMAT: Final = 3
_MOST: Final = 20_000
"""Wordings, by their vectors some 70 MB. Of larger knowledge these stand for all."""
_HELD_OUT: Final = 300
_PARTS: Final = 4
"""Of the wordings held out: each is judged by what the others taught. By what it taught itself it would look
more at home than a customer's question does."""
_DRAWN: Final = 1
"""Seed, so that the same are held out every time."""


class Learned(msgspec.Struct, frozen=True):
    """Of one tenant's knowledge."""

    format: int
    embedder: str
    frequencies: Frequencies
    discernment: Discernment | None
    """None where there is too little knowledge, or more than was looked at."""
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
    vectors = np.stack([one.dense for one in known])
    frequencies = await asyncio.to_thread(Frequencies.of, [one.wording for one in known])
    questions, foreign = await strangers(_language(known), embedder)
    discernment = await _discernment(known, vectors, foreign)
    witnesses = Witnesses(frequencies, discernment)
    strange = [
        await _heard(index, tenant, witnesses, question, vector)
        for question, vector in zip(questions, foreign, strict=True)
    ]
    own: list[HeldOut] = []
    for part in _parts(known):
        others = [row for row in range(len(known)) if row not in part]
        fewer = [known[row] for row in others]
        # Of more than is looked at nothing was taught, also where a part less would be just few enough.
        taught = await _discernment(fewer, vectors[others], foreign) if discernment else None
        judges = Witnesses(frequencies, taught)
        for row, one in part.items():
            evidence = await _heard(index, tenant, judges, one.wording, vectors[row], one)
            own.append(HeldOut(one.item, evidence))
    confidence = await asyncio.to_thread(
        Confidence.of, own, strange, wordings=len(known), texts=_texts(known)
    )
    looks = codes.looks({code for one in known for code in one.codes})
    return Learned(_FORMAT, embedder.name, frequencies, discernment, confidence, tuple(sorted(looks)))


async def _discernment(known: Sequence[Known], vectors: Floats, foreign: Floats) -> Discernment | None:
    if not FEW <= len(known) <= _MOST:
        return None
    return await asyncio.to_thread(Discernment.of, known, vectors, foreign)


async def _heard(
    index: Index, tenant: str, witnesses: Witnesses, question: str, vector: Floats, own: Known | None = None
) -> Evidence:
    found = await index.search(tenant, vector.tolist(), lexical.of_question(question), limit=CANDIDATES)
    return witnesses.hear(question, vector, _without(found, own) if own else found)


def _without(found: Found, own: Known) -> Found:
    def kept(hits: list[Hit]) -> list[Hit]:
        return [hit for hit in hits if (hit.item, hit.wording) != (own.item, own.wording)]

    return replace(found, dense=kept(found.dense), lexical=kept(found.lexical))


def _parts(known: Sequence[Known]) -> list[Mapping[int, Known]]:
    """Wordings to hold out, by their rows: of entries that can be found by another wording."""
    wordings = Counter(one.item for one in known if one.is_question)
    several = [(row, one) for row, one in enumerate(known) if one.is_question and wordings[one.item] > 1]
    if len(several) < LEAST_OWN:
        return []
    several.sort(key=lambda placed: (placed[1].item, placed[1].wording))  # the store has an order of its own
    drawn = sorted(random.Random(_DRAWN).sample(range(len(several)), min(_HELD_OUT, len(several))))
    held_out = [several[place] for place in drawn]  # an item's side by side, so each in another part
    return [part for start in range(_PARTS) if (part := dict(held_out[start::_PARTS]))]


def _texts(known: Sequence[Known]) -> float:
    """The share of items that have one."""
    told = {one.item for one in known if not one.is_question}
    return len(told) / len({one.item for one in known})


def _language(known: Sequence[Known]) -> Language:
    """Of most wordings."""
    wide = sum(any(character >= lexical.FIRST_WIDE for character in one.wording) for one in known)
    return "zh" if 2 * wide >= len(known) else "en"
