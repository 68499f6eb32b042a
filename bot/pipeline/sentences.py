"""Which questions does a message ask?"""

from __future__ import annotations

import re
from typing import Final

_BORDER: Final = re.compile(r"(?<=[?？!！。;；\n])\s*|(?<=[吗呢])[,，、\s]+|(?<=[a-z][.])\s+")
_ASKS: Final = re.compile(
    r"[?？]|[吗呢么][?？!！。,，~～\s]*$|怎|如何|什么|啥|哪(?!吒)|谁|几|多久|多少|多长|多大|为何|能不能|可不可以|有没有"
    r"|可以|能否|是否|是不是|会不会|^(?:how|what|when|where|who|why|which|can|could|do|does|is|are|may|will)\b",
    re.IGNORECASE,
)
_WISHES: Final = re.compile(
    r"(?:^|我|咱|俺|们|就|也|是|还|另外|顺便)(?:想|要|想要|需要|打算)(?!问|咨询|[了到起不的是])\w"
    r"|\b(?:want|need|like|wish|going) to\b",
    re.IGNORECASE,
)
_SHORTEST: Final = 3
"""Characters; what is shorter belongs to its neighbours: "好吗？"."""
_AROUND: Final = "?？!！。;；,，~～ \n"


def questions(text: str) -> list[str]:
    """The sentences of a message that ask something, if several do; else the message as it is."""
    parts = [part.strip() for part in _BORDER.split(text)]
    asked = [part for part in parts if len(part.strip(_AROUND)) >= _SHORTEST and asks(part)]
    if len(asked) > 1:
        return asked
    return [text] if text else []


def seeks(text: str) -> bool:
    """True for a question or a wish, by its form: who says 我想退货 asks how."""
    return asks(text) or _WISHES.search(text) is not None


def asks(text: str) -> bool:
    """True for a question, by its form."""
    return _ASKS.search(text) is not None
