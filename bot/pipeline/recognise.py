"""What is the customer up to? Rules first, then the classifier, and a model where a tenant wants that."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from bot.errors import Refused, Unavailable
from bot.pipeline.abuses import abuses
from bot.pipeline.clauses import apart, clauses
from bot.pipeline.complains import complains
from bot.pipeline.leaning import is_of_another
from bot.pipeline.opine import Opine
from bot.pipeline.small_talk import small_talk
from bot.pipeline.wants_person import declines_person, wants_person
from bot.ports import Clock, Intents, Model
from bot.settings import TenantSettings
from bot.types import SMALL_TALK, Guess, Intent, Turn, changed

log = structlog.get_logger()

_SURE: Final[Mapping[str, float]] = {
    **dict.fromkeys(SMALL_TALK, 0.75),
    Intent.COMPLAINT: 0.8,
    Intent.PERSON: 0.9,
    Intent.ABUSE: 0.9,
}
"""A question taken for one of these costs more than one of these taken for a question."""
_OWN: Final = 0.6
"""For an intent of the tenant's own, of which a shop writes a few examples."""
_NOTED: Final = 0.5
"""For those on which nothing depends but a figure."""
_OPEN: Final = 0.35
"""From here on it may be, and a model can be asked."""
_SEPARATELY: Final = 8
"""Messages of one turn that are looked at: the newest."""
_LONGEST: Final = 60
"""Characters; who writes more has something to ask."""
_SAYS_MORE: Final = re.compile(r"^[?？\s]+$|\d{4}|但是?|可是|不过|没(?:有)?(?:用|解决|弄好)|不[行对]")
"""Than a courtesy, whatever it is near to: 20240910XYZ 谢谢 brings a number, 谢谢你 但是没解决 wants help."""


class Recognise:
    """Notes the intent. Steps behind it act."""

    name = "intent"

    def __init__(
        self,
        tenants: Mapping[str, TenantSettings],
        intents: Intents | None,
        clock: Clock,
        model: Model | None = None,
    ) -> None:
        self._tenants = tenants
        self._intents = intents
        self._opine = Opine(model, clock) if model else None

    async def __call__(self, turn: Turn) -> Turn:
        """Never raises: what can't be told is a question."""
        texts = [message.text for message in turn.messages if message.text]
        if turn.draft or turn.images or not texts:
            return turn
        return changed(turn, intent=_by_rules(texts) or await self._guessed(turn, texts[-_SEPARATELY:]))

    async def _guessed(self, turn: Turn, texts: Sequence[str]) -> str:
        """What all of it is. Small talk beside something else is beside the point, as is an insult."""
        if self._intents is None:
            return ""
        tenant = self._tenants[turn.conversation.tenant]
        try:
            each = [await self._intents.guess(tenant.name, text) for text in texts]
        except (Unavailable, Refused) as error:
            log.debug("intent_not_guessed", reason=str(error))
            return ""
        guesses = list(zip(texts, filter(None, each), strict=False))
        if len(guesses) < len(texts):  # nothing was learned yet
            return ""
        found = [await self._read(turn, tenant, text, guess) for text, guess in guesses]
        rest = [intent for intent in found if intent not in SMALL_TALK] or found[-1:]
        serious = [intent for intent in rest if intent != Intent.ABUSE] or rest
        if Intent.COMPLAINT in serious:
            return Intent.COMPLAINT
        return serious[0] if len(set(serious)) == 1 else Intent.QUESTION

    async def _read(self, turn: Turn, tenant: TenantSettings, text: str, guess: Guess) -> str:
        """To a vector, 不要转人工 is as near a person as 转人工."""
        intent = await self._believed(turn, tenant, text, guess)
        return (
            Intent.QUESTION if intent == Intent.PERSON and declines_person(clauses(apart(text))) else intent
        )

    async def _believed(self, turn: Turn, tenant: TenantSettings, text: str, guess: Guess) -> str:
        intent = guess.intent
        sure = _SURE.get(intent, _NOTED)
        if intent in {own.name for own in tenant.intents} - set(Intent):
            sure = _OWN
        if intent in SMALL_TALK and (is_of_another(text) or _SAYS_MORE.search(text)):
            return Intent.QUESTION
        if guess.probability >= sure and len(text) <= _LONGEST:
            return intent
        if intent in _SURE and guess.probability >= _OPEN and tenant.intents_by_model and self._opine:
            return await self._opine.on(turn, text)
        return Intent.QUESTION


def _by_rules(texts: Sequence[str]) -> str:
    said = clauses(*texts)
    if complains(said):
        return Intent.COMPLAINT
    if wants_person(said):
        return Intent.PERSON
    if abuses(said):
        return Intent.ABUSE
    return small_talk(said) or ""
