"""The loop: the next step, until the turn is finished or out of time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from bot.errors import Unavailable
from bot.ports import Clock
from bot.types import Answer, Turn, changed

_FOR_THE_REST_S: Final = 2.0
"""Of a turn's time, for what is left to do once the model was asked."""


class Step(Protocol):
    """Takes a turn and returns the next one; knows nothing of Redis, HTTP or Celery."""

    @property
    def name(self) -> str:
        """For the trail."""
        ...

    async def __call__(self, turn: Turn) -> Turn:
        """Raises Unavailable when something it needs is away."""
        ...


def time_for_model(turn: Turn, now: float) -> float:
    """Seconds: one that uses up its share still leaves room for the knowledge's own answer."""
    return turn.deadline - now - _FOR_THE_REST_S


class Runs(Protocol):
    """What makes an answer of a turn: a pipeline, or something around one."""

    async def run(self, turn: Turn) -> tuple[Turn, Answer]:
        """The finished turn and its answer. Raises Unavailable."""
        ...


class Notes(Protocol):
    """What is noted of a turn whose answer is out."""

    async def note(self, turn: Turn) -> None:
        """Raises nothing: a note that can't be kept costs nobody anything."""
        ...


class Pipeline:
    """Runs a turn through the steps."""

    def __init__(self, steps: Sequence[Step], clock: Clock) -> None:
        self._steps = steps
        self._clock = clock

    async def run(self, turn: Turn) -> tuple[Turn, Answer]:
        """The finished turn and its answer. Raises Unavailable, also past the turn's deadline."""
        try:
            async with asyncio.timeout(max(0.0, turn.deadline - self._clock())):
                turn = await self._through(turn)
        except TimeoutError as error:
            raise Unavailable("the answer was not ready in time") from error
        if turn.answer is None:
            raise Unavailable("no step gave an answer")
        return turn, turn.answer

    async def _through(self, turn: Turn) -> Turn:
        trail: dict[str, float] = {}
        for step in self._steps:
            if turn.answer is not None:
                break
            started = time.perf_counter()
            turn = await step(turn)
            trail[step.name] = time.perf_counter() - started
        return changed(_with_postscript(turn), trail=trail)


def _with_postscript(turn: Turn) -> Turn:
    """Behind the answer of whichever step ended the turn, be it a line of ours."""
    answer = turn.answer
    if answer is None or not answer.text or not turn.postscript or turn.postscript in answer.text:
        return turn
    return changed(turn, answer=replace(answer, text=f"{answer.text}\n\n{turn.postscript}"))
