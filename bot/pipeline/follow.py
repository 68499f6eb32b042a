"""Is this still the same conversation, and what does it have in mind?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.pipeline.slots import carried, heard
from bot.settings import TenantSettings
from bot.types import Said, Turn, changed


class Follow:
    """Leaves out what was said before a long silence, and puts into the turn what is kept in mind."""

    name = "follow"

    def __init__(self, tenants: Mapping[str, TenantSettings]) -> None:
        self._tenants = tenants

    async def __call__(self, turn: Turn) -> Turn:
        """The first step that sees the customer's words as they will be read."""
        minutes = self._tenants[turn.conversation.tenant].limits.conversation_minutes
        history = since_silence(turn.history, turn.messages[0].sent_at, minutes * 60)
        return changed(turn, history=history, slots=heard(carried(history), turn.question, history))


def since_silence(history: Sequence[Said], now: float, silence_s: float) -> tuple[Said, ...]:
    """The lines behind the last silence of so many seconds; 0: no silence ends a conversation."""
    if not silence_s:
        return tuple(history)
    begins = len(history)
    while begins and now - history[begins - 1].at < silence_s:
        begins -= 1
        now = history[begins].at
    return tuple(history[begins:])
