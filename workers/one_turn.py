"""Which of the messages that wait get one answer."""

from __future__ import annotations

from typing import Final

from bot.types import Message

MESSAGES_A_TURN: Final = 20
"""What a customer sent in a quick row, and what came while we were busy, gets one answer."""


def may_grow(turn: tuple[Message, ...], *, waiting: int) -> bool:
    """Whether a message that comes now could be part of it: none of those that wait stands in between."""
    return len(turn) == waiting < MESSAGES_A_TURN and not turn[0].address.own


def of_one_turn(messages: tuple[Message, ...], chars: int) -> tuple[Message, ...]:
    """The first, and those of the same person behind it that a model can read along with it."""
    first, *others = messages
    turn, size = [first], len(first.text)
    for message in others:
        size += len(message.text)
        if message.sender != first.sender or message.address.own or size > chars:
            break
        turn.append(message)
    return tuple(turn)
