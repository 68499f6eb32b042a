"""From lines of a dialogue to the prompt that has them told in few words."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources
from typing import Final

from bot.model import budget
from bot.model.prompt import discreet
from bot.ports import Prompt
from bot.safety.marks import defused
from bot.settings import ModelSettings
from bot.types import Said, Speaker, Summary

RECAP_CHARS: Final = 600
"""Of what the model may make of it: it is read with each turn that follows."""
_RULES: Final = (resources.files("bot.model") / "prompts" / "recap.md").read_text(encoding="utf-8").rstrip()
_LINE_CHARS: Final = 200
_WHO: Final = {Speaker.CUSTOMER: "客户", Speaker.BOT: "客服", Speaker.PERSON: "人工客服"}
_BEFORE: Final = "更早的概要"


def build(
    before: Summary | None, lines: Sequence[Said], model: ModelSettings
) -> tuple[Prompt, Sequence[Said]]:
    """The prompt, and those of the lines, from the first on, that it has room for: none where none fits.

    It has no answer of a customer's that waits for it, so it gives way to all that have.
    """
    system = discreet(_RULES, model)
    told = [f"{_BEFORE}：{before.text}"] if before else []
    room = model.context_tokens - model.max_tokens - sum(map(budget.tokens, (system, *told)))
    texts = budget.first_that_fit((f"{_WHO[line.by]}：{line.text[:_LINE_CHARS]}" for line in lines), room)
    question = defused("\n".join([*told, *texts]))
    return Prompt(system, (), question, background=True, short=True), lines[: len(texts)]
