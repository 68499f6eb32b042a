"""What do the pictures and the voice messages say?"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import structlog

from bot import wording
from bot.errors import Refused, Unavailable
from bot.ports import Clock, MediaReader, Transcriber
from bot.types import Image, Message, Outcome, Turn, changed
from bot.waiting import end

log = structlog.get_logger()

_MOST: Final = 3
"""Pictures, and voice messages, of one turn: the newest."""
_AT_MOST_S: Final = 30.0
"""For all of them; and never more than half of what the turn has left."""
_TRIES: Final = 2
"""Of a turn, when something can't be had now. Then it is answered without: the customer waits."""


@dataclass(frozen=True, slots=True)
class _Perceived:
    """What became of one message."""

    message: Message
    images: tuple[Image, ...] = ()
    failed: bool = False
    """True when something should have been readable, and was not."""
    away: bool = False
    """True when another try may help."""


class Perceive:
    """Puts a voice message's words into it, and pictures into the turn.

    Nothing here fails the turn in the end: what can't be looked at is answered with a courteous line, or,
    when the customer wrote something besides, in half a sentence (`bot.pipeline.admit`).
    """

    name = "perceive"

    def __init__(
        self, reader: MediaReader, transcriber: Transcriber | None, *, sees: bool, tries: int, clock: Clock
    ) -> None:
        """`sees`: the model takes pictures. `tries`: how often a turn is tried at all."""
        self._reader = reader
        self._transcriber = transcriber
        self._sees = sees
        self._tries = min(tries, _TRIES)
        self._clock = clock

    async def __call__(self, turn: Turn) -> Turn:
        """Raises Unavailable while another try may help, which is once."""
        if not any(message.media for message in turn.messages):
            return turn
        perceived = await self._all(turn)
        if any(one.away for one in perceived) and turn.attempts + 1 < self._tries:
            raise Unavailable("what the customer sent can't be had now")
        turn = changed(
            turn,
            messages=tuple(one.message for one in perceived),
            images=tuple(image for one in perceived for image in one.images)[-_MOST:],
            unseen=_unseen(perceived),
        )
        failed = [one.message.kind for one in perceived if one.failed]
        if failed and not turn.question and not turn.images:
            return turn.finish(wording.NOT_OPENED.format(kind=wording.named(failed[-1])), Outcome.CLARIFIED)
        return turn

    async def _all(self, turn: Turn) -> list[_Perceived]:
        """One after the other would add up; out of time, what is not done yet counts as away."""
        seconds = min(_AT_MOST_S, max(0.0, turn.deadline - self._clock()) / 2)
        wanted = _newest(turn.messages)
        jobs = [asyncio.create_task(self._one(message, message.id in wanted)) for message in turn.messages]
        try:
            await asyncio.wait(jobs, timeout=seconds)
            return [
                job.result() if job.done() else _Perceived(message, failed=True, away=True)
                for job, message in zip(jobs, turn.messages, strict=True)
            ]
        finally:
            await end(jobs)

    async def _one(self, message: Message, wanted: bool) -> _Perceived:
        try:
            if wanted and self._transcriber and _is_wordless_voice(message):
                voice = await self._reader.read(message, 0)
                words = (await self._transcriber.transcribe(voice)).strip()
                return _Perceived(replace(message, text=words), failed=not words)
            if wanted and self._sees:
                return _Perceived(message, await self._pictures(message))
        except Refused as error:
            log.warning("media_not_read", kind=message.kind, reason=str(error))
            return _Perceived(message, failed=True)
        except Unavailable as error:
            log.warning("media_away", kind=message.kind, reason=str(error))
            return _Perceived(message, failed=True, away=True)
        return _Perceived(message)

    async def _pictures(self, message: Message) -> tuple[Image, ...]:
        numbers = [number for number, media in enumerate(message.media) if media.kind == "image"]
        blobs = [await self._reader.read(message, number) for number in numbers[-_MOST:]]
        return tuple(Image(blob.data, blob.content_type) for blob in blobs)


def _newest(messages: Sequence[Message]) -> frozenset[str]:
    """The ids of the messages that are looked at: of each kind the last few."""
    voices = [message.id for message in messages if _is_wordless_voice(message)]
    pictures = [message.id for message in messages if any(media.kind == "image" for media in message.media)]
    return frozenset(voices[-_MOST:] + pictures[-_MOST:])


def _is_wordless_voice(message: Message) -> bool:
    """Some platforms write down themselves what was spoken."""
    return message.kind == "voice" and not message.text and bool(message.media)


def _unseen(perceived: Sequence[_Perceived]) -> tuple[str, ...]:
    """The kinds of what stayed closed, each once."""
    kinds = (
        media.kind
        for one in perceived
        for media in one.message.media
        if not (one.images and media.kind == "image") and not (media.kind == "voice" and one.message.text)
    )
    return tuple(dict.fromkeys(kinds))
