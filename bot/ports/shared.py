"""What all processes have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.types import Answer, Gap, Rate


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and its remaining life in seconds."""

    value: str
    life: float


class Tokens(Protocol):
    """Access tokens shared by all processes."""

    async def get(self, key: str, fetch: Callable[[], Awaitable[Token]], *, refused: str = "") -> str:
        """The token under `key`; fetched by one caller at a time when there is none.

        `refused` names a token that the platform would not take: it is fetched anew only if the cached one
        is still that one, so a burst of refusals costs one fetch.
        """
        ...


class Marks(Protocol):
    """What one process wants all to know was done, for a while."""

    async def leave(self, mark: str, *, seconds: float) -> None:
        """It was done."""
        ...

    async def has(self, mark: str) -> bool:
        """Whether it was; False also when that was too long ago."""
        ...


class Answers(Protocol):
    """Answers that others may get, too, for a while."""

    async def recall(self, tenant: str, key: str) -> Answer | None:
        """The answer that was remembered under this key; None: none, or it was forgotten."""
        ...

    async def remember(self, tenant: str, key: str, answer: Answer, *, seconds: int) -> None:
        """For so long, or until its place is needed. `key`: 64 hexadecimal digits."""
        ...


class Embeddings(Protocol):
    """What models made of questions, for a while."""

    async def recall(self, model: str, text: str) -> bytes | None:
        """The vector as it was remembered; None: none was, or it is forgotten."""
        ...

    async def remember(self, model: str, text: str, vector: bytes) -> None:
        """Until its place is needed, or for a day."""
        ...


class Gaps(Protocol):
    """What the knowledge lacks, as customers found out."""

    async def note(self, tenant: str, gap: Gap, *, days: int) -> None:
        """Keep it for so many days, or until many newer ones came."""
        ...

    async def since(self, tenant: str, at: float) -> list[Gap]:
        """Those noted since this Unix second, oldest first."""
        ...


class Rates(Protocol):
    """How often something may be done, counted for all processes together."""

    async def turn(self, rate: Rate, caller: str) -> float:
        """Seconds until the caller's turn: it is theirs, and the same when they ask again. 0: now."""
        ...

    async def gone(self, rate: Rate, caller: str) -> None:
        """Their turn is used up: under the same name they are counted anew."""
        ...

    async def spare(self, rate: Rate) -> float:
        """For who would rather not than wait: 0, and counted; else seconds, and nothing is."""
        ...

    async def rest(self, rate: Rate, seconds: float) -> None:
        """Nobody's turn comes for so long: the other side said so."""
        ...


class Clock(Protocol):
    """Tells the time, so that tests can."""

    def __call__(self) -> float:
        """Unix seconds."""
        ...
