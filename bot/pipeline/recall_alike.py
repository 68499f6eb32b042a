"""What surely asks the same in other words gets the same answer, where a shop wants that.

The words may differ, so nothing else may: the knowledge as a whole, the entry that fits best, the day. And it
must be plain what is meant: one message, which asks one thing, at the beginning of a dialogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import structlog

from bot.errors import Unavailable
from bot.pipeline.leaning import is_courtesy, refers
from bot.pipeline.recall import hashed, is_anybodys, who_answers
from bot.pipeline.sentences import questions
from bot.ports import AlikeAnswers, Meanings
from bot.settings import ModelSettings, TenantSettings
from bot.types import Outcome, Question, Recalled, Said, Speaker, Turn, changed

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Alike:
    """What it takes."""

    meanings: Meanings
    answers: AlikeAnswers


class RecallAlike:
    """Drafts the answer that somebody got who asked the same in other words."""

    name = "recall_alike"

    def __init__(self, tenants: Mapping[str, TenantSettings], alike: Alike, settings: ModelSettings) -> None:
        self._tenants = tenants
        self._alike = alike
        self._settings = settings

    async def __call__(self, turn: Turn) -> Turn:
        """Never raises, and only looks where the same words were looked for in vain."""
        tenant = self._tenants[turn.conversation.tenant]
        if not tenant.limits.answer_cache_alike or turn.recalled is not Recalled.MISSED:
            return turn
        if not is_anybodys(turn) or not _is_plain(turn, tenant):
            return turn
        among = _among(turn, tenant, self._settings)
        try:
            asked = Question(turn.question, await self._alike.meanings.vector(turn.question), among)
            known = await self._alike.answers.recall(tenant.name, among)
        except Unavailable as error:
            log.debug("alike_not_recalled", reason=str(error))
            return turn
        turn = changed(turn, asked=asked)
        place = self._alike.meanings.same(asked, [question for question, _ in known])
        if place is None:
            return turn
        return changed(turn, recalled=Recalled.ALIKE, draft=replace(known[place][1], outcome=Outcome.CACHED))


class RememberAlike:
    """Keeps the model's draft for whoever asks the same in other words. Before moderation, as `Remember`."""

    name = "remember_alike"

    def __init__(self, tenants: Mapping[str, TenantSettings], answers: AlikeAnswers) -> None:
        self._tenants = tenants
        self._answers = answers

    async def __call__(self, turn: Turn) -> Turn:
        """Never raises. What was looked up is true for one customer, and now."""
        if turn.asked and not turn.tool_calls and turn.draft and turn.draft.outcome is Outcome.ANSWERED:
            tenant = self._tenants[turn.conversation.tenant]
            seconds = tenant.limits.answer_cache_s
            try:
                await self._answers.remember(tenant.name, turn.asked, turn.draft, seconds=seconds)
            except Unavailable as error:
                log.debug("alike_not_remembered", reason=str(error))
        return turn


def _is_plain(turn: Turn, tenant: TenantSettings) -> bool:
    """Whether it is understood by itself, and the knowledge has something on it: one thing."""
    return (
        len(turn.messages) == 1
        and len(questions(turn.question)) == 1
        and not refers(turn.question)
        and all(map(_says_nothing, turn.history))
        and turn.summary is None
        and len(turn.nearest) == 1
        and turn.nearest[0].edition != ""
        and turn.nearest[0].score >= tenant.faq_confidence
    )


def _says_nothing(said: Said) -> bool:
    """What the bot replied to a greeting is no more than one."""
    return said.by is Speaker.BOT or (said.by is Speaker.CUSTOMER and is_courtesy(said.text))


def _among(turn: Turn, tenant: TenantSettings, model: ModelSettings) -> str:
    """Other passages may differ, where they are all of one state of the knowledge, and nobody may be told of
    what only others are."""
    (nearest,) = turn.nearest
    is_for_some = any(passage.audience for passage in turn.passages)
    return hashed(
        nearest.edition,
        (nearest.id, nearest.title, nearest.text),
        turn.conversation.channel if is_for_some else "",
        *who_answers(turn, tenant, model),
    )
