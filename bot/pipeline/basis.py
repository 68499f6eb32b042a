"""Notes what each answer rests on, for the opinion that may come."""

from __future__ import annotations

from typing import Final

import structlog

from bot.errors import Unavailable
from bot.ports import Bases
from bot.replies import reply_id
from bot.safety.personal import anonymous
from bot.types import Answer, Basis, Ground, Outcome, Turn

log = structlog.get_logger()

QUESTION_CHARS: Final = 200
ANSWER_CHARS: Final = 300
GROUNDS: Final = 5
_NAME_CHARS: Final = 60
_BY_MODEL: Final = frozenset((Outcome.ANSWERED, Outcome.CACHED))


class BasisNotes:
    """In the conversation, for a day; with an opinion, for as long as that is kept."""

    def __init__(self, bases: Bases, model: str) -> None:
        """`model`: its name, empty where there is none."""
        self._bases = bases
        self._model = model

    async def note(self, turn: Turn) -> None:
        """Of a turn whose answer is out. A note that can't be kept costs nobody anything."""
        if turn.answer and turn.answer.text:
            try:
                await self._bases.note(turn.conversation, basis_of(turn, turn.answer, self._model))
            except Unavailable as error:
                log.warning("basis_not_noted", reason=str(error))


def basis_of(turn: Turn, answer: Answer, model: str) -> Basis:
    """Its texts are cut, so that it has a largest size, and are nobody's, as it may outlive the dialogue."""
    return Basis(
        reply=reply_id(turn.conversation, [turn.messages[0].id]),
        question=anonymous(turn.question)[:QUESTION_CHARS],
        answer=anonymous(answer.text)[:ANSWER_CHARS],
        outcome=answer.outcome,
        model=model[:_NAME_CHARS] if answer.outcome in _BY_MODEL else "",
        grounds=tuple(
            Ground(one.id[:_NAME_CHARS], one.source[:_NAME_CHARS], round(one.score, 3))
            for one in turn.passages[:GROUNDS]
        ),
    )
