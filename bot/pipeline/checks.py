"""What no answer may hold, whatever a customer, a document or a shop's server had the model say."""

from __future__ import annotations

from collections.abc import Collection

from bot.pipeline.words import BlockedWords
from bot.safety.instructions import Instructions
from bot.safety.links import Links
from bot.safety.readings import readings
from bot.settings import TenantSettings
from bot.types import Turn


class Checks:
    """Of one tenant's answers."""

    def __init__(self, tenant: TenantSettings, secrets: Collection[str] = ()) -> None:
        self._instructions = Instructions(tenant)
        self._links = Links(tenant)
        self._secrets = BlockedWords(secrets)

    def why_not(self, text: str, turn: Turn) -> str:
        """A word for the log and the counter; empty: it may be said."""
        read = readings(text)
        if any(map(self._secrets.are_read, read)):
            return "secret"
        evidence = _evidence(turn)
        if self._links.strange_in(text, evidence):
            return "link"
        return "prompt" if self._instructions.are_in(read, evidence) else ""

    def may_be_seen(self, text: str, turn: Turn) -> bool:
        """As `why_not`, of an answer whose end is still to come: it may be a secret's beginning."""
        return not self._secrets.may_span(text, len(text)) and not self.why_not(text, turn)


def _evidence(turn: Turn) -> tuple[str, ...]:
    passages = (text for passage in turn.passages for text in (passage.title, passage.text))
    uses = (text for use in turn.tool_calls for text in (use.data, use.reply))
    return (*passages, *uses)
