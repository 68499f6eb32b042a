"""The model of the stories: reads aloud what the knowledge has on it, unless a story tells it what to say."""

from __future__ import annotations

import asyncio
import json
import re
from collections import deque
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from tests.simulators.model import ModelSimulator

_FIRST: Final = re.compile(r"<资料>\n【[^\n]*】\n(.*?)(?:\n\n【|\n</资料>)", re.DOTALL)
_REFUSAL: Final = re.compile(r"只回复这一句：(.+)")
_SUM_UP: Final = "下面是在线客服与客户之前的对话"
_WITHIN_S: Final = 30.0


class Reader(ModelSimulator):
    """A server whose answers depend on what it was given, so that a story fails where the search does."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: deque[str] = deque()
        self._calls: deque[tuple[str, str]] = deque()
        self._asked = asyncio.Event()

    def will_say(self, *lines: str) -> None:
        """In place of what it would read aloud, one line a question."""
        self._lines.extend(lines)

    def will_call(self, tool: str, **arguments: Any) -> None:
        """A tool, before it says anything."""
        self._calls.append((tool, json.dumps(arguments, ensure_ascii=False)))

    def well_again(self) -> None:
        """As at the beginning of each story."""
        self._lines.clear()
        self._calls.clear()
        self.asked.clear()
        self.status, self.delay, self.pause, self.page = 200, 0.0, 0.0, None
        self._asked.clear()

    async def is_asked(self) -> None:
        """Returns once it is, this story's first time."""
        async with asyncio.timeout(_WITHIN_S):
            await self._asked.wait()

    @property
    def told(self) -> str:
        """All of the last prompt, as its server got it."""
        return json.dumps(self.asked[-1]["messages"], ensure_ascii=False)

    async def _answer(self, asked: dict[str, Any], request: web.Request) -> web.StreamResponse:
        if asked["messages"][0]["content"].startswith(_SUM_UP):
            self.calls, self.content = (), _words(asked["messages"][-1])
            return await super()._answer(asked, request)
        self._asked.set()
        self.calls = [self._calls.popleft()] if self._calls else ()
        if self.calls:
            self.content = None
        else:
            self.content = self._lines.popleft() if self._lines else _read_aloud(asked["messages"])
        return await super()._answer(asked, request)


def _read_aloud(messages: list[Mapping[str, Any]]) -> str:
    """The first passage; what a tool brought goes before it; and the shop's own refusal without either."""
    brought = [str(message["content"]) for message in messages if message["role"] == "tool"]
    if brought:
        return brought[-1]
    asked = next(_words(message) for message in reversed(messages) if message["role"] == "user")
    found = _FIRST.search(asked)
    return found[1] if found else _REFUSAL.findall(str(messages[0]["content"]))[0]


def _words(message: Mapping[str, Any]) -> str:
    content = message["content"]
    return content if isinstance(content, str) else str(content[-1]["text"])
