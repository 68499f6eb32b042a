"""What was said before a question, as a conversation would have kept it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.pipeline.retrieve import Retrieve
from bot.pipeline.slots import carried, heard
from bot.ports import Finder
from bot.types import Address, Conversation, Message, Said, Speaker, Turn
from knowledge.judge.cases import Line


async def retold(
    lines: Sequence[Line], finder: Finder, conversation: Conversation, at: float
) -> tuple[Said, ...]:
    """With what was kept in mind of each question, in the line that followed it. Raises Unavailable."""
    retrieve, slots = Retrieve(finder), None
    history: tuple[Said, ...] = ()
    for line in lines:
        if line.by is Speaker.CUSTOMER:
            slots = (await retrieve(after(history, line.text, conversation, at))).slots
            history = (*history, Said(line.by, line.text, at))
        else:
            history = (*history, Said(line.by, line.text, at, slots or None))
    return history


def after(history: Sequence[Said], question: str, conversation: Conversation, at: float) -> Turn:
    """The turn of a question that somebody asks then."""
    message = Message("eval", conversation, question, at, Address({}))
    mind = heard(carried(history), question, history)
    return Turn(conversation, (message,), at, history=tuple(history), slots=mind)
