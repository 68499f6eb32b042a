"""From a good body to a bad one: in its bytes, or in its tree."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Sequence
from typing import Any, Final
from xml.etree import ElementTree

_ODD: Final[Sequence[Any]] = (
    None, True, False, 0, -1, 1e308, 10**40, "", " ", "\x00", "\ud800", "\u202e", "😀" * 50, "a" * 5000,
    "0", "-1", "1e999", "99999999999999999999", "NaN", "../../etc/passwd", "a:b:c", "a/b", "a|b", "<b>", "]]>",
    "http://127.0.0.1/", [], {}, [[]], [None], {"": None}, [{"text": 1}], {"content": {"content": []}},
)  # fmt: skip
_SPLICES: Final = (
    b"<![CDATA[", b"]]>", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&a;", b"&#0;", b"&#xD800;", b"\xff\xfe", b"\x00",
    b'"', b"{", b"}", b"[" * 2000, b"\\ud800", b"1e999", b"-", b"<a>" * 300, b"\xed\xa0\x80", "“".encode("gbk"),
)  # fmt: skip


def mutated(sample: bytes, chance: random.Random) -> bytes:
    """One of endlessly many neighbours of `sample`."""
    body = sample
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        body = chance.choice((_bytes, _bytes, _tree))(body, chance)
    return body


def _bytes(body: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(body) + 1)
    end = min(len(body), start + chance.choice((0, 1, 2, 8, 64)))
    piece = chance.choice((b"", bytes([chance.randrange(256)]), chance.choice(_SPLICES), body[start:end] * 2))
    return body[:start] + piece + body[end:]


def _tree(body: bytes, chance: random.Random) -> bytes:
    change = _json if body.lstrip()[:1] in (b"{", b"[") else _xml
    try:
        return change(body, chance)
    except (ValueError, ElementTree.ParseError, RecursionError):
        return _bytes(body, chance)


def _json(body: bytes, chance: random.Random) -> bytes:
    root = {"": json.loads(body)}
    holder, key = chance.choice(_places(root, lambda place: True))
    value = chance.choice((*_ODD, _inside))
    if chance.random() < 0.2 and isinstance(holder, dict) and key:
        del holder[key]
    else:
        holder[key] = value(holder[key]) if callable(value) else value
    return json.dumps(root.get("")).encode()


def _inside(value: Any) -> Any:
    """DingTalk puts JSON into strings of JSON."""
    return json.dumps(value)


def _places(tree: Any, wanted: Callable[[Any], bool]) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in entries:
        found.append((tree, key))
        found += _places(value, wanted)
    return found


def _xml(body: bytes, chance: random.Random) -> bytes:
    root = ElementTree.fromstring(body)
    element = chance.choice(list(root.iter()))
    match chance.randrange(4):
        case 0:
            element.text = str(chance.choice(_ODD))
        case 1:
            element.tag = chance.choice(list(root.iter())).tag
        case 2:
            element.append(copy.deepcopy(chance.choice(list(root.iter()))))
        case _:
            element.clear()
    changed: bytes = ElementTree.tostring(root, encoding="utf-8")
    return changed
