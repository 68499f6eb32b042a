"""From a turn to a prompt: the stable part first, so that a server's prefix cache hits for a whole tenant."""

from __future__ import annotations

from importlib import resources
from typing import Final

from bot import wording
from bot.model import budget
from bot.ports import Prompt
from bot.settings import ModelSettings, TenantSettings
from bot.types import Image, Passage, Turn

_ANSWER: Final = (resources.files("bot.model") / "prompts" / "answer.md").read_text(encoding="utf-8")
_NOTHING: Final = "（没有找到相关资料）"
_HISTORY_SHARE: Final = 3
"""A third of what the passages leave goes to history, at most: the knowledge decides, not the chat."""


def build(turn: Turn, tenant: TenantSettings, model: ModelSettings) -> Prompt:
    """The prompt for a turn, within the model's context window less the room for its answer."""
    frame = _ANSWER.format(persona=tenant.persona, refusal=tenant.refusal, passages="")
    asked = question(turn)
    room = model.context_tokens - model.max_tokens - budget.tokens(frame) - budget.tokens(asked)
    images = _newest_images(turn.images, room)
    room -= len(images) * budget.IMAGE
    passages = budget.first_that_fit(map(_passage, turn.passages), room * 2 // _HISTORY_SHARE)
    room -= sum(map(budget.tokens, passages))
    return Prompt(
        system=_ANSWER.format(
            persona=tenant.persona, refusal=tenant.refusal, passages="\n\n".join(passages) or _NOTHING
        ),
        history=budget.newest_that_fit(turn.history, room),
        question=asked,
        images=images,
    )


def question(turn: Turn) -> str:
    """The customer's words; where there are none, the kind of what they sent, in brackets."""
    return turn.question or wording.WITHOUT_WORDS.format(kind=wording.named(turn.messages[-1].kind))


def _newest_images(images: tuple[Image, ...], room: int) -> tuple[Image, ...]:
    """One, and more as long as they leave half of the room to the knowledge."""
    return images[-max(1, room // 2 // budget.IMAGE) :]


def _passage(passage: Passage) -> str:
    return f"【{passage.title}】\n{passage.text}"
