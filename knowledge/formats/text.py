"""Text files: the plain `Q:` / `A:` form of an FAQ, or a document without marks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from knowledge.cut import pieces
from knowledge.documents import Item, Loaded
from knowledge.formats.encoding import decode
from knowledge.formats.front_matter import scoped
from knowledge.formats.prose import heading_level, prose
from knowledge.formats.questions import ANSWER, QUESTION, is_faq, marked_lines
from knowledge.formats.rows import BadRow, checked_entry
from knowledge.scope import ALWAYS

_TITLE: Final = re.compile(r"【[^【】]{1,20}】|[=\-—*~·★◆■]{2,}\s*[^\s=\-—*~·★◆■]{1,20}\s*[=\-—*~·★◆■]*")
"""In brackets or between strokes, below an empty line."""


def read_text(data: bytes, source: str) -> Loaded:
    """Questions and answers where lines are marked as such, else paragraphs."""
    whole = decode(data, source)
    scope, _, below = scoped(whole, source)
    text = whole if scope == ALWAYS else below  # strokes across a text mostly just part it
    if is_faq(text):
        loaded = _questions(text, source)
    else:
        loaded = pieces(prose(enumerate(text.split("\n"), 1), unit="line"), source)
    return replace(loaded, items=tuple(replace(item, scope=scope) for item in loaded.items))


def _is_title(lines: Sequence[tuple[int, str]], position: int, answer: Sequence[str]) -> bool:
    """True for 二、售后 or 【售后】 above the next questions: what it would head is not in an answer. But
    三、 is the last of three where the answer has the others."""
    line = lines[position][1].strip()
    level = heading_level(line)
    if level is None and not (_TITLE.fullmatch(line) and not lines[position - 1][1].strip()):
        return False
    behind = (lines[other][1] for other in range(position + 1, len(lines)))
    following = next((other for other in behind if other.strip()), "")
    is_listed = level is not None and any(heading_level(other.strip()) == level for other in answer)
    return QUESTION.fullmatch(following) is not None and not is_listed


def _questions(text: str, source: str) -> Loaded:
    """Blocks of `Q:` lines (several wordings) and an `A:` that may go on over lines; `#` starts a comment."""
    items: list[Item] = []
    problems: list[str] = []
    strays: list[int] = []
    for block in _blocks(text):
        if block.is_stray:
            strays.append(block.line)
            continue
        try:
            items.append(block.entry(source))
        except BadRow as error:
            problems.append(f"{source}, line {block.line}: {error}")
    others = f" (and {len(strays) - 1} more lines)" if len(strays) > 1 else ""
    notes = (
        (f"{source}, line {strays[0]}: belongs to no question, and was left out{others}",) if strays else ()
    )
    return Loaded(tuple(items), tuple(problems), notes)


@dataclass(slots=True)
class _Block:
    line: int
    questions: list[str] = field(default_factory=list)
    answer: list[str] | None = None
    is_stray: bool = False

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
    lines = list(marked_lines(text))
    for position, (number, line) in enumerate(lines):
        if block and block.answer is not None and _is_title(lines, position, block.answer):
            yield block
            yield _Block(number, is_stray=True)
            block = None
        elif found := QUESTION.fullmatch(line):
            if block is None or block.answer is not None:
                if block:
                    yield block
                block = _Block(number)
            block.questions.append(found[1].strip())
        elif found := ANSWER.fullmatch(line):
            block = block or _Block(number)
            block.answer = [*(block.answer or ()), found[1]]
        elif block and block.answer is not None:
            block.answer.append(line.rstrip())
        elif block and not line.strip():  # a question that nobody answered: the next one is another entry's
            yield block
            block = None
        elif line.strip():
            yield _Block(number, is_stray=True)
    if block:
        yield block
