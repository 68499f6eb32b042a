"""Text files: how their bytes are read, and the plain `Q:` / `A:` form of an FAQ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.errors import BadRequest
from knowledge.documents import Item, Loaded
from knowledge.formats.rows import BadRow, checked_entry

_QUESTION: Final = re.compile(r"\s*(?:[Qq]|问题?|问)\s*[:：]\s*(.*)")
_ANSWER: Final = re.compile(r"\s*(?:[Aa]|答案?|答)\s*[:：]\s*(.*)")


def decode(data: bytes, source: str) -> str:
    """UTF-8 (a byte-order mark is dropped), or GB18030 as Windows in China writes it. Raises BadRequest."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
        except UnicodeDecodeError:
            continue
    raise BadRequest(f"{source}: is no text in UTF-8 or GBK; save it again as UTF-8")


def read_questions(data: bytes, source: str) -> Loaded:
    """Blocks of `Q:` lines (several wordings) and an `A:` that may go on over lines; `#` starts a comment."""
    items: list[Item] = []
    problems: list[str] = []
    for block in _blocks(decode(data, source)):
        try:
            items.append(block.entry(source))
        except BadRow as error:
            problems.append(f"{source}, line {block.line}: {error}")
    if not items and not problems:
        problems.append(f"{source}: holds no line that starts with Q:")
    return Loaded(tuple(items), tuple(problems))


@dataclass(slots=True)
class _Block:
    line: int
    questions: list[str] = field(default_factory=list)
    answer: list[str] | None = None

    def entry(self, source: str) -> Item:
        questions = [question for question in self.questions if question]
        return checked_entry(
            questions[0] if questions else "",
            questions[1:],
            "\n".join(self.answer or ()).strip(),
            source=source,
            place=f"line {self.line}",
        )


def _blocks(text: str) -> Iterator[_Block]:
    block: _Block | None = None
    for number, line in enumerate(text.split("\n"), 1):
        if line.startswith("#"):
            continue
        if found := _QUESTION.fullmatch(line):
            if block is None or block.answer is not None:
                if block:
                    yield block
                block = _Block(number)
            block.questions.append(found[1].strip())
        elif found := _ANSWER.fullmatch(line):
            block = block or _Block(number)
            block.answer = [*(block.answer or ()), found[1]]
        elif block and block.answer is not None:
            block.answer.append(line.rstrip())
        elif block and not line.strip():  # a question that nobody answered: the next one is another entry's
            yield block
            block = None
    if block:
        yield block
