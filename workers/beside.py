"""What a customer writes while a question of theirs waits for a model that is away.

It has a turn of its own, so that the FAQ's word on it comes at once and the first question goes on waiting.
What is said then stands in the history before the first one's answer: each of both turns reads the dialogue
as it was when its own messages were written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.pipeline.clauses import clauses
from bot.pipeline.small_talk import small_talk
from bot.types import Answer, Claim, Intent, Message, Outcome, Said, Speaker, Turn
from workers.one_turn import of_one_turn
from workers.remembering import kept

HEARD: Final = (Intent.ACKNOWLEDGEMENT, Intent.THANKS, Intent.GOODBYE)
"""To the word that a question waits: no other question, and no line of ours is worth saying to it."""


def beside(claim: Claim, chars: int) -> Claim | None:
    """The messages that wait, and behind them those of one turn that came since.

    None where nothing waits, or nothing came that asks: to 在吗 a welcome says less than that the question is
    kept.
    """
    since = claim.messages[claim.parked :]
    if not claim.parked or not since:
        return None
    turn = of_one_turn(since, chars)
    if all(small_talk(clauses(message.text)) in (*HEARD, Intent.GREETING) for message in turn):
        return None
    return replace(claim, messages=(*claim.messages[: claim.parked], *turn))


def by_itself(claim: Claim) -> Claim:
    """What came since, as a turn that knows what waits as something said before."""
    waiting = [message for message in claim.messages[: claim.parked] if message.text]
    history = list(claim.history)
    for message in reversed(waiting):
        said = Said(Speaker.CUSTOMER, kept(message.text), message.sent_at)
        history.insert(len(as_they_asked(claim.history, message)), said)
    return replace(claim, messages=claim.messages[claim.parked :], history=tuple(history), parked=0)


def is_of_the_model(turn: Turn, answer: Answer) -> bool:
    """Whether the model had a say, so that it is back."""
    return turn.checked is not None or (answer.outcome is Outcome.ANSWERED and not turn.tool_calls)


def as_they_asked(history: Sequence[Said], message: Message) -> tuple[Said, ...]:
    """Without what was asked after this message, and what was said to that."""
    later = (
        at for at, line in enumerate(history) if line.by is Speaker.CUSTOMER and line.at > message.sent_at
    )
    return tuple(history[: next(later, len(history))])
