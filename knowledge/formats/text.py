"""Text files: the plain `Q:` / `A:` form of an FAQ, or a document without marks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from knowledge.cut import pieces
from knowledge.documents import Item, Loaded
from knowledge.formats.encoding import decode
from knowledge.formats.prose import prose
from knowledge.formats.questions import ANSWER, QUESTION, is_faq, marked_lines
from knowledge.formats.rows import BadRow, checked_entry


def read_text(data: bytes, source: str) -> Loaded:
    """Questions and answers where lines are marked as such, else paragraphs."""
    text = decode(data, source)
    if is_faq(text):
        return _questions(text, source)
    return pieces(prose(enumerate(text.split("\n"), 1), unit="line"), source)


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
    for number, line in marked_lines(text):
        if found := QUESTION.fullmatch(line):
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
