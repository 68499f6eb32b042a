"""Fitting a prompt into the context window, without the model's tokenizer at hand.

The estimate errs on the large side: Qwen's tokenizer takes about 0.6 to 0.7 tokens for a Chinese character
and 0.25 to 0.3 for a Latin letter, so a prompt that fits by this count fits by theirs.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from bot.types import Said

_WIDE: Final = 1.0
_NARROW: Final = 0.4
IMAGE: Final = 1400
"""Of one picture of 1024 × 1024: Qwen-VL takes a token for each 28 × 28 pixels."""
_PER_MESSAGE: Final = 8
"""What a chat template wraps around each message."""


def tokens(text: str) -> int:
    """About how many tokens a text takes, rounded up."""
    wide = sum(character > "\u2e7f" for character in text)
    return int(wide * _WIDE + (len(text) - wide) * _NARROW) + 1


def newest_that_fit(history: Iterable[Said], room: int) -> tuple[Said, ...]:
    """The newest lines that fit into `room` tokens, oldest first."""
    kept: list[Said] = []
    for line in reversed(tuple(history)):
        room -= tokens(line.text) + _PER_MESSAGE
        if room < 0:
            break
        kept.append(line)
    return tuple(reversed(kept))


def first_that_fit(texts: Iterable[str], room: int) -> list[str]:
    """As many texts from the front as fit into `room` tokens."""
    kept: list[str] = []
    for text in texts:
        room -= tokens(text)
        if room < 0:
            break
        kept.append(text)
    return kept
