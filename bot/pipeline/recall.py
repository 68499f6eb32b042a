"""The same question, from the same knowledge, gets the same answer again.

What tells one question from another here is all that its prompt would be made of. So nothing is ever cleared:
once the knowledge, the persona or the model changes, what was remembered before fits no question any more.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import structlog

from bot.errors import Unavailable
from bot.model.prompt import rules
from bot.ports import Answers
from bot.safety.personal import names_somebody
from bot.settings import ModelSettings, TenantSettings
from bot.types import Outcome, Recalled, Turn, changed

log = structlog.get_logger()

_LONGEST: Final = 100
"""Characters: hardly anybody writes the same longer text as somebody else."""
_AROUND: Final = re.compile(r"^\s+|[\s.,!?~…。，、！？～]+$|(?<=[^\x00-\x7f])\s+(?=[^\x00-\x7f])")
"""What tells no two questions apart: how one ends, and blanks between Chinese characters."""


class Recall:
    """Drafts the answer that the same question got before."""

    name = "recall"

    def __init__(
        self, tenants: Mapping[str, TenantSettings], answers: Answers, settings: ModelSettings
    ) -> None:
        self._tenants = tenants
        self._answers = answers
        self._settings = settings

    async def __call__(self, turn: Turn) -> Turn:
        """Never raises: what can't be looked up is thought of anew."""
        tenant = self._tenants[turn.conversation.tenant]
        if turn.draft or not tenant.limits.answer_cache_s or not is_anybodys(turn):
            return turn
        key = _key(turn, tenant, self._settings)
        try:
            found = await self._answers.recall(tenant.name, key)
        except Unavailable as error:
            log.debug("answer_not_recalled", reason=str(error))
            return turn
        if found is None:
            return changed(turn, key=key, recalled=Recalled.MISSED)
        return changed(turn, key=key, recalled=Recalled.EXACT, draft=replace(found, outcome=Outcome.CACHED))


class Remember:
    """Keeps the model's draft for whoever asks the same. Before moderation, which looks at it each time."""

    name = "remember"

    def __init__(self, tenants: Mapping[str, TenantSettings], answers: Answers) -> None:
        self._tenants = tenants
        self._answers = answers

    async def __call__(self, turn: Turn) -> Turn:
        """Never raises, as above. What was said while the model was away is not worth keeping.

        What was looked up is true for one customer, and now.
        """
        if turn.key and not turn.tool_calls and turn.draft and turn.draft.outcome is Outcome.ANSWERED:
            tenant = self._tenants[turn.conversation.tenant]
            try:
                await self._answers.remember(
                    tenant.name, turn.key, turn.draft, seconds=tenant.limits.answer_cache_s
                )
            except Unavailable as error:
                log.debug("answer_not_remembered", reason=str(error))
        return turn


def is_anybodys(turn: Turn) -> bool:
    """Whether others may be told the same: nothing in it is this customer's own."""
    return (
        0 < len(turn.question) <= _LONGEST
        and not turn.tool_calls
        and not turn.images
        and not turn.unseen
        and not turn.slots.order
        and not any(map(names_somebody, (turn.question, *_said_before(turn))))
    )


def _said_before(turn: Turn) -> list[str]:
    said = [line.text for line in turn.history]
    return [turn.summary.text, *said] if turn.summary else said


def _key(turn: Turn, tenant: TenantSettings, model: ModelSettings) -> str:
    """All that the prompt would be made of, and who would answer it."""
    return hashed(
        same(turn.question),
        [(said.by, said.text) for said in turn.history],
        turn.summary.text if turn.summary else "",
        [(passage.id, passage.title, passage.text) for passage in turn.passages],
        *who_answers(turn, tenant, model),
    )


def who_answers(turn: Turn, tenant: TenantSettings, model: ModelSettings) -> tuple[object, ...]:
    """By which rules, with which tools."""
    return (
        rules(tenant),
        turn.offered,
        (tenant.check_answers, tenant.next_questions),
        (
            model.model,
            model.max_tokens,
            model.context_tokens,
            model.temperature,
            model.structured,
            model.hide_personal,
        ),
    )


def hashed(*parts: object) -> str:
    """As 64 hexadecimal digits."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def same(question: str) -> str:
    """A question as all have it in common who ask the same thing in the same words."""
    text = unicodedata.normalize("NFKC", question).casefold()
    return _AROUND.sub("", text) or text
