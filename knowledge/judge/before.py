"""What was said before a question: in an evaluation's file a list of lines, oldest first."""

from __future__ import annotations

from typing import Any, Final

from bot.types import Speaker
from knowledge.formats import limits
from knowledge.judge.cases import BadQuestion, Line
from knowledge.judge.text import text_of

_LINES: Final = 40
_CUSTOMERS: Final = frozenset(("user", "usr", "customer", "human", "客户", "顾客", "用户", "买家"))
_OURS: Final = frozenset(("assistant", "sys", "bot", "agent", "staff", "客服", "商家", "卖家", "机器人"))
_FORM: Final = 'a list of {"role": "user" or "assistant", "content": …}, oldest first'


def before(value: Any) -> tuple[Line, ...]:
    """As OpenAI's messages or alike. Raises BadQuestion."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise BadQuestion(f"has a history that is none; write {_FORM}")
    if len(value) > _LINES:
        raise BadQuestion(f"has a history of more than {_LINES} lines; write the last ones")
    return tuple(line for line in map(_line, value) if line.text)


def _line(value: Any) -> Line:
    if not isinstance(value, dict):
        raise BadQuestion(f"has a line in its history that is none; write {_FORM}")
    text = value.get("content", value.get("text"))
    return Line(_speaker(value.get("role", value.get("by"))), text_of(text, "history", limits.ANSWER_CHARS))


def _speaker(role: Any) -> Speaker:
    name = str(role).strip().casefold()
    if name in _CUSTOMERS:
        return Speaker.CUSTOMER
    if name in _OURS:
        return Speaker.BOT
    raise BadQuestion(f"has a line in its history of somebody unknown ({name[:40]}); write {_FORM}")
