"""Fitting a prompt into the context window, without the model's tokenizer at hand.

The estimate errs on the large side: Qwen's tokenizer takes about 0.6 to 0.7 tokens for a Chinese character
and 0.25 to 0.3 for a Latin letter, so a prompt that fits by this count fits by theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from bot.types import Said

_WIDE: Final = 1.0
_NARROW: Final = 0.4
_NARROW_ONES: Final = re.compile("[\0-\u2e7f]+")
IMAGE: Final = 1400
"""Of one picture of 1024 × 1024: Qwen-VL takes a token for each 28 × 28 pixels."""
_PER_MESSAGE: Final = 8
"""What a chat template wraps around each message."""


def tokens(text: str) -> int:
    """About how many tokens a text takes, rounded up."""
    wide = len(_NARROW_ONES.sub("", text))
    return int(wide * _WIDE + (len(text) - wide) * _NARROW) + 1


def newest_that_fit(history: Sequence[Said], room: int, *, most: int) -> tuple[Said, ...]:
    """The newest lines that fit into `room` tokens, oldest first, and `most` of them.

    Where there are that many, older ones may be forgotten. Then the first
    lines go in a block: a window that moved with each line would change what every prompt begins with.
    """
    kept: list[Said] = []
    history = history[-most:] if most else ()
    for line in reversed(history):
        room -= tokens(line.text) + _PER_MESSAGE
        if room < 0:
            break
        kept.append(line)
    kept.reverse()
    return tuple(kept if len(kept) == len(history) < most else _from_a_pause(kept))


def _from_a_pause(lines: Sequence[Said]) -> Sequence[Said]:
    """From the longest pause in the older half on: a conversation's own seam, and the same one next time,
    as long as it is in sight."""
    seams = range(1, len(lines) // 2 + 1)
    start = max(seams, key=lambda at: lines[at].at - lines[at - 1].at, default=0)
    return lines[start:]


def first_that_fit(texts: Iterable[str], room: int) -> list[str]:
    """As many texts from the front as fit into `room` tokens."""
    kept: list[str] = []
    for text in texts:
        room -= tokens(text)
        if room < 0:
            break
        kept.append(text)
    return kept
