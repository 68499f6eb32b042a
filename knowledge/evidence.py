"""What speaks for each entry that a search brought up, on one scale; and for there being an entry at all.

Three witnesses: nearness in meaning and words in common, each of all of an entry's wordings that were found,
and what this tenant's wordings taught (`knowledge.discern`). Added up they are the logarithm of how much
likelier one entry is than another, up to what is the same for all of them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from knowledge.discern import Discern, Discernment, Heard
from knowledge.frequencies import Frequencies, Weights
from knowledge.index import Found, Hit
from knowledge.likeness import Floats
from knowledge.opposites import Turned

FEW: Final = 20
"""Wordings. Of fewer, what they have in common can't be learned, and the engine's counts of words, which are
of all tenants that share it, tell nothing."""
_COSINE_UNIT: Final = 0.06
_SHARE_UNIT: Final = 0.1
_BY_WORDS: Final = 0.7
_TURNED_COSTS: Final = 1.0
"""Weights that fitted six public question sets about alike; no set has its own."""


_Face = tuple[Hit, float, float]
"""With its cosine, and the share of the question's words that it holds."""


class Candidate(NamedTuple):
    """An entry that may be the answer, by its best wording."""

    hit: Hit
    cosine: float
    words: float
    """The share of the question's words that the wording holds, each by its worth (BM25)."""
    likeness: float
    weight: float
    """All witnesses together."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """All candidates, best first, and what is known of the question itself."""

    candidates: list[Candidate]
    strange: float
    """The share of its words, by their worth, that the tenant's knowledge does not have."""
    terms: int

    def shares(self, sharpness: float = 1.0, *, limit: int | None = None) -> list[float]:
        """How the best candidates divide what is certain among them: a softmax."""
        best = self.candidates[:limit]
        each = [math.exp(sharpness * (candidate.weight - best[0].weight)) for candidate in best]
        whole = sum(each)
        return [one / whole for one in each]


class Witnesses:
    """What was learned of one tenant's wordings, at work."""

    def __init__(self, frequencies: Frequencies, discernment: Discernment | None) -> None:
        self._worth = Weights(frequencies)
        self._has_few = frequencies.texts < FEW
        self._discern = Discern(discernment) if discernment else None

    def hear(self, question: str, vector: Floats, found: Found) -> Evidence:
        """What speaks for all that was found."""
        most, strange, terms = self._worth.of_question(question)
        nearer = self._discern.nearer(vector) if self._discern else 0.0
        each = _by_item(found, self._words(question, found, most), nearer)
        heard = self._discerned(vector, each)
        turned = Turned(question)
        candidates = [
            _candidate(faces, turned, likeness, weight)
            for faces, likeness, weight in zip(each.values(), heard.likeness, heard.weights, strict=True)
        ]
        candidates.sort(key=_weight, reverse=True)
        return Evidence(candidates, strange, terms)

    def _words(self, question: str, found: Found, most: float) -> dict[tuple[str, str], float]:
        """The share of the question's words that each wording holds."""
        if self._has_few:
            hits = (*found.dense, *found.lexical)
            shares = self._worth.shares(question, [hit.wording for hit in hits])
            return {(hit.item, hit.wording): share for hit, share in zip(hits, shares, strict=True)}
        return {(hit.item, hit.wording): hit.score / most for hit in found.lexical} if most else {}

    def _discerned(self, vector: Floats, each: Mapping[str, list[_Face]]) -> Heard:
        if self._discern is None or not each:
            return Heard([0.0] * len(each), [0.0] * len(each))
        is_piece = [not faces[0][0].is_faq for faces in each.values()] if self._discern.has_pieces else ()
        return self._discern.hear(vector, list(each), is_piece)


def _candidate(faces: list[_Face], turned: Turned, likeness: float, weight: float) -> Candidate:
    hit, cosine, words = max(faces, key=_nearness) if len(faces) > 1 else faces[0]
    weight += _together(faces)
    if turned.has(hit.wording):
        weight -= _TURNED_COSTS
    if len(faces) > 1:
        cosine, words = max(face[1] for face in faces), max(face[2] for face in faces)
    return Candidate(hit, cosine, words, likeness, weight)


def _by_item(found: Found, words: dict[tuple[str, str], float], nearer: float) -> dict[str, list[_Face]]:
    """Every face once. One found by its words alone is at most as near in meaning as the last one found by
    that; one found by its meaning alone is taken to have no words in common. `nearer`: what pieces lack."""
    floor = found.dense[-1].score if found.dense else 0.0
    each: defaultdict[str, list[_Face]] = defaultdict(list)
    for hit in found.dense:
        cosine = hit.score if hit.is_faq else hit.score + nearer
        each[hit.item].append((hit, cosine, words.pop((hit.item, hit.wording), 0.0)))
    for hit in found.lexical:
        share = words.pop((hit.item, hit.wording), None)
        if share is not None:
            each[hit.item].append((hit, floor, share))
    return each


def _together(faces: list[_Face]) -> float:
    """By meaning and by words, each the logarithm of a sum: the best counts most, several near ones more."""
    if len(faces) == 1:
        ((_, cosine, share),) = faces
        return cosine / _COSINE_UNIT + _BY_WORDS * share / _SHARE_UNIT
    near = max(face[1] for face in faces)
    spread = sum(math.exp((face[1] - near) / _COSINE_UNIT) for face in faces)
    held = sum(math.expm1(face[2] / _SHARE_UNIT) for face in faces if face[2])
    return near / _COSINE_UNIT + math.log(spread) + _BY_WORDS * math.log1p(held)


def _nearness(face: _Face) -> float:
    return face[1] + face[2]


def _weight(candidate: Candidate) -> float:
    return candidate.weight
