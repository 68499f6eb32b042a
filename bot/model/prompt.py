"""From a turn to a prompt, in the order in which its parts change, so that a server's prefix cache hits.

The tenant's persona and rules are the same for all of its turns; a conversation's history grows at its end;
what the knowledge says is another with nearly every question, and stands with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import resources
from typing import Final

from bot import wording
from bot.model import budget
from bot.ports import Prompt, ToolResult
from bot.safety.marks import defused
from bot.settings import ModelSettings, TenantSettings
from bot.types import Image, Passage, Said, Speaker, Summary, Turn

_PROMPTS: Final = resources.files("bot.model") / "prompts"
_RULES: Final = (_PROMPTS / "answer.md").read_text(encoding="utf-8").rstrip()
_KNOWLEDGE: Final = (_PROMPTS / "knowledge.md").read_text(encoding="utf-8").rstrip()
_AGAIN: Final = (_PROMPTS / "again.md").read_text(encoding="utf-8").rstrip()
_UNBORNE: Final = "- 资料里没有“{words}”"
_STRAYED: Final = "- 没有用客户使用的语言"
_PERSONAL: Final = (_PROMPTS / "personal.md").read_text(encoding="utf-8").rstrip()
_EARLIER: Final = (_PROMPTS / "earlier.md").read_text(encoding="utf-8").rstrip()
_NOTHING: Final = "（没有找到相关资料）"
_HISTORY_SHARE: Final = 3
"""A third of what the passages leave goes to history, at most: the knowledge decides, not the chat."""


def build(turn: Turn, tenant: TenantSettings, model: ModelSettings) -> Prompt:
    """The prompt for a turn, within the model's context window less the room for its answer."""
    system = discreet(rules(tenant), model)
    asked = defused(question(turn))
    room = model.context_tokens - model.max_tokens
    room -= sum(map(budget.tokens, (system, _KNOWLEDGE, asked)))
    images = _newest_images(turn.images, room)
    room -= len(images) * budget.IMAGE
    passages = budget.first_that_fit(map(_passage, turn.given), room * 2 // _HISTORY_SHARE)
    room -= sum(map(budget.tokens, passages))
    earlier = [_earlier(turn.summary)] if turn.summary else []
    room -= sum(budget.tokens(line.text) for line in earlier)
    history = budget.newest_that_fit(turn.history, room, most=tenant.limits.history_lines)
    return Prompt(
        system=system,
        history=tuple(map(_line, (*earlier, *history))),
        knowledge=_KNOWLEDGE.format(passages="\n\n".join(passages) or _NOTHING),
        question=asked,
        images=images,
    )


def beyond(turn: Turn, tenant: TenantSettings, model: ModelSettings) -> tuple[Said, ...]:
    """The lines of the turn's history that its prompt has no room for, oldest first."""
    held = len(build(turn, tenant, model).history) - bool(turn.summary)
    return turn.history[: len(turn.history) - held]


def again(
    turn: Turn,
    tenant: TenantSettings,
    model: ModelSettings,
    draft: str,
    unborne: Sequence[str],
    *,
    strayed: bool,
) -> Prompt:
    """For a second try, with what was wrong with the draft. What tools brought is told; none is called."""
    faults = [*(_UNBORNE.format(words=words) for words in unborne), *([_STRAYED] if strayed else [])]
    results = tuple(ToolResult(use.name, use.arguments, use.data) for use in turn.tool_calls)
    taken = sum(map(budget.tokens, (_AGAIN, draft, *faults, *(result.data for result in results))))
    # Also where much is taken some of it is left to the knowledge.
    context = max(model.context_tokens - taken, model.max_tokens + model.context_tokens // _HISTORY_SHARE)
    asked = build(turn, tenant, model.model_copy(update={"context_tokens": context}))
    question = _AGAIN.format(
        question=asked.question,
        draft=defused(draft),
        faults=defused("\n".join(faults)),
        refusal=tenant.refusal,
    )
    return replace(asked, question=question, results=results)


def rules(tenant: TenantSettings) -> str:
    """What the model is told first, the same for all of a tenant's turns."""
    return _RULES.format(persona=tenant.persona, refusal=tenant.refusal)


def discreet(system: str, model: ModelSettings) -> str:
    """With a word on placeholders, where it reads some."""
    return f"{system}\n{_PERSONAL}" if model.hide_personal else system


def question(turn: Turn) -> str:
    """The customer's words; where there are none, the kind of what they sent, in brackets."""
    return turn.question or wording.WITHOUT_WORDS.format(kind=wording.named(turn.messages[-1].kind))


def _newest_images(images: tuple[Image, ...], room: int) -> tuple[Image, ...]:
    """One, and more as long as they leave half of the room to the knowledge."""
    return images[-max(1, room // 2 // budget.IMAGE) :]


def _passage(passage: Passage) -> str:
    return defused(f"【{passage.title}】\n{passage.text}")


def _earlier(summary: Summary) -> Said:
    """In the customer's place: it is made of their words, and binds the bot to nothing."""
    return Said(Speaker.CUSTOMER, _EARLIER.format(text=summary.text), summary.upto)


def _line(said: Said) -> Said:
    """The bot's own lines, too: a model may have been made to write a mark."""
    return replace(said, text=defused(said.text))
