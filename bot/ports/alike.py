"""Answers to questions that were asked in other words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from bot.types import Answer, Question


class Meanings(Protocol):
    """Tells which questions ask the same. Fails open: without it only the same words are known again."""

    async def vector(self, text: str) -> bytes:
        """As a `Question` has it; at no cost where the text was just looked up. Raises Unavailable."""
        ...

    def same(self, asked: Question, others: Sequence[Question]) -> int | None:
        """The place of the one that surely asks the same; None: none does, or it can't be told."""
        ...


class AlikeAnswers(Protocol):
    """Answers with the questions that got them, for a while."""

    async def recall(self, tenant: str, among: str) -> list[tuple[Question, Answer]]:
        """Those among which a question belongs. Raises Unavailable."""
        ...

    async def remember(self, tenant: str, question: Question, answer: Answer, *, seconds: int) -> None:
        """For so long, or until its place is needed. Raises Unavailable."""
        ...
