"""The customer of the story: what they do, and what each deed must bring: once, and no more."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Protocol

_WITHIN_S: Final = 120.0
"""WeCom's 45009 alone costs a minute and a half: `adapters.wecom.errors`."""
_QUIET_S: Final = 3.0
"""So long after the last reply, a second copy would have come."""


class Counterpart(Protocol):
    """A door, seen from the customer's side."""

    async def say(self, text: str) -> None:
        """Write; return when it was taken."""
        ...

    async def again(self) -> None:
        """Have the last message delivered once more, though it was taken."""
        ...

    async def screen(self) -> Sequence[str]:
        """All that was said to the customer, oldest first."""
        ...


class Customer:
    """Remembers what is still to be seen, and how often."""

    def __init__(self, door: Counterpart, answers: Mapping[str, str]) -> None:
        """`answers`: to each question, a piece that no other answer holds."""
        self._door = door
        self._answers = answers
        self._awaited: Counter[str] = Counter()
        self.turns = 0

    async def asks(self, question: str) -> None:
        """One question, and they wait for its answer."""
        await self.does(lambda: self._door.say(question), brings=self._answers[question])

    async def asks_quickly(self, *questions: str) -> None:
        """All at once: which one arrives first is up to the platform."""
        for question in questions:
            self.expects(self._answers[question])
        await asyncio.gather(*(self._door.say(question) for question in questions))
        await self._sees_all()

    async def does(self, deed: Callable[[], Awaitable[object]], *, brings: str) -> None:
        """Anything else, with words that it must bring."""
        self.expects(brings)
        await deed()
        await self._sees_all()

    def expects(self, piece: str) -> None:
        """A turn of theirs, and what it must bring in the end."""
        self._awaited[piece] += 1
        self.turns += 1

    async def is_repeated(self) -> None:
        """The platform did not hear us, and delivers the last message again."""
        await self._door.again()

    async def sees_nothing_new(self) -> None:
        """For a while: neither a word more nor one again."""
        before = list(await self._door.screen())
        await asyncio.sleep(_QUIET_S)
        assert list(await self._door.screen()) == before
        seen = "\n".join(before)
        assert {piece: seen.count(piece) for piece in self._awaited} == dict(self._awaited)

    async def _sees_all(self) -> None:
        try:
            async with asyncio.timeout(_WITHIN_S):
                while missing := await self._missing():
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"never came: {missing}; seen: {list(await self._door.screen())}") from None

    async def _missing(self) -> list[str]:
        seen = "\n".join(await self._door.screen())
        return [piece for piece, times in self._awaited.items() if seen.count(piece) < times]
