"""Small real classes with a memory, in place of what is far away."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from bot.channel import Draft, HttpAnswer, Part, RawRequest, Received, Taken
from bot.errors import KefuError, Unavailable
from bot.ports import Heard, Prompt
from bot.settings import TenantSettings
from bot.types import (
    Address,
    Conversation,
    Guess,
    Ignored,
    Lease,
    Opinion,
    Passage,
    Pull,
    Rate,
    Receipt,
    Reply,
    Work,
)
from knowledge.embed import Vectors
from knowledge.intents import LearnedIntents


class ScriptedModel:
    """`bot.ports.Model` that says what it was told to, `piece` letters at a time; the last line is repeated."""

    def __init__(self, *lines: str | KefuError, piece: int = 3, pause: float = 0.0) -> None:
        self.lines = list(lines)
        self.prompts: list[Prompt] = []
        self.heard: list[bool] = []
        """For each prompt, whether somebody listened while it was answered."""
        self._piece = piece
        self._pause = pause

    async def complete(self, prompt: Prompt, *, timeout: float, heard: Heard | None = None) -> str:
        self.prompts.append(prompt)
        self.heard.append(heard is not None)
        line = self.lines.pop(0) if len(self.lines) > 1 else self.lines[0]
        if isinstance(line, KefuError):
            raise line
        try:
            async with asyncio.timeout(timeout):
                await self._say(line, heard)
        except TimeoutError:
            raise Unavailable("the model did not answer in time") from None
        return line

    async def _say(self, line: str, heard: Heard | None) -> None:
        for end in range(self._piece, len(line) + self._piece, self._piece):
            await asyncio.sleep(self._pause)
            if heard:
                heard(line[:end])

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

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        self.asked.append((tenant, text))
        if self.error:
            raise self.error
        told = [one for one in self.passages if not channel or not one.audience or channel in one.audience]
        return told[:limit]

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


class DraftingChannel(RecordingChannel):
    """One that is also `bot.channel.Drafting`; `hold` keeps a showing under way until it is set."""

    def __init__(self, *faults: Exception | None, every: float = 0.0, fault: Exception | None = None) -> None:
        """`faults` are of `send`, and `fault` is of `show`."""
        super().__init__(*faults)
        self.every = every
        self.fault = fault
        self.drafts: list[Draft] = []
        self.shown_at: list[float] = []
        self.hold = asyncio.Event()
        self.hold.set()
        self.under_way = 0

    @property
    def draft_every_s(self) -> float:
        return self.every

    async def show(self, draft: Draft) -> None:
        assert self.under_way == 0, "one at a time"
        self.under_way += 1
        try:
            self.drafts.append(draft)
            self.shown_at.append(asyncio.get_running_loop().time())
            await self.hold.wait()
            if self.fault:
                raise self.fault
        finally:
            self.under_way -= 1


class NoGreetings:
    """`bot.ports.Greetings` of doors that nobody comes in by without a word."""

    async def greet(self, welcome: Reply) -> bool:
        raise AssertionError("nobody comes in here")

    async def in_place(self, conversation: Conversation) -> bool:
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

    async def put_back(self, lease: Lease, pull: Pull, *, delay: float) -> None:
        raise AssertionError("nothing is fetched here")


class FreeRates:
    """`bot.ports.Rates` that never has anybody wait, while `spare` has room."""

    def __init__(self, *, spare: int = 1_000_000) -> None:
        self.asked: list[Rate] = []
        self.left = spare
        self.rested: list[tuple[str, float]] = []

    async def turn(self, rate: Rate, caller: str) -> float:
        return 0.0

    async def gone(self, rate: Rate, caller: str) -> None:
        pass

    async def spare(self, rate: Rate) -> float:
        self.asked.append(rate)
        self.left -= 1
        return 0.0 if self.left >= 0 else 1.0

    async def rest(self, rate: Rate, seconds: float) -> None:
        self.rested.append((rate.name, seconds))


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


class NothingLearned(LearnedIntents):
    """Embeds nothing: rules decide alone."""

    def __init__(self) -> None:
        pass

    async def learn(self, tenants: Sequence[TenantSettings]) -> None:
        pass

    async def guess(self, tenant: str, text: str) -> Guess | None:
        return None


class ScriptedIntents:
    """`bot.ports.Intents` that takes texts for what it was told."""

    def __init__(self, known: Mapping[str, str] | None = None, *, error: KefuError | None = None) -> None:
        self.known = known or {}
        self.error = error
        self.probability = 0.99
        self.asked: list[str] = []

    async def guess(self, tenant: str, text: str) -> Guess | None:
        self.asked.append(text)
        if self.error:
            raise self.error
        return Guess(self.known.get(text, "question"), self.probability)


class CountedEmbedder:
    """`knowledge.embed.Embedder` of this name, to which all texts are one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked = 0

    async def questions(self, texts: Sequence[str]) -> Vectors:
        self.asked += len(texts)
        return np.ones((len(texts), 4), dtype=np.float32)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        return await self.questions(texts)

    async def close(self) -> None:
        """Nothing is open."""
