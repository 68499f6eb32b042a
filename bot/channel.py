"""The port to a platform: five verbs, spoken in plain values.

    RawRequest ──receive──► Message | Ignored | Query | HttpAnswer ──acknowledge──► HttpAnswer
    Reply ──render──► parts ──send, one by one──► Receipt

The web framework stops at `adapters.server`; a platform's field names stop at its `payload.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.types import Address, Ignored, Message, Receipt, Reply


@dataclass(frozen=True, slots=True)
class RawRequest:
    """What arrived over HTTP, framework removed. Header names are lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What goes back over HTTP."""

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain"
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Query:
    """The platform asks what became of a message that it brought before. Only its channel reads `about`."""

    about: str


Acknowledgeable = Message | Ignored | Query
Received = Acknowledgeable | HttpAnswer
"""A message to answer, a genuine request without one, a question of the platform's own, or an answer that
needs nothing but the request (a handshake's)."""


@dataclass(frozen=True, slots=True)
class Part:
    """One request's worth of a reply, ready for the platform: within its size, in its dialect."""

    text: str


class Channel(Protocol):
    """One configured door. Made by `adapters.registry`; shared by all requests of a process."""

    @property
    def name(self) -> str:
        """As in the configuration."""
        ...

    def receive(self, request: RawRequest) -> Received:
        """Verify that the platform sent it, then read it. Pure: no I/O, no clock but the injected one.

        Raises Rejected (BadSignature, BadRequest) and nothing else, whatever the bytes.
        """
        ...

    async def acknowledge(self, received: Acknowledgeable, request: RawRequest) -> HttpAnswer:
        """The platform's way of saying: stored, no need to send it again; or what a Query asked for.

        Called after a message is stored, with the request that brought it. Raises Unavailable.
        """
        ...

    def render(self, reply: Reply) -> list[Part]:
        """Cut and translate a reply into parts. Pure, so that a resumed delivery gets the same parts."""
        ...

    async def send(self, address: Address, part: Part, *, key: str) -> Receipt:
        """Hand one part to the platform.

        `key` is the same each time this part is tried, for platforms that take an idempotency key.
        Raises Unavailable (try again) or Refused (final).
        """
        ...

    async def ping(self) -> None:
        """Prove that we could send now: for `/readyz` and `kefu doctor`. Raises Unavailable or Refused."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...
