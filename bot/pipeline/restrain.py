"""Does one customer ask more than a shop answers?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot import wording
from bot.pipeline.clauses import clauses
from bot.pipeline.wants_person import wants_person
from bot.ports import Clock, Rates
from bot.settings import TenantSettings
from bot.types import Outcome, Rate, Turn

_MINUTE_S: Final = 60.0
_HOUR_S: Final = 3600.0
_TOLD_ONCE: Final = (1, 600.0)
"""A spell: who goes on and on hears it again only after so many seconds."""


class Restrain:
    """Ends a turn that is one too many: with a courteous line, once a spell, and then in silence.

    Nobody is kept from a person. Where each message shows as open until it has a reply, it gets the line.
    """

    name = "restrain"

    def __init__(self, tenants: Mapping[str, TenantSettings], rates: Rates, clock: Clock) -> None:
        self._tenants = tenants
        self._rates = rates
        self._clock = clock

    async def __call__(self, turn: Turn) -> Turn:
        """Who was quiet for a minute costs nothing, and counts for nothing; nothing is counted twice.

        Raises Unavailable.
        """
        again = turn.attempts or turn.anew or turn.parked
        if again or not self._follows_another(turn) or await self._has_room(turn):
            return turn
        if wants_person(clauses(*(message.text for message in turn.messages))):
            return turn
        tell = turn.messages[0].address.own or await self._spare(turn, "told", *_TOLD_ONCE)
        return turn.finish(wording.TOO_OFTEN if tell else "", Outcome.LIMITED)

    def _follows_another(self, turn: Turn) -> bool:
        return bool(turn.history) and self._clock() - turn.history[-1].at < _MINUTE_S

    async def _has_room(self, turn: Turn) -> bool:
        limits = self._tenants[turn.conversation.tenant].limits
        return await self._spare(turn, "minute", limits.turns_per_minute, _MINUTE_S) and await self._spare(
            turn, "hour", limits.turns_per_hour, _HOUR_S
        )

    async def _spare(self, turn: Turn, what: str, most: int, per_s: float) -> bool:
        """In a group each has their own; 0: no limit."""
        name = f"{what}:{turn.conversation}:{turn.messages[0].sender}"
        return most == 0 or await self._rates.spare(Rate(name, most, per_s)) == 0
