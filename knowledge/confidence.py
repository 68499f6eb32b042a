"""How sure it is that the knowledge holds an answer: a probability, fitted to each tenant's own knowledge.

No threshold of a cosine transfers from one shop's knowledge to another's. What does is how far a question
stands out from questions of another world (`knowledge/foreign`), which are put to each tenant's knowledge
when it is learned. Where its entries have several wordings, each held out once shows how a question looks
that belongs; they draw the weights from those that fitted public question sets.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import msgspec
import numpy as np

from knowledge import logistic
from knowledge.evidence import Evidence

LITTLE: Final = (0.0, 0.91, 0.29, -0.34, -1.17, -0.63, -0.41)
"""Weights of the signs below where there is hardly any knowledge: words that it does not have are no wonder
then. Of small shops of thirteen trades, which we wrote (`tests/evals/prior.py`); a third of their questions
are taken to be about what they know."""
MUCH: Final = (0.42, 0.48, 3.45, 0.75, -3.28, 0.24, -3.35)
"""Those of a thousand wordings and more, of all public sets together."""
_ONE_IN_THREE: Final = math.log(2)
"""Questions that are foreign, where nothing is known of it; the weights took half of them to be."""
_OF_TEXTS: Final = 0.8
"""Added where there is much, and found by texts: there a question's words stand among many others. A public
set of passages answers 95 of 100 with it in place of 90, the sample shop written as one document 57 in place
of 50, and with one wording an entry 46 in place of 38; what is foreign they refuse nearly as before."""
_HALFWAY: Final = 100.0
"""Wordings; between little and much."""
_HOLD: Final = 50.0
"""Weights: a manager's wordings are not quite what customers write."""
_HOLD_SHARPNESS: Final = 10.0
_OWN_COUNT: Final = 500.0
_FOREIGN_COUNT: Final = 500.0
LEAST_OWN: Final = 30
"""Held-out wordings; fewer say nothing."""
_LEAST_FOREIGN: Final = 20
_AT_HOME: Final = 0.1
"""Of an entry's own wordings, so many are farther from it."""
_TENTH: Final = 1.2816
"""Of a normal distribution, a tenth is so many spreads below its middle."""
_FARTHEST: Final = 8.0
_UNSEEN: Final = 1.25
"""Sharpness where no wordings could be held out."""
_SHARPNESSES: Final = tuple(0.9**step for step in range(-4, 20))


class Scale(msgspec.Struct, frozen=True):
    """What is usual among foreign questions, and how far they lie from it."""

    usual: float
    spread: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """By the lower half of them: some of those questions may be none too foreign."""
        lower, middle = np.quantile(values, (0.1, 0.5))
        return cls(float(middle), max(float(middle - lower) / _TENTH, 1e-3))

    def place(self, value: float) -> float:
        """In spreads above what is usual."""
        return min(max((value - self.usual) / self.spread, -_FARTHEST), _FARTHEST)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What was found for a wording without itself, and the item it belongs to."""

    item: str
    evidence: Evidence


class Confidence(msgspec.Struct, frozen=True):
    """Of one tenant's knowledge."""

    likeness: Scale
    cosine: Scale
    weights: tuple[float, ...] = MUCH
    sharpness: float = 1.0
    """How far the candidates' weights are to be believed."""

    @classmethod
    def of(
        cls, held_out: Sequence[HeldOut], foreign: Sequence[Evidence], *, wordings: int, texts: float = 0.0
    ) -> Self:
        """From wordings held out, and from foreign questions. `wordings`: how many are known; `texts`: the
        share of items that have a text to be found by, as an answer or a piece of a document."""
        own = [one.evidence for one in held_out if one.evidence.candidates]
        foreign = _foreign([evidence for evidence in foreign if evidence.candidates], own)
        likeness = Scale.of([evidence.candidates[0].likeness for evidence in foreign] or [0.0])
        cosine = Scale.of([evidence.candidates[0].cosine for evidence in foreign] or [0.0])
        weights = before(wordings, texts)
        plain = cls(likeness, cosine, weights, _UNSEEN)
        if len(own) < LEAST_OWN or not foreign:
            return plain
        signs = np.array([plain.signs(evidence) for evidence in (*own, *foreign)])
        yes = np.array([1.0] * len(own) + [0.0] * len(foreign))
        counts = np.where(yes > 0, _OWN_COUNT / len(own), _FOREIGN_COUNT / len(foreign))
        fitted = logistic.fit(signs, yes, counts, np.array(MUCH), hold=_HOLD)
        return cls(likeness, cosine, tuple(fitted.tolist()), _sharpness(held_out))

    def signs(self, evidence: Evidence) -> tuple[float, ...]:
        """What speaks for and against, of the best candidate."""
        best = evidence.candidates[0]
        return (
            self.likeness.place(best.likeness),
            self.cosine.place(best.cosine),
            best.words,
            evidence.shares()[0],
            evidence.strange,
            math.log1p(evidence.terms),
            1.0,
        )

    def known(self, evidence: Evidence) -> float:
        """The probability that the knowledge holds an answer."""
        if not evidence.candidates:
            return 0.0
        return logistic.probability(self.weights, self.signs(evidence))

    def scores(self, evidence: Evidence, *, limit: int) -> list[float]:
        """The probability that each of the best candidates is the answer; all together, that any is."""
        known = self.known(evidence)
        return [known * share for share in evidence.shares(self.sharpness, limit=limit)]


def before(wordings: int, texts: float = 0.0) -> tuple[float, ...]:
    """The weights where no wordings could be held out, by how many there are, and of what."""
    much = wordings / (wordings + _HALFWAY)
    mixed = [(1 - much) * little + much * more for little, more in zip(LITTLE, MUCH, strict=True)]
    return (*mixed[:-1], mixed[-1] + much * (_ONE_IN_THREE + texts * _OF_TEXTS))


def _foreign(foreign: Sequence[Evidence], own: Sequence[Evidence]) -> list[Evidence]:
    """A bot that knows the weather is at home with some of those questions: not those that lie as near to its
    entries as wordings of theirs do."""
    farthest_first = sorted(foreign, key=lambda evidence: evidence.candidates[0].cosine)
    if len(own) < LEAST_OWN:
        return farthest_first
    near = float(np.quantile([evidence.candidates[0].cosine for evidence in own], _AT_HOME))
    kept = [evidence for evidence in farthest_first if evidence.candidates[0].cosine < near]
    return kept if len(kept) >= _LEAST_FOREIGN else farthest_first[:_LEAST_FOREIGN]


def _sharpness(held_out: Sequence[HeldOut]) -> float:
    """The likeliest, near 1 where they don't tell."""
    return max(_SHARPNESSES, key=lambda sharpness: _likely(held_out, sharpness))


def _likely(held_out: Sequence[HeldOut], sharpness: float) -> float:
    total = -_HOLD_SHARPNESS * math.log(sharpness) ** 2
    for one in held_out:
        items = [candidate.hit.item for candidate in one.evidence.candidates]
        if one.item in items:
            total += math.log(max(one.evidence.shares(sharpness)[items.index(one.item)], 1e-9))
    return total
