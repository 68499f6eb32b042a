"""One question through the whole pipeline, outside any conversation: what `kefu ask` shows."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.pipeline import Alike, Perceive, Pipeline, standard_steps
from bot.ports import Answers, Intents, Model, Moderator, Opinions, Rates, Retriever, Summaries
from bot.safety.moderation import Moderation
from bot.safety.secrets import secrets_of
from bot.settings import Settings
from bot.tools.registry import Tools
from bot.types import Address, Conversation, Message, Outcome, Passage, Said, Turn
from bot.wiring import tenants_of

_NO_CHANNEL: Final = "ask"
_NOBODY: Final = ""
"""With a name, a platform's door would vouch for it before the shop's own tools."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An answer, with what it rests on."""

    text: str
    outcome: Outcome
    passages: tuple[Passage, ...]
    seconds: float


def build_pipeline(
    settings: Settings,
    retriever: Retriever,
    model: Model | None,
    perceive: Perceive | None = None,
    answers: Answers | None = None,
    rates: Rates | None = None,
    tools: Tools | None = None,
    intents: Intents | None = None,
    opinions: Opinions | None = None,
    moderator: Moderator | None = None,
    alike: Alike | None = None,
    summaries: Summaries | None = None,
) -> Pipeline:
    """The pipeline that every turn goes through; `perceive` where customers send more than words.

    Without `answers` each question is thought of anew, and without `rates` none is one too many: whoever asks
    as an operator wants to see that.
    """
    steps = standard_steps(
        tenants_of(settings),
        retriever,
        model,
        settings.model,
        time.time,
        perceive,
        answers,
        rates,
        tools,
        intents,
        opinions,
        secrets_of(settings),
        Moderation(moderator, settings.moderation) if moderator else None,
        alike,
        summaries if settings.model.summaries else None,
    )
    return Pipeline(steps, time.time)


async def ask(
    pipeline: Pipeline,
    settings: Settings,
    tenant: str,
    question: str,
    *,
    channel: str,
    history: Sequence[Said] = (),
) -> Asked:
    """As a customer of this channel whom nobody vouches for; empty: of none of them. `history`: as if it was
    said just now.

    Raises KeyError (no such tenant) and Unavailable.
    """
    limits = tenants_of(settings)[tenant].limits
    started = time.time()
    conversation = Conversation(tenant, channel or _NO_CHANNEL, _NOBODY)
    message = Message("ask", conversation, question, started, Address({}))
    said = tuple(replace(line, at=started) for line in history)
    asked = Turn(conversation, (message,), started + limits.answer_s, history=said)
    turn, answer = await pipeline.run(asked)
    return Asked(answer.text, answer.outcome, turn.passages, time.time() - started)
