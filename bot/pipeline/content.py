"""What a text says of its matter: its words without those that any question has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from bot.pipeline.plain import folded

_EMPTY: Final = re.compile(
    r"怎么[样办]?|怎样|如何|什么|可以|能不能|有没有|是不是|请问|你们|我们|多少|一个|一下|一些|还是|现在|今天|明天|昨天|谢谢|知道"
    r"|觉得|帮我|给我|为什么|这个|那个|的话|不是|没有|就是|已经|时候|哪里|哪个|哪些|提供|推荐|可能|需要|应该|多久|大概|几[天个]"
    r"|多长时间|[我你您的了吗呢吧啊呀哦嘛么啦能会要是有在那就都也还和跟给哪几个谁想不没再]"
)
_WIDE: Final = r"\u3400-\u9fff"
_RUN: Final = re.compile(rf"[{_WIDE}]+|[a-z0-9]+")
_IS_WIDE: Final = re.compile(rf"[{_WIDE}]")


def content(text: str) -> list[str]:
    """Runs of Chinese characters, and Latin words."""
    return _RUN.findall(_EMPTY.sub(" ", folded(text)))


def held(parts: Sequence[str], text: str) -> float:
    """The share of their characters that a text has, too, in pieces of two or more; of nothing, all."""
    text = folded(text)
    whole = sum(map(len, parts))
    return sum(_held(part, text) for part in parts) / whole if whole else 1.0


def _held(part: str, text: str) -> int:
    if not _IS_WIDE.match(part):
        return len(part) if part in text else 0
    places = {at + step for at, pair in enumerate(pairwise(part)) if "".join(pair) in text for step in (0, 1)}
    return len(places)
