"""Answers with the questions that got them, for those who ask the same in other words.

Those that a question may be held against have one place, with room for a few: of each entry of the knowledge
the questions that were asked lately. One that comes again takes the room that it had.
"""

from __future__ import annotations

import zlib

from bot.store import bounds
from bot.store import keys as names
from bot.store.codec import decode, encode
from bot.store.courier import Courier
from bot.store.redis import Client, redis_errors
from bot.types import Answer, Question

_BETWEEN = b"\n"
"""JSON on one line, and behind it the vector as it is: in JSON it would take a third more."""


class RedisAlikeAnswers:
    """`bot.ports.AlikeAnswers` on Redis."""

    def __init__(self, client: Client) -> None:
        self._courier = Courier.of(client)

    async def recall(self, tenant: str, among: str) -> list[tuple[Question, Answer]]:
        """Raises Unavailable. What a later version of ours kept, and we can't read, is as good as none."""
        with redis_errors():
            found: list[bytes | None] = await self._courier.call("MGET", *names.alike(tenant, among))
        each = (_read(data) for data in found if data)
        return [(question, answer) for question, answer in filter(None, each) if question.among == among]

    async def remember(self, tenant: str, question: Question, answer: Answer, *, seconds: int) -> None:
        """Raises Unavailable. What is too long to be kept by the thousand is not kept."""
        data = encode((question.among, question.text, answer)) + _BETWEEN + question.vector
        if len(data) <= bounds.ALIKE_BYTES:
            rooms = names.alike(tenant, question.among)
            own = rooms[zlib.crc32(question.text.encode(errors="replace")) % len(rooms)]
            with redis_errors():
                await self._courier.call("SET", own, data, "EX", seconds)


def _read(data: bytes) -> tuple[Question, Answer] | None:
    told, _, vector = data.partition(_BETWEEN)
    try:
        among, text, answer = decode(told, tuple[str, str, Answer])
    except ValueError:
        return None
    return Question(text, vector, among), answer
