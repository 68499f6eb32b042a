"""All that a text claims, by kind."""

from __future__ import annotations

from collections.abc import Iterator

from bot.grounding import idioms, moments, references
from bot.grounding.claim import Claim
from bot.grounding.names import names
from bot.grounding.quantities import amounts


def claims(text: str) -> Iterator[Claim]:
    """Of a `plain` text; promises are `bot.grounding.promises`'."""
    yield from references.references(text)
    text = idioms.without(references.without(text))
    yield from names(text)
    yield from moments.moments(text)
    yield from amounts(moments.without(text))
