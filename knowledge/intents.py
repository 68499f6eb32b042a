"""What customers are up to, learned from examples that we wrote and from those of a shop.

`python -m knowledge.intents` makes anew what the bundled model makes of ours, which is kept beside them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from bot.settings import TenantSettings
from bot.types import Guess, Intent
from knowledge import kept
from knowledge.embed import BundledEmbedder, Embedder, Vectors
from knowledge.normal import simplified
from knowledge.softmax import Softmax

_FOLDER: Final = Path(__file__).parent / "intent_examples"
_VECTORS: Final = _FOLDER / "vectors.npz"


class LearnedIntents:
    """`bot.ports.Intents`: a softmax on the embedding that the search makes anyway."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._ours: Softmax | None = None
        self._of_tenants: Mapping[str, Softmax] = {}
        self._later: Sequence[TenantSettings] = ()

    def learn_when_asked(self, tenants: Sequence[TenantSettings]) -> None:
        """At the first guess, which then takes a second: for a command that may ask nothing."""
        self._later = tenants

    async def learn(self, tenants: Sequence[TenantSettings]) -> None:
        """From our examples, and with each tenant's own. Raises Unavailable."""
        labels, texts = examples()
        vectors = await kept.vectors(_VECTORS, texts, self._embedder)
        self._ours = await asyncio.to_thread(Softmax.fit, vectors, labels)
        self._of_tenants = {
            tenant.name: await self._with_own(tenant, labels, vectors)
            for tenant in tenants
            if any(own.examples for own in tenant.intents)
        }

    async def guess(self, tenant: str, text: str) -> Guess | None:
        """The likeliest; None while nothing was learned yet. Raises Unavailable."""
        if self._later:
            tenants, self._later = self._later, ()
            await self.learn(tenants)
        learned = self._of_tenants.get(tenant, self._ours)
        if learned is None:
            return None
        (vector,) = await self._embedder.questions([simplified(text)])
        each = learned.probabilities(vector)
        likeliest = max(each, key=lambda label: each[label])
        return Guess(likeliest, each[likeliest])

    async def _with_own(self, tenant: TenantSettings, labels: Sequence[str], vectors: Vectors) -> Softmax:
        own = [(intent.name, simplified(text)) for intent in tenant.intents for text in intent.examples]
        more = await kept.embedded([text for _, text in own], self._embedder)
        return await asyncio.to_thread(_fit, vectors, more, [*labels, *(label for label, _ in own)])


def _fit(ours: Vectors, own: Vectors, labels: Sequence[str]) -> Softmax:
    return Softmax.fit(np.vstack([ours, own]), labels)


def examples() -> tuple[list[str], list[str]]:
    """Ours: labels, and what is said; a file an intent."""
    lines = [(intent, line) for intent in Intent for line in _lines(intent)]
    return [intent.value for intent, _ in lines], [simplified(line) for _, line in lines]


def _lines(intent: Intent) -> list[str]:
    return (_FOLDER / f"{intent.value}.txt").read_text(encoding="utf-8").splitlines()


async def _keep() -> None:
    embedder = BundledEmbedder()
    await kept.keep(_VECTORS, examples()[1], embedder)
    await embedder.close()


if __name__ == "__main__":
    asyncio.run(_keep())
