"""Nudges: put into Celery's queues as Celery would put them, those of one moment together.

Celery's `send_task` costs several times what storing the announced message does, and blocks. So Celery makes
one message of each kind when a process starts; a nudge is a copy of it with ids and a conversation of its
own. Any Celery worker takes it.

A nudge to answer is a ticket for a line (`workers.rounds`). Its holder goes on while others are ready, so
only as many are sent as the line can use: at a peak nearly none.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import secrets
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

import structlog
from celery import Celery

from bot.broker import TASKS, queue_key
from bot.errors import Unavailable
from bot.store.codec import decode, encode
from bot.store.courier import Courier
from bot.store.keys import partition, waiting
from bot.store.redis import Client, Script, redis_errors
from bot.types import Conversation, Work
from bot.waiting import end

log = structlog.get_logger()

_WAITING: Final = 20_000
_AT_ONCE: Final = 500
"""Nudges of one command: about half a megabyte."""
_TICKETS: Final = 4
"""On their way to one line at a time; whoever redeems one calls for more if others are ready."""
_AHEAD_MS: Final = 5000
"""Who is ready later than that is left to the sweeper: a retry, or whom a worker that died had in hand."""
_APART_S: Final = 0.05
"""Between two calls for one line: one in each moment would cost a door a third of what storing does."""
_TICK_S: Final = 0.002
"""Of a timer: it may ring that much early."""
_STOP_S: Final = 2.0

_ID: Final = "{id}"
_BODY: Final = "{body}"
_CONVERSATION: Final = "{conversation}"

_HEADERS: Final = ("lang", "task", "id", "root_id", "parent_id", "group", "ignore_result")
"""Those that Celery's message protocol (version 2) asks for; and no result."""
_PROPERTIES: Final = ("correlation_id", "delivery_mode", "delivery_info", "priority", "body_encoding")
"""Those that kombu asks for; there is no answer whose queue `reply_to` would name."""


class CeleryNudges:
    """`bot.ports.Nudges` over Celery. Only inside an event loop, which publishes beside its other work."""

    def __init__(self, app: Celery, client: Client) -> None:
        self._courier = Courier.of(client)
        self._call = Script(client, "call")
        self._templates = {work: Template(app, work) for work in Work}
        self._waiting: dict[tuple[Work, Conversation], None] = {}
        self._publishing: asyncio.Task[None] | None = None
        self._timers: dict[int, tuple[float, asyncio.Handle]] = {}
        """Of each line, and when by the loop's clock."""
        self._called: dict[int, float] = {}
        """When each line was last called for, by the loop's clock."""
        self._late: dict[int, Conversation] = {}
        """Of each line that was called for too lately one that it is to be called for again."""

    def nudge(self, work: Work, conversation: Conversation) -> None:
        """Have it published, once if it still waits for that; what is too much is left to the sweeper."""
        if work is Work.ANSWER:
            line = partition(conversation)
            if line in self._late:
                return
            if (wait := self._too_soon(line)) > _TICK_S:
                self._late[line] = conversation
                self._wake(line, conversation, wait)
                return
        self._put(work, conversation)

    def _put(self, work: Work, conversation: Conversation) -> None:
        if len(self._waiting) >= _WAITING:
            log.warning("nudge_dropped", work=work.value)
            return
        self._waiting[work, conversation] = None
        if self._publishing is None or self._publishing.done():
            self._publishing = asyncio.create_task(self._publish(), name="nudges")

    async def close(self) -> None:
        """Publish what waits, for a moment at most."""
        for _, timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        for conversation in self._late.values():
            self._put(Work.ANSWER, conversation)
        if self._publishing is None:
            return
        _, late = await asyncio.wait([self._publishing], timeout=_STOP_S)
        if late:
            log.warning("nudges_left_to_the_sweeper")
            await end(late)

    def _too_soon(self, line: int) -> float:
        """Seconds until it is to be called for again."""
        since = self._called.get(line)
        return 0.0 if since is None else since + _APART_S - asyncio.get_running_loop().time()

    async def _publish(self) -> None:
        while self._waiting:
            first = list(itertools.islice(self._waiting, _AT_ONCE))
            by_work: dict[Work, list[Conversation]] = defaultdict(list)
            for work, conversation in first:
                del self._waiting[work, conversation]
                by_work[work].append(conversation)
            for work, conversations in by_work.items():
                try:
                    tickets = await self._tickets(conversations) if work is Work.ANSWER else conversations
                    await self._push(work, tickets)
                except Unavailable as error:
                    log.warning("nudges_lost", work=work.value, count=len(conversations), reason=str(error))

    async def _tickets(self, conversations: Sequence[Conversation]) -> list[Conversation]:
        """Whom to name: of each line one, as often as the line has use for a ticket."""
        lines = {partition(conversation): conversation for conversation in conversations}
        for line in lines:
            self._called[line] = asyncio.get_running_loop().time()
            self._late.pop(line, None)
        answers = await asyncio.gather(*(self._call(waiting(line), _TICKETS) for line in lines))
        tickets: list[Conversation] = []
        for (line, conversation), (count, due_ms) in zip(lines.items(), answers, strict=True):
            tickets += [conversation] * count
            if 0 <= due_ms <= _AHEAD_MS:
                self._wake(line, conversation, due_ms / 1000)
        return tickets

    def _wake(self, line: int, conversation: Conversation, seconds: float) -> None:
        """Look at the line again when somebody is ready who is still writing; the sweeper is the safety."""
        loop = asyncio.get_running_loop()
        when, known = self._timers.get(line, (0.0, None))
        if known and when <= loop.time() + seconds:
            return
        if known:
            known.cancel()
        self._timers[line] = (
            loop.time() + seconds,
            loop.call_later(seconds, self._ring, line, conversation),
        )

    def _ring(self, line: int, conversation: Conversation) -> None:
        del self._timers[line]  # it may ring early, and what is still too soon then needs another
        self._late.pop(line, None)
        self.nudge(Work.ANSWER, conversation)

    async def _push(self, work: Work, conversations: Sequence[Conversation]) -> None:
        """Raises Unavailable."""
        if conversations:
            template = self._templates[work]
            with redis_errors():
                await self._courier.call("LPUSH", queue_key(work), *map(template.fill, conversations))


class Template:
    """What Celery sends for this kind of work, for any conversation.

    Half of it says nothing and is left out: carrying it would cost a door more than the message it announces.
    """

    _process: Final = secrets.token_hex(8)
    _numbers: Final = itertools.count()

    def __init__(self, app: Celery, work: Work) -> None:
        message = _sample(app, work)
        arguments, _, _ = decode(base64.b64decode(message["body"]), tuple[list[str], Any, Any])
        self._body = encode((arguments, {}, {})).decode()
        headers, properties = message["headers"], message["properties"]
        message |= {
            "body": _BODY,
            "headers": {name: headers[name] for name in _HEADERS},
            "properties": {name: properties[name] for name in _PROPERTIES} | {"delivery_tag": _ID},
        }
        self._message = encode(message).decode()

    def fill(self, conversation: Conversation) -> str:
        """The message that announces work on this conversation. No two are the same."""
        body = self._body.replace(f'"{_CONVERSATION}"', encode(str(conversation)).decode())
        return self._message.replace(_ID, f"{self._process}-{next(self._numbers)}").replace(
            _BODY, base64.b64encode(body.encode()).decode()
        )


def _sample(app: Celery, work: Work) -> dict[str, Any]:
    """One message as Celery makes it: kombu's transport within a process keeps the form that Redis gets."""
    with app.connection_for_write("memory://") as memory:
        app.send_task(
            TASKS[work],
            [_CONVERSATION],
            task_id=_ID,
            queue=str(work),
            ignore_result=True,  # else Celery subscribes to the result of each
            connection=memory,
        )
        channel: Any = memory.default_channel
        return dict(channel.basic_get(str(work), no_ack=True).serializable())
