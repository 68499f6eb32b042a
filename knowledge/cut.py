"""From the blocks of a document to pieces that an embedding model can read whole.

Blocks below one heading are joined while they fit. A table or list that does not fit is cut between its rows
or entries, the table's header on each part; a paragraph at the ends of its sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Final

import regex

from knowledge import tokens
from knowledge.documents import UNDER, Item, Loaded, piece
from knowledge.formats.encoding import UNREADABLE
from knowledge.formats.limits import PIECE_TOKENS, TITLE_TOKENS

_SENTENCE_END: Final = regex.compile(r"(?<=[。！？!?；;\n]|\.\s)")
_ENTRY: Final = regex.compile(r"\n(?=\S)")
"""Between the outermost entries of a list; what belongs to an entry is indented."""
_HEADER_LINES: Final = 2
_HEADING_CHARS: Final = 80


class Shape(Enum):
    """How a block may be cut."""

    TEXT = auto()
    LIST = auto()
    TABLE = auto()
    """In Markdown's form: a line of names, a line of dashes, a line a row."""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list or table below its headings."""

    text: str
    unit: str
    """What places are counted in: "line", "page", "paragraph"."""
    number: int
    path: tuple[str, ...]
    shape: Shape = Shape.TEXT


def pieces(blocks: Iterable[Block], source: str) -> Loaded:
    """The pieces of a document. A block with characters that nobody can read is named, and left out."""
    problems: list[str] = []
    items = tuple(_piece(block, source) for block in _joined(_readable(blocks, source, problems)))
    return Loaded(items, tuple(problems))


def _readable(blocks: Iterable[Block], source: str, problems: list[str]) -> Iterator[Block]:
    for block in blocks:
        if UNREADABLE in block.text:
            told = f"has characters that can't be read ({UNREADABLE}); write them anew"
            problems.append(f"{source}, {block.unit} {block.number}: {told}")
        elif block.text.strip():
            yield block


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    open_: Block | None = None
    for block in blocks:
        for part in _cut(block):
            if open_ and _is_beside(open_, part) and _fits(open_.text, part.text):
                open_ = replace(open_, text=f"{open_.text}\n\n{part.text}")
                continue
            if open_:
                yield open_
            open_ = part
    if open_:
        yield open_


def _is_beside(above: Block, below: Block) -> bool:
    """Below one heading; and on one page, since a piece has one place."""
    return above.path == below.path and (above.unit != "page" or above.number == below.number)


def _fits(*texts: str) -> bool:
    return sum(map(tokens.count, texts)) <= PIECE_TOKENS


def _cut(block: Block) -> Iterator[Block]:
    if _fits(block.text):
        yield replace(block, text=block.text.strip())
    elif block.shape is Shape.TABLE:
        yield from _cut_table(block)
    elif block.shape is Shape.LIST:
        yield from _packed(block, (f"{entry}\n" for entry in _ENTRY.split(block.text)))
    else:
        yield from _packed(block, _SENTENCE_END.split(block.text))


def _cut_table(block: Block) -> Iterator[Block]:
    lines = block.text.split("\n")
    header = "\n".join(lines[:_HEADER_LINES]) + "\n"
    if 2 * tokens.count(header) > PIECE_TOKENS:  # what is left would be all header
        header = ""
    below = lines[_HEADER_LINES:] if header else lines
    first = block.number + _lines(block, header)
    yield from _packed(replace(block, number=first), (f"{row}\n" for row in below), header)


def _packed(block: Block, parts: Iterable[str], header: str = "") -> Iterator[Block]:
    """As many parts together as fit below the header; one that does not fit alone is cut further."""
    most = PIECE_TOKENS - tokens.count(header)
    text, number, size = "", block.number, 0
    for part in (small for whole in parts for small in _small(whole, most)):
        cost = tokens.count(part)
        if text.strip() and size + cost > most:
            yield replace(block, text=header + text.strip("\n").rstrip(), number=number)
            number += _lines(block, text)
            text, size = "", 0
        text += part
        size += cost
    if text.strip():
        yield replace(block, text=header + text.strip("\n").rstrip(), number=number)


def _small(part: str, most: int) -> Iterator[str]:
    if tokens.count(part) <= most:
        yield part
        return
    for sentence in _SENTENCE_END.split(part):
        for start in range(0, len(sentence), most):  # one may be endless; a character is a token at most
            yield sentence[start : start + most]


def _lines(block: Block, text: str) -> int:
    return text.count("\n") if block.unit == "line" else 0


def _piece(block: Block, source: str) -> Item:
    return piece(
        _title(block.path) or source, block.text, source=source, place=f"{block.unit} {block.number}"
    )


def _title(path: tuple[str, ...]) -> str:
    """The headings, the outermost left out first where they are too many."""
    headings = [
        heading if len(heading) <= _HEADING_CHARS else f"{heading[:_HEADING_CHARS]}…" for heading in path
    ]
    title = UNDER.join(filter(None, headings))
    while len(headings) > 1 and tokens.count(title) > TITLE_TOKENS:
        headings = headings[1:]
        title = UNDER.join(("…", *headings))
    return title
