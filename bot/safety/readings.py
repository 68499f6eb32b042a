"""What a text may stand for, where somebody had it written so that it is not recognised."""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import unquote

from bot.safety.letters import folded, letters_of

_BASE64: Final = re.compile(r"(?:[A-Za-z0-9+/_-][ \t\r\n]*){16,}={0,2}")
_HEX: Final = re.compile(r"(?:(?:0x|\\x)?[0-9a-fA-F]{2}[\s,;:]*){8,}")
_HEX_DIGITS: Final = re.compile(r"0x|\\x|[^0-9a-fA-F]")
_ESCAPED: Final = re.compile(r"(?:\\u|U\+|&#x)([0-9a-fA-F]{4,5});?")
_LONGEST: Final = 20_000
"""Letters: longer than any answer."""


@dataclass(frozen=True)
class Reading:
    """One of them."""

    text: str

    @cached_property
    def folded(self) -> str:
        """As blocked words are looked for in it."""
        return folded(self.text)

    @cached_property
    def letters(self) -> str:
        """As runs are."""
        return letters_of(self.folded)


def readings(text: str) -> Sequence[Reading]:
    """As it stands, which is the first; backwards; with its codes read; and each run of base64 or hexadecimal
    in it."""
    return tuple(map(Reading, _readings(text)))


def _readings(text: str) -> Iterator[str]:
    yield text
    text = text[:_LONGEST]
    yield text[::-1]
    yield from (read for read in (_unescaped(text), codecs.encode(text, "rot13")) if read != text)
    for coded in _BASE64.findall(text):
        yield from _texts(_from_base64(coded))
    for coded in _HEX.findall(text):
        digits = _HEX_DIGITS.sub("", coded)
        yield from _texts(bytes.fromhex(digits[: len(digits) // 2 * 2]))


def _unescaped(text: str) -> str:
    return html.unescape(unquote(_ESCAPED.sub(_character, text)))


def _character(code: re.Match[str]) -> str:
    number = int(code[1], 16)
    return chr(number) if number < 0xD800 or 0xDFFF < number < 0x110000 else code[0]


def _from_base64(coded: str) -> bytes:
    plain = re.sub(r"[\s=]", "", coded).replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain[: len(plain) - (len(plain) % 4 == 1)] + "=" * (-len(plain) % 4))
    except (binascii.Error, ValueError):
        return b""


def _texts(data: bytes) -> Iterator[str]:
    """Whatever of it is text."""
    yield data.decode("utf-8", "ignore")
    yield data.decode("utf-16-le", "ignore")
    yield data.decode("gb18030", "ignore")
