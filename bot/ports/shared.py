"""What all processes have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol


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


class Clock(Protocol):
    """Tells the time, so that tests can."""

    def __call__(self) -> float:
        """Unix seconds."""
        ...
