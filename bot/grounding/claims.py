"""All that a text claims, by kind."""

from __future__ import annotations

from collections.abc import Iterator

from bot.grounding import idioms, moments, places, references
from bot.grounding.claim import Claim
from bot.grounding.names import names
from bot.grounding.quantities import amounts


def claims(text: str) -> Iterator[Claim]:
    """Of a `plain` text; promises are `bot.grounding.promises`'."""
    if found := list(references.references(text)):
        yield from found
        text = references.without(text)
    text = idioms.without(text)
    yield from names(text)
    yield from places.named(text)
    if found := list(moments.moments(text)):
        yield from found
        text = moments.without(text)
    yield from amounts(text)
