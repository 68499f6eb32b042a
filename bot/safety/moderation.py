"""A judge of texts, asked on the sides that the settings name; and what happens while it is away."""

from __future__ import annotations

import structlog

from bot.errors import Refused, Unavailable
from bot.ports import Moderator
from bot.settings import ModerationSettings
from bot.settings.fields import Side

log = structlog.get_logger()

FLAGGED, AWAY = "moderation", "moderation_away"


class Moderation:
    """Asks the moderation server."""

    def __init__(self, moderator: Moderator, settings: ModerationSettings) -> None:
        self._moderator = moderator
        self._settings = settings

    def is_on(self, side: Side) -> bool:
        """Whether it is asked there."""
        return side in self._settings.on

    async def why_not(self, text: str, side: Side) -> str:
        """FLAGGED, AWAY, or empty: it may pass. Never raises."""
        if not self.is_on(side) or not text:
            return ""
        try:
            flags = await self._moderator.flags(text)
        except (Unavailable, Refused) as error:
            log.warning("moderation_away", side=side, reason=str(error), then=self._settings.when_away)
            return AWAY if self._settings.when_away == "withhold" else ""
        if flags:
            log.info("moderation_flagged", side=side, flags=flags)
        return FLAGGED if flags else ""
