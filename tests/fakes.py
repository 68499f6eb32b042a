"""Small real classes with a memory, in place of what is far away."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.channel import HttpAnswer, Part, RawRequest, Received, Taken
from bot.errors import KefuError
from bot.ports import Prompt
from bot.types import Address, Conversation, Ignored, Lease, Opinion, Passage, Pull, Receipt, Reply, Work


class ScriptedModel:
    """`bot.ports.Model` that says what it was told to; the last line is repeated."""

    def __init__(self, *lines: str | KefuError) -> None:
        self.lines = list(lines)
        self.prompts: list[Prompt] = []

    async def complete(self, prompt: Prompt, *, timeout: float) -> str:
        self.prompts.append(prompt)
        line = self.lines.pop(0) if len(self.lines) > 1 else self.lines[0]
        if isinstance(line, KefuError):
            raise line
        return line

    async def ping(self) -> None:
        if isinstance(self.lines[0], KefuError):
            raise self.lines[0]

    async def close(self) -> None:
        pass


class FixedRetriever:
    """`bot.ports.Retriever` with the same passages for every question."""

    def __init__(self, *passages: Passage, error: KefuError | None = None) -> None:
        self.passages = list(passages)
        self.error = error
        self.asked: list[tuple[str, str]] = []

    async def search(self, tenant: str, text: str, *, limit: int) -> list[Passage]:
        self.asked.append((tenant, text))
        if self.error:
            raise self.error
        return self.passages[:limit]

    async def ping(self) -> None:
        if self.error:
            raise self.error


class RecordingChannel:
    """`bot.channel.Channel` that remembers what it sent; `faults` come first, one a send (None: it works)."""

    name = "door"

    def __init__(self, *faults: Exception | None, part_chars: int = 1000) -> None:
        self.faults = list(faults)
        self.part_chars = part_chars
        self.sent: list[str] = []
        self.keys: list[str] = []

    def receive(self, request: RawRequest) -> Received:
        return Ignored("not used")

    async def acknowledge(self, received: Taken, request: RawRequest) -> HttpAnswer:
        return HttpAnswer()

    def render(self, reply: Reply) -> list[Part]:
        size = self.part_chars
        return [Part(reply.text[start : start + size]) for start in range(0, len(reply.text), size)]

    async def send(self, address: Address, part: Part, *, key: str) -> Receipt:
        fault = self.faults.pop(0) if self.faults else None
        if fault:
            raise fault
        self.sent.append(part.text)
        self.keys.append(key)
        return Receipt(f"platform-{len(self.sent)}", 1.0)

    async def ping(self) -> None:
        pass

    async def close(self) -> None:
        pass


class NoGreetings:
    """`bot.ports.Greetings` of doors that nobody comes in by without a word."""

    async def greet(self, welcome: Reply) -> bool:
        raise AssertionError("nobody comes in here")


class KeptOpinions:
    """`bot.ports.Opinions` in a list."""

    def __init__(self) -> None:
        self.kept: list[Opinion] = []

    async def record(self, opinion: Opinion) -> None:
        self.kept.append(opinion)


class NoPulls:
    """`bot.ports.Pulls` of doors that all bring their messages themselves."""

    async def wake(self, account: Conversation, token: str) -> None:
        raise AssertionError("nothing is fetched here")

    async def claim(self, lease: Lease) -> Pull:
        raise AssertionError("nothing is fetched here")

    async def advance(self, lease: Lease, cursor: str) -> None:
        raise AssertionError("nothing is fetched here")

    async def done(self, lease: Lease, pull: Pull) -> None:
        raise AssertionError("nothing is fetched here")

    async def put_back(self, lease: Lease, *, delay: float) -> None:
        raise AssertionError("nothing is fetched here")


class RecordedNudges:
    """`bot.ports.Nudges` that only remembers; `then` is called too, for tests that go on from there."""

    def __init__(self, then: Callable[[Work, Conversation], None] | None = None) -> None:
        self.nudged: list[tuple[Work, Conversation]] = []
        self._then = then

    def nudge(self, work: Work, conversation: Conversation) -> None:
        self.nudged.append((work, conversation))
        if self._then:
            self._then(work, conversation)

    def of(self, work: Work) -> Sequence[Conversation]:
        return [conversation for kind, conversation in self.nudged if kind is work]
