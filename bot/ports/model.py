"""What reads, listens, finds and answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.channel import Blob
from bot.types import (
    Image,
    Message,
    Passage,
    Said,
)


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool, as a model is told of it."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    """JSON schema."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What a model wanted to have called, and what it gets."""

    name: str
    arguments: Mapping[str, Any]
    data: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is asked, in this order: what stays the same longest comes first, so that a server's
    prefix cache hits."""

    system: str
    """The same for all of a tenant's turns."""
    history: tuple[Said, ...]
    question: str
    images: tuple[Image, ...] = ()
    """What the question is about, where the model sees."""
    knowledge: str = ""
    """What the tenant knows on it. In front of the question, as the next turn has another."""
    background: bool = False
    """True: nobody waits for the answer, so it gives way to what customers ask."""
    short: bool = False
    """True: there is little time, so a sentence or two have to do."""
    tools: tuple[ToolSpec, ...] = ()
    """What it may call. A call stands in its answer as Qwen writes it: `<tool_call>{…}</tool_call>`, with
    "name" and "arguments", however the server tells of it."""
    results: tuple[ToolResult, ...] = ()
    """Of the calls it made, or that were made for it, after the question."""
    calls_over: bool = False
    """True: it has called enough, and must answer."""
    form: Mapping[str, Any] | None = None
    """JSON schema that the answer is to fit, as far as the server can see to it. Not for who listens."""


Heard = Callable[[str], None]
"""Is told the whole text so far, each time the model said more. Must return at once, and raise nothing."""


class Model(Protocol):
    """A chat model."""

    async def complete(self, prompt: Prompt, *, timeout: float, heard: Heard | None = None) -> str:
        """The model's words. Raises Unavailable (also past `timeout` seconds) or Refused."""
        ...

    async def ping(self) -> None:
        """Raises Unavailable when it could not answer now."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class MediaReader(Protocol):
    """Brings what came with a message: fetched, found to be what it says it is, and kept for a while."""

    async def read(self, message: Message, number: int) -> Blob:
        """`message.media[number]`, with a content type that is true; fetched once while it is kept.

        Raises Unavailable, or Refused (gone, too big, or something else than it says).
        """
        ...


class Transcriber(Protocol):
    """Writes down what was spoken."""

    async def transcribe(self, voice: Blob) -> str:
        """The words; empty when there are none. Raises Unavailable or Refused."""
        ...

    async def ping(self) -> None:
        """Raises Unavailable or Refused when it could not listen now."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Moderator(Protocol):
    """Judges a text."""

    async def flags(self, text: str) -> tuple[str, ...]:
        """What is wrong with it, by the judge's own categories; empty: nothing.

        Raises Unavailable or Refused.
        """
        ...

    async def ping(self) -> None:
        """Raises Unavailable or Refused when it could not judge now."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...


class Finder(Protocol):
    """Finds passages of one tenant's knowledge."""

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        """Best first, of what this channel's customers may be told. Raises Unavailable.

        `channel`: None for whoever keeps the knowledge, who may see all of it.
        """
        ...


class Retriever(Finder, Protocol):
    """One that can be asked whether it is there."""

    async def ping(self) -> None:
        """Raises Unavailable when a search would."""
        ...
