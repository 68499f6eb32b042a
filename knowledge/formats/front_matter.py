"""What a page says of itself at its top, between two lines of `---` (or `+++`, as in TOML).

A small part of YAML is enough: a key and its value a line, and lists in all of its forms. Nothing of it may
be passed over in silence, as a page that is for some would be told to all: so a Chinese colon will do, too,
and what is not closed is refused where it says when the page holds, or for whom.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import Final

from bot.errors import BadRequest
from knowledge.formats.columns import SCOPE, Role, role_of
from knowledge.formats.rows import Row, scope_of
from knowledge.scope import Scope

_FENCED: Final = re.compile(
    r"\s*(?P<fence>---|\+\+\+)[ \t]*\n(?:(?P<lines>(?:[^\n]*\n)*?)(?P=fence)[ \t]*(?:\n|\Z))?"
)
_KEYED: Final = re.compile(r"[\s{*\"']*(?P<key>[^\s:：=#{*\"'\-][^:：=]*)[:：=](?P<value>.*)")
_ENTRY: Final = re.compile(r"\s*-\s+(?P<value>.+)|\s+(?P<more>[^\s#].*)")
_COMMENT: Final = re.compile(r"(?:^|\s)#.*")
_FOLDED: Final = frozenset({">", "|", ">-", "|-"})
"""YAML's marks of a text that stands below."""
_MOST_LINES: Final = 100
_AROUND: Final = "\"'*} "


def scoped(text: str, source: str) -> tuple[Scope, str, str]:
    """When and for whom a page holds, its title, and its text with all that emptied, so that lines keep their
    numbers. Raises BadRequest."""
    found = _FENCED.match(text)
    if found is None:
        return Scope(), "", text
    if found["lines"] is None:
        _check_open(text[found.end() :], source, found["fence"])
        return Scope(), "", text
    row = _row(found["lines"])
    if not _is_meant(row):
        return Scope(), "", text
    try:
        scope = scope_of(row)
    except ValueError as error:  # whoever wrote it wants to hear of it before customers see the page
        raise BadRequest(f"{source}: {error}") from error
    title = next((value for key, value in row if role_of(key) is Role.HEADING and value), "")
    return scope, title, "\n" * found[0].count("\n") + text[found.end() :]


def _check_open(below: str, source: str, fence: str) -> None:
    top = "\n".join(takewhile(str.strip, below.split("\n", _MOST_LINES)[:_MOST_LINES]))
    if any(role_of(key) in SCOPE for key, _ in _row(top)):
        raise BadRequest(f"{source}: begins with {fence} and its keys, and does not close them with {fence}")


def _row(lines: str) -> list[tuple[str, str]]:
    row: list[tuple[str, str]] = []
    for line in lines.split("\n"):
        if found := _KEYED.fullmatch(line):
            row.append((found["key"].strip(_AROUND), _value(found["value"])))
        elif row and (found := _ENTRY.fullmatch(line)):
            key, before = row[-1]
            more = _value(found["value"] or found["more"])
            row[-1] = key, "|".join(filter(None, ("" if before in _FOLDED else before, more)))
    return row


def _value(written: str) -> str:
    return _COMMENT.sub("", written).strip().strip(_AROUND)


def _is_meant(row: Row) -> bool:
    """Not where the lines are no more than two strokes across the page, with text or a question between."""
    roles = {role_of(key) for key, _ in row}
    return not roles & {Role.QUESTION, Role.ANSWER} and any(role_of(key) or key.isascii() for key, _ in row)
