"""Which embedding model the settings mean."""

from __future__ import annotations

from typing import Final

from bot.breaker import Breaker
from bot.settings import Settings
from knowledge.embed import BundledEmbedder, Embedder
from knowledge.embed_lately import Lately
from knowledge.embed_together import Together

_BUNDLED_MOST: Final = 8
"""Measured on one thread: 22 ms for one text, 17 ms for each of eight, and no less for each of 64."""
_REMOTE_AT_ONCE: Final = 4
"""Batches that a server embeds side by side, or lines up."""


def open_embedder(settings: Settings) -> tuple[Embedder, dict[str, Breaker]]:
    """The configured one; the bundled one when none is. With the breaker of its server."""
    if not settings.embedding.base_url:
        return _together_bundled(), {}
    from knowledge.embed_remote import OpenAIEmbedder  # its client takes half a second to load

    remote = OpenAIEmbedder(settings.embedding)
    return Together(remote, at_once=_REMOTE_AT_ONCE), {"embedding": remote.breaker}


def bundled(name: str) -> Embedder | None:
    """Of the models before, the one that needs no server: where another was is not known any more."""
    return Lately(_together_bundled()) if name == BundledEmbedder.name else None


def _together_bundled() -> Embedder:
    return Together(BundledEmbedder(), at_once=1, most=_BUNDLED_MOST)
