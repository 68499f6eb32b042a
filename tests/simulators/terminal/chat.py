"""The chat: lines in, messages and commands out, and whatever the platform shows its customer."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from tests.simulators.platform import Trouble
from tests.simulators.record import Attempt, Posting
from tests.simulators.terminal.door import Door, NotHere, Suggestion
from tests.simulators.terminal.patience import Patience
from tests.simulators.terminal.screen import Screen

HELP: Final[Mapping[str, str]] = {
    "/enter": "open the chat, as a customer does who has not written yet",
    "/voice WORDS": "say it aloud, where the platform writes voice down",
    "/image FILE": "send a picture",
    "/menu N": "click the N-th suggestion of the last menu",
    "/again": "deliver the last message once more; it must not be answered again",
    "/fail CODE [N]": "let Kefu's next N sends (1) fail with this error code, or HTTP status",
    "/token": "end Kefu's access token before its time",
    "/help": "this list",
    "/quit": "leave (also Ctrl-D, Ctrl-C)",
}
_GREETED_WITHIN_S: Final = 5.0
"""A greeting is short-lived on every platform, and not everybody gets one."""
_LAST_PART_WITHIN_S: Final = 0.5
"""Parts of one reply follow one another at once."""
_MOST_FAILURES: Final = 100
_HTTP_STATUS: Final = re.compile("[45][0-9]{2}")
"""No code that an adapter knows of its platform's looks so."""
_LINE: Final = "\n· "
"""How each suggestion begins where there are no buttons (`adapters.suggestions`)."""


class Chat:
    """With `patience`, each line waits for its reply: that is a script."""

    def __init__(self, door: Door, screen: Screen, *, patience: Patience | None = None) -> None:
        self._door = door
        self._screen = screen
        self._patience = patience
        self._record = door.platform.record
        door.platform.on_trouble = self._meet
        self._offered: list[Suggestion] = []
        self._offered_in_lines = False
        self._missed = 0
        self._commands: Mapping[str, Callable[[str], Awaitable[None]]] = {
            "/enter": self._enter,
            "/voice": self._voice,
            "/image": self._image,
            "/menu": self._menu,
            "/again": self._again,
            "/fail": self._fail,
            "/token": self._token,
            "/help": self._help,
        }

    async def run(self, lines: AsyncIterator[str]) -> bool:
        """True when nothing asked for was missed."""
        showing = asyncio.create_task(self._show())
        try:
            async for line in lines:
                text = line.strip()
                if text == "/quit":
                    break
                if text:
                    await self._take(text)
        finally:
            showing.cancel()
            with suppress(asyncio.CancelledError):  # whatever else ended it is told
                await showing
        return self._missed == 0

    async def _show(self) -> None:
        shown = 0
        while True:
            seen = await self._record.wait(self._door.receiver, shown + 1, math.inf)
            for message in seen[shown:]:
                suggestions = self._door.suggestions(message)
                self._offered = suggestions or self._offered
                self._offered_in_lines |= _LINE in message.text
                self._screen.reply(message, suggestions)
            shown = len(seen)

    async def _take(self, text: str) -> None:
        if self._patience:
            self._screen.customer(text)
        name, _, rest = text.partition(" ")
        try:
            if not text.startswith("/"):
                await self._expect(self._door.say(text))
            elif command := self._commands.get(name):
                await command(rest.strip())
            else:
                raise NotHere(f"there is no {name}; /help lists what there is")
        except NotHere as error:
            self._miss(str(error))

    async def _voice(self, words: str) -> None:
        if not words:
            raise NotHere("write /voice WORDS")
        await self._expect(self._door.speak(words))

    async def _image(self, name: str) -> None:
        try:
            picture = await asyncio.to_thread(Path(name).read_bytes)
        except OSError as error:
            raise NotHere(f"{name or 'FILE'} can't be read ({error.strerror})") from error
        await self._expect(self._door.show(picture))

    async def _menu(self, number: str) -> None:
        if not number.isdecimal() or not 1 <= int(number) <= len(self._offered):
            raise NotHere(self._what_to_click())
        await self._expect(self._door.click(self._offered[int(number) - 1]))

    def _what_to_click(self) -> str:
        if self._offered:
            return f"write a number from 1 to {len(self._offered)}"
        if self._offered_in_lines:
            return "the suggestions came as lines of text, and no button with them; write one of them instead"
        return "no suggestion was offered yet"

    async def _enter(self, _: str) -> None:
        before = self._seen()
        if self._taken(await self._door.enter()) and self._patience:
            try:
                await self._record.wait(
                    self._door.receiver, before + 1, min(self._patience.usual, _GREETED_WITHIN_S)
                )
                await self._last_part()
            except TimeoutError:
                self._screen.note("no greeting")

    async def _again(self, _: str) -> None:
        posting = await self._door.again()
        if self._taken(posting):
            self._screen.note(f"delivered again, and taken in {posting.attempts[-1].seconds * 1000:.0f} ms")

    async def _fail(self, rest: str) -> None:
        code, _, times = rest.partition(" ")
        count = int(times) if times.strip().isdecimal() else (0 if times.strip() else 1)
        if not code or not 1 <= count <= _MOST_FAILURES:
            raise NotHere(f"write /fail CODE [N], with N from 1 to {_MOST_FAILURES}")
        if _HTTP_STATUS.fullmatch(code):
            self._door.break_down(int(code), count)
            self._screen.note(f"HTTP {code} awaits the next {_counted(count, 'send')}")
            return
        self._door.fail(code, count)
        self._screen.note(f"{code} awaits the next {_counted(count, 'send')}{self._door.failing}")

    async def _token(self, _: str) -> None:
        self._door.revoke_token()
        self._screen.note("the access token is revoked")

    async def _help(self, _: str) -> None:
        for usage, meaning in HELP.items():
            self._screen.note(f"{usage:<15} {meaning}")

    async def _expect(self, posting: Awaitable[Posting]) -> None:
        """Deliver; in a script, wait for what comes back."""
        before = self._seen()
        if self._patience:
            self._patience.begin()  # Kefu may be told to wait while it still takes the message
        if not self._taken(await posting) or not self._patience:
            return
        try:
            await self._patience.wait(self._record, self._door.receiver, before + 1, self._screen.note)
            await self._last_part()
        except TimeoutError:
            self._miss(f"no reply within {round(self._patience.granted, 1):g} s")

    async def _last_part(self) -> None:
        """Return when a reply that has begun is there with all its parts."""
        with suppress(TimeoutError):
            while True:
                await self._record.wait(self._door.receiver, self._seen() + 1, _LAST_PART_WITHIN_S)

    def _meet(self, trouble: Trouble) -> None:
        """What was ordered by /fail has come about."""
        said = trouble.body if isinstance(trouble.body, dict) else {}
        code = said.get("errcode", said.get("code", f"HTTP {trouble.status}"))
        told = f"Kefu was told {code}: it may wait up to a minute before it tries again, if it does"
        if self._patience:
            self._patience.grow()
            told += f"; with what an answer may take, {self._patience.left:.0f} s at most"
        self._screen.note(told)

    def _seen(self) -> int:
        return len(self._record.seen_by(self._door.receiver))

    def _taken(self, posting: Posting) -> bool:
        if not posting.accepted:
            self._miss(f"Kefu did not take it: {_why(posting.attempts[-1])}")
        return posting.accepted

    def _miss(self, text: str) -> None:
        self._missed += 1
        self._screen.note(text)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _why(attempt: Attempt) -> str:
    if not attempt.status:
        return "no answer in time; is it still running?"
    return f"HTTP {attempt.status} {attempt.body[:200].decode('utf-8', errors='replace')}".rstrip()
