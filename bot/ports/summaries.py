"""What was said first in a long conversation, in few words."""

from __future__ import annotations

from typing import Protocol

from bot.types import Conversation, Summary


class Summaries(Protocol):
    """One for each conversation. Raises Unavailable throughout."""

    async def of(self, conversation: Conversation) -> Summary | None:
        """None: there is none, or it is forgotten."""
        ...

    async def begin(self, conversation: Conversation, *, seconds: float) -> bool:
        """Whether the caller is to make one; False: somebody else began to, less than so long ago."""
        ...

    async def keep(self, conversation: Conversation, summary: Summary) -> bool:
        """In place of one that reaches less far. False: that one reaches further, or nobody said anything."""
        ...
