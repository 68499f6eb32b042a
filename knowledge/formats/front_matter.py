"""What a Markdown page says of itself at its top, between two lines of `---`.

A small part of YAML is enough: a key and its value a line, and lists in both of its forms. Nothing of it may
be passed over in silence, as a page that is for some would be told to all: so a Chinese colon will do, too.
"""

from __future__ import annotations

import re
from typing import Final

from knowledge.formats.columns import role_of
from knowledge.formats.rows import Row

_FENCED: Final = re.compile(r"\s*---[ \t]*\n(?P<lines>(?:[^\n]*\n)*?)---[ \t]*(?:\n|\Z)")
_KEYED: Final = re.compile(r"(?P<key>[^\s:：#\-][^:：]*)[:：](?P<value>.*)")
_ENTRY: Final = re.compile(r"\s*-\s+(?P<value>.+)")
_COMMENT: Final = re.compile(r"(?:^|\s)#.*")


def parted(text: str) -> tuple[Row, str]:
    """What stands at the top, and the text with that emptied, so that lines keep their numbers."""
    found = _FENCED.match(text)
    row = _row(found["lines"]) if found else []
    if found is None or not _is_meant(row):
        return [], text
    return row, "\n" * found[0].count("\n") + text[found.end() :]


def _row(lines: str) -> list[tuple[str, str]]:
    row: list[tuple[str, str]] = []
    for line in lines.split("\n"):
        if found := _KEYED.fullmatch(line):
            row.append((found["key"].strip(), _value(found["value"])))
        elif row and (found := _ENTRY.fullmatch(line)):
            key, before = row[-1]
            row[-1] = key, "|".join(filter(None, (before, _value(found["value"]))))
    return row


def _value(written: str) -> str:
    return _COMMENT.sub("", written).strip().strip("\"'")


def _is_meant(row: Row) -> bool:
    """Not where the lines are no more than two strokes across the page, with text between."""
    return any(role_of(key) or key.isascii() for key, _ in row)
