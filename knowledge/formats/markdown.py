"""Markdown documents, cut by their structure: headings give the title, tables and lists stay whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import regex
from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.documents import Item, Loaded, piece
from knowledge.formats.limits import PIECE_CHARS
from knowledge.formats.text import decode

_SENTENCE_END: Final = regex.compile(r"(?<=[。！？!?；;\n]|\.\s)")
_PARSER: Final = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph, list or table as it was written."""

    text: str
    line: int
    path: tuple[str, ...]


def read_markdown(data: bytes, source: str) -> Loaded:
    """Pieces of up to about 400 characters, each below one heading."""
    text = decode(data, source)
    return Loaded(tuple(_pieces(_blocks(text), source)))


def _blocks(text: str) -> Iterator[_Block]:
    lines = text.split("\n")
    path: list[tuple[int, str]] = []
    tokens = _PARSER.parse(text)
    for position, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0:
            level = int(token.tag[1:])
            above = [heading for heading in path if heading[0] < level]
            path = [*above, (level, tokens[position + 1].content.strip())]
        elif _is_outermost(token) and token.map:
            first, end = token.map
            yield _Block("\n".join(lines[first:end]).strip(), first + 1, tuple(title for _, title in path))


def _is_outermost(token: Token) -> bool:
    opens_or_stands = token.nesting == 1 or (token.nesting == 0 and token.type != "inline")
    return token.level == 0 and opens_or_stands and token.type not in ("heading_open", "hr")


def _pieces(blocks: Iterator[_Block], source: str) -> Iterator[Item]:
    """Neighbours below one heading are joined while they fit; what is too long is cut at sentence ends."""
    open_: _Block | None = None
    for block in blocks:
        for part in _cut(block):
            if open_ and open_.path == part.path and len(open_.text) + len(part.text) <= PIECE_CHARS:
                open_ = _Block(f"{open_.text}\n\n{part.text}", open_.line, open_.path)
                continue
            if open_:
                yield _item(open_, source)
            open_ = part
    if open_:
        yield _item(open_, source)


def _cut(block: _Block) -> Iterator[_Block]:
    text = ""
    for sentence in _sentences(block.text):
        if text.strip() and len(text) + len(sentence) > PIECE_CHARS:
            yield _Block(text.strip(), block.line, block.path)
            text = ""
        text += sentence
    if text.strip():
        yield _Block(text.strip(), block.line, block.path)


def _sentences(text: str) -> Iterator[str]:
    for sentence in _SENTENCE_END.split(text):
        for start in range(0, len(sentence), PIECE_CHARS):  # one may be endless
            yield sentence[start : start + PIECE_CHARS]


def _item(block: _Block, source: str) -> Item:
    title = " › ".join(block.path) or source
    return piece(title, block.text, source=source, place=f"line {block.line}")
