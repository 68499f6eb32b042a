"""What an operator can do with what was given up: see it, try it once more, forget it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.errors import NotFound, Refused
from bot.ports import Clock, DeadLetters, Nudges
from bot.types import APOLOGISED, DeadLetter, Work


@dataclass(frozen=True, slots=True)
class Choice:
    """Which letters are meant: those named, or all of a tenant or a channel; empty: any."""

    ids: Sequence[str] = ()
    tenant: str = ""
    channel: str = ""
    apologised: bool | None = None
    """True: only messages that got an apology; False: none of them; None: these too."""

    def takes(self, letter: DeadLetter) -> bool:
        """Whether this is one of them."""
        conversation = letter.reply.conversation
        return (
            (not self.ids or letter.id in self.ids)
            and self.tenant in ("", conversation.tenant)
            and self.channel in ("", conversation.channel)
            and self.apologised in (None, letter.state == APOLOGISED)
        )


class DeadLetterOffice:
    """The desk behind `kefu dead`. Raises KefuError throughout."""

    def __init__(self, letters: DeadLetters, nudges: Nudges, clock: Clock) -> None:
        self._letters = letters
        self._nudges = nudges
        self._clock = clock

    async def all(self, choice: Choice) -> list[DeadLetter]:
        """The oldest first. Raises NotFound for an id that is not there."""
        letters = [letter for letter in await self._letters.all() if choice.takes(letter)]
        missing = set(choice.ids) - {letter.id for letter in letters}
        if missing:
            raise NotFound(f"{', '.join(sorted(missing))}: not on the list; see `kefu dead list`")
        return letters

    async def retry(self, letter: DeadLetter) -> None:
        """Back where it was. Raises Refused when that is in vain, NotFound when somebody was quicker."""
        if why := self.in_vain(letter):
            raise Refused(f"{letter.id}: {why}")
        if not await self._letters.revive(letter, now=self._clock()):
            raise _gone(letter)
        work = Work.ANSWER if letter.state == APOLOGISED else Work.DELIVER
        self._nudges.nudge(work, letter.reply.conversation)

    async def drop(self, letter: DeadLetter) -> None:
        """Off the list for good. Raises NotFound when somebody was quicker."""
        if not await self._letters.drop(letter):
            raise _gone(letter)

    def in_vain(self, letter: DeadLetter) -> str:
        """Why trying once more can't help; empty: it can."""
        expires_at = letter.reply.address.expires_at
        if expires_at is not None and expires_at < self._clock():
            return "its address ran out, so it can't be sent any more; `kefu dead drop` takes it off the list"
        return ""


def _gone(letter: DeadLetter) -> NotFound:
    return NotFound(f"{letter.id}: not on the list any more")
