"""Commands to the process that owns the knowledge.

An embedded vector store belongs to one process, the worker; so `kefu knowledge` and `kefu ask` send it what
they want through Celery, and wait for the result. `Librarian` answers there, `RemoteLibrary` asks here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import msgspec
import structlog
from celery import Celery
from celery.exceptions import TimeoutError as NoAnswer
from kombu.exceptions import KombuError

from bot.broker import KNOWLEDGE_QUEUE
from bot.errors import KefuError, Unavailable
from bot.pipeline import Pipeline
from bot.settings import Settings
from bot.types import Passage, Said
from knowledge.documents import Item
from knowledge.library import Library
from knowledge.shelves import Head, Version
from knowledge.versions import Change, Contents
from workers.ask import Asked, ask
from workers.loop import LoopThread
from workers.study import settled

T = TypeVar("T")

log = structlog.get_logger()

TASK: Final = "kefu.library"
_ANSWER_WITHIN_S: Final = 180.0
"""A batch of items is embedded within seconds; the rest is for a worker that is busy answering."""


class Desk(Protocol):
    """What an operator can ask of the knowledge, near or far. Raises KefuError throughout."""

    async def add(self, tenant: str, items: Sequence[Item]) -> int:
        """See `knowledge.library.Library.add`."""
        ...

    async def publish(self, tenant: str, contents: Mapping[str, Contents]) -> dict[str, Change]:
        """See `knowledge.library.Library.publish`."""
        ...

    async def versions(self, tenant: str) -> Head:
        """See `knowledge.library.Library.versions`."""
        ...

    async def rollback(self, tenant: str) -> Version:
        """See `knowledge.library.Library.rollback`."""
        ...

    async def snapshot(self, tenant: str, file: Path) -> int:
        """See `knowledge.library.Library.snapshot`; on the machine that has the library open."""
        ...

    async def restore(self, tenant: str, file: Path) -> dict[str, Change]:
        """See `knowledge.library.Library.restore`."""
        ...

    async def sources(self, tenant: str) -> dict[str, int]:
        """See `knowledge.library.Library.sources`."""
        ...

    async def remove(self, tenant: str, source: str) -> int:
        """See `knowledge.library.Library.remove`."""
        ...

    async def grouped(self, questions: Sequence[str]) -> list[list[int]]:
        """See `knowledge.library.Library.grouped`."""
        ...

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        """See `bot.ports.Retriever.search`."""
        ...

    async def ask(self, tenant: str, question: str, *, channel: str, history: Sequence[Said] = ()) -> Asked:
        """See `workers.ask.ask`."""
        ...


class LocalDesk:
    """`Desk` in the process that has the library open."""

    def __init__(self, settings: Settings, library: Library, pipeline: Pipeline) -> None:
        self._settings = settings
        self._pipeline = pipeline
        self.add = settled(library, library.add)
        self.publish = settled(library, library.publish)
        self.versions = settled(library, library.versions)
        self.rollback = settled(library, library.rollback)
        self.snapshot = settled(library, library.snapshot)
        self.restore = settled(library, library.restore)
        self.sources = settled(library, library.sources)
        self.remove = settled(library, library.remove)
        self.grouped = library.grouped
        self.search = library.retriever.search

    async def ask(self, tenant: str, question: str, *, channel: str, history: Sequence[Said] = ()) -> Asked:
        """Through the whole pipeline."""
        return await ask(self._pipeline, self._settings, tenant, question, channel=channel, history=history)


class Librarian:
    """Answers commands in the worker."""

    def __init__(self, desk: Desk, loop: LoopThread) -> None:
        self._desk = desk
        self._loop = loop

    def add_to(self, app: Celery) -> None:
        """Add the task. Unlike a nudge it has a result, which its sender waits for."""

        def task(verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
            return self._loop.run(self.answer(verb, arguments))

        app.task(name=TASK, ignore_result=False)(task)

    async def answer(self, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """`{"result": …}`, or `{"error": …}` in words for the operator."""
        desk, given = self._desk, arguments
        try:
            match verb:
                case "add":
                    result: object = await desk.add(
                        given["tenant"], msgspec.convert(given["items"], list[Item])
                    )
                case "publish":
                    contents = msgspec.convert(given["contents"], dict[str, Contents])
                    result = await desk.publish(given["tenant"], contents)
                case "versions":
                    result = await desk.versions(given["tenant"])
                case "rollback":
                    result = await desk.rollback(given["tenant"])
                case "snapshot":
                    result = await desk.snapshot(given["tenant"], Path(given["file"]))
                case "restore":
                    result = await desk.restore(given["tenant"], Path(given["file"]))
                case "sources":
                    result = await desk.sources(given["tenant"])
                case "remove":
                    result = await desk.remove(given["tenant"], given["source"])
                case "grouped":
                    result = await desk.grouped(given["questions"])
                case "search":
                    result = await desk.search(
                        given["tenant"], given["text"], channel=given["channel"], limit=given["limit"]
                    )
                case "ask":
                    history = msgspec.convert(given.get("history", []), list[Said])
                    result = await desk.ask(
                        given["tenant"], given["question"], channel=given["channel"], history=history
                    )
                case _:
                    return {"error": f"this worker knows no command {verb!r}; is it of the same version?"}
        except KefuError as error:
            return {"error": str(error)}
        return {"result": msgspec.to_builtins(result)}


class RemoteLibrary:
    """`Desk` that asks the worker."""

    def __init__(self, app: Celery, *, within: float = _ANSWER_WITHIN_S) -> None:
        """`within`: seconds that a command waits for its result."""
        self._app = app
        self._within = within

    async def add(self, tenant: str, items: Sequence[Item]) -> int:
        """In the worker."""
        return await self._send("add", int, tenant=tenant, items=msgspec.to_builtins(list(items)))

    async def publish(self, tenant: str, contents: Mapping[str, Contents]) -> dict[str, Change]:
        """In the worker."""
        told = msgspec.to_builtins(dict(contents))
        return await self._send("publish", dict[str, Change], tenant=tenant, contents=told)

    async def versions(self, tenant: str) -> Head:
        """In the worker."""
        return await self._send("versions", Head, tenant=tenant)

    async def rollback(self, tenant: str) -> Version:
        """In the worker."""
        return await self._send("rollback", Version, tenant=tenant)

    async def snapshot(self, tenant: str, file: Path) -> int:
        """In the worker, which is on this machine: its store is embedded."""
        return await self._send("snapshot", int, tenant=tenant, file=str(file))

    async def restore(self, tenant: str, file: Path) -> dict[str, Change]:
        """In the worker."""
        return await self._send("restore", dict[str, Change], tenant=tenant, file=str(file))

    async def sources(self, tenant: str) -> dict[str, int]:
        """In the worker."""
        return await self._send("sources", dict[str, int], tenant=tenant)

    async def remove(self, tenant: str, source: str) -> int:
        """In the worker."""
        return await self._send("remove", int, tenant=tenant, source=source)

    async def grouped(self, questions: Sequence[str]) -> list[list[int]]:
        """In the worker."""
        return await self._send("grouped", list[list[int]], questions=list(questions))

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        """In the worker."""
        asked = {"tenant": tenant, "text": text, "channel": channel, "limit": limit}
        return await self._send("search", list[Passage], **asked)

    async def ask(self, tenant: str, question: str, *, channel: str, history: Sequence[Said] = ()) -> Asked:
        """In the worker."""
        said = msgspec.to_builtins(list(history))
        asked = {"tenant": tenant, "question": question, "channel": channel, "history": said}
        return await self._send("ask", Asked, **asked)

    async def _send(self, verb: str, kind: type[T], **arguments: Any) -> T:
        answer = await asyncio.to_thread(self._wait_for, verb, arguments)
        if "error" in answer:
            raise Unavailable(answer["error"])
        return msgspec.convert(answer["result"], kind)

    def _wait_for(self, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
        sent = self._app.send_task(TASK, [verb, arguments], queue=KNOWLEDGE_QUEUE, ignore_result=False)
        try:
            result: dict[str, Any] = sent.get(timeout=self._within, disable_sync_subtasks=False)
        except (RuntimeError, KombuError, OSError) as error:  # Celery's own word for a backend that is gone
            raise Unavailable("the queue went away while we waited; is `kefu up` still running?") from error
        except NoAnswer as error:
            raise Unavailable(
                f"the worker did not answer within {self._within:.0f} s; is it running?"
            ) from error
        return result
