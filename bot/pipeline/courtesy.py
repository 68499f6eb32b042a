"""Small talk gets a courteous line: the tenant's own, from its settings or its knowledge, or one of ours."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from bot import wording
from bot.pipeline.clauses import clauses
from bot.pipeline.open_request import wanted
from bot.pipeline.own_entry import by_own_entry
from bot.pipeline.put_off import puts_off
from bot.pipeline.sentences import seeks
from bot.pipeline.small_talk import small_talk
from bot.ports import Retriever
from bot.settings import TenantSettings
from bot.types import SMALL_TALK, Intent, Outcome, Passage, Speaker, Turn

_LINES: Final = {
    Intent.THANKS: wording.YOU_ARE_WELCOME,
    Intent.GOODBYE: wording.GOODBYE,
    Intent.ACKNOWLEDGEMENT: wording.AT_YOUR_SERVICE,
}
_ALIKE: Final[Mapping[str, Intent]] = {Intent.ACKNOWLEDGEMENT: Intent.THANKS, Intent.GOODBYE: Intent.THANKS}
"""好的 and 没事了 thank, too, where a shop has an entry on thanks alone."""


class Courtesy:
    """Ends a turn in which nothing is asked; no model is asked either."""

    name = "courtesy"

    def __init__(self, tenants: Mapping[str, TenantSettings], retriever: Retriever) -> None:
        self._tenants = tenants
        self._retriever = retriever

    async def __call__(self, turn: Turn) -> Turn:
        """Most turns pass through. A "好的" to what we asked is an answer, and not for us to end."""
        tenant = self._tenants[turn.conversation.tenant]
        if turn.draft or not turn.intent:
            return turn
        own = next((own.reply for own in tenant.intents if own.name == turn.intent and own.reply), "")
        if turn.intent not in SMALL_TALK:
            return turn.finish(own, Outcome.FAQ) if own else turn
        if turn.intent == Intent.ACKNOWLEDGEMENT and _was_asked(turn, tenant):
            return turn
        if wanted(turn) and puts_off(turn.question):
            return turn
        asks_for_the_truth = turn.intent == Intent.ROBOT
        if (
            not own
            and not asks_for_the_truth
            and (ended := await by_own_entry(turn, self._retriever, partial(_is_on, turn.intent)))
        ):
            return ended
        goes = turn.intent in (Intent.THANKS, Intent.GOODBYE)
        suggestions = () if goes else tenant.suggestions
        return turn.finish(own or _line(Intent(turn.intent), tenant), Outcome.CHATTED, suggestions)


def _is_on(intent: str, entry: Passage) -> bool:
    """没事了 is near 这款没货了还会补吗, and 晚安 near 你好: neither is an answer to a farewell."""
    kind = small_talk(clauses(entry.title))
    return kind in (intent, _ALIKE.get(intent)) if kind else not seeks(entry.title)


def _line(intent: Intent, tenant: TenantSettings) -> str:
    if intent is Intent.GREETING:
        return tenant.greeting
    if intent is Intent.IDENTITY:
        return wording.WHO_I_AM.format(shop=tenant.title or wording.HERE)
    if intent is Intent.ROBOT:
        return wording.A_ROBOT_WITH_PEOPLE if tenant.people else wording.A_ROBOT
    return _LINES[intent]


def _was_asked(turn: Turn, tenant: TenantSettings) -> bool:
    """By the last line, other than with what else we can do for them."""
    lines = [line.text for line in turn.history[-1:] if line.by is not Speaker.CUSTOMER]
    return any(wording.asks(line) and line != tenant.greeting for line in lines)
