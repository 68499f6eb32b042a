"""One customer of one simulated platform: what every terminal chat can ask of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.simulators.platform import Platform, Trouble
from tests.simulators.record import Posting, Seen

Deed = Callable[[], Awaitable[Posting]]


class NotHere(Exception):
    """The platform, or its simulator, has no such thing; the text is for whoever asked."""


@dataclass(frozen=True, slots=True)
class Visit:
    """Who comes, to which door of Kefu, and where the platform listens meanwhile."""

    channel: str
    callback: str
    customer: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What can be clicked instead of typed."""

    id: str
    text: str


class Door(ABC):
    """A platform with one customer before it. `/again` repeats the last message, never an event."""

    sends: tuple[str, ...] = ()
    """The paths by which Kefu sends."""
    failing = ""
    """Which sends a code of `/fail` meets, where it is not all."""

    def __init__(self, platform: Platform, visit: Visit) -> None:
        self.platform = platform
        self.visit = visit
        self._last: Deed | None = None

    @property
    def receiver(self) -> str:
        """Under what name the platform's record has the customer."""
        return self.visit.customer

    @abstractmethod
    async def arrive(self, tell: Callable[[str], None]) -> None:
        """Return when Kefu is at the other end. Raises Misconfigured."""

    @abstractmethod
    async def say(self, text: str) -> Posting:
        """The customer writes. Raises NotHere when the platform lets them say no more."""

    async def again(self) -> Posting:
        """Deliver the last message once more, though it was taken. Raises NotHere."""
        if self._last is None:
            raise NotHere("nothing was said yet")
        return await self._last()

    async def speak(self, words: str) -> Posting:
        """A voice message that the platform has written down. Raises NotHere."""
        raise NotHere("this platform writes no voice message down; it works with dingtalk and wecom-bot")

    @abstractmethod
    async def show(self, picture: bytes) -> Posting:
        """The customer sends a picture."""

    async def record_voice(self, voice: bytes) -> Posting:
        """A voice message that the platform has not written down. Raises NotHere."""
        raise NotHere("this platform writes every voice message down")

    async def enter(self) -> Posting:
        """The customer opens the chat. Raises NotHere."""
        raise NotHere("the simulator does not tell when this platform's customers open the chat")

    def suggestions(self, seen: Seen) -> list[Suggestion]:
        """What a message offers to click."""
        return []

    async def click(self, suggestion: Suggestion) -> Posting:
        """Choose one of them."""
        raise NotHere("this door offers nothing to click")

    @abstractmethod
    def fail(self, code: str, times: int) -> None:
        """Answer the next `times` sends with an error of the platform's own. Raises NotHere."""

    def break_down(self, status: int, times: int) -> None:
        """Answer them with an HTTP status, and without a word of the platform's."""
        for path in self.sends:
            self._trouble(path, "", times, status=status)

    @abstractmethod
    def revoke_token(self) -> None:
        """End Kefu's access token before its time. Raises NotHere."""

    async def _do(self, deed: Deed) -> Posting:
        self._last = deed
        return await deed()

    def _trouble(self, path: str, body: dict[str, object] | str, times: int, *, status: int = 200) -> None:
        self.platform.trouble(path, Trouble(status, body), times=times)
