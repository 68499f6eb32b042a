"""Bytes to text, however a shop's programs wrote it.

In this order, as each is surer than the next: a byte-order mark, UTF-8, UTF-16 (its text has zeros in it),
Windows-1252, GB18030 (GBK and GB2312 are parts of it), Big5. A detector by statistics takes short Chinese
texts for Big5 or Korean; these rules take them for what a shop in China has, unless nobody would write so.
"""

from __future__ import annotations

import re
from typing import Final

from bot.errors import BadRequest
from knowledge.formats.everyday import is_everyday, is_odd

UNREADABLE: Final = "\ufffd"
"""Stands where bytes were no character. Whatever holds one is left out and named, and the rest is kept."""

_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_USUAL: Final = re.compile(r"[\t\n\r -~\u2010-\u203b\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_BINARY_SHARE: Final = 200
"""One control character in so many is no accident any more."""
_DAMAGED_SHARE: Final = 100
_HIGH: Final = re.compile(rb"[\x80-\xff]+")
_LOOKED_AT: Final = 65536


def decode(data: bytes, source: str) -> str:
    """The text, its lines ended by a line feed. Raises BadRequest."""
    return decoded(data, source)[1]


def decoded(data: bytes, source: str) -> tuple[str, str]:
    """The encoding's name, and the text. Raises BadRequest when it is none."""
    found = (
        _marked(data) or _strict(data, "utf-8") or _zeros(data) or _damaged_utf8(data) or _by_country(data)
    )
    if found is None:
        raise BadRequest(f"{source}: is no text in UTF-8, UTF-16, GBK or Big5; save it again as UTF-8")
    encoding, text = found
    if len(_CONTROLS.findall(text)) * _BINARY_SHARE > len(text):
        raise BadRequest(f"{source}: is no text at all; save what it holds as text, a table or a document")
    text = _CONTROLS.sub(" ", text).removeprefix("\ufeff")
    return encoding, text.replace("\r\n", "\n").replace("\r", "\n")


def _marked(data: bytes) -> tuple[str, str] | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, data[len(mark) :].decode(encoding, "replace")
    return None


def _strict(data: bytes, encoding: str) -> tuple[str, str] | None:
    try:
        return encoding, data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _zeros(data: bytes) -> tuple[str, str] | None:
    """UTF-16 without a mark: its commas and line feeds have a zero on one side."""
    if b"\x00" not in data:
        return None
    found = _strict(data, "utf-16-le" if data[1::2].count(0) >= data[::2].count(0) else "utf-16-be")
    if found and len(_USUAL.findall(found[1])) > 0.9 * len(found[1]):
        return found
    return None  # any bytes in pairs are characters of some sort


def _damaged_utf8(data: bytes) -> tuple[str, str] | None:
    """Cut in the middle of a character, say: next to what is readable, hardly anything is not."""
    text = data.decode("utf-8", "replace")
    bad = text.count(UNREADABLE)
    good = sum(not char.isascii() for char in text) - bad
    return ("utf-8", text) if good > 10 * bad else None


def _by_country(data: bytes) -> tuple[str, str] | None:
    runs = _HIGH.findall(data[:_LOOKED_AT])
    alone = sum(len(run) == 1 for run in runs)
    if runs and alone > 0.7 * len(runs):  # é between Latin letters; a Chinese character has two such bytes
        return "windows-1252", data.decode("cp1252", "replace")
    text = data.decode("gb18030", "replace")
    is_readable = text.count(UNREADABLE) * _DAMAGED_SHARE < len(text)
    if is_readable and is_everyday(text):
        return "gb18030", text
    if (found := _strict(data, "big5hkscs")) and is_everyday(found[1]):
        return "big5", found[1]
    return ("gb18030", text) if is_readable and not is_odd(text) else None
