"""Markdown to plain text, for messages that show it raw.

Careful rather than complete: a shop's own words ("3*4*5 cm", "my_file_name") must come through unharmed,
so only what is surely markup goes.
"""

from __future__ import annotations

import re
from typing import Final

_RULES: Final = (
    (re.compile(r"^[ \t]*(?:```|~~~).*$\n?", re.MULTILINE), ""),  # the fence goes, the code stays
    (re.compile(r"^ {0,3}#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$", re.MULTILINE), r"\1"),
    (re.compile(r"^ {0,3}>[ \t]?", re.MULTILINE), ""),
    (re.compile(r"!?\[([^\[\]\n]+)\]\((https?://[^\s()]+)\)"), r"\1 \2"),
    (re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*"), r"\1"),
    (re.compile(r"(?<![`\\])`([^`\n]+)`(?!`)"), r"\1"),
    (re.compile(r"^([ \t]*)[*+][ \t]+", re.MULTILINE), r"\1- "),
)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def plain(text: str) -> str:
    """The words without the markup; a link keeps its address. A text of nothing but markup stays as it is."""
    bare = text = printable(text)
    for pattern, replacement in _RULES:
        bare = pattern.sub(replacement, bare)
    return bare if bare.strip() else text


def printable(text: str) -> str:
    """Line ends as `\\n`, no control characters: no reader sees them, PostgreSQL takes no NUL, an operator's
    terminal would obey some, and JSON blows each up to six bytes, past a platform's size limit."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
