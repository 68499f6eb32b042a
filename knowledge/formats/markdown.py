"""Markdown documents: headings give the title, tables and lists are known as such."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.cut import Block, Shape, pieces
from knowledge.documents import Loaded
from knowledge.formats.encoding import decode
from knowledge.formats.html import text_of

_PARSER: Final = MarkdownIt("commonmark").enable("table")
_SHAPES: Final = {
    "table_open": Shape.TABLE,
    "bullet_list_open": Shape.LIST,
    "ordered_list_open": Shape.LIST,
}
_FRONT_MATTER: Final = re.compile(r"---\n(?:[^\n]*\n)*?---\n")


def read_markdown(data: bytes, source: str) -> Loaded:
    """Pieces below one heading each."""
    return pieces(_blocks(_without_front_matter(decode(data, source))), source)


def _blocks(text: str) -> Iterator[Block]:
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
            written = "\n".join(lines[first:end]).strip()
            told = text_of(written) if token.type == "html_block" else written
            shape = _SHAPES.get(token.type, Shape.TEXT)
            yield Block(told, "line", first + 1, tuple(title for _, title in path), shape)


def _is_outermost(token: Token) -> bool:
    opens_or_stands = token.nesting == 1 or (token.nesting == 0 and token.type != "inline")
    return token.level == 0 and opens_or_stands and token.type not in ("heading_open", "hr")


def _without_front_matter(text: str) -> str:
    """What site generators keep in front of a page, emptied so that lines keep their numbers."""
    found = _FRONT_MATTER.match(text)
    return "\n" * found[0].count("\n") + text[found.end() :] if found else text
