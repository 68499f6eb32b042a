"""What customers are up to, as far as their words tell."""

from __future__ import annotations

from typing import Protocol

from bot.types import Guess


class Intents(Protocol):
    """A classifier. Fails open: without it, rules decide."""

    async def guess(self, tenant: str, text: str) -> Guess | None:
        """The likeliest; None while nothing was learned yet. Raises Unavailable."""
        ...
