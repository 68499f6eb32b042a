"""Markdown as WeCom's apps know it: headings, bold, links, inline code, quotes; no lists, no tables, no code
blocks, no pictures (WeCom doc 90236). What they don't know they show as it was typed."""

from __future__ import annotations

import re
from typing import Final

from adapters.plain import printable

_RULES: Final = (
    (re.compile(r"^[ \t]*(?:```|~~~).*$\n?", re.MULTILINE), ""),  # the fence goes, the code stays
    (re.compile(r"!(\[[^\[\]\n]+\]\(https?://[^\s()]+\))"), r"\1"),  # a picture is a link to it
    (re.compile(r"^([ \t]*)[*+][ \t]+", re.MULTILINE), r"\1- "),
)
_MARKUP: Final = re.compile(
    r"^ {0,3}#{1,6} |^ {0,3}> |\*\*(?=\S)[^*\n]+\*\*|`[^`\n]+`|\[[^\]\n]+\]\(https?://", re.MULTILINE
)


def markdown(text: str) -> str:
    """In WeCom's dialect. A text of nothing else stays as it is."""
    ours = text = printable(text)
    for pattern, replacement in _RULES:
        ours = pattern.sub(replacement, ours)
    return ours if ours.strip() else text


def has_markup(text: str) -> bool:
    """True when it would look better than as plain text."""
    return _MARKUP.search(text) is not None
