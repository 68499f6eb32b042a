"""Markdown documents: headings give the title, tables and lists are known as such."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from knowledge.cut import Block, Shape, pieces
from knowledge.documents import Loaded
from knowledge.formats.encoding import decode
from knowledge.formats.front_matter import scoped
from knowledge.formats.html import text_of

_PARSER: Final = MarkdownIt("commonmark").enable("table")
_SHAPES: Final = {
    "table_open": Shape.TABLE,
    "bullet_list_open": Shape.LIST,
    "ordered_list_open": Shape.LIST,
}
_STRUCK: Final = re.compile(
    r"(?P<code>`[^`]*`)|(?<!~)~~(?=[^\s~])[^~]+(?<!\s)~~(?!~)"
    r"|<(?P<tag>del|s|strike)\b[^<>]{0,200}>.{0,1000}?</(?P=tag)>",
    re.DOTALL | re.IGNORECASE,
)
"""In code the marks are text, and 亲~~ 好的~~ has none."""


def read_markdown(data: bytes, source: str) -> Loaded:
    """Pieces below one heading each."""
    scope, title, text = scoped(decode(data, source), source)
    loaded = pieces(_blocks(text, title), source)
    return replace(loaded, items=tuple(replace(item, scope=scope) for item in loaded.items))


def _blocks(text: str, title: str) -> Iterator[Block]:
    lines = text.split("\n")
    tokens = _PARSER.parse(text)
    is_headed = any(token.type == "heading_open" and token.tag == "h1" for token in tokens)
    path: list[tuple[int, str]] = [(0, title)] if title and not is_headed else []
    for position, token in enumerate(tokens):
        if token.type == "heading_open" and token.level == 0:
            level = int(token.tag[1:])
            above = [heading for heading in path if heading[0] < level]
            path = [*above, (level, _standing(tokens[position + 1].content).strip())]
        elif _is_outermost(token) and token.map:
            first, end = token.map
            written = "\n".join(lines[first:end]).strip()
            shape = _SHAPES.get(token.type, Shape.TEXT)
            yield Block(_told(token, written), "line", first + 1, tuple(title for _, title in path), shape)


def _told(token: Token, written: str) -> str:
    if token.type in ("fence", "code_block"):
        return written
    return text_of(written) if token.type == "html_block" else _standing(written)


def _standing(written: str) -> str:
    """Without what is struck out."""
    return _STRUCK.sub(lambda found: found["code"] or "", written)


def _is_outermost(token: Token) -> bool:
    opens_or_stands = token.nesting == 1 or (token.nesting == 0 and token.type != "inline")
    return token.level == 0 and opens_or_stands and token.type not in ("heading_open", "hr")
